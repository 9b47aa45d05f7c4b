"""The rows of INSERT statements, cut for a whole block of bytes at once: `(1,'a',NULL),(2,…)`.

Quotes, commas and parentheses are found together. Which of them lie inside strings is told by how many quotes stand
before, so a block must begin outside strings; what is written in any other manner (a comment between rows, text in
double quotes) ends the block there, and `sql_rows` reads on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from connectors.formats.csv_dialect import MAX_COLUMNS
from connectors.formats.sql_cells import (
    MYSQL_ESCAPES,
    Bytes,
    Flags,
    Places,
    escapers,
    gather,
    one_by_one,
    put,
    undone,
)
from connectors.formats.sql_rows import meaning

Counts = np.ndarray[tuple[Any, ...], np.dtype[np.int32]]

_MOST = 1_500_000
"""Signs of a block that are looked at; a block of nothing else would take too much memory."""
_GAP = 8
"""Blanks that may stand between two rows or around a cell, for the fast way."""
_JOINT = 1
"""The byte that stands for what comes between two statements of one table while their structure is looked for."""
_BACKSLASH, _QUOTE, _OPEN, _CLOSE, _COMMA, _SPACE = (ord(one) for one in "\\'(), ")
_BINARY = np.frombuffer(b"_binary '", np.uint8)
_STRANGE = b'";/#`$'


def _of(letters: bytes) -> Flags:
    return np.isin(np.arange(256), np.frombuffer(letters, np.uint8))


_ENDS = _of(_STRANGE + b"\\")
_BLANK = _of(b" \t\r\n")
_NUMBER = _of(b"0123456789.+-")


@dataclass(frozen=True, repr=False)
class Rows:
    """What a block gave."""

    columns: list[pa.Array]
    """`binary`, one for each place in a row; none where no row is whole."""
    end: int
    """Place behind the last row, in the buffer."""
    more: bool
    """Whether the block's end is what ended it, rather than something that is no row."""


@dataclass(frozen=True, repr=False)
class _Found:
    """The structure of a block, as far as it is regular."""

    places: Places
    """Of the parentheses and commas that bound cells; one row for each row, and one more than its cells."""
    quotes: Counts
    """Quotes before each of them."""
    escapes: Counts | None
    """Backslashes before each of them."""
    more: bool


_NOTHING = _Found(np.empty((0, 1), np.int64), np.empty((0, 1), np.int32), None, more=False)


def cut(buffer: bytes, start: int, stop: int, joint: bytes, *, escapes: bool) -> Rows:
    """Cut rows into columns, as many as are whole and have as many cells as the first.

    Args:
        buffer: holds them.
        start: where the first row's parenthesis stands.
        stop: where to end; at most some MB behind.
        joint: what may stand between two rows instead of a comma: `;`, and the next statement's beginning.
        escapes: whether a backslash escapes, as in MySQL.
    """
    raw = buffer[start:stop]
    found = _structure(raw, joint, escapes=escapes)
    if found is None or not len(found.places):
        return Rows([], start, found is None or found.more)
    data = np.frombuffer(raw, np.uint8)
    cells = _Cutter(data, pa.py_buffer(raw), escapes=escapes)
    places, quotes = np.ascontiguousarray(found.places.T), np.ascontiguousarray(found.quotes.T)
    escaped = None if found.escapes is None else np.ascontiguousarray(found.escapes.T)
    columns = [
        cells.column(
            places[number] + 1,
            places[number + 1],
            quotes[number + 1] - quotes[number],
            None if escaped is None else escaped[number + 1] != escaped[number],
        )
        for number in range(len(places) - 1)
    ]
    return Rows(columns, start + int(places[-1][-1]) + 1, found.more)


def _structure(raw: bytes, joint: bytes, *, escapes: bool) -> _Found | None:
    """Find what bounds rows and cells; None where not even one row ends."""
    work = np.frombuffer(_joined(raw, joint), np.uint8)
    escaped = escapes and b"\\" in raw
    if escaped:
        work = work.copy()
        behind = escapers(work) + 1
        work[behind[behind < len(work)]] = 0
    tokens = _tokens(work)[:_MOST]
    kinds = work[tokens]
    quote = kinds == _QUOTE
    quotes = np.cumsum(quote, dtype=np.int32)
    escapers_ = np.cumsum(kinds == _BACKSLASH, dtype=np.int32) if escaped else None
    # An odd number of quotes before a place means that it lies in a string.
    outside = np.flatnonzero((quotes & 1 | quote) == 0)
    kinds = kinds[outside]
    depth = np.cumsum((kinds == _OPEN).view(np.int8) - (kinds == _CLOSE).view(np.int8), dtype=np.int32)
    strange = np.flatnonzero(_ENDS[kinds] | (depth < 0))
    more = not len(strange)
    if not more:
        outside, kinds, depth = outside[: strange[0]], kinds[: strange[0]], depth[: strange[0]]
    if not (depth == 0).any():
        return None if more else _NOTHING
    bounds = np.flatnonzero((depth == 0) | ((depth == 1) & ((kinds == _COMMA) | (kinds == _OPEN))))
    chosen = outside[bounds]
    counts = (quotes[chosen], None if escapers_ is None else escapers_[chosen])
    return _regular(work, tokens[chosen], kinds[bounds], counts, more=more)


def _tokens(work: Bytes) -> Places:
    """Find all bytes that may mean something: those from `"` to `,`, which are mostly such, and some others."""
    found = work - np.uint8(ord('"')) <= _COMMA - ord('"')
    for letter in b"/;`\\":
        np.bitwise_or(found, work == letter, out=found)
    return np.flatnonzero(found)


