"""Groups of digits in a text, and whether they are grouped as telephone numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from detectors.numbering import NORTH_AMERICA, Region

Group = tuple[int, int]
"""Where a run of digits starts and ends in its text."""

MOST_GROUPS = 9
"""Of one number."""

_ESCAPED_BLANK = re.compile("%20|&nbsp;|&#160;")
_PIECE = re.compile(r"%20|&#160;|([0-9]+)")
_BETWEEN_NUMBERS = re.compile(r"\s{2,3}\(?|\s*[.)]\s*[\u2010-\u2014-]\s*|//")
_WIDE = re.compile(r"(?:[0-9]{1,2}[.)] )?[0-9]{1,6}\)?(?: {2}[0-9]{1,7}){1,6}")
_BLANKS = " \u00a0\u2007\u2009\u202f"
_BLANKS_SET = frozenset(_BLANKS)
_WIDE_CODE = re.compile(r"[0-9]{1,3} {2}")
_APART = re.compile(r"[\s()/]*(?:(?:(?<=\s)[\u2010-\u2014-]|[\u2010-\u2014-](?=\s))[\s()/]*)?")
"""Blanks and brackets, perhaps with a dash that has a blank beside it: what may stand between a number and another."""

_SPACED_MARK = re.compile(r"\s[\u2010-\u2014-]\s|\s*/\s+|\s+/\s*")
_NUMBERING = re.compile(r"[.)] +\(?")
_AMERICAN = frozenset([(3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 3, 7), (1, 10)])
_RIVALS = range(4, 7)
"""Digits of a neighbouring group that might as well belong to the number; longer ones are numbers of their own."""
_SOCIAL = (1, 2, 2, 2, 3, 3)
"""Sex, year, month, department, commune, order; the key of two digits may follow (INSEE, NIR)."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


_ACCOUNT = (5, 5, 11, 2)
"""Bank, branch, account and key of a French account (RIB)."""


def gap(text: str, groups: list[Group], at: int) -> str:
    """Give what stands between a group and the next; the blanks of URLs and HTML as no-break spaces."""
    return between(text, groups[at][1], groups[at + 1][0])


def between(text: str, start: int, end: int) -> str:
    """Give what stands between two places, written out."""
    return text[start:end] if end - start < 3 else _ESCAPED_BLANK.sub("\u00a0", text[start:end])


def segments(text: str, start: int, end: int, *, plus: bool) -> Iterator[list[Group]]:
    """Cut a chain into its groups, parted where a separator stands between numbers rather than inside one.

    Args:
        text: where the chain stands.
        start: of the chain.
        end: behind it.
        plus: a `+` stands in front, so that what follows the first group is a number's middle.
    """
    groups: list[Group] = []
    wide = _spaced_widely(text[start:end], plus=plus)
    for piece in _PIECE.finditer(text, start, end):
        if piece.group(1) is None:
            continue
        if groups and _ends_number(text, groups, piece.start(), wide=wide):
            yield groups
            groups = []
        groups.append(piece.span())
    if groups:
        yield groups


def _spaced_widely(chain: str, *, plus: bool) -> bool:
    """Say whether two blanks stand between all groups, or behind a country code: they part groups, not numbers."""
    return "  " in chain and (_WIDE.fullmatch(chain) is not None or (plus and _WIDE_CODE.match(chain) is not None))


def _ends_number(text: str, groups: list[Group], following: int, *, wide: bool) -> bool:
    """Say whether what stands behind the last group parts two numbers; a hyphen behind `(514)` does not."""
    start, end = groups[-1]
    mark = between(text, end, following)
    if mark[0] == ")" and text[start - 1 : start] == "(":
        return False
    if len(groups) == 1 and end - start < 3 and text[start] != "0" and _NUMBERING.fullmatch(mark):
        return True
    if _SPACED_MARK.fullmatch(mark) and sum(high - low for low, high in groups) > 8:
        return True
    return not wide and _BETWEEN_NUMBERS.fullmatch(mark) is not None


def dates_apart(text: str, groups: list[Group]) -> Iterator[list[Group]]:
    """Leave out dates with a year of four digits, IPv4 addresses, French social security and account numbers.

    What stands around a date or an address is parted.
    """
    sizes = tuple(end - start for start, end in groups)
    if (sizes[:6] == _SOCIAL and text[groups[0][0]] in "12") or sizes == _ACCOUNT:
        return
    held: list[Group] = []
    at = 0
    while at < len(groups):
        taken = 3 if _is_date(text, groups[at : at + 3]) else _address(text, groups, at)
        if taken:
            yield held
            held = []
            at += taken
        else:
            held.append(groups[at])
            at += 1
    yield held


