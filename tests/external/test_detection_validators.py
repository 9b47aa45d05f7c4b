"""Numbers that libphonenumber, python-stdnum and python-validators call valid or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.interface import DetectSettings
from detectors.registry import detector

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures"
pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="../shared/fixtures is not here")

REGIONS = DetectSettings().phone_regions
EXEMPT_VALUES = {'"\\\t"@here.com': "quoted local parts are left out"}
NATIONAL = {
    "stdnum.fr.nir": "FR_NIR",
    "stdnum.ch.ssn": "CH_AHV",
    "stdnum.ca.sin": "CA_SIN",
    "stdnum.us.ssn": "US_SSN",
    "stdnum.be.ssn": "BE_NN",
    "stdnum.bic": "BIC",
    "stdnum.mac": "MAC_ADDRESS",
}
OTHERWISE = {
    "1112-23333": "an identifier is read in whatever groups it was typed",
    "fd:ff:ff:84:a2:a0": "the makers' list is not asked",
    "fe:54:00:76:07:0a": "likewise",
    "1 84 12 98 451 089": "98 and 4: the southern lands",
}
NEWER_PLANS = ("BJ", "BR", "HR", "SA", "ZW", "IR")
"""Regions whose plan changed since the examples were taken, or whose example is too short to be found in a text."""


def load(name: str) -> Any:
    path = FIXTURES / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def numbers() -> list[Any]:
    return [case for case in load("phone/example_numbers.json").get("valid", ()) if case["region"] not in NEWER_PLANS]


@pytest.mark.parametrize("form", ["e164", "international", "rfc3966"])
def test_every_country_s_example_is_found_in_a_text_and_read(form: str) -> None:
    phones = detector("PHONE_NUMBER")
    for case in numbers():
        found = [match.readings for match in phones.find(f"call {case[form]}, please")]
        assert found == [(case["e164"],)], case["region"]
        assert phones.parse(case[form]) == (case["e164"],)


@pytest.mark.parametrize("region", REGIONS)
def test_national_examples_are_read_in_each_configured_region(region: str) -> None:
    phones = detector("PHONE_NUMBER")
    ours = [case for case in numbers() if case["region"] == region and case["national"] != "310-1234"]
    assert ours
    for case in ours:
        assert case["e164"] in phones.parse(case["national"])
        assert any(case["e164"] in match.readings for match in phones.find(f"call {case['national']}, please"))


def test_no_invalid_example_is_taken_for_a_number() -> None:
    phones = detector("PHONE_NUMBER")
    assert [case for case in load("phone/example_numbers.json")["invalid"] if phones.parse(case["e164"])] == []


def test_ibans_are_valid_where_stdnum_says_so() -> None:
    ibans = detector("IBAN_CODE")
    for case in load("validators/stdnum_cases.json")["cases"]:
        if case["module"] == "stdnum.iban" or (case["valid"] and case["module"].endswith(".iban")):
            assert bool(ibans.parse(case["value"])) == case["valid"], case["value"]


@pytest.mark.parametrize(("module", "entity"), NATIONAL.items())
def test_numbers_are_valid_where_stdnum_says_so(module: str, entity: str) -> None:
    ours = detector(entity)
    cases = [case for case in load("validators/stdnum_cases.json")["cases"] if case["module"] == module]
    assert cases
    for case in cases:
        if case["value"] not in OTHERWISE:
            assert bool(ours.parse(case["value"])) == case["valid"], case["value"]


def test_belgian_numbers_of_either_register_are_one_entity() -> None:
    ours = detector("BE_NN")
    for case in load("validators/stdnum_cases.json")["cases"]:
        if case["module"] in ("stdnum.be.nn", "stdnum.be.bis") and case["valid"]:
            assert ours.parse(case["value"]), case["value"]


@pytest.mark.parametrize(("call", "entity"), [("fr_ssn", "FR_NIR"), ("mac_address", "MAC_ADDRESS")])
def test_numbers_are_valid_where_validators_says_so(call: str, entity: str) -> None:
    ours = detector(entity)
    for case in load("validators/pyvalidators_cases.json")["cases"]:
        if call in case["calls"] and case["value"] not in OTHERWISE:
            assert bool(ours.parse(case["value"] or "")) == case["valid"], case["value"]


@pytest.mark.parametrize(
    ("validator", "entity"), [("card", "CREDIT_CARD"), ("email", "EMAIL_ADDRESS"), ("iban", "IBAN_CODE")]
)
def test_values_are_valid_where_validators_says_so(validator: str, entity: str) -> None:
    ours = detector(entity)
    for case in load("validators/pyvalidators_cases.json")["cases"]:
        general = case["validator"] == validator and (validator != "card" or "card_number" in case["calls"])
        if general and case["value"] not in EXEMPT_VALUES:
            assert bool(ours.parse(case["value"] or "")) == case["valid"], case["value"]
