"""Reading a table: pages along its key, one stream where it has none, single records by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pymysql

from connectors.errors import ReadError
from connectors.interface import BATCH_ROWS, Asset, Batch, Cause, Mark
from connectors.mysql_catalogue import exists
from connectors.mysql_errors import cause, read_error
from connectors.mysql_keys import ForeignError, KeyColumn, among, behind, to_shown
from connectors.mysql_names import quote
from connectors.mysql_session import Session
from connectors.tables import CELL_CHARACTERS, PAGE_BYTES, Column, Layout, page_rows, to_batches

FIRST_ROWS = 4096
"""Rows of the first page, from which the size of the next is guessed."""
END: Mark = {"end": True}
"""The mark behind the last row of a stream."""
_HUGE = frozenset({"longtext", "longblob", "json"})
_LARGE = frozenset({"mediumtext", "mediumblob"})
_BINARY = frozenset({"longblob", "mediumblob"})
_TRANSACTIONAL = frozenset({"innodb", "rocksdb", "tokudb", "ndbcluster"})
FAILURES = (pymysql.err.MySQLError, OSError)
"""What the driver raises."""


@dataclass(frozen=True)
class Table:
    """How one table is asked for; made of an asset's detail."""

    asset: Asset
    place: str
    """Database and table, quoted."""
    order: tuple[KeyColumn, ...]
    """Columns by which it is paged; empty: it is streamed."""
    key: tuple[KeyColumn, ...]
    """Columns that a locator shows; empty: rows are numbered."""

    @classmethod
    def of(cls, asset: Asset) -> Table:
        """Read the notes that the catalogue made."""
        detail = asset.detail
        order = tuple(KeyColumn(*parts) for parts in detail["order"])
        key = {parts[0]: KeyColumn(*parts) for parts in detail["key"]}
        place = f"{quote(detail['database'])}.{quote(detail['table'])}"
        return cls(asset, place, order, tuple(key[name] for name in asset.key))

    @property
    def utc(self) -> bool:
        """Whether times have to be shown in UTC, being part of a key."""
        return any(column.kind == "timestamp" for column in (*self.order, *self.key))

    @property
    def limits(self) -> dict[int, bool]:
        """Positions of the columns whose cells are cut by `LEFT`, and whether they are binary."""
        kinds = [kind for _, _, kind in self.asset.detail["columns"]]
        bounded = _HUGE | _LARGE if sum(kind in _HUGE | _LARGE for kind in kinds) > 4 else _HUGE
        return {place: kind in _BINARY for place, kind in enumerate(kinds) if kind in bounded}

    @cached_property
    def places(self) -> dict[str, int]:
        """Every expression that is asked for, and its position: the fields, then what keys need beyond them."""
        fields = [self._field(place) for place in range(len(self.asset.detail["columns"]))]
        more = [column.shown for column in self.key] + [column.exact for column in self.order]
        return {expression: place for place, expression in enumerate(dict.fromkeys([*fields, *more]))}

    def select(self, *, hints: str = "", options: str = "", tail: str = "") -> str:
        """Write the statement."""
        return f"SELECT {options}{', '.join(self.places)} FROM {self.place} {hints} {tail}"

    def _field(self, place: int) -> str:
        name, _, kind = self.asset.detail["columns"][place]
        if place in self.limits:
            return f"LEFT({quote(name)}, {CELL_CHARACTERS + 1})"
        return f"({quote(name)} + 0)" if kind == "bit" else quote(name)

    @property
    def width(self) -> int:
        """Fields of a record."""
        return len(self.asset.detail["columns"])

    @property
    def layout(self) -> Layout:
        """Where fields and locators stand in what `shown` gives."""
        columns = tuple(Column(name, declared) for name, declared, _ in self.asset.detail["columns"])
        return Layout(columns, tuple(range(self.width, self.width + len(self.key))))

    def shown(self, page: Sequence[pa.Array]) -> list[pa.Array]:
        """Pick the fields out of a page, and behind them the locators."""
        slots = [_slot(column, page[self.places[column.shown]]) for column in self.key]
        return [*page[: self.width], *slots]

    def bounds(self, page: Sequence[pa.Array]) -> list[pa.Array]:
        """Pick the boundaries out of a page."""
        return [page[self.places[column.exact]] for column in self.order]


@dataclass
class Progress:
    """How far a table was read."""

    after: tuple[str, ...] | None = None
    """The boundary behind the last row that was handed over."""
    number: int = 0
    """Rows handed over."""

    @property
    def mark(self) -> Mark | None:
        """What of it is written down."""
        return None if self.after is None else {"after": list(self.after), "row": self.number}


def read(session: Session, asset: Asset, after: Mark | None) -> Iterator[Batch]:
    """Read a table from its start or from behind a mark.

    Raises:
        ReadError: the table cannot be read, or not to its end.
        SourceError: the server has gone.
    """
    if after is not None and after.get("end"):
        return
    table = Table.of(asset)
    progress = Progress(tuple(after["after"]), int(after["row"])) if after else Progress()
    try:
        yield from _paged(session, table, progress) if table.order else _streamed(session, table)
    except ForeignError as error:
        raise ReadError(Cause.CORRUPT, f"{asset.name}: {error}; compare the table with its backup") from error


