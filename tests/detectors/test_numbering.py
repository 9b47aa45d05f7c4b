"""Our reading of libphonenumber's metadata gives libphonenumber's answers."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from detectors import numbering
from detectors.interface import DetectorError
from tests.detectors.columns import digits


def asked(number: str, region: str | None, code: int | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or (code is not None and parsed.country_code != code):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize("region", ["FR", "CH", "CA", "BE", "US", "GB", "DE", "IT", "ES", "LU", "BR"])
def test_national_numbers_are_read_as_libphonenumber_reads_them(region: str) -> None:
    rng, plan = random.Random(region), numbering.region(region)
    for _ in range(500):
        number = digits(rng, rng.choice([7, 8, 9, 10, 10, 11, 12]), rng.choice(["", plan.trunk, str(plan.code)]))
        if not number.startswith(("00", "011")):  # prefixes that lead abroad are read elsewhere
            assert numbering.national(region, number) == asked(number, region, plan.code)


def test_international_numbers_are_read_as_libphonenumber_reads_them() -> None:
    rng = random.Random(11)
    for _ in range(4000):
        number = digits(rng, rng.choice([9, 10, 11, 12, 13]), rng.choice(["", "1", "33", "41", "44", "49"]))
        if not number.startswith("0"):
            assert numbering.international(number) == asked(f"+{number}", None, None)


def test_an_unknown_region_is_refused_with_a_hint() -> None:
    with pytest.raises(DetectorError, match="GB"):
        numbering.region("UK")
