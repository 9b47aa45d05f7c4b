"""A file that lies elsewhere, as a stream: any part of it can be asked for, and what was just asked for is kept."""

from __future__ import annotations

import os
from collections.abc import Callable

from connectors.formats.stream import Sequential

BLOCK_BYTES = 4 << 20
"""Bytes that are asked for at once, at most."""
_FIRST_BYTES = 64 << 10
"""Bytes that are asked for at a place that was jumped to; twice as many with each part that follows it."""
_KEPT_BYTES = 24 << 20
_KEPT_PARTS = 64
"""Of what was asked for: readers that jump go to and fro between some places, one for each column say."""


class Remote(Sequential):
    """A stream over a file that is had in parts; it has no descriptor.

    Args:
        ask: gives the bytes at an offset, of a length of at most `BLOCK_BYTES`.
        size: bytes of the file.
    """

    def __init__(self, ask: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._ask = ask
        self._size = size
        self._kept: dict[int, tuple[int, bytes]] = {}
        """The last part at each place that is read on from, by its end: offset and bytes; the latest last."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place from the start, from here or from the end."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        """Give `size` bytes, or what is left; all that is left where it is negative."""
        data = self.sample(self._place, self._size if size < 0 else size)
        self._place += len(data)
        return data

    def sample(self, offset: int, length: int) -> bytes:
        """Give some bytes without moving."""
        parts = []
        end = min(offset + length, self._size)
        while offset < end:
            part = self._part(offset, end - offset)
            parts.append(part)
            offset += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _part(self, offset: int, length: int) -> bytes:
        """Give the first of some bytes: what is kept of them, or what is asked for now."""
        for end, (start, data) in reversed(self._kept.items()):
            if start <= offset < end:
                return data[offset - start : offset - start + length]
        before = self._kept.pop(offset, None)
        step = _FIRST_BYTES if before is None else min(2 * len(before[1]), BLOCK_BYTES)
        size = min(max(length, step), BLOCK_BYTES, self._size - offset)
        data = self._ask(offset, size)
        self._kept[offset + size] = offset, data
        held = sum(len(part) for _, part in self._kept.values())
        while held > _KEPT_BYTES or len(self._kept) > _KEPT_PARTS:
            held -= len(self._kept.pop(next(iter(self._kept)))[1])
        return data[:length]
