"""OLE compound files, the box of the older Office formats: what lies in it, and its streams piece by piece.

Source: [MS-CFB] 2.1 to 2.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.interface import Cause

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORDS = {
    "xls": "older Excel workbook",
    "doc": "older Word document",
    "ppt": "older PowerPoint presentation",
    "msg": "Outlook message",
    "encrypted": "encrypted Office document",
    "ole": "older Office document",
}
"""For a person, by what `kind_of_ole` gives."""

MAX_ENTRIES = 32_768
"""Streams and storages that are listed of one file; what lies behind them is not seen."""
_MAX_DEPTH = 32
"""Storages within storages; a message within a message within a message takes two each."""
_FREE = 0xFFFFFFFA
"""Sector numbers from here on are signs: end of chain, free, the table's own."""
_HEADER = struct.Struct("<8s16s5H6x9L")
_ENTRY = struct.Struct("<64sHBB3L16sL8s8sLQ")
_MAIN = {
    "encryptedpackage": "encrypted",
    "workbook": "xls",
    "book": "xls",
    "worddocument": "doc",
    "powerpoint document": "ppt",
    "__properties_version1.0": "msg",
}
"""By the stream that only this kind has at the root; the order settles files that carry two."""


def kind_of_ole(file: Opened) -> str:
    """Tell what a compound file is by the streams at its root.

    Returns:
        a key of `WORDS`; `ole` for everything else, and where the directory is damaged.

    Raises:
        OSError: where the disk does.
    """
    try:
        names = {name.lower() for name in Compound(file).streams if "/" not in name}
    except ReadError:
        return "ole"
    return next((kind for name, kind in _MAIN.items() if name in names), "ole")


@dataclass(frozen=True)
class Stream:
    """One stream of a compound file."""

    name: str
    """With the names of the storages it lies in before it, `/` between them."""
    start: int
    """Its first sector."""
    size: int
    """Bytes, as the directory says: a chain that ends earlier has fewer."""


