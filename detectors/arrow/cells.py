"""A text column as one run of bytes, a line end behind each cell, so that numpy sees all cells at once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.context import FOLDED

Integers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


class Cells:
    """The cells of a column; nulls are empty cells."""

    def __init__(self, column: pa.Array) -> None:
        """Join the cells.

        Args:
            column: `string` or `large_string`; its text is shorter than 2 GB.
        """
        self.column = pc.fill_null(column, "") if column.null_count else column
        self.count = len(column)
        joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, self.count], pa.int32()), self._narrow()), "\n")
        text = joined.buffers()[2]
        # one line end in front and one behind, so that every cell has a neighbour on both sides
        self.data: Bytes = np.empty((text.size if text is not None else 0) + 2, np.uint8)
        self.data[0] = self.data[-1] = 10
        if text is not None:
            self.data[1:-1] = np.frombuffer(text, np.uint8)
        lengths = pc.binary_length(self.column).to_numpy(zero_copy_only=False)
        self.lengths: Integers = lengths.astype(np.int64)
        self.ends: Integers = np.cumsum(self.lengths + 1)
        """Place behind the last byte of each cell."""
        self.starts: Integers = self.ends - self.lengths
        """Place of the first byte of each cell."""
        self.chained: Integers = np.zeros(self.count, np.int64)
        """The most digits in one chain of digits and few separators, where there are seven; set by `Kinds.decide`."""

    def _narrow(self) -> pa.Array:
        return self.column.cast(pa.string()) if pa.types.is_large_string(self.column.type) else self.column

    @cached_property
    def raw(self) -> bytes:
        """The joined text once more, for what `bytes` does best."""
        return self.data.tobytes()

    @cached_property
    def lower(self) -> bytes:
        """The joined text with ASCII letters in lower case."""
        return self.raw.lower()

    @cached_property
    def strange(self) -> bool:
        """Whether bytes outside ASCII or `%` stand anywhere."""
        return not self.raw.isascii() or b"%" in self.raw

    @cached_property
    def digit(self) -> Mask:
        """Which bytes are ASCII digits."""
        return (self.data - np.uint8(48)) < 10

    @cached_property
    def digits(self) -> npt.NDArray[np.int32]:
        """How many digits each cell has."""
        # from the line end in front of each cell, since reduceat gives no sum of nothing
        counted: npt.NDArray[np.int32] = np.add.reduceat(self.digit.view(np.uint8), self.starts - 1, dtype=np.int32)
        return counted

    @cached_property
    def wide(self) -> Mask:
        """Which cells hold bytes outside ASCII."""
        found = np.zeros(self.count, np.bool_)
        if len(self._wide_at):
            found[self.at(self._wide_at)] = True
        return found

    @cached_property
    def _wide_at(self) -> Integers:
        """Where bytes outside ASCII stand."""
        return _NOWHERE if self.raw.isascii() else np.flatnonzero(self.data >= 0x80)

    @cached_property
    def filled(self) -> int:
        """How many cells hold more than white space."""
        blank = np.flatnonzero(self.lengths)
        dark = ~_BLANK[self.data[self.starts[blank]]]
        doubtful = blank[~dark]
        if not len(doubtful):
            return len(blank)
        return int(dark.sum()) + int(self.matching(doubtful, r"\S").sum())

    @cached_property
    def lettered(self) -> Mask:
        """Which cells hold more than digits, roughly: some byte from `A` on."""
        found: Mask = np.logical_or.reduceat(self.data >= 65, self.starts - 1)
        return found

    @cached_property
    def apart(self) -> Mask:
        """Which cells may hold accents written apart (U+0300 to U+036F), or letters that lower case makes ASCII."""
        found = np.zeros(self.count, np.bool_)
        odd = self._wide_at[_ODD_LEADS[self.data[self._wide_at]]]
        if len(odd):
            for one in _ODD:
                found |= self.holding(one)
        return found

    @cached_property
    def folded(self) -> tuple[bytes, Integers]:
        """The joined text without the accents of `FOLDED`, and the place behind the last byte of each cell in it."""
        if self.raw.isascii() or bytes([_LATIN]) not in self.raw:
            return self.raw, self.ends
        lead = np.flatnonzero(self.data == _LATIN)
        text = self.data.copy()
        text[lead + 1] = _LETTER[text[lead + 1]]
        lead = lead[text[lead + 1] < 0x80]
        kept = np.ones(len(text), np.bool_)
        kept[lead] = False
        return text[kept].tobytes(), self.ends - np.searchsorted(lead, self.ends)

    def matching(self, places: Integers, pattern: str) -> Mask:
        """Say which of some cells match an RE2 pattern.

        Args:
            places: numbers of cells, ascending.
            pattern: for RE2.
        """
        if not len(places):
            return np.zeros(0, np.bool_)
        some = self.column if len(places) == self.count else self.column.take(pa.array(places))
        return np.asarray(pc.match_substring_regex(some, pattern))

    def front(self, begin: int, place: int, most: int) -> bytes:
        """Give the text of a cell in front of a place: at least so many characters, unless the cell begins before."""
        window = self.raw[max(begin, place - most) : place]
        return window if window.isascii() else self.raw[max(begin, place - 4 * most) : place]

    def at(self, places: npt.NDArray[np.integer]) -> Integers:
        """Give the cell in which each place stands."""
        return np.searchsorted(self.ends, places, side="right").astype(np.int64)

    def holding(self, literal: bytes) -> Mask:
        """Say which cells hold some bytes."""
        found = np.zeros(self.count, np.bool_)
        if literal not in self.raw:
            return found
        last = len(self.data) - len(literal) + 1
        held = self.data[:last] == literal[0]
        for step, byte in enumerate(literal[1:], 1):
            held &= self.data[step : last + step] == byte
        found[self.at(np.flatnonzero(held))] = True
        return found


_ODD = (b"\xcc", b"\xcd", "\u017f".encode(), "\u212a".encode())
_ODD_LEADS = np.zeros(256, np.bool_)
_ODD_LEADS[[one[0] for one in _ODD]] = True
_NOWHERE = np.zeros(0, np.int64)
_LATIN = 0xC3
"""First byte of U+00C0 to U+00FF."""
_LETTER = np.arange(256, dtype=np.uint8)
for _accented, _letter in FOLDED.items():
    _first, _second = _accented.encode()
    assert _first == _LATIN  # noqa: S101
    _LETTER[_second] = ord(_letter)
_BLANK = np.zeros(256, np.bool_)
_BLANK[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = True
