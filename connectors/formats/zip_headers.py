"""The records of a zip archive: its central directory, which unpackers go by, and the headers before each member.

Sources: APPNOTE.TXT 6.3.10 of PKWARE; the Info-ZIP extra field 0x7075.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from connectors.errors import ReadError
from connectors.interface import Cause
from connectors.paths import shown

LOCAL, CENTRAL, END_MARK, DESCRIPTOR = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\7\x08"
_END64, _LOCATOR64 = b"PK\6\6", b"PK\6\7"
LOCAL_BYTES = 30
_CENTRAL_BYTES = 46
_MOST_END = 22 + 65_535
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_FULL = 0xFFFFFFFF
_READ_AHEAD = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """What a central directory, or a local header, says of a member."""

    raw: bytes
    """Its name as it is written."""
    flags: int
    method: int
    checksum: int
    packed: int
    """Bytes that are stored."""
    size: int
    offset: int
    """Of its local header in the file."""
    extra: bytes
    comment: bytes = b""
    mode: int = 0
    """As Unix has it; 0 where the archive comes from elsewhere."""

    @property
    def name(self) -> str:
        """The name as text, without a leading `./`."""
        return self._text().removeprefix("./")

    def _text(self) -> str:
        if self.flags & 0x800:
            return shown(self.raw)
        for kind, data in extras(self.extra):
            if kind == 0x7075 and data[:1] == b"\1" and data[1:5] == crc32(self.raw).to_bytes(4, "little"):
                return shown(data[5:])
        try:
            return self.raw.decode()
        except UnicodeDecodeError:
            return self.raw.decode("cp437")

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & 1) or self.method == 99

    @property
    def streamed(self) -> bool:
        """Whether its sizes stand behind it, since they were not known before."""
        return bool(self.flags & 8)


@dataclass(frozen=True)
class Directory:
    """Where a central directory lies."""

    start: int
    end: int
    shift: int
    """What is to be added to each offset in it: the bytes of a program before the archive."""
    comment: bytes
    members: int
    """As the archive says."""


def extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the parts of an extra field, as far as they are well formed."""
    while len(data) >= 4:
        kind, size = struct.unpack_from("<HH", data)
        yield kind, data[4 : 4 + size]
        data = data[4 + size :]


def read_at(stream: io.RawIOBase, offset: int, size: int) -> bytes:
    """Read so many bytes from a place, fewer only at the end of the file; its place is moved."""
    if offset < 0:
        return b""
    stream.seek(offset)
    data = stream.read(size) or b""
    while len(data) < size and (part := stream.read(size - len(data))):
        data += part
    return data


def directory_of(stream: io.RawIOBase, size: int) -> Directory | None:
    """Find the central directory; None where the archive has none, or not whole.

    Raises:
        ReadError: it lies in another part of an archive in parts.
    """
    start = max(0, size - _MOST_END)
    tail = read_at(stream, start, _MOST_END)
    place = len(tail)
    while (place := tail.rfind(END_MARK, 0, place)) >= 0:
        if len(tail) - place >= _END.size:
            found = _directory_at(stream, start + place, tail[place:])
            if found is not None:
                return found
    return None


def _directory_at(stream: io.RawIOBase, place: int, record: bytes) -> Directory | None:
    _, disk, _, _, members, length, offset, comment = _END.unpack_from(record)
    if disk not in (0, 0xFFFF):
        raise ReadError(Cause.CUT, "it is the last part of an archive in parts; put them together to have it read")
    end = place
    locator = read_at(stream, place - 20, 20)
    if locator[:4] == _LOCATOR64:
        found = _end64(stream, int.from_bytes(locator[8:16], "little"), place - 20)
        if found:
            end, members, length, offset = found
    text = record[_END.size : _END.size + comment]
    for start in (end - length, offset):
        if start >= 0 and (not length or read_at(stream, start, 4) == CENTRAL):
            return Directory(start, end, start - offset, text, members)
    return None


