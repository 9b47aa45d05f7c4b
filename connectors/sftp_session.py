"""A session of SFTP, as far as a scan needs one: lists, looks, reads. Names are bytes, as the server has them.

The library's own client takes names for UTF-8 and reads ahead without bounds, so requests are made here.

Source: draft-ietf-secsh-filexfer-02 (SFTP version 3).
"""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import paramiko
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_FSTAT,
    CMD_LSTAT,
    CMD_OPEN,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_REALPATH,
    CMD_STATUS,
    SFTP_FLAG_READ,
    SFTP_FLAG_WRITE,
    int64,
)
from paramiko.sftp_attr import SFTPAttributes

from connectors.errors import ReadError, SourceError
from connectors.interface import Cause, SourceSpec
from connectors.sftp_login import login
from connectors.sftp_url import Target

_PART = 128 << 10
"""Bytes that one request asks for; a server that gives less is asked for as much as it gave."""
_LEAST_PART = 4096
_BROKE = "the connection to the server broke; scan again"


class LostError(ReadError):
    """The connection broke, or stood still."""


@dataclass(frozen=True)
class Status:
    """What the server says of a file."""

    mode: int
    """As `stat` has it; 0 where it is not told."""
    size: int
    """Bytes."""
    changed: int
    """Seconds since 1970, by the server's clock."""


@dataclass(frozen=True)
class Handle:
    """An open file, as long as the connection that opened it lasts."""

    raw: bytes
    connection: int
    """Its number."""


class Session:
    """A connection that is made when it is first needed, and again after it was lost; one request at a time.

    Args:
        spec: for the time-outs.
        target: the server and the account.
    """

    def __init__(self, spec: SourceSpec, target: Target) -> None:
        self._spec = spec
        self._target = target
        self._transport: paramiko.Transport | None = None
        self._client: Any = None
        self._lock = threading.RLock()
        self._part = _PART
        self._number = 0

    @contextmanager
    def _asking(self, handle: Handle | None = None) -> Iterator[Any]:
        """Give the connection for one request, and put what goes wrong into our words.

        Args:
            handle: what is asked about, where that is an open file.

        Raises:
            LostError: the connection broke.
            ReadError: the server refuses, and does not say why.
            OSError: it does say why.
            SourceError: no connection can be made.
        """
        with self._lock:
            if handle is not None and not (self._is_up() and handle.connection == self._number):
                raise LostError(Cause.LOST, _BROKE)
            client = self._connected()
            try:
                yield client
            except TimeoutError:
                self.close()
                raise LostError(Cause.TIMEOUT, "the server did not answer in time; scan again") from None
            except (EOFError, paramiko.SSHException, paramiko.SFTPError, ConnectionError, UnicodeDecodeError):
                self.close()
                raise LostError(Cause.LOST, _BROKE) from None
            except OSError as error:
                if not self._is_up() or client.get_channel().closed:
                    self.close()
                    raise LostError(Cause.LOST, _BROKE) from None
                if error.errno in (errno.ENOENT, errno.EACCES):
                    raise OSError(error.errno, os.strerror(error.errno)) from None
                raise ReadError(Cause.OTHER, "the server refuses it, and does not say why; see its log") from None

    def _is_up(self) -> bool:
        return self._client is not None and self._transport is not None and self._transport.is_active()

    def _connected(self) -> Any:
        if not self._is_up():
            self.close()
            self._transport = login(self._spec, self._target)
            self._number += 1
            try:
                self._client = paramiko.SFTPClient.from_transport(self._transport)
                self._client.get_channel().settimeout(min(60.0, self._spec.statement_timeout))
            except (paramiko.SSHException, paramiko.SFTPError, EOFError, OSError, AttributeError):
                self.close()
                raise SourceError(
                    f"{self._target.place}: the server gives this account no SFTP; see the lines for its sshd_config"
                ) from None
        return self._client

    def real_path(self, path: bytes) -> bytes:
        """Give the path that a path leads to, links resolved."""
        with self._asking() as client:
            _, message = client._request(CMD_REALPATH, path)  # noqa: SLF001 its own method decodes names
            message.get_int()
            return bytes(message.get_binary())

    def status(self, path: bytes) -> Status:
        """Look at something; a link is itself."""
        with self._asking() as client:
            return _status(client._request(CMD_LSTAT, path)[1])  # noqa: SLF001 likewise

    def folder(self, path: bytes) -> list[tuple[bytes, Status]]:
        """List a folder, in the server's order; links are themselves."""
        with self._asking() as client:
            handle = client._request(CMD_OPENDIR, path)[1].get_binary()  # noqa: SLF001 likewise
            found: list[tuple[bytes, Status]] = []
            while True:
                try:
                    _, message = client._request(CMD_READDIR, handle)  # noqa: SLF001 likewise
                except EOFError:
                    break
                for _ in range(message.get_int()):
                    name = bytes(message.get_binary())
                    message.get_binary()
                    status = _status(message)
                    if name not in (b".", b".."):
                        found.append((name, status))
            client._request(CMD_CLOSE, handle)  # noqa: SLF001 likewise
        return found

    def open(self, path: bytes) -> tuple[Handle, bytes]:
        """Open a file for reading; gives also the real path that its path had then.

        The server answers in the order of asking, so that one wait is enough.
        """
        opened, real = _Answer(), _Answer()
        with self._asking() as client:
            client._async_request(opened, CMD_OPEN, path, SFTP_FLAG_READ, SFTPAttributes())  # noqa: SLF001 see above
            client._async_request(real, CMD_REALPATH, path)  # noqa: SLF001 likewise
            while real.message is None or opened.message is None:
                client._read_response()  # noqa: SLF001 likewise
            handle = Handle(bytes(opened.told(client).get_binary()), self._number)
            message = real.told(client)
            message.get_int()
            return handle, bytes(message.get_binary())

    def begin(self, handle: Handle, length: int) -> tuple[Status, bytes]:
        """Look at an open file and read its first part, up to some bytes, in one wait."""
        looked, first = _Answer(), _Answer()
        with self._asking(handle) as client:
            client._async_request(looked, CMD_FSTAT, handle.raw)  # noqa: SLF001 see above
            client._async_request(first, CMD_READ, handle.raw, int64(0), length)  # noqa: SLF001 likewise
            while first.message is None or looked.message is None:
                client._read_response()  # noqa: SLF001 likewise
            status = _status(looked.told(client))
            return status, first.told(client).get_binary() if status.size and stat.S_ISREG(status.mode) else b""

    def may_open_for_writing(self, path: bytes) -> bool:
        """Say whether the server minds that something which is not there were written to; it is not made."""
        try:
            with self._asking() as client:
                client._request(CMD_OPEN, path, SFTP_FLAG_WRITE, SFTPAttributes())  # noqa: SLF001 likewise
        except (OSError, ReadError) as error:
            return isinstance(error, OSError) and error.errno == errno.ENOENT
        return True

    def status_of(self, handle: Handle) -> Status:
        """Look at an open file."""
        with self._asking(handle) as client:
            return _status(client._request(CMD_FSTAT, handle.raw)[1])  # noqa: SLF001 likewise

    def read(self, handle: Handle, offset: int, length: int) -> bytes:
        """Read from an open file; less than asked for only at its end. All of it is asked for at once."""
        data = bytearray(length)
        with self._asking(handle) as client:
            wanted, end = [(offset, length)], offset + length
            while wanted:
                gathered = _Gathered(data, offset)
                for start, size in wanted:
                    for at in range(start, start + size, self._part):
                        part = min(self._part, start + size - at)
                        number = client._async_request(gathered, CMD_READ, handle.raw, int64(at), part)  # noqa: SLF001 see above
                        gathered.asked[number] = (at, part)
                while gathered.asked:
                    client._read_response()  # noqa: SLF001 see above
                if gathered.refused:
                    raise gathered.refused
                end = min(end, gathered.end)
                wanted = [(at, size) for at, size in gathered.short if at < end]
                if wanted and gathered.least < self._part:
                    self._part = max(_LEAST_PART, gathered.least)
        return bytes(memoryview(data)[: max(0, end - offset)])

    def shut(self, handle: Handle) -> None:
        """Close an open file."""
        with self._asking(handle) as client:
            client._async_request(type(None), CMD_CLOSE, handle.raw)  # noqa: SLF001 see above; no answer is waited for

    def close(self) -> None:
        """Close the connection; closing twice does no harm."""
        transport, self._transport, self._client = self._transport, None, None
        if transport is not None:
            transport.close()


