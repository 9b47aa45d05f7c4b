"""French social security numbers (NIR): sex, year, month, place and order of birth, and a key of two digits.

Source: INSEE, *Numéro de sécurité sociale* (definitions) and decree 82-103 of 22 January 1982, article 4; the key is
97 less the first thirteen characters modulo 97, 2A counting as 19 and 2B as 18. Months beyond 12 (20, 30 to 42, 50 to
99) stand for civil records without a month; first digits 3, 4, 7 and 8 for numbers given for a time. Thirteen
characters without a key count under a header or beside a word, and become the same canonical form.
"""

from __future__ import annotations

import re

from detectors.checked import CheckedDetector, Form
from detectors.text import SEPARATOR, labelled_otherwise, words

_GAP = f"(?:{SEPARATOR})?"
_BLANK = "[ \u00a0\u202f]?"
_SEX, _MONTH = "[1-478]", "(?:0[1-9]|1[0-2])"
_REST = f"[0-9][0-9ABab]{_GAP}[0-9]{_GAP}[0-9]{{2}}{_GAP}[0-9]{{3}}"
_GROUPED = re.compile(f"{_SEX}{SEPARATOR}[0-9]{{2}}{SEPARATOR}[0-9]{{2}}{SEPARATOR}")
_KEY_GAP = rf"(?:{SEPARATOR}{{0,3}}|{_BLANK}[/|(]{_BLANK}|,?{_BLANK}[Cc]l[eé]f?{_BLANK}:?{_BLANK})"
_BODY = re.compile(
    r"[1-478][0-9]{2}(?:0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9])"
    r"(?!00|97[09]|98[0-3])(?:[0-9]{2}|2[AB])(?!000)[0-9]{3}(?!000)[0-9]{3}"
)


class FrNir(CheckedDetector):
    """Finds NIRs; canonical form: fifteen characters, the key computed where it was left out."""

    entity = "FR_NIR"
    category = "identity"
    header_words = words(
        "nir secu insee nss ssn securitesociale numsecu nosecu numeroinsee numinsee numss numeross noss vitale"
        " cartevitale socialsecurity sozialversicherung sozialversicherungsnummer sicurezzasociale previdenzasociale"
    )
    near = frozenset({
        "nir", "securite sociale", "secu", "insee", "nss", "numero ss", "num ss", "no ss", "n° ss", "ssn",
        "carte vitale", "social security", "sozialversicherung", "sozialversicherungsnummer",
        "sozialversicherungs nr", "sicurezza sociale", "previdenza sociale",
    })  # fmt: skip
    min_digits = 12
    by_chance = 0.011
    checked = "structure and key"
    pattern = re.compile(
        rf"[1-478](?:(?<=%[0-9A-Fa-f]{{2}}[1-478])|(?<![0-9A-Za-z%].)(?<![0-9]\..)){_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}"
        rf"{_GAP}[0-9][0-9ABab]{_GAP}[0-9]{_GAP}[0-9]{{2}}{_GAP}[0-9]{{3}}"
        rf"(?:{_KEY_GAP}(?P<key>[0-9]{{2}})(?![0-9A-Za-z@])|(?![0-9A-Za-z@]))(?!\.[0-9])"
    )

    @property
    def gate(self) -> str:
        """Thirteen characters in the groups of the pattern."""
        return f"{_SEX}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}{_REST}"

    @property
    def sure_gate(self) -> str:
        """The same with a key, in groups, or of a man or woman and a month of the year."""
        start = "(?:^|[^0-9A-Za-z]|%[0-9A-Fa-f]{2})"
        groups = f"{_GROUPED.pattern}|[12]{_GAP}[0-9]{{2}}{_GAP}{_MONTH}{_GAP}"
        return rf"{start}(?:{groups}){_REST}{_KEY_GAP}[0-9]{{2}}(?:[^0-9A-Za-z]|$)"

    def form(self, hit: re.Match[str]) -> Form:
        """Tell groups from a bare run, which says something for a man or woman and a month of the year only."""
        if hit["key"] is None:
            return Form.OPEN
        if _GROUPED.match(hit.group()):
            return Form.GROUPED
        compact = _compact(hit.group())
        rare = compact[0] in "12" and "01" <= compact[3:5] <= "12"
        return Form.BARE if rare and not labelled_otherwise(hit.string, hit.start()) else Form.OPEN

    def canonical(self, written: str) -> str | None:
        """Check structure and key; a missing key is computed."""
        compact = _compact(written)
        body, key = compact[:13], compact[13:]
        if len(compact) not in (13, 15) or not _BODY.fullmatch(body):
            return None
        right = f"{97 - int(_corsican(body)) % 97:02d}"
        return body + right if key in ("", right) else None

    def mask(self, canonical: str) -> str:
        """Show the first digit and the key: not when nor where the person was born."""
        return f"{canonical[0]}{'*' * 12}{canonical[13:]}"


def _corsican(body: str) -> str:
    return body.replace("2A", "19").replace("2B", "18")


def _compact(written: str) -> str:
    return re.sub(r"%20|cl[eé]f?|[^0-9ABab]", "", written, flags=re.IGNORECASE).upper()
