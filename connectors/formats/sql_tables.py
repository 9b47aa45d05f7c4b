"""What a dump gives of each table, gathered within bounds, so that one is told once even where statements alternate.

A dump is read once. Its rows are held back for each table. A table that grows beyond `_OWN` is told, or once all grow
beyond `_ALL` the one that was not added to for longest; it goes on as it is read until other tables have had `_APART`.
Only a table that comes up again after that is told a second time (and named `x~2` by `pack.contents`), with its rows
counted on. A primary key that a dump names behind the rows (pg_dump, phpMyAdmin) counts where it was met before the
table is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.csv_dialect import distinct
from connectors.formats.packing import Table
from connectors.formats.sql_cells import one_by_one
from connectors.formats.sql_names import Columns
from connectors.interface import BATCH_ROWS, Asset, Batch, Cause, LocatorKind, Locators, text_field
from connectors.json_fields import expand
from connectors.text import repair, spans

_OWN, _ALL, _APART = 8 << 20, 32 << 20, 8 << 20
"""Bytes of Arrow that one table, and all, may have held back, and that others have before a table counts as ended."""
_PIECE = 4 << 20
"""Bytes up to which small pieces are put together."""
_CELL, _REST = 512, 2048
"""Bytes that a column of a piece, and a piece, take beside their text."""


@dataclass(frozen=True, repr=False)
class Piece:
    """Some rows of a table, or lines of the dump's other text."""

    columns: pa.RecordBatch
    numbers: pa.Array
    """Of the rows in their table, or of the lines in the dump."""
    size: int
    """Bytes of the dump."""
    note: str | None = None
    """What of it was cut."""

    @property
    def held(self) -> int:
        """Bytes that it takes in memory."""
        size: int = self.columns.nbytes + _CELL * self.columns.num_columns + _REST
        return size


@dataclass(repr=False)
class State:
    """What was met of one table."""

    name: str
    kind: str = "table"
    columns: Columns = field(default_factory=Columns)
    rows: int = 0
    """That were met."""
    pieces: list[Piece] = field(default_factory=list)
    held: int = 0
    asset: Asset | None = None
    """As it was told."""
    error: ReadError | None = None
    """What ended it."""
    unwanted: bool = False
    """Whether who reads the dump has thrown it away."""

    def piece(self, names: tuple[str, ...], cells: list[pa.Array], size: int, note: str | None = None) -> Piece:
        """Make a piece of its next rows.

        Args:
            names: of the columns, as the statement gives them; empty where it does not.
            cells: `binary` columns.
            size: bytes of the dump.
            note: what of it was cut.
        """
        names = names or self.columns.names
        if len(names) < len(cells):
            names = distinct([*names, *[""] * (len(cells) - len(names))])
        declared = dict(zip(self.columns.names, self.columns.types, strict=True))
        fields = [text_field(name, declared.get(name, "")) for name in names[: len(cells)]]
        texts = [_text(column, declared.get(name, "")) for name, column in zip(names, cells, strict=False)]
        rows = len(cells[0])
        numbers = pa.array(np.arange(self.rows + 1, self.rows + 1 + rows), pa.int64())
        self.rows += rows
        return Piece(pa.RecordBatch.from_arrays(texts, schema=pa.schema(fields)), numbers, size, note)

    def told(self) -> Asset:
        """Say what it is; decided when that is first asked."""
        if self.asset is None:
            key = self.columns.key
            keyed = bool(key) and all(set(key) <= set(piece.columns.schema.names) for piece in self.pieces)
            kind = LocatorKind.LINE if self.kind != "table" else LocatorKind.KEY if keyed else LocatorKind.ROW
            self.asset = Asset(self.name, self.kind, "", kind, key if keyed else ())
        return self.asset


def _text(column: pa.Array, declared: str) -> pa.Array:
    """Make text of a column's bytes; PostgreSQL writes its binary type in hexadecimal."""
    return repair(one_by_one(column, _unhexed) if declared == "bytea" else column)


def _unhexed(cell: bytes | None) -> bytes | None:
    if cell is None or not cell.startswith(rb"\x"):
        return cell
    try:
        return bytes.fromhex(cell[2:].decode("ascii"))
    except ValueError:
        return cell


