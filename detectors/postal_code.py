"""Postal codes of France, Switzerland and Canada: under a header, behind their label, or in an address line.

Sources: La Poste (01000 to 98899, the departments overseas and Monaco included); Swiss Post (1000 to 9699,
Liechtenstein included); Canada Post, *Addressing Guidelines*: A1A 1A1 without D, F, I, O, Q, U, and
without W, Z in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.context import ContextDetector
from detectors.interface import Case, DetectSettings, Match, Ruling
from detectors.label import labelled
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, share, valid
from detectors.shape import Shape
from detectors.street_address import StreetAddress
from detectors.streets import STREET_THEN_CODE
from detectors.text import plain, words

_LETTERS = "ABCEGHJ-NPRSTV-Z"
_CANADIAN = f"[ABCEGHJ-NPRSTVXY][0-9][{_LETTERS}][ \u00a0-]?[0-9][{_LETTERS}][0-9]"
_PATTERN = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<canadian>(?i:{_CANADIAN}))(?![0-9A-Za-z])|(?P<digits>[0-9]+)(?![0-9A-Za-z]))"
)
_PROVINCES = (
    r"(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|Alberta|British Columbia|Colombie-Britannique|Manitoba"
    r"|New Brunswick|Nouveau-Brunswick|Newfoundland|Terre-Neuve|Nova Scotia|Nouvelle-\u00c9cosse|Ontario|Qu[e\u00e9]bec"
    r"|Prince Edward Island|Saskatchewan|Yukon|Nunavut)"
)
_PROVINCE = re.compile(rf"(?:^|[^A-Za-z]){_PROVINCES}[\s,.)\u00a0]{{1,4}}$")
_NAME = "[A-Z\u00c0-\u00dd][A-Za-z\u00c0-\u017f'\u2019.-]{1,24}"
_TOWN_AND_PROVINCE = re.compile(rf"[ ,\u00a0]{{1,3}}(?:{_NAME}[ ,(\u00a0]{{1,3}}){{1,4}}?{_PROVINCES}(?![A-Za-z0-9])")
"""`H2X 1Y4 Montréal QC`, as it is written by who begins with the code."""
_TOWN = re.compile(r"[ \u00a0]{1,2}[A-Z\u00c0-\u00dd]")
_LINE = 72
"""Characters of an address line looked at in front of a code: the longest street and what stands behind it."""
_TAIL = re.compile(r"[^0-9]{1,28}|[^0-9]{1,14}[0-9]{1,4}[^0-9]{1,10}")
"""What may stand between a street and its code: a comma, a line break, a country's letter, a flat, a town."""
_WEAK_NAMES = ("cap", "cp")


class PostalCode(ContextDetector):
    """Finds postal codes; canonical form: capitals without blanks. They get no token."""

    entity = "POSTAL_CODE"
    version = 2
    category = "contact"
    tokenised = False
    header_words = words(
        "cp codepostal codespostaux codpostal postal postalcode postcode postcodes npa plz postleitzahl zip zipcode cap"
        " codicepostale codiceavviamento zipcity"
    )
    near = frozenset((
        "code postal", "codes postaux", "cp", "postal code", "postcode", "zip code", "zip", "npa", "plz",
        "postleitzahl", "codice postale", "cap",
    ))  # fmt: skip
    pattern = _PATTERN
    min_digits = 3

    def __init__(self, settings: DetectSettings | None = None) -> None:
        super().__init__(settings)
        self._streets = StreetAddress()

    @property
    def gate(self) -> str:
        """Four digits, or the Canadian form."""
        return rf"[0-9]{{4}}|(?i:{_CANADIAN})"

    @property
    def sure_gate(self) -> str:
        """The Canadian form, or anything in a street's line."""
        return rf"(?:^|[^0-9A-Za-z])(?i:{_CANADIAN})(?:[^0-9A-Za-z]|$)|{STREET_THEN_CODE}"

    def check(self, hit: re.Match[str]) -> str | None:
        """Take what the three posts give out."""
        if hit["canadian"]:
            return re.sub(r"[^0-9A-Z]", "", hit["canadian"].upper())
        digits = hit["digits"]
        valid_here = (len(digits) == 5 and "01000" <= digits <= "98899") or (
            len(digits) == 4 and "1000" <= digits <= "9699"
        )
        joined = _JOINED.search(hit.string, max(0, hit.start() - 2), hit.start()) or _JOINED_ON.match(
            hit.string, hit.end()
        )
        return digits if valid_here and not joined else None

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through codes and numbers; under a telling header the one that begins or ends its cell counts."""
        ends: list[int] | None = None
        for hit in self.pattern.finditer(text):
            at_edge = headed and (not text[: hit.start()].strip(" \t\n-ABCDFHL") or not text[hit.end() :].strip())
            canonical = self.check(hit)
            if canonical is None:
                if at_edge:
                    yield Shape(explicit=False, match=None)
                continue
            told = labelled(text, hit.start(), self.near)
            if not told and not at_edge:
                ends = [one.end for one in self._streets.find(text)] if ends is None else ends
                told = _in_address(text, hit, ends)
            if told or at_edge:
                yield Shape(told, Match(*hit.span(), 0.8 if told else 0.5, (canonical,), told))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed code into capitals without blanks."""
        hit = self.pattern.fullmatch(plain(text))
        canonical = self.check(hit) if hit else None
        return (canonical,) if canonical else ()

    def mask(self, canonical: str) -> str:
        """Show only how it is built."""
        return "*** ***" if canonical[0].isalpha() else "*" * len(canonical)

    def rule(self, case: Case) -> Ruling:
        """Believe a telling header if most cells fit, and address lines."""
        evidence = case.evidence
        part = share(evidence.matches, evidence.candidates)
        if case.supporting and part < 0.5:
            return NOTHING, valid(evidence, "the codes of France, Switzerland and Canada")
        if case.supporting:
            score = MEDIUM if part < 0.9 or case.supporting in _WEAK_NAMES else HIGH
            return score, valid(evidence, "the codes of France, Switzerland and Canada")
        if case.counter and case.alone:
            return HINT, f"the column's name says otherwise ({case.counter})"
        return MEDIUM, "in address lines, or behind a label"


def _in_address(text: str, hit: re.Match[str], ends: list[int]) -> bool:
    """Say whether a code stands behind a street, with a town behind it; a Canadian one also beside a province."""
    if hit["canadian"] and _PROVINCE.search(text, max(0, hit.start() - 32), hit.start()):
        return True
    # Numbers of parts look like codes without the blank, and what follows them is often in capitals.
    if hit["canadian"] and len(hit["canadian"]) == 7 and _TOWN_AND_PROVINCE.match(text, hit.end()):
        return True
    street = max((end for end in ends if end <= hit.start()), default=None)
    if street is None or hit.start() - street > _LINE:
        return False
    if not _TAIL.fullmatch(text, street, hit.start()):
        return False
    return bool(hit["canadian"]) or _TOWN.match(text, hit.end()) is not None


_JOINED = re.compile(r"[0-9][.,/:'-]$|[$\u20ac\u00a3#_]$")
_JOINED_ON = re.compile(r"[.,/:'-][0-9]|_|[ \u00a0\u202f]?[\u20ac$%\u00a3]")
