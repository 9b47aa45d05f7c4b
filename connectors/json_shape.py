"""The shape of JSON documents as a tree: one node for each place, where members alike share one, holding its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.json_names import is_plain, member

MEMBERS = 100
"""Different member names of one place above which they count as data, and the place of all of them is `*`."""
DEPTH = 200
"""Levels that a document may have."""
_NODES = 5_000
"""Places that one shape may have; further member names go to `*`, so that hostile documents cost no memory."""

Parsed = Any
"""A parsed value: objects are tuples of (name, value), so that none is lost that comes twice; arrays are lists;
strings and numbers are `str`, numbers as they were written; else True, False or None."""
Slots = tuple[int | str, ...]
Where = int | Slots
"""The address of a leaf: its record's number, or the slots of its path."""


class TooDeepError(Exception):
    """A document has more than `DEPTH` levels."""


class CrowdedError(Exception):
    """A place has more than `MEMBERS` different member names after some of them were collected under their own."""


DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str, strict=False)
"""Parses into `Parsed`; takes NaN, Infinity and raw control characters too."""


class Node:
    """One place in the documents, written as a pattern."""

    __slots__ = ("item", "names", "pattern", "star", "values", "where")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.names: dict[str, Node] | None = {}
        """Places of the members by name; None once all of them share `star`."""
        self.star: Node | None = None
        self.item: Node | None = None
        self.values: list[str] = []
        self.where: list[Where] = []


class Shape:
    """The places that were met so far, first learnt and then filled.

    Args:
        root: how patterns begin: `$`, or `column$`.
        slots: whether leaves are addressed by the wildcards on their way (a document) or by their record alone.
    """

    def __init__(self, root: str, *, slots: bool) -> None:
        self.root = Node(root)
        self._slots = slots
        self._count = 1
        self._closed = False

    def learn(self, value: Parsed, node: Node, depth: int = 0) -> None:
        """Take in which members a value has.

        Raises:
            TooDeepError: it has too many levels; what lies above is taken in.
        """
        kind = type(value)
        if kind is tuple:
            _check(depth)
            crowded = self._crowded(value, node)
            for name, below in value:
                child = self._star(node) if crowded else self.below(node, name)
                if type(below) is tuple or type(below) is list:
                    self.learn(below, child, depth + 1)
        elif kind is list:
            _check(depth)
            child = self.item(node)
            for below in value:
                if type(below) is tuple or type(below) is list:
                    self.learn(below, child, depth + 1)

    def _crowded(self, members: Parsed, node: Node) -> bool:
        """Tell whether one object's members all count as data; in a document, so do those of all objects there."""
        if len(members) <= MEMBERS:
            return False
        if self._slots:
            self._unite(node)
        return True

    def below(self, node: Node, name: str) -> Node:
        """Give the place of a member."""
        names = node.names
        if names is not None:
            child = names.get(name)
            if child is not None:
                return child
            if not self._closed and self._count < _NODES and is_plain(name):
                return self._named(node, names, name)
        return self._star(node)

    def _named(self, node: Node, names: dict[str, Node], name: str) -> Node:
        if len(names) >= MEMBERS:
            self._unite(node)
            return self._star(node)
        self._count += 1
        names[name] = Node(node.pattern + member(name))
        return names[name]

    def _star(self, node: Node) -> Node:
        if node.star is None:
            self._count += 1
            node.star = Node(node.pattern + ".*")
        return node.star

    def item(self, node: Node) -> Node:
        """Give the place of an array's items."""
        if node.item is None:
            self._count += 1
            node.item = Node(node.pattern + "[*]")
        return node.item

    def _unite(self, node: Node) -> None:
        """Let all members of a place share one, and with them what lies below each."""
        names, node.names = node.names, None
        if names is None:
            return
        if any(_collected(child) for child in names.values()):
            raise CrowdedError
        star = self._star(node)
        for child in names.values():
            self._merge(child, star)

    def _merge(self, source: Node, target: Node) -> None:
        self._count -= 1
        if source.names is None:
            self._unite(target)
        for name, child in (source.names or {}).items():
            self._merge(child, self.below(target, name))
        if source.star is not None:
            self._merge(source.star, self._star(target))
        if source.item is not None:
            self._merge(source.item, self.item(target))

    def collect(self, value: Parsed, node: Node, where: Where, depth: int = 0) -> None:
        """Put a value's leaves, and the member names that are data, to their places.

        Raises:
            TooDeepError: it has too many levels; the leaves before stand.
            CrowdedError: learn all values before you collect the first.
        """
        kind = type(value)
        if kind is str:
            node.values.append(value)
            node.where.append(where)
        elif kind is tuple:
            _check(depth)
            names = None if self._crowded(value, node) else node.names
            for name, below in value:
                child = names.get(name) if names is not None else None
                if child is None:
                    self._collect_odd((name, below), node, where, depth, crowded=names is None)
                elif type(below) is str:
                    child.values.append(below)
                    child.where.append(where)
                elif below is not None:
                    self.collect(below, child, where, depth + 1)
        elif kind is list:
            _check(depth)
            child = self.item(node)
            for place, below in enumerate(value):
                self.collect(below, child, (*where, place) if isinstance(where, tuple) else where, depth + 1)

    def _collect_odd(self, one: tuple[str, Parsed], node: Node, where: Where, depth: int, *, crowded: bool) -> None:
        """Collect a member whose place was not met before, or whose name is data."""
        name, below = one
        child = self._star(node) if crowded else self.below(node, name)
        if child is node.star:
            where = (*where, name) if isinstance(where, tuple) else where
            child.values.append(name)
            child.where.append(where)
        self.collect(below, child, where, depth + 1)

    def close(self) -> None:
        """Everything is learnt: a member that is still unknown goes to `*`."""
        self._closed = True

    def forget(self) -> None:
        """Let go of what was collected; the places stay."""
        for _ in self.drain():
            pass

    def drain(self) -> Iterator[tuple[str, list[str], list[Where]]]:
        """Give what was collected, place by place: pattern, values, addresses; and let go of it."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.values:
                yield node.pattern, node.values, node.where
                node.values, node.where = [], []
            below = [*(node.names or {}).values(), node.star, node.item]
            waiting.extend(child for child in reversed(below) if child is not None)


def _collected(node: Node) -> bool:
    """Tell whether values were collected at or below a place."""
    below = [*(node.names or {}).values(), node.star, node.item]
    return bool(node.values) or any(_collected(child) for child in below if child is not None)


def _check(depth: int) -> None:
    if depth >= DEPTH:
        raise TooDeepError
