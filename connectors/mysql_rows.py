"""The text protocol's rows, cut into Arrow columns: a page of packets at a time, no Python for each cell.

A row is a packet (four bytes of header: length and sequence) of length-encoded strings, one a column. A page of
packets is read into one buffer, and each column's strings are found for all rows at once: where a string ends, the next
column's begins.

See https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

import numpy as np
import pyarrow as pa

HEADER = 4
"""Bytes before a packet's payload: three of length, little-endian, and one of sequence."""
FULL = 0xFFFFFF
"""Length of a packet that the next one continues."""
BUFFER = 1 << 20
"""Bytes of the buffer at first; it doubles when a page needs it."""
MOST = 1 << 30
"""Bytes of the largest row that is taken from a server."""
_NULL, _TWO, _THREE, _EIGHT, _ERROR = 0xFB, 0xFC, 0xFD, 0xFE, 0xFF
_END_LENGTH = 9
"""A packet that opens with `_EIGHT` and is shorter ends the result; a string of that form is never so short."""
_head = Struct("<I").unpack_from

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]


class BrokenError(Exception):
    """What came is no row of the announced width, or the connection ended within a result."""


class RowReader:
    """Reads the packets that follow a result's header.

    Args:
        readinto: reads some bytes into a buffer and says how many; 0 at the end of the connection.
        width: columns of the result.
    """

    def __init__(self, readinto: Callable[[memoryview], int], width: int) -> None:
        self._readinto = readinto
        self._width = width
        self._buffer: Bytes = np.empty(BUFFER, np.uint8)
        self._filled = 0
        self.ended = False
        """Whether the server ended the result, well or with an error."""
        self.error: bytes | None = None
        """The packet with which the server ended it in error."""

    def page(self, rows: int, size: int) -> list[pa.Array] | None:
        """Give the next rows as `binary` arrays, one a column; None where none is left.

        Args:
            rows: rows at most.
            size: bytes after which no further row is begun.

        Raises:
            BrokenError: the packets make no sense, or end too early.
        """
        starts: list[int] = []
        place = self._scan(starts, 0, rows, size)
        while not self.ended and len(starts) < rows and place < size:
            self._fill()
            place = self._scan(starts, place, rows, size)
        if not starts:
            return None
        columns = split(self._buffer[:place], np.array(starts, np.int64), self._width)
        self._buffer[: self._filled - place] = self._buffer[place : self._filled]
        self._filled -= place
        return columns

    def _scan(self, starts: list[int], place: int, rows: int, size: int) -> int:
        """Note where the whole packets from `place` on begin; give the place behind the last of them."""
        view = memoryview(self._buffer.data)
        while len(starts) < rows and place < size and place + HEADER < self._filled:
            length = _head(view, place)[0] & FULL
            end = place + HEADER + length if length < FULL else self._join(place)
            if end is None or end > self._filled:
                break
            if view[place + HEADER] >= _EIGHT and self._closes(place + HEADER, end):
                break
            starts.append(place + HEADER)
            place = end
        return place

    def _closes(self, start: int, end: int) -> bool:
        """Whether a packet is no row but the end of the result."""
        if self._buffer[start] == _ERROR:
            self.error = self._buffer[start:end].tobytes()
        self.ended = self.error is not None or end - start < _END_LENGTH
        return self.ended

    def _join(self, place: int) -> int | None:
        """Close the gaps in a row that fills several packets; give its end, or None where it is not all here yet."""
        view, at, inner = memoryview(self._buffer.data), place, list[int]()
        while True:
            if at + HEADER > self._filled:
                return None
            length: int = _head(view, at)[0] & FULL
            at += HEADER + length
            if at > self._filled:
                return None
            if length < FULL:
                break
            inner.append(at - HEADER * len(inner))
        for gap in inner:
            self._buffer[gap : self._filled - HEADER] = self._buffer[gap + HEADER : self._filled]
            self._filled -= HEADER
        return at - HEADER * len(inner)

    def _fill(self) -> None:
        if self._filled == len(self._buffer):
            if self._filled >= MOST:
                raise BrokenError("a row is larger than any that a server sends")
            larger = np.empty(2 * self._filled, np.uint8)
            larger[: self._filled] = self._buffer
            self._buffer = larger
        count = self._readinto(memoryview(self._buffer.data)[self._filled :])
        if not count:
            raise BrokenError("the connection ended within a result")
        self._filled += count


def split(buffer: Bytes, starts: Places, width: int) -> list[pa.Array]:
    """Cut rows of length-encoded strings into columns.

    Args:
        buffer: the rows' bytes, with a header before each row.
        starts: where each row's payload begins, ascending; the last row ends with the buffer.
        width: strings in each row.

    Returns:
        `width` arrays of type `binary`, NULL as null; they share nothing with the buffer.

    Raises:
        BrokenError: a row holds more or less than `width` strings.
    """
    ends = np.append(starts[1:] - HEADER, len(buffer))
    data = pa.py_buffer(buffer)
    even = np.arange(0, 2 * len(starts), 2, dtype=np.int32)
    columns, place = [], starts
    for _ in range(width):
        first, last, null = _strings(buffer, place, ends)
        columns.append(_gather(data, first, last, pa.array(even, mask=null)))
        place = last
    if (place != ends).any():
        raise BrokenError("a row is longer than its columns")
    return columns


def _strings(
    buffer: Bytes, place: Places, ends: Places
) -> tuple[Places, Places, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Find the string at each place: its first byte, the place behind its last, and whether it is NULL."""
    if (place >= ends).any():
        raise BrokenError("a row is shorter than its columns")
    lead = buffer[place]
    length = lead.astype(np.int64)
    first = place + 1
    null = lead == _NULL
    if (lead >= _NULL).any():
        length[null] = 0
        for code, width in ((_TWO, 2), (_THREE, 3), (_EIGHT, 8)):
            rows = np.flatnonzero(lead == code)
            if len(rows):
                length[rows] = _number(buffer, first[rows], ends[rows], width)
                first[rows] += width
    last = first + length
    if ((last > ends) | (last < first)).any():
        raise BrokenError("a string is longer than its row")
    return first, last, null


def _number(buffer: Bytes, place: Places, ends: Places, width: int) -> Places:
    """Read little-endian numbers of some bytes."""
    if (place + width > ends).any():
        raise BrokenError("a length is cut off")
    parts = buffer[place[:, None] + np.arange(width)].astype(np.int64)
    number: Places = (parts << (8 * np.arange(width))).sum(axis=1)
    return number


def _gather(data: pa.Buffer, first: Places, last: Places, places: pa.Array) -> pa.Array:
    """Copy strings out of a buffer, seen as one array in which strings and what lies between them take turns."""
    turns = np.empty(2 * len(first), np.int32)
    turns[0::2], turns[1::2] = first, last
    whole = pa.Array.from_buffers(pa.binary(), len(turns) - 1, [None, pa.py_buffer(turns), data])
    return whole.take(places)
