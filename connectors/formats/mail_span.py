"""A stretch of bytes that can be read again and again: one message, in memory or in a file that can be sought in."""

from __future__ import annotations

import io
from dataclasses import dataclass

STEP = 1024 * 1024
"""Bytes that are taken from a file at once."""


@dataclass(frozen=True, repr=False)
class Span:
    """The bytes of one message."""

    held: bytes
    """All of them, where there is no `stream`."""
    stream: io.RawIOBase | None = None
    """Seekable, shared by all spans of a file: each read sets its place anew."""
    start: int = 0
    """Where it begins in the stream."""
    size: int = 0
    """Bytes of it."""

    @classmethod
    def of(cls, held: bytes) -> Span:
        """Make one of bytes in memory."""
        return cls(held, size=len(held))

    def part(self, start: int, size: int) -> Span:
        """Give a part of it, by its own offsets."""
        if self.stream is None:
            return Span.of(self.held[start : start + size])
        return Span(b"", self.stream, self.start + start, max(0, min(size, self.size - start)))

    def at(self, offset: int, size: int) -> bytes:
        """Give up to `size` bytes from an offset; fewer only at the end.

        Raises:
            OSError: where the disk does.
        """
        size = min(size, self.size - offset)
        if size <= 0:
            return b""
        if self.stream is None:
            return self.held[offset : offset + size]
        self.stream.seek(self.start + offset)
        parts = []
        while size > 0 and (part := self.stream.read(size)):
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Cursor:
    """Goes through a span from its start; what was passed is let go."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.data = span.held
        """What is in memory."""
        self.base = 0
        """Offset in the span at which `data` begins."""
        self.place = 0
        """Offset in `data` of what comes next."""

    @property
    def offset(self) -> int:
        """Give the offset in the span of what comes next."""
        return self.base + self.place

    @property
    def ended(self) -> bool:
        """Whether `data` reaches to the end of the span."""
        return self.base + len(self.data) >= self.span.size

    def more(self, size: int = STEP) -> bool:
        """Take in more bytes behind `data`, letting go what lies before `place`; False where there are none."""
        if self.ended:
            return False
        end = self.base + len(self.data)
        self.data = self.data[self.place :] + self.span.at(end, size)
        self.base += self.place
        self.place = 0
        return self.base + len(self.data) > end
