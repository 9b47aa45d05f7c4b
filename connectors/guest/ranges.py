"""Parts of a file that a guest has no descriptor of: it asks for them by offset and length, and its host fetches them.

They pass over a socket of their own, so that fetching, parsing and detecting go on side by side: while the guest works
on one part, a thread of the host has the next one ready. What a guest asks for is checked: it lies inside the file and
is no longer than a block; anything else ends the guest.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Self

from connectors.errors import ConnectorError, ReadError
from connectors.formats.remote import BLOCK_BYTES
from connectors.interface import Cause
from connectors.paths import translate

_WANT = struct.Struct("!QI")
_GOT = struct.Struct("!I")
_PATIENCE = 5.0
"""Seconds that the end of a thread is waited for; one that hangs in the network ends with its own time-out."""


class Ranged(ABC):
    """A file that can be read in parts, by one thread at a time."""

    size: int
    """Bytes."""

    @abstractmethod
    def read(self, offset: int, length: int) -> bytes:
        """Give exactly these bytes, which lie inside the file.

        Raises:
            ReadError: they cannot be had.
            OSError: likewise, for a system error that `paths.translate` puts into words.
            SourceError: the source as a whole has gone.
        """


class Serving:
    """Answers what a guest wants of one file, in a thread, until it is left.

    Args:
        file: read by the thread alone while this lasts.
    """

    def __init__(self, file: Ranged) -> None:
        self._file = file
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for one in (self._ours, self._theirs):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.error: ConnectorError | None = None
        """Why it ended before the guest did."""
        self._spent = 0.0
        self._since: float | None = None
        self._thread = threading.Thread(target=self._run, name="ranges", daemon=True)

    @property
    def descriptor(self) -> int:
        """The guest's end."""
        return self._theirs.fileno()

    def waited(self) -> float:
        """Give the seconds in all that were spent on fetching: the guest is not to blame for them."""
        since = self._since
        return self._spent + (time.monotonic() - since if since is not None else 0.0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._thread.join(_PATIENCE)
        self._ours.close()
        self._theirs.close()

    def _run(self) -> None:
        try:
            self._serve()
        except ConnectorError as error:
            self.error = error
        except (OSError, ValueError):  # the guest or the host is gone
            return
        except Exception as error:  # noqa: BLE001 a thread's error would end on the screen, with what it holds
            self.error = ReadError(Cause.OTHER, f"recense failed on it ({type(error).__name__}); please report this")
        self._end()

    def _end(self) -> None:
        with suppress(OSError):  # ended already
            self._ours.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        """Answer, and where the guest reads on, have the next part ready before it asks."""
        ready, start, reached = b"", 0, -1
        while (want := _exactly(self._ours, _WANT.size)) is not None:
            offset, length = _WANT.unpack(want)
            end = offset + length
            if not 0 < length <= BLOCK_BYTES or end > self._file.size:
                reason = "what opened it asked for what is not there; the file may be made to break it"
                raise ReadError(Cause.CORRUPT, reason)
            if not start <= offset <= start + len(ready):
                ready, start = b"", offset
            data, ready, start = self._filled(ready[offset - start :], offset, length), b"", end
            data, ready = data[:length], data[length:]
            self._ours.sendall(_GOT.pack(length))
            self._ours.sendall(data)
            if offset == reached:
                ready = self._filled(ready, end, min(BLOCK_BYTES, 2 * length, self._file.size - end))
            reached = end

    def _filled(self, data: bytes, offset: int, length: int) -> bytes:
        """Add to what is there from an offset on, so that it has some length."""
        missing = length - len(data)
        return data + self._fetch(offset + len(data), missing) if missing > 0 else data

    def _fetch(self, offset: int, length: int) -> bytes:
        self._since = began = time.monotonic()
        try:
            return self._file.read(offset, length)
        except OSError as error:
            raise translate(error) from None
        finally:
            self._spent += time.monotonic() - began
            self._since = None


def ask(descriptor: int, offset: int, length: int) -> bytes:
    """Ask the host for a part of the file, as the guest does; ends this process where the host is gone.

    Args:
        descriptor: the guest's end.
        offset: from 0.
        length: at most `BLOCK_BYTES`, and inside the file.
    """
    want = _WANT.pack(offset, length)
    try:
        os.write(descriptor, want)
        (size,) = _GOT.unpack(_read(descriptor, _GOT.size))
        return _read(descriptor, size)
    except (OSError, struct.error):
        # Nothing that a parser could take for a fault of the file may come of this: the host knows what went wrong.
        os._exit(0)


def _read(descriptor: int, size: int) -> bytes:
    parts = []
    while size and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    if size:
        raise OSError
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _exactly(link: socket.socket, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        part = link.recv(size - len(data))
        if not part:
            return None
        data += part
    return data
