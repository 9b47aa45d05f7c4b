"""Telephone numbers: national and international notations, and the many things as long as one."""

from __future__ import annotations

import pytest

from detectors.interface import DetectSettings
from detectors.phone_number import PhoneNumber
from tests.detectors.cases import Case, found, table

FRENCH, CANADIAN = "+33612345678", "+15145550199"
PHONES = PhoneNumber()

HITS = table(
    ("+33 6 12 34 56 78", (FRENCH,), "international"),
    ("+33612345678", (FRENCH,), "E.164"),
    ("+33 (0)6 12 34 56 78", (FRENCH,), "the trunk prefix in brackets"),
    ("+33.6.12.34.56.78", (FRENCH,), "dots"),
    ("0033612345678", (FRENCH,), "00"),
    ("00 33 6 12 34 56 78", (FRENCH,), "00, in groups"),
    ("tel:+33612345678", (FRENCH,), "a link"),
    ("tel=%2B33612345678", (FRENCH,), "an escaped plus"),
    ("06 12 34 56 78", (FRENCH,), "French pairs"),
    ("06.12.34.56.78", (FRENCH,), "dots"),
    ("06-12-34-56-78", (FRENCH,), "hyphens"),
    ("0612345678", (FRENCH,), "bare, with trunk prefix"),
    ("06\u00a012\u00a034\u00a056\u00a078", (FRENCH,), "no-break spaces"),
    ("(514) 555-0199", (CANADIAN,), "Canadian"),
    ("514-555-0199", (CANADIAN,), "hyphens"),
    ("514.555.0199", (CANADIAN,), "dots"),
    ("1-514-555-0199", (CANADIAN,), "with the trunk prefix 1"),
    ("+1 (514) 555-0199", (CANADIAN,), "international"),
    ("5145550199", (CANADIAN,), "bare, alone in its cell"),
    ("Tel. 5145550199", (CANADIAN,), "bare, labelled"),
    ("514-555-0199 ext. 5", (CANADIAN,), "an extension"),
    ("514-555-0199x123", (CANADIAN,), "an extension, glued"),
    ("020 7946 0958", ("+442079460958",), "London"),
    ("0475/12.34.56", ("+33475123456",), "the Belgian way; French first"),
    ("+41 44 668 18 00", ("+41446681800",), "Swiss"),
    ("+49 30 1234567", ("+49301234567",), "a country that is not configured"),
    ("call 06 12 34 56 78 12h", (FRENCH,), "an hour behind"),
    ("le 12 06 12 34 56 78", (FRENCH,), "a day in front"),
    ("23.11.2024 06 12 34 56 78", (FRENCH,), "a date in front"),
    ("06 12 34 56 78 / 07 38 76 54 32", (FRENCH, "+33738765432"), "two"),
    ("(0)612345678", (FRENCH,), "the trunk prefix in brackets, no country"),
    ("(514)-555-0199", (CANADIAN,), "a hyphen behind the bracket"),
    ("+1 514 555 - 0199", (CANADIAN,), "a spaced hyphen"),
    ("+33  6  12  34  56  78", (FRENCH,), "two blanks everywhere"),
    ("+0033612345678", (FRENCH,), "a plus and 00"),
    ("+06 12 34 56 78", (FRENCH,), "a plus that is none"),
    ("0033-612345678", (FRENCH,), "00 and one hyphen"),
    ("7+33612345678", (FRENCH,), "a digit in front of the plus"),
    ("+33 6 12 34 56 78-x", (FRENCH,), "letters behind a plus's number"),
    ("1. 0612345678", (FRENCH,), "numbered"),
    ("from 203.0.113.9 0612345678", (FRENCH,), "behind an address"),
    ("a3c0 (514) 555-0199", (CANADIAN,), "behind a code and a blank"),
    ("+33612345678 4111 1111 1111 1111", (FRENCH,), "a card behind"),
    ("06-12-34-56-78 2024 orders", (FRENCH,), "a year behind"),
    ("06 12 34 56 78 \u2013 1234", (FRENCH,), "a spaced dash and more digits"),
    ("06&nbsp;12&nbsp;34&nbsp;56&nbsp;78", (FRENCH,), "HTML's blanks"),
    ("079 / 123 45 67", ("+33791234567",), "a spaced slash behind the area"),
    ("https://wa.me/33612345678", (FRENCH,), "a link of WhatsApp's"),
    ("\uff10\uff16\u3000\uff11\uff12 34 56 78", (FRENCH,), "full width"),
    ("+\u0663\u0663\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", (FRENCH,), "Arabic digits"),
    ("01 23 45 67 89/06 12 34 56 78", ("+33123456789", FRENCH), "two without blanks"),
)
MISSES = table(
    ("1732370000", (), "seconds since 1970: GB without 0, so weak at best"),
    ("1732370000123", (), "milliseconds"),
    ("1732370000123456", (), "microseconds"),
    ("4006381333931", (), "EAN-13"),
    ("978-3-16-148410-0", (), "ISBN-13"),
    ("0-201-75041-4", (), "ISBN-10"),
    ("550e8400-e29b-41d4-a716-446655440000", (), "UUID"),
    ("5d41402abc4b2a76b9719d911017c592", (), "MD5"),
    ("0.5088123456", (), "decimals"),
    ("45.508840, -73.587810", (), "coordinates"),
    ("1 234 567 890", (), "thousands"),
    ("1.234.567,89", (), "a sum"),
    ("2024-11-23 10:20:30", (), "a moment"),
    ("01.02.2024 10:20", (), "a moment, the other way"),
    ("192.168.1.10", (), "IP"),
    ("FR76 3000 6000 0112 3456 7890 189", (), "IBAN"),
    ("4111 1111 1111 1111", (), "card"),
    ("732 829 320 00074", (), "SIRET"),
    ("0403.170.701", (), "a Belgian company"),
    ("CHE-123.456.789", (), "a Swiss company"),
    ("1 85 12 75 108 123 45", (), "French social security"),
    ("03.07.30-033.28", (), "Belgian social security"),
    ("756.1234.5678.97", (), "Swiss social security"),
    ("7023 2100 3947 6128", (), "Canada Post"),
    ("99.12.345678.12345678", (), "Swiss Post"),
    ("1Z9999999999999999", (), "UPS"),
    ("Part number: 514-555-0199-A", (), "a product"),
    ("SKU-0612345678", (), "a code"),
    ("0612345678-x", (), "a code, going on"),
    ("Konto 0612345678", (), "an account"),
    ("S/N 0612345678", (), "a serial number"),
    ("1 85 05 78 006 084 36", (), "French social security, in groups"),
    ("+++090/9337/55493+++", (), "a Belgian payment reference"),
    ("0487.742.427", (), "a Belgian company"),
    ("order 0612345678", (), "labelled otherwise"),
    ("GET /orders/0612345678/", (), "in a path"),
    ("12:00:01 +0100", (), "a time zone"),
    ("0612345678@example.org", (), "a part of an address"),
    ('"GET / HTTP/1.1" 304 512 1234', (), "status, bytes, milliseconds"),
)


