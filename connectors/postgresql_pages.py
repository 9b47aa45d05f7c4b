"""Pages of one PostgreSQL table: by primary key, by place in the file under one snapshot, or under a server's cursor.

A page is read to its end before anything is done with it: no statement waits for us, and the statement time-out means
the server's own work. Pages by key need no transaction that lasts, so they never hold back a VACUUM.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError
from connectors.interface import BATCH_ROWS, Cause, Mark, Part
from connectors.postgresql_catalogue import PARTITIONED, Field, KeyPart, Relation
from connectors.postgresql_session import Session, ValueRefusedError, literal, quoted
from connectors.tables import CELL_CHARACTERS, Column, Layout, page_rows

END: Mark = {"end": True}
"""The mark behind a table of which no row can be seen."""
_FIRST_ROWS = 4096
"""Rows of the first page, when nothing is known of their size."""
_PAUSE_SECONDS = 1.0
"""Before a connection that broke is made anew: a server that restarts is back by then."""
_STORED = 65536
"""Stored bytes (compressed, perhaps out of line) below which no cell reads as more than `CELL_CHARACTERS`."""
_SAMPLED, _BLOCK = 200, 8192
"""Pages, and their bytes, that are looked at to cut a table into parts."""
_PLAIN_TEXT = ("text", "varchar", "bpchar")
_BY_INDEX = {"enable_seqscan": "off", "enable_sort": "off", "enable_bitmapscan": "off"}
_BY_PLACE = {"enable_seqscan": "off", "enable_sort": "on", "enable_bitmapscan": "off"}
_AS_USUAL = {"enable_seqscan": "on", "enable_sort": "on", "enable_bitmapscan": "on"}
_TID_RANGE_SCANS = 140000
"""The server's version number from which a range of places is read without walking the whole table."""


@dataclass(frozen=True, repr=False)
class Page:
    """Some rows of a table."""

    columns: list[pa.Array]
    """The layout's fields, then what its key needs."""
    mark: Callable[[int], Mark]
    """Gives the mark behind a row of the page."""
    first: int = 1
    cut: str | None = None


