"""CSV and its relatives: rows of cells, the header's names as fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pyarrow as pa

from connectors.formats.csv_blocks import next_cut
from connectors.formats.csv_dialect import Layout, distinct, layout_of
from connectors.formats.csv_rows import Group, groups_of
from connectors.formats.encoding import clean, encoding_of
from connectors.formats.interface import Format, Opened
from connectors.formats.stream import HEAD_BYTES
from connectors.formats.window import Window
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import expand, finish
from connectors.text import from_cells, spans

_EMPTY = (pa.array([], pa.int64()),)


class Csv(Format):
    """The rows of a CSV file; blank lines are none.

    A short row has NULL where it ends, a long one goes on in fields called by their position. What stands above the
    header goes into a field `title` of the first row. A mark is a byte offset and the number of the last row before it.
    """

    kind = "csv"
    locator = LocatorKind.ROW

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file
        encoding = encoding_of(file.head)
        window = Window(file, encoding, int(chunk.detail.get("start", 0)), chunk.detail.get("end"), holes=True)
        window.fill(HEAD_BYTES)
        start = window.spent
        layout = layout_of(window.buffer[:HEAD_BYTES], whole=window.done and len(window.buffer) <= HEAD_BYTES)
        window.take(layout.skip)
        row = 0
        if after:
            window, row = (
                Window(file, encoding, int(after["offset"]), chunk.detail.get("end"), holes=True),
                int(after["row"]),
            )
            start = window.spent
        while True:
            cut = next_cut(window, layout.dialect)
            if not cut.length:
                return
            groups = groups_of(clean(window.take(cut.length)), cut, layout)
            end = {"offset": window.offset}
            size, start = window.spent - start, window.spent
            made = _batches(groups, row, cut.note)
            for batch in finish(made if row else chain(_titles(layout), made), end, size, slots=_EMPTY):
                row += batch.rows
                counted = replace(batch, mark={**end, "row": row}) if batch.mark else batch
                yield from expand(counted)


def _titles(layout: Layout) -> Iterator[Batch]:
    if layout.titles:
        schema = pa.schema([text_field(distinct([*layout.names, "title"])[-1])])
        part = pa.RecordBatch.from_arrays([from_cells(layout.titles)], schema=schema)
        yield Batch(part, Locators((pa.array([1] * len(layout.titles), pa.int64()),)), None, 0, 0)


def _batches(groups: Iterator[Group], row: int, note: str | None) -> Iterator[Batch]:
    """Make batches of a block's rows, of which the first has the number `row` + 1, and of the cells beyond them."""
    for group in groups:
        numbers = pa.array(group.numbers + row + 1, pa.int64())
        schema = pa.schema([text_field(name) for name in group.names])
        for start, stop, _ in spans(group.columns):
            columns = [column.slice(start, stop - start) for column in group.columns]
            part = pa.RecordBatch.from_arrays(columns, schema=schema)
            yield Batch(part, Locators((numbers.slice(start, stop - start),)), None, stop - start, 0, note)
        for name, column, places in group.extra:
            part = pa.RecordBatch.from_arrays([column], schema=pa.schema([text_field(name)]))
            yield Batch(part, Locators((pa.array(places + row + 1, pa.int64()),)), None, 0, 0, note)
