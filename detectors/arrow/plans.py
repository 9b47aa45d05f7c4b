"""Numbering plans as automata over digits, walked by many numbers at once; built from libphonenumber's metadata.

A state is made when the first number comes to it, since most of a plan is never met. The answers are those of
`numbering.valid`; tests/detectors/test_plans.py holds them to it. Source: libphonenumber's PhoneNumberMetadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from detectors import numbering
from detectors.arrow.cells import Bytes, Integers

_ALL = (1 << 10) - 1
_PAD = 10
_TOKEN = re.compile(r"\(\?:|\(|\)|\||\\d|\[[^\]]*\]|[0-9]|\?|\{(\d+)(?:,(\d+))?\}")


class UnreadableError(Exception):
    """A pattern of the metadata with something that is not read here; the plain way reads it."""


class Pattern:
    """A pattern over digits as a non-deterministic automaton: sets of states are integers, a bit for each."""

    def __init__(self, pattern: str, *, prefix: bool = False) -> None:
        """Read a pattern.

        Args:
            pattern: digits, sets, groups, alternatives and counts, as the metadata has them.
            prefix: whether what follows does not matter.

        Raises:
            UnreadableError: anything else stands in it.
        """
        self._edges: list[list[tuple[int, int]]] = [[]]
        self._empty: list[list[int]] = [[]]
        tokens = list(_tokens(pattern))
        start, at = self._either(tokens, 0, 0)
        if at != len(tokens):
            raise UnreadableError(pattern)
        if prefix:
            self._edges[0].append((_ALL, 0))
        self._closed: dict[int, int] = {}
        self.start = self._closure(start)

    def step(self, states: int, digit: int) -> int:
        """Give the states behind a digit."""
        found, bit = 0, 1 << digit
        while states:
            low = states & -states
            states ^= low
            for mask, target in self._edges[low.bit_length() - 1]:
                if mask & bit:
                    found |= self._closure(target)
        return found

    def _new(self) -> int:
        self._edges.append([])
        self._empty.append([])
        return len(self._edges) - 1

    def _either(self, tokens: list[str], at: int, behind: int) -> tuple[int, int]:
        """Read alternatives up to a closing bracket; gives where they start and the token behind."""
        begin = self._new()
        while True:
            parts: list[tuple[int, int]] = []
            end = at
            while end < len(tokens) and tokens[end] not in "|)":
                stop = self._skip(tokens, end)
                parts.append((end, stop))
                end = stop
            target = behind
            for first, stop in reversed(parts):
                target = self._repeated(tokens, first, stop, target)
            self._empty[begin].append(target)
            if end >= len(tokens) or tokens[end] == ")":
                return begin, end
            at = end + 1

    def _skip(self, tokens: list[str], at: int) -> int:
        """Give the token behind an item and its count."""
        depth = 0
        while True:
            depth += tokens[at].startswith("(")
            depth -= tokens[at] == ")"
            at += 1
            if depth == 0:
                break
        return at + 1 if at < len(tokens) and tokens[at][0] in "?{" else at

    def _repeated(self, tokens: list[str], first: int, stop: int, behind: int) -> int:
        low, high = _count(tokens[stop - 1])
        target = behind
        for turn in range(high):
            begin = self._item(tokens, first, target)
            if turn >= high - low:
                target = begin
                continue
            optional = self._new()
            self._empty[optional] += [begin, behind]
            target = optional
        return target

    def _item(self, tokens: list[str], at: int, behind: int) -> int:
        if tokens[at].startswith("("):
            begin, _ = self._either(tokens, at + 1, behind)
            return begin
        begin = self._new()
        self._edges[begin].append((_digits(tokens[at]), behind))
        return begin

    def _closure(self, state: int) -> int:
        if state not in self._closed:
            found, open_ = 1 << state, [state]
            while open_:
                for target in self._empty[open_.pop()]:
                    if not found >> target & 1:
                        found |= 1 << target
                        open_.append(target)
            self._closed[state] = found
        return self._closed[state]


def _tokens(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            raise UnreadableError(pattern)
        yield found.group()
        at = found.end()


def _count(item: str) -> tuple[int, int]:
    if item == "?":
        return 0, 1
    if item.startswith("{"):
        low, _, high = item[1:-1].partition(",")
        return int(low), int(high or low)
    return 1, 1


def _digits(item: str) -> int:
    if item == "\\d":
        return _ALL
    mask = 0
    for low, high in re.findall(r"(\d)(?:-(\d))?", item):
        for digit in range(int(low), int(high or low) + 1):
            mask |= 1 << digit
    return mask


Node = tuple[int, ...]


class Plan:
    """The valid national numbers of one country code, in whichever of its regions."""

    def __init__(self, code: int) -> None:
        """Read the metadata of a code's regions.

        Raises:
            UnreadableError: some pattern is not read here.
        """
        self._areas = numbering.areas(code)
        self._patterns: list[Pattern] = []
        self._general: list[int] = []
        self._kinds: list[list[tuple[numbering.Lengths, int]]] = []
        self._leading: list[int | None] = []
        for area in self._areas:
            self._general.append(self._add(area.general.pattern))
            self._kinds.append([(lengths, self._add(pattern.pattern)) for lengths, pattern in area.kinds])
            self._leading.append(self._add(area.leading.pattern, prefix=True) if area.leading else None)
        self.start: Node = tuple(pattern.start for pattern in self._patterns)

    def _add(self, pattern: str, *, prefix: bool = False) -> int:
        self._patterns.append(Pattern(pattern, prefix=prefix))
        return len(self._patterns) - 1

    def step(self, node: Node, digit: int) -> Node:
        """Give what is behind a digit."""
        return tuple(
            pattern.step(states, digit) if states else 0 for pattern, states in zip(self._patterns, node, strict=True)
        )

    def valid(self, node: Node, depth: int) -> bool:
        """Say whether digits that led here are a whole number; the order of areas is `numbering.valid`'s."""
        marked = any(leading is not None and node[leading] & 1 for leading in self._leading)
        for area, leading in enumerate(self._leading):
            if leading is None:
                if self._holds(node, area, depth):
                    return True
            elif marked and node[leading] & 1:
                return self._holds(node, area, depth)
        return False

    def _holds(self, node: Node, area: int, depth: int) -> bool:
        lengths = self._areas[area].lengths
        return (
            (not lengths or depth in lengths)
            and bool(node[self._general[area]] & 1)
            and any((not sizes or depth in sizes) and node[kind] & 1 for sizes, kind in self._kinds[area])
        )


