"""Card verification codes (CVV, CVC, CID): three or four digits that nothing but their surroundings tells apart.

PCI DSS v4.0, 3.3.1.2: they must not be kept after authorisation, so that each one found is a finding of its own.
They count under a header, right behind their label, right behind a card number in the same text, or in a column
beside one (`detectors.record`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.behind_card import AMERICAN_EXPRESS, BEHIND_CARD, card_before
from detectors.context import ContextDetector
from detectors.interface import Case, Match, Ruling
from detectors.label import labelled
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, share, valid
from detectors.shape import Shape
from detectors.text import plain, words

BESIDE = "beside a card number in the same record"
LOOSE_NAMES = ("cid", "csc", "cvn")
"""Also short for customer id, content id and the like."""


class Cvv(ContextDetector):
    """Finds verification codes; canonical form: the digits. They get no token."""

    entity = "CVV"
    version = 2
    category = "financial"
    tokenised = False
    header_words = words(
        "cvv cvvs cvvcode cvc cvccode cvd csc cvn cid securitycode cardcode cardsecuritycode cryptogramme"
        " codesecurite codedesecurite prufnummer pruefnummer prufziffer kartenprufnummer kartenpruefnummer"
        " sicherheitscode codicesicurezza codicedisicurezza verificationcode cardverification"
    )
    near = frozenset((
        "cvv", "cvv2", "cvc", "cvc2", "cvd", "csc", "cid", "cvn", "security code", "card verification",
        "cryptogramme", "code de securite", "prufnummer", "pruefnummer", "kartenprufnummer", "sicherheitscode",
        "codice di sicurezza",
    ))  # fmt: skip
    pattern = re.compile(r"[0-9]+")
    min_digits = 3

    @property
    def gate(self) -> str:
        """Three digits."""
        return r"[0-9]{3}"

    @property
    def sure_gate(self) -> str:
        """A card number with more digits behind it."""
        return rf"{BEHIND_CARD}[0-9]{{3}}"

    def check(self, hit: re.Match[str]) -> str | None:
        """Take three or four digits that stand by themselves."""
        text, (start, end) = hit.string, hit.span()
        if not 3 <= end - start <= 4 or _JOINED_BEFORE.search(text, max(0, start - 3), start):
            return None
        return None if _JOINED_BEHIND.match(text, end) else hit.group()

    def shapes(self, text: str) -> Iterator[Shape]:
        """Look for labelled codes and for codes behind a card number."""
        return self.shapes_under(text, headed=False)

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through the runs of digits; under a telling header a cell that is one run counts, valid or not."""
        whole = headed and text.strip().isdigit()
        for hit in self.pattern.finditer(text):
            canonical = self.check(hit)
            if canonical is None:
                if whole:
                    yield Shape(explicit=False, match=None)
                continue
            told = labelled(text, hit.start(), self.near) or _behind_card(text, hit)
            if told or whole:
                yield Shape(told, Match(*hit.span(), 0.8 if told else 0.5, (canonical,), told))

    def parse(self, text: str) -> tuple[str, ...]:
        """Take three or four digits."""
        typed = plain(text)
        return (typed,) if re.fullmatch(r"[0-9]{3,4}", typed) else ()

    def mask(self, canonical: str) -> str:  # noqa: ARG002 all look the same
        """Show nothing."""
        return "***"

    def rule(self, case: Case) -> Ruling:
        """Weigh header, label and neighbourhood; without one of them there is nothing to weigh."""
        evidence = case.evidence
        told = share(evidence.explicit, evidence.matches) >= 0.5
        if case.supporting:
            part = share(evidence.matches, evidence.candidates)
            if part < 0.5:
                return NOTHING, "most numbers under that name have another length"
            loose = case.supporting in LOOSE_NAMES and not told and not _CARD_NAME.search(case.name)
            score = HINT if loose else HIGH if part >= 0.9 else MEDIUM
            return score, valid(evidence, "three or four digits")
        if case.counter:
            return HINT, f"the column's name says otherwise ({case.counter})"
        if case.alone:
            return (MEDIUM if told else HINT), BESIDE if told else f"{BESIDE}, but other numbers look like that too"
        return (MEDIUM if told else HINT), "right behind a card number, or labelled as verification code"


def _behind_card(text: str, hit: re.Match[str]) -> bool:
    card = card_before(text, hit.start(), expiry_between=True)
    return card is not None and (len(hit.group()) == 4) == card.startswith(AMERICAN_EXPRESS)


_JOINED_BEFORE = re.compile(r"(?:[0-9A-Za-z_$\u20ac\u00a3#]|[0-9][.,:'-])$")
_JOINED_BEHIND = re.compile(
    r"[0-9A-Za-z_]|[ \u00a0\u202f]?(?:[\u20ac$%\u00a3]|(?:EUR|CHF|USD|CAD|GBP)\b)|[.,/:'-][0-9]"
    r"|[ \u00a0\u202f](?!(?:0?[1-9]|1[0-2])[/.-][0-9]{2})[0-9]"
)
_CARD_NAME = re.compile(r"card|carte|karte|carta|^cc|payment")
