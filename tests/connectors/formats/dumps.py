"""Dumps as their reader gives them: tables by name, with rows as plain dictionaries; text goes without a name."""

from __future__ import annotations

import io
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.packing import Pack, Table
from connectors.formats.sql import Sql
from connectors.formats.sql_script import TEXT
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.interface import Asset, Batch


@dataclass
class Found:
    """One table as it was told."""

    asset: Asset
    rows: dict[tuple[Any, ...], dict[str, str | None]] = field(default_factory=dict)
    error: ReadError | None = None
    cuts: set[str] = field(default_factory=set)
    counted: int = 0
    values: list[str] = field(default_factory=list)
    """Of all cells."""

    @property
    def cells(self) -> list[tuple[str | None, ...]]:
        return [tuple(row.values()) for row in self.rows.values()]

    def add(self, batch: Batch) -> None:
        batch.columns.validate(full=True)
        self.counted += batch.rows
        if batch.cut:
            self.cuts.add(batch.cut)
        self.values += [cell for column in batch.columns.columns for cell in column.to_pylist() if cell is not None]
        places = list(zip(*(slot.to_pylist() for slot in batch.locators.slots), strict=True))
        for place, row in zip(places, batch.columns.to_pylist(), strict=True):
            self.rows.setdefault(place, {}).update(row)


def opened(content: bytes | Path, name: str = "dump.sql") -> Opened:
    """Open a dump: bytes as what comes out of a decompressor, a path as a file on disk."""
    if isinstance(content, Path):
        return Opened(io.FileIO(content), content.name, content.stat().st_size)
    return Opened(Piped(lambda: io.BytesIO(content), again=False), name, UNKNOWN_SIZE)


def tell(content: bytes | Path, form: Pack | None = None) -> list[Found]:
    """Read a dump in the order in which it tells its tables."""
    told = []
    with closing(opened(content).stream) as stream:
        file = Opened(stream, "dump.sql", content.stat().st_size if isinstance(content, Path) else UNKNOWN_SIZE)
        # of a script that was cut off, what came before counts
        with suppress(ReadError) if form is None else nullcontext():
            for member in (form or Sql()).members(file, Meter(Limits(), 1 << 40)):
                assert isinstance(member, Table)
                found = Found(replace(member.asset, name=member.asset.name.removeprefix(TEXT)))
                try:
                    for batch in member.batches:
                        found.add(batch)
                except ReadError as error:
                    found.error = error
                told.append(found)
    return told


def tables(content: bytes | Path, form: Pack | None = None) -> dict[str, Found]:
    """Read a dump whose tables have different names; the text beside them has none."""
    told = tell(content, form)
    by_name = {found.asset.name: found for found in told}
    assert len(by_name) == len(told)
    return by_name


def text(content: bytes | Path) -> dict[int, str | None]:
    """Give the lines that belong to no table, by their numbers."""
    return {number: row["text"] for (number,), row in tables(content)[""].rows.items()}
