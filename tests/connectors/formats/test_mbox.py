"""Mailboxes: where messages end, in all variants."""

from __future__ import annotations

import io

import pytest

from connectors.formats import mbox
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.interface import Asset, Batch
from tests.connectors.formats.mails import opened, told
from tests.connectors.formats.opening import cells

MARK = b"From zoe@example.org Mon Jan  1 10:00:00 2024\n"


def message(text: bytes, head: bytes = b"") -> bytes:
    return b"From: zoe@example.org\n" + head + b"\n" + text


def box(*messages: bytes) -> bytes:
    return b"".join(MARK + one + b"\n\n" for one in messages)


def test_messages_are_numbered_from_one_and_the_line_before_each_is_read():
    found = told(box(message(b"one"), message(b"two")), "a.mbox")
    assert list(found.cells) == ["1", "2"]
    assert found.header("From_", "2") == [MARK.decode().strip()]
    assert found.body("2") == ["two"]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_lines_of_a_text_that_begin_like_a_postmark_stay_in_it(ending):
    text = b"From here on\nFrom me at 10:00 in 2024\nno header\n>From a\n>>From b\n"
    found = told(box(message(text), message(b"two")).replace(b"\n", ending), "a.mbox")
    assert found.body("1") == ["From here on", "From me at 10:00 in 2024", "no header", "From a", ">From b"]
    assert found.body("2") == ["two"]


def test_a_length_that_leads_to_a_message_counts_and_one_that_lies_does_not():
    quoted = b"see:\n" + MARK + message(b"quoted\n")
    right = message(quoted, b"Content-Length: %d\n" % len(quoted))
    found = told(box(right, message(b"two")), "a")
    assert list(found.cells) == ["1", "2"]
    found = told(box(message(b"x\n", b"Content-Length: 999999\n"), message(b"two")), "a")
    assert found.body("2") == ["two"]
    found = told(box(message(b"x\n", b"Content-Length: 3\n"), message(b"two")), "a")
    assert found.body("2") == ["two"]


def test_what_a_message_carries_stands_behind_its_number():
    part = b"Content-Type: multipart/mixed; boundary=b\n"
    text = b'--b\nContent-Disposition: attachment; filename="c.csv"\n\nmail\nx@example.org\n--b--\n'
    found = told(box(message(b"one"), message(text, part)), "a")
    assert found.cells["2!c.csv"] == [("mail", "1", "x@example.org")]


def bodies(file: Opened, content: bytes) -> list[str]:
    found: list[str] = []
    for event in contents(file, Meter(Limits(), len(content))):
        if isinstance(event, Asset):
            found.append("")
        elif isinstance(event, Batch):
            found[-1] += "".join(value or "" for one, _, value in cells([event]) if one == "body")
    return found


@pytest.mark.parametrize("held", [0, 100, 1 << 23])
@pytest.mark.parametrize("block", [64, 1100, 1 << 22])
@pytest.mark.parametrize("piped", [False, True])
def test_messages_are_the_same_however_the_mailbox_is_read(held, block, piped, monkeypatch):
    monkeypatch.setattr(mbox, "HELD", held)
    monkeypatch.setattr(mbox, "_BLOCK", block)
    messages = [message(b"%d " % n + b"y" * (n * 700 % 5000) + b"\n") for n in range(30)]
    content = box(*messages)
    file = opened(content, "a.mbox")
    with file.stream:
        stream = Opened(Piped(lambda: io.BytesIO(content), again=False), "a", UNKNOWN_SIZE)
        found = bodies(stream if piped else file, content)
    assert [one.strip() for one in found] == [one.partition(b"\n\n")[2].decode().strip() for one in messages]


def test_a_mailbox_cut_short_gives_what_is_there():
    assert told(box(message(b"one"), message(b"two"))[:-8], "a").body("1") == ["one"]
    assert "1" in told(MARK + b"From: x@example.org", "a").cells
