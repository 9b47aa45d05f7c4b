"""A window over a file of text: blocks of UTF-8 in order, with the byte offset in the file of where each begins."""

from __future__ import annotations

import codecs

from connectors.formats.encoding import Encoding
from connectors.formats.interface import Opened

BLOCK_BYTES = 4 * 1024 * 1024
"""Bytes that are read at once."""


class Window:
    """The part of a file that is in memory; it grows at its end and is consumed from its start.

    Args:
        file: what to read; its stream is moved.
        encoding: of the file. Wide encodings come out as UTF-8, all others as they are.
        start: byte offset of a character in the file; 0 skips the byte order mark.
        end: byte offset at which to stop; None for the file's size when it was opened.
    """

    def __init__(self, file: Opened, encoding: Encoding, start: int = 0, end: int | None = None) -> None:
        self.buffer = b""
        self.offset = max(start, encoding.skip)
        """Byte offset in the file at which the buffer begins."""
        self.done = False
        """Whether the buffer holds the last of the file."""
        self._file = file
        self._encoding = encoding
        self._next = self.offset
        self._end = file.size if end is None else min(end, file.size)
        self._decoder = None if encoding.bytewise else codecs.getincrementaldecoder(encoding.name)("replace")
        file.stream.seek(self.offset)

    def fill(self, size: int = BLOCK_BYTES) -> None:
        """Read on until the buffer holds `size` bytes or the file ends.

        Raises:
            OSError: where the disk does.
        """
        parts = [self.buffer]
        have = len(self.buffer)
        while have < size and not self.done:
            raw = self._file.stream.read(max(0, min(max(size - have, 4096), self._end - self._next))) or b""
            self._next += len(raw)
            self.done = not raw or self._next >= self._end
            parts.append(self._decoded(raw))
            have += len(parts[-1])
        self.buffer = b"".join(parts)

    def _decoded(self, raw: bytes) -> bytes:
        if self._decoder is None:
            return raw
        return self._decoder.decode(raw, final=self.done).encode("utf-8", "replace")

    def take(self, length: int) -> bytes:
        """Consume bytes from the start of the buffer; the cut must lie between two characters."""
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        if self._encoding.bytewise:
            self.offset += len(taken)
        else:
            self.offset += len(taken.decode("utf-8", "replace").encode(self._encoding.name, "replace"))
        return taken
