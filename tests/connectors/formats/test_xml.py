"""XML: fields and addresses that are XPaths, hostile documents, broken ones."""

from __future__ import annotations

import time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import window, xml, xml_parse
from inventory.locators import fill
from tests.connectors.formats.direct import assert_resumes, batches
from tests.connectors.formats.opening import cells, lines, read


def found_in(tmp_path, content, name="a.xml"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found, error = read(path)
    assert error is None
    return found


def note_of(path):
    return next((batch.cut for batch in batches(path) if batch.cut), None)


def test_an_element_that_comes_once_needs_no_position(tmp_path):
    found = found_in(
        tmp_path,
        "<orders><order id='7'><email>a@example.org</email></order>"
        "<order><email>b@example.org</email><item/><item>x</item></order></orders>",
    )
    assert found == [
        ("/orders/order[*]/@id", (1,), "7"),
        ("/orders/order[*]/email", (1,), "a@example.org"),
        ("/orders/order[*]/email", (2,), "b@example.org"),
        ("/orders/order[*]/item[*]", (2, 2), "x"),
    ]
    assert fill(*found[2][:2]) == "/orders/order[2]/email"


NAMES = st.sampled_from(["a", "b", "email"])
TREES = st.recursive(
    st.builds(lambda name, text: (name, text), NAMES, st.sampled_from(["", "x", "y z"])),
    lambda below: st.builds(lambda name, inner: (name, inner), NAMES, st.lists(below, min_size=1, max_size=4)),
    max_leaves=20,
)


def written(tree):
    name, inner = tree
    return f"<{name}>{inner if isinstance(inner, str) else ''.join(map(written, inner))}</{name}>"


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_every_address_is_an_xpath_to_its_value(tmp_path_factory, tree):
    text = f"<root>{written(tree)}</root>"
    root = ET.fromstring(text)
    found = found_in(tmp_path_factory.mktemp("xml"), text)
    for field, slots, value in found:
        (element,) = root.findall("." + fill(field, slots).removeprefix("/root"))
        assert element.text == value
    assert len(found) == sum(bool((one.text or "").strip()) for one in root.iter())


def test_names_and_prefixes_stand_as_they_are_written(tmp_path):
    found = found_in(tmp_path, "<wp:r xmlns:wp='u'><wp:author_email>a@example.org</wp:author_email></wp:r>")
    assert ("/wp:r/wp:author_email", (), "a@example.org") in found


def test_columns_of_exports_are_told_by_their_name(tmp_path):
    row = "<table name='users'><column name='id'>1</column><column name='email'>a@example.org</column></table>"
    odd = "<column name='it\\'s'/>".replace("\\'", "&apos;") + "<person name='Zoe Miller'>x</person>"
    found = found_in(tmp_path, f"<pma><database name='shop'>{row}{row}{odd}</database></pma>")
    database = "/pma/database[@name='shop']"
    assert (f"{database}/table[@name='users'][*]/column[@name='email']", (2,), "a@example.org") in found
    assert (f"{database}/column/@name", (), "it's") in found
    assert (f"{database}/person", (), "x") in found
    field = f"{database}/table[@name='users'][*]/column[@name='email']"
    assert fill(field, (2,)) == field.replace("[*]", "[2]")


def test_mark_up_in_a_text_reads_as_a_person_sees_it(tmp_path):
    html = "<p>ask zoe<b>@</b>example.org &amp; <a href='mailto:max@example.org'>me</a></p>"
    found = found_in(tmp_path, f"<r><a><![CDATA[{html}]]></a><b>&lt;i&gt;x&lt;/i&gt;</b></r>")
    assert "ask zoe@example.org &" in found[0][2]
    assert "mailto:max@example.org" in found[0][2]
    assert found[1] == ("/r/b", (), "x")


def test_a_text_that_goes_on_behind_its_children_is_one(tmp_path):
    found = found_in(tmp_path, "<r><p>ask zoe<b>@</b>example.org <a to='max@example.org'>or</a> him</p></r>")
    assert found == [("/r/p", (), 'ask zoe@example.org or him  to="max@example.org"')]


def test_comments_and_instructions_are_read(tmp_path):
    found = found_in(tmp_path, "<!-- a@example.org --><r><!-- b@example.org --><?x c@example.org?></r>")
    assert [field for field, _, _ in found] == ["/comment()", "/r", "/r/comment()"]


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "content",
    [
        f'<!DOCTYPE r [<!ENTITY a0 "zoe@example.org">{BOMB}]><r x="&a11;">&a11;</r>',
        f'<!DOCTYPE r [<!ENTITY a "zoe@example.org{"x" * 100_000}">]><r>{"&a;" * 50_000}</r>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/hostname"><!-- ]> zoe@example.org -->%p;]><r>&x;</r>',
        '<!DOCTYPE r SYSTEM "file:///etc/motd" [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x; zoe@example.org</r>',
    ],
)
def test_no_entity_is_expanded_or_fetched(tmp_path, content):
    began = time.monotonic()
    found = found_in(tmp_path, content)
    assert any("zoe@example.org" in value for _, _, value in found)
    assert sum(len(value) for _, _, value in found) <= 2 * len(content)
    assert "root:" not in str(found)
    assert time.monotonic() - began < 10


