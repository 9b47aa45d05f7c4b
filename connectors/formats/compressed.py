"""Files that a compressor wraps and nothing else: gzip, bzip2, xz, lzma, Zstandard, LZ4, compress.

Sources: RFC 1952, the .xz and .lzma file formats, RFC 8878, the LZ4 frame format; what their own tools do with
streams in a row and with what stands behind the last one. ISA-L inflates twice as fast as zlib and half again as fast
as zlib-ng; `backports.zstd`, the standard library's module of Python 3.14, is as fast as `zstandard`.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Protocol

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.pushed import Pushed
from connectors.formats.stream import UNKNOWN_SIZE, Piped, Readable
from connectors.interface import Cause

_INPUT = 64 * 1024
_FIRST_OUTPUT, _OUTPUT = 1024, 16 * 1024
"""Bytes asked of a decompressor at once: what it has in hand when it meets damage is lost."""
_FIRST_PIECE = 4096
"""Bytes of a stream that are given to its decompressor first: it copies what lies behind its end."""
_MAGIC = 16
"""Bytes that tell a further stream."""
DECODER_MEMORY = 160 * 1024 * 1024
"""Bytes that a decompressor may take, whatever the file asks for; `xz -9` asks for 65 MiB, `zstd --long` for 128."""
_ZEROS = re.compile(rb"\0*")


class Decoder(Protocol):
    """What Python's own decompressors have in common: they take one stream and leave alone what lies behind it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes | None: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


@dataclass(frozen=True)
class Compression:
    """One way to compress a file."""

    words: str
    starts: Callable[[bytes], bool]
    """Whether a file, or a further stream in one, begins like this."""
    decoder: Callable[[], Decoder] | None
    """Makes one for each stream; None for `compress`, which is read in a way of its own."""
    suffixes: tuple[tuple[str, str], ...]
    """Ends of names, and what stands there without the compression."""
    strict: bool = False
    """Whether its own tool calls a file damaged for what stands behind the last stream."""


def _gzip() -> Decoder:
    from connectors.formats.inflate import Gunzip  # noqa: PLC0415 a library of its own

    return Gunzip()


def _lz4() -> Decoder:
    made: Decoder = import_module("lz4.frame").LZ4FrameDecompressor()
    return made


def zstandard() -> Decoder:
    """Make a decompressor of Zstandard frames."""
    module = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    made: Decoder = import_module(module).ZstdDecompressor()
    return made


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


_SKIPPED = tuple(bytes((0x50 | low, 0x2A, 0x4D, 0x18)) for low in range(16))
"""Frames of LZ4 and Zstandard that hold no content."""
_BZIP2 = re.compile(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38\x50\x90)")


def _is_lzma(head: bytes) -> bool:
    """Tell the old format, which has no magic: as `xz` does, with the properties that all encoders choose."""
    dictionary, size = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    power = dictionary & -dictionary
    round_size = dictionary in (power, power * 3, 0xFFFFFFFF) and dictionary >= 4096
    return head[:1] == b"\x5d" and round_size and (size < 1 << 38 or size == (1 << 64) - 1) and head[13:14] == b"\0"


COMPRESSIONS = (
    Compression(
        "gzip", _begins(b"\x1f\x8b\x08"), _gzip, ((".gz", ""), (".tgz", ".tar"), (".svgz", ".svg"), (".z", ""))
    ),
    Compression(
        "bzip2",
        lambda head: bool(_BZIP2.match(head)),
        bz2.BZ2Decompressor,
        ((".bz2", ""), (".tbz2", ".tar"), (".tbz", ".tar")),
    ),
    Compression(
        "xz",
        _begins(b"\xfd7zXZ\0"),
        partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, DECODER_MEMORY),
        ((".xz", ""), (".txz", ".tar")),
        strict=True,
    ),
    Compression(
        "Zstandard",
        _begins(b"\x28\xb5\x2f\xfd", *_SKIPPED),
        zstandard,
        ((".zst", ""), (".zstd", ""), (".tzst", ".tar")),
        strict=True,
    ),
    Compression("LZ4", _begins(b"\x04\x22\x4d\x18", *_SKIPPED), _lz4, ((".lz4", ""),), strict=True),
    Compression("compress", _begins(b"\x1f\x9d"), None, ((".z", ""), (".taz", ".tar"))),
    Compression(
        "lzma",
        _is_lzma,
        partial(lzma.LZMADecompressor, lzma.FORMAT_ALONE, DECODER_MEMORY),
        ((".lzma", ""), (".tlz", ".tar")),
    ),
)
"""In the order in which they are asked."""


def unpacked(file: Opened, meter: Meter, depth: int = 0) -> Opened:
    """Take the compression off a file, as often as it was put on; a file without any is given back as it is.

    For a file of a tree, call it before `recognise`, keep the asset's own name, and go on with what it gives: a pack
    through `pack.contents`, any other through `pack.fitting` and its format. The file's name, less the suffix, is for
    recognising only. A stream that is cut off or damaged raises behind the last byte that came out of it.

    Args:
        file: its stream is moved, and must be left alone while the result is read.
        meter: counts what comes out of every layer.
        depth: of files in files in which this one lies already; each layer adds one.

    Raises:
        ReadError: it is damaged from its first byte on, or wrapped too often.
    """
    while (kind := _compression_of(file)) is not None:
        if depth + file.layers >= meter.limits.depth:
            raise ReadError(Cause.CUT, f"it is compressed, or lies, more than {meter.limits.depth} deep")
        again = file.stream.again if isinstance(file.stream, Piped) else True
        stream = Piped(partial(_source, file.stream, kind), again=again, meter=meter)
        stream.below = file.stream
        name = _plain_name(file.name, kind)
        file = replace(file, stream=stream, name=name, size=UNKNOWN_SIZE, layers=file.layers + 1)
    return file


