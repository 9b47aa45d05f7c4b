"""Payment card numbers (PANs): 13 to 19 digits of a known issuer range with Luhn's check digit, bare or in groups.

`explicit` here means: in groups, or with a word right in front that says card.

Sources: ISO/IEC 7812-1 for the number; PCI DSS v4.0, 3.4.1 for what may be shown of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Case, Match, Ruling
from detectors.issuers import is_article, is_card
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, beyond_chance, by_chance, share, valid
from detectors.shape import Shape, ShapeDetector
from detectors.text import (
    FIRST_DIGIT,
    FOREIGN_DIGIT,
    SEPARATOR,
    ascii_digits,
    before,
    labelled_otherwise,
    plain,
    touches,
    words,
)
from detectors.traits import numbered_through

_CHAIN = re.compile(rf"{FIRST_DIGIT}(?:{SEPARATOR}{{0,2}}[0-9]){{12,}}")
_PIECE = re.compile(r"%20|&#160;|([0-9]+)")
_IBAN_HEAD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}$")
_BLANKS = frozenset((" ", "\u00a0", "\u2007", "\u2009", "\u202f", "+", "%20", "&nbsp;", "&#160;", "  "))
_CARD_LABEL = re.compile(
    r"(?<![a-z])(?:(?:credit|debit|bank|payment)[ _-]?card|card|carte(?: bancaire| bleue| de cr[eé]dit)?|cb|pan|visa"
    r"|mastercard|amex|american express|maestro|kreditkarte|karte|karten(?:nummer|nr)|carta(?: di credito)?)"
    r"(?:[ _-]?(?:n[°o]?|no|nr|num|number|num[eé]ro|nummer|numero|is))?[\s\"'=:.#,/°-]{0,4}$"
)
_NOTATION = re.compile(rf"[0-9](?:{SEPARATOR}{{0,3}}[0-9]){{12,18}}")

GROUPINGS = (
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 1),
    (6, 13),
    (4, 4, 4, 7),
    (4, 4, 4, 4),
    (8, 8),
    (4, 4, 8),
    (4, 12),
    (4, 6, 5),
    (4, 4, 4, 3),
    (5, 5, 5),
    (4, 6, 4),
    (4, 4, 4, 2),
    (4, 4, 4, 1),
    (4, 4, 5),
    (4, 3, 3, 3),
)
"""How people and shops group a number, the longest first."""
_BY_FIRST = {first: [one for one in GROUPINGS if one[0] == first] for first in {one[0] for one in GROUPINGS}}

_LONG_ISSUERS = frozenset("68")
"""First digits of schemes that issue numbers of 17 to 19 digits; elsewhere three digits behind sixteen are a CVV."""

LUHN_BY_CHANCE = 0.1
"""One in ten random numbers passes Luhn's check; a column of one length and prefix meets the issuer range always."""

Groups = list[tuple[int, int]]
_FEW = 3
"""Bare numbers, all of them valid, that chance may make so where the column's name says something else."""


class CreditCard(ShapeDetector):
    """Finds card numbers; canonical form: digits only."""

    entity = "CREDIT_CARD"
    category = "financial"
    version = 2
    header_words = words(
        "card cards cc ccnum ccnumber creditcard cardnumber pan carte cartes cb bancaire karte kartennummer kreditkarte"
        " kreditkartennummer carta visa mastercard amex payment"
    )

    @property
    def gate(self) -> str:
        """Thirteen digits with at most two separators between them."""
        return rf"[0-9](?:{SEPARATOR}{{0,2}}[0-9]){{12}}|{FOREIGN_DIGIT}"

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through the chains of digits and separators; a chain of several numbers is taken apart."""
        if text.isdigit() and text.isascii():
            yield from _bare(text, [(0, len(text))])
            return
        text = ascii_digits(text)
        for chain in _CHAIN.finditer(text):
            groups = [piece.span(1) for piece in _PIECE.finditer(text, *chain.span()) if piece.group(1)]
            yield from _grouped(text, _own(text, groups))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed number into digits; empty where it is none."""
        typed = ascii_digits(plain(text))
        digits = re.sub(r"%20|&#160;|[^0-9]", "", typed)
        return (digits,) if _NOTATION.fullmatch(typed) and is_card(digits) else ()

    def mask(self, canonical: str) -> str:
        """Show the first six and last four digits at most; of fewer than 15 digits the last four only."""
        shown = 6 if len(canonical) >= 15 else 0
        return canonical[:shown] + "*" * (len(canonical) - shown - 4) + canonical[-4:]

    def rule(self, case: Case) -> Ruling:
        """Weigh grouped and bare numbers against what chance would make valid."""
        evidence = case.evidence
        tried = evidence.candidates - evidence.explicit_candidates
        bare = evidence.matches - evidence.explicit
        grouped = beyond_chance(evidence.explicit, evidence.explicit_candidates, LUHN_BY_CHANCE)
        plain = beyond_chance(bare, tried, LUHN_BY_CHANCE)
        part = share(evidence.matches, evidence.candidates)
        if not grouped and not plain:
            return NOTHING, by_chance(evidence)
        if grouped:
            score = HIGH if case.supporting or evidence.explicit >= 3 or evidence.candidates <= 3 else MEDIUM
            return score, "grouped or labelled as cards are, with valid issuer and check digit"
        if other := _otherwise(case, part):
            return HINT, other
        if case.counter or case.distinct < 3:
            return MEDIUM, valid(evidence, "issuer and check digit")
        return (HIGH if part >= 0.5 else MEDIUM), valid(evidence, "issuer and check digit")


