"""Trees of files as a source: `file:///absolute/path`, a folder or a single file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError, SourceError
from connectors.exposed import places
from connectors.files_rights import check_tree, grants_for
from connectors.files_url import path_of
from connectors.formats.interface import Format, Opened
from connectors.formats.registry import AT_HOME, reader, readers
from connectors.guest.host import Guest, asset_words, bounds_of
from connectors.guest.wire import Kind
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Ended,
    Gate,
    Kept,
    Known,
    LocatorKind,
    Mark,
    Part,
    Right,
    Source,
    SourceSpec,
    Unread,
    all_new,
    closed,
    open_gate,
    take,
)
from connectors.paths import open_entry, open_file, shown, translate
from connectors.walk import Found, meet, walk

Event = Asset | Batch | Chunk | Ended | Unread
_NUMBERED = frozenset({LocatorKind.LINE, LocatorKind.ROW, LocatorKind.RECORD})
"""Numbers that only rise in the order of reading; a document's notes and headers come after its last paragraph."""


class FileTree(Source):
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
        super().__init__(spec)
        self._path = path_of(spec)
        self._own_guest = guest is None
        self._guest = guest or Guest(bounds_of(spec.bounds))
        self._root: int | None = None
        self._single: bytes | None = None

    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Kept | Unread]:
        """Walk the tree; in folders that the gate keeps closed, files are met by name and not opened."""
        root = self._open_root()
        if self._single:
            met: Iterable[Found] = [meet(root, self._single, self._single, shown(self._single))]
        else:
            met = walk(root, passes=lambda folder: gate(folder) != "")
        for found in met:
            yield from self._look(found, gate, known)

    def _look(self, found: Found, gate: Gate, known: Known) -> Iterator[Asset | Kept | Unread]:
        """Give the lines for one thing that was met."""
        size = found.status.st_size if found.status and not found.folder else None
        container = found.name.partition("/")[0] if "/" in found.name or found.folder else ""
        kind = "folder" if found.folder else "file"
        if (why := gate(container)) is not None:
            yield from closed(found.name, kind, container, why)
            return
        try:
            _refuse(found, size)
            if found.status is not None and known(container, found.name, _fingerprint(found.status)):
                yield Kept()
            else:
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
            detail = {"path": os.fsdecode(found.path), "name": found.name}
            exposed = places(found.name, os.fstat(file.stream.fileno()).st_mode)
            met = False
            fingerprint = _fingerprint(os.fstat(file.stream.fileno()))
            for inner in self._lying_in(file):
                met = True
                told = _outside(inner, container, detail, fingerprint)
                yield replace(told, exposed=exposed) if isinstance(told, Asset) else told
            if not met:
                yield Unread(found.name, "file", container, Cause.EMPTY, "nothing lies in it", file.size)

    def _lying_in(self, file: Opened) -> Iterator[Asset | Unread]:
        """Ask what lies in a file; what is read here is listed here."""
        for told in list(self._ask("look", file)):
            if isinstance(told, Kind):
                for inner in reader(told.format).assets(file):
                    at_home = {"format": told.format, "own": inner.detail} if isinstance(inner, Asset) else {}
                    yield replace(inner, detail=at_home) if isinstance(inner, Asset) else inner
            elif isinstance(told, Asset | Unread):
                yield told

    def _ask(self, question: str, file: Opened, asset: Asset | None = None, **told: Any) -> Iterator[Event | Kind]:
        """Ask the guest about a file, or about an asset in it."""
        if asset is not None:
            changed = _fingerprint(os.fstat(file.stream.fileno())) != asset.detail["file"]
            told |= {"asset": asset_words(asset.detail["inner"]), "changed": changed}
        return self._guest.ask(question, file.stream.fileno(), name=file.name, timeout=file.timeout, **told)

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        """Cut an asset as its format does; a pack is one piece."""
        if asset.pack or _at_home(asset):
            yield Chunk()
            return
        if type(reader(_format(asset))).chunks is Format.chunks:
            yield Format.WHOLE
            return
        with self._translated(), self._asset(asset) as file:
            told = list(self._ask("chunks", file, asset))
        yield from (one for one in told if isinstance(one, Chunk))

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a chunk of a file.

        Raises:
            ReadError: CUT where the file was changed while it was read; else as its format says.
        """
        with self._translated(), self._asset(asset) as file:
            before = os.fstat(file.stream.fileno())
            if _at_home(asset):
                yield from reader(_format(asset)).read(file, _own(asset), chunk, after)
                return
            words = {"number": chunk.number, "detail": dict(chunk.detail)}
            for told in self._ask("read", file, asset, chunk=words, after=None if after is None else dict(after)):
                if isinstance(told, Batch):
                    yield told
            _compare(before, os.fstat(file.stream.fileno()))

    def contents(self, asset: Asset, skip: int = 0) -> Iterator[Asset | Batch | Ended | Unread]:
        """Go through a pack.

        Raises:
            ReadError: CUT where the file was changed while it was read; else as its format says.
        """
        name, container = asset.name, asset.container
        with self._translated(), self._asset(asset) as file:
            before = os.fstat(file.stream.fileno())
            for told in self._ask("contents", file, asset, skip=skip):
                if isinstance(told, Asset):
                    inner = f"{name}!{told.name}" if told.name else name
                    yield replace(
                        told,
                        name=inner,
                        container=container,
                        fingerprint=asset.fingerprint,
                        exposed=asset.exposed,
                        detail={"inside": name},
                    )
                elif isinstance(told, Unread):
                    yield replace(told, name=f"{name}!{told.name}" if told.name else name, container=container)
                elif isinstance(told, Batch | Ended):
                    yield told
            _compare(before, os.fstat(file.stream.fileno()))

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records again: by the format's index, by number up to the last that is wanted, or through."""
        with self._translated(), self._asset(asset) as file:
            if _at_home(asset):
                yield from reader(_format(asset)).fetch(file, _own(asset), locators) or ()
                return
            indexed = True
            for told in self._ask("fetch", file, asset, locators=[list(one) for one in locators]):
                if isinstance(told, Batch):
                    yield told
                else:
                    indexed = False
            if indexed:
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
            if isinstance(line, Kept):
                continue
            missing = isinstance(line, Unread) and not line.cause.skipped
            yield Right(line.name, "error" if missing else "ok", getattr(line, "reason", "can be read"))

    def grants(self) -> Sequence[str]:
        """Give the commands for an account called `recense`."""
        return grants_for(self._path)

    def close(self) -> None:
        """Close the root folder, and let the guest go."""
        if self._own_guest:
            self._guest.close()
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
        """Open an asset's file again."""
        path = os.fsencode(asset.detail["path"])
        with self._opened(open_file(self._open_root(), path), asset.detail["name"]) as file:
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


