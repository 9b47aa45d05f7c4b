"""A window over a file of text: blocks of UTF-8 in order, with the byte offset in the file of where each begins."""

from __future__ import annotations

import codecs
import io
import os
from collections import deque

from connectors.errors import ReadError
from connectors.formats.encoding import Encoding
from connectors.formats.interface import Opened

BLOCK_BYTES = 4 * 1024 * 1024
"""Bytes that are read at once."""
_SECTOR = 512
"""Bytes that `stat` counts by."""


class Window:
    """The part of a file that is in memory; it grows at its end and is consumed from its start.

    Of a hole in a sparse file, which reads as zeros, the last byte alone is taken in if `holes` is set; `offset` counts
    all of it.

    Args:
        file: what to read; its stream is moved.
        encoding: of the file. Wide encodings come out as UTF-8, all others as they are.
        start: byte offset of a character in the file; 0 skips the byte order mark.
        end: byte offset at which to stop; None for the file's size when it was opened.
        holes: whether holes may be passed over; who reckons offsets from lengths by itself says no.
    """

    def __init__(
        self, file: Opened, encoding: Encoding, start: int = 0, end: int | None = None, *, holes: bool = False
    ) -> None:
        self.buffer = b""
        self.offset = max(start, encoding.skip)
        """Byte offset in the file at which the buffer begins."""
        self.done = False
        """Whether the buffer holds the last of the file."""
        self._stream = file.stream
        self._encoding = encoding
        self._left = (file.size if end is None else min(end, file.size)) - self.offset
        self._decoder = None if encoding.bytewise else codecs.getincrementaldecoder(encoding.name)("replace")
        self._ahead = b""
        """Read and not in the buffer, so that what that holds depends on nothing but its offset and size."""
        self._error: ReadError | None = None
        """What the file ended with; raised when all that came before was consumed."""
        self._stream.seek(self.offset)
        self._sparse = holes and self._decoder is None and _is_sparse(self._stream)
        self._holes = deque[tuple[int, int]]()
        """How many bytes were taken in before what is left of each hole, and bytes of it that were left out."""
        self._came = self._went = self._passed = 0
        """Bytes taken in, bytes consumed, and bytes of holes that lie before `offset`."""

    @property
    def spent(self) -> int:
        """A count that grows with `offset` by the bytes that were read, holes left out."""
        return self.offset - self._passed

    def finish(self) -> None:
        """Say what the file ended with, once all of it was consumed.

        Raises:
            ReadError: it is damaged there.
        """
        if self._error is not None:
            raise self._error

    def fill(self, size: int = BLOCK_BYTES) -> None:
        """Let the buffer hold `size` bytes (up to three less in a wide encoding), or what is left of the file.

        Raises:
            OSError: where the disk does.
            ReadError: a stream is damaged here, and nothing of it is left.
        """
        if self._error is not None and not self.buffer and not self._ahead:
            raise self._error
        self._ahead, self.buffer = self.buffer + self._ahead if self._ahead else self.buffer, b""
        parts = []
        while size > 0 and (self._ahead or self._left > 0):
            if not self._ahead:
                self._read(size)
            length = self._fitting(size)
            if self._ahead and not length:
                break
            parts.append(self._ahead[:length])
            self._ahead = self._ahead[length:]
            size -= length
        self.buffer = b"".join(parts)
        self.done = not self._ahead and self._left <= 0

    def _read(self, room: int) -> None:
        try:
            room = min(self._without_hole(room) if self._sparse else room, self._left)
            raw = self._stream.read(room if self._decoder is None else min(max(room, 4096), self._left)) or b""
        except ReadError as error:
            self._error, raw = error, b""
        self._left = self._left - len(raw) if raw else 0
        self._came += len(raw)
        self._ahead = raw if self._decoder is None else self._decoder.decode(raw, final=not self._left).encode()

    def _without_hole(self, room: int) -> int:
        """Pass over a hole that begins here, but for its last byte; gives how much may be read up to the next one."""
        here = self._stream.tell()
        try:
            data = self._stream.seek(here, os.SEEK_DATA)
            room = min(room, self._stream.seek(data, os.SEEK_HOLE) - data if data == here else 1)
        except OSError:  # nothing but a hole is left, or the file system does not tell
            data = here
        hole = min(data, here + self._left) - here - 1
        if hole > 0:
            self._holes.append((self._came, hole))
            here, self._left = here + hole, self._left - hole
        self._stream.seek(here)
        return max(room, 1)

    def _fitting(self, room: int) -> int:
        """Give how much of what is ahead fits, in whole characters where it was decoded."""
        if self._decoder is None or len(self._ahead) <= room:
            return min(len(self._ahead), room)
        while room and self._ahead[room] & 0xC0 == 0x80:
            room -= 1
        return room

    def take(self, length: int) -> bytes:
        """Consume bytes from the start of the buffer; the cut must lie between two characters."""
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        if self._encoding.bytewise:
            self._went += len(taken)
            self.offset += len(taken)
            while self._holes and self._holes[0][0] < self._went:
                hole = self._holes.popleft()[1]
                self.offset, self._passed = self.offset + hole, self._passed + hole
        else:
            self.offset += len(taken.decode("utf-8", "replace").encode(self._encoding.name, "replace"))
        return taken


def _is_sparse(stream: io.RawIOBase) -> bool:
    if not isinstance(stream, io.FileIO):
        return False
    status = os.fstat(stream.fileno())
    return status.st_blocks * _SECTOR < status.st_size