def fetch(session: Session, asset: Asset, locators: Sequence[Sequence[str]]) -> Iterator[Batch]:
    """Read the records with these keys, at least one.

    Raises:
        ForeignError: a locator is no key of this table.
        ReadError: the table cannot be read.
    """
    table = Table.of(asset)
    query = table.select(tail=f"WHERE {among(table.key, locators)}")
    progress = Progress()
    for again in (True, False):
        try:
            for page in session.pages(query, BATCH_ROWS, PAGE_BYTES, utc=table.utc):
                yield from (replace(batch, mark=None) for batch in _batches(table, page, progress))
        except FAILURES as error:
            if not (again and cause(error) is Cause.LOST and not progress.number):
                raise read_error(asset.name, error) from error
            session.close()
        else:
            return


def _paged(session: Session, table: Table, progress: Progress) -> Iterator[Batch]:
    """Follow the key; go on from the last row that was handed over when the connection breaks, once for each row."""
    limit, given_up = FIRST_ROWS, -1
    while True:
        start, size = progress.number, 0
        try:
            for page in session.pages(_page(table, progress, limit), BATCH_ROWS, PAGE_BYTES, utc=table.utc):
                size += sum(column.nbytes for column in page)
                yield from _batches(table, page, progress)
        except FAILURES as error:
            if not _worth_another(error, progress.number, start, given_up):
                raise _refusal(session, table, error) from error
            given_up = progress.number
            session.close()
            continue
        if progress.number - start < limit:
            return
        limit = page_rows(limit, size, BATCH_ROWS)


def _worth_another(error: Exception, number: int, start: int, given_up: int) -> bool:
    """Whether to ask again: the connection broke for the first time here, or time ran out on a slow reader."""
    why = cause(error)
    return number != given_up and (why is Cause.LOST or (why is Cause.TIMEOUT and number > start))


def _refusal(session: Session, table: Table, error: Exception) -> ReadError:
    """Translate an error; to an account with rights on single tables only, servers call denied what is gone."""
    name, detail = table.asset.name, table.asset.detail
    refusal = read_error(name, error)
    if refusal.cause is Cause.DENIED:
        with suppress(*FAILURES):
            if not exists(session, detail["database"], detail["table"]):
                return ReadError(Cause.GONE, f"{name}: it is no longer there, or no right on it is; scan again")
    return refusal


def _page(table: Table, progress: Progress, limit: int) -> str:
    where = f"WHERE {behind(table.order, progress.after)} " if progress.after is not None else ""
    columns = ", ".join(quote(column.name) for column in table.order)
    hint = f"FORCE INDEX ({quote(table.asset.detail['index'])})"
    return table.select(hints=hint, tail=f"{where}ORDER BY {columns} LIMIT {limit:d}")


def _streamed(session: Session, table: Table) -> Iterator[Batch]:
    """Read a table in one go; only its end can be marked.

    Engines without transactions lock a table against writers for as long as it is read: those copy it first.
    """
    copied = table.asset.detail["engine"] not in _TRANSACTIONAL
    options = "SQL_BUFFER_RESULT " if copied else ""
    last: Batch | None = None
    for again in (True, False):
        progress = Progress()
        try:
            query = session.unlimited(table.select(options=options, hints="USE INDEX ()"))
            for page in session.pages(query, BATCH_ROWS, PAGE_BYTES, utc=table.utc):
                for batch in _batches(table, page, progress):
                    if last is not None:
                        yield last
                    last = batch
            break
        except FAILURES as error:
            if again and cause(error) is Cause.LOST and not progress.number:
                session.close()
                continue
            if last is not None:
                yield last
            raise _refusal(session, table, error) from error
    if last is not None:
        yield replace(last, mark=END)


def _batches(table: Table, page: list[pa.Array], progress: Progress) -> Iterator[Batch]:
    """Make batches of a page, and note how far it goes."""
    first = progress.number + 1
    marks = _marks(table, table.bounds(page), first)
    cut = "; ".join(said for said in (table.asset.detail["cut"], _overlong(table, page)) if said) or None
    for batch in to_batches(table.shown(page), table.layout, marks, first, cut):
        if batch.mark is not None:
            progress.after = tuple(batch.mark["after"])
        yield batch
    progress.number = first - 1 + len(page[0])


def _marks(table: Table, bounds: Sequence[pa.Array], first: int) -> Callable[[int], Mark | None]:
    def mark(row: int) -> Mark | None:
        if not bounds:
            return None
        after = [column.write(cells[row].as_py()) for column, cells in zip(table.order, bounds, strict=True)]
        return {"after": after, "row": first + row}

    return mark


def _slot(column: KeyColumn, cells: pa.Array) -> pa.Array:
    if not column.binary:
        return cells
    return pa.array([to_shown(cell) for cell in cells.to_pylist()], pa.string())


def _overlong(table: Table, page: Sequence[pa.Array]) -> str | None:
    """Say so where a cell held more than was asked for."""
    for place, binary in table.limits.items():
        cells = page[place]
        longest = pc.max(pc.binary_length(cells)).as_py() or 0
        if longest > CELL_CHARACTERS and (binary or _characters(cells) > CELL_CHARACTERS):
            return f"cells longer than {CELL_CHARACTERS // 1024 // 1024} million characters were read only in part"
    return None


def _characters(cells: pa.Array) -> int:
    """Count the characters of the longest cell."""
    long = cells.filter(pc.greater(pc.binary_length(cells), CELL_CHARACTERS))
    return max(len(cell.decode("utf-8", "replace")) for cell in long.to_pylist())
