"""The label right in front of a value: `cvv: 123`, `Mein CVC ist 123`, `CVV (3 digits) = 123`.

Closer than the words of `detectors.context`, for values so short that any number near such a word would do.
"""

from __future__ import annotations

import re
from functools import cache

from detectors.context import bare

WINDOW = 48
"""Characters in front of a value in which its label is looked for, on the same line."""

_FILLER = (
    "is|was|est|ist|lautet|no|n|nr|number|num|numero|nummer|code|date|du|de|la|le|le|of|the|der|die|das|della|del"
    "|mon|my|card|carte|karte|carta|mm yy|mm yyyy|mm aa|mm jj|dd mm yyyy|jj mm aaaa|tt mm jjjj|gg mm aaaa"
    "|[0-9] (?:digits|chiffres|ziffern|cifre)"
)
"""What may stand between a label and its value."""


def labelled(text: str, start: int, words: frozenset[str]) -> bool:
    """Say whether one of some words (lower case, no accents, single blanks) stands right in front of a value."""
    return _label(words).search(line_before(text, start)) is not None


def line_before(text: str, start: int) -> str:
    """Give the end of the line in front of a value, folded as `bare` does."""
    return bare(text[max(0, start - WINDOW) : start].rpartition("\n")[2])


@cache
def _label(words: frozenset[str]) -> re.Pattern[str]:
    several = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![0-9a-z])(?:{several})(?: (?:{_FILLER})){{0,3}} ?$")