def _joined(raw: bytes, joint: bytes) -> bytes:
    """Blank out what stands between two statements of one table."""
    if not joint:
        return raw
    return raw.replace(b")%b(" % joint, b")%b(" % (bytes([_JOINT]) * len(joint)))


def _regular(work: Bytes, places: Places, kinds: Bytes, counts: tuple[Counts, Counts | None], *, more: bool) -> _Found:
    """Take the rows from the first one on that are written alike."""
    opens, closes = np.flatnonzero(kinds == _OPEN), np.flatnonzero(kinds == _CLOSE)
    rows = len(closes)
    width = int(closes[0]) - int(opens[0])
    if width > MAX_COLUMNS:
        return _NOTHING
    fits = closes - opens[:rows] == width
    fits[1:] &= _beside(work, places, closes[:-1], opens[1:rows])
    good = rows if fits.all() else int(np.argmin(fits))
    index = opens[:good, None] + np.arange(width + 1)
    quotes, escapes = counts
    return _Found(places[index], quotes[index], None if escapes is None else escapes[index], more and good == rows)


def _beside(work: Bytes, places: Places, closes: Places, opens: Places) -> Flags:
    """Tell which rows follow the one before as they should: behind a comma and blanks, or a joint."""
    commas = np.minimum(closes + 1, opens)
    close, comma, after = places[closes], places[commas], places[opens]
    listed = (opens - closes == 2) & _blank(work, close + 1, comma) & _blank(work, comma + 1, after)
    right: Flags = listed | ((opens - closes == 1) & (work[close + 1] == _JOINT))
    return right


def _blank(work: Bytes, first: Places, last: Places) -> Flags:
    """Tell whether there is nothing but some blanks from one place to another."""
    lengths = last - first
    right = lengths <= _GAP
    for ahead in range(min(_GAP, int(lengths.max(initial=0)))):
        right &= (lengths <= ahead) | _BLANK[work[np.minimum(first + ahead, last)]]
    return right


class _Cutter:
    """Makes columns of cells that lie in one block."""

    def __init__(self, data: Bytes, buffer: pa.Buffer, *, escapes: bool) -> None:
        self._data = data
        self._buffer = buffer
        self._meaning = partial(meaning, escapes=escapes)
        self._escapes = MYSQL_ESCAPES if escapes else None

    def column(self, first: Places, last: Places, quotes: Counts, escaped: Flags | None) -> pa.Array:
        """Read one cell of each row, between the places where it begins and ends."""
        first, last, begins, ends = self._trimmed(first, last)
        string = (begins == _QUOTE) & (ends == _QUOTE) & (quotes >= 2)
        if string.all():
            null = odd = np.zeros(len(first), np.bool_)
        else:
            null = ~string & self._says_null(first, last)
            odd = ~string & ~null
            if odd.any():
                odd &= self._odd(first, last, begins, quotes)
        start, stop = first + string, last - string
        if odd.any():
            binary = odd & (quotes >= 2) & self._says_binary(first, last)
            string, odd = string | binary, odd & ~binary
            start, stop = start + len(_BINARY) * binary, stop - binary
        cells = gather(self._buffer, start, stop, null if null.any() else None)
        doubtful = string & (quotes > 2 if escaped is None else (quotes > 2) | escaped)
        if doubtful.any():
            done = undone(gather(self._buffer, start[doubtful], stop[doubtful]), self._escapes, quotes=True)
            if done is not None:
                cells = put(cells, doubtful, done)
            else:
                odd |= doubtful
        if odd.any():
            read = one_by_one(gather(self._buffer, first[odd], last[odd]), self._meaning)
            cells = put(cells, odd, read)
        return cells

    def _trimmed(self, first: Places, last: Places) -> tuple[Places, Places, Bytes, Bytes]:
        """Leave out blanks around cells, as far as the fast way looks, and give their first and last bytes too."""
        data = self._data
        begins, ends = data[first], data[last - 1]
        for _ in range(_GAP):
            if not (blank := (begins <= _SPACE) & (first < last)).any():
                break
            first = first + blank
            begins = data[first]
        for _ in range(_GAP):
            if not (blank := (ends <= _SPACE) & (first < last)).any():
                break
            last = last - blank
            ends = data[last - 1]
        return first, last, begins, ends

    def _says_null(self, first: Places, last: Places) -> Flags:
        """Tell which cells are NULL, in any case of letters."""
        right: Flags = last - first == 4
        for ahead, letter in enumerate(b"null"):
            right = right & (self._data[np.minimum(first + ahead, last)] | 0x20 == letter)
        return right

    def _says_binary(self, first: Places, last: Places) -> Flags:
        """Tell which cells are strings with a word before them that says that they are no text."""
        right: Flags = (last - first > len(_BINARY)) & (self._data[last - 1] == _QUOTE)
        for ahead, letter in enumerate(_BINARY):
            right = right & (self._data[np.minimum(first + ahead, last)] == letter)
        return right

    def _odd(self, first: Places, last: Places, begins: Bytes, quotes: Counts) -> Flags:
        """Tell which cells are not just a number: `0x…`, words, calls, a comment."""
        second = self._data[np.minimum(first + 1, last)]
        number = _NUMBER[begins] & (quotes == 0) & (_NUMBER[second] | (last - first == 1))
        odd: Flags = ~number | ((second == ord("-")) & (last - first > 1))
        return odd
