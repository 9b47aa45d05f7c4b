"""Outlook's mailboxes made by hand: nodes, heaps and tables of [MS-PST], with wide numbers or those of before 2003."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

ROOT, TOP, INBOX, STORE, RECIPIENTS = 0x122, 0x8022, 0x8042, 0x21, 0x692
_PAGE, _CELL, _MOST = 512, 64, 8176
LARGE = 3580
"""Bytes from which a property lies outside the heap."""

Property = str | bytes | int | tuple[int, bytes]


@dataclass
class Item:
    """A node: what is stored of it, and the nodes below it by number."""

    data: bytes
    below: dict[int, Item] = field(default_factory=dict)
    parent: int = 0


def _heap(kind: int, items: list[bytes], root: int) -> bytes:
    body, places = b"", [12]
    for item in items:
        body += item
        places.append(12 + len(body))
    body += b"\0" * (len(body) % 2)
    page = struct.pack(f"<2H{len(places)}H", len(items), 0, *places)
    return struct.pack("<HBBL4x", 12 + len(body), 0xEC, kind, root) + body + page


def properties(values: dict[int, Property], below: dict[int, Item] | None = None, parent: int = 0) -> Item:
    """Write properties, by number: texts, bytes, numbers, or a type and bytes."""
    below = dict(below or {})
    items, records = [b"", b""], b""
    for number, value in sorted(values.items()):
        if isinstance(value, int):
            kind, address = 3, value
        else:
            kind, raw = (
                value
                if isinstance(value, tuple)
                else (0x102, value)
                if isinstance(value, bytes)
                else (0x1F, value.encode("utf-16-le"))
            )
            if len(raw) > LARGE:
                address = 0x1F + 0x20 * (len(below) + 1)
                below[address] = Item(raw)
            else:
                items.append(raw)
                address = len(items) << 5
        records += struct.pack("<HHL", number, kind, address)
    items[0], items[1] = struct.pack("<4BL", 0xB5, 2, 6, 0, 2 << 5), records
    return Item(_heap(0xBC, items, 1 << 5), below, parent)


def table(rows: list[dict[int, Property]]) -> Item:
    """Write a table of texts and numbers."""
    numbers = sorted({number for row in rows for number in row})
    kinds = {number: 3 if any(isinstance(row.get(number), int) for row in rows) else 0x1F for number in numbers}
    end, items, body = 4 * len(numbers), [b"", b""], b""
    for row in rows:
        cells, bits = b"", bytearray((len(numbers) + 7) // 8)
        for at, number in enumerate(numbers):
            value = row.get(number)
            if value is not None:
                bits[at // 8] |= 0x80 >> at % 8
            if isinstance(value, str):
                items.append(value.encode("utf-16-le"))
                value = len(items) << 5
            cells += struct.pack("<L", value or 0)
        body += cells + bytes(bits)
    width = end + (len(numbers) + 7) // 8
    columns = b"".join(struct.pack("<HHHBB", kinds[one], one, 4 * at, 4, at) for at, one in enumerate(numbers))
    items[1] = body
    items[0] = struct.pack("<BB4HLLL", 0x7C, len(numbers), end, end, end, width, 0, 2 << 5, 0) + columns
    return Item(_heap(0x7C, items, 1 << 5))


class _Writer:
    def __init__(self, *, permuted: bytes | None, wide: bool) -> None:
        self.out = bytearray(0x4400)
        self.blocks: list[tuple[int, int, int]] = []
        self.permuted = permuted
        self.wide = wide
        self.count = 0

    def block(self, data: bytes, *, internal: bool = False) -> int:
        self.count += 4
        number = self.count | (2 if internal else 0)
        raw = data.translate(self.permuted) if self.permuted and not internal else data
        place = len(self.out)
        crc = zlib.crc32(raw, 0xFFFFFFFF) ^ 0xFFFFFFFF
        behind = (
            struct.pack("<HHLQ", len(raw), 0, crc, number)
            if self.wide
            else struct.pack("<HHLL", len(raw), 0, number, crc)
        )
        self.out += raw + bytes(-(len(raw) + len(behind)) % _CELL) + behind
        self.blocks.append((number, place, len(raw)))
        return number

    def data(self, data: bytes) -> int:
        if len(data) <= _MOST:
            return self.block(data)
        parts = [self.block(data[at : at + _MOST]) for at in range(0, len(data), _MOST)]
        listed = struct.pack("<BBHL", 1, 1, len(parts), len(data)) + self.numbers(*parts)
        return self.block(listed, internal=True)

    def below(self, nodes: dict[int, Item]) -> int:
        if not nodes:
            return 0
        listed = [(number, self.data(one.data), self.below(one.below)) for number, one in sorted(nodes.items())]
        entries = b"".join(self.numbers(*one) for one in listed)
        head = struct.pack("<BBHL" if self.wide else "<BBH", *(2, 0, len(listed), 0)[: 4 if self.wide else 3])
        return self.block(head + entries, internal=True)

    def numbers(self, *values: int) -> bytes:
        return struct.pack(f"<{len(values)}{'Q' if self.wide else 'L'}", *values)

    def tree(self, kind: int, entries: list[tuple[int, bytes]]) -> int:
        """Write the pages of a tree, in two levels where one page has no room; gives the place of its root."""
        width = len(entries[0][1])
        most = (488 if self.wide else 496) // width
        pages = []
        for at in range(0, len(entries), most):
            part = entries[at : at + most]
            pages.append((part[0][0], self.page(kind, [raw for _, raw in part], width, 0)))
        if len(pages) == 1:
            return pages[0][1]
        return self.page(kind, [self.numbers(key, 0, place) for key, place in pages], 24 if self.wide else 12, 1)

    def page(self, kind: int, entries: list[bytes], width: int, level: int) -> int:
        self.out += bytes(-len(self.out) % _PAGE)
        place = len(self.out)
        room = 488 if self.wide else 496
        body = b"".join(entries).ljust(room, b"\0") + struct.pack("<4B", len(entries), room // width, width, level)
        body += bytes(4 if self.wide else 0)
        crc = zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF
        self.count += 4
        behind = (crc, self.count) if self.wide else (self.count, crc)
        self.out += body + struct.pack("<BBHLQ" if self.wide else "<BBHLL", kind, kind, 0, *behind)
        return place


def mailbox(
    nodes: dict[int, Item], *, permuted: bytes | None = None, method: int | None = None, wide: bool = True
) -> bytes:
    """Write a mailbox.

    Args:
        nodes: by number.
        permuted: what each byte is written as, where it is to be disguised.
        method: of encryption, as the header says it.
        wide: whether its numbers have eight bytes.
    """
    made = _Writer(permuted=permuted, wide=wide)
    listed = []
    for number, one in sorted(nodes.items()):
        listed.append((number, made.numbers(number, made.data(one.data), made.below(one.below), one.parent)))
    first = made.tree(0x81, listed)
    shape = "<QQHHL" if wide else "<LLHH"
    more = (2, 0) if wide else (2,)
    blocks = [(number, struct.pack(shape, number, place, size, *more)) for number, place, size in sorted(made.blocks)]
    second = made.tree(0x80, blocks)
    head = bytearray(564)
    struct.pack_into("<4s4xHHHBB", head, 0, b"!BDN", 0x4D53, 23 if wide else 14, 19, 1, 1)
    made_of = made.numbers(1, first, 2, second)
    size = made.numbers(len(made.out))
    for place, raw in ((0xB8 if wide else 0xA8, size), (0xD8 if wide else 0xB8, made_of)):
        head[place : place + len(raw)] = raw
    head[0x200 if wide else 0x1CC] = 0x80
    head[0x201 if wide else 0x1CD] = method if method is not None else 1 if permuted else 0
    struct.pack_into("<L", head, 4, zlib.crc32(head[8 : 8 + 471], 0xFFFFFFFF) ^ 0xFFFFFFFF)
    if wide:
        struct.pack_into("<L", head, 0x20C, zlib.crc32(head[8 : 8 + 516], 0xFFFFFFFF) ^ 0xFFFFFFFF)
    made.out[: len(head)] = head
    return bytes(made.out)


def shelves(messages: dict[int, Item]) -> dict[int, Item]:
    """Put messages into an inbox below the folder that Outlook shows as the top."""
    entry = bytes(20) + struct.pack("<L", TOP)
    nodes = {
        STORE: properties({0x3001: "Mailbox", 0x35E0: entry}),
        ROOT: properties({0x3001: ""}, parent=ROOT),
        TOP: properties({0x3001: "Top of Personal Folders"}, parent=ROOT),
        INBOX: properties({0x3001: "Inbox"}, parent=TOP),
    }
    for number, one in messages.items():
        nodes[number] = Item(one.data, one.below, one.parent or INBOX)
    return nodes
