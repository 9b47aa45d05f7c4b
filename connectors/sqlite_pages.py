"""Pages of one SQLite table: each one statement, short, bounded in memory, and resumable from its last row.

A page is read to its end before anything is done with it, so that no lock outlives it and no writer waits for us.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from connectors.errors import ReadError
from connectors.interface import BATCH_ROWS, Mark, Part
from connectors.sqlite_file import CellTooLargeError, SQLiteFile, execute, quoted
from connectors.tables import PAGE_BYTES, Layout, to_arrow
from connectors.text import from_cells

_BLOCK = 1024
"""Rows taken from SQLite at once; between two blocks the page's size is looked at."""
_SMALL = 1024 * 1024
"""Bytes of a cell up to which rows are read in blocks; rows with a larger one are read one by one."""
_LARGE = 16 * 1024 * 1024
"""Bytes of a cell that are read; the rest of a larger one is left."""
_ANY = 2_000_000_000
"""No limit of ours; SQLite's own is lower."""
_CUT = f"cells larger than {_LARGE // 1024 // 1024} MB were read only in part"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """What reading a table needs to know; made from the schema each time a table is opened."""

    name: str
    layout: Layout
    """Its fields; the key by position."""
    order: tuple[str, ...]
    """Expressions that page it: the row id's name, or the key columns where there is no row id; empty: neither."""
    by_rowid: bool


@dataclass(frozen=True, repr=False)
class Page:
    """Some rows of a table, as text columns."""

    columns: list[pa.Array]
    """The layout's fields."""
    first: int
    """Number of the first row, from 1."""
    mark: Callable[[int], Mark | None]
    """Gives the mark behind a row of the page, None where reading cannot resume."""
    cut: str | None = None


