"""Trees of files as a source: `file:///absolute/path`, a folder or a single file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import SourceError
from connectors.files_rights import check_tree, grants_for
from connectors.files_url import path_of
from connectors.formats.interface import Opened
from connectors.guest.host import Guest
from connectors.interface import Gate, Json, Kept, Right, SourceSpec, Unread
from connectors.paths import open_entry, open_file, shown
from connectors.store import Body, Entry, FileStore, compare
from connectors.walk import Found, meet, walk


class FileTree(FileStore):
    """The files below a folder, or one file.

    Names are what the file system has; what is read is decided by content. Links are never followed: what they lead to
    inside the root is met there. Equal fingerprints mean equal size, times of change in nanoseconds and inode: only a
    writer that sets the clock back could hide a change. Files are opened here and read in a guest, which sees nothing
    but their descriptors; SQLite databases alone are read here, since they lie in several files.
    """

    def __init__(self, spec: SourceSpec, guest: Guest | None = None) -> None:
        """Prepare a tree.

        Args:
            spec: of the source.
            guest: to ask about files; stays the caller's. None: one of its own.
        """
        super().__init__(spec, guest)
        self._path = path_of(spec)
        self._root: int | None = None
        self._single: bytes | None = None

    def _walk(self, gate: Gate) -> Iterator[Entry]:
        root = self._open_root()
        if self._single:
            met: Iterable[Found] = [meet(root, self._single, self._single, shown(self._single))]
        else:
            met = walk(root, passes=lambda folder: gate(folder) != "")
        for found in met:
            size = found.status.st_size if found.status and not found.folder else None
            place = {"path": os.fsdecode(found.path)}
            state = None if found.status is None else _state(found.status)
            yield _Met(found.name, place, size, state, found.error, found.folder, parent=found.parent)

    def _enter(self, entry: Entry) -> Body:
        if not isinstance(entry, _Met):
            return super()._enter(entry)
        return _File(open_entry(entry.parent, os.fsencode(entry.place["path"]).rpartition(b"/")[2]))

    def _open(self, place: Mapping[str, Json], name: str) -> Body:  # noqa: ARG002 a path is enough
        return _File(open_file(self._open_root(), os.fsencode(place["path"])))

    def check(self) -> Iterator[Right]:
        """Look through the tree."""
        root = self._open_root()
        if not self._single:
            yield from check_tree(root, self.spec.name)
            return
        for line in self.assets():
            if isinstance(line, Kept):
                continue
            missing = isinstance(line, Unread) and not line.cause.skipped
            yield Right(line.name, "error" if missing else "ok", getattr(line, "reason", "can be read"))

    def grants(self) -> Sequence[str]:
        """Give the commands for an account called `recense`."""
        return grants_for(self._path)

    def close(self) -> None:
        """Close the root folder, and let the guest go."""
        super().close()
        if self._root is not None:
            os.close(self._root)
            self._root = None

    def _open_root(self) -> int:
        """Open the root once; a single file's root is its folder.

        Raises:
            SourceError: it cannot be opened.
        """
        if self._root is None:
            try:
                # The target is the user's own word: a link there is followed, and only there.
                path = Path(os.fsdecode(self._path)).resolve(strict=True)
                if not path.is_dir():
                    path, self._single = path.parent, os.fsencode(path.name)
                self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError as error:
                what = os.strerror(error.errno or 0)
                raise SourceError(f"{self.spec.name}: {what}; check the path and the rights on it") from error
        return self._root


@dataclass(frozen=True)
class _Met(Entry):
    parent: int = -1
    """Descriptor of its folder, open until the next entry is asked for."""


class _File(Body):
    """A file of the tree.

    Args:
        descriptor: its own from now on.
    """

    def __init__(self, descriptor: int) -> None:
        self._stream = io.FileIO(descriptor)
        self._before = os.fstat(descriptor)
        self.size, self.mode = self._before.st_size, self._before.st_mode
        self.fingerprint = self.state = _state(self._before)

    def handle(self) -> int:
        return self._stream.fileno()

    def opened(self, name: str, timeout: float) -> Opened:
        """Give it as a format sees it."""
        return Opened(self._stream, name, self.size, timeout)

    def settle(self) -> None:
        """Say so where it was changed while it was read; what was only appended belongs to the next scan.

        Raises:
            ReadError: CUT.
        """
        after = os.fstat(self._stream.fileno())
        compare(self.size, after.st_size, changed=after.st_mtime_ns != self._before.st_mtime_ns)

    def close(self) -> None:
        self._stream.close()


def _state(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
