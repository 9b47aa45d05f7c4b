"""Messages that Outlook saved: headers, bodies in each of three ways, attachments, messages in messages."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from connectors.errors import ReadError
from connectors.formats.limits import Limits, Meter
from connectors.formats.mapi_rtf import unpacked, unwrapped
from connectors.formats.pack import contents
from connectors.formats.registry import recognise
from tests.connectors.formats.mails import Told, gathered, kind, opened
from tests.connectors.formats.outlook import box, message, packed, storage

SENT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ZOE = storage(8, p3001="Zoe", p39FE="zoe@example.org", p0C15=1)
BOB = storage(8, p3001="bob@example.com", p3003="bob@example.com", p0C15=3)
FROM = {"p0042": "Shop", "p0065": "shop@example.com"}


def told(content: bytes, limits: Limits | None = None) -> Told:
    file = opened(content, "a.msg")
    with file.stream:
        return gathered(contents(file, Meter(limits or Limits(), file.size)))


def test_headers_come_from_properties_where_no_mail_brought_them():
    found = told(
        box(
            message(
                recipients=(ZOE, BOB),
                p0037="\x01\x05Re: été",
                p1000="Hello\r\njane@example.org\r\n",
                p0039=SENT,
                **FROM,
            )
        )
    )
    assert found.cells[""] == [
        ("Subject", "0", "Re: été"),
        ("From", "0", "Shop <shop@example.com>"),
        ("To", "0", "Zoe <zoe@example.org>"),
        ("Bcc", "0", "bob@example.com"),
        ("Date", "0", "2026-03-01T08:30:00Z"),
        ("body", "1", "Hello"),
        ("body", "1", "jane@example.org"),
    ]


def test_headers_as_they_came_are_read_and_nothing_twice():
    headers = "From: Shop <shop@example.com>\r\nTo: zoe@example.org\r\nSubject: x\r\nX-Customer: 17\r\n\r\n"
    found = told(box(message(recipients=(ZOE, BOB), p0037="x", p007D=headers, **FROM)))
    assert found.cells[""] == [
        ("From", "0", "Shop <shop@example.com>"),
        ("To", "0", "zoe@example.org"),
        ("Subject", "0", "x"),
        ("X-Customer", "0", "17"),
        ("Bcc", "0", "bob@example.com"),
    ]


def test_other_properties_are_fields_by_their_names():
    found = told(box(message(p001A="IPM.Contact", p3A1C="+33 6 12 34 56 78", p8001="kept@example.org")))
    assert found.header("MobileTelephoneNumber") == ["+33 6 12 34 56 78"]
    assert found.header("property 0x8001") == ["kept@example.org"]
    assert "IPM.Contact" not in str(found.cells)


def test_a_body_in_two_ways_has_two_parts():
    page = "<p>j<b>&#64;</b>example.org é</p>".encode("cp1252")
    found = told(box(message(p1000="plain@example.org", p1013=page, p3FDE=1252)))
    assert [cell[1:] for cell in found.cells[""]] == [("1.1", "plain@example.org"), ("1.2", "j@example.org é")]


def test_texts_in_single_bytes_are_read_in_the_code_page_of_the_message():
    found = told(box(message(p0037a="Привет".encode("cp1251"), p3FFD=1251)))
    assert found.header("Subject") == ["Привет"]


HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
    b'caf\\\'e9 {\\*\\htmltag84 <a href="mailto:x@example.org">}'
    rb"\htmlrtf hidden\htmlrtf0 \u8364?{\*\htmltag92 </a>}\par }"
)


def test_html_is_taken_out_of_the_rtf_that_wraps_it():
    found = told(box(message(p1009=packed(HTML))))
    assert found.body() == ["café €", ' href="mailto:x@example.org"']
    assert "hidden" not in str(found.body())
    assert "Arial" not in str(found.body())


def test_plain_rtf_is_read_by_paragraphs():
    assert told(box(message(p1009=packed(rb"{\rtf1 one@example.org\par two}")))).body() == ["one@example.org", "two"]
    assert told(box(message(p1009=packed(rb"{\rtf1\fromtext a\par b}")))).body() == ["a", "b"]
    both = told(box(message(p1000="a", p1009=packed(rb"{\rtf1\fromtext a\par b}"))))
    assert both.body() == ["a"]


def test_the_example_of_the_specification_is_unpacked():
    # [MS-OXRTFCP] 3.1.1 and 3.2.1
    raw = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert b"".join(unpacked([raw], Meter(Limits(), 100))) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert b"".join(unpacked([crossing], Meter(Limits(), 100))) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_compressed_rtf_of_any_length_comes_out_whole(size):
    raw = os.urandom(size)
    data = packed(raw)
    pieces = [data[at : at + 512] for at in range(0, len(data), 512)]
    assert b"".join(unpacked(pieces, Meter(Limits(), len(data)))) == raw


def test_wrapped_html_is_the_same_however_it_is_cut():
    whole = "".join(unwrapped([HTML]))
    assert "".join(unwrapped([HTML[at : at + 1] for at in range(len(HTML))])) == whole


def test_attachments_are_read_as_what_they_are():
    csv = storage(8, p3707="contâcts.csv", p3701=b"mail\nx@example.org\n", p3705=1)
    large = storage(8, p3704="L.TXT", p3701=b"y@example.org\n" * 1000, p3705=1)
    bare = storage(8, p3701=b"z@example.org\n", p3705=1)
    link = storage(8, p3707="far.doc", p3705=2)
    empty = storage(8, p3707="none.txt", p3705=1, p3701=b"")
    sealed = storage(8, p3707="smime.p7m", p3705=1, p3701=b"xx", p370E="application/pkcs7-mime")
    found = told(box(message(p0037="x", attachments=(csv, large, bare, link, empty, sealed))))
    assert found.cells["contâcts.csv"] == [("mail", "1", "x@example.org")]
    assert len(found.cells["L.TXT"]) == 1000
    assert found.cells["4"] == [("text", "1", "z@example.org")]
    causes = {name: str(line.cause) for name, line in found.unread.items()}
    assert causes == {"far.doc": "link", "none.txt": "empty", "smime.p7m": "denied"}


def nested(depth: int) -> dict:
    csv = storage(8, p3707="c.csv", p3701=b"mail\nx@example.org\n", p3705=1)
    inner = message(p0037="inner", p1000="in@example.org", attachments=(csv,), top=False)
    for _ in range(depth - 1):
        inner = message(p0037="mid", attachments=(_carrier(inner),), top=False)
    return message(p0037="outer", attachments=(_carrier(inner),))


def _carrier(inner: dict) -> dict:
    return storage(8, p3001="Fwd", p3705=5) | {"__substg1.0_3701000D": inner}


def test_messages_in_messages_are_assets_of_their_own():
    found = told(box(nested(1)))
    assert list(found.cells) == ["", "Fwd.msg", "Fwd.msg!c.csv"]
    assert found.body("Fwd.msg") == ["in@example.org"]
    deep = told(box(nested(10)))
    assert {str(line.cause) for line in deep.unread.values()} == {"cut"}


def test_a_message_is_told_by_its_content_and_damage_ends_with_a_reason():
    data = box(nested(2))
    assert kind(data, "letter.bin") == "msg"
    for cut in range(1, 20):
        told_or_error(data[: len(data) * cut // 20])
    for at in range(0, len(data), 97):
        told_or_error(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])


def told_or_error(content: bytes) -> None:
    file = opened(content, "a.msg")
    with file.stream:
        if recognise(file).format != "msg":
            return
        with suppress(ReadError):
            for event in contents(file, Meter(Limits(), file.size)):
                assert "report this" not in getattr(event, "reason", "")
