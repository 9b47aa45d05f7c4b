"""Address books and calendars: vCard and iCalendar, by lines that are put together again.

Sources: RFC 6350 and RFC 5545 (sections 3.2 and 3.1, folding), vCard 2.1 (quoted-printable).
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator

import pyarrow as pa

from connectors.formats.encoding import clean, encoding_of
from connectors.formats.interface import Format, Opened
from connectors.formats.lines import piece_of_line, whole_lines
from connectors.formats.window import BLOCK_BYTES, Window
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.text import spans

_SCHEMA = pa.schema([text_field("text")])
_LINE_BYTES = 16 * 1024 * 1024
"""Bytes that one line with all that is folded into it may have; of a longer one the pieces are read."""
_ESCAPED = re.compile(r"\\([,;:\\nN])")
_QUOTED = re.compile(rb"[^:\n]{0,1000}\bQUOTED-PRINTABLE\b", re.IGNORECASE)


class VCard(Format):
    """The lines of an address book, in one field `text`; a line that goes on in others has the number of its first.

    A mark is a byte offset and the number of the line that begins there.
    """

    kind = "vcard"
    locator = LocatorKind.LINE

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file
        place = after or {"offset": chunk.detail.get("start", 0), "line": 1}
        line = int(place["line"])
        window = Window(file, encoding_of(file.head), int(place["offset"]), chunk.detail.get("end"), holes=True)
        while True:
            start = window.spent
            block = _block(window)
            if not block:
                return
            texts, numbers, passed = _unfolded(clean(block), line)
            line += passed
            mark = {"offset": window.offset, "line": line}
            yield from _batches(texts, numbers, mark, window.spent - start)


class ICal(VCard):
    """The lines of a calendar, likewise."""

    kind = "ical"


def _block(window: Window) -> bytes:
    """Take lines with all that is folded into them."""
    size = BLOCK_BYTES
    while True:
        window.fill(size)
        if window.done:
            return window.take(len(window.buffer))
        place = len(window.buffer) - 1
        while (place := window.buffer.rfind(b"\n", 0, place)) >= 0:
            ends = window.buffer[place - 1 : place] != b"=" and window.buffer[place - 2 : place] != b"=\r"
            if ends and window.buffer[place + 1 : place + 2] not in (b" ", b"\t"):
                return window.take(place + 1)
        if size >= _LINE_BYTES:
            return window.take(whole_lines(window.buffer) or piece_of_line(window.buffer))
        size += BLOCK_BYTES


def _unfolded(block: bytes, first: int) -> tuple[list[str], list[int], int]:
    """Give the lines of a block, the number of each, and how many lines the block has as they are written."""
    found: list[list[bytes]] = []
    numbers = []
    soft = False
    lines = block.removesuffix(b"\n").split(b"\n")
    for number, raw in enumerate(lines, first):
        line = raw.rstrip(b"\r")
        if found and soft:
            found[-1].append(b"\n" + line)
        elif found and line[:1] in (b" ", b"\t"):
            found[-1].append(line[1:])
            continue
        else:
            found.append([line])
            numbers.append(number)
        soft = line.endswith(b"=") and (soft or _QUOTED.match(line) is not None)
    return [_shown(b"".join(pieces)) for pieces in found], numbers, block.count(b"\n")


def _shown(line: bytes) -> str:
    """Read a line as a person does: quoted-printable and escapes undone."""
    if (quoted := _QUOTED.match(line)) is not None:
        name, colon, value = line.partition(b":")
        line = name + colon + a2b_qp(value) if quoted.end() <= len(name) else line
    text = line.decode("utf-8", "recense.windows").replace("\0", " ").replace("\n", " ")
    return _ESCAPED.sub(lambda one: " " if one.group(1) in "nN" else one.group(1), text) if "\\" in text else text


def _batches(texts: list[str], numbers: list[int], mark: Mark, size: int) -> Iterator[Batch]:
    column, slot = pa.array(texts, pa.string()), pa.array(numbers, pa.int64())
    for start, stop, _ in spans([column]):
        last = stop == len(column)
        part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=_SCHEMA)
        locators = Locators((slot.slice(start, stop - start),))
        yield Batch(part, locators, mark if last else None, stop - start, size if start == 0 else 0)
