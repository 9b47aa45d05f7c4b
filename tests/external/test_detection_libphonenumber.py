"""libphonenumber's example numbers of all regions in four formats, and its lists of what is and is no number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from detectors.interface import DetectSettings
from detectors.phone_number import PhoneNumber

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "phone"
pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="../shared/fixtures is not here")

RECALL = 0.99
NO_NUMBERS = ("IMPOSSIBLE_CASES", "POSSIBLE_ONLY_CASES")
NUMBERS = ("STRICT_GROUPING_CASES", "EXACT_GROUPING_CASES")
"""The cases between the two, valid by digits and grouped as nobody does (dates among them), are left to either."""


def load(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def examples() -> list[Any]:
    """Give the examples that are valid in the metadata that is installed; a few plans changed since they were taken."""
    listed = load("example_numbers.json")["valid"]
    valid = [case for case in listed if phonenumbers.is_valid_number(phonenumbers.parse(case["e164"]))]
    assert len(valid) > 0.99 * len(listed)
    return valid


def own(region: str) -> PhoneNumber:
    return PhoneNumber(DetectSettings(phone_regions=(region,)))


def is_read(phones: PhoneNumber, written: str, e164: str) -> bool:
    alone = any(e164 in match.readings for match in phones.find(written))
    inside = any(e164 in match.readings for match in phones.find(f"call {written}, please"))
    return alone and inside and e164 in phones.parse(written)


@pytest.mark.parametrize("form", ["e164", "international", "rfc3966"])
def test_international_examples_of_every_region_are_found_and_read(form: str) -> None:
    phones = PhoneNumber()
    missed = [case[form] for case in examples() if not is_read(phones, case[form], case["e164"])]
    assert len(missed) <= (1 - RECALL) * len(examples()), missed


def test_national_examples_are_found_and_read_under_their_own_region() -> None:
    of_regions = [case for case in examples() if case["region"] in phonenumbers.SUPPORTED_REGIONS]
    missed = [
        (case["region"], case["national"])
        for case in of_regions
        if not is_read(own(case["region"]), case["national"], case["e164"])
    ]
    assert len(of_regions) > 1300
    assert len(missed) <= (1 - RECALL) * len(of_regions), missed


def test_no_invalid_example_is_found_or_read() -> None:
    phones = PhoneNumber()
    invalid = [case["e164"] for case in load("example_numbers.json")["invalid"]]
    assert [number for number in invalid if phones.parse(number) or list(phones.find(number))] == []


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_what_is_no_valid_number_is_not_found(name: str) -> None:
    listed = load("libphonenumber_case_lists.json")[name]
    assert [case["text"] for case in listed if list(own(case["region"]).find(case["text"]))] == []


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_grouped_as_numbers_are_is_found(name: str) -> None:
    listed = load("libphonenumber_case_lists.json")[name]
    valid = [case for case in listed if list(phonenumbers.PhoneNumberMatcher(case["text"], case["region"]))]
    assert len(listed) - len(valid) <= 2
    assert [case["text"] for case in valid if not list(own(case["region"]).find(case["text"]))] == []