def _format(asset: Asset) -> str:
    return str(asset.detail["format"])


def _at_home(asset: Asset) -> bool:
    return _format(asset) in AT_HOME


def _own(asset: Asset) -> Asset:
    """Give an asset as its format made it."""
    inner: Asset = asset.detail["inner"]
    return replace(inner, detail=inner.detail["own"])


def _outside(inner: Asset | Unread, container: str, detail: dict[str, str], fingerprint: str) -> Asset | Unread:
    """Name what a format met as the tree sees it."""
    name = f"{detail['name']}!{inner.name}" if inner.name else detail["name"]
    if isinstance(inner, Unread):
        kept = fingerprint if inner.cause is Cause.FORMAT else None
        return replace(inner, name=name, container=container, fingerprint=kept)
    noted = {**detail, "format": inner.detail["format"], "file": fingerprint, "inner": inner}
    return replace(inner, name=name, container=container, fingerprint=inner.fingerprint or fingerprint, detail=noted)


def _refuse(found: Found, size: int | None) -> None:
    """Turn away from what is no file, or nothing in it.

    Raises:
        ReadError: with the cause.
    """
    if found.error:
        raise found.error
    if not size:
        raise ReadError(Cause.EMPTY, "an empty file")


def _fingerprint(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}-{readers()}"


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
