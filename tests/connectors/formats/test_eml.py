"""One message: headers, texts, attachments, in every encoding, and what is made to break readers of mail."""

from __future__ import annotations

import base64
import binascii
import time
from email.message import EmailMessage

import pytest

from connectors.formats import mail_parts
from connectors.formats.eml import Eml
from connectors.formats.limits import Limits, Meter
from connectors.formats.packing import Inner, Table
from tests.connectors.formats.mails import kind, opened, told

HEAD = b"From: zoe@example.org\r\nTo: shop@example.com\r\nSubject: x\r\n"
PLAIN = HEAD + b"\r\nHello jane@example.org\r\n"


def multipart(*parts: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\r\n") -> bytes:
    inner = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return HEAD + b'Content-Type: multipart/%s; boundary="b"\r\n\r\n%s%s' % (kind, inner, end)


def test_headers_have_their_names_as_fields_and_the_text_its_part():
    found = told(PLAIN)
    assert found.cells[""] == [
        ("From", "0", "zoe@example.org"),
        ("To", "0", "shop@example.com"),
        ("Subject", "0", "x"),
        ("body", "1", "Hello jane@example.org"),
    ]


@pytest.mark.parametrize("written", ['"===============6049361234564113=="', "4111111111111111"])
def test_what_parts_a_message_is_not_read(written):
    found = told(f"Content-Type: multipart/mixed; charset=x; boundary={written}; name=jane@example.org\n\n".encode())
    assert found.header("Content-Type") == ["multipart/mixed; charset=x; name=jane@example.org"]


def test_a_message_as_the_library_writes_it_is_read_whole():
    message = EmailMessage()
    message["From"], message["Subject"] = "Zoé <zoe@example.org>", "Été " * 40
    message.set_content("Grüße\n")
    message.add_alternative("<p>j<b>&#64;</b>example.org</p>", subtype="html")
    message.add_attachment(b"mail\nx@example.org\n", maintype="text", subtype="csv", filename="contâcts.csv")
    forwarded = EmailMessage()
    forwarded["From"] = "fwd@example.org"
    forwarded.set_content("inside")
    message.add_attachment(forwarded)
    found = told(bytes(message))
    assert found.header("From") == ["Zoé <zoe@example.org>"]
    assert found.header("Subject") == [("Été " * 40).strip()]
    assert [(part, value) for one, part, value in found.cells[""] if one == "body"] == [
        ("1.1", "Grüße"),
        ("1.2", "j@example.org"),
    ]
    assert found.cells["contâcts.csv"] == [("mail", "1", "x@example.org")]
    assert found.body("3.eml") == ["inside"]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.encodebytes("é jane@example.org\n".encode())),
        ("base64", base64.b64encode("é ".encode()) + b"\r\n" + base64.b64encode(b"jane@example.org")),
        ("quoted-printable", b"=C3=A9 jane=\r\n=40example.org"),
        ("Quoted-Printable", "é jane@example.org".encode()),
        ("8bit", "é jane@example.org".encode()),
        ("binary", "é jane@example.org".encode("latin-1")),
        ("x-unknown", "é jane@example.org".encode()),
        ("base64", "é jane@example.org and other words".encode()),
        ("x-uuencode", b"begin 644 a\n" + binascii.b2a_uu("é jane@example.org".encode()) + b"`\nend\n"),
    ],
)
def test_every_transfer_encoding_is_undone_and_lies_are_seen_through(encoding, body):
    found = told(HEAD + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body)
    assert "é jane@example.org" in "".join(found.body())


@pytest.mark.parametrize("charset", ["iso-2022-jp", "utf-7", "utf-16", "gb18030", "shift_jis"])
def test_charsets_are_read(charset):
    body = base64.encodebytes("日本 x@example.org".encode(charset))
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    assert told(HEAD + head + body).body() == ["日本 x@example.org"]


@pytest.mark.parametrize("charset", ["punycode", "undefined", "zlib", "rot13", "x-none", "'", "a" * 5000, ""])
def test_charsets_that_are_none_fall_back(charset):
    found = told(HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\né x@example.org".encode())
    assert found.body() == ["é x@example.org"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?B?w4k=?= =?utf-8?B?dMOp?=", "Été"),
        ("=?utf-8?b?w?= =?utf-8?b?broken", "=?utf-8?b?w?==?utf-8?b?broken"),
        ('"=?iso-8859-1?Q?Zo=EB?=" <z@example.org>', '"Zoë" <z@example.org>'),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?x-none?q?caf=E9?=", "café"),
    ],
)
def test_encoded_words_are_read_and_broken_ones_left(raw, shown):
    assert told(b"From: a@example.org\nSubject: " + raw.encode() + b"\n\nx").header("Subject") == [shown]


