"""The lower half of an Outlook mailbox: nodes by their numbers, and what is stored of each, block by block.

Source: [MS-PST] 2.2 and 5.1; for OST files of Outlook 2013 and later, whose pages have 4 KB and whose blocks are
packed, the documentation of libpff's format ("Personal Folder File format", Joachim Metz), by its layout alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.interface import Cause

MAGIC = b"!BDN"
_HEADER = 564
_ANSI, _UNICODE, _LARGE = (14, 15), (21, 23), (36, 37)
_PLAIN, _PERMUTED = 0, 1
_DECODED = bytes.fromhex(
    "47f1b4e60b6a7248854e9eebe2f89453e0bba002e85a09abdbe3bac67cc310dd39059630f53760828cc9134a6b1df3fb"
    "8f2697ca911701c4322d6e3195ffd923d1005e79dc443b1a28c5615720903d83b943be67d2464276c06d5b7eb20f1629"
    "3ca903540dda5ddff6b7c762cd8d06d3695c86d614f7a56675acb1e94521700c879f74a4224c6fbf1f56aa2eb3783350"
    "b0a392bccf191ca763cb1e4d3e4b1b9b4fe7f0eead3ab55904ea40552551e57a893868527bfc27aed7bdfa07f4cc8e5f"
    "ef359c842b15d5773449b6120a7f7188fd9d18417d93d8582ccefe24afdeb836c8a180a69998a82f0e816573e4c2a28a"
    "d4e111d0088b2af2ed9a643fc16cf9ec"
)
"""What each byte stands for ([MS-PST] 5.1, the last third of the table): a disguise, no encryption."""
_DEPTH = 16
"""Levels of a tree; 2^64 pages would have nine."""
_KEPT = 256
"""Pages that stay at hand."""
_BLOCK = 64 * 1024
_ONES = 0xFFFFFFFF
"""Checksums in the format begin with zeros and are not inverted ([MS-PST] 5.3)."""
_INTERNAL = 2
"""Bit in a block's number: it lists other blocks."""
_TREE, _SUBNODES = 1, 2
_FOLDER_PAGES = {"nodes": 0x81, "blocks": 0x80}


@dataclass(frozen=True)
class Node:
    """One node: a folder, a message, a table."""

    number: int
    data: int
    """Number of the block that it begins with."""
    below: int
    """Of the block that lists the nodes below it; 0 for none."""
    parent: int = 0


@dataclass(frozen=True)
class _Shape:
    """Sizes that differ between the generations of the format."""

    wide: bool
    page: int
    counts: int
    """Offset in a page of what says how many entries it has."""
    large: bool = False