def _otherwise(case: Case, part: float) -> str | None:
    """Say what speaks against bare numbers of which `part` are valid. A table may be in the order of its cards."""
    if case.counter and (part < 0.9 or case.evidence.candidates < _FEW):
        return f"the column's name says otherwise ({case.counter})"
    if case.declared:
        return f"declared as {case.declared}"
    through = numbered_through(case) if case.alone and not case.supporting else None
    return f"bare digits, {through}" if through else None


def _own(text: str, groups: Groups) -> Groups:
    """Drop the groups at either end that are a part of a word, up to the first blank; without one all belong to it."""
    if _IBAN_HEAD.search(text, max(0, groups[0][0] - 3), groups[0][1]):
        return groups[next((at for at, (low, high) in enumerate(groups) if at and high - low >= 13), len(groups)) :]
    gaps = [text[groups[at - 1][1] : groups[at][0]] for at in range(1, len(groups))]
    blanks = [at for at, gap in enumerate(gaps, 1) if gap in _BLANKS or gap[-1] in _BLANKS]
    first, behind = 0, len(groups)
    if touches(text, *groups[0]):
        first = next(iter(blanks), behind)
    if touches(text, *groups[-1]):
        behind = next(reversed(blanks), 0)
    return groups[first:behind]


def _bare(text: str, groups: Groups) -> Iterator[Shape]:
    start, end = groups[0]
    if 13 <= end - start <= 19:
        digits = text[start:end]
        if labelled_otherwise(text, start):
            return  # chance had no try here
        told = labelled_card(text, start)
        valid = is_card(digits) and not is_article(digits)
        score = 0.8 if len(digits) in (15, 16) else 0.5
        yield Shape(told, Match(start, end, score, (digits,), told) if valid else None)


def _grouped(text: str, groups: Groups) -> Iterator[Shape]:
    """Try each place in a chain of groups, going on behind what was found."""
    sizes = [end - start for start, end in groups]
    gaps = [text[groups[at][1] : groups[at + 1][0]] for at in range(len(groups) - 1)]
    at = behind = 0
    while at < len(groups):
        if 13 <= sizes[at] <= 19 and not {"."} & {*gaps[max(0, at - 1) : at + 1]}:
            yield from _bare(text, groups[at : at + 1])
            at = behind = at + 1
            continue
        shape, taken = _window(text, groups, sizes, gaps, at, fresh=at == behind)
        if shape is not None:
            yield shape
            behind = at + taken
        at += taken


def _window(  # noqa: PLR0913 one position in one chain, seen from all sides
    text: str, groups: Groups, sizes: list[int], gaps: list[str], at: int, *, fresh: bool
) -> tuple[Shape | None, int]:
    """Try the groupings at one place; gives the shape, if any, and how many groups it took."""
    shape: Shape | None = None
    taken = 1
    for grouping in _BY_FIRST.get(sizes[at], ()):
        count = len(grouping)
        if tuple(sizes[at : at + count]) != grouping:
            continue
        inner = gaps[at : at + count - 1]
        if not _even(inner, grouping) or (count == 2 and inner[0] == "."):
            continue
        if not _bounded(sizes, gaps, at, count, fresh=fresh):
            continue
        start, end = groups[at][0], groups[at + count - 1][1]
        digits = "".join(text[low:high] for low, high in groups[at : at + count])
        if count == 5 and inner[0] in _BLANKS and digits[0] not in _LONG_ISSUERS and is_card(digits[:16]):
            continue
        if is_card(digits):
            return Shape(explicit=True, match=Match(start, end, 0.95, (digits,), explicit=True)), count
        if shape is None:
            shape, taken = Shape(explicit=True, match=None), count
    return shape, taken


def _even(inner: list[str], grouping: tuple[int, ...]) -> bool:
    """Say whether the groups are parted alike; in four times four a hyphen among blanks is a slip of the hand."""
    return len(set(inner)) == 1 or (grouping == (4, 4, 4, 4) and set(inner) == {" ", "-"})


def _bounded(sizes: list[int], gaps: list[str], at: int, count: int, *, fresh: bool) -> bool:
    """Say whether a window ends where its number ends: one in dashes is whole, one in blanks may have neighbours."""
    gap, last, behind = gaps[at], gaps[at + count - 2], at + count
    if at and not fresh and gaps[at - 1] == gap and (gap not in _BLANKS or sizes[at - 1] == sizes[at]):
        bound_elsewhere = at > 1 and gap in _BLANKS and gaps[at - 2] not in _BLANKS  # `555-0199 4111 1111 …`
        if not bound_elsewhere:
            return False
    if behind >= len(sizes) or gaps[behind - 1] != last:
        return True
    again = sizes[behind : behind + count] == sizes[at:behind]
    return last in _BLANKS and (sizes[behind] != sizes[behind - 1] or again)


def labelled_card(text: str, start: int) -> bool:
    """Say whether the words right in front of a bare number call it a card."""
    return _CARD_LABEL.search(before(text, start)) is not None
