"""From what a store hands over to valid UTF-8 text: repair, conversion of Python cells, cutting into batches.

Three rules decide what a cell reads as:

- valid UTF-8 without NUL bytes stays as it is;
- text that is not UTF-8 keeps its valid parts, and each other byte is read as Windows-1252 (as Latin-1 where that has a
  hole), since that is what old shops wrote into their tables;
- what is no text (NULs, or many control bytes) becomes blanks with its readable stretches in place. Two-byte
  Unicode is recognised by where its NULs lie.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import BATCH_BYTES, BATCH_ROWS

_CELL_OVERHEAD = 5
"""Bytes that Arrow spends on a cell beside its text: the offset, and a share of the validity bitmap."""
_CONTROL_SHARE = 0.03
"""Share of control bytes from which a cell is no text; bytes drawn by chance have 0.11."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b") + b"\x7f"
_NO_CONTROLS = bytes(code for code in range(256) if code not in _CONTROLS)
_READABLE = bytes(code if 32 <= code < 127 or code in b"\t\n\r" else 32 for code in range(256))
_CONTROL_TO_BLANK = dict.fromkeys(_CONTROLS, " ")
_WINDOWS = [bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256)]


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252; an error handler for `bytes.decode`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(_WINDOWS.__getitem__, error.object[error.start : error.end])), error.end


codecs.register_error("recense.windows", _as_windows)


def decode(raw: bytes) -> str:
    r"""Read one cell's bytes as text; never fails, and keeps every stretch of ASCII.

    >>> decode("é".encode()), decode("é".encode("latin-1")), decode(b"\x00\x01a@example.org\xff\x00")
    ('é', 'é', '  a@example.org  ')
    """
    nulls = raw.count(0)
    if nulls and (wide := _two_byte(raw, nulls)) is not None:
        return wide.translate(_CONTROL_TO_BLANK)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        if nulls or len(raw.translate(None, _NO_CONTROLS)) > _CONTROL_SHARE * len(raw):
            return raw.translate(_READABLE).decode("ascii")
        return raw.decode("utf-8", "recense.windows")
    return text.translate(_CONTROL_TO_BLANK) if nulls else text


def _two_byte(raw: bytes, nulls: int) -> str | None:
    """Read UTF-16 without or with byte order mark: mostly Western text has a NUL in nearly every second byte."""
    if nulls * 3 < len(raw) or len(raw) % 2:
        return None
    little = raw[1::2].count(0) == nulls
    if not little and raw[0::2].count(0) != nulls:
        return None
    try:
        return raw.decode("utf-16-le" if little else "utf-16-be").lstrip("\ufeff")
    except UnicodeDecodeError:
        return None


def repair(array: pa.Array) -> pa.Array:
    """Make valid UTF-8 text of an array of bytes or of text that may lie about being valid.

    Args:
        array: `binary`, `string` or their large forms; NULL stays null.

    Returns:
        a `string` array of the same length, sharing the buffers where nothing had to be repaired.
    """
    raw = (
        array.view(pa.large_binary() if pa.types.is_large_string(array.type) else pa.binary())
        if _texts(array)
        else array
    )
    try:
        text = raw.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if cell is None else decode(cell) for cell in raw.to_pylist()], pa.string())
    if _has_null_bytes(raw):
        return pa.array([None if cell is None else decode(cell) for cell in raw.to_pylist()], pa.string())
    return text


def _texts(array: pa.Array) -> bool:
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _has_null_bytes(raw: pa.Array) -> bool:
    """Look for NUL bytes over the whole data buffer at once, a slice's own part only."""
    data = raw.buffers()[2]
    if data is None or len(raw) == 0:
        return False
    width = np.int64 if pa.types.is_large_binary(raw.type) else np.int32
    offsets = np.frombuffer(raw.buffers()[1], width)
    part = memoryview(data)[int(offsets[raw.offset]) : int(offsets[raw.offset + len(raw)])]
    return len(part) > 0 and int(np.frombuffer(part, np.uint8).min()) == 0


def from_cells(cells: Sequence[object]) -> pa.Array:
    """Make a text array of one column's Python cells, of any mixture of types.

    Columns of one type take a path without Python code for each cell. Numbers are written with all their digits.

    Args:
        cells: None, `bytes`, `str`, `int`, `float`; anything else as `str` writes it.
    """
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {bytes}:
        return repair(pa.array(cells, pa.binary()))
    if kinds <= {str}:
        try:
            return repair(pa.array(cells, pa.string()))
        except UnicodeEncodeError:  # lone surrogates
            return from_cells(
                [None if cell is None else cast("str", cell).encode("utf-8", "replace") for cell in cells]
            )
    if kinds <= {int} and (numbers := _integers(cells)) is not None:
        return numbers
    if kinds <= {float} and (numbers := _plain_floats(cells)) is not None:
        return numbers
    return from_cells([cell if cell is None or type(cell) is bytes else _written(cell) for cell in cells])


def _written(cell: object) -> bytes:
    """Write a cell; a whole number stored as a float reads like one, as in PostgreSQL and MySQL."""
    text = str(cell)
    return (text.removesuffix(".0") if type(cell) is float else text).encode(errors="replace")


def _integers(cells: Sequence[object]) -> pa.Array | None:
    try:
        return pa.array(cells, pa.int64()).cast(pa.string())
    except OverflowError:
        return None


def _plain_floats(cells: Sequence[object]) -> pa.Array | None:
    """Write floats as `_written` does, where Arrow writes them alike: it turns to exponents earlier than Python."""
    numbers = pa.array(cells, pa.float64())
    size = pc.abs(numbers)
    odd = pc.or_(pc.greater(size, 1e9), pc.and_(pc.less(size, 1e-3), pc.not_equal(size, 0.0)))
    return None if pc.any(odd).as_py() else numbers.cast(pa.string())


def row_bytes(columns: Sequence[pa.Array]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give the bytes that each row of some text columns takes in Arrow, as an int64 array."""
    rows = len(columns[0])
    total = np.full(rows, _CELL_OVERHEAD * len(columns), np.int64)
    for column in columns:
        lengths = pc.fill_null(pc.binary_length(column), 0)
        total += lengths.to_numpy(zero_copy_only=False)
    return total


def spans(
    columns: Sequence[pa.Array], rows: int = BATCH_ROWS, size: int = BATCH_BYTES
) -> Iterator[tuple[int, int, int]]:
    """Cut text columns of equal length so that each part keeps both limits, save for a single row above the second.

    Args:
        columns: `string` or `binary` arrays, at least one.
        rows: rows that a part may have.
        size: bytes that a part may have.

    Yields:
        (start, stop, bytes) of each part, in order and without a gap.
    """
    count = len(columns[0])
    ends = np.cumsum(row_bytes(columns))
    start, spent = 0, 0
    while start < count:
        stop = int(np.searchsorted(ends, spent + size, side="right"))
        stop = min(max(stop, start + 1), start + rows, count)
        yield start, stop, int(ends[stop - 1]) - spent
        start, spent = stop, int(ends[stop - 1])
