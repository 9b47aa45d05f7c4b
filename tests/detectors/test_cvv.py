"""Verification codes: under a header, behind a label, behind a card; and the other numbers of three and four digits."""

from __future__ import annotations

import random

import pytest

from detectors.cvv import Cvv
from tests.detectors.cases import Case, found, table
from tests.detectors.columns import digits
from tests.detectors.headed import confidence, found_under_header, verdict

CODES = Cvv()

HITS = table(
    ("cvv: 123", ("123",), "label"),
    ("CVV2=042", ("042",), "label and figure"),
    ("Mon cryptogramme est 123.", ("123",), "French"),
    ("code de s\u00e9curit\u00e9 : 123", ("123",), "French, accents"),
    ("CVC lautet 123", ("123",), "German"),
    ("Pr\u00fcfnummer: 1234", ("1234",), "German, four digits"),
    ("codice di sicurezza 123", ("123",), "Italian"),
    ("CVV (3 digits) = 123", ("123",), "a figure inside the label"),
    ("carte 4111 1111 1111 1111 12/27 123 merci", ("123",), "behind card and date"),
    ("Karte 4111 1111 1111 1111, Pr\u00fcfziffer 123", ("123",), "German, behind a card"),
    ("4111 1111 1111 1111 12/27 mit Pruefziffer: 123", ("123",), "likewise, with the date"),
    ("4111111111111111|12|27|123", ("123",), "as thieves write it"),
    ("4111 1111 1111 1111 exp 12/2027 cvv 123", ("123",), "labelled and behind a card"),
    ("4111-1111-1111-1111, 1227, 123", ("123",), "commas"),
    ("CVV 123 12/27", ("123",), "a date behind"),
)
MISSES = table(
    ("code 123", (), "no telling word"),
    ("Pr\u00fcfziffer 123", (), "of anything, without a card"),
    ("4111 1111 1111 1112, Pr\u00fcfziffer 123", (), "behind no card"),
    ("cvv missing, order 123", (), "the word is not right in front"),
    ("CVC 123,50 EUR", (), "an amount"),
    ("cvv 4111 1111 1111 1111", (), "groups of a card"),
    ("PAN 4111 1111 1111 1111, total 123 EUR", (), "an amount behind a card"),
    ("4111 1111 1111 1112 12/27 123", (), "no card in front"),
    ("CVV: 12", (), "too short"),
    ("CVV: 12345", (), "too long"),
    ("CVV 1.234", (), "thousands"),
    ("cvv:\n123", (), "another line"),
    ("cvv A123", (), "part of a word"),
)
HEADED = table(
    ("123", ("123",), "three"),
    (" 0042 ", ("0042",), "four, blanks around"),
    ("12", (), "two"),
    ("123456", (), "six"),
    ("12.5", (), "decimal"),
    ("not kept 123", (), "words"),
)


@HITS
def test_finds_a_code(case: Case) -> None:
    assert found(CODES, case.text) == case.expected


@MISSES
def test_leaves_other_numbers(case: Case) -> None:
    assert found(CODES, case.text) == ()


@HEADED
def test_takes_whole_cells_under_a_header(case: Case) -> None:
    assert found_under_header(CODES, case.text) == case.expected


RANDOM = random.Random(5)
THREE = [digits(RANDOM, 3) for _ in range(60)]


@pytest.mark.parametrize(
    "header", ["cvv", "card_cvc", "CVV2", "Cryptogramme", "security_code", "Kartenpr\u00fcfnummer"]
)
def test_a_header_makes_a_claim(header: str) -> None:
    assert confidence("CVV", header, THREE) == "high"


@pytest.mark.parametrize("header", ["quantity", "code", "c3", "department", "cvv_id"])
def test_three_digits_under_another_header_are_nothing(header: str) -> None:
    assert confidence("CVV", header, THREE) is None


def test_cid_alone_may_be_many_things() -> None:
    assert confidence("CVV", "cid", THREE) == "low"
    assert confidence("CVV", "cc_cid", THREE) == "high"
    assert verdict("CVV", "cid", [str(number) for number in range(1, 9000, 7)]).score < 0.5  # type: ignore[union-attr]


def test_shows_nothing_and_gets_no_token() -> None:
    assert CODES.mask("123") == "***"
    assert not CODES.tokenised
