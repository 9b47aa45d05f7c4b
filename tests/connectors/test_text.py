"""Repair of cells, conversion of Python cells, and cutting by rows and bytes."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.text import decode, from_cells, repair, spans


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Zoé".encode(), "Zoé"),
        ("Zoé".encode("latin-1"), "Zoé"),
        ("5 €".encode("cp1252"), "5 €"),
        ("Zoé ".encode() + b"caf\xe9", "Zoé café"),
        (b"\x81", "\x81"),
        (b"\x00\x01a@example.org\xff\x00", "  a@example.org  "),
        (b"a@example.org\x00\x00", "a@example.org  "),
        ("a@example.org".encode("utf-16"), "a@example.org"),
        ("a@example.org".encode("utf-16-be"), "a@example.org"),
        (b"", ""),
    ],
)
def test_a_cell_reads_as_the_text_that_it_most_likely_is(raw, text):
    assert decode(raw) == text


@given(st.lists(st.none() | st.binary(max_size=40)), st.integers(0, 3))
def test_repaired_text_is_valid_and_null_stays_null(cells, start):
    array = pa.array(cells, pa.binary()).slice(start)
    repaired = repair(array)
    repaired.validate(full=True)
    assert repaired.type == pa.string()
    assert repaired.is_null().equals(array.is_null())


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_an_address_survives_among_any_bytes(before, after):
    assert "ada@example.org" in decode(before + b" ada@example.org " + after) or b"\0" in before + after


@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_valid_text_is_left_as_it_is(cells):
    assert repair(pa.array(cells, pa.string())).to_pylist() == cells


def test_text_that_lies_about_being_utf_8_is_repaired():
    lying = pa.array([b"caf\xe9", b"ok"], pa.binary()).view(pa.string())
    assert repair(lying).to_pylist() == ["café", "ok"]


def test_cells_of_any_type_become_text_with_all_digits():
    cells = [1, 2**70, None, "é", b"\xe9", 4111111111111111.0, 0.1, "\ud800"]
    assert from_cells(cells).to_pylist() == ["1", str(2**70), None, "é", "é", "4111111111111111", "0.1", "?"]


@given(st.lists(st.none() | st.floats()))
def test_floats_read_the_same_alone_and_among_others(cells):
    assert from_cells(cells).to_pylist() == from_cells([*cells, "x"]).to_pylist()[:-1]


@given(st.lists(st.text(max_size=20), min_size=1), st.integers(1, 9), st.integers(1, 100))
def test_spans_cover_all_rows_within_both_limits(cells, rows, size):
    found = list(spans([pa.array(cells)], rows, size))
    assert [start for start, _, _ in found] == [0, *(stop for _, stop, _ in found[:-1])]
    assert found[-1][1] == len(cells)
    assert all(stop - start <= rows and (spent <= size or stop - start == 1) for start, stop, spent in found)
