"""Dates of birth: notations, words in front in four languages; and all other dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from detectors.birth_date import BirthDate
from tests.detectors.cases import Case, found, table
from tests.detectors.headed import confidence, found_under_header

DATES = BirthDate()

HITS = table(
    ("N\u00e9 le 12/03/1980 \u00e0 Lyon", ("1980-03-12",), "French"),
    ("n\u00e9e \u00e0 Lausanne le 1er mai 1975", ("1975-05-01",), "French, a place between"),
    ("n\u00e9(e) le : 12.03.1980", ("1980-03-12",), "a form"),
    ("n\u00e9\u00b7e le 03/05/1984", ("1984-05-03",), "inclusive writing"),
    ("n\u00e9\u2022e \u00e0 Lyon le 03/05/1984", ("1984-05-03",), "the same, another point"),
    ("n\u00e9.e le 03/05/1984", ("1984-05-03",), "the same, a full stop"),
    ("Date de naissance\t12 ao\u00fbt 1990", ("1990-08-12",), "French, a month with an accent"),
    ("born May 17, 1980", ("1980-05-17",), "English, month first"),
    ("born on the 17th of May 1980", ("1980-05-17",), "English, ordinal"),
    ("DOB 5/17/1980", ("1980-05-17",), "the American way where it is the only one"),
    ("Date of birth (dd/mm/yyyy): 17/05/1980", ("1980-05-17",), "a hint inside the label"),
    ("geboren am 3. M\u00e4rz 1960", ("1960-03-03",), "German"),
    ("am 12.03.1980 in Bern geboren", ("1980-03-12",), "German, the word behind"),
    ("geb. 12.3.80", ("1980-03-12",), "two digits of the year"),
    ("nato a Roma il 3 maggio 1960", ("1960-05-03",), "Italian"),
    ("data di nascita: 1960-05-03", ("1960-05-03",), "Italian, ISO"),
    ("naissance: 1980-05-17T00:00:00Z", ("1980-05-17",), "a moment"),
)
MISSES = table(
    ("created 1980-05-17", (), "no telling word"),
    ("17.05.1980", (), "nothing beside it"),
    ("on ne le livrera que le 12/03/2024", (), "ne le without accents is two other words"),
    ("livr\u00e9\u00b7e le 12/03/2020", (), "another word in inclusive writing"),
    ("personne\u00b7s le 12/03/2020", (), "likewise"),
    ("personne le 12/03/2020", (), "part of a word"),
    ("born 1850-01-01", (), "too old"),
    ("born 2090-01-01", (), "still to come"),
    ("born 31.02.1980", (), "no such day"),
    ("born in 1980", (), "a year alone"),
    ("stubborn 12.03.1980", (), "part of a word"),
    ("ddn 19800517", (), "eight digits need a header"),
    ("born\n12.03.1980", (), "another line"),
)
HEADED = table(
    ("1980-05-17", ("1980-05-17",), "ISO"),
    ("1980-05-17 00:00:00", ("1980-05-17",), "as databases print it"),
    ("17.05.1980", ("1980-05-17",), "German"),
    ("04/05/1980", ("1980-05-04",), "the day first where both would do"),
    ("12/31/1999", ("1999-12-31",), "American"),
    ("19800517", ("1980-05-17",), "eight digits"),
    ("17 mai 1980", ("1980-05-17",), "French"),
    ("0000-00-00", (), "MySQL's nothing"),
    ("Lyon", (), "a place"),
    ("320000000", (), "seconds"),
    ("1980", (), "a year"),
)


@HITS
def test_finds_a_date_of_birth(case: Case) -> None:
    assert found(DATES, case.text) == case.expected


def test_only_the_date_behind_the_word_is_one() -> None:
    assert found(DATES, "born on 12.03.1980, order of 12.04.2024") == ("1980-03-12",)


@MISSES
def test_leaves_other_dates(case: Case) -> None:
    assert found(DATES, case.text) == ()


@HEADED
def test_takes_whole_cells_under_a_header(case: Case) -> None:
    assert found_under_header(DATES, case.text) == case.expected


DAYS = [(datetime(1955, 1, 1, tzinfo=UTC) + timedelta(days=137 * number)).strftime("%Y-%m-%d") for number in range(150)]


@pytest.mark.parametrize(
    "header",
    ["dob", "birth_date", "date_of_birth", "Date de naissance", "ddn", "Geburtsdatum", "data_nascita", "customer_dob"],
)
def test_a_header_makes_a_claim(header: str) -> None:
    assert confidence("DATE_OF_BIRTH", header, DAYS) == "high"


@pytest.mark.parametrize("header", ["created_at", "date", "c3", "updated", "birth_id", "order_date", "date_add"])
def test_dates_under_another_header_are_nothing(header: str) -> None:
    assert confidence("DATE_OF_BIRTH", header, DAYS) is None


def test_places_of_birth_are_no_dates() -> None:
    assert confidence("DATE_OF_BIRTH", "birth_place", ["Lyon", "Genf", "Roma 1"]) is None


def test_days_to_come_under_a_header_are_no_claim() -> None:
    assert confidence("DATE_OF_BIRTH", "birth", ["2190-01-01"] * 9 + ["1980-05-17"]) == "low"


def test_shows_nothing_and_gets_no_token() -> None:
    assert DATES.mask("1980-05-17") == "****-**-**"
    assert not DATES.tokenised


def test_reads_its_own_form() -> None:
    assert DATES.parse("1980-05-17") == ("1980-05-17",)
    assert DATES.parse("n\u00e9e hier") == ()
