"""SQLite databases that lie in a tree of files: each table an asset of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import ReadError
from connectors.formats.interface import Format, Opened
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Part, Unread
from connectors.sqlite_file import SQLiteFile, SQLiteImage
from connectors.sqlite_tables import SQLiteTables

_IN_MEMORY = "/memfd:"
"""Where the descriptor of a copy in memory leads: it came out of another file."""


class SqliteFile(Format):
    """The tables of a database, by the reader that databases of their own have."""

    kind = "sqlite"
    locator = LocatorKind.KEY
    watched = False
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
    descriptor = file.stream.fileno()
    path = Path(f"/proc/self/fd/{descriptor}").readlink()
    if str(path).startswith(_IN_MEMORY):
        file.stream.seek(0)
        image = SQLiteImage(file.stream.read(file.size) or b"", file.name, file.timeout)
        try:
            yield SQLiteTables(image)
        finally:
            image.close()
        return
    database = SQLiteFile(path, file.name, file.timeout)
    try:
        database.connection  # noqa: B018 opens it, so that what was opened can be compared
        if not os.path.samestat(path.lstat(), os.fstat(descriptor)):
            raise ReadError(Cause.GONE, "another file took its place while it was opened; scan again")
        yield SQLiteTables(database)
    finally:
        database.close()
