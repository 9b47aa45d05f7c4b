"""What archives are told by that have no magic at their start."""

from __future__ import annotations

import zlib

from connectors.formats.interface import Opened

_BLOCK = 512
_SUM = slice(148, 156)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_END = b"PK\5\6"
_MOST_END = 65_557
"""Bytes of a zip archive's end with the longest comment."""
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_SEVEN_START = 32
_MOST_PROGRAM = 1 << 20
"""Bytes of a program in which a 7z archive behind it is looked for; 7-Zip's own have up to 500 KB."""


def is_tar(file: Opened) -> bool:
    """Tell a tar archive by the checksum of its first header, as `file` does; the oldest ones have no magic."""
    block = file.head[:_BLOCK]
    return len(block) == _BLOCK and block[0] != 0 and checks(block)


def checks(block: bytes) -> bool:
    """Tell whether a block's checksum is right; some old programs summed signed bytes."""
    field = block[_SUM].strip(b" \0")
    if not field or len(field) > 7 or field.strip(b"01234567"):
        return False
    written = int(field, 8)
    plain = 256 + sum(block) - sum(block[_SUM])  # the field itself counts as blanks
    return written == plain or written == plain - 256 * sum(byte > 127 for byte in block[:148] + block[156:])


def is_zip(file: Opened) -> bool:
    """Tell a zip archive behind a program that unpacks it."""
    if not file.head.startswith(_PROGRAMS) or not file.anywhere:
        return False
    return _END in file.sample(max(0, file.size - _MOST_END), _MOST_END)


def is_seven(file: Opened) -> bool:
    """Tell a 7z archive, also behind a program that unpacks it."""
    return seven_start(file) >= 0


def seven_start(file: Opened) -> int:
    """Give where a 7z archive begins in a file; -1 where there is none.

    Programs that handle archives hold the magic themselves: behind it has to stand what fits its checksum.
    """
    if file.head.startswith(_SEVEN):
        return 0
    if not file.head.startswith(_PROGRAMS) or not file.anywhere:
        return -1
    data = file.sample(0, _MOST_PROGRAM)
    place = data.find(_SEVEN)
    while place >= 0:
        start = data[place : place + _SEVEN_START]
        if len(start) == _SEVEN_START and zlib.crc32(start[12:]) == int.from_bytes(start[8:12], "little"):
            return place
        place = data.find(_SEVEN, place + 1)
    return -1
