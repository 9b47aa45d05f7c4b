"""What a zip archive stores of one member, unpacked."""

from __future__ import annotations

import bz2
import io
import lzma
from collections.abc import Callable
from functools import partial

from isal import isal_zlib

from connectors.errors import ReadError
from connectors.formats.compressed import DECODER_MEMORY, Decoder, Streams, zstandard
from connectors.formats.inflate import DamagedError, Inflate, Inflate64
from connectors.formats.stream import Readable
from connectors.formats.zip_headers import Member, read_at
from connectors.interface import Cause

_INPUT = 64 * 1024


class _Lzma:
    """LZMA as zip archives have it: a small header of their own, then a bare stream (APPNOTE 5.8.8)."""

    _HEADER = 9

    def __init__(self) -> None:
        self._before = b""
        self._inner: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        return self._inner is not None and self._inner.eof

    @property
    def needs_input(self) -> bool:
        return self._inner is None or self._inner.needs_input

    unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._inner is None:
            self._before += data
            if len(self._before) < self._HEADER:
                return b""
            self._inner = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1(self._before[4 : self._HEADER])])
            data, self._before = self._before[self._HEADER :], b""
        return self._inner.decompress(data, max_length)


def lzma1(properties: bytes) -> dict[str, int]:
    """Make a filter of the five bytes that describe a bare LZMA stream.

    Raises:
        DamagedError: they describe none.
        MemoryError: it takes too much memory.
    """
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    size = int.from_bytes(properties[1:5], "little")
    if pb > 4:
        raise DamagedError("no LZMA stream")
    if size > DECODER_MEMORY:
        raise MemoryError
    return {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(size, 4096)}


_DECODERS: dict[int, Callable[[], Decoder]] = {
    8: Inflate,
    9: Inflate64,
    12: bz2.BZ2Decompressor,
    14: _Lzma,
    20: zstandard,
    93: zstandard,
    95: partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, DECODER_MEMORY),
}
_STORED = 0


def readable(method: int) -> bool:
    """Tell whether members that are packed in this way can be unpacked."""
    return method == _STORED or method in _DECODERS


class Body:
    """What one member holds; each reads from a place of its own, so that several can be open.

    Args:
        stream: the archive.
        member: which.
        start: of what is stored of it, in the archive.
        end: behind it.
        sure: whether the checksum is known.
    """

    def __init__(self, stream: io.RawIOBase, member: Member, start: int, end: int, *, sure: bool) -> None:
        self._stream = stream
        self._place, self._end = start, end
        self._expected = member.checksum if sure else None
        self._sum = 0
        make = _DECODERS.get(member.method)
        # LZMA in zip archives may have no end of its own.
        self._endless = member.method == 14
        self._inner: Readable | None = Streams(self._more, make, None) if make else None

    def read(self, size: int, /) -> bytes:
        """Give what comes next.

        Raises:
            ReadError: CUT or CORRUPT, behind all that came out.
        """
        part = self._part(size)
        self._sum = isal_zlib.crc32(part, self._sum)
        if not part and self._expected not in (None, self._sum):
            raise ReadError(Cause.CORRUPT, "its checksum does not fit what came out of it, which was read")
        return part

    def _part(self, size: int) -> bytes:
        if self._inner is None:
            return self._stored(size)
        try:
            return self._inner.read(size)
        except ReadError as error:
            if self._endless and error.cause is Cause.CUT and self._place >= self._end:
                return b""
            raise

    def _more(self) -> bytes:
        return self._stored(_INPUT)

    def _stored(self, size: int) -> bytes:
        wanted = min(size, self._end - self._place)
        if wanted <= 0:
            return b""
        part = read_at(self._stream, self._place, wanted)
        if not part:
            raise ReadError(Cause.CUT, "the archive is cut off within it; what came before was read")
        self._place += len(part)
        return part
