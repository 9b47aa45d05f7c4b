"""British national insurance numbers: two letters, six digits, a letter from A to D.

Source: HM Revenue & Customs, National Insurance Manual, NIM39110 (letters and prefixes that are not used). Left out:
numbers without their last letter, and temporary reference numbers (`11 A1 11 11`).
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector, Form
from detectors.text import words

_VALID = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
_BLANK = "[ \u00a0\u202f]"
_GAP = "[ \u00a0\u202f.-]?"


class UkNino(CheckedDetector):
    """Finds NINOs; canonical form: nine characters, capitals."""

    entity = "UK_NINO"
    category = "identity"
    header_words = words(
        "nino ninos nationalinsurance nationalinsurancenumber nationalinsuranceno ninumber assurancenationale"
    )
    near = frozenset({
        "nino", "national insurance", "nat ins", "ni number", "ni no", "n i number", "assurance nationale",
        "britische sozialversicherungsnummer", "sozialversicherungsnummer", "assicurazione nazionale",
    })  # fmt: skip
    min_digits = 6
    by_chance = 0.1
    checked = "prefix and suffix"
    pattern = re.compile(
        rf"(?<![0-9A-Za-z%])[A-Za-z]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[A-Za-z](?![0-9A-Za-z@])"
    )

    @property
    def gate(self) -> str:
        """Two letters, six digits, a letter."""
        return rf"[A-Za-z]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[A-Za-z]"

    @property
    def sure_gate(self) -> str:
        """Capitals in five groups."""
        return rf"[A-Z]{{2}}{_BLANK}[0-9]{{2}}{_BLANK}[0-9]{{2}}{_BLANK}[0-9]{{2}}{_BLANK}[A-Z]"

    def form(self, hit: re.Match[str]) -> Form:
        """Tell the five groups of the card from what any code could be."""
        written = hit.group()
        parts = re.split(_BLANK, written)
        return Form.GROUPED if len(parts) == 5 and written.isupper() else Form.OPEN

    def canonical(self, written: str) -> str | None:
        """Check prefix and suffix."""
        compact = re.sub(r"[\s.-]", "", written).upper()
        return compact if _VALID.fullmatch(compact) else None

    def mask(self, canonical: str) -> str:
        """Show the last digits and the suffix."""
        return f"** ** ** {canonical[-3:-1]} {canonical[-1]}"
