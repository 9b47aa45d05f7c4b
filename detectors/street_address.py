"""Street addresses: a number and a street in French, English, German or Italian form, and post office boxes.

Under a telling header a line counts as well that has a number and words (`12 Les Tilleuls`), or a street without a
number (`rue des Lilas`). Left out on purpose: names of places alone (`Le Bourg`), and streets of other languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.context import ContextDetector, bare
from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, share
from detectors.shape import Shape
from detectors.streets import BOX_WORDS, KINDS, NO_STREET, STREET, STREET_GATE, could_be_address
from detectors.text import plain, words

_LOOSE_SCORE = 0.25


class StreetAddress(ContextDetector):
    """Finds street addresses; canonical form: folded words, marks as blanks."""

    entity = "STREET_ADDRESS"
    category = "contact"
    header_words = words(
        "address addresses addr adr adresse adresses adressen adresspostale anschrift rue voie street streetname"
        " streets streetaddress strasse strassen strassenname indirizzo indirizzi domicile domicilio pobox postfach"
    )
    near = BOX_WORDS
    pattern = STREET

    @property
    def gate(self) -> str:
        """A letter: under a telling header an address needs no street."""
        return r"\pL"

    @property
    def sure_gate(self) -> str:
        """A number on the line of a street, or a box."""
        return STREET_GATE

    def check(self, hit: re.Match[str]) -> str | None:
        """Fold what is neither a part of something longer nor a word that only ends like a street."""
        if _touches(hit.string, hit.start()):
            return None
        folded = _folded(hit.group())
        return None if NO_STREET & frozenset(folded.split()) else folded

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Look for streets; under a telling header a line that could be an address counts as a whole."""
        none = True
        for hit in self.pattern.finditer(text):
            canonical = self.check(hit)
            if canonical:
                none, loose = False, str(hit.lastgroup).startswith("loose")
                score = _LOOSE_SCORE if loose else 0.8
                yield Shape(not loose, Match(*hit.span(), score, (canonical,), explicit=not loose))
        value = text.strip()
        if none and headed and value and could_be_address(value):
            start = text.index(value)
            yield Shape(explicit=False, match=Match(start, start + len(value), 0.6, (_folded(value),)))

    def parse(self, text: str) -> tuple[str, ...]:
        """Fold a typed address; empty where it is not built as one."""
        typed = plain(text)
        hit = self.pattern.fullmatch(typed)
        folded = _folded(typed)
        return (folded,) if folded and (hit or could_be_address(typed)) else ()

    def mask(self, canonical: str) -> str:
        """Show the kind of street and where a number stands."""
        shown = ["**" if word[0].isdigit() else word if word in KINDS else "***" for word in canonical.split()]
        return " ".join(word for at, word in enumerate(shown) if at == 0 or word in KINDS or word != shown[at - 1])

    def rule(self, case: Case) -> Ruling:
        """Believe forms that other words hardly have, and a telling header; the rest is a hint."""
        evidence = case.evidence
        part = share(evidence.matches, evidence.cells)
        if case.supporting and part >= 0.3:
            return HIGH, "a number beside a street, or built as an address"
        if evidence.explicit:
            sure = evidence.explicit >= 3 and not case.counter
            return (HIGH if sure else MEDIUM), "a number beside a street"
        if case.supporting:
            return MEDIUM, "some cells are built as addresses"
        if case.alone and part >= 0.5 and not case.counter:
            return MEDIUM, "most cells are built as addresses"
        return HINT, "built as addresses, as other words may be"


def _touches(text: str, start: int) -> bool:
    """Say whether what stands before a hit makes it a part of a longer number, word, path or code."""
    low = max(0, start - 2)
    return _BEFORE.search(text, low, start) is not None and _AFTER_WORD.search(text, low, start) is None


def _folded(text: str) -> str:
    return bare(plain(text).casefold()).strip()


_BEFORE = re.compile(r"[0-9A-Za-z\u00c0-\u024f_@/#.,:-]$")
_AFTER_WORD = re.compile(r"[A-Za-z\u00c0-\u024f)\"'0-9][,:.]$|-$")
