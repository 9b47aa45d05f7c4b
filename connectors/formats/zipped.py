"""What a ZIP file is inside: an office document of one of several kinds, or just an archive.

Sources: APPNOTE.TXT 6.3.10 (ZIP), ECMA-376 part 2 (OOXML packages), OpenDocument 1.3 part 2 (`mimetype`).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.formats.interface import Opened

MAGIC = b"PK\x03\x04"
WORDS = {
    "xlsx": "Excel workbook",
    "xlsb": "binary Excel workbook",
    "docx": "Word document",
    "pptx": "PowerPoint presentation",
    "ods": "OpenDocument spreadsheet",
    "odt": "OpenDocument text",
    "odp": "OpenDocument presentation",
    "zip": "ZIP archive",
}
"""For a person, by what `kind_of_zip` gives."""

_DIRECTORY_BYTES = 8 << 20
"""Bytes of the central directory that are looked through for telling members; a document has them near its start."""
_TAIL_BYTES = 22 + 65_535
"""Where the end record can lie: behind it stands a comment of at most 65,535 bytes."""
_TOLD_BYTES = 64 << 10
"""Bytes of `mimetype` or the manifest that are read for the media type."""
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_OPEN = re.compile(rb"application/vnd\.oasis\.opendocument\.(spreadsheet|text|presentation)")
_OPEN_KINDS = {b"spreadsheet": "ods", b"text": "odt", b"presentation": "odp"}
_MAIN = re.compile(
    rb"(sheet\.binary)|(spreadsheetml|ms-excel)|(wordprocessingml|ms-word)|(presentationml|ms-powerpoint)"
)
_MAIN_KINDS = ("xlsb", "xlsx", "docx", "pptx")
_PARTS = {"xl": "xlsx", "word": "docx", "ppt": "pptx"}
"""By the folder that the main part of an OOXML package lies in."""


@dataclass(frozen=True)
class _Member:
    """What a directory says of one member."""

    name: str
    """With `/` between folders, in lower case: what writes backslashes or capitals is read by Excel too."""
    method: int
    start: int
    """Of its local header."""
    length: int
    """Bytes as stored; 0 where it is not known."""


def kind_of_zip(file: Opened) -> str:
    """Tell what a ZIP file is by the members it lists; where its directory is damaged, by those near its start.

    Returns:
        a key of `WORDS`; `zip` for everything that is no document of these kinds.

    Raises:
        OSError: where the disk does.
    """
    listed = {member.name: member for member in _directory(file)}
    # Only where there is no list: a document within the document has telling names of its own.
    members = listed or {member.name: member for member in _leading(file)}
    for name in ("mimetype", "meta-inf/manifest.xml"):
        if name in members and (match := _OPEN.search(_content(file, members[name]))):
            return _OPEN_KINDS[match[1]]
    # Where only the start can be seen (it is cut off, or lies in another file), the list of types may stand behind it.
    if "[content_types].xml" not in members and listed:
        return "zip"
    if "xl/workbook.bin" in members:
        return "xlsb"
    for name in members:
        if (folder := name.partition("/")[0]) != name and folder in _PARTS:
            return _PARTS[folder]
    # A package may keep its parts in other folders; then only their media types tell.
    told = members.get("[content_types].xml")
    types = _MAIN.search(_content(file, told)) if told else None
    return _MAIN_KINDS[(types.lastindex or 1) - 1] if types else "zip"


def _directory(file: Opened) -> Iterator[_Member]:
    """Give the members of the central directory; nothing where it is damaged."""
    place = directory_place(file)
    if place is None:
        return
    raw = file.sample(place[0], min(place[1], _DIRECTORY_BYTES))
    at = 0
    while at + _ENTRY.size <= len(raw):
        fields = _ENTRY.unpack_from(raw, at)
        if fields[0] != b"PK\x01\x02":
            return
        name_at = at + _ENTRY.size
        yield _Member(_plain(raw[name_at : name_at + fields[10]]), fields[4], fields[16], fields[8])
        at = name_at + fields[10] + fields[11] + fields[12]


def directory_place(file: Opened) -> tuple[int, int] | None:
    """Find the central directory: its offset and length."""
    tail_at = max(0, file.size - _TAIL_BYTES)
    tail = file.sample(tail_at, _TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        return None
    _, _, _, _, _, length, offset, _ = _END.unpack_from(tail, at)
    if at >= _LOCATOR_64.size and tail[at - _LOCATOR_64.size :][:4] == b"PK\x06\x07":
        end_at = _LOCATOR_64.unpack_from(tail, at - _LOCATOR_64.size)[2]
        end = file.sample(end_at, _END_64.size) if end_at < file.size else b""
        if len(end) == _END_64.size and end.startswith(b"PK\x06\x06"):
            length, offset = _END_64.unpack(end)[8:10]
            return offset, length
    # Where both disagree, it is the list of an archive within this one, whose own end is cut off, or a lie.
    return (offset, length) if tail_at + at - length == offset else None


def _leading(file: Opened) -> Iterator[_Member]:
    """Give the members whose local headers lie in the first part of the file; damage between them is passed over."""
    head, at = file.head, 0
    while 0 <= at <= len(head) - _LOCAL.size:
        fields = _LOCAL.unpack_from(head, at)
        name_at = at + _LOCAL.size
        yield _Member(_plain(head[name_at : name_at + fields[9]]), fields[3], at, fields[7])
        following = name_at + fields[9] + fields[10] + fields[7]
        # Its length may be a lie, or stand behind its content: then the next header is looked for.
        exact = fields[7] and head.startswith(MAGIC, following)
        at = following if exact else head.find(MAGIC, name_at)


def _plain(name: bytes) -> str:
    return name.decode("latin-1").replace("\\", "/").lower().removeprefix("/")


def _content(file: Opened, member: _Member) -> bytes:
    """Read the first part of a member; nothing where it is not where the directory says, or damaged."""
    header = file.sample(member.start, _LOCAL.size) if member.start < file.size else b""
    if len(header) < _LOCAL.size or not header.startswith(MAGIC):
        return b""
    fields = _LOCAL.unpack(header)
    start = member.start + _LOCAL.size + fields[9] + fields[10]
    raw = file.sample(start, min(member.length or _TOLD_BYTES, _TOLD_BYTES)) if start < file.size else b""
    if member.method == zlib.DEFLATED:
        try:
            return zlib.decompressobj(-15).decompress(raw, _TOLD_BYTES)
        except zlib.error:
            return b""
    return raw
