"""Address books and calendars: lines that are folded, quoted and escaped."""

from __future__ import annotations

import pytest

from connectors.formats import cards
from tests.connectors.formats.opening import assert_resumes, read

CARD = (
    b"BEGIN:VCARD\r\nEMAIL:zoe.mar\r\n tin@example.org\r\n"
    b"NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=\r\n=A9\r\nADR:1 rue X\\, Lyon\r\nEND:VCARD\r\n"
)


def test_lines_are_put_together_and_have_the_number_of_their_first(tmp_path):
    (tmp_path / "a.vcf").write_bytes(CARD)
    assert [(where[0], value) for _, where, value in read(tmp_path / "a.vcf")[0]] == [
        (1, "BEGIN:VCARD"),
        (2, "EMAIL:zoe.martin@example.org"),
        (4, "NOTE;ENCODING=QUOTED-PRINTABLE:café"),
        (6, "ADR:1 rue X, Lyon"),
        (7, "END:VCARD"),
    ]


def test_a_large_book_is_read_on_behind_every_mark(tmp_path):
    (tmp_path / "a.vcf").write_bytes(CARD * 60_000)
    assert_resumes(tmp_path / "a.vcf")


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n", b"=\r\n", b"x"])
def test_what_is_folded_without_end_is_read_in_pieces(fold):
    texts, numbers, passed = cards._unfolded(b"BEGIN:VCARD\n" + fold * 100_000, 1)
    assert len(texts) == len(numbers)
    assert passed <= 100_001
