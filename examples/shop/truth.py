"""What lies where: every planted value with the asset, field and locator under which a scan must find it.

Names and locators are those of docs/contract: nothing here was read back from what a scan said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .files import Document, File, Lines, Records, Sheet, files
from .planted import Value, leaves, values_of
from .rows import Shop
from .schema import TABLES, Table

DATABASE = "data/boutique.db"
"""Where the account keeps its SQLite database."""


@dataclass(frozen=True)
class Planted:
    """One value in one place."""

    asset: str
    field: str
    locator: str
    """The contract's locator as JSON with sorted keys, so that it can stand in a set."""
    value: Value
    text: str
    """The whole cell or line, as written."""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.asset, self.field, self.locator


def locator(**parts: Any) -> str:
    return json.dumps(parts, sort_keys=True)


def in_tables(shop: Shop, name: Callable[[str], str] = str) -> Iterator[Planted]:
    """All that is planted in the tables; `name` turns a table's name into the asset's."""
    for table in TABLES:
        for number, row in enumerate(shop.rows[table.name], 1):
            where = key_locator(table, row) if table.key else locator(row=number)
            for column, cell in zip(table.columns, row, strict=True):
                yield from in_cell(name(table.name), column.name, where, cell)


def key_locator(table: Table, row: tuple[Any, ...]) -> str:
    parts = {
        column.name: str(cell) for column, cell in zip(table.columns, row, strict=True) if column.name in table.key
    }
    return locator(key=parts)


def in_cell(asset: str, field: str, where: str, cell: Any) -> Iterator[Planted]:
    """What a cell holds, JSON leaves under their path: `settings$.devices[*].ip`."""
    if isinstance(cell, dict):
        for path, leaf in leaves(cell):
            yield from in_cell(asset, field + pattern(path), where, leaf)
    for value in values_of(cell):
        yield Planted(asset, field, where, value, str(cell))


def pattern(path: str) -> str:
    """A leaf's path with every list position open."""
    return re.sub(r"\[\d+\]", "[*]", path)


def in_file(file: File) -> Iterator[Planted]:
    """All that is planted in one file of the account."""
    for field, where, cell in cells(file):
        yield from in_cell(file.path, field, where, cell)


def cells(file: File) -> Iterator[tuple[str, str, Any]]:
    """Every cell, line or leaf of a file with its field and locator."""
    match file:
        case Sheet(header=header, rows=rows):
            for number, row in enumerate(rows, 1):
                yield from ((name, locator(row=number), cell) for name, cell in zip(header, row, strict=True))
        case Lines(lines=lines):
            yield from (("text", locator(line=number), line) for number, line in enumerate(lines, 1))
        case Document(value=value):
            yield from ((pattern(path), locator(path=path), leaf) for path, leaf in leaves(value))
        case Records(values=records):
            for number, record in enumerate(records, 1):
                yield from ((pattern(path), locator(record=number), leaf) for path, leaf in leaves(record))


def in_account(shop: Shop) -> Iterator[Planted]:
    """All that is planted in the hosted account."""
    yield from in_tables(shop, lambda table: f"{DATABASE}!{table}")
    for file in files(shop):
        yield from in_file(file)


def fields(planted: Iterable[Planted]) -> set[tuple[str, str, str]]:
    """Which (asset, field) holds which entity; every other field of the shop holds none of them and is a trap."""
    return {(one.asset, one.field, one.value.entity) for one in planted}


def places(planted: Iterable[Planted], value: Value) -> set[tuple[str, str, str]]:
    """Every (asset, field, locator) that holds a value."""
    return {one.place for one in planted if one.value == value}
