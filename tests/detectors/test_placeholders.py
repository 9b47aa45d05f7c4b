"""Values that stand for nobody are counted and said, and change nothing else."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from detectors.placeholders import EXAMPLE_IBANS, KINDS, PATTERNS, TEST_CARDS, VALUES, placeholder, placeholders
from detectors.registry import detector
from detectors.verdict import judge

IDLE = [
    ("CREDIT_CARD", "4111111111111111"),
    ("CREDIT_CARD", "378282246310005"),
    ("EMAIL_ADDRESS", "test@example.com"),
    ("EMAIL_ADDRESS", "john.doe@example.org"),
    ("EMAIL_ADDRESS", "a@mail.example.net"),
    ("EMAIL_ADDRESS", "jane@shop.test"),
    ("EMAIL_ADDRESS", "jane@shop.invalid"),
    ("IBAN_CODE", "DE89370400440532013000"),
    ("IBAN_CODE", "FR1420041010050500013M02606"),
    ("IP_ADDRESS", "192.0.2.17"),
    ("IP_ADDRESS", "198.51.100.1"),
    ("IP_ADDRESS", "203.0.113.255"),
    ("IP_ADDRESS", "2001:db8::1"),
    ("IP_ADDRESS", "3fff:fff:0:1::1"),
    ("IP_ADDRESS", "3fff::5"),
    ("PHONE_NUMBER", "+15145550199"),
    ("PHONE_NUMBER", "+33199001234"),
    ("PHONE_NUMBER", "+33639981234"),
    ("PHONE_NUMBER", "+447700900123"),
    ("PHONE_NUMBER", "+441614960123"),
    ("PHONE_NUMBER", "+33123456789"),
    ("PHONE_NUMBER", "+33611111111"),
]
SOMEBODYS = [
    ("CREDIT_CARD", "4111111111111112", "no test card"),
    ("EMAIL_ADDRESS", "a@myexample.com", "another name"),
    ("EMAIL_ADDRESS", "a@example.co.uk", "not kept"),
    ("EMAIL_ADDRESS", "a@latest.com", "another top level"),
    ("EMAIL_ADDRESS", "example.com@shop.fr", "the other side"),
    ("EMAIL_ADDRESS", "noreply@shop.fr", "a real mailbox"),
    ("IBAN_CODE", "DE89370400440532013001", "no example"),
    ("IP_ADDRESS", "192.0.20.1", "another network"),
    ("IP_ADDRESS", "2001:db80::1", "another network"),
    ("IP_ADDRESS", "3fff:1000::1", "outside 3fff::/20"),
    ("PHONE_NUMBER", "+15145551199", "above 0199"),
    ("PHONE_NUMBER", "+33612345679", "does not count up"),
    ("PHONE_NUMBER", "+33199011234", "another range"),
    ("FR_NIR", "anything", "no kind of ours"),
]


@pytest.mark.parametrize(("entity", "value"), IDLE)
def test_it_stands_for_nobody(entity: str, value: str) -> None:
    assert placeholder(entity, value)


@pytest.mark.parametrize(("entity", "value", "why"), SOMEBODYS)
def test_it_may_be_somebodys(entity: str, value: str, why: str) -> None:
    assert not placeholder(entity, value)


@pytest.mark.parametrize("entity", [*KINDS, "FR_NIR"])
def test_many_at_once_are_judged_as_one_by_one(entity: str) -> None:
    values = [value for _, value in IDLE] + [value for _, value, _ in SOMEBODYS]
    assert placeholders(entity, pa.array(values)).to_pylist() == [placeholder(entity, value) for value in values]


@pytest.mark.parametrize(("entity", "value"), [one for one in IDLE if one[0] in PATTERNS])
def test_the_first_of_several_readings_counts(entity: str, value: str) -> None:
    assert placeholders(entity, pa.array([f"{value}\x1f+41791234567"])).to_pylist() == [True]


def test_each_has_its_words() -> None:
    assert KINDS.keys() == PATTERNS.keys() | VALUES.keys()


@pytest.mark.parametrize(("entity", "values"), [("CREDIT_CARD", TEST_CARDS), ("IBAN_CODE", EXAMPLE_IBANS)])
def test_all_that_are_listed_are_valid_and_canonical(entity: str, values: frozenset[str]) -> None:
    known = detector(entity)
    assert [value for value in values if known.parse(value) != (value,)] == []


def test_placeholders_are_counted_by_cells_and_change_neither_count_nor_confidence() -> None:
    cells = ["4111 1111 1111 1111"] * 3 + ["4532015112830366", "5555555555554444 and 6011514433546201", None]
    (found,) = ColumnDetector(DetectSettings(("CREDIT_CARD",))).detect(pa.array(cells))
    evidence = found.evidence
    assert (evidence.matches, evidence.placeholders, len(found.rows)) == (6, 4, 6)
    with_them = judge("CREDIT_CARD", "c3", "", evidence, 4, 6)
    without = judge("CREDIT_CARD", "c3", "", replace(evidence, placeholders=0), 4, 6)
    assert (with_them.score, with_them.confidence) == (without.score, without.confidence)
    assert with_them.evidence == (*without.evidence, "4 of 6 are placeholders: published test cards")
