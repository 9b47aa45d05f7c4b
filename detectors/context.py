"""Detectors whose pattern says little by itself: it counts under a telling header, or beside a telling word.

A number of nine digits is a Canadian SIN in a column `nas`, or in `NAS : 046 454 286`; elsewhere it is nine digits.
"""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterator
from functools import cache
from typing import ClassVar

from detectors.interface import Match
from detectors.shape import Shape, ShapeDetector

BEFORE, BEHIND = 48, 24
"""Characters on either side of a value in which a telling word is looked for."""


class ContextDetector(ShapeDetector):
    """A pattern, a check, and the words (en, fr, de, it) one of which has to stand near."""

    pattern: ClassVar[re.Pattern[str]]
    """What has the shape; its time must not grow with the square of the text."""
    near: ClassVar[frozenset[str]]
    """Words and phrases, lower case without accents, single blanks; a whole one of them must stand near a value."""

    @abstractmethod
    def check(self, hit: re.Match[str]) -> str | None:
        """Give the canonical form of what has the shape, or None where it is no value."""

    def sure(self, hit: re.Match[str], canonical: str) -> bool:  # noqa: ARG002 most are never sure
        """Say whether a value counts without header and word: its own form is one that chance hardly meets."""
        return False

    @property
    def sure_gate(self) -> str | None:
        """An RE2 pattern that every text with a `sure` value matches; None: no value is sure by itself."""
        return None

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through a text of which nothing is known but itself."""
        return self.shapes_under(text, headed=False)

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through a cell; under a header that speaks for the entity every valid value counts."""
        for hit in self.pattern.finditer(text):
            told = told_by(text, hit.start(), hit.end(), self.near)
            canonical = self.check(hit)
            if canonical is None:
                if told or headed:
                    yield Shape(explicit=told, match=None)
                continue
            sure = self.sure(hit, canonical)
            if told or headed or sure:
                score = 0.85 if told or sure else 0.5
                yield Shape(told or sure, Match(hit.start(), hit.end(), score, (canonical,), told or sure))


def told_by(text: str, start: int, end: int, near: frozenset[str]) -> bool:
    """Say whether one of some words stands near a span, whole, on either side, on the same line."""
    pattern = _whole_words(near)
    front = text[max(0, start - BEFORE) : start].rpartition("\n")[2]
    back = text[end : end + BEHIND].partition("\n")[0]
    return pattern.search(bare(front)) is not None or pattern.search(bare(back)) is not None


def bare(text: str) -> str:
    """Fold a text for comparing words: lower case, no accents, marks and underscores as blanks."""
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _MARKS.sub(" ", text.lower())


_ACCENTED = {"a": "[aàâäáã]", "e": "[eéèêë]", "i": "[iîïíì]", "o": "[oôöóò]", "u": "[uùûüú]", "c": "[cç]", "n": "[nñ]"}
_APART = "[^0-9A-Za-z]+"
"""Between the words of a phrase. A bound instead of `+` makes all gates together too large for RE2's tables."""
_MARKS = re.compile(r"[^0-9a-z\u0080-\uffff]+")


@cache
def _whole_words(near: frozenset[str]) -> re.Pattern[str]:
    several = "|".join(re.escape(bare(word).strip()) for word in sorted(near, key=len, reverse=True))
    return re.compile(rf"(?<![0-9a-z])(?:{several})(?![0-9a-z])")


@cache
def near_gate(words: frozenset[str]) -> str:
    """Give an RE2 pattern that every text with one of some words matches, whatever its case, accents and marks.

    Accents written apart (NFD) are not looked for here, since they make RE2 thirty times as slow: whoever uses the
    pattern looks at texts with `COMBINING` in any case.
    """
    several = "|".join(sorted({_loose(word) for word in words}))
    return rf"(?i)(?:^|[^0-9A-Za-z])(?:{several})(?:[^0-9A-Za-z]|$)"


def folded_gate(words: frozenset[str]) -> str:
    """Give the same for texts without accents (`FOLDED`)."""
    several = "|".join(sorted({bare(word).strip().replace(" ", _APART) for word in words}))
    return rf"(?i)(?:^|[^0-9A-Za-z])(?:{several})(?:[^0-9A-Za-z]|$)"


FOLDED = {
    accented: letter
    for letter, several in _ACCENTED.items()
    for one in several.strip("[]")[1:]
    for accented in (one, one.upper())
}
"""Accented letters that a word may be written with, and what stands for them."""
COMBINING = r"[\x{0300}-\x{036F}]"
"""An accent written apart (RE2)."""


def _loose(word: str) -> str:
    return "".join(_APART if one == " " else _ACCENTED.get(one, one) for one in bare(word).strip())
