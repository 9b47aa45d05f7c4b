"""From a block of CSV to columns: by Arrow where all rows are alike, row by row where they are not."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.formats.csv_blocks import Cut
from connectors.formats.csv_dialect import MAX_COLUMNS, Dialect, Layout, distinct
from connectors.text import from_cells

_GROUP_CELLS = 1_000_000
_GROUP_CHARACTERS = 8 * 1024 * 1024


Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, repr=False)
class Group:
    """Some rows of a block, column by column."""

    numbers: Numbers
    """Place of each row in the block, from 0, ascending."""
    names: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    """Text, one for each name; NULL where a row is too short."""
    extra: tuple[tuple[str, pa.Array, Numbers], ...] = ()
    """What lies beyond the columns: name, cells, and the place of each cell's row."""


def groups_of(block: bytes, cut: Cut, layout: Layout) -> Iterator[Group]:
    """Read a block; short and long rows lose nothing.

    Args:
        block: valid UTF-8, whole rows.
        cut: how it was found, and which dialect it has.
        layout: of the file.
    """
    # Arrow would take the mark for the file's own and throw it away.
    regular = cut.regular and not block.startswith(BOM_UTF8)
    return (_by_arrow(block, layout) if regular else None) or _by_row(block.decode(), cut.dialect, layout)


def _by_arrow(block: bytes, layout: Layout) -> Iterator[Group] | None:
    """Read all rows that have the layout's width at once, and the others row by row; None where Arrow gives up."""
    places = [str(place) for place in range(len(layout.names))]
    odd: list[arrow_csv.InvalidRow] = []

    def put_aside(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=places),
            arrow_csv.ParseOptions(
                delimiter=layout.dialect.delimiter,
                newlines_in_values=b'"' in block,
                invalid_row_handler=put_aside,
            ),
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
    aside = np.array([row.number - 1 for row in odd], np.int64)
    usual = np.delete(np.arange(table.num_rows + len(odd)), aside)
    text = "\n".join(row.text for row in odd)
    others = _by_row(text, layout.dialect, layout, aside)
    return chain([Group(usual, layout.names, columns)] if len(usual) else [], others)


def _by_row(text: str, dialect: Dialect, layout: Layout, numbers: Numbers | None = None) -> Iterator[Group]:
    """Read rows one by one, of any width; `numbers` are their places where they do not follow one another."""
    rows: list[list[str]] = []
    start = cells = characters = 0
    for row in dialect.rows(io.StringIO(text, newline="")):
        if not row:
            continue
        if len(row) > MAX_COLUMNS:
            row[MAX_COLUMNS - 1 :] = [dialect.delimiter.join(row[MAX_COLUMNS - 1 :])]
        rows.append(row)
        cells += max(len(row), len(layout.names))
        characters += sum(map(len, row))
        if cells >= _GROUP_CELLS or characters >= _GROUP_CHARACTERS:
            yield _group(rows, layout, _places(numbers, start, len(rows)))
            start, rows, cells, characters = start + len(rows), [], 0, 0
    if rows:
        yield _group(rows, layout, _places(numbers, start, len(rows)))


def _places(numbers: Numbers | None, start: int, count: int) -> Numbers:
    return np.arange(start, start + count) if numbers is None else numbers[start : start + count]


def _group(rows: Sequence[list[str]], layout: Layout, numbers: Numbers) -> Group:
    """Turn rows into columns; those that no row of the group reaches are left out."""
    width = min(len(layout.names), max(map(len, rows)))
    if all(len(row) == width for row in rows):
        columns: Iterator[Sequence[str | None]] = zip(*rows, strict=True)
    else:
        blanks = [None] * width
        columns = zip(*([*row[:width], *blanks[len(row) :]] for row in rows), strict=True)
    extra = tuple(_extra(rows, layout, numbers))
    return Group(numbers, layout.names[:width], tuple(map(from_cells, columns)), extra)


def _extra(rows: Sequence[list[str]], layout: Layout, numbers: Numbers) -> Iterator[tuple[str, pa.Array, Numbers]]:
    """Gather the cells beyond the layout's columns by their position."""
    beyond: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    width = len(layout.names)
    for place, row in enumerate(rows):
        for column in range(width, len(row)):
            beyond[column].append((place, row[column]))
    names = distinct([*layout.names, *[""] * max(0, max(beyond, default=0) + 1 - width)])
    for column in sorted(beyond):
        places, cells = zip(*beyond[column], strict=True)
        yield names[column], from_cells(cells), numbers[list(places)]
