"""How one table is asked for: its columns as text, its huge cells bounded, what its keys need beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import Asset
from connectors.mysql_keys import KeyColumn, to_shown
from connectors.mysql_names import quote
from connectors.tables import CELL_CHARACTERS, Column, Layout

FEW = 4
"""Columns of large cells that may all be full at once; where there are more, less is read of each."""
FEWEST = 1024 * 1024
"""Characters of a cell that are read in any case."""
_HUGE = frozenset({"longtext", "longblob", "json"})
_LARGE = frozenset({"mediumtext", "mediumblob"})
_BINARY = frozenset({"longblob", "mediumblob"})


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

    @cached_property
    def most(self) -> int:
        """Characters (bytes, in a binary column) of a cell that are read, so that a row of many large ones fits."""
        return CELL_CHARACTERS if len(self.limits) <= FEW else max(FEWEST, FEW * CELL_CHARACTERS // len(self.limits))

    @cached_property
    def limits(self) -> dict[int, bool]:
        """Positions of the columns whose cells are cut by `LEFT`, and whether they are binary."""
        kinds = [kind for _, _, kind in self.asset.detail["columns"]]
        bounded = _HUGE | _LARGE if sum(kind in _HUGE | _LARGE for kind in kinds) > FEW else _HUGE
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
            return f"LEFT({quote(name)}, {self.most + 1})"
        return f"({quote(name)} + 0)" if kind == "bit" else quote(name)

    @property
    def width(self) -> int:
        """Fields of a record."""
        return len(self.asset.detail["columns"])

    @cached_property
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

    def overlong(self, page: Sequence[pa.Array]) -> str | None:
        """Say so where a cell of a page holds more than is read: one more is asked for, to tell."""
        for place, binary in self.limits.items():
            longest = pc.max(pc.binary_length(page[place])).as_py() or 0
            if longest > self.most and (binary or _characters(page[place], self.most) > self.most):
                return f"cells longer than {self.most:,} characters were read only in part"
        return None


def _slot(column: KeyColumn, cells: pa.Array) -> pa.Array:
    if not column.binary:
        return cells
    return pa.array([to_shown(cell) for cell in cells.to_pylist()], pa.string())


def _characters(cells: pa.Array, most: int) -> int:
    """Count the characters of the longest cell that has more bytes than that."""
    long = cells.filter(pc.greater(pc.binary_length(cells), most))
    return max(len(cell.decode("utf-8", "replace")) for cell in long.to_pylist())
