"""The upper half of an Outlook mailbox: properties of a node, and tables, out of heaps.

Source: [MS-PST] 2.3.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from connectors.errors import ReadError
from connectors.formats.mapi import (
    BINARY,
    LONG,
    MANY_STRINGS,
    MANY_STRINGS8,
    MESSAGE_CODE_PAGE,
    STRING,
    STRING8,
    Properties,
    Value,
)
from connectors.formats.pst_nodes import Node, Nodes
from connectors.formats.rtf_words import codec_of_page
from connectors.interface import Cause

_HEAP, _TREE, _TABLE, _PROPERTIES = 0xEC, 0xB5, 0x7C, 0xBC
_HEAP_BYTES = 16 << 20
"""Bytes of a heap that are held; properties that are large lie outside."""
_ENTRIES = 100_000
_LEVELS = 8
_ITEMS = 1_000_000
"""Items of a heap that are looked at: a tree in it may lead to the same ones again and again."""
_INLINE = frozenset({0x02, LONG, 0x04, 0x0A, 0x0B})
"""Types whose value stands in the place of its address."""
_TEXTS = frozenset({STRING, STRING8})
_MANY = frozenset({MANY_STRINGS, MANY_STRINGS8})


class Heap:
    """The heap of a node.

    Raises:
        ReadError: CORRUPT or CUT.
    """

    def __init__(self, nodes: Nodes, node: Node) -> None:
        self._nodes = nodes
        self.node = node
        self._blocks: list[bytes] = []
        held = 0
        for block in nodes.blocks(node.data):
            self._blocks.append(block)
            held += len(block)
            if held > _HEAP_BYTES:
                break
        if not self._blocks or len(self._blocks[0]) < 12 or self._blocks[0][2] != _HEAP:
            raise _damaged()
        self.kind = self._blocks[0][3]
        (self.root,) = struct.unpack_from("<L", self._blocks[0], 4)
        self._below: dict[int, Node] | None = None
        self._left = _ITEMS

    def item(self, number: int) -> bytes:
        """Give an item of the heap; nothing for the number 0."""
        if not number:
            return b""
        self._left -= 1
        if self._left < 0:
            raise _damaged()
        shift, mask = (19, 0x3FFF) if self._nodes.large else (16, 0x7FF)
        at, index = number >> shift, (number >> 5) & mask
        if at >= len(self._blocks) or len(self._blocks[at]) < 2:
            raise _damaged()
        block = self._blocks[at]
        (place,) = struct.unpack_from("<H", block)
        if not index or place + 4 > len(block) or index > struct.unpack_from("<H", block, place)[0]:
            raise _damaged()
        offset = place + 4 + 2 * (index - 1)
        if offset + 4 > len(block):
            raise _damaged()
        start, end = struct.unpack_from("<2H", block, offset)
        return block[start:end]

    def below(self) -> dict[int, Node]:
        """Give the nodes below, by number."""
        if self._below is None:
            self._below = {}
            for one in self._nodes.below(self.node.below):
                self._below.setdefault(one.number, one)
                if len(self._below) > _ENTRIES:
                    break
        return self._below

    def blocks(self, address: int) -> Iterator[bytes]:
        """Give what lies at an address: an item of the heap, or a node below."""
        if not address & 0x1F:
            yield self.item(address)
            return
        node = self.below().get(address)
        if node is None:
            raise _damaged()
        yield from self._nodes.blocks(node.data)

    def tree(self, root: int) -> Iterator[tuple[bytes, bytes]]:
        """Give keys and values of a tree in the heap."""
        head = self.item(root)
        if len(head) < 8 or head[0] != _TREE or not head[1] or head[3] > _LEVELS:
            raise _damaged()
        (top,) = struct.unpack_from("<L", head, 4)
        yield from self._level(top, head[1], head[2], head[3])

    def _level(self, number: int, key: int, value: int, level: int) -> Iterator[tuple[bytes, bytes]]:
        raw = self.item(number)
        width = key + (value if not level else 4)
        for at in range(0, len(raw) - width + 1, width):
            if level:
                yield from self._level(struct.unpack_from("<L", raw, at + key)[0], key, value, level - 1)
            else:
                yield raw[at : at + key], raw[at + key : at + width]


def properties(nodes: Nodes, node: Node, codec: str | None = None) -> Properties:
    """Read the properties of a node.

    Args:
        nodes: the mailbox.
        node: a message, a folder, an attachment.
        codec: of texts in single bytes; None where the node itself says it.

    Raises:
        ReadError: CORRUPT or CUT.
    """
    heap = Heap(nodes, node)
    if heap.kind != _PROPERTIES:
        raise _damaged()
    values: dict[int, list[Value]] = defaultdict(list)
    for count, (key, value) in enumerate(heap.tree(heap.root)):
        if count > _ENTRIES or len(key) != 2 or len(value) != 6:
            raise _damaged()
        kind, address = struct.unpack("<HL", value)
        values[int.from_bytes(key, "little")] += _values(heap, kind, address)
    return _coded(values, codec)


def _coded(values: dict[int, list[Value]], codec: str | None) -> Properties:
    made = Properties(values, codec or "cp1252")
    if codec is None and (page := made.number(MESSAGE_CODE_PAGE)):
        made.codec = codec_of_page(page)
    return made


def _values(heap: Heap, kind: int, address: int) -> list[Value]:
    if kind in _INLINE:
        return [Value(kind, 4, partial(_once, address.to_bytes(4, "little")))]
    if kind in _MANY:
        raw = b"".join(heap.blocks(address))
        return [Value(kind, len(one), partial(_once, one)) for one in _several(raw)]
    return [Value(kind, 1 if address else 0, partial(heap.blocks, address))] if kind < 0x1000 else []


def _several(raw: bytes) -> Iterator[bytes]:
    if len(raw) < 4:
        return
    (count,) = struct.unpack_from("<L", raw)
    count = min(count, len(raw) // 4 - 1)
    places = [*struct.unpack_from(f"<{count}L", raw, 4), len(raw)]
    for start, end in pairwise(places):
        yield raw[start:end]


def rows(nodes: Nodes, node: Node, codec: str) -> Iterator[Properties]:
    """Read a table: the properties of each row.

    Raises:
        ReadError: CORRUPT or CUT.
    """
    heap = Heap(nodes, node)
    head = heap.item(heap.root)
    if heap.kind != _TABLE or len(head) < 22 or head[0] != _TABLE:
        raise _damaged()
    ends = struct.unpack_from("<4H", head, 2)
    width, bits = ends[3], ends[2]
    (address,) = struct.unpack_from("<L", head, 14)
    columns = [struct.unpack_from("<HHHBB", head, at) for at in range(22, min(22 + 8 * head[1], len(head) - 7), 8)]
    if not width or bits > width:
        raise _damaged()
    for block in heap.blocks(address) if address else ():
        # No row lies in two blocks.
        for at in range(0, len(block) - width + 1, width):
            yield _row(heap, columns, block[at : at + width], bits, codec)


def _row(heap: Heap, columns: list[tuple[int, ...]], raw: bytes, bits: int, codec: str) -> Properties:
    values: dict[int, list[Value]] = {}
    for kind, number, offset, size, bit in columns:
        place = bits + bit // 8
        there = place < len(raw) and raw[place] & 0x80 >> bit % 8
        if not there or offset + size > bits:
            continue
        cell = raw[offset : offset + size]
        if kind in _TEXTS or kind == BINARY:
            address = int.from_bytes(cell, "little")
            values[number] = [Value(kind, 1 if address else 0, partial(heap.blocks, address))]
        elif kind < 0x1000:
            values[number] = [Value(kind, size, partial(_once, cell))]
    return _coded(values, codec)


def _once(value: bytes) -> Iterator[bytes]:
    yield value


def _damaged() -> ReadError:
    return ReadError(Cause.CORRUPT, "the mailbox is damaged there; Outlook's own scanpst may mend it")
