"""Reading a table: pages along its key, one stream where it has none, single records by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import pyarrow as pa
import pymysql

from connectors.errors import ReadError
from connectors.interface import BATCH_ROWS, Asset, Batch, Cause, Chunk, Mark
from connectors.mysql_catalogue import exists
from connectors.mysql_errors import cause, read_error
from connectors.mysql_keys import WHOLE, ForeignError, among, behind, up_to
from connectors.mysql_names import quote
from connectors.mysql_session import Session
from connectors.mysql_table import Table
from connectors.tables import PAGE_BYTES, page_rows, rowless, to_batches

FIRST_ROWS = 4096
"""Rows of the first page, from which the size of the next is guessed."""
END: Mark = {"end": True}
"""The mark behind the last row of a stream, and behind a table without any row."""
_TRANSACTIONAL = frozenset({"innodb", "rocksdb", "tokudb", "ndbcluster"})
FAILURES = (pymysql.err.MySQLError, OSError)
"""What the driver raises."""


@dataclass
class Progress:
    """How far a table was read."""

    after: tuple[str, ...] | None = None
    """The boundary behind the last row that was handed over."""
    number: int = 0
    """Rows handed over."""


def bounds(session: Session, asset: Asset, parts: int) -> list[list[str]]:
    """Give keys between which as many whole numbers lie each, ascending; none where the key is anything else.

    Raises:
        ReadError: the table cannot be read.
    """
    table = Table.of(asset)
    if not table.key or len(table.order) != 1 or table.order[0].kind not in WHOLE:
        return []
    name = quote(table.order[0].name)
    try:
        ((low, high),) = session.rows(f"SELECT MIN({name}), MAX({name}) FROM {table.place}")
    except FAILURES as error:
        raise _refusal(session, table, error) from error
    if low is None:
        return []
    low, high = int(low), int(high)
    steps = sorted({low + (high - low) * step // parts for step in range(1, parts)} - {low, high})
    return [[str(step)] for step in steps]


def read(session: Session, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:
    """Read a table, or a part of it, from its start or from behind a mark.

    Raises:
        ReadError: the table cannot be read, or not to its end.
        SourceError: the server has gone.
    """
    if after is not None and after.get("end"):
        return
    table = Table.of(asset)
    begin, until = after or chunk.detail, chunk.detail.get("until")
    progress = Progress(tuple(begin["after"]) if "after" in begin else None, int(begin.get("row", 0)))
    said = after is not None or chunk.number > 0
    try:
        for batch in _paged(session, table, progress, until) if table.order else _streamed(session, table):
            said = True
            yield batch
    except ForeignError as error:
        raise ReadError(Cause.CORRUPT, f"{asset.name}: {error}; compare the table with its backup") from error
    if asset.detail["cut"] and not said:
        yield rowless(table.layout, asset.detail["cut"], END)


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


def _paged(session: Session, table: Table, progress: Progress, until: Sequence[str] | None) -> Iterator[Batch]:
    """Follow the key; go on from the last row that was handed over when the connection breaks, once for each row."""
    limit, given_up = FIRST_ROWS, -1
    while True:
        start, size = progress.number, 0
        try:
            for page in session.pages(_page(table, progress, limit, until), BATCH_ROWS, PAGE_BYTES, utc=table.utc):
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


def _page(table: Table, progress: Progress, limit: int, until: Sequence[str] | None = None) -> str:
    conditions = [f"({behind(table.order, progress.after)})"] if progress.after is not None else []
    conditions += [up_to(table.order, until)] if until is not None else []
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
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
    cut = "; ".join(said for said in (table.asset.detail["cut"], table.overlong(page)) if said) or None
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
