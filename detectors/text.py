"""What all detectors know about text: separators inside numbers, and the label that stands in front of a value."""

from __future__ import annotations

import re
import unicodedata

SEPARATOR = "(?:[ \u00a0\u2007\u2009\u202f\u2010-\u2014.+-]|%20|&nbsp;|&#160;)"
"""One separator between the groups of a card or account number (RE2 and Python): blanks, hyphens, dashes, a dot, and
the ways in which URLs and HTML write a blank."""

FIRST_DIGIT = r"[0-9](?:(?<=%[0-9A-Fa-f]{2}[0-9])|(?<![0-9%].))"
"""The first digit of a run, also behind a URL's escape (Python only). It stands before its look-behind since a pattern
that starts with a set of characters is searched several times faster than one that starts with an assertion."""

ALNUM = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""What may not touch a number: it would be a part of a longer code, a hash for one."""

LABEL_WINDOW = 32
"""Characters in front of a value in which its label is looked for."""

_OTHER_LABEL = re.compile(
    r"(?<![a-z])(?:siret|siren|ean|gtin|upc|isbn|issn|imei|tva|vat|btw|mwst|bce|kbo|order|orders|commande|cmd|bestellung|ordine"
    r"|invoice|facture|rechnung|fattura|tracking|track|colis|suivi|sendung|parcel|shipment|ref|r[eé]f[eé]rence|ticket"
    r"|id|uid|uuid|sku|serial|session|token|timestamp|ts|epoch|build|s/n|p/n|article|produit|product|code|nonce|transaction)"
    r"(?:[\s\"'._/-]{0,2}(?:n[°or]?|no|nr|num|number|num[eé]ro|id|code|key|de))?[\s\"'=:#.,/°-]{0,4}$"
)


_ZEROS = (
    0x660,
    0x6F0,
    0x966,
    0x9E6,
    0xA66,
    0xAE6,
    0xB66,
    0xBE6,
    0xC66,
    0xCE6,
    0xD66,
    0xE50,
    0xED0,
    0x1040,
    0x17E0,
    0xFF10,
)
"""Where the ten digits of other scripts begin: Arabic, Persian, those of India and its neighbours, full width."""

_MARKS = {
    0xFF08: "(",
    0xFF09: ")",
    0xFF0B: "+",
    0xFF0D: "-",
    0xFF0E: ".",
    0xFF0F: "/",
    0x3000: " ",
    0x2212: "-",
    0x2015: "-",
}
_FOLD: dict[int, str] = {zero + at: str(at) for zero in _ZEROS for at in range(10)} | _MARKS
_FOREIGN = re.compile("[" + "".join(map(chr, _FOLD)) + "]")

FOREIGN_DIGIT = "[" + "".join(rf"\x{{{zero:X}}}-\x{{{zero + 9:X}}}" for zero in _ZEROS) + "]"
"""A digit of another script (RE2): a text with one passes the gates of numbers, whatever else it holds."""


def ascii_digits(text: str) -> str:
    """Write the digits of other scripts, and full-width marks between them, as ASCII; offsets stay what they are."""
    return text if text.isascii() or not _FOREIGN.search(text) else text.translate(_FOLD)


def words(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


def before(text: str, start: int) -> str:
    """Give the few characters in front of a value, in lower case."""
    return text[max(0, start - LABEL_WINDOW) : start].lower()


def labelled_otherwise(text: str, start: int) -> bool:
    """Say whether the words right in front of a bare number call it something else: `SIRET:`, `order no.`, `id=`."""
    return _OTHER_LABEL.search(before(text, start)) is not None


def touches(text: str, start: int, end: int) -> bool:
    """Say whether a letter or digit stands right before or right behind a span."""
    return (start > 0 and text[start - 1] in ALNUM and not escaped(text, start)) or (
        end < len(text) and text[end] in ALNUM
    )


def escaped(text: str, start: int) -> bool:
    """Say whether what ends at `start` is a URL escape such as `%3D`, so that its hex digits are no neighbours."""
    return start >= 3 and text[start - 3] == "%" and text[start - 1] in ALNUM and text[start - 2] in ALNUM


def plain(text: str) -> str:
    """Fold full-width and other compatibility forms of an identifier that a person typed, and trim it."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
