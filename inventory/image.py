"""Writes a table of locations as SQLite would: whole pages at a time, from columns.

The source of every rule is "Database File Format" (https://www.sqlite.org/fileformat2.html): section 1.3 the header,
1.6 the pages of a B-tree, 2.1 the records. The pages with the schema are made by SQLite itself; this puts the rows of
one table behind them and says so in the header. A rowid is the row's place, from 1.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inventory.locations import Integers, Locations, Octets, Packed

Mask = npt.NDArray[np.bool_]

PAGE = 65_536
"""Bytes of a page: the largest there are."""
ROOT = 2
"""Number (from 1) of the page at which the table of locations begins."""
LONGEST = (127 - 12) // 2
"""Bytes of a locator whose serial type (12 and twice its length) is a varint of one byte."""
_LARGEST = 2**15 - 1
"""Of a field's position: two bytes, signed."""
_LEAF, _INTERIOR = 13, 5
_LEAF_HEAD, _INTERIOR_HEAD = 8, 12
_COUNT_AT = 28
"""Where the header of the database holds the number of its pages."""
MOST = 2**20
"""Rows that are written at most. One page has room for pointers to all their leaves (2,000, where 6,000 would do), and
the database stays far below the gigabyte behind which a page is kept for locks."""
_RECORD_HEAD = 5
"""Bytes of a record's header: its size, and the types of four columns."""


def fits(schema: bytes, locations: Locations) -> bool:
    """Say whether `write` can put some locations into a database; SQLite itself has to where it cannot."""
    if not 0 < len(locations) <= MOST or not _plain(schema):
        return False
    fields, ambiguous = locations.fields, locations.ambiguous
    small = fields.min() >= 0 and fields.max() <= _LARGEST and ambiguous.min() >= 0 and ambiguous.max() <= 1
    return bool(small and locations.locators.lengths.max() <= LONGEST)


def _plain(schema: bytes) -> bool:
    """Say whether a database is as the default settings make it: some builds of SQLite have others."""
    size, reserved, form, vacuum = schema[16:18], schema[20], schema[44:48], schema[52:56]
    root = schema[(ROOT - 1) * PAGE :][:5]
    settings = (size, reserved, form, vacuum) == (b"\0\1", 0, b"\0\0\0\4", b"\0\0\0\0")
    return settings and root == bytes([_LEAF, 0, 0, 0, 0])


def write(schema: bytes, locations: Locations) -> bytes:
    """Put locations into a database.

    Args:
        schema: a database of SQLite's own with an empty table (token, field, locator, ambiguous) at page `ROOT`.
        locations: in the order of their rowids. `fits` says yes to both.

    Returns:
        The database with the locations in it.
    """
    stream, lengths = _cells(locations)
    ends = np.cumsum(lengths)
    cuts = _cuts(lengths)
    before, leaves = len(schema) // PAGE, len(cuts) - 1
    alone = leaves == 1
    pages = np.zeros((before + (0 if alone else leaves), PAGE), np.uint8)
    pages[:before] = np.frombuffer(schema, np.uint8).reshape(-1, PAGE)
    for number, (first, last) in enumerate(pairwise(cuts)):
        start = int(ends[first] - lengths[first])
        cells = stream[start : ends[last - 1]]
        starts = ends[first:last] - lengths[first:last] - start
        _fill(pages[ROOT - 1 if alone else before + number], _LEAF, cells, starts)
    if not alone:
        _root(pages[ROOT - 1], before + 1, cuts)
    _put(pages[0], _COUNT_AT, len(pages).to_bytes(4, "big"))
    return pages.tobytes()


def _cells(locations: Locations) -> tuple[Octets, Integers]:
    """Write each row as a cell of a leaf: size, rowid, record; all joined, and the length of each.

    Rows are laid out in a table with room for the longest of each part; then what is not used is left out.
    """
    count, sizes = len(locations), locations.locators.lengths
    rowids, rowid_sizes = _varints(np.arange(1, count + 1))
    fields, field_types, field_sizes = _integers(locations.fields)
    payload = _RECORD_HEAD + locations.tokens.shape[1] + field_sizes + sizes
    header = np.empty((count, _RECORD_HEAD), np.uint8)
    header[:, 0] = _RECORD_HEAD
    header[:, 1] = 12 + 2 * locations.tokens.shape[1]
    header[:, 2] = field_types
    header[:, 3] = 12 + 2 * sizes
    header[:, 4] = 8 + locations.ambiguous  # the numbers 0 and 1 are types of their own, without bytes
    parts = (
        (payload.astype(np.uint8)[:, None], None),
        (rowids, rowid_sizes),
        (header, None),
        (locations.tokens, None),
        (fields, field_sizes),
        (_table(locations.locators), sizes),
    )
    table = np.concatenate([part for part, _ in parts], axis=1)
    used = np.concatenate([_used(part, wanted) for part, wanted in parts], axis=1)
    return table[used], 1 + rowid_sizes + payload


