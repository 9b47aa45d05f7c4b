"""Trees of files on other machines as a source, over SFTP: `sftp://user@host:22/absolute/path`."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import ReadError, SourceError
from connectors.formats.stream import HEAD_BYTES
from connectors.guest.host import Guest
from connectors.guest.ranges import Ranged
from connectors.interface import Cause, Gate, Json, Right, SourceSpec
from connectors.paths import shown, translate
from connectors.sftp_rights import check_tree, grants_for
from connectors.sftp_session import Handle, LostError, Session, Status
from connectors.sftp_url import parse_target
from connectors.store import Body, Entry, FileStore, compare
from connectors.walk import SPECIAL, names_of

_RECENT_SECONDS = 5
"""A file that was written so short a time ago may be written again within the second that its time is told in."""


class SftpStore(FileStore):
    """The files below a folder of another machine, or one file.

    Links are never followed: a folder or file whose real path is another one is not opened. Equal fingerprints mean
    equal size, mode and time of change, which servers tell in whole seconds and owners can set: a file that was written
    in the last seconds before it was met has none, and only a writer that sets the clock back could hide a change.
    """

    def __init__(self, spec: SourceSpec, guest: Guest | None = None) -> None:
        """Prepare a store.

        Args:
            spec: of the source.
            guest: to ask about files; stays the caller's. None: one of its own.
        """
        self.target = parse_target(spec)
        super().__init__(spec, guest)
        self._session = Session(spec, self.target)
        self._root: bytes | None = None
        self._single = b""

    def _walk(self, gate: Gate) -> Iterator[Entry]:
        try:
            yield from self._met(gate)
        except LostError as error:
            raise SourceError(f"{self.spec.name}: {error}") from None

    def _met(self, gate: Gate) -> Iterator[Entry]:
        root = self._open_root()
        if self._single:
            yield _entry(self._single, shown(self._single), self._session.status(_below(root, self._single)))
            return
        waiting = [_Folder(b"", "")]
        while waiting:
            folder = waiting.pop()
            try:
                listed = sorted(self._listed(_below(root, folder.path)))
            except (OSError, ReadError) as error:
                if isinstance(error, LostError):
                    raise
                refusal = translate(error) if isinstance(error, OSError) else error
                yield Entry(folder.name or ".", {}, None, None, refusal, folder=True)
                continue
            below = []
            for (raw, status), name in zip(listed, names_of([raw for raw, _ in listed]), strict=True):
                path = folder.path + b"/" + raw if folder.path else raw
                full = f"{folder.name}/{name}" if folder.name else name
                if not stat.S_ISDIR(status.mode):
                    if self._wanted(path):
                        yield _entry(path, full, status)
                elif (self._wanted(path) or self.target.only.startswith(path + b"/")) and (
                    folder.path or gate(full) != ""
                ):
                    below.append(_Folder(path, full))
            waiting += reversed(below)

    def _wanted(self, path: bytes) -> bool:
        """Tell whether a path is, or lies in, what of the source is walked."""
        only = self.target.only
        return not only or path == only or path.startswith(only + b"/")

    def _listed(self, path: bytes) -> list[tuple[bytes, Status]]:
        """List a folder; where the connection broke, once more."""
        for last in (False, True):
            try:
                if self._session.real_path(path) != path:
                    raise ReadError(Cause.GONE, "a folder on its way was replaced while the scan ran; scan again")
                # Some servers tell no modes in a list.
                return [
                    (name, status if status.mode else self._session.status(_below(path, name)))
                    for name, status in self._session.folder(path)
                    if b"/" not in name and name
                ]
            except LostError:
                if last:
                    raise
        raise AssertionError("left by the loop")

    def _open(self, place: Mapping[str, Json], name: str) -> Body:  # noqa: ARG002 a path is enough
        path = _below(self._open_root(), os.fsencode(place["path"]))
        try:
            return SftpFile(self._session, path)
        except LostError:
            return SftpFile(self._session, path)

    def _open_root(self) -> bytes:
        """Find the root once; a single file's root is its folder.

        Raises:
            SourceError: it is not there, or cannot be looked at.
        """
        if self._root is None:
            try:
                # The target is the user's own word: a link there is followed, and only there.
                path = self._session.real_path(self.target.path)
                status = self._session.status(path)
            except (OSError, ReadError) as error:
                what = translate(error).cause if isinstance(error, OSError) else error.cause
                reason = {
                    Cause.GONE: "there is no such file or folder on the server; check the path",
                    Cause.DENIED: "the account has no right to it; `recense sources check` prints what gives it",
                }.get(what, str(error))
                raise SourceError(f"{self.spec.name}: {reason}") from None
            if stat.S_ISDIR(status.mode):
                self._root = path
            else:
                folder, _, self._single = path.rpartition(b"/")
                self._root = folder or b"/"
        return self._root

    def check(self) -> Iterator[Right]:
        """Look through the tree, and ask whether the account could write."""
        root = self._open_root()
        yield from check_tree(self._session, self.target, root, self._walk(lambda _container: None))

    def grants(self) -> Sequence[str]:
        """Give the commands and lines for an account called `recense` on the server."""
        return grants_for(self.target)

    def close(self) -> None:
        """Close the connection, and let the guest go."""
        super().close()
        self._session.close()


@dataclass(frozen=True)
class _Folder:
    path: bytes
    name: str


def _below(folder: bytes, path: bytes) -> bytes:
    return folder.rstrip(b"/") + b"/" + path if path else folder


def _entry(path: bytes, name: str, status: Status) -> Entry:
    error = None
    if stat.S_ISLNK(status.mode):
        error = ReadError(Cause.LINK, "a symbolic link; links are not followed")
    elif not stat.S_ISREG(status.mode):
        error = ReadError(Cause.LINK, f"{SPECIAL.get(stat.S_IFMT(status.mode), 'no file')}; only files are read")
    return Entry(name, {"path": os.fsdecode(path)}, status.size, _fingerprint(status), error)


def _state(status: Status) -> str:
    return f"{status.size}-{status.changed}"


def _fingerprint(status: Status) -> str | None:
    recent = abs(time.time() - status.changed) < _RECENT_SECONDS
    return None if recent else f"{_state(status)}-{status.mode:o}"


class SftpFile(Body, Ranged):
    """A file of the server, open; its first part is read with that.

    Args:
        session: to the server.
        path: absolute, without links.

    Raises:
        ReadError, OSError: it cannot be opened.
        SourceError: the server has gone.
    """

    def __init__(self, session: Session, path: bytes) -> None:
        self._session = session
        self._path = path
        self._handle: Handle | None = None
        self._status, self._first = self._opened()
        self.size, self.mode = self._status.size, self._status.mode
        self.state, self.fingerprint = _state(self._status), _fingerprint(self._status)

    def _opened(self) -> tuple[Status, bytes]:
        """Open it; gives what it is and its first part."""
        self._handle, real = self._session.open(self._path)
        try:
            # Asked once it is open: a link that took its place before shows now, and one that does so later is late.
            return self._begun(self._handle, real)
        except BaseException:
            self.close()
            raise

    def _begun(self, handle: Handle, real: bytes) -> tuple[Status, bytes]:
        if real != self._path:
            raise OSError(errno.ELOOP, "a link took its place")
        status, first = self._session.begin(handle, HEAD_BYTES)
        if not stat.S_ISREG(status.mode):
            raise OSError(errno.ENXIO, "no file")
        return status, first[: status.size]

    @property
    def _held(self) -> Handle:
        if self._handle is None:
            raise ReadError(Cause.LOST, "the connection to the server broke; scan again")
        return self._handle

    def handle(self) -> Ranged:
        return self

    def read(self, offset: int, length: int) -> bytes:
        data = self._first[offset : offset + length]
        if len(data) == length:
            return data
        rest = self._part(offset + len(data), length - len(data))
        if len(data) + len(rest) < length:
            left = f"{offset + len(data) + len(rest):,} of {self.size:,} bytes were left"
            raise ReadError(Cause.CUT, f"it became shorter while it was read ({left}); scan again")
        return data + rest

    def _part(self, offset: int, length: int) -> bytes:
        """Read some bytes, also where the connection broke meanwhile, once."""
        try:
            return self._session.read(self._held, offset, length)
        except LostError:
            self._open_again()
            return self._session.read(self._held, offset, length)

    def _open_again(self) -> None:
        self._handle = None
        if self._opened()[0] != self._status:
            raise ReadError(Cause.CUT, "it was written to while it was read; scan again")

    def settle(self) -> None:
        try:
            now = self._session.status_of(self._held)
        except LostError:
            self._open_again()
            return
        compare(self.size, now.size, changed=now.changed != self._status.changed)

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            try:
                self._session.shut(handle)
            except (OSError, ReadError, SourceError):
                return  # what is broken has nothing open
