"""Trees of files as a source: `file:///absolute/path`, a folder or a single file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError, SourceError
from connectors.files_rights import check_tree, grants_for
from connectors.files_url import path_of
from connectors.formats.interface import Opened
from connectors.formats.registry import reader, recognise
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Gate,
    LocatorKind,
    Mark,
    Part,
    Right,
    Source,
    SourceSpec,
    Unread,
    closed,
    open_gate,
    take,
)
from connectors.paths import open_entry, open_file, shown, translate
from connectors.walk import Found, meet, walk

_NUMBERED = frozenset({LocatorKind.LINE, LocatorKind.ROW, LocatorKind.RECORD})


class FileTree(Source):
    """The files below a folder, or one file.

    Names are what the file system has; what is read is decided by content. Links are never followed: what they lead to
    inside the root is met there. Equal fingerprints mean equal size, times of change in nanoseconds and inode: only a
    writer that sets the clock back could hide a change.
    """

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self._path = path_of(spec)
        self._root: int | None = None
        self._single: bytes | None = None

    def assets(self, gate: Gate = open_gate) -> Iterator[Asset | Unread]:
        """Walk the tree; in folders that the gate keeps closed, files are met by name and not opened."""
        root = self._open_root()
        if self._single:
            met: Iterable[Found] = [meet(root, self._single, self._single, shown(self._single))]
        else:
            met = walk(root, passes=lambda folder: gate(folder) != "")
        for found in met:
            yield from self._look(found, gate)

    def _look(self, found: Found, gate: Gate) -> Iterator[Asset | Unread]:
        """Give the lines for one thing that was met."""
        size = found.status.st_size if found.status and not found.folder else None
        container = found.name.partition("/")[0] if "/" in found.name or found.folder else ""
        kind = "folder" if found.folder else "file"
        if (why := gate(container)) is not None:
            yield from closed(found.name, kind, container, why)
            return
        try:
            _refuse(found, size)
            yield from self._inside(found, container)
        except SourceError as error:
            yield Unread(found.name, kind, container, Cause.CORRUPT, str(error), size)
        except ReadError as error:
            kind = "link" if error.cause is Cause.LINK else kind
            yield Unread(found.name, kind, container, error.cause, error.reason, size)
        except OSError as error:
            refusal = translate(error)
            yield Unread(found.name, kind, container, refusal.cause, refusal.reason, size)
        except Exception as error:  # noqa: BLE001 a file made to break a parser must not end the walk
            reason = f"what it is could not be told ({type(error).__name__}); report it"
            yield Unread(found.name, kind, container, Cause.OTHER, reason, size)

    def _inside(self, found: Found, container: str) -> Iterator[Asset | Unread]:
        """Recognise a file and give what it holds."""
        with self._opened(open_entry(found.parent, found.path.rpartition(b"/")[2]), found.name) as file:
            kind = recognise(file)
            if kind.format is None:
                reason = f"{kind.words}; {kind.reason}"
                yield Unread(found.name, kind.words, container, Cause.FORMAT, reason, file.size)
                return
            detail = {"path": os.fsdecode(found.path), "name": found.name, "format": kind.format}
            met = False
            for inner in reader(kind.format).assets(file):
                met = True
                yield _outside(inner, container, detail, _fingerprint(file))
            if not met:
                yield Unread(found.name, kind.format, container, Cause.EMPTY, "nothing lies in it", file.size)

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        """Cut an asset as its format does."""
        return reader(asset.detail["format"]).chunks(asset.detail["inner"])

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a chunk of a file.

        Raises:
            ReadError: CUT where the file was changed while it was read; else as its format says.
        """
        form = reader(asset.detail["format"])
        with self._translated(), self._asset(asset) as file:
            before = os.fstat(file.stream.fileno())
            yield from form.read(file, asset.detail["inner"], chunk, after)
            if form.watched:
                _compare(before, os.fstat(file.stream.fileno()))

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records again: by the format's index, by number up to the last that is wanted, or through."""
        with self._translated(), self._asset(asset) as file:
            found = reader(asset.detail["format"]).fetch(file, asset.detail["inner"], locators)
            if found is not None:
                yield from found
                return
        yield from self._by_number(asset, locators) if asset.locator in _NUMBERED else super().fetch(asset, locators)

    def _by_number(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        wanted = pa.array(sorted({one[0] for one in locators if isinstance(one[0], int)}), pa.int64())
        if not len(wanted):
            return
        for chunk in self.chunks(asset):
            for batch in self.read(asset, chunk):
                numbers = batch.locators.slots[0]
                rows = pc.indices_nonzero(pc.is_in(numbers, wanted)).to_pylist()
                if rows:
                    yield take(batch, rows)
                # Behind a mark only higher numbers follow.
                if batch.mark and len(numbers) and numbers[-1].as_py() > wanted[-1].as_py():
                    break

    def check(self) -> Iterator[Right]:
        """Look through the tree."""
        root = self._open_root()
        if not self._single:
            yield from check_tree(root, self.spec.name)
            return
        for line in self.assets():
            missing = isinstance(line, Unread) and not line.cause.skipped
            yield Right(line.name, "error" if missing else "ok", getattr(line, "reason", "can be read"))

    def grants(self) -> Sequence[str]:
        """Give the commands for an account called `recense`."""
        return grants_for(self._path)

    def close(self) -> None:
        """Close the root folder."""
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

    @contextmanager
    def _asset(self, asset: Asset) -> Iterator[Opened]:
        """Open an asset's file again.

        Raises:
            ReadError: another kind of file took its place.
        """
        path = os.fsencode(asset.detail["path"])
        with self._opened(open_file(self._open_root(), path), asset.detail["name"]) as file:
            if _fingerprint(file) != asset.detail["file"] and recognise(file).format != asset.detail["format"]:
                raise ReadError(Cause.GONE, "a file of another kind took its place since it was listed; scan again")
            yield file

    @contextmanager
    def _opened(self, descriptor: int, name: str) -> Iterator[Opened]:
        with io.FileIO(descriptor) as stream:
            yield Opened(stream, name, os.fstat(descriptor).st_size, self.spec.statement_timeout)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Put system and inner errors into the words of one asset."""
        self._open_root()
        try:
            yield
        except OSError as error:
            raise translate(error) from error
        except SourceError as error:
            raise ReadError(Cause.CORRUPT, str(error)) from error


def _outside(inner: Asset | Unread, container: str, detail: dict[str, str], fingerprint: str) -> Asset | Unread:
    """Name what a format met as the tree sees it."""
    name = f"{detail['name']}!{inner.name}" if inner.name else detail["name"]
    if isinstance(inner, Unread):
        return replace(inner, name=name, container=container)
    return replace(
        inner,
        name=name,
        container=container,
        fingerprint=inner.fingerprint or fingerprint,
        detail={**detail, "file": fingerprint, "inner": inner},
    )


def _refuse(found: Found, size: int | None) -> None:
    """Turn away from what is no file, or nothing in it.

    Raises:
        ReadError: with the cause.
    """
    if found.error:
        raise found.error
    if not size:
        raise ReadError(Cause.EMPTY, "an empty file")


def _fingerprint(file: Opened) -> str:
    status = os.fstat(file.stream.fileno())
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"


def _compare(before: os.stat_result, after: os.stat_result) -> None:
    """Say so where a file was changed while it was read; what was only appended belongs to the next scan.

    Raises:
        ReadError: CUT.
    """
    if after.st_size < before.st_size:
        left = f"{after.st_size:,} of {before.st_size:,} bytes were left"
        raise ReadError(Cause.CUT, f"it became shorter while it was read ({left}); scan again")
    if after.st_size == before.st_size and after.st_mtime_ns != before.st_mtime_ns:
        raise ReadError(Cause.CUT, "it was written to while it was read; what was changed may be missed; scan again")
