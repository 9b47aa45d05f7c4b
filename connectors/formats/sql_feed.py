"""A dump as it is gone through: the part that is in memory, where reading stands in it, and the number of the line."""

from __future__ import annotations

from connectors.formats.encoding import encoding_of
from connectors.formats.interface import Opened
from connectors.formats.window import BLOCK_BYTES, Window


class Feed:
    """Bytes of a dump from one place on. Places are offsets in `buffer`, and move when more is read.

    Args:
        file: read forward, from its first byte.
    """

    def __init__(self, file: Opened) -> None:
        self.buffer = b""
        self.place = 0
        """What lies before has been dealt with."""
        self.done = False
        """Whether the buffer holds the last of the file."""
        self.start = 0
        """Where in the file, as it is read, the buffer begins."""
        self.taken = 0
        """Bytes of the file that were read."""
        encoding = encoding_of(file.head)
        self.bytewise = encoding.bytewise
        self.anywhere = file.anywhere and self.bytewise
        """Whether any part of the file can be looked at."""
        self._window = Window(file, encoding)
        self._counted = 0
        self._line = 1

    def more(self, size: int = BLOCK_BYTES) -> bool:
        """Read on, and let go of what lies before `place`, which becomes 0.

        Returns:
            whether anything came.

        Raises:
            OSError, ReadError: the source does.
        """
        if self.done:
            return False
        self.line_at(self.place)
        self._window.fill(size)
        block = self._window.take(len(self._window.buffer))
        self.taken += len(block)
        self.buffer = self.buffer[self.place :] + block
        self._counted -= self.place
        self.start += self.place
        self.place = 0
        self.done = self._window.done
        return bool(block)

    def finish(self) -> None:
        """Say what the file ended with, once all of it was read.

        Raises:
            ReadError: it is damaged there.
        """
        self._window.finish()

    def ahead(self, size: int) -> None:
        """Have some bytes from `place` on in the buffer, or what is left."""
        while len(self.buffer) - self.place < size and self.more():
            pass

    def line_at(self, place: int) -> int:
        """Give the number of the line, from 1, that a place lies in; no place before one that was asked for."""
        self._line += self.buffer.count(b"\n", self._counted, place)
        self._counted = place
        return self._line