def _varints(numbers: Integers) -> tuple[Octets, Integers]:
    """Write positive numbers as SQLite's varints (highest seven bits first), to the left; and the length of each."""
    sizes = np.ones(len(numbers), np.int64)
    while (longer := numbers >> 7 * sizes.max() > 0).any():
        sizes[longer] += 1
    table = np.zeros((len(numbers), int(sizes.max())), np.uint8)
    for place in range(table.shape[1]):
        rest = np.maximum(sizes - 1 - place, 0)
        table[:, place] = (numbers >> 7 * rest & 0x7F) | np.where(rest > 0, 0x80, 0)
    return table, sizes


def _integers(numbers: Integers) -> tuple[Octets, Integers, Integers]:
    """Write numbers of up to two bytes in as few as there can be, to the left; their types and lengths."""
    sizes = (numbers > 1).astype(np.int64) + (numbers > 127)
    types = np.where(sizes == 0, 8 + numbers, sizes)
    low, high = numbers & 0xFF, numbers >> 8
    return np.stack([np.where(sizes == 2, high, low), low], axis=1).astype(np.uint8), types, sizes


def _table(packed: Packed) -> Octets:
    """Lay byte strings out in rows of the same length, to the left."""
    table = np.zeros((len(packed.lengths), int(packed.lengths.max())), np.uint8)
    table[_used(table, packed.lengths)] = packed.data
    return table


def _used(table: Octets, sizes: Integers | None) -> Mask:
    """Say which bytes of each row count: the first `sizes`; None: all."""
    if sizes is None:
        return np.ones(table.shape, bool)
    return np.arange(table.shape[1]) < sizes[:, None]


def _cuts(lengths: Integers) -> list[int]:
    """Say with which cell each page begins, from 0, and last how many cells there are; pages are as full as can be."""
    taken = np.cumsum(lengths + 2)  # a cell and the pointer to it
    cuts = [0]
    while cuts[-1] < len(lengths):
        before = int(taken[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(int(np.searchsorted(taken, before + PAGE - _LEAF_HEAD, side="right")))
    return cuts


def _fill(page: Octets, kind: int, cells: Octets, starts: Integers, last: bytes = b"") -> None:
    """Write a page of a B-tree: header, pointers, and the cells at its end.

    Args:
        page: of `PAGE` bytes, all of them 0 (free space is none of SQLite's freeblocks, and there are no fragments).
        kind: `_LEAF` or `_INTERIOR`.
        cells: joined; at least one, so that the content never begins at the page's end, which would be written as 0.
        starts: where in `cells` each begins, in the order of their keys.
        last: of an interior page, the number of its last child.
    """
    content = PAGE - len(cells)
    head = b"\0\0" + len(starts).to_bytes(2, "big") + content.to_bytes(2, "big") + b"\0" + last
    _put(page, 0, bytes([kind]) + head)
    pointers = (starts + content).astype(">u2").view(np.uint8)
    page[len(head) + 1 : len(head) + 1 + len(pointers)] = pointers
    page[content:] = cells


def _root(page: Octets, first: int, cuts: list[int]) -> None:
    """Write the page over the leaves, which are numbered from `first`: each but the last with its largest rowid."""
    keys, sizes = _varints(np.array(cuts[1:-1]))
    children = np.arange(first, first + len(keys)).astype(">u4").view(np.uint8).reshape(-1, 4)
    cells = Packed.of(
        [child.tobytes() + key[:size].tobytes() for child, key, size in zip(children, keys, sizes, strict=True)]
    )
    page[:] = 0
    starts = np.cumsum(cells.lengths) - cells.lengths
    _fill(page, _INTERIOR, cells.data, starts, (first + len(keys)).to_bytes(4, "big"))


def _put(page: Octets, at: int, raw: bytes) -> None:
    page[at : at + len(raw)] = np.frombuffer(raw, np.uint8)
