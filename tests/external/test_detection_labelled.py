"""What other tools label as personal, and lists in which there is nothing to find."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from detectors.registry import make
from detectors.verdict import judge

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures"
pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="../shared/fixtures is not here")

NAMES = {
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "CREDIT_CARD": "CREDIT_CARD",
    "IP_ADDRESS": "IP_ADDRESS",
    "SSN": "US_SSN",
}
FICTIONAL = "555"
"""Datafog's phones have the area code 555, which nobody has: not valid, so not found."""
EXEMPT = {
    "ip-zero": "the unspecified address is nobody's",
    "phone-plain-digits": "the extension is a part of what we find",
    "ssn-second-valid": "an area from 900 on is given to nobody",
    "ssn-no-dashes": "nine digits without a word that says so",
    "adjacent-pii-no-separator": "glued to a name",
    "passport-log": "the area code 555, labelled: read as a British number",
}
PDSCAN_OTHERWISE = {
    "555-555-5555": "no such area code",
    "+1234567": "too short for any country",
    "+15555555555": "no such area code",
    "+123456789012345": "no such number",
    "123 45 6789": "blanks need a header or a word near",
    "ff:ff:ff:ff:ff:ff": "broadcast is nobody's",
}
PDSCAN_NAMES = {
    "email": "EMAIL_ADDRESS",
    "ip": "IP_ADDRESS",
    "phone": "PHONE_NUMBER",
    "credit_card": "CREDIT_CARD",
    "ssn": "US_SSN",
    "mac": "MAC_ADDRESS",
    "street": "STREET_ADDRESS",
}
OTHERWISE = {
    ("likelySubtags.json", "PASSWORD", 3682): "the language mdp looks like the label mdp (mot de passe)",
    ("test_employees_sha.sql", "STREET_ADDRESS", 16): "the address of a licence's publisher",
}
"""File, entity and line of what is found where nobody is meant."""

DETECTORS = {detector.entity: detector for detector in make(DetectSettings())}


def datafog() -> Iterator[Any]:
    for path in sorted((FIXTURES / "labelled/datafog/corpus").glob("*.json")):
        yield from (case for case in json.loads(path.read_text(encoding="utf-8")) if case["id"] not in EXEMPT)


@pytest.mark.parametrize("case", list(datafog()), ids=lambda case: case["id"])
def test_finds_what_datafog_labels_and_nothing_else(case: Any) -> None:
    for label, entity in NAMES.items():
        wanted = [one["text"] for one in case["expected_entities"] if one["type"] == label]
        if entity == "PHONE_NUMBER":
            wanted = [text for text in wanted if text.strip("+1-()")[:3] != FICTIONAL]
        assert [case["input"][match.start : match.end] for match in DETECTORS[entity].find(case["input"])] == wanted


def test_finds_what_pdscan_finds_in_values() -> None:
    cases = json.loads((FIXTURES / "labelled/pdscan/pdscan_cases.json").read_text(encoding="utf-8"))
    for case in cases["value_and_column_cases"]:
        if case["kind"] == "value" and case["values"][0] not in PDSCAN_OTHERWISE:
            found = {
                name for name, one in DETECTORS.items() for match in one.find(case["values"][0]) if match.score >= 0.3
            }
            wanted = PDSCAN_NAMES.get(case["expected"] or "")
            assert found == ({wanted} if wanted else set()), case["values"]


def claimed(cells: list[str], header: str) -> set[str]:
    detected = ColumnDetector(DetectSettings()).detect(pa.array(cells), header)
    verdicts = {
        one.entity: judge(one.entity, header, "", one.evidence, len(one.values), len(cells)) for one in detected
    }
    return {entity for entity, verdict in verdicts.items() if verdict.confidence != "low"}


def test_claims_the_right_columns_of_piicatchers_sample() -> None:
    with (FIXTURES / "labelled/piicatcher/sample-data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {name: claimed([row[name] or "" for row in rows], name) for name in rows[0]}
    wanted = {"phone": {"PHONE_NUMBER"}, "email": {"EMAIL_ADDRESS"}, "cc_number": {"CREDIT_CARD"}}
    wanted |= {name: {"PERSON"} for name in ("maiden_name", "lname", "fname")} | {"city": {"LOCATION"}}
    wanted |= {"id": {"US_SSN"}, "address": {"STREET_ADDRESS"}, "cc_cvc": {"CVV"}, "zip": {"POSTAL_CODE"}}
    assert {name: entities for name, entities in found.items() if entities} == wanted


def lists() -> list[str]:
    path = FIXTURES / "negatives/identifier_lists_not_pii.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


@pytest.mark.parametrize("name", lists())
@pytest.mark.parametrize("header", ["c3", ""])
def test_claims_nothing_in_lists_of_identifiers(name: str, header: str) -> None:
    values = json.loads((FIXTURES / "negatives/identifier_lists_not_pii.json").read_text(encoding="utf-8"))[name]
    assert claimed(values, header or name) == ({"MAC_ADDRESS"} if name == "mac" else set())


def files() -> list[Path]:
    return [
        path for path in sorted((FIXTURES / "negatives").rglob("*")) if path.suffix in (".json", ".sql", ".txt", ".sum")
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_finds_nothing_in_files_without_persons(path: Path) -> None:
    if path.name == "identifier_lists_not_pii.json":
        pytest.skip("identifiers are judged as columns above")
    lines = path.read_text(encoding="utf-8").splitlines()
    for entity, one in DETECTORS.items():
        found = [number for number, line in enumerate(lines, 1) if list(one.find(line))]
        assert [number for number in found if (path.name, entity, number) not in OTHERWISE] == []
