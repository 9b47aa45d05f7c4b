"""SQLite databases that lie in a store of files: each table an asset of its own.

In a tree of files here they are opened by their path, with the journals beside them. What lies in an archive or in a
store elsewhere is held in memory, as far as that goes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import ReadError
from connectors.formats.interface import Format, Opened
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Part, Unread
from connectors.sqlite_file import SQLiteFile
from connectors.sqlite_image import SQLiteImage
from connectors.sqlite_tables import SQLiteTables

_IMAGE_BYTES = 128 << 20
"""Of a database that is held in memory, twice while it is opened; a guest may have 512 MB."""
_STEP = 1 << 20


class SqliteFile(Format):
    """The tables of a database, by the reader that databases of their own have."""

    kind = "sqlite"
    locator = LocatorKind.KEY
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        with _tables(file) as tables:
            yield from tables.assets()

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a table is one chunk
        with _tables(file) as tables:
            yield from tables.read(asset.detail, asset.name, after)

    def fetch(self, file: Opened, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch] | None:
        return self._by_key(file, asset, locators) if asset.key else None

    def _by_key(self, file: Opened, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        with _tables(file) as tables:
            yield from tables.fetch(asset.detail, asset.name, locators)


@contextmanager
def _tables(file: Opened) -> Iterator[SQLiteTables]:
    """Open the database by the path of its descriptor, since SQLite wants to see the journals beside it.

    Raises:
        ReadError: the path leads to another file by now.
    """
    path = _path(file)
    database = (
        SQLiteImage(_whole(file), file.name, file.timeout)
        if path is None
        else SQLiteFile(path, file.name, file.timeout)
    )
    try:
        database.connection  # noqa: B018 opens it, so that what was opened can be compared
        if path is not None and not os.path.samestat(path.lstat(), os.fstat(file.stream.fileno())):
            raise ReadError(Cause.GONE, "another file took its place while it was opened; scan again")
        yield SQLiteTables(database)
    finally:
        database.close()


def _path(file: Opened) -> Path | None:
    """Give where the file lies; None for one in memory or elsewhere."""
    if not isinstance(file.stream, io.FileIO):
        return None
    path = Path(f"/proc/self/fd/{file.stream.fileno()}").readlink()
    return None if str(path).startswith("/memfd:") else path


def _whole(file: Opened) -> bytearray:
    """Read all of a file.

    Raises:
        ReadError: it is too large for that.
    """
    if file.size > _IMAGE_BYTES:
        most = f"{_IMAGE_BYTES >> 20} MB"
        reason = (
            f"a database of more than {most} can be read only where it lies in a folder here; copy it and scan that"
        )
        raise ReadError(Cause.OTHER, reason)
    data = bytearray(file.size)
    view, got = memoryview(data), 0
    file.stream.seek(0)
    while got < file.size and (count := file.stream.readinto(view[got : got + _STEP])):
        got += count
    view.release()
    del data[got:]
    return data