def test_what_entities_say_is_read_in_any_encoding(tmp_path):
    content = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY a "zoe@example.org">]><r>&a;</r>'
    assert found_in(tmp_path, content.encode("utf-16"))[0] == ("/", (), '<!ENTITY a "zoe@example.org">')


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("utf-8", "cp1252"),
        ("windows-1252", "cp1252"),
        ("iso-8859-15", "iso-8859-15"),
        ("windows-1250", "cp1250"),
        ("UTF-16", "utf-16"),
        ("hex", "utf-8"),
        ("idna", "utf-8"),
    ],
)
def test_the_encoding_is_the_declared_one_or_the_true_one(tmp_path, declared, codec):
    content = f'<?xml version="1.0" encoding="{declared}"?>\n<r><a>Zoé €</a></r>'
    assert found_in(tmp_path, content.encode(codec)) == [("/r/a", (), "Zoé €")]


def test_small_sins_break_nothing(tmp_path):
    content = b"\n<?xml version='1.0'?><r><a>AT&T &nbsp;&eacute; &#1; \x01 &what;</a><u>?a=1&b=2</u></r>"
    assert found_in(tmp_path, content) == [("/r/a", (), "AT&T  é     &what;"), ("/r/u", (), "?a=1&b=2")]


def test_many_levels_are_text_of_the_last_that_counts(tmp_path):
    deep = 100_000
    (only,) = found_in(tmp_path, "<a>" * deep + "zoe@example.org" + "</a>" * deep)
    assert only == ("/a" * xml_parse.DEPTH, (), "zoe@example.org")


def test_behind_the_break_lines_are_read_and_it_is_said(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<r>\n<a>a@example.org</a>\n<b>b@example.org</c>\n<d>d@example.org</d>\n</r>\n")
    found, error = read(path)
    assert error is None
    assert found[:2] == [("/r/a", (), "a@example.org"), ("/r/b", (), "b@example.org")]
    assert ("line[*]", (4,), " d@example.org ") in found
    assert "line 3 (mismatched tag)" in note_of(path)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("<r><a>x", "x"),
        ("<r y='z", "<r y='z"),
        ("<r>x</r><r>y</r>", "x y "),
        ("<r><!-- z", "<!-- z"),
        ("<r><![CDATA[ z", "z"),
        ("<?xml version='1.0'?>", ""),
    ],
)
def test_what_ends_early_is_read_and_said(tmp_path, content, kept):
    path = tmp_path / "a.xml"
    path.write_text(content)
    found, error = read(path)
    assert error is None
    assert "broken at line 1" in note_of(path)
    assert "".join(value for _, _, value in found) == kept


def test_a_tag_without_end_is_given_up(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<r><a>a@example.org</a><!--" + b"y " * 13_000_000 + b"z@example.org")
    began = time.monotonic()
    found, _ = read(path)
    assert found[0] == ("/r/a", (), "a@example.org")
    assert "z@example.org" in found[-1][2]
    assert time.monotonic() - began < 30


def test_a_long_text_comes_in_pieces_of_one_address(tmp_path):
    words = [f"user{n}@example.org" for n in range(300_000)]
    found = found_in(tmp_path, f"<r><a>{' '.join(words)}</a></r>")
    assert {(field, slots) for field, slots, _ in found} == {("/r/a", ())}
    assert " ".join(value for _, _, value in found).split() == words


def test_names_that_are_data_share_a_place(tmp_path):
    people = "".join(
        f"<p_{'abcdefghij'[n % 10]}{n}><m>{n}@example.org</m></p_{'abcdefghij'[n % 10]}{n}>" for n in range(150)
    )
    found = found_in(tmp_path, f"<r>{people}</r>")
    assert {field for field, _, _ in found} == {"/r/*[*]", "/r/*[*]/m"}
    assert ("/r/*[*]/m", (150,), "149@example.org") in found


def test_pages_are_small_and_reading_goes_on_behind_each(tmp_path, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (256,))
    monkeypatch.setattr(xml, "_PAGE_VALUES", 10)
    path = tmp_path / "a.xml"
    path.write_text("<r>" + "".join(f"<o n='{n}'><m>é{n}@example.org</m></o>\n" for n in range(100)) + "</r>")
    assert_resumes(path)
    assert sum(batch.rows for batch in batches(path)) == 100
    assert sum(batch.size for batch in batches(path)) >= path.stat().st_size
    assert ("/r/o[*]/m", (100,), "é99@example.org") in cells(batches(path))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("feed", "<?xml version='1.0'?><feed><entry/></feed>", "xml"),
        ("soap.log", "<soap:Envelope xmlns:soap='u'><soap:Body/></soap:Envelope>", "xml"),
        ("map.kml", "<kml><Point/></kml>", "xml"),
        ("a.svg", "<svg><text>x</text></svg>", "xml"),
        ("a.xml", "<a/>", "xml"),
        ("a.xml", "no mark-up at all\n", "text"),
        ("page.xhtml", "<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'>\n<html><body/></html>", "html"),
        ("page.php", "<?php echo 1;\n", "text"),
    ],
)
def test_xml_is_told_by_its_content(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content)
    assert lines(tmp_path)[name].kind == kind
