"""Word documents of the years 1997 to 2003: paragraphs, notes, headers, comments, properties.

Source: [MS-DOC] 2.4 (where the text lies), 2.5 (FIB), 2.8.35 (PlcPcd).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import partial

from connectors.errors import ReadError
from connectors.formats.interface import Format, Opened
from connectors.formats.ole import Compound
from connectors.formats.ole_properties import properties
from connectors.formats.pages import Gathered, Progress, Record, paged
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark

_STREAM_BYTES = 128 << 20
"""Bytes of the text that are read: pieces of it may lie in any order, so that it is held whole."""
_PIECES = 1_000_000
_STORIES = ("text", "footnote", "header", "", "comment", "endnote", "text", "header")
"""Fields of the parts that follow one another, by their lengths in the FIB; the fourth are macros."""
_MARKS = re.compile("([\r\x07\x0c\x13\x14\x15])")
_PLAIN = str.maketrans({"\x0b": "\n", "\x1e": "-", "\x1f": "", "\xa0": " "} | dict.fromkeys(map(chr, range(9))))


class Doc(Format):
    """The texts of a Word document in the older binary form.

    Fields: `text` (the body, cells of tables, text boxes), `footnote`, `header` (footers too), `comment`, `endnote`,
    `link` (codes of fields), and `properties.author` and its like.

    Paragraphs are counted as they end in the body, from 1, empty ones, cells and ends of rows too, as Word counts them.
    Text boxes follow the body's last paragraph; notes, headers and comments are counted by themselves. What was deleted
    and is kept track of stands in the text. Embedded objects are not opened.
    """

    kind = "doc"
    locator = LocatorKind.PARAGRAPH
    jumps = True

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one document a file, one chunk
        progress = Progress()
        yield from paged(file, _records(Compound(file), progress), progress, after)


def _records(box: Compound, progress: Progress) -> Iterator[Record]:
    yield from properties(box)
    main = box.content("WordDocument", _STREAM_BYTES)
    if len(main) < 0x1AA or struct.unpack_from("<H", main)[0] != 0xA5EC:
        raise ReadError(Cause.CORRUPT, "the Word document is damaged, or older than Word 97")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & 0x0100:
        raise ReadError(Cause.DENIED, "the Word document is encrypted; without its password it cannot be read")
    if version < 0x00C1:
        raise ReadError(Cause.OTHER, "a Word older than 1997 wrote the document; nothing here reads its form")
    table = box.content("1Table" if flags & 0x0200 else "0Table", _STREAM_BYTES)
    reader = _Stories(struct.unpack_from("<8l", main, 0x4C), progress)
    for text in _pieces(main, table):
        yield from reader.feed(text)
    yield from reader.rest()
    if len(main) >= _STREAM_BYTES:
        progress.cut = f"its text has more than {_STREAM_BYTES >> 20} MB; what lies beyond was not read"


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """Give the text piece by piece, in the order of the document."""
    start, length = struct.unpack_from("<2L", main, 0x1A2)
    at, end = start, min(start + length, len(table))
    while at + 3 <= end and table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at + 5 > end or table[at] != 2:
        raise ReadError(Cause.CORRUPT, "the Word document is damaged: the table of its text is broken")
    size = min(struct.unpack_from("<L", table, at + 1)[0], end - at - 5)
    count = min((size - 4) // 12, _PIECES)
    places = struct.unpack_from(f"<{count + 1}L", table, at + 5)
    for number in range(count):
        (where,) = struct.unpack_from("<L", table, at + 5 + 4 * (count + 1) + 8 * number + 2)
        length = places[number + 1] - places[number]
        if length <= 0:
            continue
        if where & 0x40000000:
            offset = (where & 0x3FFFFFFF) // 2
            yield main[offset : offset + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


class _Stories:
    """Cuts the whole text into its stories, and these into paragraphs."""

    def __init__(self, lengths: tuple[int, ...], progress: Progress) -> None:
        self._left = [max(0, one) for one in lengths]
        self._story = 0
        self._progress = progress
        self._counts: dict[str, int] = {}
        self._ready: list[Record] = []
        self._text = Gathered(partial(self._tell, code=False))
        self._code = Gathered(partial(self._tell, code=True))
        self._codes = 0
        """How many fields are open whose code is being read."""

    def feed(self, text: str) -> Iterator[Record]:
        """Take more of the text."""
        while text:
            while self._story < len(self._left) - 1 and not self._left[self._story]:
                self._end()
                self._story += 1
            # What lies beyond all lengths is read with the last.
            part = text[: self._left[self._story]] if self._left[self._story] else text
            self._left[self._story] -= min(len(part), self._left[self._story])
            text = text[len(part) :]
            self._take(part)
            yield from self._drain()

    def rest(self) -> Iterator[Record]:
        """Give what no mark has ended."""
        self._end()
        yield from self._drain()

    def _drain(self) -> Iterator[Record]:
        ready, self._ready = self._ready, []
        yield from ready

    def _take(self, part: str) -> None:
        for bit in _MARKS.split(part):
            if bit in ("\r", "\x07", "\x0c"):
                self._end(marked=True)
            elif bit == "\x13":
                self._codes += 1
            elif bit in ("\x14", "\x15"):
                self._codes = max(0, self._codes - 1) if bit == "\x14" or self._codes else self._codes
            elif self._codes:
                self._code.add(bit.translate(_PLAIN))
            else:
                self._text.add(bit.translate(_PLAIN))

    def _end(self, *, marked: bool = False) -> None:
        field = _STORIES[self._story]
        text, code = self._text.take(), self._code.take()
        self._tell(code, code=True)
        self._tell(text, code=False)
        if marked or text:
            self._counts[field] = self._counts.get(field, 0) + 1
            self._progress.records += field == "text"

    def _tell(self, text: str, *, code: bool) -> None:
        field = _STORIES[self._story]
        if text.strip() and field:
            number = self._counts.get(field, 0) + 1
            self._ready.append(Record("link" if code else field, number, text))
