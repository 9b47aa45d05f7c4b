"""What stands right behind a card number in the same text: `4111 1111 1111 1111 12/27 123`."""

from __future__ import annotations

import re
from functools import cache

from detectors.credit_card import CreditCard
from detectors.text import SEPARATOR

_LONGEST = 48
"""Characters of the longest card number with separators (38), and a label behind it."""
_FILLER = (
    r"(?:[\s,;:/|\"'()=-]|\b(?:exp|expiry|expires|expire|expiration|valid|thru|until|fin|le|date|cvv2?|cvc2?|cvd|code"
    r"|gultig|gueltig|g\u00fcltig|bis|ablauf|scadenza|et|and|und|e"
    r"|pr(?:\u00fc|u\u0308|ue?)f(?:ziffer|nummer|zahl)|mit|avec|con|with)\b\.?){1,12}"
)
_DATE = r"(?:0?[1-9]|1[0-2])\s?[/.|-]?\s?(?:20)?[0-9]{2}"
AMERICAN_EXPRESS = ("34", "37")
"""How its numbers begin; its codes alone have four digits, those of all other issuers three."""
_GAP = re.compile(rf"(?i){_FILLER}$")
_GAP_WITH_DATE = re.compile(rf"(?i){_FILLER}{_DATE}{_FILLER}$")

BEHIND_CARD = rf"(?:^|[^0-9A-Za-z]|%[0-9A-Fa-f]{{2}})[2-689](?:{SEPARATOR}{{0,2}}[0-9]){{12}}[^\n]{{1,80}}"
"""An RE2 pattern for a card number (no issuer has 0, 1 or 7 in front) and what may stand between it and a value."""


@cache
def _cards() -> CreditCard:
    return CreditCard()


def card_before(text: str, start: int, *, expiry_between: bool = False) -> str | None:
    """Give the valid card number right in front of a value; a label and perhaps the expiry date may stand between."""
    front = text[max(0, start - 2 * _LONGEST) : start].rpartition("\n")[2]
    if sum(map(front.count, "0123456789")) < 13:
        return None
    cards = list(_cards().find(front))
    if not cards:
        return None
    between = front[cards[-1].end :]
    follows = _GAP.fullmatch(between) or (expiry_between and _GAP_WITH_DATE.fullmatch(between))
    return cards[-1].readings[0] if follows else None
