"""A mailbox: messages in one file, each behind a line that begins with `From `.

Sources: RFC 4155, and the variants that mail programs write: lines of a text that begin with `From ` escaped by `>`
(mboxo, mboxrd), or not, with the length in a header (mboxcl2).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator

from connectors.errors import ReadError
from connectors.formats.eml import HELD, message_members
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.mail_marks import POSTMARK
from connectors.formats.mail_parts import Message
from connectors.formats.mail_span import Span
from connectors.formats.packing import Inner, Pack, Table
from connectors.interface import Cause, LocatorKind, Unread

_BLOCK = 4 * 1024 * 1024
_POSTMARK = 1024
"""Bytes that must be there to tell a postmark."""
_HEADERS = 64 * 1024
"""Bytes of headers in which a length is looked for."""
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_NEXT = re.compile(rb"(?:\r?\n){0,2}(?:From |\Z)")


class Mbox(Pack):
    """The messages of a mailbox, by number from 1; what one carries stands behind its number and `!`.

    A line that begins with `From ` ends a message where it says when, and a header follows; or where the message's
    own `Content-Length` leads. Any other belongs to the text.
    """

    kind = "mbox"
    locator = LocatorKind.PART

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        number = 0
        for postmark, span in _Box(file, meter).messages():
            number += 1
            if isinstance(span, ReadError):
                yield Unread(str(number), "eml", "", span.cause, span.reason)
                continue
            shown = postmark.decode("utf-8", "recense.windows").strip()
            yield from message_members(str(number), Message(span, boxed=True, postmark=shown), meter, file)
            if span.stream is not None and span.stream is not file.stream:
                span.stream.close()


class _Box:
    """Cuts a mailbox into messages."""

    def __init__(self, file: Opened, meter: Meter) -> None:
        self._stream = file.stream
        self._anywhere = file.anywhere
        self._most = meter.limits.spooled
        self._left = file.size
        self._data = b""
        self._base = 0
        """Offset in the file at which `_data` begins."""
        self._place = 0

    def messages(self) -> Iterator[tuple[bytes, Span | ReadError]]:
        """Give each message with the line before it."""
        self._more()
        while self._data.startswith((b"\r", b"\n", b"\xef\xbb\xbf"), self._place) and self._place < _POSTMARK:
            self._place += 1
        if self._data.startswith(b"\xbb\xbf", self._place):
            self._place += 2
        while self._place < len(self._data) or self._more():
            line = self._data.find(b"\n", self._place, self._place + _POSTMARK) + 1
            if not line:
                if len(self._data) - self._place < _POSTMARK and self._more():
                    continue
                line = min(len(self._data), self._place + _POSTMARK)
            postmark, self._place = self._data[self._place : line], line
            yield postmark, self._message()

    def _more(self) -> bool:
        """Take in more bytes, letting go what was passed; False at the end."""
        if self._left <= 0:
            return False
        if self._anywhere:
            self._stream.seek(self._base + len(self._data))
        kept = self._data[self._place :]
        part = self._stream.read(min(_BLOCK, self._left)) or b""
        self._left = self._left - len(part) if part else 0
        self._base += self._place
        self._data, self._place = kept + part, 0
        return bool(part)

    def _message(self) -> Span | ReadError:
        """Take the message that begins here, up to the next postmark; one too large for memory in pieces."""
        length = self._length()
        searched = self._place + max(0, length - 1)
        start = self._base + self._place
        spool: io.FileIO | None = None
        lost = False
        while True:
            end = self._end(searched)
            if end >= 0:
                break
            # What was searched needs no second look, but for a line end at its end.
            searched = max(searched, len(self._data) - _POSTMARK)
            kept = len(self._data) - self._place
            if kept > HELD:
                spool, lost = self._let_go(searched, spool, start, lost=lost)
            before = self._base
            if not self._more():
                end = len(self._data)
                break
            searched -= self._base - before
        last = self._data[self._place : end]
        self._place = min(end + 1, len(self._data)) if end < len(self._data) else end
        if lost:
            reason = f"a message of more than {self._most >> 20} MB in a mailbox that lies inside another file"
            return ReadError(Cause.OTHER, f"{reason}; only so much is opened")
        if spool is not None:
            spool.write(last)
            return Span(b"", spool, 0, spool.tell())
        first = self._base + end - start
        if first > len(last):
            return Span(b"", self._stream, start, first)
        return Span.of(last)

    def _let_go(self, until: int, spool: io.FileIO | None, start: int, *, lost: bool) -> tuple[io.FileIO | None, bool]:
        """Pass over the beginning of a large message: it can be read again, or is copied."""
        if not self._anywhere and not lost:
            spool = spool or io.FileIO(os.memfd_create("recense", os.MFD_CLOEXEC), "r+")
            spool.write(self._data[self._place : until])
            lost = self._base + until - start > self._most
            if lost:
                spool.close()
                spool = None
        self._place = until
        return spool, lost

    def _end(self, searched: int) -> int:
        """Find where the next postmark begins, and give the offset of the line end before it; -1: not in memory."""
        while True:
            place = self._data.find(b"\nFrom ", searched)
            if place < 0:
                return -1
            if POSTMARK.match(self._data, place + 1):
                return place
            if len(self._data) - place < _POSTMARK and self._left > 0:
                return -1
            searched = place + 1

    def _length(self) -> int:
        """Give the bytes up to the end that the message itself tells, if a message or the end follows there."""
        while len(self._data) - self._place < _HEADERS and self._more():
            pass
        head = self._data[self._place : self._place + _HEADERS]
        blanks = [place + size for size, mark in ((2, b"\n\n"), (3, b"\n\r\n")) if (place := head.find(mark)) >= 0]
        found = _LENGTH.search(head, 0, min(blanks, default=0))
        if found is None:
            return 0
        length = min(blanks) + int(found.group(1))
        after = self._data[self._place + length : self._place + length + 16]
        there = self._place + length <= len(self._data)
        if there and (len(after) > 8 or self._left <= 0) and _NEXT.match(after):
            return length
        return 0
