"""Banks' codes: in context only, since any word of eight capitals may be one."""

from __future__ import annotations

from detectors.bic import Bic
from tests.detectors.cases import Case, found, table

CODES = Bic()

HITS = table(
    ("BIC: BNPAFRPP", ("BNPAFRPP",), "eight characters"),
    ("BIC/SWIFT BNPAFRPPXXX", ("BNPAFRPP",), "the head office"),
    ("SWIFT code AGRIFRPP882", ("AGRIFRPP882",), "a branch"),
    ("swift=DEUTDEFF500;x", ("DEUTDEFF500",), "a setting"),
    ("Please pay to DEUTDEFF (BIC) today", ("DEUTDEFF",), "the word behind, in a sentence"),
    ("BIC ABNA BE 2A", ("ABNABE2A",), "blanks"),
    ("IBAN CH93 0076 2011 6238 5295 7 BIC POFICHBEXXX", ("POFICHBE",), "beside an account"),
)
MISSES = table(
    ("BNPAFRPP", (), "no word"),
    ("BNPAFRPPXXX", (), "no word, head office"),
    ("BIC: PASSWORD", (), "no such country"),
    ("SWIFT TRANSFER FOR THE CUSTOMER", (), "words, in capitals throughout"),
    ("YOUR BUSINESS WITH SWIFT", (), "likewise"),
    ("BIC: bnpafrpp", (), "lower case"),
    ("BIC: AGRIFRPP8", (), "nine characters"),
    ("swiftly moved the DATABASE", (), "part of a word"),
    ("bic 12345678", (), "digits"),
)


@HITS
def test_finds_a_bic(case: Case) -> None:
    assert found(CODES, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_bic(case: Case) -> None:
    assert found(CODES, case.text) == ()


def test_counts_under_a_header() -> None:
    assert [shape.match is not None for shape in CODES.shapes_under("BNPAFRPP", headed=True)] == [True]


def test_reads_a_typed_code_and_masks_the_bank() -> None:
    assert CODES.parse("abna be 2a") == ("ABNABE2A",)
    assert CODES.mask("AGRIFRPP882") == "****FRPP***"
