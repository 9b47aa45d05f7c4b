"""Leaves as fields: cells that hold documents (JSON, PHP's, in base64) become batches, a field for each place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.base64_text import decoded
from connectors.cell_gate import Gate
from connectors.interface import Batch, Locators, Mark, text_field
from connectors.json_shape import DECODER, CrowdedError, Parsed, Shape, TooDeepError, Where
from connectors.php_value import parse_php
from connectors.text import from_cells, spans

_PIECE_BYTES = 8 * 1024 * 1024
"""Bytes of JSON that are parsed at once; as Python objects they take some ten times as much."""

Cells = tuple[pa.Array, ...]


def expand(batch: Batch, *, json: bool = True) -> Iterator[Batch]:
    """Take the documents out of a batch's cells and give each of their places as a field of its own.

    A cell counts where all of it, white space apart, is a JSON object or array, a serialised value of PHP, or a text in
    base64 (which may hold one of these). It becomes NULL in its column; its leaves come in one-column batches named
    `column$.contact.email`, and `column$base64` or `column$base64.contact.email`, addressed by the record alone.

    Args:
        batch: to look into.
        json: whether JSON counts.

    Yields:
        the fields found inside, with `rows` 0; last the batch itself, with its mark and rows. `size` is on the first.
    """
    size = batch.size
    columns = list(batch.columns.columns)
    for place, column in enumerate(columns):
        gate = Gate(column)
        opened: list[int] = []
        for root, read, rows in (
            ("$", parse_any if json else _parse_php, gate.documents(json=json)),
            ("$base64", _unwrapped, gate.wrapped()),
        ):
            for extra in _open(batch, place, root, read, rows, opened) if rows else ():
                yield replace(extra, size=size)
                size = 0
        columns[place] = _without(column, opened)
    yield replace(batch, columns=_rebuilt(batch.columns, columns), size=size)


def _open(  # noqa: PLR0913, PLR0917 what a column's cells are is this much
    batch: Batch,
    place: int,
    root: str,
    read: Callable[[str | None], Parsed],
    rows: Sequence[int],
    opened: list[int],
) -> Iterator[Batch]:
    """Parse the documents of one column, some at a time; notes which cells held one."""
    name = batch.columns.schema.names[place]
    cells = batch.columns.column(place).take(pa.array(rows, pa.int64()))
    for start, stop, _ in spans([cells], size=_PIECE_BYTES):
        shape = Shape(name + root, slots=False)
        texts = cells.slice(start, stop - start).to_pylist()
        opened.extend(gather(shape, partial(map, read, texts), rows[start:stop]))
        yield from leaves(shape, lambda where: _taken(batch.locators.slots, where))


def parse_any(text: str | None) -> Parsed:
    """Parse a text that holds one JSON document or one serialised value of PHP; None for everything else."""
    value = parse(text)
    return _parse_php(text) if value is None else value


def _parse_php(text: str | None) -> Parsed:
    return parse_php(text) if text else None


def _unwrapped(text: str | None) -> Parsed:
    """Read a text in base64; what it holds is parsed if it can be."""
    inner = decoded(text) if text else None
    value = parse_any(inner)
    return inner if value is None else value


def parse(text: str | None) -> Parsed:
    """Parse a text that holds one document.

    Returns:
        an object or array; None for everything else: other values, no JSON, far too many levels.
    """
    stripped = text.strip(" \t\r\n") if text else ""
    if not stripped.startswith(("{", "[")):
        return None
    try:
        value, end = DECODER.raw_decode(stripped)
    except (ValueError, RecursionError):
        return None
    return value if end == len(stripped) else None


def gather(shape: Shape, documents: Callable[[], Iterable[Parsed]], where: Sequence[int]) -> list[int]:
    """Collect documents into a shape, each under its address; mostly in one pass, in three where names are data.

    Args:
        shape: to fill.
        documents: gives them from the start, as often as asked; None is passed over.
        where: their addresses.

    Returns:
        the addresses of those that were collected; a document with too many levels is not.
    """
    try:
        return _gathered(shape, documents(), where)
    except CrowdedError:
        shape.forget()
    for value in documents():
        with suppress(TooDeepError):
            shape.learn(value, shape.root)
    shape.close()
    return _gathered(shape, documents(), where)


def _gathered(shape: Shape, documents: Iterable[Parsed], where: Sequence[int]) -> list[int]:
    done = []
    for place, value in zip(where, documents, strict=True):
        if value is None:
            continue
        with suppress(TooDeepError):
            shape.collect(value, shape.root, place)
            done.append(place)
    return done


def leaves(shape: Shape, locate: Callable[[Sequence[Where]], Cells]) -> Iterator[Batch]:
    """Give what a shape collected as one-column batches within the limits, without mark, rows or size.

    Args:
        shape: is emptied.
        locate: makes the locator slots of some leaves' addresses.
    """
    for pattern, values, where in shape.drain():
        column = from_cells(values)
        slots = locate(where)
        schema = pa.schema([text_field(pattern)])
        for start, stop, _ in spans([column]):
            part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=schema)
            yield Batch(part, Locators(tuple(slot.slice(start, stop - start) for slot in slots)), None, 0, 0)


def finish(batches: Iterable[Batch], mark: Mark, size: int, rows: int = 0, slots: Cells = ()) -> Iterator[Batch]:
    """Put what belongs to a page as a whole on its batches: rows and size on the first, the mark on the last.

    Args:
        batches: of the page; where there are none, one without a column stands for them.
        mark: behind the page.
        size: bytes that were read for it.
        rows: records of the page, beside those that the batches count.
        slots: locator slots of the batch without a column.
    """
    waiting = iter(batches)
    held = next(waiting, Batch(pa.RecordBatch.from_arrays([], schema=pa.schema([])), Locators(slots), None, 0, 0))
    held = replace(held, rows=held.rows + rows, size=size)
    for batch in waiting:
        yield held
        held = batch
    yield replace(held, mark=mark)


def _taken(slots: Cells, where: Sequence[Where]) -> Cells:
    rows = pa.array(where, pa.int64())
    return tuple(slot.take(rows) for slot in slots)


def _without(column: pa.Array, rows: Sequence[int]) -> pa.Array:
    """Set some cells to NULL."""
    if not rows:
        return column
    emptied = np.zeros(len(column), bool)
    emptied[list(rows)] = True
    return pc.if_else(pa.array(emptied), pa.scalar(None, column.type), column)


def _rebuilt(batch: pa.RecordBatch, columns: Sequence[pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(columns), schema=batch.schema) if columns else batch
