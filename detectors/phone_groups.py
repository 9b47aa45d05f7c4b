"""Groups of digits in a text, and whether they are grouped as telephone numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.numbering import NORTH_AMERICA, Region

Group = tuple[int, int]
"""Where a run of digits starts and ends in its text."""

_PIECE = re.compile(r"%20|([0-9]+)")
_BETWEEN_NUMBERS = re.compile(r"\s*/\s+|\s+/\s*|\s{2,3}|\s*[.)]\s*[\u2010-\u2014-]\s*|//")
_AMERICAN = frozenset([(3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 3, 7), (1, 10)])
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def gap(text: str, groups: list[Group], at: int) -> str:
    """Give what stands between a group and the next."""
    return text[groups[at][1] : groups[at + 1][0]]


def segments(text: str, start: int, end: int) -> Iterator[list[Group]]:
    """Cut a chain into its groups, parted where a separator stands between numbers rather than inside one."""
    groups: list[Group] = []
    for piece in _PIECE.finditer(text, start, end):
        if piece.group(1) is None:
            continue
        if groups and _BETWEEN_NUMBERS.fullmatch(text, groups[-1][1], piece.start()):
            yield groups
            groups = []
        groups.append(piece.span())
    if groups:
        yield groups


def dates_apart(text: str, groups: list[Group]) -> Iterator[list[Group]]:
    """Leave out what is written as a date, with a year of four digits; what stands around it is parted."""
    held: list[Group] = []
    at = 0
    while at < len(groups):
        if _is_date(text, groups[at : at + 3]):
            yield held
            held = []
            at += 3
        else:
            held.append(groups[at])
            at += 1
    yield held


def _is_date(text: str, groups: list[Group]) -> bool:
    if (
        len(groups) < 3
        or gap(text, groups, 0) != gap(text, groups, 1)
        or gap(text, groups, 0) not in ("-", ".", "/", " ")
    ):
        return False
    written = [text[start:end] for start, end in groups]
    if len(written[0]) == 4:
        written.reverse()
    day, month, year = written
    if len(day) > 2 or len(month) > 2 or not _YEAR.fullmatch(year):
        return False
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 31 and min(int(day), int(month)) <= 12


def digits_of(text: str, groups: list[Group], *, international: bool) -> str:
    """Put the groups' digits together; a trunk prefix in brackets behind a country code is left out."""
    if international:
        kept = [
            (start, end)
            for start, end in groups
            if text[start:end] != "0" or text[start - 1 : start] != "(" or text[end : end + 1] != ")"
        ]
        return "".join(text[start:end] for start, end in kept)
    return "".join(text[start:end] for start, end in groups)


def parted(text: str, groups: list[Group], low: int, high: int, *, fresh: bool) -> bool:
    """Say whether some of the groups can be a number by themselves: blanks and short groups stand around them.

    Args:
        text: where the groups stand.
        groups: all of a chain.
        low: the first of those in question.
        high: behind the last.
        fresh: nothing in front is left over.
    """
    for inside, outside in ((low, low - 1), (high - 1, high)):
        if 0 <= outside < len(groups) and not (fresh and outside < low):
            between = text[min(groups[inside][1], groups[outside][1]) : max(groups[inside][0], groups[outside][0])]
            if between.strip(" \u00a0()/") or groups[outside][1] - groups[outside][0] > 3:
                return False
    return True


def plausible(text: str, groups: list[Group], sizes: tuple[int, ...], plan: Region) -> bool:
    """Say whether somebody in a region would group a number so; `groups`, of these sizes, are two or more."""
    first = text[groups[0][0]]
    if plan.code == NORTH_AMERICA:
        status_line = text[max(0, groups[0][0] - 2) : groups[0][0]] == '" '
        return sizes in _AMERICAN and (first == "1" or sizes[0] != 1) and not status_line
    if (plan.trunk == "0") != (first == "0"):
        return False
    if sizes[-1] < 2 or len(sizes) > 7 or min(sizes[1:]) < 2 or _is_company(text, groups, sizes):
        return False
    if plan.trunk != "0":
        return len(sizes) > 2 and sizes[0] > 1 and gap(text, groups, 0) not in (".", "/")
    return (sizes[0] == 1 and len(sizes) > 3) or plan.shortest_first <= sizes[0] <= 6


def _is_company(text: str, groups: list[Group], sizes: tuple[int, ...]) -> bool:
    """Say whether it is a Belgian company's number: 0xxx.xxx.xxx with check digits modulo 97."""
    if sizes == (4, 3, 3) and gap(text, groups, 0) == ".":
        digits = int("".join(text[start:end] for start, end in groups))
        return 97 - (digits // 100) % 97 == digits % 100
    return False
