"""SQLite databases as a source: `sqlite:///relative.db`, `sqlite:////absolute.db`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.account import account
from connectors.errors import ReadError, TargetError
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Gate,
    Known,
    Mark,
    Part,
    Right,
    Source,
    SourceSpec,
    Unread,
    all_new,
    closed,
    open_gate,
)
from connectors.sqlite_file import SQLiteFile, UnusableError, quoted
from connectors.sqlite_tables import SQLiteTables
from connectors.tables import take_numbered


class SQLite(Source):
    """One SQLite file.

    A table's rows are paged by row id, or by key where it has none. Equal fingerprints mean that no transaction was
    committed to the file: they hold size, time of change in nanoseconds, SQLite's change counter and the log's salts.
    """

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self.path = _path(spec)
        self.file = SQLiteFile(self.path, spec.name, spec.statement_timeout)
        self.tables = SQLiteTables(self.file, container=self.path.stem)

    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Unread]:  # noqa: ARG002 nothing is opened to list it
        """Walk the tables; a database that is locked or damaged as a whole is one line by the file's name."""
        why = gate(self.path.stem)
        if why is not None:
            yield from closed(self.path.name, "database", self.path.stem, why)
            return
        try:
            yield from self.tables.assets()
        except UnusableError as error:
            if error.cause not in (Cause.LOCKED, Cause.CORRUPT, Cause.TIMEOUT):
                raise
            yield Unread(self.path.name, "database", self.path.stem, error.cause, error.reason)

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:  # noqa: ARG002 one part
        """Read a table."""
        return self.tables.read(asset.detail, asset.name, after)

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read records by key through the index; by number the slow way."""
        if not asset.key:
            return take_numbered(self.read(asset, Chunk()), locators)
        return self.tables.fetch(asset.detail, asset.name, locators)

    def check(self) -> Iterator[Right]:
        """Try each table, and look whether the file could be written to."""
        for entry in self.assets():
            if isinstance(entry, Unread):
                if not entry.cause.skipped:
                    yield Right(entry.name, "error", entry.reason)
                continue
            try:
                self.file.rows(f"SELECT 1 FROM {quoted(entry.detail['table'])} LIMIT 1")
                yield Right(entry.name, "ok", "can be read")
            except ReadError as error:
                yield Right(entry.name, "error", error.reason)
        if os.access(self.path, os.W_OK):
            advice = "run as an account that may only read it (recense opens it read-only in any case)"
            yield Right(self.spec.name, "warning", f"this account may write to the file; {advice}")

    def grants(self) -> Sequence[str]:
        """Give the commands that let this account read the file and nothing more."""
        who, notes = account()
        path, user = self.path.absolute(), shlex.quote(who)
        return [
            *notes,
            f"setfacl -m u:{user}:x {shlex.quote(str(path.parent))}",
            f"setfacl -m u:{user}:r {shlex.quote(str(path))}",
        ]

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def _path(spec: SourceSpec) -> Path:
    """Take the path from the URL.

    Raises:
        TargetError: no path, a host, or options, none of which exist.
    """
    parts = urlsplit(spec.url)
    if parts.netloc:
        raise TargetError(f"{spec.name}: an SQLite URL has no host; write sqlite:///{parts.netloc}{parts.path}")
    if parts.query:
        option = parts.query.partition("=")[0]
        raise TargetError(f"{spec.name}: unknown option {option!r}; an SQLite URL has none, write ? in a path as %3F")
    path = unquote(parts.path, errors="surrogateescape").removeprefix("/")
    if not path:
        raise TargetError(f"{spec.name}: no file named; write sqlite:///file.db or sqlite:////folder/file.db")
    return Path(path)
