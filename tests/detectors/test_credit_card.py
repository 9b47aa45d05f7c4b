"""Card numbers: every brand and notation, and near misses. All are the schemes' test numbers or made up."""

from __future__ import annotations

import pytest

from detectors.credit_card import CreditCard
from tests.detectors.cases import Case, found, table

VISA = "4111111111111111"
CARDS = CreditCard()

HITS = table(
    (VISA, (VISA,), "Visa, 16"),
    ("4222222222222", ("4222222222222",), "Visa, 13"),
    ("4000000000000000006", ("4000000000000000006",), "Visa, 19"),
    ("5555555555554444", ("5555555555554444",), "Mastercard"),
    ("2223003122003222", ("2223003122003222",), "Mastercard, 2-series"),
    ("2720990000000007", ("2720990000000007",), "Mastercard, end of the 2-series"),
    ("378282246310005", ("378282246310005",), "American Express"),
    ("30569309025904", ("30569309025904",), "Diners"),
    ("36227206271667", ("36227206271667",), "Diners International"),
    ("6011111111111117", ("6011111111111117",), "Discover"),
    ("3566002020360505", ("3566002020360505",), "JCB"),
    ("6200000000000005", ("6200000000000005",), "UnionPay"),
    ("6759649826438453", ("6759649826438453",), "Maestro"),
    ("2200123456789019", ("2200123456789019",), "Mir"),
    ("9792000000000003", ("9792000000000003",), "Troy"),
    ("5019717010103742", ("5019717010103742",), "Dankort"),
    ("4111 1111 1111 1111", (VISA,), "blanks"),
    ("4111-1111-1111-1111", (VISA,), "hyphens"),
    ("4111.1111.1111.1111", (VISA,), "dots"),
    ("4111\u00a01111\u00a01111\u00a01111", (VISA,), "no-break spaces"),
    ("4111\u202f1111\u202f1111\u202f1111", (VISA,), "narrow spaces"),
    ("4111\u20131111\u20131111\u20131111", (VISA,), "en dashes"),
    ("3782 822463 10005", ("378282246310005",), "American Express, 4-6-5"),
    ("3056 930902 5904", ("30569309025904",), "Diners, 4-6-4"),
    ("paid with 4111 1111 1111 1111 123 12/27", (VISA,), "followed by its CVV"),
    (f"{VISA} 5555555555554444", (VISA, "5555555555554444"), "two in a row"),
    ("4111 1111 1111 1111 5555 5555 5555 4444", (VISA, "5555555555554444"), "two in groups"),
    (f"7,{VISA},12/27", (VISA,), "in a line of CSV"),
    (f'{{"pan":"{VISA}"}}', (VISA,), "in JSON"),
    ("/pay?c=4111%201111%201111%201111&x=1", (VISA,), "escaped in a URL"),
    ("/pay?c=4111+1111+1111+1111", (VISA,), "blanks as plus signs"),
    (f"card%3D{VISA}", (VISA,), "behind an escape"),
    (f"pan_{VISA}.txt", (VISA,), "in a file's name"),
    (VISA.translate({ord("1"): "\uff11", ord("4"): "\uff14"}), (VISA,), "full width"),
    ("\u0664\u0661\u0661\u0661 " + "\u0661\u0661\u0661\u0661 " * 3, (VISA,), "Arabic digits"),
    ("a12.4 4111 1111 1111 1111", (VISA,), "behind a blank behind a code"),
    ("at 514-555-0199 4111 1111 1111 1111", (VISA,), "behind a telephone number"),
    (f"BE68 5390 0754 7034 {VISA}", (VISA,), "behind an IBAN"),
    (f"No1. {VISA}", (VISA,), "numbered"),
    ("4111&nbsp;1111&nbsp;1111&nbsp;1111", (VISA,), "HTML's blanks"),
    ("4111 1111 1111-1111", (VISA,), "a slip of the hand"),
    ("4894 8976 9937 1712 123", ("4894897699371712",), "a CVV that would make a valid number of 19"),
)
MISSES = table(
    ("4111111111111112", (), "wrong check digit"),
    ("4012-8888-8888-1882", (), "wrong check digit, grouped"),
    ("0000000000000000", (), "no issuer"),
    ("1748503543012", (), "milliseconds since 1970"),
    ("1700000000000000", (), "microseconds since 1970"),
    ("9780201379624", (), "ISBN-13"),
    ("4006381333931", (), "EAN-13"),
    ("122000000000003", (), "UATP: shaped like a French social security number"),
    ("73282932000074", (), "SIRET"),
    ("123456789012345678901234", (), "longer run"),
    ("4007442078730", (), "EAN-13 that is Luhn-valid too"),
    ("21 68201 04362 89965 61284 80807", (), "a Swiss payment reference"),
    ("a1-4111-1111-1111-1111", (), "a code"),
    (f"9{VISA}9999", (), "inside a longer run"),
    ("41111111111111111", (), "17 digits of Visa"),
    ("3.4111111111111111", (), "decimals"),
    ("4111111111111111.00", (), "a sum"),
    ("0.4111111111111111", (), "decimals below one"),
    ("55555555-5555-5555-5555-555555555555", (), "UUID"),
    ("d3b07384-4111-1111-1111-111111111111", (), "UUID with letters"),
    ("a4111111111111111", (), "part of a hash"),
    ("4111111111111111f", (), "part of a hash, ending"),
    ("FR76 3000 6000 0112 3456 7890 189", (), "groups of an IBAN"),
    ("SIRET: 50000000000005600", (), "labelled otherwise"),
    ("99.12.345678.12345678", (), "Swiss Post"),
    ("1Z4111111111111111", (), "UPS"),
    ("7023 2100 3947 6128", (), "Canada Post"),
    ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", (), "no grouping that anyone uses"),
    ("1111 4111 1111 1111 1111 1111", (), "a list of numbers"),
    ("20241123 120000 20241124", (), "moments"),
)


@HITS
def test_finds_a_card(case: Case) -> None:
    assert found(CARDS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_card(case: Case) -> None:
    assert found(CARDS, case.text) == ()


def test_counts_candidates_whether_valid_or_not() -> None:
    assert CARDS.candidates(f"{VISA} 4111111111111112 4111 1111 1111 1111") == 3


def test_a_grouped_number_says_what_it_is() -> None:
    assert [match.explicit for match in CARDS.find(f"{VISA}, 4111 1111 1111 1111")] == [False, True]


@pytest.mark.parametrize("typed", [VISA, " 4111 1111-1111.1111 ", "\uff14111111111111111"])
def test_reads_a_typed_number_in_any_notation(typed: str) -> None:
    assert CARDS.parse(typed) == (VISA,)


@pytest.mark.parametrize("typed", ["", "4111", "4111111111111112", "x4111111111111111", "4111 1111 1111 1111 1"])
def test_refuses_what_is_no_number(typed: str) -> None:
    assert CARDS.parse(typed) == ()


def test_masks_all_but_the_issuer_and_the_last_four() -> None:
    assert CARDS.mask(VISA) == "411111******1111"
    assert CARDS.mask("4222222222222") == "*********2222"
    assert "4111111111" not in repr(next(CARDS.find(VISA)))
