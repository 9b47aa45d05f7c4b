"""Streams out of libraries that push what they unpack into something with `write`, instead of letting it be pulled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, Queue

_PIECE = 64 * 1024
_AHEAD = 8
"""Pieces that may wait to be read."""


class StoppedError(Exception):
    """Nobody reads on; goes through the library as an error of what it writes to."""


class Pushed:
    """What a library writes, to be read piece by piece; it runs in a thread of its own, a few pieces ahead at most."""

    def __init__(self, run: Callable[[Callable[[bytes], int]], None]) -> None:
        """Prepare to run; nothing is started before something is read.

        Args:
            run: unpacks all and calls its argument with each piece of bytes.
        """
        self._run = run
        self._queue: Queue[bytes | None] = Queue(_AHEAD)
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._error: Exception | None = None
        self._waiting = bytearray()
        self._here = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Give what comes next.

        Raises:
            Exception: whatever the library raised, behind all that it wrote before.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        if not self._here and not self._ended:
            piece = self._queue.get()
            self._ended, self._here = piece is None, piece or b""
        if self._ended and self._error is not None:
            raise self._error
        part, self._here = self._here[:size], self._here[size:]
        return part

    def close(self) -> None:
        """Let the library end, and wait for it."""
        self._stopped = True
        while self._thread is not None and self._thread.is_alive():
            try:
                self._queue.get(timeout=0.01)
            except Empty:
                continue

    def _work(self) -> None:
        try:
            self._run(self._write)
        except Exception as error:  # noqa: BLE001 the reader gets it
            self._error = error
        if self._waiting and not self._stopped:
            self._queue.put(bytes(self._waiting))
        self._queue.put(None)

    def _write(self, data: bytes) -> int:
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            if self._stopped:
                raise StoppedError
            self._queue.put(bytes(self._waiting))
            self._waiting.clear()
        return len(data)
