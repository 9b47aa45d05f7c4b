"""French social security numbers: notations, Corsica, overseas, missing keys, and what only looks so. All made up."""

from __future__ import annotations

from detectors.fr_nir import FrNir
from tests.detectors.cases import Case, found, table

NIRS = FrNir()
WOMAN = "285057800608441"
CORSICAN = "253072A07300443"

HITS = table(
    ("2 85 05 78 006 084 41", (WOMAN,), "as on the card"),
    (WOMAN, (WOMAN,), "bare, with a right key"),
    ("2850578006084 41", (WOMAN,), "the key apart, bare otherwise"),
    ("2.85.05.78.006.084.41", (WOMAN,), "dots"),
    ("2-85-05-78-006-084-41", (WOMAN,), "hyphens"),
    ("2\u00a085\u00a005\u00a078\u00a0006\u00a0084\u00a041", (WOMAN,), "no-break spaces"),
    ("2 85 05 78 006 084 / 41", (WOMAN,), "the key behind a slash"),
    ("2 85 05 78 006 084 clé 41", (WOMAN,), "the key with its name"),
    ("nir=2%2085%2005%2078%20006%20084%2041&x", (WOMAN,), "escaped in a URL"),
    ("2 53 07 2A 073 004 43", (CORSICAN,), "Corsica"),
    ("253072b07300470", ("253072B07300470",), "Corsica, bare, lower case"),
    ("2 99 05 971 12 817 70", ("299059711281770",), "overseas, department of three digits"),
    ("2 95 10 99 126 111 93", ("295109912611193",), "born abroad"),
    ("1 84 62 76 451 089 70", ("184627645108970",), "a month that stands for none"),
    ("3 84 12 76 451 089 43", ("384127645108943",), "a number given for a time"),
    ("NIR : 2850578006084", (WOMAN,), "no key, beside a word"),
    ("n° de sécu 2 85 05 78 006 084, merci", (WOMAN,), "no key, grouped, beside a word"),
    ("Sozialversicherungsnummer 2 85 05 78 006 084", (WOMAN,), "German"),
    ("numero di sicurezza sociale: 384127645108943", ("384127645108943",), "Italian, for a time, bare"),
)
MISSES = table(
    ("2 85 05 78 006 084 36", (), "wrong key"),
    ("285057800608436", (), "wrong key, bare"),
    ("2 85 13 78 006 084 41", (), "no such month"),
    ("2850578006084", (), "no key and no word"),
    ("384127645108943", (), "given for a time, bare: a card would look so"),
    ("5 85 05 78 006 084 41", (), "no such first digit"),
    ("2 85 05 00 006 084 41", (), "no such department"),
    ("2 53 07 2C 073 004 43", (), "no such part of Corsica"),
    ("0.285057800608441", (), "a fraction"),
    ("285057800608441.5", (), "a decimal"),
    ("a285057800608441", (), "part of a word"),
    ("285057800608441f00", (), "part of a hash"),
    ("285057800608441@example.org", (), "an e-mail"),
    ("2850578006084412", (), "sixteen digits"),
    ("order no. 285057800608441", (), "labelled as an order"),
    ("1732370000123", (), "milliseconds"),
    ("3782822463100 05", (), "a card"),
)
UNDER = table(
    ("2850578006084", (WOMAN,), "no key"),
    ("384127645108943", ("384127645108943",), "for a time, bare"),
    ("2850578006084 36", (), "wrong key"),
    ("1732370000123", (), "milliseconds: no month 23"),
)


@HITS
def test_finds_a_nir(case: Case) -> None:
    assert found(NIRS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_nir(case: Case) -> None:
    assert found(NIRS, case.text) == ()


@UNDER
def test_finds_weaker_notations_under_a_header(case: Case) -> None:
    assert tuple(match.readings[0] for _, match in NIRS.shapes_under(case.text, headed=True) if match) == case.expected


def test_a_typed_number_gets_its_key() -> None:
    assert NIRS.parse(" 2 85 05 78 006 084 ") == NIRS.parse(WOMAN) == (WOMAN,)
    assert NIRS.parse("253072c07300443") == ()


def test_masks_when_and_where_the_person_was_born() -> None:
    assert NIRS.mask(WOMAN) == "2************41"