Event = tuple[State, Piece | ReadError | None]
"""A table with its next rows, with what ended it, or met without rows."""


class Gathered:
    """Puts what a dump gives in turns together by table.

    Args:
        events: of the dump, in its order.
    """

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._states: dict[str, State] = {}
        self._held = 0
        self._holding: dict[int, State] = {}
        """Those that hold something, by identity; who was added to last comes last."""
        self._large: State | None = None

    def tables(self) -> Iterator[Table]:
        """Give the tables, in the order in which they had to be told, and those that were held back at the end."""
        while True:
            due = self._due()
            if due:
                yield from self._table(due)
            elif not self._next():
                break
        for state in list(self._states.values()):
            if state.pieces or state.error or state.asset is None:
                yield from self._table(state)

    def _next(self) -> State | None:
        """Take in one more event; gives whose it was."""
        event = next(self._events, None)
        if event is None:
            return None
        state, what = event
        self._states.setdefault(state.name if state.kind == "table" else "\0", state)
        if isinstance(what, ReadError):
            state.error = what
        elif what is not None and not state.unwanted:
            self._holding.pop(id(state), None)
            self._holding[id(state)] = state
            state.pieces.append(what)
            state.held += what.held
            self._held += what.held
            self._large = state if state.held > _OWN else self._large
        return state

    def _due(self) -> State | None:
        """Choose what must be told now."""
        if self._large is None and self._held > _ALL:
            return next(iter(self._holding.values()))
        return self._large

    def _table(self, state: State) -> Iterator[Table]:
        asset = state.told()
        batches = self._batches(state, asset)
        yield Table(asset, batches)
        try:
            for _ in batches:
                pass
        except ReadError:
            pass  # it was asked for by nobody
        if state.pieces:
            state.unwanted = True
            self._release(state)

    def _batches(self, state: State, asset: Asset) -> Iterator[Batch]:
        """Give what a table holds, and then what comes until other tables have had their share."""
        apart = 0
        while True:
            for piece in _together(state.pieces):
                yield from _of_piece(piece, asset)
            self._release(state)
            if state.error:
                error, state.error = state.error, None
                raise error
            if apart > _APART or self._held > _ALL:
                return
            before = self._held
            met = self._next()
            if met is None:
                return
            apart = 0 if met is state else apart + self._held - before

    def _release(self, state: State) -> None:
        self._held -= state.held
        self._holding.pop(id(state), None)
        self._large = None if self._large is state else self._large
        state.pieces, state.held = [], 0


def _together(pieces: list[Piece]) -> Iterator[Piece]:
    """Put small pieces of the same columns together."""
    waiting: list[Piece] = []
    size = 0
    for piece in pieces:
        fits = waiting and piece.columns.schema.equals(waiting[0].columns.schema) and piece.note == waiting[0].note
        if waiting and (not fits or size + piece.columns.nbytes > _PIECE):
            yield _joined(waiting)
            waiting, size = [], 0
        waiting.append(piece)
        size += piece.columns.nbytes
    if waiting:
        yield _joined(waiting)


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    (columns,) = pa.Table.from_batches([piece.columns for piece in pieces]).combine_chunks().to_batches()
    numbers = pa.concat_arrays([piece.numbers for piece in pieces])
    return Piece(columns, numbers, sum(piece.size for piece in pieces), pieces[0].note)


def _of_piece(piece: Piece, asset: Asset) -> Iterator[Batch]:
    """Make batches within the limits; JSON in cells is opened."""
    names = piece.columns.schema.names
    empty = pa.nulls(piece.columns.num_rows, pa.string())
    slots = [piece.columns.column(names.index(name)) if name in names else empty for name in asset.key]
    slots = slots or [piece.numbers]
    size = piece.size
    for start, stop, _ in spans(piece.columns.columns, BATCH_ROWS):
        part = piece.columns.slice(start, stop - start)
        place = Locators(tuple(slot.slice(start, stop - start) for slot in slots))
        yield from expand(Batch(part, place, None, stop - start, size, piece.note))
        size = 0


def cut_off(what: str) -> ReadError:
    """Say that a dump ends too early."""
    return ReadError(Cause.CUT, f"the dump ends {what}, as one does that was cut off; what came before was read")