def test_flowed_lines_are_joined():
    text = b"Content-Type: text/plain; format=flowed\r\n\r\n4111 1111 \r\n1111 1111\r\n> quoted \r\n> on\r\n"
    assert told(HEAD + text).body() == ["4111 1111 1111 1111", "> quoted on"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="../../etc/passwd"', "../../etc/passwd"),
        (b'filename="\x1b[2Ja.txt"', "\\x1b[2Ja.txt"),
        (b"filename*=utf-8''caf%C3%A9.txt", "café.txt"),
        (b'filename*0="a"; filename*1=".txt"', "a.txt"),
        (b'filename="=?utf-8?q?=C3=A9.txt?="', "é.txt"),
        (b'filename=""', "1.txt"),
    ],
)
def test_files_keep_their_names_and_do_nothing_to_a_terminal(disposition, name):
    found = told(multipart(b"Content-Disposition: attachment; " + disposition + b"\r\n\r\nx@example.org"))
    assert found.cells[name] == [("text", "1", "x@example.org")]


def test_what_stands_around_the_parts_is_read():
    message = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\nbefore\n--b\n\nin\n--b--\nbehind\n"
    assert [one[1:] for one in told(message).cells[""] if one[0] == "body"] == [
        ("0", "before"),
        ("1", "in"),
        ("0", "behind"),
    ]


def test_a_boundary_that_begins_like_another_is_another():
    inner = b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bbb\r\n--bb--"
    found = told(multipart(inner, b"\r\ntwo"))
    assert [one[1:] for one in found.cells[""] if one[0] == "body"] == [("1.1", "one"), ("1.1", "--bbb"), ("2", "two")]


@pytest.mark.parametrize("end", [b"", b"--b", b"--b-", b"--b--"])
def test_no_end_of_the_parts_is_no_obstacle(end):
    assert told(multipart(b"\r\none", b"\r\ntwo", end=end)).body()[:2] == ["one", "two"]


FILE = b"Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@pytest.mark.parametrize(
    "message",
    [
        multipart(b"\r\none", b"\r\ntw", end=b""),
        multipart(b"\r\none", FILE + base64.b64encode(b"mail\nx@example.org\n")[:-5], end=b""),
        multipart(b"\r\none" * 2000, end=b"--b"),
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"Hello jane@example.org")[:-3],
    ],
    ids=["text", "file", "boundary", "base64"],
)
def test_a_message_that_is_cut_off_is_read_and_said_to_be(message):
    found = told(message)
    assert "cut off" in found.cut[""]
    assert found.header("Subject") == ["x"]
    assert found.body()[0] in ("one", "Hello jane@example.or")


def test_a_cut_is_said_where_all_texts_went_before(monkeypatch):
    monkeypatch.setattr("connectors.formats.mail_gather._FULL", 1)
    assert "cut off" in told(multipart(b"\r\none", FILE + b"bWFpbA==", end=b"")).cut[""]


@pytest.mark.parametrize(
    "message",
    [
        multipart(b"\r\none", end=b"--b-- \r\nbehind"),
        multipart(b"Content-Type: multipart/related; boundary=c\r\n\r\n--c\r\n\r\none"),  # the outer one ends it
        multipart(end=b""),  # the headers of a message that came back
        HEAD + b"Content-Type: multipart/mixed\r\n\r\n--q1\r\n\r\none\r\n",  # its boundary is guessed
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"Hello jane@example.org"),
        PLAIN,
    ],
)
def test_a_whole_message_is_not_said_to_be_cut_off(message):
    assert told(message).cut == {}


def test_no_boundary_in_the_header_is_guessed():
    message = HEAD + b"Content-Type: multipart/mixed\r\n\r\n--q1\r\n\r\none\r\n--q1--\r\n"
    assert told(message).body() == ["one"]


