"""JSON lines: one document a line, its places as fields, a line that is no JSON as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.formats.encoding import clean, encoding_of
from connectors.formats.interface import Format, Opened
from connectors.formats.lines import piece_of_line, split, whole_lines
from connectors.formats.window import BLOCK_BYTES, Window
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import finish, gather, leaves, parse
from connectors.json_shape import Shape, Where
from connectors.text import spans

_RECORD_BYTES = 16 * 1024 * 1024
"""Bytes that one line may have; a longer one is read as text, in pieces."""
_TEXT = pa.schema([text_field("text")])


class JsonLines(Format):
    """The records of JSON lines; blank lines are none.

    Member names are counted over one block: where just one of two blocks has more than a hundred different ones at a
    place, it is written `*` in that block only. A mark is a byte offset, the number of the last record that began
    before it, and whether that goes on.
    """

    kind = "jsonl"
    locator = LocatorKind.RECORD

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file
        place = after or {"offset": chunk.detail.get("start", 0), "record": 0, "inside": False}
        record, inside = int(place["record"]), bool(place["inside"])
        window = Window(file, encoding_of(file.head), int(place["offset"]), chunk.detail.get("end"), holes=True)
        while True:
            start = window.spent
            block = _block(window)
            if not block:
                return
            lines = split(clean(block))
            numbers, new = _numbered(lines, record, inside=inside)
            record, inside = record + new, not block.endswith(b"\n")
            mark = {"offset": window.offset, "record": record, "inside": inside}
            yield from finish(_fields(lines, numbers), mark, window.spent - start, new, _located(()))


def _numbered(lines: pa.Array, record: int, *, inside: bool) -> tuple[list[int], int]:
    """Give each line's record, 0 where it is blank, and how many records begin in the block."""
    filled = np.asarray(pc.match_substring_regex(lines, r"\S"))
    begins = filled.copy()
    if inside:
        begins[:1] = False
    numbers = np.where(filled, record + np.cumsum(begins), 0)
    return numbers.tolist(), int(begins.sum())


def _fields(lines: pa.Array, numbers: Sequence[int]) -> Iterator[Batch]:
    """Give the places of a block's documents, then its other lines as text."""
    shape = Shape("$", slots=False)
    texts = lines.to_pylist()
    parsed = set(gather(shape, partial(map, parse, texts), numbers))
    yield from leaves(shape, _located)
    other = [place for place, number in enumerate(numbers) if number and number not in parsed]
    if not other:
        return
    rest = lines.take(pa.array(other, pa.int64()))
    slot = _located([numbers[place] for place in other])[0]
    for start, stop, _ in spans([rest]):
        part = pa.RecordBatch.from_arrays([rest.slice(start, stop - start)], schema=_TEXT)
        yield Batch(part, Locators((slot.slice(start, stop - start),)), None, 0, 0)


def _located(where: Sequence[Where]) -> tuple[pa.Array]:
    return (pa.array(where, pa.int64()),)


def _block(window: Window) -> bytes:
    """Take whole lines; of a line beyond all measure, a piece."""
    window.fill()
    while True:
        length = len(window.buffer) if window.done else whole_lines(window.buffer)
        if length or window.done:
            return window.take(length)
        if len(window.buffer) >= _RECORD_BYTES:
            return window.take(piece_of_line(window.buffer))
        window.fill(len(window.buffer) + BLOCK_BYTES)
