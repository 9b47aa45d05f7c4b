"""Hostile names are shown, never obeyed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formats.csv import harmless
from reports.safety import encodable, shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc\r", r"a\x0ab\x09c\x0d"),
        ("\x9b2J", r"\x9b2J"),
        ("invoice\u202efdp.exe", "invoiceU+202Efdp.exe"),
        ("zero\u200bwidth", "zeroU+200Bwidth"),
        ("line\u2028break", "lineU+2028break"),
        ("\udce9", r"\udce9"),
        ("\U000e0041", "U+E0041"),
        ("e\u0301", "e\u0301"),
        ("Ελληνικά Кириллица العربية 顧客 é", "Ελληνικά Кириллица العربية 顧客 é"),
        ("1\u202f234 « oui »", "1\u202f234 « oui »"),
    ],
)
def test_what_is_invisible_is_shown(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(), max_size=60))
def test_nothing_that_steers_is_left(text):
    assert not {unicodedata.category(one) for one in visible(text)} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_marks_pile_up_no_higher_than_three():
    assert visible("a" + "\u0301" * 5) == "a" + "\u0301" * 3 + "U+0301U+0301"


@given(st.text(max_size=80), st.integers(10, 40))
def test_shortened_text_keeps_its_ends(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (short[0] == text[0] and short[-1] == text[-1] and "…" in short)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\uff1d1+1"])
def test_formulas_are_only_text_in_a_spreadsheet(text):
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["alice_wp.customers", "a=b", "", "'quoted", "é"])
def test_other_text_stays_as_it_is_in_a_spreadsheet(text):
    assert harmless(text) == text


def test_half_a_character_can_be_written():
    assert encodable("a\udce9b").encode() == rb"a\udce9b"
