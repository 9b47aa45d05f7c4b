"""Plain text, logs, mark-up, source code: everything that is text and nothing better, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.formats.encoding import clean, encoding_of
from connectors.formats.interface import Format, Opened
from connectors.formats.lines import piece_of_line, returns_only, split, whole_lines
from connectors.formats.window import Window
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import expand, finish
from connectors.text import spans

_SCHEMA = pa.schema([text_field("text")])
_NOWHERE = (pa.array([], pa.int64()),)
Integers = npt.NDArray[np.int64]


class Text(Format):
    """The lines of a text, in one field `text`.

    A line longer than a block comes in pieces, cut at white space, that share its number. A mark is a byte offset,
    the number of the line that begins or goes on there, and whether it goes on.
    """

    kind = "text"
    locator = LocatorKind.LINE
    json: ClassVar[bool] = False
    """Whether documents in single lines become fields; logs are told apart from JSON lines by having few of them."""

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file
        returns = returns_only(file.head)
        place = after or {"offset": chunk.detail.get("start", 0), "line": 1, "inside": False}
        line, inside = int(place["line"]), bool(place["inside"])
        window = Window(file, encoding_of(file.head), int(place["offset"]), chunk.detail.get("end"), holes=True)
        while True:
            window.fill()
            if not window.buffer:
                return
            start = window.spent
            block = window.take(_cut(window, returns=returns))
            lines = split(clean(block), returns=returns)
            ended = block.endswith((b"\n", b"\r") if returns else b"\n")
            mark = {"offset": window.offset, "line": line + len(lines) - (not ended), "inside": not ended}
            numbers = np.arange(line, line + len(lines))
            for batch in finish(self.told(lines, numbers), mark, window.spent - start, -int(inside), _NOWHERE):
                yield from expand(batch, json=self.json)
            line, inside = int(mark["line"]), not ended

    def told(self, lines: pa.Array, numbers: Integers) -> Iterator[Batch]:
        """Make batches of a block's lines, without mark and size; their rows are the lines, however often they come."""
        for start, stop, _ in spans([lines]):
            part = pa.RecordBatch.from_arrays([lines.slice(start, stop - start)], schema=_SCHEMA)
            yield Batch(part, Locators((pa.array(numbers[start:stop], pa.int64()),)), None, stop - start, 0)


def _cut(window: Window, *, returns: bool) -> int:
    """Give the length of the next block: whole lines, the rest of the file, or a piece of one long line."""
    if window.done:
        return len(window.buffer)
    return whole_lines(window.buffer, returns=returns) or piece_of_line(window.buffer)
