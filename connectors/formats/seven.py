"""7z archives: by the list at their end, each block unpacked once, from its start to the last member that is read."""

from __future__ import annotations

import io
import stat
import zlib
from collections.abc import Iterator
from dataclasses import replace

from connectors.errors import ReadError
from connectors.formats.archive_marks import seven_start
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.seven_blocks import Block, Place
from connectors.formats.seven_headers import Blocks, Listing, listing
from connectors.formats.stream import UNKNOWN_SIZE, Piped, Readable
from connectors.interface import Cause, Unread

_STEP = 256 * 1024
_FOLDER, _LINK = 0x10, 0x400
"""Attributes of Windows."""
_UNIX = 0x8000
"""Says that the upper half of the attributes is a mode of Unix."""


class Seven(Pack):
    """The members of a 7z archive, in the order of its list.

    Members of a solid block come out one behind the other: damage costs those that lie behind it in its block, and no
    others. Where the list itself is encrypted, cut off or damaged, nothing can be read.
    """

    kind = "7z"
    jumps = True

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        found = listing(file, max(0, seven_start(file)), lambda blocks: _list_of(file.stream, blocks, meter))
        yield from _Reading(file, meter, found).members()


def _list_of(stream: io.RawIOBase, blocks: Blocks, meter: Meter) -> bytes:
    """Unpack a list of members."""
    try:
        block = Block(stream, blocks, Place(0, 0, blocks.start), meter)
        whole = b"".join(iter(lambda: block.read(_STEP), b""))
    except ReadError as error:
        if error.cause is Cause.DENIED:
            reason = "it is encrypted, the names of its members too, and nobody gave the password"
            raise ReadError(Cause.DENIED, reason) from error
        if error.cause is Cause.CUT:
            raise
        reason = "the list of what it holds cannot be unpacked; nothing of it could be read"
        raise ReadError(error.cause, f"{reason} ({error.reason})") from error
    if blocks.sums[0] not in (None, zlib.crc32(whole)):
        raise ReadError(Cause.CORRUPT, "the list of what it holds is damaged; nothing of it could be read")
    return whole


class _Reading:
    """One way through an archive."""

    def __init__(self, file: Opened, meter: Meter, found: Listing) -> None:
        self._file = file
        self._meter = meter
        self._found = found
        self._number = -1
        """Of the block that is being read."""
        self._left = 0
        """Members that are still to come out of it."""
        self._stored = 0
        """Stored streams before the next block."""
        self._start = found.blocks.start
        self._block: Block | None = None
        self._refused: ReadError | None = None
        """Why nothing more comes out of the block."""
        self._body: _Body | None = None

    def members(self) -> Iterator[Inner | Table | Unread]:
        found, names = self._found, self._found.member_names()
        stored = nothing = 0
        for number in range(found.count):
            name = next(names).removeprefix("./")
            attributes = found.attributes[number] if found.attributes else 0
            if found.empty[number]:
                folder = not found.files[nothing] or attributes & _FOLDER or found.anti[nothing]
                nothing += 1
                if not folder:
                    yield Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
                continue
            yield self._member(name, attributes, stored)
            stored += 1

    def _member(self, name: str, attributes: int, place: int) -> Inner | Unread:
        blocks = self._found.blocks
        self._go_on()
        size = blocks.sizes[place]
        if self._refused is not None:
            return Unread(name, "file", "", self._refused.cause, self._refused.reason, size)
        assert self._block is not None  # noqa: S101 a block is open or refused
        body = self._body = _Body(self._block, size, blocks.checks[place])
        if attributes & _LINK or (attributes & _UNIX and stat.S_ISLNK(attributes >> 16)):
            return Unread(name, "link", "", Cause.LINK, "a symbolic link; links are not followed")
        if not size:
            return Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
        stream = Piped(lambda: body, again=False)
        stream.below = self._file.stream
        return Inner(replace(self._file, stream=stream, name=name, size=UNKNOWN_SIZE, layers=0))

    def _go_on(self) -> None:
        """Go behind the member that was given last, into the next block where that was the last of one."""
        if not self._left:
            self._open_next()
        elif self._body is not None and self._refused is None:
            self._refused = self._body.skip()
        self._left -= 1

    def _open_next(self) -> None:
        blocks = self._found.blocks
        self._block = self._body = self._refused = None
        while not self._left:
            self._number += 1
            before = self._stored
            self._stored += blocks.recipes[self._number - 1].packed if self._number else 0
            self._start += sum(blocks.stored[before : self._stored])
            self._left = blocks.counts[self._number]
        try:
            place = Place(self._number, self._stored, self._start)
            self._block = Block(self._file.stream, blocks, place, self._meter)
        except ReadError as error:
            self._refused = error


class _Body:
    """What one member holds."""

    def __init__(self, source: Readable, size: int, expected: int | None) -> None:
        self._source = source
        self._left = size
        self._expected = expected
        self._sum = 0
        self._error: ReadError | None = None

    def read(self, size: int, /) -> bytes:
        """Give what comes next.

        Raises:
            ReadError: CUT or CORRUPT, behind all that came out.
        """
        if not self._left:
            if self._expected not in (None, self._sum):
                raise ReadError(Cause.CORRUPT, "its checksum does not fit what came out of it, which was read")
            return b""
        try:
            part = self._source.read(min(size, self._left))
        except ReadError as error:
            self._error = error
            raise
        if not part:
            self._error = ReadError(Cause.CORRUPT, "it ends earlier than the archive says; what came before was read")
            raise self._error
        self._sum = zlib.crc32(part, self._sum)
        self._left -= len(part)
        return part

    def skip(self) -> ReadError | None:
        """Pass over what was not read; gives why nothing behind it can be had."""
        try:
            while self._left and self._error is None:
                self.read(_STEP)
        except ReadError as error:
            self._error = error
        if self._error is None or self._error.cause is Cause.CUT:
            return self._error
        return ReadError(self._error.cause, "it lies behind damage in the archive; nothing of it could be unpacked")
