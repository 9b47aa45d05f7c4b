"""JSON: patterns, paths, names that are data, broken and hostile documents."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import json as json_format
from connectors.formats import json_stream
from inventory.locators import fill
from tests.connectors.formats.opening import assert_resumes, batches, cells, lines, read

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
NAME = st.one_of(st.sampled_from(["a", "b c", "it's", "x.y"]), TEXT)
LEAF = st.one_of(TEXT, st.integers(), st.booleans(), st.none())
DOCUMENT = st.recursive(LEAF, lambda below: st.one_of(st.lists(below), st.dictionaries(NAME, below)), max_leaves=20)


@pytest.fixture
def write(tmp_path):
    def write(content, name="a.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


@pytest.fixture
def small_window(monkeypatch):
    """A window of 256 bytes, so that a small document is taken apart and has many pages."""
    monkeypatch.setattr(json_stream, "WINDOW", 256)
    monkeypatch.setattr(json_format, "WINDOW", 256)
    monkeypatch.setattr(json_format, "_PAGE_BYTES", 512)


def paths(document, at=()):
    """List (steps, text) of each leaf the slow way."""
    if isinstance(document, dict):
        return [leaf for name, below in document.items() for leaf in paths(below, (*at, name))]
    if isinstance(document, list):
        return [leaf for place, below in enumerate(document) for leaf in paths(below, (*at, place))]
    return [] if document is None or isinstance(document, bool) else [(at, str(document))]


def test_leaves_have_a_pattern_and_the_slots_of_its_wildcards(write):
    found, _ = read(write({"orders": [{"email": "zoe@example.org", "n": 1.50}, {"email": None, "paid": True}]}))
    assert found == [("$.orders[*].email", (0,), "zoe@example.org"), ("$.orders[*].n", (0,), "1.5")]


def test_numbers_stay_as_they_were_written(write):
    found, _ = read(write(b"[1.10, 1E400, -0, 123456789012345678901234567890, NaN]"))
    assert [value for _, _, value in found] == ["1.10", "1E400", "-0", "123456789012345678901234567890", "NaN"]


def test_a_member_name_that_is_data_is_a_wildcard_and_a_value(write):
    found, _ = read(write({"by": {"zoe@example.org": {"n": "x"}, "a.b": "y", "id 20240001": "z"}}))
    assert ("$.by.*", ("zoe@example.org",), "zoe@example.org") in found
    assert ("$.by.*.n", ("zoe@example.org",), "x") in found
    assert ("$.by['a.b']", (), "y") in found
    assert ("$.by.*", ("id 20240001",), "z") in found


@pytest.mark.usefixtures("small_window")
def test_more_than_a_hundred_names_alike_are_wildcards_in_a_document_of_any_size(write):
    users = {f"user {chr(97 + n % 26)}{chr(97 + n // 26)}": {"mail": f"{n}@example.org"} for n in range(101)}
    found, _ = read(write({"users": users, "first": {"mail": "x"}}))
    assert {field for field, _, _ in found} == {"$.users.*", "$.users.*.mail", "$.first.mail"}
    assert sorted(value for field, _, value in found if field == "$.users.*") == sorted(users)
    few = dict(list(users.items())[:100])
    assert len({field for field, _, _ in read(write(few))[0]}) == 100


def test_rows_are_the_items_of_the_outermost_array_or_one(write):
    assert sum(batch.rows for batch in batches(write([{"a": 1}, [], "x", None]))) == 4
    assert sum(batch.rows for batch in batches(write({"a": [1, 2]}))) == 1


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_encoding_is_read(write, codec):
    found, error = read(write('{"name": "Zoé", "mail": "zoe@example.org"}'.encode(codec)))
    assert error is None
    assert found == [("$.name", (), "Zoé"), ("$.mail", (), "zoe@example.org")]


@pytest.mark.usefixtures("small_window")
@pytest.mark.parametrize(
    ("tail", "word"),
    [
        ("", "ends"),
        ("]]", "behind"),
        (',{"a" 1}]', "breaks"),
        (',"\\q and more words"]', "breaks"),
        (',"open', "ends"),
        (",,", "breaks"),
    ],
)
def test_a_broken_document_is_read_as_far_as_it_goes(write, tail, word):
    items = ",\n".join(['{"mail": "zoe@example.org"}'] * 50)
    found, error = read(write(f"[{items}{tail}".encode()))
    assert found == [("$[*].mail", (n,), "zoe@example.org") for n in range(50)]
    assert error.cause == "corrupt"
    assert word in error.reason
    assert "zoe" not in error.reason


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("levels", [300, 100_000])
def test_a_document_with_too_many_levels_is_corrupt_and_no_crash(write, opening, levels):
    found, error = read(write(b'["first",' + opening * levels))
    assert found == [("$[*]", (0,), "first")]
    assert error.cause == "corrupt"


def test_a_whole_document_with_too_many_levels_is_corrupt_too(write):
    found, error = read(write(b'["first",' + b"[" * 250 + b'"x"' + b"]" * 251))
    assert found == [("$[*]", (0,), "first")]
    assert "levels" in error.reason


def test_a_name_that_comes_twice_gives_both_values(write):
    found, _ = read(write(b'{"mail": "a@example.org", "mail": "b@example.org"}'))
    assert [value for _, _, value in found] == ["a@example.org", "b@example.org"]


def test_half_a_surrogate_pair_is_no_failure(write):
    found, error = read(write(b'{"a": "x\\ud800y", "\\ud800": "z"}'))
    assert error is None
    assert len(found) == 3


@pytest.mark.parametrize("content", [b"{'mail': 'zoe@example.org'}", b"just words", b"[zoe@example.org]"])
def test_what_is_no_json_from_the_start_is_text(write, content):
    assert lines(write(content))["a.json"].kind == "text"


def test_one_document_a_line_is_json_lines_whatever_the_name(write):
    assert lines(write(b'{"a": 1}\n{"a": 2}\n'))["a.json"].kind == "jsonl"


@pytest.mark.usefixtures("small_window")
def test_reading_goes_on_behind_every_mark(write):
    orders = [{"mail": f"{n}@example.org", "items": ["x" * n, {"n": n}]} for n in range(100)]
    assert_resumes(write(orders))
    assert_resumes(write({"meta": 1, "orders": orders, "byname": {f"u{n:05}": n for n in range(50)}}))


@settings(max_examples=150, deadline=None)
@given(DOCUMENT, st.sampled_from([16, 2 * 1024 * 1024]))
def test_every_leaf_is_found_at_its_path(tmp_path_factory, document, size):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps({"root": document}, ensure_ascii=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "WINDOW", size)
        patch.setattr(json_format, "WINDOW", size)
        found = cells(batches(path))
    expected = {written(steps): value for steps, value in paths({"root": document})}
    got = {fill(field, slots): value for field, slots, value in found}
    assert {path: got.get(path) for path in expected} == expected
    names = {fill(field, slots) for field, slots, value in found if field.endswith(".*") and slots[-1] == value}
    assert set(got) - names <= set(expected)


def written(steps):
    pattern = "$" + "".join("[*]" if isinstance(step, int) else ".*" for step in steps)
    return fill(pattern, steps)
