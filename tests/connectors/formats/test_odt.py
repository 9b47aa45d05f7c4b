"""OpenDocument texts and presentations."""

from __future__ import annotations

import pytest
from odfdo import Document, DrawPage, Frame, Header, Paragraph, Table

from tests.connectors.formats.documents import found, packed
from tests.connectors.formats.opening import assert_resumes, read

OFFICE = (
    'xmlns:office="o" xmlns:text="t" xmlns:dc="d" xmlns:draw="w" xmlns:style="s" xmlns:xlink="x" xmlns:manifest="m"'
)
KIND = "application/vnd.oasis.opendocument.text"


def written(path, body, **parts):
    content = f"<office:document-content {OFFICE}><office:body>{body}</office:body></office:document-content>"
    return packed(path, {"mimetype": KIND, "content.xml": content, **parts})


def test_what_a_library_wrote_is_found_at_its_paragraph(tmp_path):
    document = Document("text")
    body = document.body
    body.clear()
    body.append(Header(1, "Heading"))
    linked = Paragraph("a link here")
    linked.set_link("mailto:link@example.org", regex="link")
    noted = Paragraph("with note and comment")
    noted.insert_note(after="note", note_id="n1", citation="1", body="foot@example.org")
    noted.insert_annotation(after="comment", body="annot@example.org", creator="Ann Author")
    table = Table("T", width=2, height=1)
    table.set_value("B1", "cell@example.org")
    for one in (linked, noted, table, Paragraph("last")):
        body.append(one)
    document.meta.creator = "creator@example.org"
    path = tmp_path / "a.odt"
    document.save(path)
    assert found(path) >= {
        ("text", 1, "Heading"),
        ("text", 2, "a link here"),
        ("link", 2, "mailto:link@example.org"),
        ("text", 3, "with note1 and comment"),
        ("footnote", 3, "foot@example.org"),
        ("comment", 3, "annot@example.org"),
        ("comment.author", 3, "Ann Author"),
        ("text", 4, "cell@example.org"),
        ("text", 5, "last"),
        ("properties.creator", 1, "creator@example.org"),
    }
    assert_resumes(path)


def test_blanks_breaks_and_pretty_printing_read_as_they_look(tmp_path):
    body = (
        "<text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>"
        "jane@<text:span>exam</text:span>ple.org\n   d</text:p>"
    )
    assert found(written(tmp_path / "a.odt", body)) == {("text", 1, "a  b\tc\njane@example.org d")}


def test_text_boxes_and_deletions_do_not_shift_the_count(tmp_path):
    body = (
        "<text:tracked-changes><text:deletion><office:change-info><dc:creator>Ann</dc:creator><dc:date>2026-01-01</dc:date>"
        "</office:change-info><text:p>gone@example.org</text:p></text:deletion></text:tracked-changes>"
        "<text:p>one<draw:frame><draw:text-box><text:p>box@example.org</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p>two</text:p>"
    )
    styles = (
        f"<office:styles {OFFICE}><style:master-page><style:header><text:p>head@example.org</text:p></style:header>"
        "</style:master-page></office:styles>"
    )
    assert found(written(tmp_path / "a.odt", body, **{"styles.xml": styles})) == {
        ("comment.author", 1, "Ann"),
        ("deleted", 1, "gone@example.org"),
        ("text", 1, "one"),
        ("text", 1, "box@example.org"),
        ("text", 2, "two"),
        ("header", 1, "head@example.org"),
    }


def test_an_encrypted_document_is_said_to_be(tmp_path):
    manifest = f"<manifest:manifest {OFFICE}><manifest:encryption-data/></manifest:manifest>"
    _, error = read(written(tmp_path / "a.odt", "", **{"META-INF/manifest.xml": manifest}))
    assert error is not None
    assert error.cause == "denied"
    assert "encrypted" in error.reason


def test_slides_of_a_presentation_are_counted(tmp_path):
    document = Document("presentation")
    document.body.clear()
    for n in (1, 2):
        page = DrawPage(f"p{n}", name=f"Page {n}")
        page.append(Frame.text_frame(Paragraph(f"s{n}@example.org"), size=("7cm", "5cm"), position=("1cm", "1cm")))
        document.body.append(page)
    path = tmp_path / "a.odp"
    document.save(path)
    assert found(path) >= {("text", 1, "s1@example.org"), ("text", 2, "s2@example.org")}


@pytest.mark.parametrize("body", ["<text:p>x@example.org</text:p><text:p>", "<text:p>x@example.org</text:p>&b;"])
def test_a_damaged_document_gives_what_came_before(tmp_path, body):
    cells, error = read(written(tmp_path / "a.odt", body))
    assert ("text", (1,), "x@example.org") in cells
    assert error is not None
    assert error.cause == "corrupt"