class Pages:
    """Reads one table page by page.

    Args:
        open_session: makes a session of its own for what needs a transaction.
        session: the shared one.
        relation: the table.
        asset: how errors call it.
    """

    def __init__(self, open_session: Callable[[], Session], session: Session, relation: Relation, asset: str) -> None:
        self.open_session = open_session
        self.session = session
        self.relation = relation
        self.asset = asset
        self.fields = relation.readable
        self.key = relation.usable_key
        self.hidden = [part for part in self.key if self._field(part).base == "bytea"]
        self.layout = Layout(
            tuple(Column(one.name, one.declared) for one in self.fields), tuple(map(self._place, self.key))
        )

    def _field(self, part: KeyPart) -> Field:
        return next(one for one in self.fields if one.name == part.name)

    def _place(self, part: KeyPart) -> int:
        """Give a key part's position in the result; bytes as key come a second time behind the fields, as hex text."""
        if part in self.hidden:
            return len(self.fields) + self.hidden.index(part)
        return self.fields.index(self._field(part))

    @property
    def _select(self) -> str:
        """The statement up to its WHERE, without what else is asked for."""
        return f"SELECT {', '.join([*map(_as_text, self.fields), *(f'{_column(p.name)}::text' for p in self.hidden)])}"

    @property
    def _from(self) -> str:
        only = "" if self.relation.kind == PARTITIONED else "ONLY "
        return f"FROM {only}{quoted(self.relation.schema, self.relation.name)} AS t"

    def bounds(self, parts: int, size: int) -> list[list[str]]:
        """Give keys between which parts of about the same size lie, ascending, from a sample of the table's pages.

        Args:
            parts: how many.
            size: of the table, in bytes.

        Returns:
            one key less than there are parts, or fewer; none where the key's order is not the server's own.

        Raises:
            ReadError: the table cannot be read.
        """
        if parts < 2 or not self.key or not self._native:
            return []
        columns = ", ".join(_column(part.name) for part in self.key)
        shown = (f"{_column(p.name)}::text" if p in self.hidden else _as_text(self._field(p)) for p in self.key)
        share = min(100.0, 100.0 * _SAMPLED * _BLOCK / size)
        sample = (
            f"SELECT {columns}, row_number() OVER (ORDER BY {columns}) AS recense_nth, count(*) OVER () AS recense_all"
            f" {self._from} TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1)"
        )
        each = f"greatest(1, t.recense_all / {parts})"
        self.session.tune(_AS_USUAL)
        found, _ = self.session.page(
            f"SELECT {', '.join(shown)} FROM ({sample}) AS t WHERE t.recense_nth > 1"
            f" AND (t.recense_nth - 1) % {each} = 0 ORDER BY t.recense_nth LIMIT {parts - 1}",
            self.asset,
        )
        slots = [slot.view(pa.binary()).to_pylist() for slot in found]
        return [[_packed(value) for value in key] for key in zip(*slots, strict=True)]

    def walk(self, after: Mark | None, part: Mark) -> Iterator[Page]:
        """Read from the start or from behind a mark; a connection that breaks is made anew once, from the last page.

        A table of which something is hidden and no row can be seen gives one page without rows, which says so.

        Args:
            after: the mark.
            part: keys behind which (`after`) and up to which (`until`) is read; either may be missing.

        Raises:
            ReadError: the table cannot be read, or not to its end.
        """
        if after and after.get("end"):
            return
        if after is None and "after" in part:
            after = {"key": part["after"]}
        tried = False
        while True:
            try:
                for page in self._by_key(after, part.get("until")) if self.key else self._in_snapshot(after):
                    yield page
                    after, tried = page.mark(len(page.columns[0]) - 1), False
            except ReadError as error:
                if error.cause is not Cause.LOST or tried:
                    raise
                tried = True
                time.sleep(_PAUSE_SECONDS)
            else:
                break
        if after is None and self.relation.hidden:
            nothing = [pa.array([], pa.string())] * (len(self.fields) + len(self.hidden))
            yield Page(nothing, lambda _: END, cut=self._cut(nothing))

    def _by_key(self, after: Mark | None, until: Sequence[str] | None) -> Iterator[Page]:
        order = ", ".join(_column(part.name) for part in self.key)
        limit = _FIRST_ROWS
        while True:
            conditions = [self._behind(after["key"])] if after else []
            conditions += [self._compared("<=", until)] if until is not None else []
            where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
            self.session.tune(_BY_INDEX)
            sql = f"{self._select} {self._from} {where} ORDER BY {order} LIMIT {limit}"
            columns, stopped = self.session.page(sql, self.asset)
            rows = len(columns[0])
            if not rows:
                return
            page = Page(columns, self._key_mark(columns), cut=self._cut(columns))
            yield page
            if rows < limit and not stopped:
                return
            after = page.mark(rows - 1)
            limit = page_rows(rows, sum(column.nbytes for column in columns), BATCH_ROWS)

    def _key_mark(self, columns: Sequence[pa.Array]) -> Callable[[int], Mark]:
        slots = [columns[place].view(pa.binary()) for place in self.layout.key]
        return lambda row: {"key": [_packed(slot[row].as_py()) for slot in slots]}

    def _typed(self, part: KeyPart, text: str) -> str:
        return f"{literal(text)}::{self._field(part).declared}"

    def _behind(self, packed: Sequence[str]) -> str:
        """Write the condition for what lies behind a key, in the key's own types, order and collation."""
        if self._native:
            return self._compared(">", packed)
        columns = [_column(part.name) for part in self.key]
        values = [self._typed(part, _unpacked(text)) for part, text in zip(self.key, packed, strict=True)]
        condition = ""
        for part, column, value in reversed(list(zip(self.key, columns, values, strict=True))):
            more, equal, least = (
                f"{column} OPERATOR({quoted(part.schema)}.{sign}) {value}" for sign in (">", "=", ">=")
            )
            condition = f"({least} AND ({more} OR ({equal} AND {condition})))" if condition else more
        return condition

    @property
    def _native(self) -> bool:
        """Whether the key's order is the server's own."""
        return all(part.schema == "pg_catalog" for part in self.key)

    def _compared(self, sign: str, packed: Sequence[str]) -> str:
        """Write a comparison of the whole key with a value of it; for keys in the server's own order."""
        values = (self._typed(part, _unpacked(text)) for part, text in zip(self.key, packed, strict=True))
        return f"({', '.join(_column(part.name) for part in self.key)}) {sign} ({', '.join(values)})"

    def _in_snapshot(self, after: Mark | None) -> Iterator[Page]:
        """Read a table without a usable key in one transaction of a session of its own."""
        with closing(self.open_session()) as session:
            ((version,),) = session.rows("SELECT pg_catalog.current_setting('server_version_num')::int4 AS version")
            placed = self.relation.kind != PARTITIONED and self.relation.selectable and version >= _TID_RANGE_SCANS
            session.tune(_BY_PLACE if placed else _AS_USUAL)
            session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", self.asset)
            try:
                yield from self._by_place(session, after) if placed else self._by_cursor(session, after)
            finally:
                with suppress(ReadError):
                    session.run("ROLLBACK", self.asset)

    def _by_place(self, session: Session, after: Mark | None) -> Iterator[Page]:
        """Read in the order of the file. A savepoint keeps the snapshot where a page is stopped for its size."""
        place, number, limit = after["ctid"] if after else "(0,0)", after["row"] if after else 0, _FIRST_ROWS
        while True:
            sql = f"{self._select}, t.ctid::text {self._from} WHERE t.ctid > {literal(place)}::tid LIMIT {limit}"
            session.run("SAVEPOINT page", self.asset)
            columns, stopped = session.page(sql, self.asset)
            if stopped:
                session.run("ROLLBACK TO SAVEPOINT page", self.asset)
            session.run("RELEASE SAVEPOINT page", self.asset)
            *fields, places = columns
            if not len(places):
                return
            yield Page(fields, _place_mark(places, number), number + 1, self._cut(fields))
            if len(places) < limit and not stopped:
                return
            place, number = places[-1].as_py(), number + len(places)
            limit = page_rows(len(places), sum(column.nbytes for column in fields), BATCH_ROWS)

    def _by_cursor(self, session: Session, after: Mark | None) -> Iterator[Page]:
        """Read under a cursor: a partitioned table has no order of places. Resuming skips what was read."""
        number, limit = after["row"] if after else 0, _FIRST_ROWS
        session.run(f"DECLARE rows NO SCROLL CURSOR FOR {self._select} {self._from}", self.asset)
        if number:
            session.run(f"MOVE FORWARD {number} FROM rows", self.asset)
        while True:
            columns = session.fetch(f"FETCH FORWARD {limit} FROM rows", self.asset)
            if not columns or not len(columns[0]):
                return
            yield Page(columns, _number_mark(number), number + 1, self._cut(columns))
            number += len(columns[0])
            limit = page_rows(len(columns[0]), sum(column.nbytes for column in columns), BATCH_ROWS)

    def _cut(self, columns: Sequence[pa.Array]) -> str | None:
        """Say what of these rows the batches do not hold."""
        reasons = list(self.relation.hidden)
        blobs = (column for column in columns if pa.types.is_binary(column.type))
        if any((pc.max(pc.binary_length(column)).as_py() or 0) > CELL_CHARACTERS for column in blobs):
            reasons.append("cells of more than 16 MB were read only in part")
        return "; ".join(reasons) or None

    def among(self, keys: Sequence[tuple[Part, ...]]) -> Iterator[Page]:
        """Read the records with these keys, one text for each key column; in halves where they are too much at once.

        A key that does not fit the column's type any more is compared as text, which takes a walk through the table.
        """
        self.session.tune(_AS_USUAL)
        try:
            columns, stopped = self._matching(keys, as_text=False)
        except ValueRefusedError:
            columns, stopped = self._matching(keys, as_text=True)
        if stopped and len(keys) > 1:
            yield from self.among(keys[: len(keys) // 2])
            yield from self.among(keys[len(keys) // 2 :])
        else:
            yield Page(columns, lambda _: {}, cut=self._cut(columns))

    def _matching(self, keys: Sequence[tuple[Part, ...]], *, as_text: bool) -> tuple[list[pa.Array], bool]:
        condition = " OR ".join(self._equal(key, as_text=as_text) for key in keys)
        return self.session.page(f"{self._select} {self._from} WHERE {condition}", self.asset)

    def _equal(self, key: tuple[Part, ...], *, as_text: bool) -> str:
        terms = []
        for part, text in zip(self.key, key, strict=True):
            column = _column(part.name)
            if as_text:
                terms.append(f"{column}::text = {literal(str(text))}")
            else:
                terms.append(f"{column} OPERATOR({quoted(part.schema)}.=) {self._typed(part, str(text))}")
        return f"({' AND '.join(terms)})"


def _column(name: str) -> str:
    return f"t.{quoted(name)}"


def _as_text(one: Field) -> str:
    """Write the expression that reads a column as text (bytes as bytes), and of a giant cell only the beginning.

    A user's own type is written by its output function, not by its cast to text, which could be anybody's function; so
    is an address, whose cast adds a mask. A whole number of sixteen digits, a card's say, is written without exponent.
    """
    column = _column(one.name)
    if one.base == "bytea":
        begins = f"THEN substr({column}::bytea, 1, {CELL_CHARACTERS + 1}) ELSE {column}::bytea END"
        return f"CASE WHEN octet_length({column}) > {CELL_CHARACTERS} {begins}"
    if one.base == "float8":
        whole = f"abs({column}) >= 1e15 AND abs({column}) < 1e16 AND {column} = trunc({column})"
        return f"CASE WHEN {whole} THEN {column}::int8::text ELSE {column}::text END"
    plain = one.base and one.base != "inet"
    text = f"{column}::text" if plain else f"CASE WHEN {column} IS NULL THEN NULL ELSE concat({column}) END"
    if one.fixed or one.base == "numeric":
        return text
    begins = f"THEN left({text}, {CELL_CHARACTERS + 1}) ELSE {text} END"
    if one.base in _PLAIN_TEXT:
        return f"CASE WHEN octet_length({column}) > {CELL_CHARACTERS} {begins}"
    return f"CASE WHEN pg_column_size({column}) > {_STORED} AND octet_length({text}) > {CELL_CHARACTERS} {begins}"


def _place_mark(places: pa.Array, number: int) -> Callable[[int], Mark]:
    return lambda row: {"ctid": places[row].as_py(), "row": number + row + 1}


def _number_mark(number: int) -> Callable[[int], Mark]:
    return lambda row: {"row": number + row + 1}


def _packed(raw: bytes) -> str:
    """Write a key part so that any JSON writer takes it: one character a byte."""
    return raw.decode("latin-1")


def _unpacked(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
