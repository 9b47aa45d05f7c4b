"""Tar archives of all ages, read forward only: V7, ustar, GNU, pax."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.stream import Piped
from connectors.formats.tar_headers import BLOCK, EXTENDED_BYTES, Extended, Header, header_of, pax_records, sparse_list
from connectors.interface import Cause, Unread

_STEP = 256 * 1024
_WHOLE_HOLES = 256 * 1024 * 1024
"""Size up to which a sparse member is given with all the zeros that are not stored."""
_HOLE = 4096
"""Zeros that stand for what is not stored in a larger one."""
_FILES = (b"0", b"\0", b"7", b"S")
_FOLDER = b"5"
_SILENT = (b"D", b"V", b"g")
"""Lists of what a folder held, labels, and headers that speak of all members."""
_PAX = (b"x", b"X")
_EXTENDED = (*_PAX, b"L", b"K")
_LINKS = {
    b"1": "a second name of another member, which is read there",
    b"2": "a symbolic link; links are not followed",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
}
_OTHER_VOLUME = b"M"


class Tar(Pack):
    """The members of a tar archive, in order; what was appended behind its end is read too.

    Damage costs the members that it hits: reading goes on at the next block that is a header.
    """

    kind = "tar"

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        return _Reading(file, meter).members()


class _Reading:
    """One way through an archive."""

    def __init__(self, file: Opened, meter: Meter) -> None:
        self._file = file
        self._stream = file.stream
        self._meter = meter
        self._stream.seek(0)
        self._damaged = False

    def members(self) -> Iterator[Inner | Table | Unread]:
        extended = Extended()
        met, ended = 0, False
        while block := self._block():
            if not any(block):
                ended = True
                continue
            header = header_of(block, extended)
            if header is None:
                self._damaged = self._damaged or not ended
                extended = Extended()
                continue
            ended = False
            met += 1
            if header.type in _EXTENDED:
                self._extend(header, extended)
                continue
            extended = Extended()
            yield from self._member(header)
        self._judge(met, ended=ended)

    def _judge(self, met: int, *, ended: bool) -> None:
        if not met:
            raise ReadError(Cause.CORRUPT, "no member could be made out in it")
        if self._damaged:
            raise ReadError(Cause.CORRUPT, "it is damaged between its members; those that could be made out were read")
        if not ended:
            raise ReadError(Cause.CUT, "it is cut off: the end that every tar archive has is missing")

    def _block(self) -> bytes:
        block = _exactly(self._stream, BLOCK)
        if block and len(block) < BLOCK:
            if any(block):
                raise ReadError(Cause.CUT, "it is cut off within a header")
            return bytes(BLOCK)
        return block

    def _extend(self, header: Header, extended: Extended) -> None:
        """Take in a header that speaks of the next member."""
        data = _exactly(self._stream, min(header.size, EXTENDED_BYTES))
        self._skip(_padded(header.size) - len(data))
        if header.type in _PAX:
            pax_records(data, extended)
        elif header.type == b"L":
            extended.name = data.partition(b"\0")[0]

    def _member(self, header: Header) -> Iterator[Inner | Table | Unread]:
        while header.more:
            block = self._block()
            header.pieces = (header.pieces or []) + sparse_list(block, 21)
            header.more = len(block) == BLOCK and block[504] != 0 and len(header.pieces) < 100_000
        name = header.name.removeprefix("./")
        if header.type in _LINKS:
            yield Unread(name, "link", "", Cause.LINK, _LINKS[header.type])
            return
        if header.type == _FOLDER:
            return  # its size, if any, is room that was asked for it, as POSIX has it
        if header.type in _FILES and not header.size and not header.real:
            if not name.endswith("/"):
                yield Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
            return
        body = _Body(self._stream, header, self._meter)
        if header.type not in _SILENT:
            stream = Piped(lambda: body, again=False, meter=None)
            stream.below = self._stream
            yield Inner(replace(self._file, stream=stream, name=name, size=header.real or header.size, layers=0))
        if header.type == _OTHER_VOLUME:
            yield Unread(name, "file", "", Cause.CUT, "it began in another volume of the archive, which is not here")
        self._skip(body.left + _padded(header.size) - header.size)

    def _skip(self, size: int) -> None:
        """Pass over bytes; what is not there is noticed at the next header."""
        if self._file.anywhere:
            self._stream.seek(size, io.SEEK_CUR) if self._stream.tell() + size < 1 << 62 else self._stream.seek(0, 2)
            return
        while size > 0 and (part := self._stream.read(min(size, _STEP))):
            size -= len(part)


class _Body:
    """What is stored of one member, with zeros between the pieces of a sparse one."""

    def __init__(self, stream: io.RawIOBase, header: Header, meter: Meter) -> None:
        self.left = header.size
        """Bytes that are stored and were not read."""
        self._stream = stream
        self._header = header
        self._meter = meter
        self._plan: Iterator[bytes] | None = None

    def read(self, size: int, /) -> bytes:
        if self._header.pieces is None:
            return self._stored(size)
        if self._plan is None:
            self._plan = self._sparse()
        return next(self._plan, b"")

    def _stored(self, size: int) -> bytes:
        if not self.left:
            return b""
        part = self._stream.read(min(size, self.left)) or b""
        if not part:
            self.left = 0
            raise ReadError(Cause.CUT, "the archive is cut off within it; what came before was read")
        self.left -= len(part)
        return part

    def _sparse(self) -> Iterator[bytes]:
        pieces = self._inline_pieces() if self._header.inline else self._header.pieces or []
        whole, place = self._header.real <= _WHOLE_HOLES, 0
        for offset, length in pieces:
            yield from self._zeros(offset - place if whole else min(_HOLE, offset - place))
            place, end = max(place, offset) + length, max(0, self.left - length)
            while self.left > end:
                yield self._stored(min(_STEP, self.left - end))
        yield from self._zeros(self._header.real - place if whole else 0)

    def _zeros(self, size: int) -> Iterator[bytes]:
        while size > 0:
            self._meter.count(min(size, _STEP))
            yield bytes(min(size, _STEP))
            size -= _STEP

    def _inline_pieces(self) -> list[tuple[int, int]]:
        """Read the list at the start of the data: numbers, a line each, filled up to whole blocks."""
        numbers: list[int] = []
        text = b""
        while self.left and len(numbers) < 200_000 and not (numbers and len(numbers) > 2 * numbers[0]):
            text += _exactly(self._stream, min(BLOCK, self.left))
            self.left -= min(BLOCK, self.left)
            lines = text.split(b"\n")
            text = lines.pop()
            if not all(line.isdigit() and len(line) < 20 for line in lines if line.strip(b"\0")):
                break
            numbers += [int(line) for line in lines if line.strip(b"\0")]
            if not lines and len(text) > 2 * BLOCK:
                break
        return list(zip(numbers[1::2], numbers[2::2], strict=False))


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _exactly(stream: io.RawIOBase, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    data = stream.read(size) or b""
    while len(data) < size and (part := stream.read(size - len(data))):
        data += part
    return data
