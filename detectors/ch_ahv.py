"""Swiss social security numbers (AHV, AVS): 756, nine digits, the check digit of EAN-13.

Source: Central Compensation Office, *AHV number*; GS1 General Specifications for the check digit. No article number
starts with 756: GS1 has given that prefix to nobody.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector, Form
from detectors.text import SEPARATOR, words

_GAP = f"(?:{SEPARATOR})?"


class ChAhv(CheckedDetector):
    """Finds AHV numbers; canonical form: thirteen digits."""

    entity = "CH_AHV"
    category = "identity"
    header_words = words(
        "ahv avs navs navs13 nss ahvnr ahvnummer noavs numeroavs numavs ssn socialsecurity securitesociale oasi"
        " sozialversicherung sozialversicherungsnummer svnr"
    )
    near = frozenset({
        "ahv", "avs", "navs", "navs13", "nss", "ahvn13", "ahv nr", "ahvnr", "ahv nummer", "ahvnummer", "oasi", "ssn",
        "social security", "securite sociale", "sozialversicherungsnummer", "sozialversicherung",
        "assicurazione sociale",
    })  # fmt: skip
    min_digits = 13
    literals = ("756",)
    by_chance = 0.11
    checked = "756 and the check digit"
    pattern = re.compile(
        rf"756(?:(?<=%[0-9A-Fa-f]{{2}}756)|(?<![0-9A-Za-z%].{{3}})(?<![0-9]\..{{3}})){_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{2}}"
        r"(?![0-9A-Za-z@])(?!\.[0-9])"
    )

    @property
    def gate(self) -> str:
        """756 and ten digits in groups."""
        return rf"756{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{2}}"

    @property
    def sure_gate(self) -> str:
        """The gate itself: every form tells something."""
        return self.gate

    def form(self, hit: re.Match[str]) -> Form:
        """Tell groups from a bare run."""
        return Form.GROUPED if len(hit.group()) >= 16 else Form.BARE

    def canonical(self, written: str) -> str | None:
        """Check prefix, length and check digit."""
        digits = re.sub(rf"{SEPARATOR}|[/ ]", "", written)
        if not re.fullmatch(r"756[0-9]{10}", digits):
            return None
        return digits if sum(int(one) * (1, 3)[at % 2] for at, one in enumerate(digits)) % 10 == 0 else None

    def mask(self, canonical: str) -> str:
        """Show the country and the last two digits."""
        return f"756.****.****.{canonical[-2:]}"
