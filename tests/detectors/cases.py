"""One line of a detector's table: a text, what stands in it, and why where nothing does."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from detectors.interface import Detector


class Case(NamedTuple):
    """A hit with its canonical values, or a near miss with the reason."""

    text: str
    expected: tuple[str, ...] = ()
    why: str = ""


def table(*cases: Case | tuple[object, ...]) -> pytest.MarkDecorator:
    """Make a test run once for each line of a table."""
    lines = [case if isinstance(case, Case) else Case(*case) for case in cases]  # type: ignore[arg-type]
    return pytest.mark.parametrize("case", lines, ids=[f"{at}-{line.why}"[:60] for at, line in enumerate(lines)])


def found(detector: Detector, text: str) -> tuple[str, ...]:
    """Give the first reading of each match."""
    return tuple(match.readings[0] for match in detector.find(text))
