"""Word documents: how paragraphs are counted, where else text lies, and what a hostile one can do."""

from __future__ import annotations

import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from connectors.formats import pages
from connectors.interface import Asset, Unread
from tests.connectors.formats import documents
from tests.connectors.formats.documents import R, W, found, paragraph
from tests.connectors.formats.opening import assert_resumes, batches, cells, lines, read, tree


@pytest.fixture(scope="module")
def letter(tmp_path_factory):
    """A document of a library's making, with something everywhere."""
    document = docx.Document()
    document.core_properties.author = "author@example.org"
    document.add_heading("Title", 1)
    written = document.add_paragraph("Mail ja")
    written.add_run("ne@exam").bold = True
    written.add_run("ple.org")
    document.add_paragraph("")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left@example.org", "right@example.org"
    remarked = document.add_paragraph("remarked")
    document.add_comment(remarked.runs, text="comment@example.org", author="Ann Author", initials="AA")
    linked = document.add_paragraph("link: ")
    target = document.part.relate_to("mailto:link@example.org", f"{R}/hyperlink", is_external=True)
    run = "<w:r><w:t>here</w:t></w:r>"
    linked._p.append(parse_xml(f'<w:hyperlink xmlns:w="{W}" xmlns:r="{R}" r:id="{target}">{run}</w:hyperlink>'))
    document.sections[0].header.paragraphs[0].text = "head@example.org"
    document.sections[0].footer.paragraphs[0].text = "foot@example.org"
    path = tmp_path_factory.mktemp("docx") / "letter.docx"
    document.save(path)
    return path


@pytest.mark.parametrize(
    "expected",
    [
        ("text", 1, "Title"),
        ("text", 2, "Mail jane@example.org"),
        ("text", 4, "left@example.org"),
        ("text", 5, "right@example.org"),
        ("text", 6, "remarked"),
        ("comment", 6, "comment@example.org"),
        ("comment.author", 6, "Ann Author"),
        ("text", 7, "link: here"),
        ("link", 7, "mailto:link@example.org"),
        ("header", 1, "head@example.org"),
        ("footer", 1, "foot@example.org"),
        ("properties.creator", 1, "author@example.org"),
    ],
)
def test_paragraphs_are_counted_as_a_person_would_and_all_else_hangs_on_them(letter, expected):
    assert expected in found(letter)


def test_every_paragraph_is_a_row(letter):
    assert sum(batch.rows for batch in batches(letter)) == 7
    assert sum(batch.size for batch in batches(letter)) == letter.stat().st_size


def test_a_deletion_that_is_kept_track_of_is_read_beside_the_text_as_it_stands(tmp_path):
    changed = (
        '<w:p><w:r><w:t>Card 4111 1111 1111 </w:t></w:r><w:del w:author="bob@example.org"><w:r>'
        '<w:delText>1111</w:delText></w:r></w:del><w:ins w:author="x"><w:r><w:t>none</w:t></w:r></w:ins></w:p>'
    )
    assert found(documents.docx(tmp_path / "a.docx", changed)) == {
        ("text", 1, "Card 4111 1111 1111 none"),
        ("deleted", 1, "Card 4111 1111 1111 1111"),
        ("change.author", 1, "bob@example.org"),
        ("change.author", 1, "x"),
    }


def test_a_text_box_is_read_once_and_hangs_on_its_paragraph(tmp_path):
    box = f"<w:txbxContent>{paragraph('box@example.org')}</w:txbxContent>"
    both = f"<AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent>"
    body = paragraph("one") + f"<w:p><w:r><w:t>two</w:t>{both}</w:r></w:p>" + paragraph("three")
    path = documents.docx(tmp_path / "a.docx", body)
    cells, _ = read(path)
    assert cells == [
        ("text", (1,), "one"),
        ("text", (2,), "box@example.org"),
        ("text", (2,), "two"),
        ("text", (3,), "three"),
    ]


def test_notes_fields_and_variables_are_read(tmp_path):
    body = (
        f'{paragraph("one")}<w:p><w:r><w:instrText> HYPERLINK "mailto:field@example.org"</w:instrText></w:r>'
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("note@example.org")}</w:footnote></w:footnotes>'
    )
    variables = f'<w:settings xmlns:w="{W}"><w:docVar w:name="To" w:val="var@example.org"/></w:settings>'
    path = documents.docx(
        tmp_path / "a.docx",
        body,
        word__footnotes_xml=notes,
        word__settings_xml=variables,
        customXml__item1_xml="<a>b@example.org</a>",
    )
    assert found(path) == {
        ("text", 1, "one"),
        ("link", 2, ' HYPERLINK "mailto:field@example.org"'),
        ("footnote", 2, "note@example.org"),
        ("settings", 1, "var@example.org"),
        ("properties.xml", 1, "b@example.org"),
    }


