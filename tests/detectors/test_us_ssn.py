"""United States social security numbers: what the SSA gives to nobody, and codes of the same length."""

from __future__ import annotations

import pytest

from detectors.interface import Evidence
from detectors.us_ssn import UsSsn
from detectors.verdict import judge
from tests.detectors.cases import Case, found, table

SSNS = UsSsn()

HITS = table(
    ("536-90-4399", ("536904399",), "hyphens"),
    ("SSN:536-90-4399;DOB:1990-01-01", ("536904399",), "labelled"),
    ("ssn 536904399", ("536904399",), "bare, beside a word"),
    ("Social Security 536 90 4399", ("536904399",), "blanks, beside a word"),
    ("numéro de sécurité sociale américain : 536.90.4399", ("536904399",), "dots, French"),
    ("US-Sozialversicherungsnummer 536-90-4399", ("536904399",), "German"),
    ("ssn-536-90-4399", ("536904399",), "a hyphen in front"),
)
MISSES = table(
    ("536904399", (), "bare"),
    ("536 90 4399", (), "blanks, no word"),
    ("000-12-3456", (), "area 000"),
    ("666-12-3456", (), "area 666"),
    ("987-65-4320", (), "areas from 900 on"),
    ("536-00-4399", (), "group 00"),
    ("536-90-0000", (), "serial 0000"),
    ("078-05-1120", (), "printed on sample cards"),
    ("SSN 219-09-9999", (), "printed in a leaflet"),
    ("333-33-3333", (), "one digit throughout"),
    ("536-90.4399", (), "two separators"),
    ("order 536-90-4399", (), "labelled as an order"),
    ("ref: 536-90-4399", (), "labelled as a reference"),
    ("1536-90-4399", (), "part of a longer number"),
    ("978-3-16-148410-0", (), "ISBN"),
    ("2024-11-0042", (), "an invoice"),
    ("536-90-4399-12", (), "a longer chain"),
    ("ZIP 94105-1234", (), "ZIP code"),
)


@HITS
def test_finds_an_ssn(case: Case) -> None:
    assert found(SSNS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_ssn(case: Case) -> None:
    assert found(SSNS, case.text) == ()


@pytest.mark.parametrize(
    ("header", "matches", "candidates", "confidence"),
    [
        ("ssn", 90, 100, "high"),
        ("c3", 100, 100, "medium"),
        ("id", 100, 100, "medium"),
        ("c3", 89, 100, "low"),
        ("order_no", 100, 100, "low"),
    ],
)
def test_codes_of_the_same_shape_are_told_by_what_could_be_none(
    header: str, matches: int, candidates: int, confidence: str
) -> None:
    counted = Evidence(
        cells=100, matched_cells=matches, matches=matches, whole=matches, candidates=candidates, explicit=matches
    )
    assert judge("US_SSN", header, "", counted, matches, 100).confidence == confidence


def test_reads_a_typed_number_and_masks_it() -> None:
    assert SSNS.parse(" 536-90-4399 ") == SSNS.parse("536904399") == ("536904399",)
    assert SSNS.mask("536904399") == "***-**-4399"
