"""PDF: pages, what hangs on them, scanned, encrypted and damaged documents."""

from __future__ import annotations

import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from PIL import Image

from connectors.formats import recognition
from connectors.interface import Asset, Unread
from tests.connectors.formats import direct
from tests.connectors.formats.documents import found
from tests.connectors.formats.opening import assert_resumes, batches, cells, lines, read, tree


def pdf(pages=3):
    """Make a document whose pages have a text, a link, a note and a bookmark each."""
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.set_author("author@example.org")
    for n in range(1, pages + 1):
        made.add_page()
        made.start_section(f"Part {n}")
        made.cell(text=f"Page {n}: jane{n}@example.org", link=f"mailto:link{n}@example.org")
        made.text_annotation(10, 50, f"note{n}@example.org")
    return made


@pytest.fixture(scope="module")
def letter(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "letter.pdf"
    pdf().output(str(path))
    return path


def test_everything_stands_at_its_page(letter):
    assert found(letter) >= {
        ("text", 2, "Page 2: jane2@example.org"),
        ("link", 2, "mailto:link2@example.org"),
        ("annotation", 2, "note2@example.org"),
        ("outline", 2, "Part 2"),
        ("properties.Author", 1, "author@example.org"),
    }
    assert sum(batch.rows for batch in batches(letter)) == 3
    assert sum(batch.size for batch in batches(letter)) == letter.stat().st_size


def test_single_pages_are_read_again_without_the_others(letter):
    with tree(letter) as source:
        (asset,) = (line for line in source.assets() if isinstance(line, Asset))
        again = cells(list(source.fetch(asset, [(3,), (9,), (0,)])))
    assert {slots for _, slots, _ in again} == {(3,)}
    assert ("text", (3,), "Page 3: jane3@example.org") in again


def test_reading_goes_on_behind_every_mark(tmp_path):
    path = tmp_path / "a.pdf"
    pdf(600).output(str(path))
    assert len([batch for batch in batches(path) if batch.mark]) > 2
    assert_resumes(path)


def test_pages_that_are_images_are_said_not_to_have_been_read(tmp_path, monkeypatch):
    monkeypatch.setitem(recognition._allowed, "seconds", 0)
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()
    made.cell(text="x@example.org")
    for _ in range(2):
        made.add_page()
        made.image(Image.new("RGB", (50, 50), "red"))
    made.add_page()
    path = tmp_path / "scan.pdf"
    made.output(str(path))
    cut = [batch.cut for batch in direct.batches(path)][-1]
    assert cut is not None
    assert cut.startswith("2 of 4 pages hold images and no text (from page 2 on)")
    assert "[files] ocr" in cut


def test_encryption_without_a_password_to_open_is_no_obstacle(tmp_path):
    made = pdf()
    made.set_encryption("owner", "", EncryptionMethod.RC4)
    path = tmp_path / "a.pdf"
    made.output(str(path))
    assert ("text", 2, "Page 2: jane2@example.org") in found(path)


def test_an_encrypted_document_is_said_to_be(tmp_path):
    made = pdf()
    made.set_encryption("owner", "user", EncryptionMethod.RC4)
    path = tmp_path / "a.pdf"
    made.output(str(path))
    (line,) = lines(path).values()
    assert isinstance(line, Unread)
    assert (line.kind, line.cause) == ("pdf", "denied")
    assert "encrypted" in line.reason


def test_attached_files_are_read_as_any_other(tmp_path):
    made = pdf()
    made.embed_file(bytes=b"id,mail\n1,x@example.org\n2,y@example.org\n", basename="contacts.csv")
    made.embed_file(bytes=b"\x89PNG\r\n\x1a\n" + bytes(50), basename="a.png")
    path = tmp_path / "a.pdf"
    made.output(str(path))
    met = lines(path)
    assert set(met) == {"a.pdf", "a.pdf!contacts.csv", "a.pdf!a.png"}
    assert isinstance(met["a.pdf!a.png"], Unread)
    asset = met["a.pdf!contacts.csv"]
    assert isinstance(asset, Asset)
    assert (asset.kind, asset.locator) == ("csv", "row")
    with tree(path) as source:
        (chunk,) = source.chunks(asset)
        assert ("mail", (2,), "y@example.org") in cells(list(source.read(asset, chunk)))
        assert ("mail", (2,), "y@example.org") in cells(list(source.fetch(asset, [(2,)])))


FIELD = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]>>endobj
4 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(mail)/V(form@example.org)/Rect[0 0 9 9]/P 3 0 R>>endobj
trailer<</Root 1 0 R>>
"""


def test_values_of_form_fields_are_read_also_where_the_table_of_objects_is_missing(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(FIELD)
    assert found(path) == {("form", 1, "form@example.org")}


def test_damaged_documents_end_in_words(tmp_path, letter):
    whole = letter.read_bytes()
    path = tmp_path / "a.pdf"
    for place in range(10, len(whole), len(whole) // 50):
        for broken in (whole[:place], whole[:place] + b"\xff" * 20 + whole[place + 20 :]):
            path.write_bytes(broken)
            for line in lines(path).values():
                if isinstance(line, Unread):
                    assert line.cause in ("corrupt", "denied", "format"), line.reason
                elif line.kind == "pdf":
                    _, error = read(path)
                    assert error is None or error.cause == "corrupt"
