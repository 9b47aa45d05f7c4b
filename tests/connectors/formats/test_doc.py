"""Word and PowerPoint documents of the older binary forms."""

from __future__ import annotations

import pytest

from connectors.interface import Unread
from tests.connectors.formats import compound
from tests.connectors.formats.documents import found
from tests.connectors.formats.opening import assert_resumes, lines, read

BODY = 'Título\rjané@example.org\r\rcell@example.org\x07\x07\x13 HYPERLINK "mailto:link@example.org"\x14click\x15\r'


def test_paragraphs_of_a_word_document_are_counted(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(compound.doc(BODY, footnotes="\x02 foot@example.org\r", comments="\x05remark@example.org\r"))
    assert found(path) == {
        ("text", 1, "Título"),
        ("text", 2, "jané@example.org"),
        ("text", 4, "cell@example.org"),
        ("text", 6, "click"),
        ("link", 6, ' HYPERLINK "mailto:link@example.org"'),
        ("footnote", 1, " foot@example.org"),
        ("comment", 1, "remark@example.org"),
        ("properties.author", 1, "zoe@example.org"),
    }
    assert_resumes(path)


def test_an_encrypted_word_document_is_said_to_be(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(compound.doc(BODY, flags=0x0100))
    _, error = read(path)
    assert error is not None
    assert error.cause == "denied"


def test_an_encrypted_document_of_today_is_a_box_that_says_so(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(compound.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))
    (line,) = lines(path).values()
    assert isinstance(line, Unread)
    assert line.cause == "denied"
    assert "encrypted" in line.reason


def test_slides_of_a_presentation_are_counted_in_their_order(tmp_path):
    path = tmp_path / "a.ppt"
    path.write_bytes(compound.ppt())
    assert found(path) == {
        ("text", 1, "one@example.org"),
        ("text", 2, "two@example.org"),
        ("text", 2, "outline@example.org"),
        ("notes", 2, "note@example.org"),
        ("link", 1, "mailto:link@example.org"),
        ("deleted", 1, "old@example.org"),
    }
    assert_resumes(path)


@pytest.mark.parametrize("whole", [compound.doc(BODY), compound.ppt()], ids=["doc", "ppt"])
def test_damaged_documents_end_in_words(tmp_path, whole):
    path = tmp_path / "a.bin"
    for place in range(20, len(whole), len(whole) // 80):
        for broken in (whole[:place], whole[:place] + b"\xff" * 8 + whole[place + 8 :]):
            path.write_bytes(broken)
            for line in lines(path).values():
                if not isinstance(line, Unread):
                    _, error = read(path)
                    assert error is None or "recense failed" not in error.reason, (place, error.reason)
