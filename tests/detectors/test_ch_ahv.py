"""AHV numbers: notations, and what has as many digits. The number is the one of the official example card."""

from __future__ import annotations

from detectors.ch_ahv import ChAhv
from tests.detectors.cases import Case, found, table

NUMBERS = ChAhv()
ONE = "7569217076985"

HITS = table(
    ("756.9217.0769.85", (ONE,), "as on the card"),
    ("756 9217 0769 85", (ONE,), "blanks"),
    ("756-9217-0769-85", (ONE,), "hyphens"),
    ("756\u00a09217\u00a00769\u00a085", (ONE,), "no-break spaces"),
    (ONE, (ONE,), "bare"),
    ("AHV-Nr. 7569217076985.", (ONE,), "German, in a sentence"),
    ("n° AVS:756.9217.0769.85", (ONE,), "French"),
    ("ahv=756%209217%200769%2085&x", (ONE,), "escaped in a URL"),
    ("(756.9217.0769.85)", (ONE,), "in parentheses"),
)
MISSES = table(
    ("756.9217.0769.84", (), "wrong check digit"),
    ("7569217076984", (), "wrong check digit, bare"),
    ("757.9217.0769.85", (), "another country"),
    ("7612345678900", (), "EAN of a Swiss product"),
    ("4006381333931", (), "EAN"),
    ("0.7569217076985", (), "a fraction"),
    ("75692170769851", (), "fourteen digits"),
    ("17569217076985", (), "fourteen digits"),
    ("756.9217.0769.85.12", (), "a longer chain"),
    ("x7569217076985", (), "part of a word"),
    ("7569217076985@example.org", (), "an e-mail"),
)


@HITS
def test_finds_an_ahv_number(case: Case) -> None:
    assert found(NUMBERS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_ahv_number(case: Case) -> None:
    assert found(NUMBERS, case.text) == ()


def test_a_bare_number_says_less_than_one_with_dots() -> None:
    assert [match.explicit for match in NUMBERS.find("756.9217.0769.85 and 7569217076985")] == [True, False]


def test_reads_a_typed_number_and_masks_it() -> None:
    assert NUMBERS.parse(" 756 9217 0769 85 ") == (ONE,)
    assert NUMBERS.mask(ONE) == "756.****.****.85"