class Nodes:
    """A mailbox whose header was read.

    Args:
        file: stays the caller's; any place of it is read.

    Raises:
        ReadError: CORRUPT or FORMAT; DENIED where it is encrypted.
    """

    def __init__(self, file: Opened) -> None:
        self._file = file
        head = file.sample(0, _HEADER)
        if len(head) < _HEADER:
            raise ReadError(Cause.CUT, "the mailbox is cut off within its header; nothing of it could be read")
        (version,) = struct.unpack_from("<H", head, 10)
        if version in _ANSI:
            self._shape = _Shape(wide=False, page=512, counts=496)
            self._roots = struct.unpack_from("<L", head, 0xBC)[0], struct.unpack_from("<L", head, 0xC4)[0]
            end, method = struct.unpack_from("<L", head, 0xA8)[0], head[0x1CD]
        elif version in _UNICODE or version in _LARGE:
            large = version in _LARGE
            self._shape = _Shape(wide=True, page=4096 if large else 512, counts=4056 if large else 488, large=large)
            self._roots = struct.unpack_from("<Q", head, 0xE0)[0], struct.unpack_from("<Q", head, 0xF0)[0]
            end, method = struct.unpack_from("<Q", head, 0xB8)[0], head[0x201]
        else:
            raise ReadError(Cause.FORMAT, f"the mailbox has a form (version {version}) that nothing here reads")
        if method not in (_PLAIN, _PERMUTED):
            raise ReadError(Cause.DENIED, "the mailbox is encrypted; export it from Outlook without, to have it read")
        self._permuted = method == _PERMUTED
        self.large = self._shape.large
        self.cut = file.size < end
        """Whether the file is shorter than it says."""
        self.unsound = False
        """Whether a block was met whose checksum does not fit."""
        self._pages: dict[int, bytes] = {}

    def nodes(self) -> Iterator[Node | ReadError]:
        """Give all nodes in the order of their numbers; where a page is damaged, why those on it are missing."""
        size = 32 if self._shape.wide else 16
        pages = [self._file.size // self._shape.page + 1]
        for raw in self._walk(self._roots[0], _DEPTH, size, pages):
            if isinstance(raw, ReadError):
                yield raw
            elif self._shape.wide:
                number, _, data, below, parent = struct.unpack_from("<LLQQL", raw)
                yield Node(number, data, below, parent)
            else:
                yield Node(*struct.unpack_from("<4L", raw))

    def node(self, number: int) -> Node | None:
        """Look a node up by its number."""
        raw = self._find(self._roots[0], number, 32 if self._shape.wide else 16)
        if raw is None:
            return None
        if self._shape.wide:
            found, _, data, below, parent = struct.unpack_from("<LLQQL", raw)
            return Node(found, data, below, parent)
        return Node(*struct.unpack_from("<4L", raw))

    def blocks(self, number: int) -> Iterator[bytes]:
        """Give what is stored of a node, a block at a time.

        Raises:
            ReadError: CORRUPT or CUT, behind what came before.
        """
        if number:
            yield from self._tree(number, 2)

    def _tree(self, number: int, levels: int) -> Iterator[bytes]:
        raw = self._block(number)
        if not number & _INTERNAL:
            yield raw.translate(_DECODED) if self._permuted else raw
            return
        if len(raw) < 8 or raw[0] != _TREE or not 0 < raw[1] <= levels:
            raise _damaged()
        (count,) = struct.unpack_from("<H", raw, 2)
        width = 8 if self._shape.wide else 4
        for at in range(8, min(8 + count * width, len(raw) - width + 1), width):
            yield from self._tree(int.from_bytes(raw[at : at + width], "little"), raw[1] - 1)

    def below(self, number: int) -> Iterator[Node]:
        """Give the nodes below one, as a block lists them.

        Raises:
            ReadError: CORRUPT or CUT.
        """
        if not number:
            return
        raw = self._block(number)
        if len(raw) < 8 or raw[0] != _SUBNODES or raw[1] > 1:
            raise _damaged()
        (count,) = struct.unpack_from("<H", raw, 2)
        wide, leaf = self._shape.wide, raw[1] == 0
        entry = struct.Struct(("<LxxxxQQ" if wide else "<LLL") if leaf else ("<LxxxxQ" if wide else "<LL"))
        start = 8 if wide else 4
        for at in range(start, min(start + count * entry.size, len(raw) - entry.size + 1), entry.size):
            if leaf:
                yield Node(*entry.unpack_from(raw, at))
            else:
                inner = self._block(entry.unpack_from(raw, at)[1])
                if len(inner) < 8 or inner[0] != _SUBNODES or inner[1]:
                    raise _damaged()
                yield from self.below(entry.unpack_from(raw, at)[1])

    def _block(self, number: int) -> bytes:
        raw = self._find(self._roots[1], number & ~1, 24 if self._shape.wide else 12)
        if raw is None:
            raise _damaged()
        wide = self._shape.wide
        place, size, whole = struct.unpack_from("<QHH" if wide else "<LHH", raw, 8 if wide else 4)
        if place >= self._file.size:
            raise ReadError(Cause.CUT, "the mailbox is cut off before it; get the whole file")
        cell, behind = (512, 24) if self._shape.large else (64, 16 if wide else 12)
        filled = -(-(size + behind) // cell) * cell
        stored = self._file.sample(place, filled)
        data = stored[:size]
        if len(data) < size:
            raise ReadError(Cause.CUT, "the mailbox is cut off within it; get the whole file")
        if len(stored) == filled:
            at = filled - behind + (4 if wide else 8)
            self.unsound |= zlib.crc32(data, _ONES) ^ _ONES != int.from_bytes(stored[at : at + 4], "little")
        if self._shape.large and whole != size:
            try:
                return zlib.decompressobj().decompress(data, _BLOCK)
            except zlib.error as error:
                raise _damaged() from error
        return data

    def _page(self, place: int, kind: str) -> tuple[bytes, int, int, int]:
        """Give a page's entries, their number and size, and its level."""
        shape = self._shape
        if place not in self._pages:
            if len(self._pages) >= _KEPT:
                self._pages.clear()
            self._pages[place] = self._file.sample(place, shape.page) if place < self._file.size else b""
        raw = self._pages[place]
        if len(raw) < shape.page:
            raise ReadError(Cause.CUT, "the mailbox is cut off, a part of its list of contents too; get the whole file")
        if shape.large:
            count, _, size, level = struct.unpack_from("<HHBB", raw, shape.counts)
            sign = raw[4072]
        else:
            count, _, size, level = struct.unpack_from("<4B", raw, shape.counts)
            sign = raw[496 if shape.wide else 500]
        if sign != _FOLDER_PAGES[kind] or size < 8 or count * size > shape.counts:
            raise _damaged()
        return raw, count, size, level

    def _walk(self, place: int, above: int, size: int, left: list[int]) -> Iterator[bytes | ReadError]:
        """Give the entries below a page; each page lies one level below another, and none twice."""
        try:
            raw, count, width, level = self._page(place, "nodes")
            left[0] -= 1
            if level >= above or left[0] < 0 or (not level and width < size):
                raise _damaged()
        except ReadError as error:
            yield error
            return
        wide = self._shape.wide
        for at in range(0, count * width, width):
            if level:
                (inner,) = struct.unpack_from("<Q" if wide else "<L", raw, at + (16 if wide else 8))
                yield from self._walk(inner, level, size, left)
            else:
                yield raw[at : at + width]

    def _find(self, place: int, key: int, size: int) -> bytes | None:
        kind = "nodes" if place == self._roots[0] else "blocks"
        wide = self._shape.wide
        one = struct.Struct("<Q" if wide else "<L")
        for _ in range(_DEPTH):
            raw, count, width, level = self._page(place, kind)
            low, high = 0, count
            while low < high:
                middle = (low + high) // 2
                if self._key(one, raw, middle * width, kind) <= key:
                    low = middle + 1
                else:
                    high = middle
            if not low:
                return None
            at = (low - 1) * width
            if not level:
                found = self._key(one, raw, at, kind)
                return raw[at : at + width] if found == key and width >= size else None
            place = one.unpack_from(raw, at + 2 * one.size)[0]
        raise _damaged()

    @staticmethod
    def _key(one: struct.Struct, raw: bytes, at: int, kind: str) -> int:
        key: int = one.unpack_from(raw, at)[0]
        return key & 0xFFFFFFFF if kind == "nodes" else key & ~1


def _damaged() -> ReadError:
    return ReadError(Cause.CORRUPT, "the mailbox is damaged there; Outlook's own scanpst may mend it")
