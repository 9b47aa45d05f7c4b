"""What a message holds, on its way into batches: headers side by side, texts line by line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pyarrow as pa

from connectors.formats.mail_headers import OTHER
from connectors.formats.mail_page import seen
from connectors.formats.mail_text import unflowed
from connectors.interface import BATCH_ROWS, Batch, Locators, text_field

MOST_NAMES = 500
"""Different headers that are fields of their own; further ones are read as lines, name and all."""
_SPARSE = 200_000
"""Cells of headers side by side; beyond it each header has a batch of its own."""
_FULL = 4 * 1024 * 1024
"""Characters after which a batch is made."""
_LINES = BATCH_ROWS - 1
_PIECE = 1024 * 1024
"""Characters of one line, or one tag, that are held to see its end."""
_PGP = "-----BEGIN PGP MESSAGE-----"


@lru_cache(256)
def _schema(names: tuple[str, ...]) -> pa.Schema:
    """Make the schema of some headers; most messages of a mailbox have the same."""
    return pa.schema([text_field(name) for name in names])


_BODY = pa.schema([text_field("body")])


class Gather:
    """Takes headers and texts in and gives batches out.

    Args:
        size: bytes of the message; they go with the first batch.
    """

    def __init__(self, size: int) -> None:
        self.cut: str | None = None
        """Why it is not read whole; told with the next batch."""
        self._size = size
        self._rows = 1
        self._headers: dict[str, list[tuple[str, str]]] = {}
        self._texts: list[str] = []
        self._parts: list[str] = []
        self._held = 0

    def header(self, part: str, name: str, value: str) -> None:
        """Take in a header of a part."""
        if name not in self._headers and len(self._headers) >= MOST_NAMES:
            name, value = OTHER, f"{name}: {value}"
        self._headers.setdefault(name, []).append((part, value))
        self._held += len(value) + 8

    def text(self, part: str, pieces: Iterator[str], flowed: bool = False, without: bool = False) -> Iterator[Batch]:
        """Take in a text; gives batches where it is long."""
        rest = ""
        for piece in pieces:
            whole = rest + piece
            cut = whole.rfind("\n") + 1
            if not cut and len(whole) > _PIECE:
                cut = whole.rfind(" ") + 1 or len(whole)
            rest = whole[cut:]
            yield from self._lines(part, whole[:cut], flowed, without)
        yield from self._lines(part, rest, flowed, without)

    def _lines(self, part: str, text: str, flowed: bool, without: bool) -> Iterator[Batch]:
        if not text:
            return
        if "\0" in text:
            text = text.replace("\0", " ")
        if _PGP in text:
            self.cut = "a part of its text is encrypted (PGP); nothing here has the key"
        lines = text.splitlines()
        if flowed:
            lines = unflowed(lines, without=without)
        lines = [line for line in lines if line and not line.isspace()]
        for start in range(0, len(lines), _LINES):
            some = lines[start : start + _LINES]
            if len(self._texts) + len(some) > _LINES:
                yield from self.flush()
            self._texts += some
            self._parts += [part] * len(some)
        self._held += len(text)
        yield from self.full()

    def page(self, part: str, pieces: Iterator[str]) -> Iterator[Batch]:
        """Take in a page of HTML, as a person sees it."""
        rest = ""
        for piece in pieces:
            whole = rest + piece
            # A tag that goes on in the next piece waits for it.
            cut = whole.rfind("<") if whole.rfind("<") > whole.rfind(">") else len(whole)
            if len(whole) - cut > _PIECE:
                cut = len(whole)
            rest = whole[cut:]
            yield from self._page(part, whole[:cut])
        yield from self._page(part, rest)

    def _page(self, part: str, text: str) -> Iterator[Batch]:
        if text:
            yield from self._lines(part, seen(text), flowed=False, without=False)

    def full(self) -> Iterator[Batch]:
        """Give batches if enough was taken in."""
        if self._held >= _FULL:
            yield from self.flush()

    def flush(self) -> Iterator[Batch]:
        """Give all that was taken in as batches."""
        headers, self._headers = self._headers, {}
        lines, parts = self._texts, self._parts
        self._texts, self._parts, self._held = [], [], 0
        rows = max(map(len, headers.values()), default=0)
        if rows * len(headers) > _SPARSE or rows > BATCH_ROWS:
            for name, several in headers.items():
                for start in range(0, len(several), BATCH_ROWS):
                    yield self._side_by_side({name: several[start : start + BATCH_ROWS]})
        elif headers:
            yield self._side_by_side(headers)
        if lines:
            columns = pa.RecordBatch.from_arrays([pa.array(lines, pa.string())], schema=_BODY)
            yield self._batch(columns, parts)
        if self.cut:
            yield self._batch(pa.RecordBatch.from_arrays([], schema=pa.schema([])), [])

    def _side_by_side(self, headers: dict[str, list[tuple[str, str]]]) -> Batch:
        """Put headers into columns: a row has one of each name, of one part."""
        if all(len(several) == 1 and several[0][0] == "0" for several in headers.values()):
            # One array for all, in slices: making an array takes longer than what is in it.
            whole = pa.array([several[0][1] for several in headers.values()], pa.string())
            single = [whole.slice(at, 1) for at in range(len(whole))]
            return self._batch(pa.RecordBatch.from_arrays(single, schema=_schema(tuple(headers))), ["0"])
        places: dict[tuple[str, int], int] = {}
        columns: dict[str, dict[int, str]] = {}
        for name, several in headers.items():
            column = columns[name] = {}
            times: dict[str, int] = {}
            for part, value in several:
                count = times[part] = times.get(part, 0) + 1
                column[places.setdefault((part, count), len(places))] = value
        rows = range(len(places))
        arrays = [pa.array([column.get(row) for row in rows], pa.string()) for column in columns.values()]
        schema = _schema(tuple(columns))
        return self._batch(pa.RecordBatch.from_arrays(arrays, schema=schema), [part for part, _ in places])

    def _batch(self, columns: pa.RecordBatch, parts: list[str]) -> Batch:
        batch = Batch(columns, Locators((pa.array(parts, pa.string()),)), None, self._rows, self._size, self.cut)
        self._rows = self._size = 0
        self.cut = None
        return batch
