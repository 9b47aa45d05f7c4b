"""The headers of a tar archive: blocks, and what extended headers say of the member that follows them.

Sources: POSIX.1-2017 `pax`, the GNU tar manual ("Basic Tar Format", "Storing Sparse Files"). Python's `tarfile`
keeps every member and whole extended headers in memory, and ends at the first damage; hence our own.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from connectors.formats.archive_marks import checks
from connectors.paths import shown

BLOCK = 512
EXTENDED_BYTES = 1024 * 1024
"""Bytes of an extended header that are looked at; the longest paths and attributes take some thousand."""
_SPARSE_PIECES = 100_000
"""Pieces of a sparse member that are kept apart; more are read as if nothing lay between them."""
_RECORD = re.compile(rb"(\d{1,9}) ")
_KNOWN = frozenset(
    {"path", "size", "GNU.sparse.realsize", "GNU.sparse.size", "GNU.sparse.name", "GNU.sparse.major", "GNU.sparse.map"}
)
"""Records that say where and how much; all others, comments and attributes, are passed over."""
_GNU_SPARSE = struct.Struct("12s12s")


@dataclass
class Header:
    """One member, as its own block and those before it say."""

    name: str
    type: bytes
    size: int
    """Bytes that are stored in the archive."""
    pieces: list[tuple[int, int]] | None = None
    """Of a sparse member: offset and length of each piece that is stored."""
    real: int = 0
    """Of a sparse member: its size with all that is not stored."""
    more: bool = False
    """Whether further blocks of the list of pieces follow."""
    inline: bool = False
    """Whether the list of pieces stands at the start of what is stored."""


@dataclass
class Extended:
    """What extended headers said of the next member."""

    name: bytes | None = None
    records: dict[str, bytes] = field(default_factory=dict)
    sparse: list[bytes] = field(default_factory=list)
    """Offsets and lengths in turn, as GNU's first way of doing it has them."""


def header_of(block: bytes, extended: Extended) -> Header | None:
    """Read a member's block; None where it is none.

    Args:
        block: 512 bytes.
        extended: what was said before of it.
    """
    if not checks(block):
        return None
    name, kind = block[:100].partition(b"\0")[0], block[156:157]
    if block[257:263] == b"ustar\0" and (prefix := block[345:500].partition(b"\0")[0]):
        name = prefix + b"/" + name
    header = Header(shown(name), kind, _number(block[124:136]))
    if kind == b"S":
        _gnu_sparse(header, block)
    if extended.name is not None:
        header.name = shown(extended.name)
    _records(header, extended)
    if kind in (b"0", b"\0") and header.name.endswith("/"):
        header.type = b"5"  # as V7 has folders
    return header if header.size >= 0 and header.real >= 0 else None


def _gnu_sparse(header: Header, block: bytes) -> None:
    header.pieces, header.more = sparse_list(block[386:482], 4), block[482:483] not in (b"\0", b"0")
    header.real = _number(block[483:495])


def sparse_list(data: bytes, count: int) -> list[tuple[int, int]]:
    """Read offsets and lengths of pieces as GNU's own format has them."""
    pairs = (_GNU_SPARSE.unpack_from(data, 24 * number) for number in range(count))
    return [(_number(offset), _number(length)) for offset, length in pairs if offset.strip(b"\0 ")]


def _number(data: bytes) -> int:
    """Read a number in octal, or in base 256; what is none counts as 0."""
    if data[:1] in (b"\x80", b"\xff"):
        return int.from_bytes(data[1:], "big", signed=True) if data[0] == 0xFF else int.from_bytes(data[1:], "big")
    digits = data.split(b"\0")[0].strip()
    return int(digits, 8) if digits and not digits.strip(b"01234567") else 0


def _records(header: Header, extended: Extended) -> None:
    """Apply what pax records say; of sparse members there are three ways."""
    records = extended.records
    if "path" in records:
        header.name = shown(records["path"])
    if "size" in records:
        header.size = _decimal(records["size"])
    real = records.get("GNU.sparse.realsize", records.get("GNU.sparse.size"))
    if real is None:
        return
    header.real = _decimal(real)
    if "GNU.sparse.name" in records:
        header.name = shown(records["GNU.sparse.name"])
    if records.get("GNU.sparse.major") == b"1":
        header.pieces, header.inline = [], True
        return
    listed = records["GNU.sparse.map"].split(b",") if "GNU.sparse.map" in records else extended.sparse
    numbers = [_decimal(one) for one in listed[: 2 * _SPARSE_PIECES]]
    header.pieces = list(zip(numbers[::2], numbers[1::2], strict=False))


def _decimal(data: bytes) -> int:
    return int(data) if len(data) <= 20 and data.isdigit() else -1


def pax_records(data: bytes, extended: Extended) -> None:
    """Add the records of a pax header, up to the first that is malformed."""
    place = 0
    while match := _RECORD.match(data, place):
        end = place + int(match[1])
        key, found, value = data[match.end() : end - 1].partition(b"=")
        if end <= match.end() or not found:
            return
        name = key.decode("utf-8", "replace")
        if name in ("GNU.sparse.offset", "GNU.sparse.numbytes"):
            extended.sparse.append(value)
        elif name in _KNOWN:
            extended.records[name] = value
        place = end
