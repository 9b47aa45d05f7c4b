"""The frame of an Avro file: header, blocks, their compression."""

from __future__ import annotations

import bz2
import json
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.interface import Cause

MAGIC = b"Obj\x01"
CODECS = frozenset({"null", "deflate", "snappy", "bzip2", "xz", "zstandard"})
_HEADER_BYTES = 16 << 20
"""Bytes of the header's texts, of which the schema is the longest."""
_HEADER_ENTRIES = 10_000
_BLOCK_BYTES = 64 << 20
"""Bytes of a block as it is stored; writers make some 64 KB of them, seldom more than 16 MB."""
_UNPACKED_BYTES = 96 << 20
"""Bytes that may come out of one block."""
_MERGED_BYTES = 1 << 20
"""Bytes up to which blocks are decoded together: the decoder takes as long to begin as for a hundred records."""
_STEP = 1 << 20
_SYNC = 16


@dataclass(frozen=True)
class Packed:
    """A block as it lies in the file."""

    start: int
    """Byte offset of its first byte, and of the first byte behind it."""
    end: int
    count: int
    """Records, as the block says."""
    data: bytes = field(repr=False)


class Blocks:
    """Reads the frame from the start forward.

    Args:
        file: read through its stream, from its first byte.

    Raises:
        ReadError: CORRUPT, the header is damaged.
    """

    def __init__(self, file: Opened) -> None:
        self._stream = file.stream
        self._stream.seek(0)
        self._buffer = b""
        self._at = 0
        self._place = 0
        """Byte offset of the buffer's first byte."""
        if self._take(4) != MAGIC:
            raise ReadError(Cause.CORRUPT, "its header is damaged")
        self.metadata = self._map()
        """What the writer noted, by name; `avro.schema` and `avro.codec` among it."""
        self._sync = self._take(_SYNC)
        self.error: ReadError | None = None
        """Why `merged` ended early."""

    def seek(self, offset: int) -> None:
        """Go to where a block begins."""
        self._stream.seek(offset)
        self._buffer, self._at, self._place = b"", 0, offset

    def each(self) -> Iterator[Packed]:
        """Give the blocks from here on.

        Raises:
            ReadError: CORRUPT, where one does not end as it must or the file ends within it.
        """
        while self._more():
            start = self._place + self._at
            count, size = self._long(), self._long()
            if count < 0 or not 0 <= size <= _BLOCK_BYTES:
                raise ReadError(Cause.CORRUPT, "a block is damaged; it was read up to there")
            data = self._take(size)
            if self._take(_SYNC) != self._sync:
                raise ReadError(Cause.CORRUPT, "a block is damaged; it was read up to there")
            yield Packed(start, self._place + self._at, count, data)

    def merged(self, codec: str) -> Iterator[Packed]:
        """Give blocks decompressed, small ones together as one; where a block is damaged, `error` is set at the end."""
        start, count, parts, size, end = 0, 0, list[bytes](), 0, 0
        try:
            for block in self.each():
                data = unpacked(block.data, codec)
                if parts and size + len(data) > _MERGED_BYTES:
                    yield Packed(start, end, count, b"".join(parts))
                    count, parts, size = 0, [], 0
                start = start if parts else block.start
                count, size, end = count + block.count, size + len(data), block.end
                parts.append(data)
        except ReadError as error:
            self.error = error
        if parts:
            yield Packed(start, end, count, b"".join(parts))

    def _more(self) -> bool:
        if self._at < len(self._buffer):
            return True
        self._fill(1)
        return self._at < len(self._buffer)

    def _fill(self, size: int) -> None:
        """Read until `size` bytes are at hand, or the file ends."""
        parts = [self._buffer[self._at :]]
        have = len(parts[0])
        while have < size:
            part = self._stream.read(_STEP)
            if not part:
                break
            parts.append(part)
            have += len(part)
        self._place += self._at
        self._buffer, self._at = b"".join(parts), 0

    def _take(self, size: int) -> bytes:
        if len(self._buffer) - self._at < size:
            self._fill(size)
        data = self._buffer[self._at : self._at + size]
        if len(data) < size:
            raise ReadError(Cause.CORRUPT, "it ends in the middle of a block; it was read up to there")
        self._at += size
        return data

    def _long(self) -> int:
        """Read a number: seven bits a byte, the sign in the last bit."""
        value = shift = 0
        while shift < 70:
            byte = self._take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)
            shift += 7
        raise ReadError(Cause.CORRUPT, "a block is damaged; it was read up to there")

    def _map(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        left = _HEADER_BYTES
        entries = 0
        while (count := self._long()) != 0:
            if count < 0:
                count = -count
                self._long()
            entries += count
            if entries > _HEADER_ENTRIES:
                raise ReadError(Cause.CORRUPT, "its header is damaged")
            for _ in range(count):
                texts = []
                for _ in range(2):
                    size = self._long()
                    left -= max(size, 0)
                    if size < 0 or left < 0:
                        raise ReadError(Cause.CORRUPT, "its header is damaged")
                    texts.append(self._take(size))
                found[texts[0].decode("utf-8", "replace")] = texts[1]
        return found


def written(number: int) -> bytes:
    r"""Write a number as Avro does.

    >>> written(1), written(-1), written(64)
    (b'\x02', b'\x01', b'\x80\x01')
    """
    left, found = (number << 1) ^ (number >> 63), bytearray()
    while left > 0x7F:
        found.append(left & 0x7F | 0x80)
        left >>= 7
    found.append(left)
    return bytes(found)


def header(schema: object) -> bytes:
    """Write the header of a file without compression; its last 16 bytes end each block."""
    texts = [b"avro.schema", json.dumps(schema).encode(), b"avro.codec", b"null"]
    return MAGIC + written(2) + b"".join(written(len(one)) + one for one in texts) + written(0) + bytes(_SYNC)


def unpacked(data: bytes, codec: str) -> bytes:
    """Decompress a block, up to a limit.

    Raises:
        ReadError: CORRUPT, it cannot be decompressed; CUT, more comes out than may.
    """
    try:
        result = _decompress(data, codec)
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError, pa.ArrowException) as error:
        raise ReadError(Cause.CORRUPT, "a block cannot be decompressed; it was read up to there") from error
    if len(result) > _UNPACKED_BYTES:
        reason = (
            f"more than {_UNPACKED_BYTES >> 20} MB come out of one block, as bombs have it; what came before was read"
        )
        raise ReadError(Cause.CUT, reason)
    return result


def _decompress(data: bytes, codec: str) -> bytes:
    most = _UNPACKED_BYTES + 1
    if codec == "deflate":
        return zlib.decompressobj(-15).decompress(data, most)
    if codec == "bzip2":
        return bz2.BZ2Decompressor().decompress(data, most)
    if codec == "xz":
        return lzma.LZMADecompressor(memlimit=256 << 20).decompress(data, most)
    if codec == "zstandard":
        return bytes(pa.CompressedInputStream(pa.BufferReader(data), "zstd").read(most))
    if codec == "snappy":
        size = _snappy_size(data)
        # Four bytes of check sum stand behind it.
        return bytes(pa.decompress(data[:-4], decompressed_size=size, codec="snappy", asbytes=True)) if size else b""
    return data


def _snappy_size(data: bytes) -> int:
    """Read how much comes out of a Snappy block, which its first bytes say.

    Raises:
        ValueError: they do not, or it is more than may.
    """
    size = shift = 0
    for byte in data[:5]:
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    if size > _UNPACKED_BYTES:
        raise ReadError(Cause.CUT, f"more than {_UNPACKED_BYTES >> 20} MB come out of one block, as bombs have it")
    return size