def _compression_of(file: Opened) -> Compression | None:
    head = file.head
    return next((one for one in COMPRESSIONS if one.starts(head)), None)


def _plain_name(name: str, kind: Compression) -> str:
    """Give the name that the content has: `x.csv.gz` becomes `x.csv`, `site.tgz` `site.tar`."""
    for suffix, instead in kind.suffixes:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)] + instead
    return name


def _source(stream: io.RawIOBase, kind: Compression) -> Readable:
    stream.seek(0)
    if kind.decoder is None:
        return _Whole(stream)
    return Streams(lambda: stream.read(_INPUT) or b"", kind.decoder, kind)


class Streams:
    """All streams of a compressed file, one behind the other.

    Args:
        more: gives compressed bytes, nothing at their end.
        decoder: makes one for each stream.
        kind: how further ones are told; None where there is just one, and what lies behind it is another's.
    """

    def __init__(self, more: Callable[[], bytes], decoder: Callable[[], Decoder], kind: Compression | None) -> None:
        self._more = more
        self._make = decoder
        self._kind = kind
        self._words = kind.words if kind else "compressed"
        self._now = decoder()
        self._block = b""
        self._at = 0
        """Place in the block behind what the decompressor was given."""
        self._piece = _FIRST_PIECE
        self._step = _FIRST_OUTPUT
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Give what comes next.

        Raises:
            ReadError: CUT or CORRUPT.
        """
        idle = 0
        while not self._ended:
            if self._now.eof:
                self._ended = not self._next()
                continue
            data = self._fed() if self._now.needs_input else b""
            part = self._decompressed(data, min(size, self._step))
            if part:
                self._step = min(_OUTPUT, self._step * 2)
                return part
            idle = 0 if data or self._now.eof else idle + 1
            if idle > 2:
                raise ReadError(Cause.CORRUPT, f"its {self._words} stream is damaged and does not go on")
        return b""

    @property
    def left(self) -> bytes:
        """What was taken from the source and lies behind the end of the stream."""
        return self._block[self._at - len(self._now.unused_data or b"") :]

    def _fed(self) -> bytes:
        if self._at >= len(self._block):
            self._block, self._at = self._more(), 0
        if not self._block:
            raise ReadError(Cause.CUT, f"its {self._words} stream is cut off; what came before was read")
        data = self._block[self._at : self._at + self._piece]
        self._at += len(data)
        self._piece = min(_INPUT, self._piece * 2)
        return data

    def _decompressed(self, data: bytes, size: int) -> bytes:
        try:
            return self._now.decompress(data, size)
        except MemoryError as error:
            raise ReadError(Cause.OTHER, "unpacking it takes more memory than there is") from error
        except Exception as error:
            if "emory" in str(error):
                reason = f"unpacking it takes more than the {DECODER_MEMORY >> 20} MB that it may have"
                raise ReadError(Cause.OTHER, reason) from error
            reason = f"its {self._words} stream is damaged; what came before was read"
            raise ReadError(Cause.CORRUPT, reason) from error

    def _next(self) -> bool:
        """Go on to the next stream, over zeros that fill a block of a tape; False where there is none."""
        if self._kind is None:
            return False
        self._at -= len(self._now.unused_data or b"")
        while (place := self._zeros_end()) == len(self._block):
            self._block, self._at = self._more(), 0
            if not self._block:
                return False
        while len(self._block) - place < _MAGIC and (more := self._more()):
            self._block, place = self._block[place:] + more, 0
        self._at = place
        if not self._kind.starts(self._block[place : place + _MAGIC]):
            if self._kind.strict:
                reason = f"something that is no {self._words} stream lies behind its end and was not read"
                raise ReadError(Cause.CORRUPT, reason)
            return False
        self._now = self._make()
        self._piece, self._step = _FIRST_PIECE, _FIRST_OUTPUT
        return True

    def _zeros_end(self) -> int:
        match = _ZEROS.match(self._block, self._at)
        return match.end() if match else self._at


class _Whole:
    """A `.Z` file, read by a library that goes through it at one go."""

    def __init__(self, stream: io.RawIOBase) -> None:
        self._pushed = Pushed(lambda write: import_module("ncompress").decompress(stream, _Sink(write)))

    def read(self, size: int, /) -> bytes:
        try:
            return self._pushed.read(size)
        except (ValueError, RuntimeError) as error:
            reason = "its compress stream is damaged; what came before was read"
            raise ReadError(Cause.CORRUPT, reason) from error

    def close(self) -> None:
        self._pushed.close()


@dataclass(frozen=True)
class _Sink:
    write: Callable[[bytes], int]
