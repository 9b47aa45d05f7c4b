"""Presidio's own cases for our entities: the counts and places that it expects, save for the exemptions below.

What needs a header or a word near is read as under such a header: Presidio gives it without, at a low score.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.context import ContextDetector
from detectors.interface import DetectSettings
from detectors.registry import make

CASES = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "presidio_cases.json"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="../shared/fixtures is not here")

EXEMPT = {
    "122000000000003": "UATP, airlines' own cards: the shape of every French man's social security number",
    "my credit card: 122000000000003": "likewise",
    "Use local ipv6 ::": "the unspecified address is nobody's",
    "src=:: dst=::1": "likewise",
    "Unspecified ::": "likewise",
    "::/0": "likewise",
    "::/128": "likewise",
    "Default 0.0.0.0": "likewise",
    "0.0.0.0/0": "likewise",
    "::ffff:0.0.0.0": "likewise, mapped",
    "192.168.1.1.1": "five parts are a section or an object identifier",
    "My Israeli number is 09-7625400": "Israel is not among the configured regions",
    "My CN number is 13812345678": "China is not among the configured regions",
    "My US number is (415) 555-0132, and my international one is415-555-0132": "a leniency that we do not have",
    "My US number is (415) 555-0132, and my international one is 91-415-555-0132": "likewise",
    "My US number is (415) 555-0132, and my international one is +91 4155 550132": "likewise, of strictness",
    "046 454 286": "no SIN, but the shape of the tax numbers that stand in their place: under a header it counts",
    "Here is my National Insurance Number YZ 61 48 68 B": "Presidio's place starts at the blank in front",
    "078-051121 07805-1121": "nobody writes them so; the second is a ZIP code",
}
"""Text, and why we see it otherwise. A case may stand here that we pass all the same."""

DETECTORS = {detector.entity: detector for detector in make(DetectSettings())}


def cases() -> list[Any]:
    if not CASES.exists():
        return []
    listed = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    ours = [case for case in listed if case["expected_count"] is not None and len(set(case["entities"] or ())) == 1]
    return [case for case in ours if case["entities"][0] in DETECTORS and case["text"] not in EXEMPT]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['entities'][0]}-{case['line']}")
def test_finds_what_presidio_expects_where_it_expects_it(case: dict[str, Any]) -> None:
    detector = DETECTORS[case["entities"][0]]
    shapes = detector.shapes_under(case["text"], headed=isinstance(detector, ContextDetector))
    places = [[match.start, match.end] for _, match in shapes if match is not None]
    assert len(places) == case["expected_count"]
    if case["expected_positions"]:
        assert places == case["expected_positions"]


def test_the_cases_are_many() -> None:
    assert len(cases()) > 400