class Walker:
    """Several plans walked side by side: one bit of the answer for each."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._nodes: list[tuple[Node, ...]] = []
        self._depths: list[int] = []
        self._numbers: dict[tuple[int, tuple[Node, ...]], int] = {}
        self._next: npt.NDArray[np.int32] = np.full(64 * 11, -1, np.int32)
        self._answers: npt.NDArray[np.int32] = np.full(64, -1, np.int32)
        self._number(0, tuple(plan.start for plan in plans))

    def walk(self, digits: Bytes, first: Integers, length: Integers) -> npt.NDArray[np.int32]:
        """Say of each number under which plans it is valid.

        Args:
            digits: values 0 to 9, one number behind the other.
            first: where each number starts in it.
            length: its digits; none is longer than 17.

        Returns:
            bit n set: valid under the nth plan.
        """
        states = np.zeros(len(first), np.int32)
        for step in range(int(length.max(initial=0))):
            at = np.minimum(first + step, len(digits) - 1)
            column = np.where(step < length, digits[at], _PAD)
            places = states * 11 + column
            states = self._next[places]
            if (states < 0).any():
                for place in np.unique(places[states < 0]).tolist():
                    self._fill(place)
                states = self._next[places]
        found: npt.NDArray[np.int32] = self._answers[states]
        if (found < 0).any():
            for state in np.unique(states[found < 0]).tolist():
                self._answers[state] = self._answer(state)
            found = self._answers[states]
        return found

    def _fill(self, place: int) -> None:
        state, digit = divmod(place, 11)
        nodes = tuple(plan.step(node, digit) for plan, node in zip(self._plans, self._nodes[state], strict=True))
        alive = any(any(node) for node in nodes)
        target = self._number(self._depths[state] + 1 if alive else -1, nodes)
        self._next[place] = target

    def _number(self, depth: int, nodes: tuple[Node, ...]) -> int:
        key = (depth, nodes)
        found = self._numbers.get(key)
        if found is not None:
            return found
        number = self._numbers[key] = len(self._nodes)
        self._nodes.append(nodes)
        self._depths.append(depth)
        if number >= len(self._answers):
            self._next = np.concatenate([self._next, np.full(len(self._next), -1, np.int32)])
            self._answers = np.concatenate([self._answers, np.full(len(self._answers), -1, np.int32)])
        self._next[number * 11 + _PAD] = number
        if depth < 0:
            self._next[number * 11 : number * 11 + 10] = number
        return number

    def _answer(self, state: int) -> int:
        if self._depths[state] < 0:
            return 0
        depth, nodes = self._depths[state], self._nodes[state]
        return sum(
            plan.valid(node, depth) << bit for bit, (plan, node) in enumerate(zip(self._plans, nodes, strict=True))
        )


@cache
def plan(code: int) -> Plan | None:
    """Give the plan of a country code; None where the metadata holds what only the plain way reads."""
    try:
        return Plan(code)
    except UnreadableError:
        return None


@cache
def walker(codes: tuple[int, ...]) -> Walker | None:
    """Give the walker over several codes; None where one of them is not read here."""
    plans = [plan(code) for code in codes]
    return Walker([one for one in plans if one is not None]) if None not in plans else None
