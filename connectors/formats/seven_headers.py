"""What a 7z archive says of itself: where its blocks lie, how each is packed, and which members come out of them.

Source: 7zFormat.txt of the LZMA SDK (public domain).
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.interface import Cause

MAGIC = b"7z\xbc\xaf\x27\x1c"
START_BYTES = 32
"""Behind them the packed blocks begin."""
LIST_BYTES = 128 << 20
"""Bytes that the list of members may have: it is held whole."""
_START = struct.Struct("<6s2sLQQL")
_CODERS = 32
"""Steps that one block may be packed in; 7-Zip writes four at most."""
_PROPERTIES = 256
_ENCODINGS = 4
"""Times that the list may be packed; 7-Zip packs it once."""

_HEADER, _ENCODED = 0x01, 0x17
_END, _ARCHIVE, _ADDITIONAL, _STREAMS, _FILES = 0x00, 0x02, 0x03, 0x04, 0x05
_PACKED, _UNPACKED, _SUBSTREAMS, _SIZE, _SUMS = 0x06, 0x07, 0x08, 0x09, 0x0A
_FOLDERS, _UNPACKED_SIZES, _COUNTS = 0x0B, 0x0C, 0x0D
_EMPTY, _EMPTY_FILES, _ANTI, _NAMES, _ATTRIBUTES = 0x0E, 0x0F, 0x10, 0x11, 0x15


@dataclass(frozen=True)
class Coder:
    """One step of packing."""

    method: bytes
    properties: bytes


@dataclass(frozen=True)
class Recipe:
    """How a block is packed; most blocks of an archive are packed alike and share it."""

    coders: tuple[Coder, ...]
    """From what is stored to what comes out; in the order of the archive where `tangled`."""
    places: tuple[int, ...]
    """For each of them, its place in the block's list of sizes."""
    packed: int
    """Stored streams that go into it."""
    sizes: int
    """Sizes that the archive tells of it."""
    tangled: bool
    """Whether its steps are no plain sequence, as with BCJ2."""


@dataclass
class Blocks:
    """The packed blocks of an archive, "folders" in 7-Zip's words."""

    recipes: list[Recipe] = field(default_factory=list)
    start: int = 0
    """Of the first stored stream, in the file."""
    stored: array[int] = field(default_factory=lambda: array("Q"))
    """Bytes of each stored stream."""
    unpacked: list[tuple[int, ...]] = field(default_factory=list)
    """For each block, what comes out of each step."""
    sums: list[int | None] = field(default_factory=list)
    """Checksum of each block, where it is told."""
    counts: array[int] = field(default_factory=lambda: array("Q"))
    """Members in each block."""
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    """Bytes of each member in a block, over all blocks."""
    checks: list[int | None] = field(default_factory=list)
    """Their checksums, where they are told."""


@dataclass
class Listing:
    """All that an archive says."""

    blocks: Blocks = field(default_factory=Blocks)
    count: int = 0
    """Members, with folders and empty files."""
    names: bytes = field(default=b"", repr=False)
    """UTF-16, each with a zero behind it."""
    empty: list[bool] = field(default_factory=list)
    """For each member, whether nothing is stored of it."""
    files: list[bool] = field(default_factory=list)
    """For each of those, whether it is a file and no folder."""
    anti: list[bool] = field(default_factory=list)
    """For each of those, whether it only says that a file is to be removed."""
    attributes: list[int] = field(default_factory=list)

    def member_names(self) -> Iterator[str]:
        """Give the names in order; empty ones without end where there are no more."""
        place = 0
        while True:
            end = self.names.find(b"\0\0", place)
            while end >= 0 and (end - place) % 2:
                end = self.names.find(b"\0\0", end + 1)
            if end < 0:
                yield ""
                continue
            yield self.names[place:end].decode("utf-16-le", "replace")
            place = end + 2


def listing(file: Opened, base: int, unpack: Callable[[Blocks], bytes]) -> Listing:
    """Read what an archive says of itself.

    Args:
        file: the archive.
        base: where it begins in the file; not 0 behind a program that unpacks it.
        unpack: gives what comes out of the only block of a packed list; raises for what is encrypted.

    Raises:
        ReadError: CUT, CORRUPT or DENIED; nothing of it can be read then, since the list stands at its end.
        OSError: where the disk does.
    """
    raw = _stored_list(file, base)
    if not raw:
        return Listing()
    for _ in range(_ENCODINGS):
        reader = _Reader(raw)
        kind = reader.number()
        if kind == _HEADER:
            return _header(reader, base)
        if kind != _ENCODED:
            break
        blocks = _streams(reader, base)
        if len(blocks.unpacked) != 1:
            break
        if max(blocks.unpacked[0]) > LIST_BYTES:
            raise _too_long()
        raw = unpack(blocks)
    raise _damaged()


