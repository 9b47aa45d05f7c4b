r"""The rows of `COPY … FROM stdin`: cells between tabs, `\N` for NULL, escapes behind a backslash.

See https://www.postgresql.org/docs/current/sql-copy.html (text format).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from connectors.formats.csv_dialect import MAX_COLUMNS
from connectors.formats.sql_cells import COPY_ESCAPES, in_parts, one_by_one, put, undone

_BACKSLASH = ord("\\")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_NUMBERED = re.compile(rb"\\[0-7x]")
_LINE = re.compile(rb"(?:[^\\\n]|\\.)*+\n", re.DOTALL)
_CELL = re.compile(rb"(?:[^\\\t]|\\.)*+", re.DOTALL)


def columns_of(block: bytes) -> list[pa.Array] | None:
    """Cut a block of rows into columns, all at once.

    Args:
        block: whole lines, the last with its end.

    Returns:
        `binary` columns; None where the rows are not all of one width.
    """
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None
    width = block.count(b"\t", 0, block.index(b"\n")) + 1
    if width > MAX_COLUMNS:
        return None
    places = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=places),
            arrow_csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(places, pa.binary()),
                null_values=[r"\N"],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [_column(column.combine_chunks()) for column in table.columns]
    return None if any(column is None for column in columns) else columns


def _column(cells: pa.Array) -> pa.Array | None:
    """Undo the escapes of a column's cells; None where one goes on behind a tab or an end of line.

    The server takes that, and never writes it.
    """
    data = cells.buffers()[2]
    if data is None or not (np.frombuffer(data, np.uint8) == _BACKSLASH).any():
        return cells
    escaped = pc.fill_null(pc.match_substring(cells, "\\"), False)
    written = cells.filter(escaped)
    ends = written.filter(pc.ends_with(written, "\\")).to_pylist()
    if any((len(cell) - len(cell.rstrip(b"\\"))) % 2 for cell in ends):
        return None
    if _NUMBERED.search(memoryview(written.buffers()[2] or b"")):
        return put(cells, escaped, one_by_one(written, meaning))
    return put(cells, escaped, undone(written, COPY_ESCAPES, quotes=False))


def rows_of(block: bytes) -> list[list[bytes | None]]:
    """Read rows one by one, of any width; what goes beyond the most columns stays together in the last."""
    return [[meaning(cell) for cell in _cells(line[:-1].removesuffix(b"\r"))] for line in _LINE.findall(block)]


def _cells(line: bytes) -> Iterator[bytes]:
    place = 0
    for _ in range(MAX_COLUMNS - 1):
        end = _CELL.match(line, place).end()  # type: ignore[union-attr]  # it fits everywhere
        yield line[place:end]
        place = end + 1
        if end >= len(line):
            return
    yield line[place:]


def meaning(cell: bytes) -> bytes | None:
    r"""Read a cell.

    >>> meaning(rb"\N"), meaning(rb"a\tb\\N\101\x42")
    (None, b'a\tb\\NAB')
    """
    return None if cell == rb"\N" else in_parts(cell, lambda part: _ESCAPE.sub(_letter, part))


def _letter(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    return bytes([int(code, 8) & 255]) if b"0" <= code[:1] <= b"7" else _LETTERS.get(code, code)
