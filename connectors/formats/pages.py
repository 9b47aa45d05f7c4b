"""From the pieces of a document, one after the other, to batches: a page of them at a time, a column for each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.interface import Batch, Locators, Mark, text_field
from connectors.json_fields import finish
from connectors.text import from_cells, spans

PAGE_BYTES = 4 * 1024 * 1024
"""Characters after which what was gathered is handed on."""
PIECE = 1024 * 1024
"""Characters that one text may have; a longer one comes in pieces that share its number."""
_OVERHEAD = 120
"""Bytes that a short text takes in Python beside its characters."""
_SEARCHED = 4096
"""Characters at the end of a piece that are searched for white space to cut at."""
_NONE = (pa.array([], pa.int64()),)


_Fields = dict[str, tuple[list[int], list[str]]]


class Record(NamedTuple):
    """One text of a document, with its address."""

    field: str
    number: int
    """Of the paragraph, page or slide, from 1."""
    text: str


@dataclass
class Progress:
    """What a reader tells beside its texts."""

    records: int = 0
    """Paragraphs, pages or slides met so far."""
    place: int = 0
    """Bytes of the file behind which it is, as far as known."""
    cut: str | None = None
    """Why something of the document was left out; said with the next page."""


def paged(file: Opened, records: Iterable[Record], progress: Progress, after: Mark | None) -> Iterator[Batch]:
    """Gather a document's texts into batches.

    A mark is the number of pages that were given; reading on goes through the document from its start.

    Args:
        file: for its size.
        records: in an order that repeats; may raise `ReadError`.
        progress: kept up to date by whoever gives the records.
        after: a mark, to pass over what came before it.

    Raises:
        ReadError: as `records` does, behind what came before.
    """
    pager = _Pager(file, progress, int(after["page"]) if after else 0)
    error = None
    try:
        for record in records:
            if pager.add(record):
                yield from pager.flush()
    except ReadError as broken:
        error = broken
    yield from pager.flush(last=True)
    if error:
        raise error


class _Pager:
    def __init__(self, file: Opened, progress: Progress, skip: int) -> None:
        self._file = file
        self._progress = progress
        self._skip = skip
        self._page = 0
        self._fields: _Fields = {}
        self._held = 0
        self._rows = 0
        self._size = 0

    def add(self, record: Record) -> bool:
        """Take a text; says whether it is time to hand on."""
        numbers, texts = self._fields.setdefault(record.field, ([], []))
        for piece in pieces(record.text):
            numbers.append(record.number)
            texts.append(piece)
        self._held += len(record.text) + _OVERHEAD
        return self._held >= PAGE_BYTES

    def flush(self, *, last: bool = False) -> Iterator[Batch]:
        """Hand on what was gathered, in one batch a field."""
        progress = self._progress
        self._page += 1
        rows, self._rows = progress.records - self._rows, progress.records
        place = self._file.size if last else min(progress.place, self._file.size)
        size, self._size = max(0, place - self._size), max(place, self._size)
        cut, progress.cut = progress.cut, None
        fields, self._fields, self._held = self._fields, {}, 0
        if self._page > self._skip:
            yield from finish(_batches(fields, cut), {"page": self._page}, size, rows, _NONE)


def batches_of(records: Iterable[Record], cut: str | None = None) -> Iterator[Batch]:
    """Make batches of some texts, one for each field, without mark, rows or size."""
    fields: _Fields = {}
    for record in records:
        numbers, texts = fields.setdefault(record.field, ([], []))
        for piece in pieces(record.text):
            numbers.append(record.number)
            texts.append(piece)
    yield from _batches(fields, cut)


def _batches(fields: _Fields, cut: str | None) -> Iterator[Batch]:
    if cut and not fields:
        yield Batch(pa.RecordBatch.from_arrays([], schema=pa.schema([])), Locators(_NONE), None, 0, 0, cut)
    for name, (numbers, texts) in fields.items():
        column, places = from_cells(texts), pa.array(numbers, pa.int64())
        schema = pa.schema([text_field(name)])
        for start, stop, _ in spans([column]):
            part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=schema)
            yield Batch(part, Locators((places.slice(start, stop - start),)), None, 0, 0, cut)


def pieces(text: str) -> Iterator[str]:
    """Cut a text that is too long, at white space where there is some."""
    start = 0
    while len(text) - start > PIECE:
        stop = start + PIECE
        cut = max(text.rfind(blank, stop - _SEARCHED, stop) for blank in (" ", "\n", "\t"))
        stop = cut + 1 if cut > 0 else stop
        yield text[start:stop]
        start = stop
    yield text[start:] if start else text


class Gathered:
    """A text that is put together from bits; what grows too long is handed on in pieces."""

    def __init__(self, full: Callable[[str], None]) -> None:
        """Begin an empty text.

        Args:
            full: is given each piece that had to be cut off.
        """
        self._bits: list[str] = []
        self._length = 0
        self._full = full

    def add(self, bit: str) -> None:
        """Put something behind what is there."""
        self._bits.append(bit)
        self._length += len(bit)
        if len(self._bits) > 4096:
            self._bits = ["".join(self._bits)]
        if self._length > PIECE:
            self._shed()

    def _shed(self) -> None:
        text = "".join(self._bits)
        cut = max(text.rfind(blank, len(text) - _SEARCHED) for blank in (" ", "\n", "\t"))
        cut = cut + 1 if cut > 0 else len(text)
        self._bits, self._length = [text[cut:]], len(text) - cut
        self._full(text[:cut])

    def look(self) -> str:
        """Give the text so far, without what was cut off."""
        return "".join(self._bits)

    def take(self) -> str:
        """Give the text, and begin anew."""
        text = "".join(self._bits)
        self._bits, self._length = [], 0
        return text
