"""Expiry dates of payment cards: a month and a year, `12/27`, `12/2027`, `1227`, `2027-12`.

Source: ISO/IEC 7813 (the date on the track is YYMM) and EMV for what is printed: MM/YY. They count under a header,
behind a label that speaks of a card, right behind a card number in the same text, or in a column beside one
(`detectors.record`). `expires 12/24` alone may be any offer's last day, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.behind_card import BEHIND_CARD, card_before
from detectors.context import BEHIND, ContextDetector, bare
from detectors.cvv import BESIDE
from detectors.interface import Case, Match, Ruling
from detectors.label import labelled, line_before
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, beyond_chance, by_chance, share, valid
from detectors.shape import Shape
from detectors.text import plain, words

BY_CHANCE = 0.03
"""Of all numbers of four digits, those with a month in front and a year from 2000 to 2049 are 6 in 100; half that where
the month comes last as often."""
_CARD_ONLY = frozenset((
    "valid thru", "good thru", "card expiry", "card exp", "card expires", "card expiration", "exp date", "expiry date",
    "cc exp", "date d expiration de la carte", "carte expire", "gultig bis ende",
))  # fmt: skip
_ANY = frozenset((
    "exp", "expiry", "expires", "expire", "expire fin", "expiration", "expiration date", "valid until", "valid to",
    "date d expiration", "validite", "valable jusqu au", "valable jusqu", "gultig bis", "gueltig bis", "ablaufdatum",
    "ablauf", "scadenza", "valida fino al",
))  # fmt: skip
_CARD = re.compile(
    r"(?<![a-z])(?:cards?|cartes?|karten?|kreditkarte|carta|cb|visa|mastercard|amex|cvv2?|cvc2?|cryptogramme)(?![a-z])"
)
_PATTERN = re.compile(
    r"(?P<month>[0-9]{1,2})\s?[/.|-]\s?(?P<year>20[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|(?P<year_first>20[0-9]{2})[/.-](?P<month_last>[0-9]{2})(?![0-9])"
    r"|(?P<joined_month>[0-9]{2})(?P<joined_year>20[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|[0-9]+"
)


class CardExpiry(ContextDetector):
    """Finds expiry dates; canonical form: `2027-12`. They get no token."""

    entity = "CARD_EXPIRY"
    version = 2
    category = "financial"
    tokenised = False
    header_words = words(
        "exp expiry expiration expdate expirydate expirationdate expires cardexp cardexpiry cardexpiration ccexp"
        " ccexpiry ccexpires validthru validthrough validto validuntil dateexpiration expirationcarte finvalidite"
        " datevalidite ablaufdatum kartenablauf gultigbis gueltigbis scadenza scadenzacarta datascadenza"
    )
    near = _CARD_ONLY | _ANY
    pattern = _PATTERN
    min_digits = 3

    @property
    def gate(self) -> str:
        """A month beside a year."""
        return r"[0-9](?:\s?[/.|-]\s?)?[0-9]{2}"

    @property
    def sure_gate(self) -> str:
        """A card number with such a pair behind it."""
        return rf"{BEHIND_CARD}[0-9](?:\s?[/.|-]\s?)?[0-9]{{2}}"

    def check(self, hit: re.Match[str]) -> str | None:
        """Take months from 1 to 12 of the years from 2000 to 2049 that stand by themselves."""
        text, (start, end) = hit.string, hit.span()
        if _JOINED_BEFORE.search(text, max(0, start - 2), start) or _JOINED_BEHIND.match(text, end):
            return None
        month = hit["month"] or hit["month_last"] or hit["joined_month"]
        year = hit["year"] or hit["year_first"] or hit["joined_year"]
        if month is None or not 1 <= int(month) <= 12 or not 0 <= int(year[-2:]) <= 49:
            return None
        return f"20{year[-2:]}-{int(month):02d}"

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through the runs of digits; under a telling header a cell that is one of them counts, valid or not."""
        for hit in self.pattern.finditer(text):
            canonical = self.check(hit)
            whole = headed and len(text.strip()) == hit.end() - hit.start()
            if canonical is None:
                if whole:
                    yield Shape(explicit=False, match=None)
                continue
            told = _told(text, hit) or card_before(text, hit.start()) is not None
            if told or whole:
                yield Shape(told, Match(*hit.span(), 0.8 if told else 0.5, (canonical,), told))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed date into year and month."""
        hit = self.pattern.fullmatch(plain(text))
        canonical = self.check(hit) if hit else None
        return (canonical,) if canonical else ()

    def mask(self, canonical: str) -> str:  # noqa: ARG002 all look the same
        """Show nothing."""
        return "**/**"

    def rule(self, case: Case) -> Ruling:
        """Weigh header, label and neighbourhood; months and years must outnumber chance."""
        evidence = case.evidence
        told = share(evidence.explicit, evidence.matches) >= 0.5
        if case.supporting:
            if not beyond_chance(evidence.matches, evidence.candidates, BY_CHANCE):
                return NOTHING, by_chance(evidence)
            part = share(evidence.matches, evidence.candidates)
            if not told and not _OF_CARD.search(case.name):
                return (MEDIUM if part >= 0.5 else HINT), "a month and a year, under a name that other things bear too"
            return (HIGH if part >= 0.9 else MEDIUM if part >= 0.5 else HINT), valid(evidence, "a month and a year")
        if case.counter:
            return HINT, f"the column's name says otherwise ({case.counter})"
        if case.alone:
            return (MEDIUM if told else HINT), BESIDE if told else f"{BESIDE}, but other months look like that too"
        return (MEDIUM if told else HINT), "right behind a card number, or labelled as a card's expiry date"


_OF_CARD = re.compile(r"card|carte|karte|carta|^cc|payment|paiement|zahlung")


def _told(text: str, hit: re.Match[str]) -> bool:
    if labelled(text, hit.start(), _CARD_ONLY):
        return True
    if not labelled(text, hit.start(), _ANY):
        return False
    around = line_before(text, hit.start()) + " | " + bare(text[hit.end() : hit.end() + BEHIND].partition("\n")[0])
    return _CARD.search(around) is not None


_JOINED_BEFORE = re.compile(r"[0-9A-Za-z_$\u20ac\u00a3#]$|[0-9][/.:-]$")
_JOINED_BEHIND = re.compile(r"[0-9A-Za-z_]|[/.,:-][0-9]|[ \u00a0\u202f]?(?:[\u20ac$%\u00a3]|(?:EUR|CHF|USD|CAD|GBP)\b)")
