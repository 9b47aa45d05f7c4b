"""RE2 gates for patterns that RE2 may not understand: what a pattern surely needs, widened where the two differ.

A gate may let too much through and never too little. Presidio runs its patterns with the `regex` package, whose classes
and cases are Unicode's; here each stands for all that is not ASCII, look-arounds and boundaries for nothing, and a
reference to a group for any text. The pattern is taken apart by the standard library's own parser; what that does not
know, or warns of, has no gate. Source: RE2's *Syntax*, the documentation of Python's `re` and of `regex`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

_ASCII = range(128)
_BEYOND = r"\x{80}-\x{10FFFF}"
_ANY = "(?s:.)"
_DIGITS = frozenset(range(48, 58))
_WORD = frozenset(code for code in _ASCII if chr(code).isalnum()) | {95}
_SPACE = frozenset((9, 10, 11, 12, 13, 32))
_CATEGORIES = {"DIGIT": _DIGITS, "WORD": _WORD, "SPACE": _SPACE}
_MOST_REPEATED = 200
"""RE2 refuses counts above 1000, nested ones multiplied; a smaller least count and no most let more through."""

_FLAGS = 0x2 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x2000
"""Flags of `regex` under which a pattern means what it means to `re`: I, M, S, U, X, A, V0."""
_UNKNOWN = re.compile(
    r"\[:\^?\w+:\]"  # POSIX classes
    r"|\(\?[A-Za-z]*[VfLrbep]"  # flags of `regex` alone that change what matches
    r"|(?<!\\)\{(?![0-9]*,?[0-9]*\})"  # fuzzy matching
)
"""Syntax that the standard library's parser accepts with another meaning."""


class _Chars(NamedTuple):
    """A set of characters: some of ASCII, and all beyond or none."""

    ascii: frozenset[int]
    beyond: bool

    def pattern(self) -> str:
        if self.beyond and len(self.ascii) == len(_ASCII):
            return _ANY
        ranges = "".join(rf"\x{{{low:X}}}-\x{{{high:X}}}" for low, high in _runs(self.ascii))
        inside = ranges + (_BEYOND if self.beyond else "")
        return f"[{inside}]" if inside else _ANY


def gate_of(pattern: str, flags: int) -> str | None:
    """Give an RE2 pattern that every text with a match of `pattern` matches, or None where none is known.

    Args:
        pattern: in the syntax of `regex`.
        flags: those of `regex` with which it is compiled.
    """
    parser, name = _parser(), re.compile(r"(?<!\\)\(\?<(?=[A-Za-z_])")
    written = name.sub("(?P<", pattern)
    if parser is None or flags & ~_FLAGS or _UNKNOWN.search(written):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = parser.parse(written, flags & (re.IGNORECASE | re.VERBOSE).value)
        gate = _sequence(parsed, bool(parsed.state.flags & re.IGNORECASE))
    except (re.error, Warning, RecursionError, OverflowError, LookupError):
        return None
    return gate if _is_accepted(gate) else None


def _parser() -> Any:
    """Give the standard library's parser: not public since Python 3.11, and without it there are no gates."""
    try:
        return import_module("re._parser")
    except ImportError:
        return None


def _is_accepted(gate: str) -> bool:
    """Say whether RE2 takes a pattern, and does not let the empty text pass."""
    import pyarrow as pa  # noqa: PLC0415 a look-up needs no gate
    import pyarrow.compute as pc  # noqa: PLC0415 likewise

    try:
        return not pc.match_substring_regex(pa.array([""]), gate)[0].as_py()
    except pa.ArrowInvalid:
        return False


def _sequence(nodes: Iterable[Any], fold: bool) -> str:
    return "".join(_node(str(code), argument, fold) for code, argument in nodes)


def _node(code: str, argument: Any, fold: bool) -> str:
    """Widen one node of a parsed pattern.

    Raises:
        LookupError: a node of a kind that is not known.
    """
    return _KINDS[code](argument, fold)


def _literal(code: int, fold: bool) -> str:
    return _chars_of([("LITERAL", code)], fold).pattern()


def _class(items: Any, fold: bool) -> str:
    named = [(str(code), argument) for code, argument in items]
    if named[0][0] == "NEGATE":
        # what is left out for sure is the ASCII part, taken literally; in another case it may be left out as well
        return _Chars(frozenset(_ASCII) - _chars_of(named[1:], fold=False).ascii, beyond=True).pattern()
    return _chars_of(named, fold).pattern()


def _chars_of(items: Iterable[tuple[str, Any]], fold: bool) -> _Chars:
    """Gather a class; `fold` adds the other case: beyond ASCII three characters are another case of i, k and s."""
    ascii_part: set[int] = set()
    beyond = folds_back = False
    for code, argument in items:
        if code == "CATEGORY":
            _, _, name = str(argument).partition("CATEGORY_")
            kind = _CATEGORIES[name.removeprefix("NOT_")]
            ascii_part |= set(_ASCII) - kind if name.startswith("NOT_") else kind
            beyond = True
            continue
        low, high = argument if code == "RANGE" else (argument, argument)
        ascii_part |= set(range(low, min(high, 127) + 1))
        folds_back = folds_back or high > 127
    beyond = beyond or folds_back
    if fold:
        ascii_part |= {ord(cased) for one in ascii_part for cased in (chr(one).lower(), chr(one).upper())}
        ascii_part |= set(map(ord, "iksIKS")) if folds_back else set()
        beyond = beyond or not ascii_part.isdisjoint(map(ord, "iks"))
    return _Chars(frozenset(ascii_part), beyond)


def _branch(argument: Any, fold: bool) -> str:
    return f"(?:{'|'.join(_sequence(branch, fold) for branch in argument[1])})"


def _group(argument: Any, fold: bool) -> str:
    _, added, dropped, nodes = argument
    ignore = re.IGNORECASE.value
    return f"(?:{_sequence(nodes, (fold or bool(added & ignore)) and not dropped & ignore)})"


def _repeat(argument: Any, fold: bool) -> str:
    least, most, nodes = argument
    inside = f"(?:{_sequence(nodes, fold)})"
    if most > _MOST_REPEATED:
        return f"{inside}{{{min(least, _MOST_REPEATED)},}}"
    return f"{inside}{{{least},{most}}}"


def _either(argument: Any, fold: bool) -> str:
    _, yes, no = argument
    return f"(?:{_sequence(yes, fold)}|{_sequence(no or (), fold)})"


def _nothing(_: Any, fold: bool) -> str:  # noqa: ARG001 as the others
    return ""


def _one(_: Any, fold: bool) -> str:  # noqa: ARG001 as the others
    return _ANY


def _text(_: Any, fold: bool) -> str:  # noqa: ARG001 as the others
    return f"{_ANY}*"


_KINDS: dict[str, Callable[[Any, bool], str]] = {
    "LITERAL": _literal,
    "NOT_LITERAL": _one,
    "ANY": _one,
    "IN": _class,
    "BRANCH": _branch,
    "SUBPATTERN": _group,
    "ATOMIC_GROUP": lambda nodes, fold: f"(?:{_sequence(nodes, fold)})",
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "POSSESSIVE_REPEAT": _repeat,
    "ASSERT": _nothing,
    "ASSERT_NOT": _nothing,
    "AT": _nothing,
    "GROUPREF": _text,
    "GROUPREF_EXISTS": _either,
}


def _runs(codes: frozenset[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found
