"""RTF: paragraphs, code pages, groups that are read and groups that are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.interface import Opened
from connectors.formats.pages import Progress
from connectors.formats.rtf_reader import RtfReader
from tests.connectors.formats.documents import found
from tests.connectors.formats.opening import assert_resumes, batches, read

FONTS = r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Cyr;}{\f2\fcharset128 Jap;}}"


def rtf(path, body):
    path.write_bytes(
        body if isinstance(body, bytes) else (r"{\rtf1\ansi\ansicpg1252" + FONTS + body + "}").encode("latin-1")
    )
    return path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"one\par\par three", {("text", 1, "one"), ("text", 3, "three")}),
        (r"jane{\b @exa}\i mple\i0 .org", {("text", 1, "jane@example.org")}),
        (r"a\v hidden@example.org\v0", {("text", 1, "ahidden@example.org")}),
        (r"Zo\'e9 \u233?\u-10179?\u-8704? {\uc0\u233}t\'e9", {("text", 1, "Zoé é😀 été")}),
        (r"\f1\'cf\'f0 \f2\'82\'a0\'83A", {("text", 1, "Пр あア")}),
        (r"a\tab b\line c\~d\_e\-f\{\}\\", {("text", 1, "a\tb\nc d-ef{}\\")}),
        (r"\trowd\cellx1 a\cell b\cell\row c\par", {("text", 1, "a"), ("text", 2, "b"), ("text", 3, "\nc")}),
        (r"x{\footnote note@example.org}y\par", {("text", 1, "xy"), ("footnote", 1, "note@example.org")}),
        (r"{\header h1\par h2}t", {("header", 1, "h1"), ("header", 2, "h2"), ("text", 1, "t")}),
        (r"{\info{\author zoe@example.org}}t", {("properties.author", 1, "zoe@example.org"), ("text", 1, "t")}),
        (r"{\*\annotation c}{\*\unknown u}{\pict 00ff}t", {("comment", 1, "c"), ("text", 1, "t")}),
        (
            r'a\par{\field{\*\fldinst HYPERLINK "mailto:l@example.org"}{\fldrslt click}}',
            {("text", 1, "a"), ("link", 2, 'HYPERLINK "mailto:l@example.org"'), ("text", 2, "click")},
        ),
    ],
)
def test_a_document_reads_as_a_person_sees_it(tmp_path, body, expected):
    assert found(rtf(tmp_path / "a.rtf", body)) == expected


def test_binary_data_is_passed_over_even_where_it_looks_like_braces(tmp_path):
    body = rb"{\rtf1 a{\pict\bin12 }}}}}}}}}}}}}b\par " + rb"{\object\objdata\bin99999999 }}"
    assert found(rtf(tmp_path / "a.rtf", body)) == {("text", 1, "ab")}


@pytest.mark.parametrize("end", [r"", r"{\b and", r"{\pict\bin99999 x"])
def test_a_document_that_is_cut_off_is_read_and_said_to_be(tmp_path, end):
    path = rtf(tmp_path / "a.rtf", (r"{\rtf1 x@example.org\par " + end).encode())
    assert "x@example.org" in {value for _, _, value in read(path)[0]}
    assert any("cut off" in (batch.cut or "") for batch in batches(path))


def test_a_document_that_is_whole_is_not_said_to_be_cut_off(tmp_path):
    assert not any(batch.cut for batch in batches(rtf(tmp_path / "a.rtf", r"{\b a}\par")))


def test_groups_without_end_and_without_start_are_borne(tmp_path):
    assert found(rtf(tmp_path / "a.rtf", rb"{\rtf1 a}}}}b@example.org\par {{{c")) == {
        ("text", 1, "ab@example.org"),
        ("text", 2, "c"),
    }
    deep = found(
        rtf(tmp_path / "b.rtf", rb"{\rtf1 " + b"{" * 100_000 + b"x@example.org" + b"}" * 100_000 + rb" y\par}")
    )
    assert deep == {("text", 1, "x@example.org y")}


def test_reading_goes_on_behind_every_mark(tmp_path):
    body = "".join(rf"user{n}@example.org\'e9\par " + "\n" for n in range(60_000))
    assert_resumes(rtf(tmp_path / "a.rtf", body))


class Drip:
    """Gives a few bytes at a time, as a stream out of an archive may."""

    def __init__(self, data, step):
        self._data, self._step = data, step

    def read(self, _size):
        part, self._data = self._data[: self._step], self._data[self._step :]
        return part


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("\\{}*'abu1-9 \n;") | st.characters(max_codepoint=255), max_size=120), st.integers(1, 9))
def test_what_is_found_does_not_depend_on_where_blocks_end(body, step):
    data = b"{\\rtf1 " + body.encode("latin-1") + b"}"

    def records(size):
        return list(RtfReader(Opened(Drip(data, size), "a.rtf", len(data)), Progress()).records())

    assert records(step) == records(len(data))


def test_random_bytes_behind_the_magic_end_in_words(tmp_path):
    path = rtf(tmp_path / "a.rtf", b"{\\rtf1" + bytes(range(256)) * 200)
    _, error = read(path)
    assert error is None
