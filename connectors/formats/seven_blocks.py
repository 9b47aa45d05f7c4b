"""What lies in a packed block of a 7z archive, unpacked step by step as it is read.

Sources: Methods.txt and 7zFormat.txt of the LZMA SDK (public domain). What the standard library unpacks is left to it;
filters too, which liblzma applies behind LZMA only: what they get is wrapped into LZMA2 that packs nothing.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connectors.errors import ReadError
from connectors.formats.compressed import Decoder, Streams, zstandard
from connectors.formats.inflate import DamagedError, Inflate, Inflate64
from connectors.formats.limits import Meter
from connectors.formats.seven_headers import Blocks, Coder
from connectors.formats.stream import Readable
from connectors.formats.zip_body import lzma1
from connectors.formats.zip_headers import read_at
from connectors.interface import Cause

DICTIONARY = 256 << 20
"""Bytes of a dictionary; `7z -mx=9` asks for as many, and never for more than come out."""
_INPUT = 64 * 1024
_COPY, _ENCRYPTED = b"\0", b"\x06\xf1\x07\x01"
_DELTA = b"\x03"
_FILTERS = {
    _DELTA: lzma.FILTER_DELTA,
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x06": lzma.FILTER_IA64,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x07": lzma.FILTER_ARM,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x09": lzma.FILTER_SPARC,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}


@dataclass(frozen=True)
class Place:
    """Where one block is found."""

    number: int
    """From 0."""
    stored: int
    """Number of the first of its stored streams."""
    start: int
    """Of that, in the file."""


class Block:
    """What comes out of one block, read forward.

    Raises:
        ReadError: DENIED, it is encrypted; FORMAT, it is packed in a way that nothing here unpacks.
    """

    def __init__(self, stream: io.RawIOBase, blocks: Blocks, place: Place, meter: Meter) -> None:
        """Prepare to unpack.

        Args:
            stream: the archive.
            blocks: what it says of its blocks.
            place: which of them.
            meter: counts what comes out.
        """
        recipe, sizes = blocks.recipes[place.number], blocks.unpacked[place.number]
        if any(one.method == _ENCRYPTED for one in recipe.coders):
            raise ReadError(Cause.DENIED, "it is encrypted, and nobody gave the password")
        if recipe.tangled:
            raise _unknown(recipe.coders[-1].method)
        now: Readable = _Stored(stream, place.start, place.start + blocks.stored[place.stored])
        for coder, at in zip(recipe.coders, recipe.places, strict=True):
            if coder.method != _COPY:
                now = _Limited(_step(coder, now, sizes[at]), sizes[at])
        self._from = now
        self._meter = meter

    def read(self, size: int, /) -> bytes:
        """Give what comes next.

        Raises:
            ReadError: CUT or CORRUPT.
        """
        part = self._from.read(size)
        self._meter.count(len(part))
        return part


class _Stored:
    """The bytes that are stored of a block."""

    def __init__(self, stream: io.RawIOBase, start: int, end: int) -> None:
        self._stream = stream
        self._place, self._end = start, end

    def read(self, size: int, /) -> bytes:
        wanted = min(size, self._end - self._place)
        part = read_at(self._stream, self._place, wanted) if wanted > 0 else b""
        if wanted > 0 and not part:
            raise ReadError(Cause.CUT, "the archive is cut off within it; what came before was read")
        self._place += len(part)
        return part


class _Limited:
    """So many bytes: most streams in the format have no end of their own."""

    def __init__(self, source: Readable, size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int, /) -> bytes:
        if not self._left:
            return b""
        part = self._source.read(min(size, self._left))
        if not part:
            raise ReadError(Cause.CORRUPT, "it ends earlier than the archive says; what came before was read")
        self._left -= len(part)
        return part


def _step(coder: Coder, source: Readable, size: int) -> Readable:
    """Give what undoes one step, by which so many bytes come out."""
    try:
        return Streams(lambda: source.read(_INPUT), _decoder(coder, size), None)
    except MemoryError as error:
        raise ReadError(Cause.OTHER, "unpacking it takes more memory than a file may have") from error
    except (lzma.LZMAError, ValueError, DamagedError, struct.error, IndexError) as error:
        reason = "how it is packed makes no sense, or is newer than what is here; pack it anew to have it read"
        raise ReadError(Cause.FORMAT, reason) from error


def _decoder(coder: Coder, size: int) -> Callable[[], Decoder]:
    told = coder.properties
    if coder.method == b"\x03\x01\x01":
        return partial(lzma.LZMADecompressor, lzma.FORMAT_RAW, filters=[_lzma1(told, size)])
    if coder.method == b"\x21":
        found = {"id": lzma.FILTER_LZMA2, "dict_size": _dictionary(_lzma2_dictionary(told[0]), size)}
        return partial(lzma.LZMADecompressor, lzma.FORMAT_RAW, filters=[found])
    if coder.method in _FILTERS:
        return partial(_Filter, coder, size)
    if coder.method in _PLAIN:
        return _PLAIN[coder.method]
    raise _unknown(coder.method)


def _unknown(method: bytes) -> ReadError:
    shown = _NAMED.get(method, method.hex())
    return ReadError(Cause.FORMAT, f"it is packed in a way ({shown}) that nothing here unpacks")


def _lzma1(told: bytes, size: int) -> dict[str, int]:
    dictionary = _dictionary(int.from_bytes(told[1:5], "little"), size)
    return {**lzma1(told[:1] + bytes(4)), "dict_size": dictionary}


def _lzma2_dictionary(told: int) -> int:
    """Give the size that a byte stands for."""
    if told > 40:
        raise DamagedError("no LZMA2 stream")
    return 0xFFFFFFFF if told == 40 else (2 | told & 1) << (told // 2 + 11)


def _dictionary(asked: int, size: int) -> int:
    """Give the dictionary that is needed: no stream looks back behind its start.

    Raises:
        MemoryError: it is too large.
    """
    needed = min(asked, size)
    if needed > DICTIONARY:
        raise MemoryError
    return max(4096, needed)


class _Filter:
    """What made programs easier to pack, undone."""

    unused_data = b""
    _LONGEST = 1 << 16

    def __init__(self, coder: Coder, size: int) -> None:
        made = {"id": _FILTERS[coder.method]}
        if coder.method == _DELTA:
            made["dist"] = (coder.properties[0] if coder.properties else 0) + 1
        filters = [made, {"id": lzma.FILTER_LZMA2, "dict_size": self._LONGEST}]
        self._inner = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
        self._left = size
        self._sign = 1  # the dictionary is new; 2 for the pieces that follow

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return self._inner.needs_input

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        wrapped, data = [], data[: self._left]
        self._left -= len(data)
        for at in range(0, len(data), self._LONGEST):
            piece = data[at : at + self._LONGEST]
            wrapped += [struct.pack(">BH", self._sign, len(piece) - 1), piece]
            self._sign = 2
        if not self._left and data:
            wrapped.append(b"\0")  # the end, at which the filter gives what it kept back
        return self._inner.decompress(b"".join(wrapped), max_length)


_PLAIN: dict[bytes, Callable[[], Decoder]] = {
    b"\x04\x01\x08": Inflate,
    b"\x04\x01\x09": Inflate64,
    b"\x04\x02\x02": bz2.BZ2Decompressor,
    b"\x04\xf7\x11\x01": zstandard,
}
_NAMED = {
    b"\x03\x03\x01\x1b": "BCJ2",
    b"\x03\x04\x01": "PPMd",
    b"\x0a": "ARM64",
    b"\x0b": "RISC-V",
    b"\x04\xf7\x11\x02": "Brotli",
    b"\x04\xf7\x11\x04": "LZ4",
    b"\x04\xf7\x11\x05": "LZ5",
    b"\x04\xf7\x11\x06": "Lizard",
}
