"""International bank account numbers: country, length, structure and check digits of the registry.

Source: ISO 13616-1 and SWIFT's IBAN Registry; check digits after ISO/IEC 7064, MOD 97-10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits

from detectors.iban_registry import STRUCTURES
from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, MEDIUM, NOTHING, beyond_chance, by_chance, share, valid
from detectors.shape import Shape, ShapeDetector
from detectors.text import FOREIGN_DIGIT, SEPARATOR, ascii_digits, escaped, plain, words

_COUNTRIES = "|".join(STRUCTURES)
_HEAD = re.compile(
    rf"[A-Za-z](?:(?<=%[0-9A-Fa-f]{{2}}[A-Za-z])|(?<![0-9A-Za-z%].)|(?<=[a-z][A-Z])|(?<=[Ii][Bb][Aa][Nn][A-Za-z]))[A-Za-z](?:{SEPARATOR})?[0-9]{{2}}(?=.{{11}})"
)
_REST = {
    country: re.compile(rf"(?:{SEPARATOR}{{0,2}}[0-9A-Za-z]){{{length - 4}}}")
    for country, (length, _) in STRUCTURES.items()
}
_BLANK = re.compile(rf"%20|{SEPARATOR}")
_SMALL = frozenset(ascii_lowercase)
_CAPITALS_OR_DIGITS = frozenset(ascii_uppercase + digits)
_VALUES = {character: str(value) for value, character in enumerate(digits + ascii_uppercase)}
MOD97_BY_CHANCE = 0.015
"""One in 97 passes, a little more where the structure leaves letters open."""


class IbanCode(ShapeDetector):
    """Finds IBANs; canonical form: capitals without separators."""

    entity = "IBAN_CODE"
    category = "financial"
    version = 2
    header_words = words("iban ibans rib account bank bankaccount compte konto kontonummer conto bankverbindung")

    @property
    def gate(self) -> str:
        """A country, two check digits and the eleven characters of the shortest number."""
        return rf"(?i)(?:{_COUNTRIES})(?:{SEPARATOR})?[0-9]{{2}}(?:{SEPARATOR}{{0,2}}[0-9A-Z]){{11}}|{FOREIGN_DIGIT}"

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through what starts as an IBAN does and is long enough for its country."""
        text = ascii_digits(text)
        behind = 0
        for head in _HEAD.finditer(text):
            if head.start() < behind:
                continue
            body = _REST.get(head.group()[:2].upper())
            rest = body.match(text, head.end()) if body else None
            loose = head.group()[:2].islower() and len(head.group()) > 4  # `de 10 articles`
            if rest is None or loose:
                continue
            written = _BLANK.sub("", text[head.start() : rest.end()])
            if not _stands_apart(text, head, rest.end(), written):
                continue
            explicit = rest.end() - head.start() > len(written)
            if not _is_iban(written.upper()) or not (written.isupper() or written.islower()):
                yield Shape(explicit, None)
                continue
            behind = rest.end()
            yield Shape(explicit, Match(head.start(), behind, 0.95, (written.upper(),), explicit=True))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed number into capitals without separators; empty where it is none."""
        typed = re.sub(r"(?i)^iban\W{0,3}", "", ascii_digits(plain(text)))
        compact = _BLANK.sub("", typed).upper()
        return (compact,) if _is_iban(compact) else ()

    def mask(self, canonical: str) -> str:
        """Show country, check digits and the last four characters."""
        return canonical[:4] + "*" * (len(canonical) - 8) + canonical[-4:]

    def rule(self, case: Case) -> Ruling:
        """Weigh the valid ones against chance."""
        evidence = case.evidence
        if not beyond_chance(evidence.matches, evidence.candidates, MOD97_BY_CHANCE):
            return NOTHING, by_chance(evidence)
        score = HIGH if case.supporting or share(evidence.matches, evidence.candidates) >= 0.5 else MEDIUM
        return score, valid(evidence, "country, structure and check digits")


def _stands_apart(text: str, head: re.Match[str], end: int, written: str) -> bool:
    """Say whether it is no part of a longer word; small letters may touch capitals, and the word IBAN may too."""
    following = text[end : end + 1]
    if following in _CAPITALS_OR_DIGITS and following:
        return False
    start = head.start()
    apart = start == 0 or escaped(text, start) or text[max(0, start - 4) : start].lower() == "iban"
    before = "" if apart else text[start - 1]
    return written.isupper() or not {before, following} & _SMALL


def _is_iban(compact: str) -> bool:
    length, structure = STRUCTURES.get(compact[:2], (0, None))
    if structure is None or len(compact) != length or not structure.fullmatch(compact):
        return False
    return "02" <= compact[2:4] <= "98" and int("".join(map(_VALUES.__getitem__, compact[4:] + compact[:4]))) % 97 == 1
