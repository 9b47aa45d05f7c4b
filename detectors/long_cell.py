"""Where a very long cell is cut, so that it is looked through as a column of short texts is.

A cut is made where no value goes on across it and no telling word reaches over it: at the end of a line, or at a blank
with neither a digit nor an `@` around. Only where a text has no such place for a long way (no prose, no table and no
program has that) is it cut at some blank, or between two characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from detectors.context import BEFORE, BEHIND
from detectors.interface import ColumnMatches
from detectors.profile import Profile

BLOCK = 4 * 1024 * 1024
"""Bytes that are cut together."""
LEAST, MOST, END = 256, 4 * 1024, 64 * 1024
"""Bytes of a piece: at least; until a good place comes up; until any place is taken."""
_BACK, _AHEAD = BEHIND + 8, BEFORE + 8
"""Bytes without digit or `@` around a good blank: further away no telling word speaks for a value; some are accents."""
_NEAR = 8
"""The same around a blank that will do."""
_LINE_END, _WHITE, _AT = b"\n @"
"""The second: white space is up to there, and control characters."""
_BOUND = np.isin(np.arange(256), [*b" \t\r\n,;|<>\"'[]{}&"])

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


def columns(text: pa.Buffer) -> Iterator[pa.Array]:
    """Cut one cell; gives its pieces in order, as columns of about `BLOCK` bytes over the cell's own memory.

    Args:
        text: valid UTF-8, less than 2 GB.
    """
    start = 0
    while start < text.size:
        part = text.slice(start, min(BLOCK, text.size - start))
        offsets = _cuts(np.frombuffer(part, np.uint8), last=start + part.size == text.size)
        yield pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets.astype(np.int32)), part)
        start += int(offsets[-1])


def _cuts(data: Bytes, *, last: bool) -> Offsets:
    """Give where the pieces of a block begin, and the last one's end; unless the cell ends here, a rest is left."""
    places, cuts = _Places(data), [0]
    while len(data) - cuts[-1] > (0 if last else END):
        cuts.append(places.behind(cuts[-1]))
    return np.asarray(cuts, np.int64)


class _Places:
    """Where a block may be cut; worse places are looked for once the better ones are too far from each other."""

    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._good = np.flatnonzero(data == _LINE_END) + 1
        if np.diff(self._good, prepend=0, append=len(data)).max() > MOST:
            self._good = self._calm(_BACK, _AHEAD)

    @cached_property
    def _next(self) -> Offsets:
        return self._calm(_NEAR, _AHEAD)

    @cached_property
    def _fair(self) -> Offsets:
        return self._calm(_NEAR, _NEAR)

    @cached_property
    def _bad(self) -> Offsets:
        return np.flatnonzero(_BOUND[self._data]) + 1

    @cached_property
    def _blanks(self) -> Offsets:
        return np.flatnonzero(self._data <= _WHITE) + 1

    @cached_property
    def _marks(self) -> npt.NDArray[np.int32]:
        """How many marks stand in front of each byte."""
        counted = np.zeros(len(self._data) + 1, np.int32)
        np.cumsum(((self._data - np.uint8(48)) < 10) | (self._data == _AT), dtype=np.int32, out=counted[1:])
        return counted

    def _calm(self, back: int, ahead: int) -> Offsets:
        """Give the places behind line ends, and those behind blanks far from all that values are made of."""
        blanks, end = self._blanks, len(self._data)
        if not len(blanks):
            return blanks
        calm = self._marks[np.minimum(blanks + ahead, end)] == self._marks[np.maximum(blanks - back, 0)]
        places: Offsets = blanks[calm | (self._data[blanks - 1] == _LINE_END)]
        return places

    def _worse(self) -> Iterator[tuple[Offsets, int]]:
        """Give kinds of places, each with how long a piece may become to end at one."""
        yield self._next, MOST
        yield self._fair, MOST
        yield self._fair, END
        yield self._bad, END

    def behind(self, start: int) -> int:
        """Give the end of the piece that begins at a place."""
        if len(self._data) - start <= LEAST:
            return len(self._data)
        good = int(self._good.searchsorted(start + LEAST))
        if good < len(self._good) and self._good[good] <= start + MOST:
            return int(self._good[good])
        if len(self._data) - start <= MOST:
            return len(self._data)
        for places, reach in self._worse():
            last = int(places.searchsorted(start + reach, side="right")) - 1
            if last >= 0 and places[last] >= start + LEAST:
                return int(places[last])
        end = min(start + END, len(self._data))
        while end < len(self._data) and self._data[end] & 0xC0 == 0x80:
            end -= 1
        return end


def as_one(found: ColumnMatches, row: int) -> ColumnMatches:
    """Make what was found in the pieces of a cell what was found in the cell.

    Args:
        found: in all of its pieces together.
        row: of the cell.
    """
    evidence = found.evidence
    told = replace(
        evidence,
        cells=1,
        matched_cells=min(1, evidence.matched_cells),
        whole=0,
        profile=Profile(cells=1) if evidence.profile else None,
    )
    return replace(found, rows=np.full(len(found.rows), row, np.int64), evidence=told)
