"""A message taken apart: its headers and texts as batches, and where the files lie that it carries.

Parts are numbered as IMAP does (RFC 3501 section 6.4.5): `1` is the text of a plain message, `2.1` the first part of
the second. The message's own headers, and what stands before, between and behind the parts of the outermost
multipart, have `0`; headers of a part have the part's number. Messages inside are files: their numbers are their own.

Source: RFC 2046 section 5.1. No blank line behind headers and the like are no errors: what is stored is read. A message
that ends inside a multipart, or inside a group of base64, is read and said to be cut off.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from connectors.errors import ReadError
from connectors.formats.mail_gather import Gather
from connectors.formats.mail_headers import About, about, parsed, shown_name, told
from connectors.formats.mail_span import Cursor, Span
from connectors.formats.mail_text import decoded, texts, torn
from connectors.formats.stream import Pieces
from connectors.interface import Batch, Cause

MOST_DEEP = 64
"""Multiparts within multiparts; what lies deeper is read as the text that it is."""
MOST_PARTS = 100_000
"""Parts of one message."""
HEADER_BYTES = 1024 * 1024
"""Bytes of headers that are taken together; the rest of longer ones follows, without saying anything of the body."""
_LINE = 1100
"""Bytes of a line that may be a boundary; RFC 2046 allows 70."""
_GUESSED = 64 * 1024
"""Bytes in which a boundary is looked for that no header gives."""
_NAMED = re.compile(rb">?[!-9;-~]{1,100}[ \t]*:|From ")
_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?$", re.MULTILINE)
_UU = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n((?:[ -`]{2,80}\r?\n)+)(?:`?\r?\n)?end\b", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_FILES = {
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/directory": ".vcf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "text/html": ".html",
}
"""How a file is called that has no name, behind its number."""
_BODIES = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/rfc822-headers", "text/x-")
_OPEN = "the message ends without the end of its parts, as one does that was cut off; what was there was read"
_TORN = "the message ends in the midst of its base64, as one does that was cut off; what was there was read"
_SIGNED = "an S/MIME message whose signature wraps its text; nothing here opens that"
_ENCRYPTED = "an encrypted message; nothing here has its key"


@dataclass(frozen=True)
class Attached:
    """A file that a message carries."""

    name: str
    """As it stands behind `!`, relative to the message."""
    span: Span
    """Its bytes, as they are encoded."""
    encoding: str
    kind: str
    """Media type, as the message says."""
    refused: ReadError | None = None
    """Why it cannot be read, where that is known."""

    def open(self) -> Pieces:
        """Give its own bytes from the first one on."""
        return Pieces(decoded(self.span, self.encoding))


@dataclass
class _Level:
    """A multipart that is open."""

    boundary: bytes
    number: str
    """Empty for the outermost."""
    kind: str
    count: int = 0
    told: bool = True
    """The headers give its boundary; one that was guessed says nothing by its absence."""


@dataclass(frozen=True)
class _Hit:
    """Where a stretch of bytes ends."""

    end: int
    """Offset behind its last byte, the line end before a boundary left out."""
    level: int = -1
    """Of the boundary; -1 for the end of the message."""
    closing: bool = False


class Message:
    """One message. Go through `batches`, then look at `attached`."""

    def __init__(self, span: Span, *, boxed: bool = False, postmark: str = "") -> None:
        """Prepare to read.

        Args:
            span: of the message.
            boxed: whether it lies in a mailbox, where lines that begin with `From ` are escaped.
            postmark: the line before it in the mailbox.
        """
        self.attached: list[Attached] = []
        self.size = span.size
        self._span = span
        self._boxed = boxed
        self._cursor = Cursor(span)
        self._gather = Gather(span.size)
        self._levels: list[_Level] = []
        self._bounds: dict[bytes, tuple[int, bool]] = {}
        self._common = b"\n--"
        self._parts = 0
        if postmark:
            self._gather.header("0", "From_", postmark)

    def batches(self) -> Iterator[Batch]:
        """Give headers and texts.

        Raises:
            ReadError: CUT, it has too many parts.
        """
        what = yield from self._headers("0", inner=False)
        hit = yield from self._part(what, "1", outermost=True)
        while True:
            if hit is None:
                hit = self._boundary()
                yield from self._aside(hit)
            if hit.level < 0:
                break
            hit = yield from self._behind(hit)
        # Bounces carry headers that announce parts and none of these; an inner multipart is often ended by the outer.
        if self._levels and self._levels[0].told and self._levels[0].count:
            self._gather.cut = self._gather.cut or _OPEN
        yield from self._gather.flush()

    def _behind(self, hit: _Hit) -> Generator[Batch, None, _Hit | None]:
        """Go on behind a boundary: with the next part of its multipart, or with what follows its end."""
        del self._levels[hit.level + (not hit.closing) :]
        self._rebound()
        if hit.closing:
            return None
        level = self._levels[-1]
        level.count += 1
        self._parts += 1
        if self._parts > MOST_PARTS:
            yield from self._gather.flush()
            raise ReadError(Cause.CUT, f"it has more than {MOST_PARTS:,} parts; the others were not read")
        number = f"{level.number}.{level.count}" if level.number else str(level.count)
        what = yield from self._headers(number, inner=True)
        return (yield from self._part(what, number))

    def _part(self, what: About, number: str, *, outermost: bool = False) -> Generator[Batch, None, _Hit | None]:
        """Take in what lies below some headers, and say where it ends; a multipart is only opened."""
        if what.kind.startswith("multipart/"):
            named = what.parameters.get("boundary", "").rstrip().encode()
            boundary = named or self._guess()
            if boundary and len(self._levels) < MOST_DEEP:
                self._levels.append(_Level(boundary, "" if outermost else number, what.kind, told=bool(named)))
                self._rebound()
                return None
            if len(self._levels) >= MOST_DEEP:
                self._gather.cut = f"its parts lie more than {MOST_DEEP} deep; those were read as they are written"
            what = replace(what, kind="text/plain", file="", disposition="", encoding="")
        start = self._cursor.offset
        hit = self._boundary()
        span = self._span.part(start, max(0, hit.end - start))
        if outermost and what.encoding == "base64" and torn(span):
            self._gather.cut = _TORN
        yield from self._leaf(what, number, span)
        return hit

    def _leaf(self, what: About, number: str, span: Span) -> Iterator[Batch]:
        if not _is_body(what):
            self._attach(what, number, span)
            return
        if what.kind == "text/html":
            found = texts(decoded(span, what.encoding), what.parameters.get("charset", ""))
            yield from self._gather.page(number, found)
            return
        span = self._without_uu(span, number) if what.encoding in ("", "7bit", "8bit") else span
        raw = decoded(span, what.encoding)
        if self._boxed:
            raw = (_ESCAPED.sub(rb"\1", block) if b">From " in block else block for block in raw)
        flowed = what.kind == "text/plain" and what.parameters.get("format", "").lower() == "flowed"
        without = what.parameters.get("delsp", "").lower() == "yes"
        yield from self._gather.text(number, texts(raw, what.parameters.get("charset", "")), flowed, without)

    def _without_uu(self, span: Span, number: str) -> Span:
        """Take files out of a text that are written into it by uuencode."""
        if span.stream is not None or b"begin " not in span.held:
            return span
        count, kept, place = 0, [], 0
        for found in _UU.finditer(span.held):
            count += 1
            name = shown_name(found.group(1).decode("utf-8", "recense.windows")) or f"{number}-{count}"
            self._add(name, Span.of(found.group()), "uuencode", "application/octet-stream")
            kept.append(span.held[place : found.start()])
            place = found.end()
        return Span.of(b"".join([*kept, span.held[place:]])) if count else span

    def _attach(self, what: About, number: str, span: Span) -> None:
        ending = ".eml" if what.kind in _MESSAGES else _FILES.get(what.kind, "")
        self._add(what.file or number + ending, span, what.encoding, what.kind, _refused(what, self._levels))

    def _add(self, name: str, span: Span, encoding: str, kind: str, refused: ReadError | None = None) -> None:
        self.attached.append(Attached(name, span, encoding, kind, refused))

    def _aside(self, hit: _Hit) -> Iterator[Batch]:
        """Read what stands before the first part of a multipart, or behind its last."""
        start = self._passed
        if hit.end - start > 1:
            number = (self._levels[-1].number if self._levels else "") or "0"
            yield from self._gather.text(number, texts(decoded(self._span.part(start, hit.end - start), ""), ""))

    def _headers(self, number: str, *, inner: bool) -> Generator[Batch, None, About]:
        """Read the headers of the message or of a part; returns what they say of the body."""
        what: About | None = None
        digest = inner and self._levels[-1].kind == "multipart/digest"
        default = "message/rfc822" if digest else "text/plain"
        while True:
            block, ended = self._block()
            found = parsed(block) if block else []
            if what is None:
                what = about(found, default)
            for name, value in told(found, inner=inner):
                self._gather.header(number, name, value)
            yield from self._gather.full()
            if ended:
                return what

    def _block(self) -> tuple[bytes, bool]:
        """Take some headers, whole ones where possible, and whether they are the last."""
        cursor = self._cursor
        while len(cursor.data) - cursor.place < _LINE and cursor.more():
            pass
        if not _NAMED.match(cursor.data, cursor.place):
            self._skip_blank()
            return b"", True
        searched = cursor.place
        while True:
            end, length = _blank(cursor.data, searched)
            if end >= 0 or len(cursor.data) - cursor.place > HEADER_BYTES:
                break
            held = len(cursor.data) - cursor.place
            if not cursor.more():
                break
            searched = cursor.place + max(0, held - 3)
        last = 0 <= end <= cursor.place + HEADER_BYTES
        if not last:
            last, length = cursor.ended and len(cursor.data) - cursor.place <= HEADER_BYTES, 0
            end = len(cursor.data) if last else cursor.place + HEADER_BYTES
            end = end if last else (cursor.data.rfind(b"\n", cursor.place, end) + 1 or end)
        block = cursor.data[cursor.place : end]
        if self._bounds and (stop := self._bounded(block)) >= 0:
            cursor.place += stop
            return block[:stop], True
        cursor.place = end + length
        return block, last

    def _skip_blank(self) -> None:
        cursor = self._cursor
        if cursor.data.startswith((b"\r\n", b"\n"), cursor.place):
            cursor.place = cursor.data.index(b"\n", cursor.place) + 1

    def _bounded(self, block: bytes) -> int:
        """Give where a boundary follows headers directly; -1 where none does."""
        place = block.find(self._common)
        while place >= 0:
            end = block.find(b"\n", place + 1)
            if block[place + 1 : end if end >= 0 else None].rstrip() in self._bounds:
                return place
            place = block.find(self._common, place + 1)
        return -1

    def _boundary(self) -> _Hit:
        """Go behind the next boundary of an open multipart, or to the end."""
        cursor = self._cursor
        self._passed = cursor.offset
        if not self._bounds:
            cursor.place = len(cursor.data)
            return _Hit(self._span.size)
        if (hit := self._hit_at(-1)) is not None:
            return hit
        searched = cursor.place
        while True:
            place = cursor.data.find(self._common, searched)
            if place >= 0:
                # The whole line has to be there to be compared.
                if cursor.data.find(b"\n", place + 1, place + _LINE) < 0 and not cursor.ended:
                    cursor.place = max(cursor.place, place - 1)
                    if len(cursor.data) - place < _LINE and cursor.more():
                        searched = cursor.place
                        continue
                if (hit := self._hit_at(place)) is not None:
                    return hit
                searched = place + 1
                continue
            cursor.place = max(cursor.place, len(cursor.data) - len(self._common) - 1)
            if not cursor.more():
                cursor.place = len(cursor.data)
                return _Hit(self._span.size)
            searched = cursor.place

    def _hit_at(self, place: int) -> _Hit | None:
        """Compare the line behind a line end with the boundaries; -1: the line that comes next."""
        cursor = self._cursor
        start = cursor.place if place < 0 else place + 1
        if not cursor.data.startswith(b"--", start):
            if place >= 0 or cursor.ended or len(cursor.data) - start >= _LINE or not cursor.more():
                return None
            start = cursor.place
        end = cursor.data.find(b"\n", start, start + _LINE)
        if end < 0 and place < 0 and len(cursor.data) - start < _LINE and cursor.more():
            start = cursor.place
            end = cursor.data.find(b"\n", start, start + _LINE)
        known = self._bounds.get(cursor.data[start : end if end >= 0 else start + _LINE].rstrip())
        if known is None:
            return None
        before = cursor.base + start
        if place >= 0:
            before -= 2 if place and cursor.data[place - 1 : place] == b"\r" else 1
        cursor.place = end + 1 if end >= 0 else len(cursor.data)
        return _Hit(before, *known)

    def _guess(self) -> bytes:
        """Look for a boundary that no header gives."""
        cursor = self._cursor
        if len(cursor.data) - cursor.place < _GUESSED:
            cursor.more()
        found = _BOUNDARY.search(cursor.data[cursor.place : cursor.place + _GUESSED])
        return found.group(1) if found else b""

    def _rebound(self) -> None:
        """Note the boundaries of the open multiparts; of two alike the inner one counts."""
        self._bounds = {}
        for at, level in enumerate(self._levels):
            self._bounds[b"--" + level.boundary + b"--"] = (at, True)
            self._bounds[b"--" + level.boundary] = (at, False)
        self._common = b"\n--" + _common(self._levels)


def _common(levels: list[_Level]) -> bytes:
    """Give what all boundaries begin with."""
    first = levels[0].boundary if levels else b""
    while not all(level.boundary.startswith(first) for level in levels):
        first = first[:-1]
    return first


def _blank(data: bytes, place: int) -> tuple[int, int]:
    """Find the blank line behind headers: where they end, and the length of that line; -1 where there is none."""
    plain, returns = data.find(b"\n\n", place), data.find(b"\n\r\n", place)
    if returns >= 0 and (plain < 0 or returns < plain):
        return returns + 1, 2
    return (plain + 1, 1) if plain >= 0 else (-1, 0)


def _is_body(what: About) -> bool:
    """Tell what is read as a text of the message itself."""
    if what.file or what.disposition == "attachment" or what.kind in _MESSAGES or what.kind == "text/x-vcard":
        return False
    return what.kind.startswith((*_BODIES, "message/")) or what.kind == "application/pgp-encrypted"


def _refused(what: About, levels: list[_Level]) -> ReadError | None:
    """Say of what is encrypted or wrapped that it is."""
    if levels and levels[-1].kind == "multipart/encrypted":
        return ReadError(Cause.DENIED, _ENCRYPTED)
    if what.kind.removeprefix("application/") in ("pkcs7-mime", "x-pkcs7-mime"):
        if what.parameters.get("smime-type", "").lower() in ("signed-data", "certs-only"):
            return ReadError(Cause.FORMAT, _SIGNED)
        return ReadError(Cause.DENIED, _ENCRYPTED)
    return None
