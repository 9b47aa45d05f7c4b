"""Deflate streams, bare and as gzip wraps them, in the manner of Python's own decompressors.

Sources: RFC 1951, RFC 1952. ISA-L decodes twice as fast as zlib. Its own gzip mode is not used: it gives nothing of a
last piece whose checksum is wrong, where `zcat` gives all of it.
"""

from __future__ import annotations

import struct

import inflate64
from isal import igzip_lib, isal_zlib

_EXTRA, _NAME, _COMMENT, _CHECKED = 4, 8, 16, 2
_HEADER = 10
_TRAILER = 8
_MOST_HEADER = 256 * 1024
"""Bytes that a member's header may have; its name and comment know no bound."""


class DamagedError(Exception):
    """A stream is not what its format says; the message goes on from "it is damaged: "."""


class Inflate:
    """One bare deflate stream."""

    def __init__(self) -> None:
        self._inner = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return self._inner.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(data, max_length)


class Inflate64:
    """One bare deflate64 stream; the library gives what a piece of it holds at once, at most 65,538 times as much."""

    _PIECE = 256

    def __init__(self) -> None:
        self._inner = inflate64.Inflater()
        self._waiting = b""
        self._ready = b""
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof) and not self._ready

    @property
    def needs_input(self) -> bool:
        return not self._ready and not self._waiting and not self._inner.eof

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._waiting += data
        while not self._ready and self._waiting and not self._inner.eof:
            piece, self._waiting = self._waiting[: self._PIECE], self._waiting[self._PIECE :]
            self._ready = self._inner.inflate(piece)
        size = len(self._ready) if max_length < 0 else max_length
        part, self._ready = self._ready[:size], self._ready[size:]
        return part


class Gunzip:
    """One member of a gzip file."""

    def __init__(self) -> None:
        self._inflate = Inflate()
        self._before = b""
        """The header, as far as it came."""
        self._inside = False
        self._behind: bytearray | None = None
        """The trailer, as far as it came."""
        self._sum = 0
        self._size = 0
        self.eof = False
        self.unused_data = b""

    @property
    def needs_input(self) -> bool:
        if self._behind is not None:
            return len(self._behind) < _TRAILER
        return not self._inside or self._inflate.needs_input

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Give what comes next.

        Raises:
            DamagedError: no gzip header, or a checksum that does not fit, once all before was given.
            igzip_lib.IsalError: no deflate stream.
        """
        if self._behind is not None:
            self._end(data)
            return b""
        if not self._inside:
            self._before += data
            length = header_length(self._before)
            if length is None:
                return b""
            data, self._before, self._inside = self._before[length:], b"", True
        part = self._inflate.decompress(data, max_length)
        self._sum = isal_zlib.crc32(part, self._sum)
        self._size += len(part)
        if self._inflate.eof:
            self._behind = bytearray(self._inflate.unused_data)
            if not part:
                self._end(b"")
        return part

    def _end(self, data: bytes) -> None:
        behind = self._behind = (self._behind or bytearray()) + data
        if len(behind) < _TRAILER:
            return
        self.eof, self.unused_data = True, bytes(behind[_TRAILER:])
        checksum, size = struct.unpack_from("<II", behind)
        if checksum != self._sum or size != self._size & 0xFFFFFFFF:
            raise DamagedError("its checksum does not fit what came out")


def header_length(data: bytes) -> int | None:
    """Give the length of a gzip header; None where more of it is needed.

    Raises:
        DamagedError: it is none.
    """
    if len(data) < _HEADER:
        return None
    if data[:3] != b"\x1f\x8b\x08":
        raise DamagedError("no gzip header where one belongs")
    flags, place = data[3], _HEADER
    if flags & _EXTRA:
        if len(data) < place + 2:
            return None
        place += 2 + int.from_bytes(data[place : place + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            end = data.find(b"\0", place)
            if end < 0:
                if len(data) > _MOST_HEADER:
                    raise DamagedError("its header has no end")
                return None
            place = end + 1
    place += 2 if flags & _CHECKED else 0
    return place if place <= len(data) else None