def _stored_list(file: Opened, base: int) -> bytes:
    """Give the list as it is stored; nothing where the archive is empty."""
    start = file.sample(base, START_BYTES)
    if len(start) < START_BYTES:
        raise ReadError(Cause.CUT, "it is cut off within its first bytes; nothing of it could be read")
    _, _, checksum, offset, size, expected = _START.unpack(start)
    if not any(start[8:]):
        raise ReadError(Cause.CUT, "whoever packed it never came to its end; pack it anew")
    if zlib.crc32(start[12:]) != checksum:
        raise ReadError(Cause.CORRUPT, "its first bytes are damaged; nothing of it could be read")
    if base + START_BYTES + offset + size > file.size:
        reason = "it is cut off, or the first of several volumes: the list of what it holds stands at its end"
        raise ReadError(Cause.CUT, f"{reason} and is not there; get the whole archive")
    if size > LIST_BYTES:
        raise _too_long()
    raw = _exactly(file, base + START_BYTES + offset, size)
    if zlib.crc32(raw) != expected:
        raise ReadError(Cause.CORRUPT, "the list of what it holds is damaged; nothing of it could be read")
    return raw


def _damaged() -> ReadError:
    return ReadError(Cause.CORRUPT, "the list of what it holds makes no sense; nothing of it could be read")


def _too_long() -> ReadError:
    return ReadError(Cause.CUT, f"the list of what it holds has more than {LIST_BYTES >> 20} MB; it was not read")


def _exactly(file: Opened, offset: int, size: int) -> bytes:
    """Read a part of the file; what is missing is the checksum's to find."""
    parts = []
    while size > 0 and (part := file.sample(offset, size)):
        parts.append(part)
        offset, size = offset + len(part), size - len(part)
    return b"".join(parts)


