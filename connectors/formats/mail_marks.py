"""Telling mail by its first bytes: a message begins with headers, a mailbox with a postmark and then headers."""

from __future__ import annotations

import re

from connectors.formats.interface import Opened

POSTMARK = re.compile(
    rb"From (?=[^\n]{0,400}\d:\d\d)(?=[^\n]{0,400}\b(?:19|20)\d\d\b)[^\n]{1,400}\n(?:[!-9;-~]{1,100}[ \t]*:|>From )"
)
"""The line between two messages, with the beginning of a header behind it; what only begins with `From ` is text."""
_POSTMARK_NAMED = re.compile(rb"From [^\n]{1,400}\n(?:[!-9;-~]{1,100}[ \t]*:|>From |\r?\n)")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]{0,16}")
_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
_APPLE = re.compile(rb"\d{1,12} *\r?\n")
_MAILBOX = (".mbox", ".mbx", ".mboxrd", "/mbox")
_MESSAGE = (".eml", ".emlx", ".mht", ".mhtml", ".mim", ".mime", ".nws")
_MAILDIR = re.compile(r"(?:^|/)(?:cur|new)/[^/]+\Z|(?:^|/)\d{9,}\.[^/]+,S=\d+[^/]*\Z|(?:^|/)\d{9,}\.\S+:2,[A-Za-z]*\Z")
"""Names that only a Maildir gives (https://cr.yp.to/proto/maildir.html, and the sizes that Courier and Dovecot add)."""
_TRACES = frozenset(
    b"received return-path message-id delivered-to dkim-signature x-original-to x-mailer x-originating-ip".split()
)
_PEOPLE = frozenset(b"from to cc bcc sender reply-to subject date mime-version newsgroups".split())
_KNOWN = _TRACES | _PEOPLE | frozenset(b"content-type content-transfer-encoding content-disposition".split())


def is_mailbox(file: Opened) -> bool:
    """Tell a mailbox: it begins with a postmark that says when."""
    head = file.head
    place = _leading(head)
    if not head.startswith(b"From ", place) or file.name.lower().endswith(_MESSAGE):
        return False
    named = file.name.lower().endswith(_MAILBOX)
    return (_POSTMARK_NAMED if named else POSTMARK).match(head, place) is not None


def is_pst(file: Opened) -> bool:
    """Tell Outlook's own mailboxes from texts that begin alike: who made them stands there too."""
    return file.head[8:10] in (b"SM", b"SO", b"AB")


def is_message(file: Opened) -> bool:
    """Tell a message: headers that only mail has, or those that letters share with it and a blank line behind them."""
    head = file.head
    name = file.name.lower()
    named = name.endswith(_MESSAGE) or _MAILDIR.search(file.name) is not None
    place = _leading(head)
    if name.endswith(".emlx") and (apple := _APPLE.match(head, place)):
        place = apple.end()
    if named and head.startswith((b"From ", b">From "), place):
        place = head.find(b"\n", place) + 1
    # A quick look at the first line spares most other files the rest.
    if _HEADER.match(head, place) is None:
        return False
    names, ended = _names(head, place)
    plain = {one.lower() for one in names}
    if named:
        return bool(plain & _KNOWN) or ended
    if ended and {b"mime-version", b"content-type"} <= plain:
        return True
    people = plain & _PEOPLE
    if not people or not plain & {b"from", b"to", b"received", b"return-path", b"message-id", b"delivered-to"}:
        return False
    if plain & _TRACES:
        return ended or len(plain & _KNOWN) >= 3
    capital = any(one[:1].isupper() for one in names)
    return ended and capital and b"from" in plain and len(plain & _KNOWN) >= 2


def _leading(head: bytes) -> int:
    found = _LEADING.match(head)
    return found.end() if found else 0


def _names(head: bytes, place: int) -> tuple[list[bytes], bool]:
    """Give the names of the headers that a file begins with, and whether a blank line ends them."""
    names = []
    while found := _HEADER.match(head, place):
        names.append(found.group(1))
        place = found.end()
    return names, head.startswith((b"\n", b"\r\n"), place)


def apple_start(head: bytes) -> tuple[int, int] | None:
    """Give where a message begins in a file of Apple Mail, and its length; None where it is no such file."""
    found = _APPLE.match(head)
    return (found.end(), int(found.group())) if found else None
