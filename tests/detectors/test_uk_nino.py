"""British national insurance numbers: prefixes, suffixes, and codes of the same length."""

from __future__ import annotations

from detectors.uk_nino import UkNino
from tests.detectors.cases import Case, found, table

NINOS = UkNino()

HITS = table(
    ("AA 12 34 56 B", ("AA123456B",), "as on the card"),
    ("AA\u00a012\u00a034\u00a056\u00a0B", ("AA123456B",), "no-break spaces"),
    ("nino: PR 123612C", ("PR123612C",), "beside a word"),
    ("National Insurance Number tw987654a", ("TW987654A",), "lower case, beside a word"),
    ("NI number AB-12-34-56-C", ("AB123456C",), "hyphens"),
    ("numéro d'assurance nationale AB123456C", ("AB123456C",), "French"),
)
MISSES = table(
    ("AB123456C", (), "bare"),
    ("aa 12 34 56 b", (), "groups in lower case"),
    ("AA 12 34 56 H", (), "no such suffix"),
    ("FQ 12 34 56 C", (), "letters that are not used"),
    ("nino: QQ 12 34 56 C", (), "HMRC's example"),
    ("nino: nt 99 88 77 a", (), "a prefix that is not used"),
    ("nino: AO123456C", (), "O as the second letter"),
    ("AAB123456C", (), "part of a word"),
    ("GB 29 12 34 56 C", (), "an IBAN's start"),
    ("nino: AB1234567C", (), "seven digits"),
)


@HITS
def test_finds_a_nino(case: Case) -> None:
    assert found(NINOS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_nino(case: Case) -> None:
    assert found(NINOS, case.text) == ()


def test_counts_under_a_header() -> None:
    assert [shape.match is not None for shape in NINOS.shapes_under("ab123456c", headed=True)] == [True]


def test_reads_a_typed_number_and_masks_it() -> None:
    assert NINOS.parse("ab 12 34 56 c") == ("AB123456C",)
    assert NINOS.mask("AB123456C") == "** ** ** 56 C"
