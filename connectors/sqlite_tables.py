"""The tables of an SQLite file, listed and read: of a source of its own, or of a file met inside a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.errors import ReadError
from connectors.interface import Asset, Batch, Cause, LocatorKind, Mark, Part, Unread
from connectors.sqlite_file import SQLiteFile, UnusableError, quoted
from connectors.sqlite_pages import Pages, Table, key_terms
from connectors.tables import Column, Layout, Names, take_wanted, to_batches

_HIDDEN = 1
"""`table_xinfo`'s mark for the columns that a virtual table hides."""
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_COUNTED = 10_000
"""Rows up to which a table is counted when it is listed."""
_FETCH_KEYS = 100
"""Keys that one statement of a fetch asks for."""


class SQLiteTables:
    """Lists and reads the tables of one open file.

    Args:
        file: the open file.
        prefix: stands before each table's name in its asset's name, `site.db!` say.
        container: the assets' container.
    """

    def __init__(self, file: SQLiteFile, prefix: str = "", container: str = "") -> None:
        self.file = file
        self.prefix = prefix
        self.container = container

    def assets(self) -> Iterator[Asset | Unread]:
        """Walk the tables in the order of their names.

        Raises:
            UnusableError: the database is locked or damaged as a whole.
            SourceError: the file cannot be opened.
        """
        fingerprint = self.file.fingerprint()
        names = Names()
        try:
            listed = self.file.rows("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
        except ReadError as error:
            raise UnusableError(self.file.name, error.cause, error.reason) from error
        for name, kind, without_rowid in listed:
            shown = names.claim(f"{self.prefix}{name.decode('utf-8', 'backslashreplace')}")
            yield self._entry(name, shown, kind.decode(), bool(without_rowid), fingerprint)

    def _entry(self, raw: bytes, shown: str, kind: str, without_rowid: bool, fingerprint: str | None) -> Asset | Unread:
        """Make the line for one table."""
        if raw.lower().startswith(b"sqlite_"):
            return Unread(shown, "table", self.container, Cause.SYSTEM, "SQLite's own table")
        if kind == "view":
            return Unread(shown, "view", self.container, Cause.VIEW, "a view: its rows lie in tables")
        if kind == "virtual":
            reason = "a virtual table: what it stores lies in its shadow tables, which are read"
            return Unread(shown, "virtual table", self.container, Cause.VIEW, reason)
        try:
            name = raw.decode()
            table = self._describe(name, without_rowid)
        except UnicodeDecodeError:
            return Unread(shown, "table", self.container, Cause.OTHER, "its name or a column's is no UTF-8; rename it")
        except ReadError as error:
            return Unread(shown, "table", self.container, error.cause, error.reason)
        key = tuple(table.layout.columns[place].name for place in table.layout.key)
        return Asset(
            shown,
            "shadow table" if kind == "shadow" else "table",
            self.container,
            LocatorKind.KEY if key else LocatorKind.ROW,
            key,
            rows=self._estimate(table),
            fingerprint=fingerprint,
            detail={"table": name, "without_rowid": without_rowid},
        )

    def _describe(self, name: str, without_rowid: bool) -> Table:
        """Read a table's columns and key from the schema."""
        info = self.file.rows("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?, 'main')", (name,))
        visible = [
            (column.decode(), (declared or b"").decode("utf-8", "replace"), pk)
            for column, declared, pk, hidden in info
            if hidden != _HIDDEN
        ]
        if not visible:
            raise ReadError(Cause.GONE, f"{name}: the table is no longer there")
        columns = tuple(Column(column, declared) for column, declared, _ in visible)
        ranks = sorted((pk, place) for place, (_, _, pk) in enumerate(visible) if pk)
        key = tuple(place for _, place in ranks)
        taken = {column.name.lower() for column in columns}
        rowid = next((alias for alias in _ROWID_NAMES if alias not in taken), None)
        if without_rowid:
            return Table(
                name, Layout(columns, key), tuple(quoted(columns[place].name) for place in key), by_rowid=False
            )
        return Table(name, Layout(columns, key), (rowid,) if rowid else (), by_rowid=rowid is not None)

    def _estimate(self, table: Table) -> int | None:
        """Count a small table; of a larger one, guess from the span of row ids, which costs two look-ups."""
        name = quoted(table.name)
        try:
            ((rows,),) = self.file.rows(f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {_COUNTED})")
            if rows < _COUNTED or not table.by_rowid:
                return int(rows) if rows < _COUNTED else None
            rowid = table.order[0]
            ((low, high),) = self.file.rows(
                f"SELECT (SELECT min({rowid}) FROM {name}), (SELECT max({rowid}) FROM {name})"
            )
        except ReadError:
            return None
        return int(min(high - low + 1, self.file.size() // 2))

    def read(self, detail: Mapping[str, Any], name: str, after: Mark | None = None) -> Iterator[Batch]:
        """Read a table from its start or from behind a mark.

        Args:
            detail: of the asset.
            name: of the asset, for errors.
            after: a mark of an earlier read.

        Raises:
            ReadError: it cannot be read, or not to its end.
        """
        table = self._describe(detail["table"], detail["without_rowid"])
        cut = self.file.cut()
        for page in Pages(self.file, name, table).walk(after):
            # Which table the last page belongs to is not known without reading them all.
            yield from to_batches(page.columns, table.layout, page.mark, page.first, page.cut or cut)

    def fetch(self, detail: Mapping[str, Any], name: str, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records by key through the table's index; those that are gone are left out."""
        table = self._describe(detail["table"], detail["without_rowid"])
        pages = Pages(self.file, name, table)
        keys = [quoted(table.layout.columns[place].name) for place in table.layout.key]
        for start in range(0, len(locators), _FETCH_KEYS):
            wanted = locators[start : start + _FETCH_KEYS]
            where, values = key_terms(keys, wanted)
            for page in pages.among(where, values):
                for batch in to_batches(page.columns, table.layout, lambda _: None, 1, page.cut):
                    yield from take_wanted(batch, set(wanted))
