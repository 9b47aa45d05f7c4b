"""A file that lies elsewhere, as a stream: any part of it can be asked for, and what was just asked for is kept."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

BLOCK_BYTES = 4 << 20
"""Bytes that are asked for at once, at most."""
_FIRST_BYTES = 64 << 10
"""Bytes that are asked for at a place that was jumped to; twice as many with each part that follows."""
_KEPT = 4
"""Parts that are kept: readers that jump go to and fro between a few places."""


class Remote(io.RawIOBase):
    """A stream over a file that is had in parts; it has no descriptor.

    Args:
        ask: gives the bytes at an offset, of a length of at most `BLOCK_BYTES`.
        size: bytes of the file.
    """

    def __init__(self, ask: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._ask = ask
        self._size = size
        self._place = 0
        self._kept: list[tuple[int, bytes]] = []
        """Offsets and bytes, the latest last."""
        self._step = _FIRST_BYTES
        self._reached = -1
        """Where the part ends that was asked for last."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place from the start, from here or from the end."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

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
        for start, data in reversed(self._kept):
            if start <= offset < start + len(data):
                return data[offset - start : offset - start + length]
        self._step = min(2 * self._step, BLOCK_BYTES) if offset == self._reached else _FIRST_BYTES
        size = min(max(length, self._step), BLOCK_BYTES, self._size - offset)
        data = self._ask(offset, size)
        self._reached = offset + size
        self._kept = [*self._kept[1 - _KEPT :], (offset, data)]
        return data[:length]
