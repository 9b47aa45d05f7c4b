"""What all databases share: asset names from parts, the layout of a result, and how a result becomes batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import count, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import Batch, Chunk, Json, LocatorKind, Locators, Mark, Part, take, text_field
from connectors.text import from_cells, repair, spans

CELL_CHARACTERS = 16 * 1024 * 1024
"""Characters of one cell that are read; the rest of a longer one is left, and the batch says so in `cut`."""
PAGE_BYTES = 32 * 1024 * 1024
"""Bytes that one page should bring; its row limit is guessed from what rows were like so far."""

PART_BYTES = 64 * 1024 * 1024
"""Bytes of a table's part that is read by itself."""
MOST_PARTS = 256


@dataclass(frozen=True)
class Column:
    """One column of a table that a scan reads."""

    name: str
    declared: str = ""
    """The type as the store writes it."""


@dataclass(frozen=True)
class Layout:
    """Which column of a result is a field of the record, which a part of its address."""

    columns: tuple[Column, ...]
    """The fields, at least one; they are the first columns of every result."""
    key: tuple[int, ...] = ()
    """Position in the result of each key slot, in key order; it may be a field's own position or lie behind the
    fields. Empty: rows are numbered."""

    @property
    def kind(self) -> LocatorKind:
        """How the records are addressed."""
        return LocatorKind.KEY if self.key else LocatorKind.ROW

    @property
    def schema(self) -> pa.Schema:
        """The schema of the batches, with the declared types."""
        return pa.schema([text_field(column.name, column.declared) for column in self.columns])


@dataclass
class Names:
    """Gives each table of one listing a name of its own: its parts joined by dots, quoted only where two would meet."""

    taken: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def claim(self, *parts: str) -> str:
        """Give the name of the table with these parts (database, schema, table); the same for the same parts.

        >>> names = Names(); names.claim("a", "b.c"), names.claim("a.b", "c"), names.claim("a", "b.c")
        ('a.b.c', '"a.b".c', 'a.b.c')
        """
        quoted = ['"{}"'.format(part.replace('"', '""')) if "." in part or '"' in part else part for part in parts]
        candidates = [".".join(parts), ".".join(quoted)]
        for name in candidates:
            if self.taken.setdefault(name, parts) == parts:
                return name
        numbered = (f"{candidates[1]}~{number}" for number in count(2))
        return next(name for name in numbered if self.taken.setdefault(name, parts) == parts)


def parts_of(size: int | None) -> int:
    """Say into how many parts a table of some bytes is cut, so that workers can read it side by side."""
    return max(1, min(MOST_PARTS, (size or 0) // PART_BYTES))


def parts_between(bounds: Sequence[Json]) -> Iterator[Chunk]:
    """Cut a table at some bounds, ascending: each part begins behind one and ends with the next."""
    for number, (after, until) in enumerate(pairwise([None, *bounds, None])):
        held = {"after": after, "until": until}
        yield Chunk(number, {name: bound for name, bound in held.items() if bound is not None})


def to_arrow(rows: Sequence[Sequence[object]], width: int) -> list[pa.Array]:
    """Turn rows of Python cells into `width` text columns."""
    columns = zip(*rows, strict=True) if rows else ((),) * width
    return [from_cells(column) for column in columns]


def to_batches(
    result: Sequence[pa.Array],
    layout: Layout,
    mark: Callable[[int], Mark | None],
    first: int = 1,
    cut: str | None = None,
) -> Iterator[Batch]:
    """Make batches of one page of a result: repaired, addressed, within both limits, JSON cells opened.

    Args:
        result: text or binary arrays of equal length, at least one: the layout's fields, then what else was asked for.
        layout: what they are.
        mark: gives the mark behind a row of the result (from 0), or None where reading cannot resume there.
        first: number of the first row, where rows are numbered.
        cut: why cells hold only a part; said of every batch, and by an empty one where there is no row. None: a cell
            longer than `CELL_CHARACTERS` still says so.
    """
    if cut and not len(result[0]):
        yield rowless(layout, cut, mark(-1))
        return
    fields = [repair(column) for column in result[: len(layout.columns)]]
    slots = [fields[place] if place < len(fields) else repair(result[place]) for place in layout.key]
    for start, stop, size in spans(fields):
        parts = [column.slice(start, stop - start) for column in fields]
        address = tuple(slot.slice(start, stop - start) for slot in slots)
        numbers = pa.array(np.arange(first + start, first + stop), pa.int64())
        batch = Batch(
            pa.RecordBatch.from_arrays(parts, schema=layout.schema),
            Locators(address or (numbers,)),
            mark(stop - 1),
            rows=stop - start,
            size=size,
            cut=cut or _overlong(parts),
        )
        yield from expanded(batch)


def rowless(layout: Layout, cut: str, mark: Mark | None) -> Batch:
    """Make the batch of a table of which no row can be seen: it carries why that need not be all there is."""
    slots = tuple(pa.array([], pa.string()) for _ in layout.key) or (pa.array([], pa.int64()),)
    columns = pa.RecordBatch.from_pylist([], schema=layout.schema)
    return Batch(columns, Locators(slots), mark, rows=0, size=0, cut=cut)


def _overlong(parts: Sequence[pa.Array]) -> str | None:
    """Say so where a cell holds more characters than are ever kept: one more is asked for, to tell."""
    for column in parts:
        if (pc.max(pc.binary_length(column)).as_py() or 0) > CELL_CHARACTERS and (
            pc.max(pc.utf8_length(column)).as_py() > CELL_CHARACTERS
        ):
            return f"cells longer than {CELL_CHARACTERS // 1024 // 1024} million characters were read only in part"
    return None


def expanded(batch: Batch) -> Iterator[Batch]:
    """Open the JSON documents that lie in cells, each member a field of its own."""
    try:
        from connectors.json_fields import expand  # noqa: PLC0415
    except ModuleNotFoundError:
        yield batch
        return
    yield from expand(batch)


def take_wanted(batch: Batch, wanted: AbstractSet[tuple[Part, ...]]) -> Iterator[Batch]:
    """Keep a batch's rows with these locators; nothing where there is none."""
    rows = [row for row in range(batch.columns.num_rows) if batch.locators.at(row) in wanted]
    if rows:
        yield replace(take(batch, rows), rows=len(rows) if batch.rows else 0)


def take_numbered(batches: Iterator[Batch], locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
    """Pick rows by their numbers out of a reading of their table, which ends behind the last of them."""
    wanted = pa.array(sorted({int(part) for (part,) in locators if part is not None}), pa.int64())
    for batch in batches:
        numbers = batch.locators.slots[0]
        rows = pc.indices_nonzero(pc.is_in(numbers, wanted)).to_pylist()
        if rows:
            yield replace(take(batch, rows), rows=len(rows) if batch.rows else 0)
        if batch.rows and (not len(wanted) or numbers[-1].as_py() >= wanted[-1].as_py()):
            return


def page_rows(rows: int, size: int, most: int) -> int:
    """Guess how many rows the next page should ask for, from rows of known size, so that it brings `PAGE_BYTES`."""
    if rows <= 0 or size <= 0:
        return most
    return max(16, min(most, PAGE_BYTES * rows // size))
