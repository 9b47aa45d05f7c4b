"""Cells of dumps as Arrow columns: strings taken out of a buffer, and escapes undone for a whole column at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
_BACKSLASH, _QUOTE = ord("\\"), ord("'")


def _table(pairs: dict[str, str]) -> Bytes:
    table = np.arange(256, dtype=np.uint8)
    for letter, meant in pairs.items():
        table[ord(letter)] = ord(meant)
    return table


MYSQL_ESCAPES = _table({"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"})
"""What a letter behind a backslash means.

See https://dev.mysql.com/doc/refman/8.4/en/string-literals.html
"""
COPY_ESCAPES = _table({"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"})
"""Likewise in the text format of COPY; digits and `x` begin a number there.

See https://www.postgresql.org/docs/current/sql-copy.html
"""
_PART = 1 << 20
"""Bytes of a string whose escapes are undone at once."""
_KEPT = np.isin(np.arange(256), np.frombuffer(b"%_", np.uint8))
"""Letters before which MySQL keeps the backslash."""


def escapers(data: Bytes) -> Places:
    """Give the places of backslashes that escape the byte behind them: every other one of a run, from its first."""
    places = np.flatnonzero(data == _BACKSLASH)
    if not len(places):
        return places
    number = np.arange(len(places))
    begins = np.ones(len(places), np.bool_)
    begins[1:] = np.diff(places) != 1
    run = np.maximum.accumulate(np.where(begins, number, 0))
    found: Places = places[(number - run) & 1 == 0]
    return found


def gather(data: pa.Buffer, first: Places, last: Places, null: Flags | None = None) -> pa.Array:
    """Copy strings out of a buffer as one `binary` array.

    Args:
        data: less than 2 GB.
        first: where each string begins, ascending.
        last: where each ends; not behind the next one's beginning.
        null: which are NULL.
    """
    turns = np.empty(2 * len(first), np.int32)
    turns[0::2], turns[1::2] = first, last
    whole = pa.Array.from_buffers(pa.binary(), max(0, len(turns) - 1), [None, pa.py_buffer(turns), data])
    return whole.take(pa.array(np.arange(0, len(turns), 2, dtype=np.int32), mask=null))


def put(column: pa.Array, rows: Flags | pa.Array, cells: pa.Array) -> pa.Array:
    """Replace some cells of a column, in order."""
    return (
        pc.replace_with_mask(column, rows if isinstance(rows, pa.Array) else pa.array(rows), cells)
        if len(cells)
        else column
    )


def undone(cells: pa.Array, escapes: Bytes | None, *, quotes: bool) -> pa.Array | None:
    """Undo escapes in strings, all at once.

    Args:
        cells: `binary`, without NULL and not a slice; each a whole string as it is written, without its outer quotes.
        escapes: what stands for what behind a backslash; None where a backslash is nothing special.
        quotes: whether a quote is written as two.

    Returns:
        the strings; None where a quote stands alone, so that they are no strings.
    """
    offsets = np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1)
    data = np.frombuffer(cells.buffers()[2] or b"", np.uint8)[: offsets[-1]].copy()
    dropped = np.empty(0, np.int64)
    seen = data
    if escapes is not None and len(behind := escapers(data)):
        letters = data[behind + 1]
        if quotes:
            seen = data.copy()
            seen[behind + 1] = 0
        data[behind + 1] = escapes[letters]
        dropped = behind if escapes is not MYSQL_ESCAPES else behind[~_KEPT[letters]]
    if quotes and len(pairs := np.flatnonzero(seen == _QUOTE)):
        if len(pairs) % 2 or (pairs[1::2] - pairs[0::2] != 1).any() or np.isin(pairs[1::2], offsets).any():
            return None
        dropped = np.sort(np.concatenate([dropped, pairs[1::2]]))
    return _without(data, offsets, dropped)


def _without(data: Bytes, offsets: np.ndarray[tuple[int], np.dtype[np.int32]], dropped: Places) -> pa.Array:
    """Take single bytes out of strings."""
    if len(dropped):
        offsets = (offsets - np.searchsorted(dropped, offsets)).astype(np.int32)
        data = np.delete(data, dropped)
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def in_parts(text: bytes, reading: Callable[[bytes], bytes]) -> bytes:
    """Undo the escapes of a string piece by piece, since a long one that holds little else takes much memory.

    Args:
        text: as it is written; a backslash escapes what is behind it, and a quote may be written as two.
        reading: undoes them in one piece.
    """
    if len(text) <= _PART:
        return reading(text)
    done, place = [], 0
    while place < len(text):
        part = text[place : place + _PART]
        bare = part.rstrip(b"'")
        slashes = len(bare) - len(bare.rstrip(b"\\"))
        # The first quote of a run at the end may belong to a backslash; of the others, two are one.
        extra = (len(part) - len(bare) - slashes) % 2
        part = text[place : place + _PART + extra]
        done.append(reading(part))
        place += len(part)
    return b"".join(done)


def mysql_string(text: bytes) -> bytes | None:
    """Undo MySQL's escapes in one long string; None where it is none."""
    cells = undone(pa.array([text], pa.binary()), MYSQL_ESCAPES, quotes=True)
    return None if cells is None else bytes(cells[0].as_py())


def one_by_one(cells: pa.Array, meaning: Callable[[bytes], bytes | None]) -> pa.Array:
    """Read cells by a function, each different one once."""
    coded = cells.dictionary_encode()
    meant = pa.array([meaning(cell) for cell in coded.dictionary.to_pylist()], pa.binary())
    return meant.take(coded.indices)
