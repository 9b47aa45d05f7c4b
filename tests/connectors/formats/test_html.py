"""HTML: lines as a person sees them, and nothing lost."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats import window
from connectors.formats.markup import shown
from tests.connectors.formats.direct import assert_resumes
from tests.connectors.formats.opening import lines, read


def seen(text):
    (one,) = shown(pa.array([text])).to_pylist()
    return one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jane<b>@</b>example.org", "jane@example.org"),
        ("<i>jane</i><b>@</b>example.org", "jane@example.org"),
        ("jane<span class='x'>@</span>example.org", "jane@example.org  class='x'"),
        ("jane&#64;example&#x2e;org", "jane@example.org"),
        ("caf&eacute;&nbsp;bar", "café bar"),
        ("jane@exam&shy;ple.org", "jane@example.org"),
        ("jane<!-- no -->@example.org", "jane@example.org  no"),
        ("a@example.org<br>b@example.org", "a@example.org b@example.org"),
        ("<span>a@example.org</span><span>b@example.org</span>", "a@example.org b@example.org"),
        ("<TD>1</TD><TD>2</TD>", "1  2"),
        ("<a href='mailto:a@example.org'>write</a>", "write   href='mailto:a@example.org'"),
        ('<input value=a@example.org placeholder="x"/>', 'value=a@example.org placeholder="x"/'),
        ("Jane <jane@example.org>", "Jane <jane@example.org>"),
        ("<!-- <p>a@example.org</p> -->", "<p>a@example.org</p>"),
        ("if (a < b && c > d)", "if (a < b && c > d)"),
        ("<a", "<a"),
        ("<a href=", "<a href="),
        ("x <", "x <"),
        ("", ""),
    ],
)
def test_a_line_reads_as_it_is_seen(text, expected):
    assert seen(text).strip() == expected


@given(st.lists(st.text(st.sampled_from("<>/!-ab &;é=\"' @"), max_size=30), min_size=1, max_size=8))
def test_nothing_is_lost_but_names_of_tags(texts):
    found = shown(pa.array(texts)).to_pylist()
    assert len(found) == len(texts)
    for text, one in zip(texts, found, strict=True):
        for sign in "@é=":
            assert one.count(sign) == text.count(sign)
    assert [seen(text) for text in texts] == found


def test_slices_and_nulls_stand_at_their_place():
    column = pa.array(["<b>x</b>", None, "plain", "<i>y</i>&amp;"])
    assert shown(column.slice(1)).to_pylist() == [None, "plain", "y&"]


def test_the_line_is_that_of_the_file(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<!doctype html>\n<a\n href='mailto:a@example.org'>x</a>\n<script>var m = 'b@example.org'</script>\n"
    )
    found = {line: value for _, (line,), value in read(path)[0]}
    assert "a@example.org" in found[3]
    assert "b@example.org" in found[4]
    assert len(found) == 4


def test_reading_goes_on_behind_every_mark(tmp_path, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (64,))
    path = tmp_path / "a.html"
    path.write_text("<html>" + "".join(f"<p>é{n}<b>@</b>example.org</p>\n" for n in range(60)))
    assert_resumes(path)


def test_hostile_mark_up_costs_no_time():
    began = time.monotonic()
    for text in ("<" * 1_000_000, "<!--" * 300_000, "<a " * 300_000, "<a>" * 300_000, "&" * 500_000, "-->" * 300_000):
        shown(pa.array([text]))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("index", "<!DOCTYPE html>\n<html></html>\n", "html"),
        ("a.htm", "<p>x</p>\n", "html"),
        ("a.html", "nothing of it\n", "text"),
        ("page.tpl", "{$x}<div>y</div>\n", "html"),
        ("a.md", "see <b>x</b>\n", "text"),
    ],
)
def test_html_is_told_by_its_content(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content)
    assert lines(tmp_path)[name].kind == kind
