"""Canadian social insurance numbers (SIN, NAS): nine digits with Luhn's check digit, in context.

Source: Employment and Social Development Canada, *Social Insurance Number Code of Practice*; the first digit is the
region, 9 for temporary residents. 8 is given to no person. 0 is not issued as a SIN either, but the Canada Revenue
Agency's individual tax numbers, kept in the same columns, start with it: it counts where a header or a word says SIN.
`SIN` and `NAS` are words of other languages and things as well: they count in capitals, or where they label the
number.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector
from detectors.context import told_by
from detectors.text import words

_NOUN = "number|no|num[eé]ro|nummer|nr|n[°º]|is|est|ist|è"
_LABEL = re.compile(
    rf"(?<![A-Za-z])(?:sin|nas)(?:[\"' ]{{0,2}}(?:{_NOUN})?[\"' ]{{0,2}}[:=#.][\"' ]{{0,3}}| ?(?:{_NOUN})[.:]? )$",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![A-Za-z])(?:SIN|NAS)(?![A-Za-z])[^A-Z\n]{0,30}$")
_PHRASES = frozenset({
    "social insurance", "social insurance number", "assurance sociale", "sozialversicherungsnummer", "canadian sin",
    "kanadische sozialversicherung", "assicurazione sociale", "numero nas", "sin number",
})  # fmt: skip
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class CaSin(CheckedDetector):
    """Finds SINs; canonical form: nine digits."""

    entity = "CA_SIN"
    category = "identity"
    header_words = words(
        "sin nas sinnumber sinno nosin nonas numeronas numnas socialinsurance socialinsurancenumber assurancesociale"
    )
    near = frozenset({"sin", "nas", *_PHRASES})
    min_digits = 9
    by_chance = 0.1
    checked = "first digit and check digit"
    pattern = re.compile(
        r"[0-79](?:(?<=%[0-9A-Fa-f]{2}[0-79])|(?<![0-9A-Za-z%].)(?<![0-9][. -].))[0-9]{2}(?P<gap>[ \u00a0\u202f-]?)"
        r"[0-9]{3}(?P=gap)[0-9]{3}(?![0-9A-Za-z@]|[.-][0-9]|[ \u00a0\u202f](?:[0-9]{3}|[0-9]{5})(?![0-9]))"
    )

    @property
    def gate(self) -> str:
        """Nine digits in groups of three."""
        return "[0-79][0-9]{2}[ \u00a0\u202f-]?[0-9]{3}[ \u00a0\u202f-]?[0-9]{3}"

    def told(self, text: str, start: int, end: int) -> bool:
        """Say whether a phrase stands near, or the short word in front as a label or in capitals."""
        front = text[max(0, start - 48) : start]
        if _LABEL.search(front) or _CAPITALS.search(front):
            return True
        return told_by(text, start, end, _PHRASES)

    def canonical(self, written: str) -> str | None:
        """Check the first digit and the check digit."""
        digits = re.sub(r"[\s.-]", "", written)
        if not re.fullmatch(r"[0-79][0-9]{8}", digits) or len(set(digits)) == 1:
            return None
        total = sum(_DOUBLED[int(one)] if at % 2 else int(one) for at, one in enumerate(digits))
        return digits if total % 10 == 0 else None

    def mask(self, canonical: str) -> str:
        """Show the last three digits."""
        return f"***-***-{canonical[-3:]}"
