"""Verdicts over columns: F1 over a labelled set with traps, and the rules one by one."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings, Evidence, Verdict
from detectors.verdict import judge
from tests.detectors.columns import columns

DETECTOR = ColumnDetector(DetectSettings())


def claims(cells: list[str | None], header: str, declared: str = "") -> dict[str, Verdict]:
    found = {}
    for one in DETECTOR.detect(pa.array(cells, pa.string()), header):
        verdict = judge(one.entity, header, declared, one.evidence, len(one.values), len(cells))
        if verdict.confidence != "low":
            found[one.entity] = verdict
    return found


@pytest.mark.parametrize("seed", [20241123, 5])
def test_f1_over_columns_with_traps_is_at_least_097(seed: int) -> None:
    right = wrong = missed = 0
    for column in columns(seed):
        found = set(claims(column.cells, column.header, column.declared))
        right += len(found & column.truth)
        wrong += len(found - column.truth)
        missed += len(column.truth - found)
    assert 2 * right / (2 * right + wrong + missed) >= 0.97


@pytest.mark.parametrize("column", [one for one in columns() if "once" in one.about], ids=lambda one: one.about)
def test_one_value_in_many_notes_is_a_claim(column: object) -> None:
    assert set(claims(column.cells, column.header)) == column.truth  # type: ignore[attr-defined]


def test_one_card_in_a_hundred_thousand_notes_full_of_order_numbers_is_a_claim() -> None:
    counted = Evidence(
        cells=100_000, matched_cells=4001, matches=4001, candidates=100_001, explicit=1, explicit_candidates=1
    )
    assert judge("CREDIT_CARD", "notes", "", counted, 4001, 100_000).confidence in ("medium", "high")


def test_cards_by_chance_are_said_to_be_chance() -> None:
    counted = Evidence(cells=1204, matched_cells=108, matches=108, whole=108, candidates=1204)
    verdict = judge("CREDIT_CARD", "c3", "", counted, 108, 1204)
    assert verdict.confidence == "low"
    assert verdict.evidence[0] == "valid no more often than chance (9 % of 1,204 candidates)"


PHONES = Evidence(cells=1000, matched_cells=1000, matches=1000, whole=1000, candidates=1000, weak=1000)


def test_bare_digits_need_a_name_that_says_phone() -> None:
    assert judge("PHONE_NUMBER", "phone", "bigint", PHONES, 900, 1000).confidence == "high"
    assert judge("PHONE_NUMBER", "c3", "bigint", PHONES, 900, 1000).confidence == "low"
    assert judge("PHONE_NUMBER", "customer_id", "bigint", PHONES, 900, 1000).confidence == "low"


@pytest.mark.parametrize(
    "declared", ["double precision", "numeric(12,2)", "timestamp without time zone", "date", "boolean"]
)
def test_a_declared_type_speaks_against_bare_digits(declared: str) -> None:
    assert judge("PHONE_NUMBER", "phone", declared, PHONES, 900, 1000).confidence == "low"


def test_random_digits_in_a_column_called_phone_are_a_hint_at_most() -> None:
    counted = replace(PHONES, matched_cells=120, matches=120, whole=120, weak=120, candidates=600)
    assert judge("PHONE_NUMBER", "phone", "varchar(20)", counted, 120, 600).confidence == "low"


def test_evidence_is_in_words_and_holds_no_value() -> None:
    verdict = claims(["06 12 34 56 78", "06 12 34 56 79"], "telephone")["PHONE_NUMBER"]
    assert verdict.evidence[0] == "100 % of 2 candidates are valid: numbers, written as such"
    assert "the column's name says so (telephone)" in verdict.evidence
    assert "34 56" not in " ".join(verdict.evidence)


@pytest.mark.parametrize(("header", "confidence"), [("user_id", "high"), ("Message-ID", "low"), ("in_reply_to", "low")])
def test_addresses_may_name_persons_or_messages(header: str, confidence: str) -> None:
    counted = Evidence(cells=9, matched_cells=9, matches=9, whole=9, candidates=9, explicit=9, explicit_candidates=9)
    assert judge("EMAIL_ADDRESS", header, "", counted, 9, 9).confidence == confidence


def test_no_match_is_no_finding() -> None:
    assert judge("IBAN_CODE", "iban", "", Evidence(cells=3, candidates=3), 0, 3).score == 0