class _Reader:
    """Goes through a list; whatever would lead behind its end is damage."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def bytes(self, size: int) -> bytes:
        if size > self.left:
            raise _damaged()
        self._place += size
        return self._data[self._place - size : self._place]

    def number(self) -> int:
        """Read a number of one to nine bytes: ones at the top of the first say how many follow."""
        if not self.left:
            raise _damaged()
        first = self._data[self._place]
        self._place += 1
        if first < 0x80:
            return first
        more = 8 if first == 0xFF else 8 - (first ^ 0xFF).bit_length()
        low = int.from_bytes(self.bytes(more), "little")
        return low | (first & (0x7F >> more)) << (8 * more) if more < 8 else low

    def count(self, each: int = 1) -> int:
        """Read a number of things, of which so many fit into a byte of what is left."""
        found = self.number()
        if found > (self.left + 1) * each:
            raise _damaged()
        return found

    def bits(self, count: int) -> list[bool]:
        raw = self.bytes((count + 7) // 8)
        return [bool(raw[at >> 3] & 0x80 >> (at & 7)) for at in range(count)]

    def told(self, count: int) -> list[bool]:
        """Read of which of several things something is told: a byte for all, or a bit each."""
        return [True] * count if self.bytes(1) != b"\0" else self.bits(count)

    def sums(self, count: int) -> list[int | None]:
        told = self.told(count)
        raw = struct.unpack(f"<{sum(told)}L", self.bytes(4 * sum(told)))
        values = iter(raw)
        return [next(values) if one else None for one in told]

    def expect(self, kind: int) -> None:
        if self.number() != kind:
            raise _damaged()

    def inside(self) -> None:
        """Refuse what stands elsewhere in the archive, which no program writes."""
        if self.bytes(1) != b"\0":
            raise _damaged()


def _header(reader: _Reader, base: int) -> Listing:
    found = Listing()
    while (kind := reader.number()) != _END:
        if kind == _ARCHIVE:
            while reader.number() != _END:
                reader.bytes(reader.number())
        elif kind == _ADDITIONAL:
            _streams(reader, base)
        elif kind == _STREAMS:
            found.blocks = _streams(reader, base)
        elif kind == _FILES:
            _files(reader, found)
        else:
            raise _damaged()
    return found


def _streams(reader: _Reader, base: int) -> Blocks:
    found = Blocks()
    kind = reader.number()
    if kind == _PACKED:
        found.start = base + START_BYTES + reader.number()
        count = reader.count()
        while (kind := reader.number()) != _END:
            if kind == _SIZE:
                found.stored.extend(reader.number() for _ in range(count))
            elif kind == _SUMS:
                reader.sums(count)
            else:
                raise _damaged()
        kind = reader.number()
    if kind == _UNPACKED:
        _blocks(reader, found)
        kind = reader.number()
    found.counts = array("Q", [1]) * len(found.unpacked)
    if kind == _SUBSTREAMS:
        _substreams(reader, found)
        kind = reader.number()
    else:
        found.sizes.extend(_whole(found, at) for at in range(len(found.unpacked)))
        found.checks = list(found.sums)
    if kind != _END or sum(one.packed for one in found.recipes) > len(found.stored):
        raise _damaged()
    return found


def _blocks(reader: _Reader, found: Blocks) -> None:
    reader.expect(_FOLDERS)
    count = reader.count()
    reader.inside()
    known: dict[Recipe, Recipe] = {}
    for _ in range(count):
        recipe = _recipe(reader)
        found.recipes.append(known.setdefault(recipe, recipe))
    reader.expect(_UNPACKED_SIZES)
    for recipe in found.recipes:
        found.unpacked.append(tuple(reader.number() for _ in range(recipe.sizes)))
    found.sums = [None] * count
    while (kind := reader.number()) != _END:
        if kind != _SUMS:
            raise _damaged()
        found.sums = reader.sums(count)


def _recipe(reader: _Reader) -> Recipe:
    coders: list[Coder] = []
    inputs = outputs = 0
    for _ in range(reader.number()):
        if len(coders) == _CODERS:
            raise _damaged()
        flags = reader.bytes(1)[0]
        method = reader.bytes(flags & 0x0F)
        ins, outs = (reader.number(), reader.number()) if flags & 0x10 else (1, 1)
        inputs, outputs = inputs + ins, outputs + outs
        if max(ins, outs) > _CODERS or flags & 0xC0:
            raise _damaged()
        properties = reader.bytes(reader.number()) if flags & 0x20 else b""
        if len(properties) > _PROPERTIES:
            raise _damaged()
        coders.append(Coder(method, properties))
    if not coders or outputs > inputs:
        raise _damaged()
    bound = {reader.number(): reader.number() for _ in range(outputs - 1)}
    packed = inputs - (outputs - 1)
    stored = [reader.number() for _ in range(packed)] if packed > 1 else []
    if stored or inputs != len(coders) or outputs != len(coders):
        return Recipe(tuple(coders), (), packed, outputs, tangled=True)
    # Each step takes what another gives: from the one that nobody takes from, back to the one that takes what is
    # stored.
    last = next((at for at in range(len(coders)) if at not in bound.values()), None)
    order: list[int] = []
    while last is not None and last not in order and last < len(coders):
        order.insert(0, last)
        last = bound.get(last)
    if len(order) != len(coders):
        raise _damaged()
    return Recipe(tuple(coders[at] for at in order), tuple(order), packed, outputs, tangled=False)


def _whole(found: Blocks, at: int) -> int:
    """Give the bytes of a block."""
    recipe, sizes = found.recipes[at], found.unpacked[at]
    return max(sizes) if recipe.tangled else sizes[recipe.places[-1]]


def _substreams(reader: _Reader, found: Blocks) -> None:
    kind = reader.number()
    if kind == _COUNTS:
        found.counts = array("Q", [reader.count() for _ in found.unpacked])
        kind = reader.number()
    if sum(found.counts) > reader.left + 2 * len(found.counts):
        raise _damaged()
    several = kind == _SIZE
    for at, count in enumerate(found.counts):
        whole = _whole(found, at)
        for left in range(count - 1, -1, -1):
            size = reader.number() if left and several else whole
            if size > whole:
                raise _damaged()
            found.sizes.append(size)
            whole -= size
    kind = reader.number() if several else kind
    alone = [count == 1 and told is not None for count, told in zip(found.counts, found.sums, strict=True)]
    missing = sum(count for count, known in zip(found.counts, alone, strict=True) if not known)
    sums: Iterator[int | None] = iter(())
    while kind != _END:
        if kind == _SUMS:
            sums = iter(reader.sums(missing))
        else:
            reader.bytes(reader.number())
        kind = reader.number()
    for at, count in enumerate(found.counts):
        found.checks += [found.sums[at]] if alone[at] else [next(sums, None) for _ in range(count)]


def _files(reader: _Reader, found: Listing) -> None:
    found.count = reader.count(8)
    found.empty = [False] * found.count
    while (kind := reader.number()) != _END:
        size = reader.number()
        part = _Reader(reader.bytes(size))
        if kind == _EMPTY:
            found.empty = part.bits(found.count)
        elif kind == _EMPTY_FILES:
            found.files = part.bits(sum(found.empty))
        elif kind == _ANTI:
            found.anti = part.bits(sum(found.empty))
        elif kind == _NAMES:
            part.inside()
            found.names = part.bytes(part.left)
        elif kind == _ATTRIBUTES:
            told = part.told(found.count)
            part.inside()
            values = iter(struct.unpack(f"<{sum(told)}L", part.bytes(4 * sum(told))))
            found.attributes = [next(values) if one else 0 for one in told]
    nothing = sum(found.empty)
    found.files += [False] * (nothing - len(found.files))
    found.anti += [False] * (nothing - len(found.anti))
    if found.count - nothing > len(found.blocks.sizes):
        raise _damaged()
