"""Zip archives, read by their central directory as unpackers do; without one, by the headers before each member."""

from __future__ import annotations

import io
import stat
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np
import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.formats.zip_body import Body, readable
from connectors.formats.zip_headers import (
    DESCRIPTOR,
    LOCAL,
    LOCAL_BYTES,
    Directory,
    Member,
    central,
    directory_of,
    local,
    next_local,
    read_at,
)
from connectors.interface import Asset, Batch, Cause, LocatorKind, Locators, Unread, text_field

_DESCRIPTORS = (0, 12, 16, 20, 24)
"""Lengths of what may stand behind a member: its checksum and sizes, with or without a signature."""
_COMMENTS = 256
"""Comments in a batch, of up to 64 KB each."""


class Zip(Pack):
    """The members of a zip archive, in the order of its directory; its comments are its own records.

    Where headers and directory differ, the directory counts, as for most unpackers; members that it does not name are
    told. Entries that overlap the next are refused, by CPython's rule (gh-109858) against bombs such as David
    Fifield's zbsm. An archive without directory is read header by header, as far as it goes.
    """

    kind = "zip"
    jumps = True

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        directory = directory_of(file.stream, file.size)
        broken: ReadError | None = None
        if directory is not None:
            try:
                layout = _Layout(file.stream, directory, meter.limits.members)
            except ReadError as error:
                broken = error
            else:
                yield from _listed(file, meter, directory, layout)
                yield from _comments(file.stream, directory, layout)
                return
        met = False
        for one in _recovered(file, meter):
            met = True
            yield one
        if not met:
            raise broken or ReadError(Cause.CORRUPT, "it is damaged: it has neither a directory nor members")
        reason = "it has no whole directory, as after a copy that was cut off; its members were read one by one"
        raise broken or ReadError(Cause.CUT, reason)


class _Layout:
    """Where the members lie, and which of them overlap."""

    def __init__(self, stream: io.RawIOBase, directory: Directory, most: int) -> None:
        """Go through the directory once.

        Raises:
            ReadError: it is damaged.
        """
        offsets, ends = array("Q"), array("Q")
        self.comments = bool(directory.comment)
        for member in islice(central(stream, directory), most + 1):
            offsets.append(min(max(member.offset, 0), UNKNOWN_SIZE))
            ends.append(min(offsets[-1] + LOCAL_BYTES + member.packed, 2 * UNKNOWN_SIZE))
            self.comments = self.comments or bool(member.comment)
        places = np.frombuffer(offsets, np.uint64) if offsets else np.array([], np.uint64)
        order = np.argsort(places, kind="stable")
        self.following = np.full(len(places), directory.start, np.uint64)
        """For each member, where the next one or the directory begins."""
        self.following[order[:-1]] = places[order[1:]]
        self.overlaps = np.array(ends, np.uint64) > self.following
        self.first = int(places.min()) if len(places) else directory.start


def _listed(file: Opened, meter: Meter, directory: Directory, layout: _Layout) -> Iterator[Inner | Table | Unread]:
    """Give the members that the directory names, and tell of others between them."""
    if file.head.startswith(LOCAL):
        yield from _hidden(file.stream, 0, layout.first)
    for number, member in enumerate(central(file.stream, directory)):
        if number > meter.limits.members:
            meter.member(1)  # one more than it allows
        found = local(file.stream, member.offset) or local(file.stream, member.offset - directory.shift)
        following = int(layout.following[number])
        if layout.overlaps[number] or (found and found[1] + member.packed > following):
            reason = "it overlaps with what follows it, as in bombs, and was not unpacked"
            yield Unread(member.name, "file", "", Cause.CORRUPT, reason, member.packed)
        elif found is None:
            yield Unread(member.name, "file", "", Cause.CORRUPT, "it does not lie where the directory says")
        else:
            end = found[1] + member.packed
            yield from _member(_Place(file, meter, found[1], end), member)
            yield from _hidden(file.stream, end, following)


@dataclass(frozen=True)
class _Place:
    """Where what is stored of a member lies."""

    file: Opened
    meter: Meter
    start: int
    end: int
    sure: bool = True
    """Whether its checksum is known."""


def _member(place: _Place, member: Member) -> Iterator[Inner | Table | Unread]:
    name = member.name
    if name.endswith("/") and not member.size:
        return
    if member.encrypted:
        yield Unread(name, "file", "", Cause.DENIED, "it is encrypted, and nobody gave the password", member.packed)
    elif stat.S_ISLNK(member.mode):
        yield Unread(name, "link", "", Cause.LINK, "a symbolic link; links are not followed")
    elif not readable(member.method):
        reason = f"it is packed in a way (method {member.method}) that nothing here unpacks"
        yield Unread(name, "file", "", Cause.FORMAT, reason, member.packed)
    elif place.start == place.end:
        yield Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
    else:
        source = partial(Body, place.file.stream, member, place.start, place.end, sure=place.sure)
        stream = Piped(source, again=True, meter=place.meter)
        yield Inner(replace(place.file, stream=stream, name=name, size=UNKNOWN_SIZE, layers=0))


def _hidden(stream: io.RawIOBase, place: int, end: int) -> Iterator[Unread]:
    """Tell of members in a gap, that the directory does not name."""
    while end - place >= LOCAL_BYTES:
        gap = read_at(stream, place, max(_DESCRIPTORS) + len(LOCAL))
        behind = next((size for size in _DESCRIPTORS if gap.startswith(LOCAL, size)), None)
        found = local(stream, place + behind) if behind is not None else None
        if found is None or found[1] > end:
            return
        member, start = found
        reason = "the archive's directory does not name it, so that others do not see it; it was not unpacked"
        yield Unread(member.name, "file", "", Cause.CORRUPT, reason, member.packed)
        place = start + member.packed


def _recovered(file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
    """Give members by their own headers."""
    place = next_local(file.stream, 0, file.size)
    while place < file.size:
        found = local(file.stream, place)
        if found is None:
            place = next_local(file.stream, place + 1, file.size)
            continue
        member, start = found
        unknown = member.streamed and not member.packed
        end = _end_of(file, start) if unknown else start + member.packed
        yield from _member(_Place(file, meter, start, end, sure=not unknown), member)
        place = next_local(file.stream, end, file.size)


def _end_of(file: Opened, start: int) -> int:
    """Find where a member ends whose size stands behind it."""
    end = next_local(file.stream, start, file.size)
    for size in (16, 24):
        if read_at(file.stream, end - size, 4) == DESCRIPTOR:
            return end - size
    return end


def _comments(stream: io.RawIOBase, directory: Directory, layout: _Layout) -> Iterator[Table]:
    """Give the comments, first the archive's own, as records of the archive."""
    if layout.comments:
        yield Table(Asset("", "zip", "", LocatorKind.RECORD), _comment_batches(stream, directory))


def _comment_batches(stream: io.RawIOBase, directory: Directory) -> Iterator[Batch]:
    texts = (member.comment for member in central(stream, directory))
    every = (text for text in _chain(directory.comment, texts) if text)
    number = 1
    while some := list(islice(every, _COMMENTS)):
        values = pa.array([_comment(text) for text in some], pa.string())
        numbers = pa.array(range(number, number + len(some)), pa.int64())
        number += len(some)
        columns = pa.RecordBatch.from_arrays([values], schema=pa.schema([text_field("comment")]))
        yield Batch(columns, Locators((numbers,)), None, len(some), sum(map(len, some)))


def _chain(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _comment(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp437")