def _end64(stream: io.RawIOBase, offset: int, before: int) -> tuple[int, int, int, int] | None:
    """Read the larger end record, where the locator says or just before it, as with a program in front."""
    for place in (offset, before - 56):
        record = read_at(stream, place, 56) if 0 <= place < before else b""
        if record[:4] == _END64 and len(record) == 56:
            members, length, start = struct.unpack_from("<3Q", record, 32)
            return place, members, length, start
    return None


def central(stream: io.RawIOBase, directory: Directory) -> Iterator[Member]:
    """Go through a central directory, a megabyte at a time.

    Raises:
        ReadError: CORRUPT, it ends before its end.
    """
    buffer, place = b"", directory.start
    while place < directory.end or len(buffer) >= _CENTRAL_BYTES:
        if len(buffer) < _CENTRAL_BYTES + 3 * 65_535 and place < directory.end:
            more = read_at(stream, place, min(_READ_AHEAD, directory.end - place))
            place = place + len(more) if more else directory.end
            buffer += more
        at = 0
        while len(buffer) - at >= _CENTRAL_BYTES:
            length = _CENTRAL_BYTES + sum(struct.unpack_from("<3H", buffer, at + 28))
            if len(buffer) - at < length:
                break
            if buffer[at : at + 4] != CENTRAL:
                if buffer[at : at + 4] == b"PK\5\5":  # a signature of the directory
                    return
                raise ReadError(Cause.CORRUPT, "its directory is damaged; what stands in it before was read")
            yield _central_member(buffer[at : at + length], directory.shift)
            at += length
        if not at and place >= directory.end:
            break
        buffer = buffer[at:]
    if buffer:
        raise ReadError(Cause.CORRUPT, "its directory is cut off; what stands in it before was read")


def _central_member(record: bytes, shift: int) -> Member:
    values = _CENTRAL.unpack_from(record)
    _, made, _, flags, method, _, _, checksum, packed, size, name, extra, comment, _, _, external, offset = values
    raw, place = record[46 : 46 + name], 46 + name
    more = record[place : place + extra]
    size, packed, offset = _large(more, [size, packed, offset])
    mode = external >> 16 if made >> 8 in (3, 19) else 0
    text = record[place + extra : place + extra + comment]
    return Member(raw, flags, method, checksum, packed, size, offset + shift, more, text, mode)


def _large(extra: bytes, values: list[int]) -> list[int]:
    """Take from the zip64 extra field what had no room in 32 bits, in its fixed order."""
    if _FULL not in values:
        return values
    data = next((data for kind, data in extras(extra) if kind == 1), b"")
    result = []
    for value in values:
        if value == _FULL and len(data) >= 8:
            value, data = int.from_bytes(data[:8], "little"), data[8:]  # noqa: PLW2901 replaced by the larger one
        result.append(value)
    return result


def local(stream: io.RawIOBase, offset: int) -> tuple[Member, int] | None:
    """Read a local header; gives also the offset of what is stored behind it. None where there is none."""
    record = read_at(stream, offset, LOCAL_BYTES)
    if len(record) < LOCAL_BYTES or record[:4] != LOCAL:
        return None
    _, _, flags, method, _, _, checksum, packed, size, name, extra = _LOCAL.unpack(record)
    rest = read_at(stream, offset + LOCAL_BYTES, name + extra)
    if len(rest) < name + extra:
        return None
    more = rest[name:]
    size, packed = _large(more, [size, packed])
    member = Member(rest[:name], flags, method, checksum, packed, size, offset, more)
    return member, offset + LOCAL_BYTES + name + extra


_LOCAL_AGAIN = re.compile(rb"PK\x03\x04.{26}", re.DOTALL)


def next_local(stream: io.RawIOBase, offset: int, size: int) -> int:
    """Find the next place, from an offset on, that looks like a local header; the file's size where there is none."""
    kept, step = b"", 128
    while offset < size:
        block = read_at(stream, offset, step)
        step = _READ_AHEAD
        if not block:
            break
        both = kept + block
        for match in _LOCAL_AGAIN.finditer(both):
            version, _, method = struct.unpack_from("<3H", match[0], 4)
            if version & 0xFF <= 99 and method <= 99:
                return offset - len(kept) + match.start()
        kept, offset = both[-(LOCAL_BYTES - 1) :], offset + len(block)
    return size
