"""From a block of CSV to columns: by Arrow where all rows are alike, row by row where they are not."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.formats.csv_blocks import Cut
from connectors.formats.csv_dialect import MAX_COLUMNS, Layout, distinct
from connectors.text import from_cells

_GROUP_CELLS = 1_000_000
_GROUP_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True, repr=False)
class Group:
    """Some consecutive rows, column by column."""

    rows: int
    names: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    """Text, one for each name; NULL where a row is too short."""
    extra: tuple[tuple[str, pa.Array, Sequence[int]], ...] = ()
    """What lies beyond the columns: name, cells, and the row of each from 0."""


def fast_groups(block: bytes, cut: Cut, layout: Layout) -> Iterator[Group] | None:
    """Read a block whose rows all have the layout's width; None where some have not, or Arrow would read it otherwise.

    Args:
        block: valid UTF-8, whole rows.
        cut: how it was found.
        layout: of the file.
    """
    if not cut.regular:
        return None
    places = [str(place) for place in range(len(layout.names))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=places),
            arrow_csv.ParseOptions(delimiter=layout.dialect.delimiter, newlines_in_values=b'"' in block),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(places, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = tuple(column.combine_chunks() for column in table.columns)
    return iter([Group(table.num_rows, layout.names, columns)])


def plain_groups(block: bytes, cut: Cut, layout: Layout) -> Iterator[Group]:
    """Read any block, row by row; short and long rows lose nothing.

    Args:
        block: valid UTF-8.
        cut: how it was found, and which dialect it has.
        layout: of the file.
    """
    rows: list[list[str]] = []
    cells = characters = 0
    for row in cut.dialect.rows(io.StringIO(block.decode(), newline="")):
        if not row:
            continue
        if len(row) > MAX_COLUMNS:
            row[MAX_COLUMNS - 1 :] = [cut.dialect.delimiter.join(row[MAX_COLUMNS - 1 :])]
        rows.append(row)
        cells += max(len(row), len(layout.names))
        characters += sum(map(len, row))
        if cells >= _GROUP_CELLS or characters >= _GROUP_CHARACTERS:
            yield _group(rows, layout)
            rows, cells, characters = [], 0, 0
    if rows:
        yield _group(rows, layout)


def _group(rows: Sequence[list[str]], layout: Layout) -> Group:
    """Turn rows into columns; those that no row of the group reaches are left out."""
    width = min(len(layout.names), max(map(len, rows)))
    if all(len(row) == width for row in rows):
        columns: Iterator[Sequence[str | None]] = zip(*rows, strict=True)
    else:
        blanks = [None] * width
        columns = zip(*([*row[:width], *blanks[len(row) :]] for row in rows), strict=True)
    return Group(len(rows), layout.names[:width], tuple(map(from_cells, columns)), tuple(_extra(rows, layout)))


def _extra(rows: Sequence[list[str]], layout: Layout) -> Iterator[tuple[str, pa.Array, Sequence[int]]]:
    """Gather the cells beyond the layout's columns by their position."""
    beyond: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    width = len(layout.names)
    for number, row in enumerate(rows):
        for place in range(width, len(row)):
            beyond[place].append((number, row[place]))
    names = distinct([*layout.names, *[""] * max(0, max(beyond, default=0) + 1 - width)])
    for place in sorted(beyond):
        numbers, cells = zip(*beyond[place], strict=True)
        yield names[place], from_cells(cells), numbers
