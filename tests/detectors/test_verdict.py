"""Verdicts over columns: F1 over a labelled set with traps, and the rules one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings, Evidence, Verdict
from detectors.verdict import judge
from tests.detectors.columns import Column, card, columns, digits, ean13, grouped, mobile
from tests.detectors.wild_columns import canadian, fresh, held_out, luhned, tuned

DETECTOR = ColumnDetector(DetectSettings())


def claims(cells: list[str | None], header: str, declared: str = "") -> dict[str, Verdict]:
    found = {}
    for one in DETECTOR.detect(pa.array(cells, pa.string()), header):
        verdict = judge(one.entity, header, declared, one.evidence, len(one.values), len(cells))
        if verdict.confidence != "low":
            found[one.entity] = verdict
    return found


@pytest.mark.parametrize("seed", [20241123, 5])
@pytest.mark.parametrize("half", [columns, tuned, held_out, fresh])
def test_f1_over_columns_with_traps_is_at_least_097(half: Callable[[int], Iterator[Column]], seed: int) -> None:
    right = wrong = missed = 0
    for column in half(seed):
        found = set(claims(column.cells, column.header, column.declared))
        right += len(found & column.truth)
        wrong += len(found - column.truth)
        missed += len(column.truth - found)
    assert 2 * right / (2 * right + wrong + missed) >= 0.97


@pytest.mark.parametrize("column", [one for one in columns() if "once" in one.about], ids=lambda one: one.about)
def test_one_value_in_many_notes_is_a_claim(column: object) -> None:
    assert set(claims(column.cells, column.header)) == column.truth  # type: ignore[attr-defined]


def hints(cells: list[str | None], header: str, declared: str = "") -> set[str]:
    """Kinds that a person would be asked to look at."""
    found = {
        one.entity: judge(one.entity, header, declared, one.evidence, len(one.values), len(cells))
        for one in DETECTOR.detect(pa.array(cells, pa.string()), header)
    }
    return {entity for entity, verdict in found.items() if verdict.confidence == "low" and verdict.score > 0}


@pytest.mark.parametrize(
    ("header", "cells", "claimed"),
    [
        ("X-Mailer-RecptId", ["4111111111111111"], False),
        ("X-Mailer-RecptId", ["4111111111111111", "5555555555554444"], False),
        ("order_id", ["4111111111111111", "5555555555554444", "4012888888881881"], True),
        ("notes", ["4111111111111111"], True),
        ("card", ["4111111111111111"], True),
    ],
)
def test_one_or_two_bare_numbers_are_no_cards_where_the_name_says_otherwise(
    header: str, cells: list[str | None], claimed: bool
) -> None:
    assert ("CREDIT_CARD" in claims(cells, header)) == claimed
    assert claimed or "CREDIT_CARD" in hints(cells, header)


CODES: dict[str, Callable[[random.Random], str]] = {
    "sku": lambda rng: digits(rng, 10),
    "sku_code": lambda rng: f"{digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}",
    "ts": lambda rng: str(rng.randrange(1_600_000_000, 1_760_000_000)),
    "ts_ms": lambda rng: str(rng.randrange(1_600_000_000_000, 1_760_000_000_000)),
    "mtime": lambda rng: str(rng.randrange(1_600_000_000, 1_760_000_000)),
    "siret": lambda rng: digits(rng, 14, "4"),
    "siren": lambda rng: digits(rng, 9, "4"),
    "SIRET no": lambda rng: grouped(digits(rng, 14, "4"), (3, 3, 3, 5), " "),
    "tracking_number": lambda rng: digits(rng, 12),
    "tracking": lambda rng: digits(rng, 9),
    "suivi": lambda rng: digits(rng, 13),
    "colis": lambda rng: f"6A{digits(rng, 11)}",
    "reference": lambda rng: f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}",
    "awb": lambda rng: f"{digits(rng, 3)}-{digits(rng, 8)}",
    "batch_no": lambda rng: digits(rng, 9),
    "order_no": lambda rng: digits(rng, 9, "1"),
    "amount": lambda rng: digits(rng, 9),
}


@pytest.mark.parametrize("cells", [12, 400])
@pytest.mark.parametrize("header", CODES)
def test_numbers_whose_column_says_what_they_are_ask_nobody_to_look(header: str, cells: int) -> None:
    rng = random.Random(header)
    values: list[str | None] = [CODES[header](rng) for _ in range(cells)]
    assert set(claims(values, header)) == set()
    assert hints(values, header) == set()


def test_parts_of_tracking_numbers_are_no_claim() -> None:
    rng = random.Random(5)
    cells: list[str | None] = [f"1Z 999 AA1 01 {digits(rng, 4)} {digits(rng, 4)}" for _ in range(100)]
    assert claims(cells, "tracking") == {}


@pytest.mark.parametrize("header", ["sku", "ref", "tracking", "id"])
def test_phones_that_are_written_as_such_are_claimed_whatever_the_column_is_called(header: str) -> None:
    rng = random.Random(6)
    grouped_in_twos: list[str | None] = [grouped(mobile(rng), (2, 2, 2, 2, 2), " ") for _ in range(60)]
    assert set(claims(grouped_in_twos, header)) == {"PHONE_NUMBER"}
    one_of_sixty: list[str | None] = [f"+33 {mobile(rng)[1:]}", *(digits(rng, 11, "9") for _ in range(59))]
    assert set(claims(one_of_sixty, header)) == {"PHONE_NUMBER"}


def test_bare_numbers_under_a_name_that_tells_nothing_are_still_a_hint() -> None:
    rng = random.Random(7)
    lost_zero: list[str | None] = [digits(rng, 9, "6") for _ in range(60)]
    assert hints(lost_zero, "c3") == {"PHONE_NUMBER"}


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
    assert verdict.evidence[0] == "100 % of 2 written as telephone numbers are valid"
    assert "the column's name says so (telephone)" in verdict.evidence
    assert "34 56" not in " ".join(verdict.evidence)


@pytest.mark.parametrize(("header", "confidence"), [("user_id", "high"), ("Message-ID", "low"), ("in_reply_to", "low")])
def test_addresses_may_name_persons_or_messages(header: str, confidence: str) -> None:
    counted = Evidence(cells=9, matched_cells=9, matches=9, whole=9, candidates=9, explicit=9, explicit_candidates=9)
    assert judge("EMAIL_ADDRESS", header, "", counted, 9, 9).confidence == confidence


def test_no_match_is_no_finding() -> None:
    assert judge("IBAN_CODE", "iban", "", Evidence(cells=3, candidates=3), 0, 3).score == 0


def reasons(cells: list[str | None], header: str = "c3", entity: str = "PHONE_NUMBER") -> Verdict:
    (found,) = (one for one in DETECTOR.detect(pa.array(cells, pa.string()), header) if one.entity == entity)
    return judge(entity, header, "", found.evidence, len(found.values), len(cells))


def test_bare_phones_without_a_name_are_told_from_order_numbers_of_the_same_length() -> None:
    rng = random.Random(1)
    phones = reasons([canadian(rng) for _ in range(400)])
    orders = reasons([digits(rng, 10, rng.choice("123456789")) for _ in range(400)])
    assert phones.confidence == "medium"
    assert phones.evidence[0].startswith("100 % are valid where chance would give ")
    assert orders.confidence == "low"
    assert orders.evidence[0].startswith("bare digits, only ")
    assert "all of one length (10)" in orders.evidence


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([str(4_182_200_000 + 3 * at) for at in range(400)], "ascending like a counter"),
        ([str(9_052_500_000 - 70_000 * at) for at in range(400)], "descending like a counter"),
        ([str(4_182_200_000 + at * 4999 % 10_007) for at in range(400)], "numbered through, with few gaps"),
        ([f"06{12_000_000 + 13 * at}" for at in range(400)], "ascending like a counter"),
    ],
    ids=["up", "down", "shuffled", "with a zero"],
)
def test_numbers_given_out_one_after_the_other_are_no_phones_though_all_are_valid(
    cells: list[str | None], said: str
) -> None:
    verdict = reasons(cells)
    assert (verdict.confidence, verdict.evidence[0]) == ("low", f"bare digits, {said}")


def test_moments_and_quantities_are_said() -> None:
    rng = random.Random(2)
    moments: list[str | None] = [str(1_600_000_000 + rng.randrange(10**8)) for _ in range(300)]
    assert "all could be seconds since 1970" in reasons([*moments, "0612345678"]).evidence[0]
    decimals: list[str | None] = [f"{rng.uniform(-90, 90):.7f}" for _ in range(99)]
    written = reasons([*decimals, "06 12 34 56 78"])
    assert any(one == "decimal numbers in 99 %, all between -180 and 180" for one in written.evidence)


def test_separators_and_repetition_are_said() -> None:
    verdict = reasons(["06 12 34 56 78", "06 12 34 56 79"] * 30 + ["0612345678"])
    assert "written with separators in 98 %" in verdict.evidence
    assert "each value occurs 30 times on average" in verdict.evidence
    assert "each value occurs once" in reasons([f"06 12 34 {at:02d} 78" for at in range(10, 60)]).evidence


def test_a_name_outweighs_the_order_of_a_table() -> None:
    cells: list[str | None] = [f"212555{at:04d}" for at in range(400)]
    assert reasons(cells, "phone").confidence == "high"
    assert reasons(cells).confidence == "low"


def test_cards_that_are_numbered_through_are_a_hint_and_sorted_ones_a_claim() -> None:
    vouchers: list[str | None] = [luhned(random.Random(0), 16, f"4{at:014d}") for at in range(400)]
    verdict = reasons(vouchers, entity="CREDIT_CARD")
    assert (verdict.confidence, verdict.evidence[0]) == ("low", "bare digits, numbered through, with few gaps")
    rng = random.Random(3)
    ordered: list[str | None] = sorted(card(rng, "4") for _ in range(400))
    assert "ascending like a counter" in reasons(ordered, entity="CREDIT_CARD").evidence
    assert reasons(ordered, entity="CREDIT_CARD").confidence == "high"


def test_one_number_with_a_country_code_among_a_hundred_thousand_look_alikes_is_a_claim() -> None:
    counted = Evidence(
        cells=100_000, matched_cells=1, matches=1, candidates=60_000, explicit=1, explicit_candidates=50_000, certain=1
    )
    verdict = judge("PHONE_NUMBER", "notes", "", counted, 1, 100_000)
    assert (verdict.confidence, verdict.evidence[0]) == ("medium", "1 with country code (+) and valid")
    assert judge("PHONE_NUMBER", "notes", "", replace(counted, certain=0), 1, 100_000).confidence == "low"


LINES = [f"{word} {digits(random.Random(at), 16)}" for at, word in enumerate(["order", "colis", "ref"] * 50)]


@pytest.mark.parametrize(
    ("line", "entities"),
    [
        ("carte 4970101308624026 exp 11/27", "CREDIT_CARD CARD_EXPIRY"),
        ("paid with 4970 1013 0862 4026", "CREDIT_CARD"),
        ("rappeler au +33 6 12 34 56 71", "PHONE_NUMBER"),
        ("write to jane.roe@shop.fr", "EMAIL_ADDRESS"),
        ("refund to CH5604835012345678009", "IBAN_CODE"),
        ("logged in from 84.12.3.9", "IP_ADDRESS"),
    ],
)
def test_one_value_in_a_hundred_thousand_notes_is_a_claim(line: str, entities: str) -> None:
    rng = random.Random(4)
    lines = [*LINES, *(f"EAN {ean13(rng)} out of stock" for _ in range(50)), "called at 14:30 on 12.03.2024"]
    cells: list[str | None] = [rng.choice(lines) for _ in range(100_000)]
    cells[50_000] = line
    assert set(claims(cells, "notes")) == set(entities.split())
