"""Presidio's own cases for our five entities: the counts and places that it expects, save for the exemptions below."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.interface import DetectSettings
from detectors.registry import detector

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
    "My CN number is 13812345678": "a bare run without trunk prefix, and no word that says telephone",
    "My US number is (415) 555-0132, and my international one is 91-415-555-0132": "a country code without a plus",
}
"""Text, and why we see it otherwise."""

REGIONS = {"My Israeli number is 09-7625400": ("IL",)}
"""Texts that Presidio reads with regions beyond our own."""

ENTITIES = ("CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "IP_ADDRESS")


def all_cases() -> list[Any]:
    """Give those of our entities, the phones' with the leniency that Presidio has by itself."""
    if not CASES.exists():
        return []
    listed = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    ours = [case for case in listed if case["expected_count"] is not None and len(set(case["entities"] or ())) == 1]
    return [case for case in ours if case["entities"][0] in ENTITIES and case["other"].get("leniency", 1) == 1]


def cases() -> list[Any]:
    return [case for case in all_cases() if case["text"] not in EXEMPT]


def agrees(case: dict[str, Any]) -> bool:
    regions = REGIONS.get(case["text"], DetectSettings().phone_regions)
    finder = detector(case["entities"][0], DetectSettings(phone_regions=regions))
    places = [[match.start, match.end] for match in finder.find(case["text"])]
    return len(places) == case["expected_count"] and places == (case["expected_positions"] or places)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['entities'][0]}-{case['line']}")
def test_finds_what_presidio_expects_where_it_expects_it(case: dict[str, Any]) -> None:
    assert agrees(case)


def test_nothing_is_exempt_that_is_found_all_the_same() -> None:
    exempt = [case for case in all_cases() if case["text"] in EXEMPT]
    assert [case["text"] for case in exempt if agrees(case)] == []
    assert {case["text"] for case in exempt} == set(EXEMPT)


def test_the_cases_are_many_and_the_exempt_few() -> None:
    assert len(cases()) > 400
    assert len(all_cases()) - len(cases()) <= 15
