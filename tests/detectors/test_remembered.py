"""What was said of short texts comes back as it was, and no more is kept than the bound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from detectors import remembered
from detectors.interface import Match
from detectors.remembered import Remembered
from detectors.shape import Shape
from detectors.street_address import StreetAddress


class Counting(StreetAddress):
    """Says how often it was asked."""

    asked = 0

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        self.asked += 1
        return super().shapes_under(text, headed=headed)


def spans(found: object) -> list[tuple[int, int]]:
    matches = [shape.match for shape in found if isinstance(shape.match, Match)]  # type: ignore[attr-defined]
    return [(one.start, one.end) for one in matches]


def test_a_short_text_is_read_once_for_each_kind_of_header() -> None:
    detector, known = Counting(), Remembered()
    for headed in (True, False):
        several = [spans(known.of(detector, headed=headed)("12 Les Tilleuls")) for _ in range(3)]
        assert several == [spans(StreetAddress().shapes_under("12 Les Tilleuls", headed=headed))] * 3
    assert detector.asked == 2


def test_a_long_text_is_not_kept() -> None:
    detector, known = Counting(), Remembered()
    text = "12 rue des Lilas " * 20
    assert spans(known.of(detector, headed=False)(text)) == spans(known.of(detector, headed=False)(text))
    assert detector.asked == 2


def test_the_bound_holds_over_all_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "TEXTS", 10)
    detectors, known = (Counting(), Counting()), Remembered()
    shapes = [known.of(one, headed=False) for one in detectors]
    for number in range(25):
        for one in shapes:
            assert spans(one(f"{number + 1} rue des Lilas"))
        assert sum(len(kept) for kept in known._known.values()) <= 10
    before = detectors[0].asked
    shapes[0]("25 rue des Lilas")
    assert detectors[0].asked == before
