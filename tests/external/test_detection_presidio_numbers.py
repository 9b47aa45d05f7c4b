"""Presidio's own cases for national numbers and devices, read as under a header that speaks for them.

Presidio gives most of them without a header or a word near, at a low score; here they need one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.context import ContextDetector
from detectors.registry import DETECTORS, detector

CASES = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "presidio_cases.json"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="../shared/fixtures is not here")

EXEMPT = {
    "046 454 286": "no SIN, but the shape of the tax numbers that stand in their place: under a header it counts",
    "Here is my National Insurance Number YZ 61 48 68 B": "Presidio's place starts at the blank in front",
    "078-051121 07805-1121": "nobody writes them so; the second is a ZIP code",
}
"""Text, and why we see it otherwise."""


def cases() -> list[Any]:
    if not CASES.exists():
        return []
    listed = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    single = [case for case in listed if case["expected_count"] is not None and len(set(case["entities"] or ())) == 1]
    known = [case for case in single if case["entities"][0] in DETECTORS and case["text"] not in EXEMPT]
    return [case for case in known if isinstance(detector(case["entities"][0]), ContextDetector)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['entities'][0]}-{case['line']}")
def test_finds_what_presidio_expects_where_it_expects_it(case: dict[str, Any]) -> None:
    shapes = detector(case["entities"][0]).shapes_under(case["text"], headed=True)
    places = [[match.start, match.end] for _, match in shapes if match is not None]
    assert len(places) == case["expected_count"]
    if case["expected_positions"]:
        assert places == case["expected_positions"]


def test_the_cases_are_many() -> None:
    assert len(cases()) > 50
