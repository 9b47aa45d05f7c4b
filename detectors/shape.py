"""Detectors that look for a shape first and check it second, so that one pass also says how often chance had a try."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from detectors.interface import Detector, DetectSettings, Match


class Shape(NamedTuple):
    """Something that looks like a value, checked."""

    explicit: bool
    """The notation says what it should be, valid or not."""
    match: Match | None
    """None where the check failed."""

    def __repr__(self) -> str:
        return f"Shape(explicit={self.explicit}, match={self.match!r})"


def overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Say whether a span has a character in common with one of others; these are sorted and apart from each other."""
    at = bisect_left(spans, (end,))
    return at > 0 and spans[at - 1][1] > start


class ShapeDetector(Detector):
    """A detector that can be made from the settings alone and tells valid from invalid shapes."""

    def __init__(self, settings: DetectSettings | None = None) -> None:
        self.settings = settings or DetectSettings()

    min_digits: ClassVar[int] = 0
    """ASCII digits that a text with a match holds at least; a cheap look before the gate."""
    literals: ClassVar[tuple[str, ...]] = ()
    """In lower case; a text with a match holds one of them in some case. Empty: nothing is known. Likewise cheap."""

    headed_literals: ClassVar[tuple[str, ...]] = ()
    """The same under a header that speaks for the entity, where more counts there. Empty: `literals`."""

    @abstractmethod
    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through a text from left to right; matches do not overlap."""

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:  # noqa: ARG002 most need no header
        """Go through a cell; `headed`: the column's name speaks for the entity."""
        return self.shapes(text)

    def find(self, text: str) -> Iterator[Match]:
        """Find all values in a text, from left to right, without overlap."""
        for shape in self.shapes(text):
            if shape.match is not None:
                yield shape.match

    def candidates(self, text: str) -> int:
        """Count what has the shape of a value, valid or not."""
        return sum(1 for _ in self.shapes(text))