def _address(text: str, groups: list[Group], at: int) -> int:
    """Count the groups of an IPv4 address that starts at one group, its prefix length included; 0 where none does."""
    if len(groups) < at + 5 or not all(gap(text, groups, here) == "." for here in range(at, at + 3)):
        return 0
    network = gap(text, groups, at + 3) == "/" and groups[at + 4][1] - groups[at + 4][0] < 3
    behind = at + 4 + network
    if behind < len(groups) and gap(text, groups, behind - 1)[0] not in _BLANKS:
        return 0
    parts = [text[start:end] for start, end in groups[at : at + 4]]
    valid = all(len(part) < 4 and int(part) < 256 and (part == "0" or part[0] != "0") for part in parts)
    return behind - at if valid and not (at and gap(text, groups, at - 1) == ".") else 0


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


def windows(at: int, count: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of groups worth a try: from one place on, the longest first, then past up to four groups."""
    for low in range(at, min(at + 5, count) if count - at <= MOST_GROUPS + 3 else at + 1):
        for high in range(min(low + MOST_GROUPS, count), low, -1):
            yield low, high


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
            mark = gap(text, groups, min(inside, outside))
            if not _APART.fullmatch(mark):
                return False
            if groups[outside][1] - groups[outside][0] in _RIVALS and mark.strip(_BLANKS + "()/") == "":
                bracketed = outside < low and text[groups[low][0] - 1] == "("
                alone = bracketed or _stands_alone(text, groups[low:high]) or _bound(text, groups, outside, high)
                if not alone or not set(mark) & _BLANKS_SET:
                    return False
    return True


def _bound(text: str, groups: list[Group], outside: int, high: int) -> bool:
    """Say whether the group behind a number is bound to others by a mark: `… 4869-4129`."""
    if outside != high or high + 1 >= len(groups):
        return False
    behind = gap(text, groups, high)
    return "(" not in behind and not set(behind) & _BLANKS_SET


def _stands_alone(text: str, groups: list[Group]) -> bool:
    """Say whether a blank beside a number ends it: it has none itself, or it is one long run with 0 or + in front."""
    if len(groups) > 1:
        return not any(set(gap(text, groups, at)) & _BLANKS_SET for at in range(len(groups) - 1))
    start, end = groups[0]
    return end - start > 8 and (text[start] == "0" or text[start - 1 : start] == "+")


def plausible(text: str, groups: list[Group], sizes: tuple[int, ...], plan: Region) -> bool:
    """Say whether somebody in a region would group a number so; `groups`, of these sizes, are two or more."""
    first = text[groups[0][0]]
    if plan.code == NORTH_AMERICA:
        status_line = text[max(0, groups[0][0] - 2) : groups[0][0]] == '" '
        return sizes in _AMERICAN and (first == "1" or sizes[0] != 1) and not status_line
    if (plan.trunk == "0") != (first == "0"):
        return False
    if sizes[0] == 1 and text[groups[0][0] - 1 : groups[0][0]] == "(" and gap(text, groups, 0).startswith(")"):
        return True  # `(0)612345678`
    if sizes[-1] < 2 or len(sizes) > 7 or min(sizes[1:]) < 2:
        return False
    if plan.trunk != "0":
        return len(sizes) > 2 and sizes[0] > 1 and gap(text, groups, 0) not in (".", "/")
    return (sizes[0] == 1 and len(sizes) > 3) or plan.shortest_first <= sizes[0] <= 6


def alike(sizes: tuple[int, ...], form: tuple[int, ...]) -> bool:
    """Say whether groups are those of a written form, up to two of them divided further, or begin and go on as it does.

    `0900 1 123 123` is `0900 1 123123`, and `1800 10 10 22` is `1800 101 022`.
    """
    if sizes == form:
        return True
    if len(form) < 2:
        return False
    if set(accumulate(form)) <= set(accumulate(sizes)):
        return len(sizes) <= len(form) + 2
    return sizes[0] == form[0] and sum(sizes) == sum(form) and min(sizes[1:]) > 1


def is_company(text: str, groups: list[Group], sizes: tuple[int, ...]) -> bool:
    """Say whether it is a Belgian company's number: 0xxx.xxx.xxx with check digits modulo 97."""
    if sizes == (4, 3, 3) and gap(text, groups, 0) == ".":
        digits = int("".join(text[start:end] for start, end in groups))
        return 97 - (digits // 100) % 97 == digits % 100
    return False
