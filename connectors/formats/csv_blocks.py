"""Where a block of CSV may be cut: behind a whole row, quoted line ends respected, by looking at all quotes at once."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np

from connectors.formats.csv_dialect import Dialect
from connectors.formats.lines import piece_of_line, whole_lines
from connectors.formats.window import BLOCK_BYTES, Window

RECORD_BYTES = 16 * 1024 * 1024
"""Bytes that one row may have before its quotes are taken for stray ones."""
LONG_BYTES = 64 * 1024 * 1024
"""The same where every quote up to there opens or closes a cell: a document may lie in the last. To look for its end is
cheap then; to read row by row takes eight times the text's memory."""
_OPEN_SHARE, _OPEN_END_SHARE, _OPEN_END_BYTES = 16, 64, 64 * 1024
"""What part of what was searched is read without quotes where one stays open in the midst of a file, and near its end
(so many bytes at least): as few as keep the cost of looking for its end in proportion."""
_QUOTE = ord('"')
_SENTINEL = "\n\x1e"


@dataclass(frozen=True)
class Cut:
    """The next block."""

    length: int
    dialect: Dialect
    """How to read it: the file's, or without quotes where one is never closed."""
    regular: bool
    """Whether every quote opens or closes a cell, so that all readers agree about it."""
    note: str | None = None
    """What a person should know about it."""


def next_cut(window: Window, dialect: Dialect) -> Cut:
    """Find the next block, as long as it can be; the window grows where a row needs it.

    Raises:
        OSError: where the disk does.
    """
    window.fill()
    while True:
        cut = _rows(window, dialect)
        if cut.length or not window.buffer:
            return cut
        most = LONG_BYTES if cut.regular and b'"' in window.buffer else RECORD_BYTES
        if window.done or len(window.buffer) >= most:
            return _given_up(window, dialect)
        window.fill(len(window.buffer) + BLOCK_BYTES)


def _given_up(window: Window, dialect: Dialect) -> Cut:
    """Take lines without regard to quotes, or a piece of a line without end."""
    plain = replace(dialect, quoting=False)
    size = len(window.buffer)
    part = window.buffer[: max(_OPEN_END_BYTES, size // _OPEN_END_SHARE) if window.done else size // _OPEN_SHARE]
    whole = whole_lines(part, returns=True) or window.buffer.find(b"\n") + 1
    if whole or window.done:
        note = "a quote is opened and not closed within reach; the rows behind it were read as if they had no quotes"
        return Cut(whole or len(window.buffer), plain, regular=False, note=note)
    note = f"a row has more than {RECORD_BYTES >> 20} MB; it was read in pieces, as several rows"
    return Cut(piece_of_line(window.buffer[:RECORD_BYTES]), plain, regular=False, note=note)


def _rows(window: Window, dialect: Dialect) -> Cut:
    """Find the end of the last whole row; length 0 where none ends."""
    buffer, done = window.buffer, window.done
    if b'"' not in buffer or not dialect.quoting:
        length = len(buffer) if done else whole_lines(buffer, returns=True)
        return Cut(length, dialect, regular=not dialect.skip_space and not dialect.escaped)
    if not dialect.skip_space and not dialect.escaped:
        data = np.frombuffer(buffer, np.uint8)
        quotes = np.flatnonzero(data == _QUOTE)
        if _all_regular(data, quotes, dialect):
            if done and len(quotes) % 2 == 0:
                return Cut(len(buffer), dialect, regular=True)
            return Cut(_last_end(data, quotes), dialect, regular=True)
    return Cut(_last_row(buffer, dialect, done=done), dialect, regular=False)


def _all_regular(data: np.ndarray, quotes: np.ndarray, dialect: Dialect) -> bool:
    """Tell whether each quote stands where a cell begins or ends, or is doubled inside one."""
    beside = np.zeros(256, bool)
    beside[[ord(dialect.delimiter), 10, 13, _QUOTE]] = True
    openers, closers = quotes[0::2], quotes[1::2]
    before = beside[data[np.maximum(openers - 1, 0)]] | (openers == 0)
    behind = beside[data[np.minimum(closers + 1, len(data) - 1)]]
    return bool(before.all() and behind.all())


def _last_end(data: np.ndarray, quotes: np.ndarray) -> int:
    """Give the length up to the last end of line outside quotes; a carriage return at the end may be half of one."""
    ends = np.flatnonzero((data[:-1] == 10) | (data[:-1] == 13))
    if data[-1] == 10:
        ends = np.append(ends, len(data) - 1)
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _last_row(buffer: bytes, dialect: Dialect, *, done: bool) -> int:
    """Find the same by reading row by row: the last row may go on behind the buffer, or have an open quote."""
    text = buffer.decode("latin-1")
    lines = io.StringIO(text + _SENTINEL if done else text, newline="")
    start, end, row = 0, 0, [""]
    for row in dialect.rows(lines):  # noqa: B007 the last one tells whether the quotes are closed
        start, end = end, lines.tell()
    return len(buffer) if done and row == [_SENTINEL[1:]] else start