class Pages:
    """Reads one table page by page.

    Args:
        file: the open file.
        asset: how errors call the table.
        table: what is read.
    """

    def __init__(self, file: SQLiteFile, asset: str, table: Table) -> None:
        self.file = file
        self.asset = asset
        self.table = table.name
        self.order = table.order
        self.by_rowid = table.by_rowid
        self.names = [column.name for column in table.layout.columns]
        self.width = len(self.names)

    def walk(self, after: Mark | None) -> Iterator[Page]:
        """Read from the start or from behind a mark.

        Raises:
            ReadError: the table cannot be read, or not to its end.
        """
        if not self.order:
            yield from self._stream()
            return
        while page := self._next(after):
            yield page
            after = page.mark(len(page.columns[0]) - 1)

    def among(self, where: str, values: Sequence[object]) -> Iterator[Page]:
        """Read the few rows that meet a condition; one by one, cell by cell, where one of them has a large cell."""
        sql = f"FROM {quoted(self.table)} WHERE {where}"
        try:
            with self._limited(_SMALL if self.order else _LARGE) as connection:
                rows = execute(connection, f"SELECT {self._fields()} {sql}", values).fetchall()
        except CellTooLargeError:
            if not self.order:
                raise
            for place in self._found(f"SELECT {self._places()} {sql}", values):
                yield self._pieces(place, 1)
        else:
            yield Page(to_arrow(rows, self.width), 1, _no_mark)

    def _limited(self, size: int) -> Any:
        """Give the connection, told to refuse cells above a size before it has allocated them."""
        self.file.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size)
        return self.file.asking(self.asset)

    def _fields(self) -> str:
        return ", ".join(map(quoted, self.names))

    def _select(self, what: str, after: Mark | None, limit: int) -> tuple[str, list[object]]:
        """Write the statement for the rows behind a mark, in order."""
        where, values = self._placed(">", after) if after else ("", [])
        order = ", ".join(self.order)
        return f"SELECT {what} FROM {quoted(self.table)} {where} ORDER BY {order} LIMIT {limit}", values

    def _placed(self, sign: str, position: Mark) -> tuple[str, list[object]]:
        """Write the condition for the rows at, or behind, a place."""
        if self.by_rowid:
            return f"WHERE {self.order[0]} {sign} ?", [position["rowid"]]
        terms, values = zip(*(_bound(kind, text) for kind, text in position["key"]), strict=True)
        return f"WHERE ({', '.join(self.order)}) {sign} ({', '.join(terms)})", list(values)

    def _places(self) -> str:
        """Say what is asked for to know a row's place; with types, as text and blob look alike here."""
        if self.by_rowid:
            return self.order[0]
        return ", ".join([*self.order, *(f"typeof({column})" for column in self.order)])

    def _position(self, place: Row, number: int) -> Mark:
        if self.by_rowid:
            return {"rowid": place[0], "row": number}
        half = len(self.order)
        kinds = [kind.decode() for kind in place[half:]]
        return {"key": [_frozen(kind, value) for kind, value in zip(kinds, place[:half], strict=True)], "row": number}

    def _next(self, after: Mark | None) -> Page | None:
        """Read the next page; where a large cell stands in the way, up to it, then row by row, then cell by cell."""
        for block, size in ((_BLOCK, _SMALL), (1, _LARGE)):
            page, blocked = self._blocks(after, block, size)
            if page or not blocked:
                return page
        return self._piecewise(after)

    def _blocks(self, after: Mark | None, block: int, size: int) -> tuple[Page | None, bool]:
        """Read rows in blocks until the page is full; also tells whether a cell above the size has ended it."""
        sql, values = self._select(f"{self._fields()}, {self._places()}", after, BATCH_ROWS)
        parts: list[list[pa.Array]] = []
        places: list[Row] = []
        spent, blocked = 0, False
        try:
            with self._limited(size) as connection, closing(execute(connection, sql, values)) as cursor:
                while spent < PAGE_BYTES and (rows := cursor.fetchmany(block)):
                    columns = list(zip(*rows, strict=True))
                    parts.append([from_cells(column) for column in columns[: self.width]])
                    places += zip(*columns[self.width :], strict=True)
                    spent += sum(column.nbytes for column in parts[-1])
        except CellTooLargeError:
            blocked = True
        if not parts:
            return None, blocked
        joined = [pa.concat_arrays(column) for column in zip(*parts, strict=True)]
        first = _first(after)
        return Page(joined, first, lambda row: self._position(places[row], first + row)), blocked

    def _piecewise(self, after: Mark | None) -> Page | None:
        """Read the next row, which has a cell that is too large."""
        sql, values = self._select(self._places(), after, 1)
        place = next(iter(self._found(sql, values)), None)
        return None if place is None else self._pieces(place, _first(after))

    def _found(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Find rows without reading them; the limit on cells counts for whole rows here, so it is lifted."""
        with self._limited(_ANY) as connection, closing(execute(connection, sql, values)) as cursor:
            return list(cursor)

    def _pieces(self, place: Row, number: int) -> Page:
        """Read one row cell by cell, and of too large cells the beginning."""
        position = self._position(place, number)
        cells, whole = zip(*(self._cell(column, position, place) for column in self.names), strict=True)
        return Page(to_arrow([cells], self.width), number, lambda _: position, None if all(whole) else _CUT)

    def _cell(self, column: str, position: Mark, place: Row) -> tuple[object, bool]:
        """Read one cell; also tells whether it is whole."""
        where, values = self._placed("=", position)
        try:
            with self._limited(_LARGE) as connection:
                sql = f"SELECT {quoted(column)} FROM {quoted(self.table)} {where}"
                row = execute(connection, sql, values).fetchone()
        except CellTooLargeError:
            return self._beginning(column, place[0]) if self.by_rowid else None, False
        return row[0] if row else None, True

    def _beginning(self, column: str, rowid: int) -> bytes | None:
        """Read the first bytes of a cell without loading it; only tables with row ids, and stored columns, allow it."""
        try:
            with (
                self._limited(_ANY) as connection,
                connection.blobopen(self.table, column, rowid, readonly=True) as blob,
            ):
                return bytes(blob.read(_LARGE))
        except ReadError:
            return None

    def _stream(self) -> Iterator[Page]:
        """Read a table whose row ids are hidden by columns of that name, in one go and without marks."""
        sql, number = f"SELECT {self._fields()} FROM {quoted(self.table)}", 1
        with self._limited(_LARGE) as connection, closing(execute(connection, sql)) as cursor:
            while rows := cursor.fetchmany(_BLOCK):
                yield Page(to_arrow(rows, self.width), number, _no_mark)
                number += len(rows)


def _no_mark(_: int) -> None:
    return None


def _first(after: Mark | None) -> int:
    return int(after["row"]) + 1 if after else 1


def _frozen(kind: str, value: Any) -> tuple[str, str]:
    """Write a key part so that it survives JSON: bytes one by one, numbers with all digits."""
    return kind, value.decode("latin-1") if isinstance(value, bytes) else repr(value)


def _bound(kind: str, text: str) -> tuple[str, object]:
    """Give the placeholder and the value that make a key part again."""
    if kind == "integer":
        return "?", int(text)
    if kind == "real":
        return "?", float(text)
    raw = text.encode("latin-1")
    if kind == "blob":
        return "?", raw
    try:
        return "?", raw.decode()
    except UnicodeDecodeError:
        return "CAST(? AS TEXT)", raw


def key_terms(columns: Sequence[str], keys: Sequence[tuple[Part, ...]]) -> tuple[str, list[object]]:
    """Write the condition that finds records by their keys' texts, whatever type each cell has.

    Args:
        columns: quoted key columns.
        keys: one text for each column, or None for NULL.

    Returns:
        the condition, which may find too much (`7` and `'7'`), and its values.
    """
    terms: list[str] = []
    values: list[object] = []
    for key in keys:
        equal = []
        for column, part in zip(columns, key, strict=True):
            if part is None:
                equal.append(f"{column} IS NULL")
                continue
            meant, cast = _meanings(str(part))
            equal.append(f"{column} IN ({', '.join(['?'] * len(meant) + ['CAST(? AS TEXT)'] * len(cast))})")
            values += [*meant, *cast]
        terms.append(f"({' AND '.join(equal)})")
    return " OR ".join(terms), values


def _meanings(text: str) -> tuple[list[object], list[bytes]]:
    """Give the values that read as this text: text, bytes, numbers; and texts of another encoding, to be cast."""
    meant: list[object] = [text, text.encode()]
    try:
        number = float(text)
        meant += [number, *([int(text)] if text.lstrip("-").isdecimal() and -1 << 63 <= int(text) < 1 << 63 else [])]
    except ValueError:
        pass
    return meant, [] if text.isascii() else [text.encode("cp1252", "replace")]
