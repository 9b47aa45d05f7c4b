"""IBANs: countries, notations, and what only starts like one. All numbers are the registry's examples or made up."""

from __future__ import annotations

import random

import pytest

from detectors.iban_code import IbanCode
from detectors.iban_registry import STRUCTURES
from tests.detectors.cases import Case, found, table
from tests.detectors.columns import iban

FRENCH = "FR1420041010050500013M02606"
IBANS = IbanCode()

HITS = table(
    (FRENCH, (FRENCH,), "bare"),
    ("FR14 2004 1010 0505 0001 3M02 606", (FRENCH,), "groups of four"),
    ("FR14-2004-1010-0505-0001-3M02-606", (FRENCH,), "hyphens"),
    ("FR14\u00a02004\u00a01010\u00a00505\u00a00001\u00a03M02\u00a0606", (FRENCH,), "no-break spaces"),
    ("fr1420041010050500013m02606", (FRENCH,), "lower case"),
    ("BE32 123-4567890-02", ("BE32123456789002",), "the Belgian way"),
    ("ES 58 0049 0290 3424 1352 8341", ("ES5800490290342413528341",), "a blank behind the country"),
    ("IBAN:CH9300762011623852957.", ("CH9300762011623852957",), "labelled, in a sentence"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", ("DE89370400440532013000",), "words behind"),
    ("iban=DE89%203704%200044%200532%200130%2000&x", ("DE89370400440532013000",), "escaped in a URL"),
    (f"IBAN{FRENCH}", (FRENCH,), "glued to its name"),
    (FRENCH[:4] + "&nbsp;" + FRENCH[4:], (FRENCH,), "an HTML blank"),
    (f"iban{FRENCH}x", (FRENCH,), "small letters on both sides"),
    (FRENCH.replace("0", "\uff10"), (FRENCH,), "full-width digits"),
    ("NO9386011117947", ("NO9386011117947",), "the shortest"),
    ("MT84MALT011000012345MTLCAST001S", ("MT84MALT011000012345MTLCAST001S",), "letters"),
)
MISSES = table(
    ("FR1420041010050500013M02607", (), "wrong check digits"),
    ("FR14 2004 1010 0505 0001 3M02 60", (), "too short"),
    ("DE89370400440532013000X", (), "too long"),
    ("XDE89370400440532013000", (), "part of a word"),
    ("xde89370400440532013000", (), "part of a word in small letters"),
    ("GI75 aWBK 0000 0000 7099 453", (), "mixed case"),
    ("AL47 212A 1009 0000 0002 3569 8741", (), "a letter where a digit stands"),
    ("ZZ89370400440532013000", (), "no such country"),
    ("BNPAFRPPXXX", (), "BIC"),
    ("FR40303265045", (), "VAT number"),
    ("FR-12 articles de 20 pages", (), "words"),
    ("de 10 articles pour la maison", (), "French words"),
    ("550e8400-e29b-41d4-a716-446655440000", (), "UUID"),
)


@HITS
def test_finds_an_iban(case: Case) -> None:
    assert found(IBANS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_iban(case: Case) -> None:
    assert found(IBANS, case.text) == ()


@pytest.mark.parametrize(
    "country", sorted(set(STRUCTURES) & {"FR", "CH", "BE", "DE", "LU", "AT", "ES", "PT", "DK", "SE"})
)
def test_knows_the_length_of_a_country(country: str) -> None:
    made = iban(random.Random(country), country)
    assert IBANS.parse(made) == (made,)
    assert IBANS.parse(made[:-1]) == ()


def test_reads_a_typed_number_with_its_label() -> None:
    assert IBANS.parse(" IBAN: fr14 2004 1010 0505 0001 3M02 606 ") == (FRENCH,)


def test_masks_the_account() -> None:
    assert IBANS.mask(FRENCH) == "FR14*******************2606"