class Compound:
    """A compound file whose directory was read.

    Args:
        file: stays the caller's.

    Raises:
        ReadError: CORRUPT, where it is no compound file or its directory cannot be followed.
        OSError: where the disk does.
    """

    def __init__(self, file: Opened) -> None:
        self._file = file
        head = file.sample(0, 512)
        if len(head) < 512 or not head.startswith(MAGIC):
            raise ReadError(Cause.CORRUPT, "it is no whole OLE file: its header is cut short or damaged")
        fields = _HEADER.unpack_from(head)
        shift, mini_shift = fields[5], fields[6]
        if shift not in (9, 12) or mini_shift != 6:
            raise ReadError(Cause.CORRUPT, "the header of the OLE file is damaged")
        self._sector: int = 1 << shift
        self._mini: int = 1 << mini_shift
        _, _, directory, _, self._cutoff, mini_table, _, more, _ = fields[7:]
        self._table = self._table_sectors(head, more)
        self._seen: dict[int, bytes] = {}
        entries = self._entries(directory)
        self._small = list(self._chain(entries[0][7], self._total))
        self._mini_table = b"".join(map(self._at, self._chain(mini_table, self._total)))
        self.streams: dict[str, Stream] = {}
        """By name, in the order of the directory's tree; a name that comes twice keeps its first stream."""
        self._list(entries)

    @property
    def _total(self) -> int:
        """Sectors that the file can hold, so that no chain is longer."""
        return self._file.size // self._sector + 1

    def read(self, stream: Stream, offset: int = 0) -> Iterator[bytes]:
        """Give the bytes of a stream from an offset, in pieces of a sector; fewer where its chain ends early."""
        small = stream.size < self._cutoff
        unit = self._mini if small else self._sector
        left, skip = min(stream.size, self._file.size) - offset, offset
        for number in self._mini_chain(stream.start) if small else self._chain(stream.start, self._total):
            if left <= 0:
                return
            if skip >= unit:
                skip -= unit
                continue
            piece = (self._mini_at(number) if small else self._at(number))[skip:][:left]
            skip = 0
            left -= len(piece)
            yield piece

    def content(self, name: str, limit: int) -> bytes:
        """Give the first `limit` bytes of a stream; nothing where there is no such stream."""
        found, size = [], 0
        for piece in self.read(self.streams[name]) if name in self.streams else ():
            found.append(piece)
            size += len(piece)
            if size >= limit:
                break
        return b"".join(found)[:limit]

    def _at(self, number: int) -> bytes:
        # The header takes the place of one sector, also where sectors are 4,096 bytes.
        offset = (number + 1) * self._sector
        return self._file.sample(offset, self._sector) if offset < self._file.size else b""

    def _table_sectors(self, head: bytes, more: int) -> list[int]:
        """Give the sectors of the allocation table, in order."""
        sectors = [one for one in struct.unpack_from("<109L", head, 76) if one < _FREE]
        links = self._sector // 4 - 1
        for _ in range(self._total):
            raw = self._at(more) if more < _FREE else b""
            if len(raw) < self._sector:
                break
            *found, more = struct.unpack(f"<{links + 1}L", raw)
            sectors += [one for one in found if one < _FREE]
            if len(sectors) > self._total:
                break
        return sectors

    def _chain(self, number: int, limit: int) -> Iterator[int]:
        """Follow a chain of sectors; one that runs in a circle or out of the file ends."""
        entries = self._sector // 4
        for _ in range(limit):
            if number >= _FREE or number >= limit:
                return
            yield number
            place, within = divmod(number, entries)
            if place >= len(self._table):
                return
            raw = self._table_part(place)
            if len(raw) < self._sector:
                return
            (number,) = struct.unpack_from("<L", raw, within * 4)

    def _table_part(self, place: int) -> bytes:
        """Read a sector of the allocation table; the last few stay at hand."""
        if place not in self._seen:
            if len(self._seen) >= 64:
                self._seen.clear()
            self._seen[place] = self._at(self._table[place])
        return self._seen[place]

    def _mini_chain(self, number: int) -> Iterator[int]:
        count = len(self._mini_table) // 4
        for _ in range(count):
            if number >= count:
                return
            yield number
            (number,) = struct.unpack_from("<L", self._mini_table, number * 4)

    def _mini_at(self, number: int) -> bytes:
        sector, within = divmod(number * self._mini, self._sector)
        if sector >= len(self._small):
            return b""
        return self._at(self._small[sector])[within : within + self._mini]

    def _entries(self, directory: int) -> list[tuple[bytes, int, int, int, int, int, int, int, int]]:
        """Read the directory: name, kind, left, right, child and so on of each entry."""
        found = []
        for number in self._chain(directory, self._total):
            raw = self._at(number)
            for at in range(0, len(raw) - _ENTRY.size + 1, _ENTRY.size):
                name, length, kind, _, left, right, child, _, _, _, _, start, size = _ENTRY.unpack_from(raw, at)
                size = size & 0xFFFFFFFF if self._sector == 512 else size  # older writers leave junk above
                found.append((name, length, kind, left, right, child, number, start, size))
            if len(found) > MAX_ENTRIES:
                break
        if not found or found[0][2] != 5:
            raise ReadError(Cause.CORRUPT, "the directory of the OLE file is damaged")
        return found

    def _list(self, entries: list[tuple[bytes, int, int, int, int, int, int, int, int]]) -> None:
        """Walk the tree of the directory; an entry that is met twice is passed over."""
        met = {0}
        waiting = [(entries[0][5], "", 0)]
        while waiting:
            number, above, depth = waiting.pop()
            if number >= len(entries) or number in met or depth > _MAX_DEPTH:
                continue
            met.add(number)
            raw, length, kind, left, right, child, _, start, size = entries[number]
            name = above + raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 2:
                self.streams.setdefault(name, Stream(name, start, size))
            waiting += [(right, above, depth), (left, above, depth)]
            if kind == 1:
                waiting.append((child, name + "/", depth + 1))