def test_a_file_that_a_document_carries_is_read_as_any_other(tmp_path):
    inner = documents.docx(tmp_path / "inner.docx", paragraph("in@example.org")).read_bytes()
    path = documents.docx(tmp_path / "a.docx", paragraph("x"), **{"word__embeddings__b.docx": inner})
    asset = lines(path)["a.docx!word/embeddings/b.docx"]
    assert isinstance(asset, Asset)
    with tree(path) as source:
        (chunk,) = source.chunks(asset)
        assert cells(list(source.read(asset, chunk))) == [("text", (1,), "in@example.org")]


def test_a_document_in_a_document_in_a_document_is_told_and_not_opened(tmp_path):
    path = tmp_path / "a.docx"
    more = {}
    for _ in range(3):
        documents.docx(path, paragraph("x"), **more)
        more = {"word__embeddings__b.docx": path.read_bytes()}
    assert isinstance(lines(path)["a.docx!word/embeddings/b.docx!word/embeddings/b.docx"], Unread)


def test_reading_goes_on_behind_every_mark(tmp_path):
    path = documents.docx(tmp_path / "a.docx", "".join(paragraph(f"user{n}@example.org") for n in range(60_000)))
    assert len([one for one in batches(path) if one.mark]) > 1
    assert_resumes(path)


def test_a_paragraph_without_end_comes_in_pieces_of_one_number(tmp_path):
    path = documents.docx(tmp_path / "a.docx", paragraph("word@example.org " * 200_000))
    cells, error = read(path)
    assert error is None
    assert {slots for _, slots, _ in cells} == {(1,)}
    assert max(len(value or "") for _, _, value in cells) <= pages.PIECE
    assert sum((value or "").count("word@example.org") for _, _, value in cells) == 200_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<w:p>" * 600, "levels"),
        (paragraph("before@example.org") + "<w:p><w:r><w:t>open", "damaged"),
        (paragraph("before@example.org") + f"<w:x a='{'y' * 3_000_000}'/>", "tag"),
    ],
)
def test_a_damaged_body_gives_what_came_before_and_says_so(tmp_path, body, words):
    path = documents.docx(tmp_path / "a.docx", body, docProps__core_xml="<a><creator>zoe@example.org</creator></a>")
    cells, error = read(path)
    assert error is not None
    assert error.cause == "corrupt"
    assert words in error.reason
    assert ("properties.creator", (1,), "zoe@example.org") in cells
    assert ("before" in body) == (("text", (1,), "before@example.org") in cells)


def test_entities_are_refused(tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    path = documents.packed(tmp_path / "a.docx", {"[Content_Types].xml": "<a/>", "word/document.xml": bomb})
    _, error = read(path)
    assert error is not None
    assert "document type" in error.reason


def test_an_encoding_that_does_not_exist_is_told(tmp_path):
    xml = '<?xml version="1.0" encoding="UTF-88"?><a/>'
    _, error = read(documents.packed(tmp_path / "a.docx", {"[Content_Types].xml": "<a/>", "word/document.xml": xml}))
    assert error is not None
    assert "encoding" in error.reason


def test_a_bomb_is_stopped(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        with archive.open("word/document.xml", "w") as part:
            part.write(b"<a>")
            for _ in range(100):
                part.write(b" " * 1024 * 1024)
            part.write(b"</a>")
    _, error = read(path)
    assert error is not None
    assert error.cause == "cut"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_document_that_was_cut_off_is_damaged(tmp_path, letter, share):
    path = tmp_path / "cut.docx"
    path.write_bytes(letter.read_bytes()[: int(letter.stat().st_size * share)])
    (line,) = lines(path).values()
    assert isinstance(line, Unread)
    assert (line.kind, line.cause) == ("docx", "corrupt")


def test_flipped_bytes_never_end_in_anything_but_words(tmp_path, letter):
    whole = bytearray(letter.read_bytes())
    for place in range(30, len(whole), len(whole) // 60):
        path = tmp_path / "flipped.docx"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        for line in lines(path).values():
            if not isinstance(line, Unread) and line.kind == "docx":
                _, error = read(path)
                assert error is None or "recense failed" not in error.reason
