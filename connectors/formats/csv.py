"""CSV and its relatives: rows of cells, the header's names as fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from connectors.formats.csv_blocks import Cut, next_cut
from connectors.formats.csv_dialect import Layout, layout_of
from connectors.formats.csv_rows import Group, fast_groups, plain_groups
from connectors.formats.encoding import clean, encoding_of
from connectors.formats.interface import HEAD_BYTES, Format, Opened
from connectors.formats.window import Window
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import expand
from connectors.text import spans


class Csv(Format):
    """The rows of a CSV file; blank lines are none.

    A short row has NULL where it ends, a long one goes on in fields called by their position. A mark is a byte offset
    and the number of the last row before it.
    """

    kind = "csv"
    locator = LocatorKind.ROW

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file
        encoding = encoding_of(file.head)
        window = Window(file, encoding, int(chunk.detail.get("start", 0)), chunk.detail.get("end"))
        window.fill(HEAD_BYTES)
        layout = layout_of(window.buffer[:HEAD_BYTES], whole=window.done and len(window.buffer) <= HEAD_BYTES)
        window.take(layout.skip)
        row = 0
        if after:
            window, row = Window(file, encoding, int(after["offset"]), chunk.detail.get("end")), int(after["row"])
        while True:
            start = window.offset
            cut = next_cut(window, layout.dialect)
            if not cut.length:
                return
            block = clean(window.take(cut.length))
            size = window.offset - start
            for group, last in _groups(block, cut, layout):
                mark = {"offset": window.offset, "row": row + group.rows} if last else None
                for batch in _batches(group, row, mark, cut.note):
                    yield from expand(replace(batch, size=size))
                    size = 0
                row += group.rows


def _groups(block: bytes, cut: Cut, layout: Layout) -> Iterator[tuple[Group, bool]]:
    """Give a block's rows as columns, in groups, with the word which is the last; at least one, if without rows."""
    waiting = fast_groups(block, cut, layout) or plain_groups(block, cut, layout)
    held = next(waiting, Group(0, (), ()))
    for group in waiting:
        yield held, False
        held = group
    yield held, True


def _batches(group: Group, row: int, mark: Mark | None, note: str | None) -> Iterator[Batch]:
    """Make batches of a group whose first row has the number `row` + 1: its columns, then cells beyond them."""
    if not group.columns:
        empty = pa.RecordBatch.from_arrays([], schema=pa.schema([]))
        yield Batch(empty, Locators((pa.array([], pa.int64()),)), mark, 0, 0, note)
        return
    for name, column, rows in group.extra:
        part = pa.RecordBatch.from_arrays([column], schema=pa.schema([text_field(name)]))
        yield Batch(part, Locators((pa.array(np.asarray(rows) + row + 1, pa.int64()),)), None, 0, 0, note)
    schema = pa.schema([text_field(name) for name in group.names])
    for start, stop, _ in spans(group.columns):
        part = pa.RecordBatch.from_arrays(
            [column.slice(start, stop - start) for column in group.columns], schema=schema
        )
        numbers = pa.array(np.arange(row + start + 1, row + stop + 1), pa.int64())
        yield Batch(part, Locators((numbers,)), mark if stop == group.rows else None, stop - start, 0, note)
