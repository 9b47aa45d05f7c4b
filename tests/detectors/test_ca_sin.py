"""Canadian social insurance numbers: in context only; labels that are words of other languages. All are made up."""

from __future__ import annotations

from detectors.ca_sin import CaSin
from tests.detectors.cases import Case, found, table

SINS = CaSin()

HITS = table(
    ("SIN: 130 692 544", ("130692544",), "blanks"),
    ("my SIN is 130-692-544", ("130692544",), "hyphens"),
    ("mon NAS: 258 933 688", ("258933688",), "French"),
    ("Numéro d\u2019assurance sociale 258933688", ("258933688",), "French, in words, bare"),
    ("Social Insurance Number (948 584 792)", ("948584792",), "a temporary resident"),
    ('{"sin": "130692544"}', ("130692544",), "a member of JSON"),
    ("sin=130692544;x=1", ("130692544",), "a setting"),
    ("SIN 046 454 286", ("046454286",), "the example of every form; tax numbers start so"),
    ("NAS 258\u00a0933\u00a0688", ("258933688",), "no-break spaces"),
)
MISSES = table(
    ("130 692 544", (), "no word"),
    ("130692544", (), "no word, bare"),
    ("SIN: 130 692 545", (), "wrong check digit"),
    ("SIN: 812 345 676", (), "8 is given to nobody"),
    ("SIN: 111 111 111", (), "one digit throughout"),
    ("SIN: 130-692 544", (), "two separators"),
    ("SIN: 1306925440", (), "ten digits"),
    ("pedido sin 130692544 factura", (), "Spanish: without"),
    ("a deadly sin, order 130692544", (), "English: a sin"),
    ("backup on nas01 130692544 bytes", (), "a storage device"),
    ("SIREN 732 829 320 00074", (), "SIRET"),
    ("business number 130692544", (), "part of a word"),
)


@HITS
def test_finds_a_sin(case: Case) -> None:
    assert found(SINS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_sin(case: Case) -> None:
    assert found(SINS, case.text) == ()


def test_counts_under_a_header() -> None:
    assert [shape.match is not None for shape in SINS.shapes_under("130692544", headed=True)] == [True]


def test_reads_a_typed_number_and_masks_it() -> None:
    assert SINS.parse("046-454-286") == SINS.parse("046454286") == ("046454286",)
    assert SINS.mask("046454286") == "***-***-286"
