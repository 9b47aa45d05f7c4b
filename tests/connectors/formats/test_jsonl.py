"""JSON lines: record numbers, broken lines, names that are data, marks."""

from __future__ import annotations

import json

import pytest

from connectors.formats import jsonl, window
from tests.connectors.formats.opening import assert_resumes, batches, read


@pytest.fixture
def write(tmp_path):
    def write(*records):
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in records))
        return path

    return write


def test_records_are_counted_without_blank_lines(write):
    path = write({"customer": {"email": "a@example.org"}}, b"", b"  ", {"customer": {"email": "b@example.org"}})
    assert read(path)[0] == [
        ("$.customer.email", (1,), "a@example.org"),
        ("$.customer.email", (2,), "b@example.org"),
    ]
    assert sum(batch.rows for batch in batches(path)) == 2


def test_a_broken_line_is_read_as_text_under_its_number(write):
    found, error = read(write({"a": "x"}, b'{"mail": "zoe@example.org"', {"a": ["y", "z"]}))
    assert error is None
    assert ("text", (2,), '{"mail": "zoe@example.org"') in found
    assert [cell for cell in found if cell[0] == "$.a[*]"] == [("$.a[*]", (3,), "y"), ("$.a[*]", (3,), "z")]


def test_records_without_values_still_count(write):
    (batch,) = batches(write({}, {"a": None}, []))
    assert batch.rows == 3
    assert batch.mark is not None


def test_a_hundred_and_one_names_over_many_records_are_one_place(write):
    names = [f"name {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(101)]
    found, _ = read(write(*({"by": {name: {"n": "x"}}} for name in names)))
    assert {field for field, _, _ in found} == {"$.by.*", "$.by.*.n"}
    assert [value for field, _, value in found if field == "$.by.*"] == names


def test_one_crowded_object_does_not_rename_the_others(write):
    crowd = {f"name {chr(97 + n % 26)}{chr(97 + n // 26)}": "x" for n in range(101)}
    found, _ = read(write({"mail": "zoe@example.org"}, crowd))
    assert found[0] == ("$.mail", (1,), "zoe@example.org")
    assert len([cell for cell in found if cell[0] == "$.*"]) == 202


def test_reading_goes_on_behind_every_mark(write, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (256,))
    assert_resumes(write(*({"n": n, "mail": f"{n}@example.org"} for n in range(40)), b"broken", b"", {"last": "é"}))


def test_a_line_without_end_comes_in_pieces_of_one_record(write, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (256,))
    monkeypatch.setattr(jsonl, "BLOCK_BYTES", 256)
    monkeypatch.setattr(jsonl, "_RECORD_BYTES", 1024)
    path = write({"a": "x"}, {"long": "word " * 2000}, {"a": "y"})
    found, _ = read(path)
    assert {locator for _, locator, _ in found} == {(1,), (2,), (3,)}
    assert sum(batch.rows for batch in batches(path)) == 3
    assert_resumes(path)