def test_what_is_encrypted_is_said_to_be():
    part = b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
    box = b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----'
    assert told(multipart(part, box, kind=b"encrypted")).unread["encrypted.asc"].cause == "denied"
    mime = HEAD + b"Content-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\r\n\r\nMIAG"
    assert told(mime % b"enveloped-data").unread["smime.p7m"].cause == "denied"
    assert "signature" in told(mime % b"signed-data").unread["smime.p7m"].reason
    assert "PGP" in told(HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\nxx").cut[""]


def test_files_written_into_a_text_are_read_as_files():
    code = b"begin 644 list.txt\n" + binascii.b2a_uu(b"x@example.org") + b"`\nend\n"
    found = told(HEAD + b"\nHello\n\n" + code + b"\nBye\n")
    assert found.body() == ["Hello", "Bye"]
    assert found.cells["list.txt"] == [("text", "1", "x@example.org")]


def test_apple_mail_writes_a_length_before_and_a_list_behind():
    content = b"%d\n%s<?xml version='1.0'?><plist>y@example.org</plist>\n" % (len(PLAIN), PLAIN)
    found = told(content, "1.emlx")
    assert found.body() == ["Hello jane@example.org"]
    assert "y@example.org" in found.cells["flags.plist"][0][2]


def test_headers_without_end_are_read_in_pieces():
    found = told(b"From: a@example.org\nSubject: " + b"x" * 3_000_000 + b" y@example.org\nTo: b@example.org\n")
    text = [value for _, _, value in found.cells[""]]
    assert any("y@example.org" in value for value in text)
    assert any("b@example.org" in value for value in text)


def test_many_headers_are_all_read():
    found = told(b"From: a@example.org\n" + b"".join(b"X-%d: v%d\n" % (n, n) for n in range(2000)) + b"\nx")
    assert {"v1", "X-1999: v1999"} <= {value for _, _, value in found.cells[""]}


def test_parts_a_thousand_deep_are_read_as_text_in_the_end():
    message = HEAD
    for depth in range(1000):
        message += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    found = told(message + b"\r\ndeep@example.org")
    assert "deep@example.org" in found.body()
    assert "deep" in found.cut[""]


def test_messages_in_messages_end_at_a_depth():
    message = PLAIN
    for _ in range(30):
        message = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + message
    found = told(message)
    assert "cut" in {str(one.cause) for one in found.unread.values()}


def test_more_parts_than_allowed_are_told(monkeypatch):
    monkeypatch.setattr(mail_parts, "MOST_PARTS", 100)
    found = told(multipart(*[b"\r\nx@example.org"] * 200))
    assert len(found.body()) == 100
    assert found.ended[""].cause == "cut"


def test_more_files_than_allowed_are_told():
    message = multipart(*[b"Content-Disposition: attachment\r\n\r\nx"] * 200)
    with pytest.raises(Exception, match="more than 50 things"):
        told(message, limits=Limits(members=50))


@pytest.mark.parametrize(
    "body",
    [
        b"\r\n--b\r\n" * 20_000,
        b"\n--" * 200_000,
        b"--b\n--b--\n" * 50_000,
        b"\0" * 1_000_000,
        b"<" * 1_000_000,
        b"=" * 1_000_000,
        b"begin 644 a\n" * 80_000,
        b">From " * 100_000,
        b"=?utf-8?q?" * 50_000,
        b"\r" * 1_000_000,
    ],
)
@pytest.mark.parametrize("kind", [b"multipart/mixed; boundary=b", b"text/html", b"text/plain; format=flowed"])
def test_bodies_made_to_take_time_take_little(body, kind):
    began = time.process_time()
    for encoding in (b"7bit", b"base64", b"quoted-printable", b"x-uuencode"):
        told(HEAD + b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (kind, encoding, body))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("size", [100, 1101, 70_000, 1 << 20, (1 << 20) + 3])
def test_parts_lie_where_they_lie_however_the_file_is_read(size, monkeypatch):
    monkeypatch.setattr("connectors.formats.eml.HELD", 0)
    message = multipart(b"\r\n" + b"y" * size, b"\r\none", b"Content-Disposition: attachment\r\n\r\nx@example.org")
    found = told(message)
    assert sum(map(len, found.body())) == size + 3
    assert found.cells["3.txt"] == [("text", "1", "x@example.org")]


def test_a_large_attachment_passes_piece_by_piece():
    data = base64.encodebytes(b"x@example.org\n" * 1_000_000)
    file = opened(multipart(b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n" + data))
    sizes = []
    for member in Eml().members(file, Meter(Limits(), file.size)):
        if isinstance(member, Table):
            list(member.batches)
        elif isinstance(member, Inner):
            while part := member.file.stream.read(1 << 20):
                sizes.append(len(part))
    file.stream.close()
    assert sum(sizes) == 14_000_000
    assert max(sizes) <= 1 << 20


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PLAIN, "a", "eml"),
        (PLAIN, "a.txt", "eml"),
        (b"Subject: hi\n\nx", "1700000000.M1P2.host,S=12:2,S", "eml"),
        (b"Subject: hi\n\nx", "a.eml", "eml"),
        (b"Return-Path: <a@example.org>\nFrom: b\n\n" + bytes(range(256)), "a", "eml"),
        (b"From: zoe\nto: kim\n", "a.yaml", "config"),
        (b"from: zoe@example.org\nto: kim@example.org\nsubject: x\n", "a.yml", "config"),
        (b"HTTP/1.1 200 OK\nDate: x\nServer: y\n\nx", "a", "text"),
        (b"Date: x\nServer: y\nContent-Type: text/html\n\nx", "a", "text"),
        (b"From the desk of Zoe\nDate: x\n", "a", "text"),
        (b"From Paris with love at 10:00 in 2024\nHello\n", "a", "text"),
        (b"From zoe@example.org Mon Jan  1 10:00:00 2024\nFrom: x\n\nx", "a", "mbox"),
        (b"2024-01-01 10:00 From: zoe\n2024-01-01 To: kim\n", "a.log", "text"),
        (b"Subject: note\n\nx", "a.txt", "text"),
    ],
)
def test_mail_is_told_by_its_content(content, name, expected):
    assert kind(content, name) == expected
