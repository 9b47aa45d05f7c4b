"""Belgian national numbers: both centuries, BIS, unknown dates, and runs of eleven digits. All are made up."""

from __future__ import annotations

from detectors.be_nn import BeNn
from tests.detectors.cases import Case, found, table

NUMBERS = BeNn()

HITS = table(
    ("85.07.30-033.28", ("85073003328",), "as on the card"),
    ("17.07.30-033.84", ("17073003384",), "born after 1999"),
    ("85 07 30 033 28", ("85073003328",), "blanks"),
    ("98.47.28-997.65", ("98472899765",), "BIS, sex known"),
    ("01.49.07-001.85", ("01490700185",), "BIS, born after 1999"),
    ("NISS : 85073003328", ("85073003328",), "French, bare"),
    ("rijksregisternummer 850730-033-28", ("85073003328",), "Dutch, date in one"),
    ("numéro national 85073003328", ("85073003328",), "French, in words"),
    ("Her national number is 85.07.30.033.28.", ("85073003328",), "dots"),
)
MISSES = table(
    ("85073003328", (), "bare, without a word"),
    ("85.07.30-033.29", (), "wrong check digits"),
    ("85.13.30-033.28", (), "no such month"),
    ("85.07.32-033.28", (), "no such day"),
    ("85.07.30-000.28", (), "no such counter"),
    ("NISS 33612345678", (), "a telephone number"),
    ("NISS 1732370000123", (), "milliseconds"),
    ("185.07.30-033.28", (), "part of a longer number"),
    ("85.07.30-033.28-1", (), "a longer chain"),
    ("06 12 34 56 78", (), "a telephone number"),
)


@HITS
def test_finds_a_national_number(case: Case) -> None:
    assert found(NUMBERS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_national_number(case: Case) -> None:
    assert found(NUMBERS, case.text) == ()


def test_a_bare_number_counts_under_a_header() -> None:
    [shape] = NUMBERS.shapes_under("85073003328", headed=True)
    assert shape.match is not None
    assert not shape.explicit


def test_reads_a_typed_number_and_masks_it() -> None:
    assert NUMBERS.parse("85.07.30-033.28") == ("85073003328",)
    assert NUMBERS.parse("2 85 07 30 033 28") == ()
    assert NUMBERS.mask("85073003328") == "**.**.**-***.28"
