"""Expiry dates of cards: notations, labels, neighbours; and the other months, dates and offers."""

from __future__ import annotations

import random

import pytest

from detectors.card_expiry import CardExpiry
from tests.detectors.cases import Case, found, table
from tests.detectors.columns import digits
from tests.detectors.headed import confidence, found_under_header

DATES = CardExpiry()

HITS = table(
    ("card exp 12/27", ("2027-12",), "label with a card"),
    ("Visa exp. 03/2028", ("2028-03",), "a brand"),
    ("valid thru 12/27", ("2027-12",), "only cards say thru"),
    ("carte finissant par 1111, expire fin 12/27", ("2027-12",), "French"),
    ("Carte valable jusqu'au 03/2028", ("2028-03",), "French, until"),
    ("Karte g\u00fcltig bis 12/27", ("2027-12",), "German"),
    ("carta, scadenza 12/27", ("2027-12",), "Italian"),
    ("4111 1111 1111 1111 12/27 123", ("2027-12",), "behind a card"),
    ("4111 1111 1111 1111 exp. 1227", ("2027-12",), "four digits behind a card"),
    ("4111111111111111|12|27|123", ("2027-12",), "as thieves write it"),
    ("4111 1111 1111 1111, 2027-12", ("2027-12",), "year first"),
)
MISSES = table(
    ("12/27", (), "no telling word"),
    ("offer expires 12/24", (), "an offer, perhaps a day"),
    ("exp 12/27", (), "no word of a card"),
    ("card exp 13/27", (), "no such month"),
    ("card exp 12/77", (), "no such year"),
    ("valid thru 12/27/2024", (), "a day"),
    ("4111 1111 1111 1111 12.27 EUR", (), "an amount"),
    ("4111 1111 1111 1112 12/27", (), "no card in front"),
    ("card expiry 12/27.5", (), "a number"),
)
HEADED = table(
    ("12/27", ("2027-12",), "month and year"),
    ("1227", ("2027-12",), "four digits"),
    ("122027", ("2027-12",), "six digits"),
    ("7/27", ("2027-07",), "one digit"),
    ("12 / 27", ("2027-12",), "blanks"),
    ("2027-12", ("2027-12",), "year first"),
    ("2027-12-31", (), "a day"),
    ("1732370000", (), "seconds since 1970"),
    ("99/27", (), "no such month"),
    ("never", (), "a word"),
)


@HITS
def test_finds_an_expiry_date(case: Case) -> None:
    assert found(DATES, case.text) == case.expected


@MISSES
def test_leaves_other_dates(case: Case) -> None:
    assert found(DATES, case.text) == ()


@HEADED
def test_takes_whole_cells_under_a_header(case: Case) -> None:
    assert found_under_header(DATES, case.text) == case.expected


MONTHS = [f"{month:02d}/{year}" for month in range(1, 13) for year in (25, 27, 29)]


@pytest.mark.parametrize(
    ("header", "sure"),
    [
        ("cc_exp", "high"),
        ("card_expiration", "high"),
        ("exp", "medium"),
        ("valid_thru", "medium"),
        ("Ablaufdatum", "medium"),
        ("exp_date", "medium"),
    ],
)
def test_a_header_makes_a_claim_and_a_sure_one_where_it_speaks_of_cards(header: str, sure: str) -> None:
    assert confidence("CARD_EXPIRY", header, MONTHS) == sure
    assert confidence("CARD_EXPIRY", header, [one.replace("/", "") for one in MONTHS]) == sure


@pytest.mark.parametrize("header", ["period", "month", "c3", "experience", "ratio"])
def test_months_under_another_header_are_nothing(header: str) -> None:
    assert confidence("CARD_EXPIRY", header, MONTHS) is None


def test_random_numbers_of_four_digits_are_no_dates_under_any_header() -> None:
    rng = random.Random(5)
    assert confidence("CARD_EXPIRY", "exp", [digits(rng, 4) for _ in range(400)]) == "low"


def test_shows_nothing_and_gets_no_token() -> None:
    assert DATES.mask("2027-12") == "**/**"
    assert not DATES.tokenised


def test_reads_its_own_form() -> None:
    assert DATES.parse("2027-12") == ("2027-12",)
    assert DATES.parse("12/27") == ("2027-12",)
    assert DATES.parse("13/27") == ()
