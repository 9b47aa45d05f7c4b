"""Text: lines, their numbers, encodings, lines without end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import window
from connectors.formats.lines import piece_of_line, split
from tests.connectors.formats.opening import assert_resumes, batches, cells, read


@pytest.fixture
def sparse(tmp_path):
    """A text with two holes, of 300 MB and 1 MB, the first in the midst of a line, the second behind one."""

    def made(name, before=b"one zoe@example.org\ntwo", between=b"two\nthree jane@example.org\n", last=b"four\n"):
        path = tmp_path / name
        with path.open("wb") as file:
            for place, part in ((0, before), (300 << 20, between), (302 << 20, last)):
                file.seek(place)
                file.write(part)
        if path.stat().st_blocks * 512 > 1 << 20:
            pytest.skip("this file system has no holes")
        return path

    return made


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 64 bytes, so that a small file has many."""
    monkeypatch.setattr(window.Window.fill, "__defaults__", (64,))


def lines_of(path):
    return [(*locator, value) for _, locator, value in read(path)[0]]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_are_numbered_from_one_whatever_ends_them(tmp_path, end):
    path = tmp_path / "a.txt"
    path.write_bytes(end.join([b"first", b"", b"third"]) + end)
    assert lines_of(path) == [(1, "first"), (2, ""), (3, "third")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_told_by_the_bytes(tmp_path, codec):
    path = tmp_path / "a.txt"
    path.write_bytes("Zoé Müller\nzoe@example.org\n".encode(codec))
    assert lines_of(path) == [(1, "Zoé Müller"), (2, "zoe@example.org")]


def test_holes_cost_nothing_and_lines_and_offsets_stay_right(sparse):
    path = sparse("a.log")
    found = list(batches(path))
    assert [(where, value.split()) for _, (where,), value in cells(found)] == [
        (1, ["one", "zoe@example.org"]),
        (2, ["two", "two"]),
        (3, ["three", "jane@example.org"]),
        (4, ["four"]),
    ]
    assert sum(batch.size for batch in found) < 1 << 16
    assert sum(len(value) for _, _, value in cells(found)) < 1 << 16
    assert found[-1].mark == {"offset": (302 << 20) + 5, "line": 5, "inside": False}


def test_rows_of_a_csv_behind_a_hole_are_counted_on(sparse):
    path = sparse("a.csv", b"id,mail\n1,zoe@example.org\n2,", b"jane@example.org\n", b"4,x@example.org\n")
    found = [(where, value.strip()) for _, (where,), value in read(path)[0] if "@" in value]
    assert found == [(1, "zoe@example.org"), (2, "jane@example.org"), (3, "x@example.org")]


@pytest.mark.usefixtures("small_blocks")
def test_reading_goes_on_behind_every_mark_of_a_sparse_file(sparse):
    assert_resumes(sparse("a.log", b"one zoe@example.org\n" * 20 + b"two"))


def test_invalid_bytes_are_repaired_where_they_are(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes("é ok\n".encode() + b"caf\xe9 \x00zoe@example.org\n")
    assert lines_of(path) == [(1, "é ok"), (2, "café  zoe@example.org")]


def test_a_lone_return_inside_a_line_does_not_end_it(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"10%\r20%\nnext\n")
    assert lines_of(path) == [(1, "10%\r20%"), (2, "next")]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=60)))
def test_split_gives_back_the_lines_that_were_joined(parts):
    block = "".join(f"{part}\n" for part in parts).encode()
    assert split(block).to_pylist() == parts
    assert split(block.replace(b"\n", b"\r\n")).to_pylist() == parts


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("aé€😀 ", max_size=30), min_size=1, max_size=30), st.sampled_from(["utf-8", "utf-16"]))
def test_line_numbers_hold_over_the_cuts_between_blocks(tmp_path_factory, parts, codec):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_bytes(("x\n" + "\n".join(parts) + "\n").encode(codec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window.Window.fill, "__defaults__", (64,))
        found = lines_of(path)
    joined: dict[int, str] = {}
    for number, piece in found:
        joined[number] = joined.get(number, "") + piece
    assert joined == dict(enumerate(["x", *parts], 1))


@pytest.mark.usefixtures("small_blocks")
def test_a_line_longer_than_a_block_is_cut_at_white_space_and_keeps_its_number(tmp_path):
    path = tmp_path / "a.txt"
    words = [f"user{n}@example.org" for n in range(50)]
    path.write_text("first\n" + " ".join(words) + "\nlast\n")
    found = lines_of(path)
    assert {number for number, _ in found} == {1, 2, 3}
    assert re.findall(r"\S+", " ".join(value for number, value in found if number == 2)) == words
    assert sum(batch.rows for batch in batches(path)) == 3


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1252"])
def test_reading_goes_on_behind_every_mark(tmp_path, codec):
    path = tmp_path / "a.txt"
    path.write_bytes("".join(f"ligne {n} é {'x ' * (n % 70)}\n" for n in range(100)).encode(codec))
    assert_resumes(path)


def test_a_piece_is_cut_between_characters_where_nothing_better_is_found():
    buffer = "é€😀".encode() * 3
    for length in range(1, len(buffer) + 1):
        place = piece_of_line(buffer[:length])
        assert 0 < place <= length
        assert length < 4 or buffer[:place].decode()


def test_many_short_lines_keep_the_limit_of_rows(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\n" * 200_000)
    found = list(batches(path))
    assert [batch.rows for batch in found] == [65_536, 65_536, 65_536, 3_392]
    assert sum(batch.size for batch in found) == 200_000
    assert cells(found)[-1] == ("text", (200_000,), "")
