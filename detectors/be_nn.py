"""Belgian national numbers (rijksregisternummer, NISS), those of people not in the register (BIS) included.

Sources: royal decree of 3 April 1984 (date of birth, counter, 97 less the rest of the division by 97; for those born
from 2000 on a 2 stands in front) and royal decree of 8 February 1991 (BIS: month plus 20 or 40). Day and month may be
zero.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from detectors.checked import CheckedDetector, Form
from detectors.text import SEPARATOR, words

_GAP = f"(?:{SEPARATOR}|/)?"
_PLAIN = re.compile(r"[0-9]{2}(?:[024][0-9]|[135][0-2])(?:[0-2][0-9]|3[01])(?!000|999)[0-9]{3}[0-9]{2}")


class BeNn(CheckedDetector):
    """Finds national numbers; canonical form: eleven digits."""

    entity = "BE_NN"
    category = "identity"
    header_words = words(
        "rijksregisternummer rijksregister rrn insz niss nrn nationaalnummer numeronational registrenational"
        " numnational nationalnumber nationalregister nationalregisternummer bisnummer"
    )
    near = frozenset({
        "rijksregisternummer", "rijksregister", "insz", "niss", "nationaal nummer", "numero national", "n° national",
        "no national", "registre national", "national number", "national register", "nationalregister",
        "nationalregisternummer", "nationalnummer", "numero nazionale", "registro nazionale", "numero bis",
        "bisnummer",
    })  # fmt: skip
    min_digits = 11
    by_chance = 0.02
    checked = "date and check digits"
    pattern = re.compile(
        rf"[0-9](?:(?<=%[0-9A-Fa-f]{{2}}[0-9])|(?<![0-9A-Za-z%].)(?<![0-9][.-].))[0-9]{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}"
        rf"[0-9]{{3}}{_GAP}[0-9]{{2}}(?![0-9A-Za-z@])(?![.-][0-9])"
    )

    @property
    def gate(self) -> str:
        """Eleven digits in groups of two, two, two, three and two."""
        return rf"[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{2}}"

    @property
    def sure_gate(self) -> str:
        """All groups apart."""
        return self.gate.replace(_GAP, _GAP[:-1])

    def form(self, hit: re.Match[str]) -> Form:
        """Tell the official punctuation, or five groups, from a run of digits."""
        return Form.GROUPED if len(hit.group()) == 15 else Form.OPEN

    def canonical(self, written: str) -> str | None:
        """Check date, counter and check digits, of both centuries."""
        digits = re.sub(rf"{SEPARATOR}|[/ ]", "", written)
        if not _PLAIN.fullmatch(digits):
            return None
        known, check = int(digits[:9]), int(digits[9:])
        born_later = int(digits[:2]) <= datetime.now(UTC).year - 2000 and check == 97 - (2_000_000_000 + known) % 97
        return digits if check == 97 - known % 97 or born_later else None

    def mask(self, canonical: str) -> str:
        """Show the check digits."""
        return f"**.**.**-***.{canonical[-2:]}"