@HITS
def test_finds_a_number(case: Case) -> None:
    assert found(PHONES, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_number(case: Case) -> None:
    assert [match for match in PHONES.find(case.text) if match.explicit or match.score >= 0.3] == []


def test_a_national_number_is_read_in_every_region_where_it_is_valid() -> None:
    match = next(PHONES.find("079 123 45 67"))
    assert match.readings == ("+33791234567", "+41791234567")
    swiss_first = PhoneNumber(DetectSettings(phone_regions=("CH", "FR")))
    assert swiss_first.parse("079 123 45 67") == ("+41791234567", "+33791234567")


@pytest.mark.parametrize(
    ("region", "text", "value"),
    [
        ("AU", "1800 123 456", "+611800123456"),
        ("AU", "1800-10-10 22", "+611800101022"),
        ("DE", "0 900-1 123 123", "+499001123123"),
        ("BH", "3600 1234", "+97336001234"),
        ("CX", "1300 123 456", "+611300123456"),
    ],
)
def test_numbers_are_found_as_their_own_region_groups_them(region: str, text: str, value: str) -> None:
    [match] = PhoneNumber(DetectSettings(phone_regions=(region,))).find(text)
    assert match.readings == (value,)
    assert match.explicit


def test_the_short_numbers_of_an_island_count_alone_weakly_and_labelled() -> None:
    caledonian = PhoneNumber(DetectSettings(phone_regions=("NC",)))
    assert [(match.explicit, match.score < 0.3) for match in caledonian.find("20.12.34")] == [(False, True)]
    assert found(caledonian, "T\u00e9l. 20.12.34") == ("+687201234",)
    assert found(caledonian, "le 20.12.34 au soir") == ()
    assert found(PHONES, "20.12.34") == ()


def test_bare_digits_without_trunk_prefix_are_weak_and_only_alone() -> None:
    alone = next(PHONES.find("612345678"))
    assert (alone.explicit, alone.score < 0.3) == (False, True)
    assert found(PHONES, "the number 612345678 of many") == ()


@pytest.mark.parametrize("typed", ["06 12 34 56 78", "0612345678", "tel: 06.12.34.56.78", "06 12 34 56 78 poste 12"])
def test_reads_a_typed_national_number(typed: str) -> None:
    assert PHONES.parse(typed) == (FRENCH, "+41612345678")


@pytest.mark.parametrize(
    "typed", ["+33 6 12 34 56 78", "0033612345678", "+33(0)612345678", "tel:+33612345678", "33612345678"]
)
def test_reads_a_typed_international_number(typed: str) -> None:
    assert PHONES.parse(typed) == (FRENCH,)


@pytest.mark.parametrize(
    "typed", ["", "12", "jane@example.org", "+999123456789", "06 12 34 56 78 90 12", "call 0612345678"]
)
def test_refuses_what_is_no_number(typed: str) -> None:
    assert PHONES.parse(typed) == ()


def test_masks_all_but_the_country_and_the_last_two() -> None:
    assert PHONES.mask(FRENCH) == "+33*******78"
