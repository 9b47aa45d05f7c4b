"""Addresses of network devices (MAC, EUI-48): six octets.

Source: IEEE 802-2014, clause 8 (hyphens), and the colons and dotted groups of common systems. Not found: broadcast
and zero, which are nobody's, and parts of longer chains (EUI-64, fingerprints). Without a word near, a value needs
pairs with a letter and a digit: six pairs of digits are a moment more often than a device.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector, Form
from detectors.text import words

_PAIR = "[0-9A-Fa-f]{2}"


class MacAddress(CheckedDetector):
    """Finds MAC addresses; canonical form: pairs with colons, lower case."""

    entity = "MAC_ADDRESS"
    category = "technical"
    header_words = words(
        "mac macs macaddr macaddress adressemac macadresse indirizzomac hwaddr hwaddress hardwareaddress ethernet"
        " bssid physicaladdress lladdr stationid"
    )
    near = frozenset({
        "mac", "macs", "mac address", "mac addr", "adresse mac", "mac adresse", "indirizzo mac", "hwaddr",
        "hardware address", "physical address", "adresse physique", "ethernet", "bssid",
    })  # fmt: skip
    by_chance = 1.0
    checked = "six octets, neither broadcast nor zero"
    pattern = re.compile(
        rf"(?<![0-9A-Za-z%])(?<![^0-9A-Za-z]{_PAIR}[:-])(?<!^{_PAIR}[:-])"
        rf"(?:{_PAIR}(?P<gap>[:-])(?:{_PAIR}(?P=gap)){{4}}{_PAIR}|(?<!\.)[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}"
        rf"|(?<![.-])[0-9A-Fa-f]{{12}}(?!-))(?![0-9A-Za-z]|[:-]{_PAIR}|\.[0-9A-Fa-f]{{4}}(?![0-9A-Za-z]))"
    )

    @property
    def gate(self) -> str:
        """Pairs, groups of four with dots, or twelve hexadecimal digits."""
        return rf"(?:{_PAIR}[:-]){{5}}{_PAIR}|[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}|[0-9A-Fa-f]{{12}}"

    @property
    def sure_gate(self) -> str:
        """Pairs."""
        return rf"(?:{_PAIR}[:-]){{5}}{_PAIR}"

    def form(self, hit: re.Match[str]) -> Form:
        """Tell pairs with letters and digits from the rest."""
        written = hit.group()
        mixed = any(one.isdigit() for one in written) and any(one.isalpha() for one in written)
        return Form.GROUPED if hit["gap"] and mixed else Form.OPEN

    def canonical(self, written: str) -> str | None:
        """Check length and that it is one device's."""
        digits = re.sub(r"[:.\s-]", "", written).lower()
        if not re.fullmatch(r"[0-9a-f]{12}", digits) or digits in ("0" * 12, "f" * 12):
            return None
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))

    def mask(self, canonical: str) -> str:
        """Show the maker's half."""
        return f"{canonical[:8]}:**:**:**"
