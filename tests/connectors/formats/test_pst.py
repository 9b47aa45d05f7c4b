"""Outlook's own mailboxes: folders, messages, what they carry, and what is made to break readers."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connectors.errors import ReadError
from connectors.formats import pst_nodes
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents
from connectors.formats.registry import recognise
from tests.connectors.formats.mailbox import INBOX, RECIPIENTS, Item, mailbox, properties, shelves, table
from tests.connectors.formats.mails import Told, gathered, kind, opened

WRITTEN = bytes(pst_nodes._DECODED.index(byte) for byte in range(256))
PEOPLE = table(
    [
        {0x3001: "Zoe", 0x39FE: "zoe@example.org", 0x0C15: 1},
        {0x3001: "bob@example.com", 0x3003: "bob@example.com", 0x0C15: 2},
    ]
)


def message(subject: str, body: str, below: dict[int, Item] | None = None, **more: str) -> Item:
    values = {0x0037: subject, 0x1000: body, 0x0042: "Shop", 0x0065: "shop@example.com"}
    return properties({**values, **{int(name[1:], 16): value for name, value in more.items()}}, below)


def attachment(name: str, content: bytes) -> Item:
    return properties({0x3707: name, 0x3701: content, 0x3705: 1})


def told(content: bytes) -> tuple[Told, ReadError | None]:
    file = opened(content, "a.pst")
    found = []
    with file.stream:
        try:
            found.extend(contents(file, Meter(Limits(), file.size)))
        except ReadError as error:
            return gathered(found), error
        return gathered(found), None


def test_messages_are_named_by_folder_and_number():
    below = {RECIPIENTS: PEOPLE}
    found, error = told(
        mailbox(shelves({0x200004: message("one", "a@example.org", below), 0x200024: message("two", "b")}))
    )
    assert error is None
    assert list(found.cells) == ["Inbox/1", "Inbox/2"]
    assert found.cells["Inbox/1"] == [
        ("Subject", "0", "one"),
        ("From", "0", "Shop <shop@example.com>"),
        ("To", "0", "Zoe <zoe@example.org>"),
        ("Cc", "0", "bob@example.com"),
        ("body", "1", "a@example.org"),
    ]


def test_a_disguised_mailbox_is_read_and_an_encrypted_one_said_to_be():
    nodes = shelves({0x200004: message("one", "a@example.org")})
    plain, _ = told(mailbox(nodes))
    hidden, _ = told(mailbox(nodes, permuted=WRITTEN))
    assert plain.cells == hidden.cells
    _, error = told(mailbox(nodes, method=0x10))
    assert error is not None
    assert error.cause == "denied"


@pytest.mark.parametrize("wide", [True, False])
def test_attachments_of_any_size_are_read_as_what_they_are(wide):
    large = b"".join(b"u%d@example.org\n" % one for one in range(3000))
    below = {0x8025: attachment("a.csv", b"mail\nx@example.org\n"), 0x8045: attachment("big.txt", large)}
    found, error = told(mailbox(shelves({0x200004: message("one", "long@example.org " * 1000, below)}), wide=wide))
    assert error is None
    assert found.cells["Inbox/1!a.csv"] == [("mail", "1", "x@example.org")]
    assert len(found.cells["Inbox/1!big.txt"]) == 3000
    assert "".join(found.body("Inbox/1")).count("long@example.org") == 1000


def test_messages_in_messages_are_assets_of_their_own():
    inner = message("inner", "in@example.org", {0x8025: attachment("c.csv", b"mail\nx@example.org\n")})
    carrier = properties({0x3001: "Fwd", 0x3705: 5, 0x3701: (0x0D, b"\x04\x00\x20\x00\0\0\0\0")}, {0x200004: inner})
    found, _ = told(mailbox(shelves({0x200004: message("outer", "x", {0x8025: carrier})})))
    assert list(found.cells) == ["Inbox/1", "Inbox/1!Fwd.msg", "Inbox/1!Fwd.msg!c.csv"]
    assert found.body("Inbox/1!Fwd.msg") == ["in@example.org"]


@pytest.mark.parametrize("wide", [True, False])
def test_many_messages_take_several_pages(wide):
    found, error = told(
        mailbox(shelves({0x200004 + 0x20 * one: message(f"{one}", "x") for one in range(100)}), wide=wide)
    )
    assert error is None
    assert list(found.cells) == [f"Inbox/{one}" for one in range(1, 101)]
    assert found.header("Subject", "Inbox/100") == ["99"]


def test_damage_costs_the_message_that_it_hits():
    data = bytearray(mailbox(shelves({0x200004: message("one", "a"), 0x200024: message("two", "b@example.org")})))
    place = data.index("one".encode("utf-16-le")) & ~63
    data[place : place + 8] = bytes(8)
    found, error = told(bytes(data))
    assert error.cause == "corrupt"
    assert found.unread["Inbox/1"].cause == "corrupt"
    assert found.body("Inbox/2") == ["b@example.org"]


def test_a_wrong_checksum_is_told_behind_what_was_read():
    data = bytearray(mailbox(shelves({0x200004: message("one", "b@example.org")})))
    data[data.index("one".encode("utf-16-le"))] ^= 1
    found, error = told(bytes(data))
    assert error.cause == "corrupt"
    assert found.header("Subject", "Inbox/1") == ["nne"]
    assert found.body("Inbox/1") == ["b@example.org"]


def test_a_mailbox_that_is_cut_off_says_so():
    data = mailbox(shelves({0x200004: message("one", "a@example.org")}))
    for length in (100, 600, len(data) // 2, len(data) - 600):
        assert told(data[:length])[1].cause == "cut"


def test_a_mailbox_is_told_by_its_content_and_damage_ends_with_a_reason():
    below = {RECIPIENTS: PEOPLE, 0x8025: attachment("a.csv", b"mail\nx@example.org\n")}
    data = mailbox(shelves({0x200004: message("one", "a@example.org", below)}))
    assert kind(data, "letters.bin") == "pst"
    assert kind(b"!BDN is how the file begins\n", "notes.txt") == "text"
    for at in [*range(8, 564, 3), *range(0x4400, len(data), 17)]:
        broken = opened(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :], "a.pst")
        with broken.stream, suppress(ReadError):
            if recognise(broken).format == "pst":
                for event in contents(broken, Meter(Limits(), broken.size)):
                    assert "report this" not in getattr(event, "reason", "")


def test_folders_in_a_circle_have_names_all_the_same():
    nodes = shelves({0x200004: message("one", "a@example.org")})
    nodes[INBOX].parent = 0x8062
    nodes[0x8062] = properties({0x3001: "Loop"}, parent=INBOX)
    found, error = told(mailbox(nodes))
    assert error is None
    assert len(found.cells) == 1
