"""Which cells of a column may hold a document, by their first bytes: a look at a whole column at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.base64_text import SHORTEST

Integers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_JSON, _SERIAL, _ALPHABET, _HEX, _VALUE = 1, 2, 4, 8, 16
_CLASSES = np.zeros(256, np.uint8)
for _codes, _bit in (
    (b"{[ \t\r\n", _JSON),
    (b"aOCs \t\r\n", _SERIAL),
    (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_", _ALPHABET),
    (b"0123456789abcdefABCDEF", _HEX),
    (b"abidsNOS", _VALUE),
):
    _CLASSES[np.frombuffer(_codes, np.uint8)] |= _bit
_COLON, _SEMICOLON, _BAR = b":;|"
_NAME_LENGTH = 128
"""Bytes of the name of a session's first variable."""
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_BELOW = _ONES * np.uint64(ord("+"))
_DATA = np.uint64(int.from_bytes(b"data:", "little"))
_FIVE = np.uint64(0xFFFFFFFFFF)


class Gate:
    """The cells of one text column; without NULL and empty ones."""

    def __init__(self, column: pa.Array) -> None:
        self._raw = np.zeros(0, np.uint8)
        self._rows = self._starts = self._lengths = np.zeros(0, np.int64)
        data = column.buffers()[2]
        if data is None or not len(column):
            return
        width = np.dtype(np.int64 if pa.types.is_large_string(column.type) else np.int32)
        offsets = np.frombuffer(column.buffers()[1], width, len(column) + 1, column.offset * width.itemsize)
        lengths = np.diff(offsets)
        self._raw = np.frombuffer(data, np.uint8)
        self._rows = np.flatnonzero(lengths >= 2)
        self._starts, self._lengths = offsets[self._rows], lengths[self._rows]

    def documents(self, *, json: bool) -> list[int]:
        """Give the rows that may hold JSON or a serialised value of PHP."""
        first = _CLASSES[self._raw[self._starts]]
        found = _union(self._serial(np.flatnonzero(first & _SERIAL)), self._sessions())
        return self._numbers(_union(found, np.flatnonzero(first & _JSON)) if json else found)

    def _serial(self, places: Integers) -> Integers:
        """Keep those that go on with a colon, as `a:1:{` does."""
        blank = self._raw[self._starts[places]] <= ord(" ")
        kept: Integers = places[blank | (self._raw[self._starts[places] + 1] == _COLON)]
        return kept

    def _sessions(self) -> Integers:
        """Find those with a name, a bar and a value in their first bytes, as `user|a:1:{`."""
        if not len(self._starts):
            return self._starts
        begin, end = self._starts[0], self._starts[-1] + self._lengths[-1]
        bars = begin + np.flatnonzero(self._raw[begin : end - 2] == _BAR)
        if not len(bars):
            return self._starts[:0]
        follows = _CLASSES[self._raw[bars + 1]] & _VALUE > 0
        bars = bars[follows & ((self._raw[bars + 2] == _COLON) | (self._raw[bars + 2] == _SEMICOLON))]
        places = np.searchsorted(self._starts, bars, side="right") - 1
        near = bars - self._starts[places]
        return np.unique(places[(near > 0) & (near <= _NAME_LENGTH)])

    def wrapped(self) -> list[int]:
        """Give the rows that may hold a text in base64: no blank, no punctuation, and not all hexadecimal."""
        places = np.flatnonzero(self._lengths >= SHORTEST)
        if not len(places):
            return []
        words = np.ndarray((len(self._raw) - 7,), np.dtype("<u8"), self._raw, strides=(1,))
        uris = np.zeros(0, np.int64)
        for step in (0, 8, 16):
            word = words[self._starts[places] + step]
            if not step:
                uris = places[word & _FIVE == _DATA]
            # The sign bit of a byte is set where it is lower than `+`: see "hasless", Bit Twiddling Hacks.
            places = places[(word - _BELOW) & ~word & _TOPS == 0]
            if not len(places):
                break
        odd = np.zeros(len(places), bool)
        for step in range(SHORTEST if len(places) else 0):
            kind = _CLASSES[self._raw[self._starts[places] + step]]
            fits = kind & _ALPHABET > 0
            odd = (odd | (kind & _HEX == 0))[fits]
            places = places[fits]
        return self._numbers(_union(places[odd], uris))

    def _numbers(self, places: Integers) -> list[int]:
        rows: list[int] = self._rows[places].tolist()
        return rows


def _union(one: Integers, other: Integers) -> Integers:
    """Put two ordered arrays together; mostly at least one of them is empty."""
    if not len(one) or not len(other):
        return one if len(one) else other
    return np.union1d(one, other)
