"""From Arrow columns of any type to text: what Parquet, ORC and Arrow files have in common.

Structs and lists are taken apart column by column, each of their leaves a field named by its place; maps, whose keys
are data, go the way of JSON documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError
from connectors.formats.csv_dialect import distinct
from connectors.formats.scalars import nested, number, scalar
from connectors.interface import Batch, Cause, Locators, text_field
from connectors.json_fields import expand, gather, leaves
from connectors.json_names import member
from connectors.json_shape import Shape
from connectors.text import from_cells, repair, spans

PAGE_ROWS = 16_384
"""Records that are turned into text at once."""
_PAGE_BYTES = 16 << 20
"""Bytes that a piece of a column may have as text; dictionaries and runs may promise any number."""
_LEAF_ROWS = 65_536
"""Items of lists that are turned into text at once."""
_DEPTH = 60
"""Levels of structs and lists."""
_MOST_COLUMNS = 500
"""Columns in one batch; a file with more gives several for the same records."""
_LARGEST_PLAIN = 1 << 53
"""Whole numbers below are exact as floats."""


@dataclass(frozen=True, repr=False)
class _Leaf:
    """A column without anything below it, and the place of each value's record."""

    name: str
    values: pa.Array
    records: pa.Array


def pages(batch: pa.RecordBatch, first: int) -> Iterator[Batch]:
    """Turn some records into batches of text within the limits, without mark or size.

    Args:
        batch: of at most `PAGE_ROWS` records; its arrays are valid.
        first: the number of the first record, from 1.

    Raises:
        ReadError: CORRUPT, where it is nested deeper than anything honest.
    """
    names = distinct(batch.schema.names)
    numbers = pa.array(np.arange(first, first + batch.num_rows), pa.int64())
    declared = [_declared(field.type) for field in batch.schema]
    plain = [place for place, column in enumerate(batch.columns) if not _is_nested(column.type)]
    counted = False
    for start in range(0, len(plain), _MOST_COLUMNS):
        some = plain[start : start + _MOST_COLUMNS]
        schema = pa.schema([text_field(names[place], declared[place]) for place in some])
        for columns, at, count in _together([batch.column(place) for place in some]):
            part = pa.RecordBatch.from_arrays(columns, schema=schema)
            yield from expand(Batch(part, Locators((numbers.slice(at, count),)), None, 0 if counted else count, 0))
        counted = True
    if not counted:
        nothing = pa.RecordBatch.from_arrays([], schema=pa.schema([]))
        yield Batch(nothing, Locators((numbers.slice(0, 0),)), None, batch.num_rows, 0)
    for place, column in enumerate(batch.columns):
        if place not in plain:
            yield from _nested(f"{names[place]}$", column, numbers)


def _together(arrays: Sequence[pa.Array]) -> Iterator[tuple[list[pa.Array], int, int]]:
    """Turn columns of one length into text, cut where it grows too large: columns, first row, rows."""
    rows = len(arrays[0])
    cuts = {0, rows}
    for array in arrays:
        cuts.update(_cuts(array))
    for start, stop in pairwise(sorted(cuts)):
        columns = [text_of(array.slice(start, stop - start)) for array in arrays]
        for at, until, _ in spans(columns):
            yield [column.slice(at, until - at) for column in columns], start + at, until - at


