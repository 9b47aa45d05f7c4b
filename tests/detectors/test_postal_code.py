"""Postal codes: countries, address lines, headers; and the other numbers of four and five digits."""

from __future__ import annotations

import random

import pytest

from detectors.postal_code import PostalCode
from tests.detectors.cases import Case, found, table
from tests.detectors.columns import digits
from tests.detectors.headed import confidence, found_under_header

CODES = PostalCode()

HITS = table(
    ("12 rue de la Gare, 75011 Paris", ("75011",), "French address"),
    ("rue du Lac 12, CH-1000 Lausanne", ("1000",), "Swiss address, the country in front"),
    ("Bahnhofstrasse 3\n8001 Z\u00fcrich", ("8001",), "two lines"),
    ("10 King Street West, Toronto M5V 2T6", ("M5V2T6",), "Canadian address"),
    ("Montr\u00e9al (QC) H2X 1Y4", ("H2X1Y4",), "a province in front"),
    ("Ottawa, Ontario K1P1J1", ("K1P1J1",), "a province in full, no blank"),
    ("H2X 1Y4 Montr\u00e9al QC", ("H2X1Y4",), "town and province behind"),
    ("M5V 2T6, Toronto, Ontario", ("M5V2T6",), "the same with commas"),
    ("livrer \u00e0 J7Y 3A1 Saint-J\u00e9r\u00f4me (Qu\u00e9bec) demain", ("J7Y3A1",), "the same in brackets"),
    ("code postal : 69003", ("69003",), "French label"),
    ("NPA 1000", ("1000",), "Swiss label"),
    ("PLZ: 8001", ("8001",), "German label"),
    ("CAP 20121", ("20121",), "Italian label"),
)
MISSES = table(
    ("order 75011", (), "no telling word"),
    ("75011 Paris", (), "no address around it"),
    ("H2X 1Y4", (), "nothing beside it"),
    ("H2X1Y4 Switch ON", (), "the number of a part"),
    ("H2X 1Y4 and so QC", (), "no town behind it"),
    ("H2X 1Y4 Montr\u00e9al", (), "no province"),
    ("H2X 1Y4 Montr\u00e9al QCM", (), "another word"),
    ("D2X 1Y4, ON D2X 1Y4", (), "a letter that Canada Post never gives"),
    ("12 rue de la Gare, facture 12345 du 3 mai", (), "no town behind it"),
    ("ZIP: 12345.50", (), "an amount"),
    ("code postal : 00999", (), "no such department"),
    ("NPA 9999", (), "no such office"),
    ("zip code 123456", (), "too long"),
    ("year 2024, page 1200", (), "free text"),
)
HEADED = table(
    ("75011", ("75011",), "French"),
    ("8001", ("8001",), "Swiss"),
    ("h2x1y4", ("H2X1Y4",), "Canadian, as typed"),
    ("F-75011", ("75011",), "the country in front"),
    ("8001 Z\u00fcrich", ("8001",), "a town behind"),
    ("Paris 75011", ("75011",), "a town in front"),
    ("00999", (), "no such department"),
    ("123456", (), "too long"),
    ("archive.zip", (), "a file"),
)


@HITS
def test_finds_a_postal_code(case: Case) -> None:
    assert found(CODES, case.text) == case.expected


@MISSES
def test_leaves_other_numbers(case: Case) -> None:
    assert found(CODES, case.text) == ()


@HEADED
def test_takes_cells_under_a_header(case: Case) -> None:
    assert found_under_header(CODES, case.text) == case.expected


RANDOM = random.Random(5)
FRENCH = [digits(RANDOM, 5, "7") for _ in range(80)]


@pytest.mark.parametrize(
    "header", ["postcode", "zip", "customer_zip", "code_postal", "NPA", "PLZ", "billing_postal_code"]
)
def test_a_header_makes_a_claim(header: str) -> None:
    assert confidence("POSTAL_CODE", header, FRENCH) == "high"


@pytest.mark.parametrize("header", ["order_id", "c3", "year", "zip_id", "amount", "id", "product_ref"])
def test_five_digits_under_another_header_are_nothing(header: str) -> None:
    assert confidence("POSTAL_CODE", header, FRENCH) is None


def test_years_and_files_are_no_codes() -> None:
    assert confidence("POSTAL_CODE", "year", [str(year) for year in range(1950, 2026)]) is None
    assert confidence("POSTAL_CODE", "zip_file", ["backup-2024.zip", "site.zip"]) is None


def test_numbers_of_any_length_are_no_claim_under_a_short_name() -> None:
    assert confidence("POSTAL_CODE", "cp", [str(RANDOM.randrange(10**9)) for _ in range(100)] + ["75011"]) == "low"


def test_shows_nothing_and_gets_no_token() -> None:
    assert (CODES.mask("75011"), CODES.mask("H2X1Y4")) == ("*****", "*** ***")
    assert not CODES.tokenised


def test_reads_its_own_form() -> None:
    assert CODES.parse("h2x 1y4") == ("H2X1Y4",)
    assert CODES.parse("H2X1Y4") == ("H2X1Y4",)
    assert CODES.parse("00999") == ()
