"""Streams that formats read: files on disk, and what comes out of a decompressor or an archive, forward only."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from connectors.errors import ReadError
from connectors.formats.limits import Meter
from connectors.interface import Cause

HEAD_BYTES = 64 * 1024
"""Bytes from the start of a file that decide what it is."""
UNKNOWN_SIZE = 1 << 62
"""Size of what says none, or whose word for it is not to be trusted."""
_STEP = 1024 * 1024


class Readable(Protocol):
    """What bytes come from: a decompressor, a member of an archive."""

    def read(self, size: int, /) -> bytes: ...


class Sequential(io.RawIOBase):
    """What streams of ours have in common: they are read by `read` and know their place."""

    _place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


class Pieces:
    """Pieces of bytes as a stream, read forward: what `Piped` reads from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes; nothing only at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


class Piped(Sequential):
    """A stream that is read forward and keeps its start, so that it can be looked at first and read then.

    Seeking forward throws away what lies between; seeking back beyond the start opens the source again, where it can
    be opened again.
    """

    def __init__(self, source: Callable[[], Readable], *, again: bool, meter: Meter | None = None) -> None:
        """Prepare a stream; nothing is read yet.

        Args:
            source: gives the bytes from the first one on.
            again: whether `source` may be called more than once.
            meter: counts all that comes out.
        """
        super().__init__()
        self.below: io.RawIOBase | None = None
        """What the source reads from, so that it lives as long."""
        self.again = again
        self._source = source
        self._meter = meter
        self._from: Readable | None = None
        self._reached = 0
        """Bytes taken from the source."""
        self._kept = b""
        self._ended = False
        self._error: ReadError | None = None
        """What the source ended with; told behind the last byte that it gave."""
        self._counted = 0
        """Bytes that the meter knows of."""

    def sample(self, offset: int, length: int) -> bytes:
        """Give some bytes of the start without moving; beyond it nothing.

        Raises:
            ReadError: not even the first byte can be had.
        """
        self._keep()
        if self._error is not None and not self._kept:
            raise self._error
        return self._kept[offset : offset + length]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place from the start or from here.

        Raises:
            io.UnsupportedOperation: it lies behind, and the source cannot be opened again.
        """
        if whence == os.SEEK_END:
            raise io.UnsupportedOperation("the end of a stream is not known before it was read")
        self._place = max(0, offset + (self._place if whence == os.SEEK_CUR else 0))
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        """Give up to `size` bytes; nothing only at the end.

        Raises:
            ReadError: the source is damaged, or goes beyond what its meter allows.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(_STEP), b""))
        if not size:
            return b""
        if self._place < len(self._kept) or not self._reached:
            self._keep()
            part = self._kept[self._place : self._place + size]
            if part:
                self._place += len(part)
                return part
        if self._reached > self._place:
            self._restart()
        while self._reached < self._place:
            if not self._take(min(_STEP, self._place - self._reached)):
                return b""
        part = self._take(size)
        self._place += len(part)
        return part

    def _keep(self) -> None:
        """Read the start, once."""
        if self._kept or self._reached or self._ended:
            return
        parts, left = [], HEAD_BYTES
        with suppress(ReadError):  # `_take` raises it again when reading comes there
            while left and (part := self._take(left)):
                parts.append(part)
                left -= len(part)
        self._kept = b"".join(parts)

    def _restart(self) -> None:
        if not self.again:
            raise io.UnsupportedOperation("this stream can be read once only")
        self._close_source()
        self._from, self._reached, self._ended, self._error = None, 0, False, None

    def _take(self, size: int) -> bytes:
        if self._error is not None:
            raise self._error
        if not size or self._ended:
            return b""
        try:
            if self._from is None:
                self._from = self._source()
            part = self._from.read(size)
            if self._meter is not None and self._reached + len(part) > self._counted:
                self._meter.count(self._reached + len(part) - self._counted)
        except ReadError as error:
            self._error = error
            raise
        self._reached += len(part)
        self._counted = max(self._counted, self._reached)
        self._ended = not part
        return part

    def _close_source(self) -> None:
        close = getattr(self._from, "close", None)
        if close is not None:
            close()

    def close(self) -> None:
        if not self.closed:
            self._close_source()
        super().close()


def spooled(stream: io.RawIOBase, meter: Meter) -> tuple[io.FileIO, ReadError | None]:
    """Copy a stream into memory that has a descriptor, for readers that jump; nothing goes to a disk.

    Args:
        stream: from its start.
        meter: says how much may be held at one time, and counts it; give it back with `meter.held -= size`.

    Returns:
        the copy, and what the stream ended with where it did not end well.

    Raises:
        ReadError: it has more than may be held.
    """
    file = io.FileIO(os.memfd_create("recense", os.MFD_CLOEXEC), "r+")
    most, size, late = meter.limits.spooled - meter.held, 0, None
    stream.seek(0)
    try:
        while size <= most and (part := stream.read(_STEP)):
            size += len(part)
            file.write(part)
    except ReadError as error:
        late = error
    if size > most:
        file.close()
        reason = f"it has more than {most >> 20} MB and lies inside another file, where only so much is opened"
        raise ReadError(Cause.OTHER, reason)
    file.seek(0)
    meter.held += size
    return file, late
