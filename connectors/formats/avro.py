"""Avro object container files: a schema, then blocks of records behind one another.

The frame is read here, so that no block and nothing that comes out of one is larger than it may be; records are decoded
by fastavro. Source: Apache Avro 1.12 specification, Object Container Files.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.avro_blocks import CODECS, Blocks, Packed, header, written
from connectors.formats.csv_dialect import distinct
from connectors.formats.interface import Format, Opened
from connectors.formats.scalars import nested, scalar
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import expand, finish, gather, leaves
from connectors.json_shape import Shape
from connectors.text import from_cells, spans

_PAGE_ROWS = 8_192
"""Records that are held as Python objects at once."""
_PAGE_BYTES = 8 << 20
"""Bytes of encoded records from which a page of them is handed on; as Python objects they take ten times as much."""
_EMPTY_RECORDS = 1_000_000
"""Records without a single byte that a block may promise."""
_EMPTY = (pa.array([], pa.int64()),)


@dataclass(frozen=True, repr=False)
class _Schema:
    """How records are decoded, and what their fields are called."""

    exact: bytes
    """The header of a file with the writer's schema: dates become dates."""
    plain: bytes
    """Without logical types, for values that are out of their range."""
    fields: tuple[str, ...] | None
    """Of a record; None where the file holds single values."""


class Avro(Format):
    """The records of an Avro file.

    A mark is a byte offset at which a block begins, the records before it, and those of it that were read.
    """

    kind = "avro"
    locator = LocatorKind.RECORD

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        blocks = Blocks(file)
        codec = blocks.metadata.get("avro.codec", b"null").decode("latin-1")
        if codec not in CODECS:
            raise ReadError(Cause.OTHER, "it is compressed in a way that nothing here reads")
        schema = _schema(blocks.metadata.get("avro.schema", b""))
        before, begin = 0, 0
        if after:
            blocks.seek(int(after["offset"]))
            before, begin = int(after["before"]), int(after["record"])
        for block in blocks.merged(codec):
            begun = block.start
            for records, read in _records(block, schema, begin):
                done = read == block.count
                mark = {"offset": block.end, "before": before + read, "record": 0}
                if not done:
                    mark = {"offset": block.start, "before": before, "record": read}
                first = before + read - len(records) + 1
                size, begun = block.end - begun, block.end
                yield from finish(_pages(records, schema, first), mark, size, slots=_EMPTY)
            before, begin = before + block.count, 0
        if blocks.error:
            raise blocks.error


def _schema(raw: bytes) -> _Schema:
    """Take the writer's schema.

    Raises:
        ReadError: CORRUPT, it is none.
    """
    import fastavro  # noqa: PLC0415 only these files need it

    try:
        told = json.loads(raw.decode("utf-8", "replace"))
        parsed: Any = fastavro.parse_schema(told)
    except (ValueError, TypeError, KeyError, AttributeError, fastavro.schema.SchemaParseException) as error:
        raise ReadError(Cause.CORRUPT, "its schema is damaged, so that no record can be read") from error
    is_record = isinstance(told, Mapping) and told.get("type") in ("record", "error")
    names = tuple(str(field["name"]) for field in parsed["fields"]) if is_record else None
    return _Schema(header(told), header(_without_logic(told)), names)


def _without_logic(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _without_logic(below) for name, below in told.items() if name != "logicalType"}
    return [_without_logic(one) for one in told] if isinstance(told, list) else told


def _records(block: Packed, schema: _Schema, begin: int) -> Iterator[tuple[list[Any], int]]:
    """Decode a block behind its first `begin` records: some records, and how many of the block were read with them.

    Raises:
        ReadError: CORRUPT, a record cannot be decoded; those before it were given.
    """
    if block.count > max(len(block.data), _EMPTY_RECORDS):
        raise ReadError(Cause.CORRUPT, "a block promises more records than it has bytes; it was read up to there")
    rows = max(16, min(_PAGE_ROWS, _PAGE_BYTES * block.count // max(1, len(block.data))))
    error: Exception | None = None
    for frame in (schema.exact, schema.plain):
        decoded, error = _Decoded(frame, block, begin), None
        while found := list(islice(decoded, rows)):
            # What dates or decimals cannot hold is read as plain numbers, from the first record not given yet.
            if decoded.error and frame is schema.exact:
                break
            begin += len(found)
            yield found, begin
        error = decoded.error
        if error is None:
            return
    raise ReadError(Cause.CORRUPT, "a record cannot be decoded; it was read up to there") from error


class _Decoded:
    """Lets fastavro read a block, as the only one of a file; gives what comes before an error, and keeps it."""

    def __init__(self, frame: bytes, block: Packed, begin: int) -> None:
        import fastavro  # noqa: PLC0415 only these files need it

        self.error: Exception | None = None
        head = frame + written(block.count) + written(len(block.data))
        self._records: Iterator[Any] = iter(())
        try:
            self._records = iter(fastavro.reader(io.BytesIO(head + block.data + frame[-16:])))
            for _ in range(begin):
                next(self._records)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 the library has no errors of its own
            self.error = error

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._records)
        except (MemoryError, StopIteration):
            raise
        except Exception as error:  # noqa: BLE001 the library has no errors of its own
            self.error = error
            raise StopIteration from None


def _pages(records: list[Any], schema: _Schema, first: int) -> Iterator[Batch]:
    """Turn records into batches: simple fields side by side, nested ones each by itself."""
    numbers = pa.array(range(first, first + len(records)), pa.int64())
    names = distinct(schema.fields or ["value"])
    columns: list[tuple[str, pa.Array]] = []
    deep: list[tuple[str, list[Any]]] = []
    for place, name in enumerate(names):
        key = schema.fields[place] if schema.fields else None
        cells = records if key is None else [record.get(key) for record in records]
        if any(isinstance(cell, dict | list | tuple) for cell in cells):
            deep.append((name, cells))
        else:
            columns.append((name, _column(cells)))
    if columns:
        arrays = [column for _, column in columns]
        described = pa.schema([text_field(name) for name, _ in columns])
        for start, stop, _ in spans(arrays):
            part = pa.RecordBatch.from_arrays([one.slice(start, stop - start) for one in arrays], schema=described)
            yield from expand(Batch(part, Locators((numbers.slice(start, stop - start),)), None, stop - start, 0))
    else:
        nothing = pa.RecordBatch.from_arrays([], schema=pa.schema([]))
        yield Batch(nothing, Locators(_EMPTY), None, len(records), 0)
    for name, cells in deep:
        shape = Shape(name + "$", slots=False)
        documents = list(map(nested, cells))
        gather(shape, partial(iter, documents), range(first, first + len(records)))
        yield from leaves(shape, lambda where: (pa.array(where, pa.int64()),))


def _column(cells: list[Any]) -> pa.Array:
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {str} or kinds <= {int} or kinds <= {bytes}:
        return from_cells(cells)
    return from_cells([None if cell is None else scalar(cell) for cell in cells])
