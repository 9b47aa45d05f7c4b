"""What a text surely has that holds a value without telling header or word: a look over bytes, cheaper than a pattern.

Each may let too much through and never too little; the detector's own `sure_gate` comes next.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from detectors.arrow.cells import Cells, Mask

Hint = Callable[[Cells], Mask]


def _cells_of(cells: Cells, found: Mask) -> Mask:
    """Say which cells hold one of some bytes."""
    held = np.zeros(cells.count, np.bool_)
    places = np.flatnonzero(found)
    if len(places):
        at = cells.at(places)
        held[at[at < cells.count]] = True
    return held


def _letter(cells: Cells) -> Mask:
    return ((cells.data | 0x20) - np.uint8(97)) < 26


def corsican(cells: Cells) -> Mask:
    """Thirteen digits, two of them perhaps 2A or 2B."""
    lower = cells.data | 0x20
    two = (cells.data[:-1] == 50) & ((lower[1:] == 97) | (lower[1:] == 98))
    return (cells.digits >= 13) & (cells.chained >= 13) | (cells.digits >= 12) & _cells_of(cells, two)


def eleven(cells: Cells) -> Mask:
    """Eleven digits with few separators between."""
    return cells.chained >= 11


def thirteen(cells: Cells) -> Mask:
    """Thirteen digits with few separators between."""
    return cells.chained >= 13


def pairs(cells: Cells) -> Mask:
    """Five colons or hyphens, each two characters from the next."""
    mark = (cells.data == 58) | (cells.data == 45)
    return _cells_of(cells, mark[:-12] & mark[3:-9] & mark[6:-6] & mark[9:-3] & mark[12:])


def hyphened(cells: Cells) -> Mask:
    """Two digits between hyphens, with digits in front and four behind."""
    mark, digit = cells.data == 45, cells.digit
    between = mark[1:-7] & digit[2:-6] & digit[3:-5] & mark[4:-4]
    return _cells_of(cells, digit[:-8] & between & digit[5:-3] & digit[6:-2] & digit[7:-1] & digit[8:])


def spaced(cells: Cells) -> Mask:
    """Blanks, each two characters from the next, five groups in all."""
    if cells.strange:
        return cells.digits >= 6
    blank = cells.data == 32
    return _cells_of(cells, blank[:-9] & blank[3:-6] & blank[6:-3] & blank[9:])


def streets(cells: Cells) -> Mask:
    """Letters and a digit."""
    return cells.lettered & (cells.digits > 0)


def canadian(cells: Cells) -> Mask:
    """Letter, digit, letter, perhaps a mark, digit, letter, digit."""
    if cells.strange:
        return cells.lettered & (cells.digits >= 3)
    letter, digit = _letter(cells), cells.digit
    head = letter[:-6] & digit[1:-5] & letter[2:-4]
    close = digit[3:-3] & letter[4:-2] & digit[5:-1]
    apart = ~(letter | digit)[3:-3] & digit[4:-2] & letter[5:-1] & digit[6:]
    return _cells_of(cells, head & (close | apart))


def hashed(cells: Cells) -> Mask:
    """Any letters, where the column has a mark or a word of stored hashes."""
    lower = cells.lower
    words = (b"pbkdf2", b"scrypt:", b"{", b":a:", b":b:", b"pass")
    if b"$" not in lower and not any(word in lower for word in words):
        return np.zeros(cells.count, np.bool_)
    return cells.lettered


HINTS: dict[str, Hint] = {
    "FR_NIR": corsican,
    "BE_NN": eleven,
    "CH_AHV": thirteen,
    "MAC_ADDRESS": pairs,
    "UK_NINO": spaced,
    "US_SSN": hyphened,
    "STREET_ADDRESS": streets,
    "POSTAL_CODE": canadian,
    "PASSWORD": hashed,
}
OPENED_BY: dict[str, tuple[str, str | None]] = {
    "CVV": ("CREDIT_CARD", None),
    "CARD_EXPIRY": ("CREDIT_CARD", None),
    "POSTAL_CODE": ("STREET_ADDRESS", r"(?i)(?:^|[^0-9A-Z])[A-Z][0-9][A-Z][ \x{00A0}-]?[0-9][A-Z][0-9](?:[^0-9A-Z]|$)"),
}
"""Entity to the one beside which it counts in a text, which opens the text anyway where it is looked for too; and the
pattern for what counts without that one, if anything does."""