class _Answer:
    """What comes in answer to one request among several."""

    def __init__(self) -> None:
        self.message: Any = None
        self._kind = 0

    def _async_response(self, kind: int, message: Any, _number: int) -> None:
        self._kind, self.message = kind, message

    def told(self, client: Any) -> Any:
        """Give the answer.

        Raises:
            OSError, EOFError: the server refuses.
        """
        if self._kind == CMD_STATUS:
            client._convert_status(self.message)  # noqa: SLF001 raises
        return self.message


class _Gathered:
    """What comes in answer to the requests for one stretch of a file, in any order.

    Args:
        data: where it goes.
        start: offset of the stretch in the file.
    """

    def __init__(self, data: bytearray, start: int) -> None:
        self._data = data
        self._start = start
        self.asked: dict[int, tuple[int, int]] = {}
        """Offset and length, by the request's number."""
        self.short: list[tuple[int, int]] = []
        """What is still to be asked for."""
        self.least = _PART
        """The fewest bytes that came in an answer."""
        self.end = 1 << 63
        """The first offset behind the file's end that was asked for."""
        self.refused: Exception | None = None

    def _async_response(self, kind: int, message: Any, number: int) -> None:
        at, size = self.asked.pop(number)
        if kind != CMD_DATA:
            code = message.get_int()
            if code == paramiko.sftp.SFTP_EOF:
                self.end = min(self.end, at)
            else:
                known = {
                    paramiko.sftp.SFTP_PERMISSION_DENIED: errno.EACCES,
                    paramiko.sftp.SFTP_NO_SUCH_FILE: errno.ENOENT,
                }
                self.refused = OSError(known.get(code, 0), "refused")
            return
        part = message.get_binary()[:size]
        self._data[at - self._start : at - self._start + len(part)] = part
        if len(part) < size:
            if part:
                self.least = min(self.least, len(part))
                self.short.append((at + len(part), size - len(part)))
            else:
                self.end = min(self.end, at)


def _status(message: Any) -> Status:
    told = SFTPAttributes._from_msg(message)  # noqa: SLF001 there is no other way
    return Status(told.st_mode or 0, told.st_size or 0, told.st_mtime or 0)