def _cuts(array: pa.Array) -> list[int]:
    """Give the rows at which a column's text is to be cut, where a few bytes stand for many."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _cuts(array.storage)
    if pa.types.is_dictionary(kind) and len(array):
        words = text_of(array.dictionary)
        lengths = pc.fill_null(pc.binary_length(words), 0)
        sizes = pc.fill_null(lengths.take(array.indices), 0).to_numpy(zero_copy_only=False)
    elif pa.types.is_run_end_encoded(kind) and len(array):
        longest = pc.max(pc.binary_length(text_of(array.values))).as_py() or 0
        sizes = np.full(len(array), longest, np.int64)
    elif (pa.types.is_string_view(kind) or pa.types.is_binary_view(kind)) and len(array):
        # Many views can share the bytes of one long value; each begins with its length.
        views = np.frombuffer(array.buffers()[1], np.int32)[::4]
        sizes = np.maximum(views[array.offset : array.offset + len(array)], 0)
    else:
        return []
    ends = np.cumsum(sizes, dtype=np.int64)
    if ends[-1] <= _PAGE_BYTES:
        return []
    if int(sizes.max()) > _PAGE_BYTES * 8:
        raise ReadError(Cause.CORRUPT, "one value of it is larger than anything honest")
    return (np.flatnonzero(np.diff(ends // _PAGE_BYTES)) + 1).tolist()


def _nested(name: str, column: pa.Array, records: pa.Array) -> Iterator[Batch]:
    for leaf in _leaves(name, column, records, 0):
        for start in range(0, len(leaf.values), _LEAF_ROWS):
            values = leaf.values.slice(start, _LEAF_ROWS)
            where = leaf.records.slice(start, _LEAF_ROWS)
            if _is_nested(values.type):
                yield from _document(leaf.name, values, where)
                continue
            schema = pa.schema([text_field(leaf.name, _declared(values.type))])
            for columns, at, count in _together([values]):
                part = pa.RecordBatch.from_arrays(columns, schema=schema)
                yield from expand(Batch(part, Locators((where.slice(at, count),)), None, 0, 0))


def _leaves(name: str, array: pa.Array, records: pa.Array, depth: int) -> Iterator[_Leaf]:
    """Take structs and lists apart."""
    kind = array.type
    if depth > _DEPTH:
        raise ReadError(Cause.CORRUPT, f"it is nested more than {_DEPTH} levels deep; it was read up to there")
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.UuidType):
        yield from _leaves(name, array.storage, records, depth + 1)
    elif pa.types.is_struct(kind):
        for field, below in zip(kind, array.flatten(), strict=True):
            yield from _leaves(name + member(field.name), below, records, depth + 1)
    elif _is_list(kind):
        parents = pc.list_parent_indices(array)
        yield from _leaves(name + "[*]", array.flatten(), records.take(parents), depth + 1)
    elif not pa.types.is_null(kind):
        filled = array.is_valid()
        if array.null_count and not pa.types.is_union(kind):
            array, records = array.filter(filled), records.filter(filled)
        yield _Leaf(name, array, records)


def _document(name: str, values: pa.Array, records: pa.Array) -> Iterator[Batch]:
    """Put maps and unions through the machinery of JSON documents."""
    for start in range(0, len(values), 1024):
        some = values.slice(start, 1024)
        where = records.slice(start, 1024).to_pylist()
        documents = [nested(value, kind=values.type) for value in some.to_pylist()]
        shape = Shape(name, slots=False)
        gather(shape, partial(iter, documents), where)
        yield from leaves(shape, lambda numbers: (pa.array(numbers, pa.int64()),))


def text_of(array: pa.Array) -> pa.Array:
    """Give a column of any type without levels as text; NULL stays null.

    Args:
        array: of at most `_LEAF_ROWS` values, and valid.
    """
    for fits, write in _WRITERS:
        if fits(array.type):
            return write(array)
    return array.cast(pa.string())


def _is_extension(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType)


def _one_by_one(array: pa.Array) -> pa.Array:
    return from_cells([None if value is None else scalar(value) for value in array.to_pylist()])


def _bytes(array: pa.Array) -> pa.Array:
    return repair(array if array.type in (pa.string(), pa.binary()) else array.cast(pa.large_binary()))


def _floats(array: pa.Array) -> pa.Array:
    """Write numbers with all their digits: Arrow turns to exponents early."""
    wide = array.cast(pa.float64())
    size = pc.abs(wide)
    odd = pc.or_(pc.greater(size, 1e6), pc.and_(pc.less(size, 1e-3), pc.not_equal(size, 0.0)))
    if not pc.any(odd).as_py():
        narrow = wide if pa.types.is_float16(array.type) else array
        return pc.replace_substring_regex(narrow.cast(pa.string()), r"\.0$", "")
    whole = pc.and_(pc.equal(pc.floor(wide), wide), pc.less(size, _LARGEST_PLAIN))
    if pc.all(whole).as_py():
        return wide.cast(pa.int64()).cast(pa.string())
    return from_cells([None if value is None else number(value) for value in array.to_pylist()])


def _decimals(array: pa.Array) -> pa.Array:
    text = array.cast(pa.string())
    if not pc.any(pc.match_substring(text, "E")).as_py():
        return text
    return from_cells([None if value is None else format(value, "f") for value in array.to_pylist()])


def _times(array: pa.Array) -> pa.Array:
    """Write dates and times as ISO does, without a fraction that is nothing; time zones' times in UTC."""
    kind = array.type
    if pa.types.is_duration(kind):
        return array.cast(pa.int64()).cast(pa.string())
    if pa.types.is_interval(kind):
        return from_cells([None if value is None else " ".join(map(str, value)) for value in array.to_pylist()])
    # Zones' tables are files of the system, which a guest cannot open.
    zoned = pa.types.is_timestamp(kind) and kind.tz is not None
    naive = array.view(pa.timestamp(kind.unit)) if zoned else array
    text = pc.replace_substring_regex(naive.cast(pa.string()), r"\.0+$", "")
    return pc.binary_join_element_wise(text, "Z", "") if zoned else text


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def _is_nested(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return _is_nested(kind.storage_type)
    if pa.types.is_run_end_encoded(kind):
        return _is_nested(kind.value_type)
    return bool(pa.types.is_nested(kind))


def _is_texts(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _declared(kind: pa.DataType) -> str:
    return "" if pa.types.is_null(kind) else str(kind)[:80]


_WRITERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...] = (
    (lambda kind: isinstance(kind, pa.UuidType), _one_by_one),
    (_is_extension, lambda array: text_of(array.storage)),
    (pa.types.is_dictionary, lambda array: text_of(array.dictionary).take(array.indices)),
    (pa.types.is_run_end_encoded, lambda array: text_of(pc.run_end_decode(array))),
    (_is_texts, _bytes),
    (pa.types.is_floating, _floats),
    (pa.types.is_temporal, _times),
    (pa.types.is_decimal, _decimals),
    (pa.types.is_nested, _one_by_one),
)
"""What writes which types, the first that fits; all others Arrow itself writes well."""
