"""A message of Outlook in a file of its own (`.msg`, `.oft`): its headers and texts, and the files that it carries.

Source: [MS-OXMSG] 2; the box around it is [MS-CFB].
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.mapi import (
    BINARY,
    DATA,
    MANY_STRINGS,
    MANY_STRINGS8,
    MESSAGE_CODE_PAGE,
    OBJECT,
    STRING,
    STRING8,
    Carried,
    Message,
    Place,
    Properties,
    Value,
    members,
)
from connectors.formats.ole import Compound, Stream
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.rtf_words import codec_of_page
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread

_FIXED = "__properties_version1.0"
_TOP, _INNER, _BELOW = 32, 24, 8
"""Bytes before the properties of the message, of one inside it, of a recipient or attachment."""
_FIXED_BYTES = 1 << 20
_VALUE = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})(?:-([0-9A-F]{8}))?\Z", re.IGNORECASE)
_PARTS = re.compile(r"(__(?:recip|attach)_version1\.0_#[0-9A-F]{8})/", re.IGNORECASE)
_INSIDE = f"__substg1.0_{DATA:04X}{OBJECT:04X}/"
_ENTRY = struct.Struct("<HHL8s")
_VARIABLE = frozenset({STRING, STRING8, BINARY, MANY_STRINGS, MANY_STRINGS8})


class Msg(Pack):
    """A message that Outlook saved.

    The message is the file's own asset, with headers and `body` as fields and parts as addresses (see `mapi`); what it
    carries stands behind `!`, messages too. Contacts and appointments are read likewise, each property that is a text
    a field.
    """

    kind = "msg"
    locator = LocatorKind.PART
    jumps = True

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        yield from members("", _message(file), Place(file, meter, self.kind))

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a message is one piece
        """Read the message without what it carries."""
        yield from _message(file).batches(file, Meter(Limits(), file.size))


def _message(file: Opened) -> Message:
    box = Compound(file)
    return _Storage(box, box.streams).message(_TOP, file.size)


class _Storage:
    """A storage of the file with the streams below it, by their names in it."""

    def __init__(self, box: Compound, streams: dict[str, Stream]) -> None:
        self._box = box
        self._streams = streams

    def message(self, before: int, size: int) -> Message:
        if not any(name == _FIXED or _VALUE.match(name) for name in self._streams):
            raise ReadError(Cause.CORRUPT, "the message has no properties; it is damaged")
        mine = self.properties(before, None)
        below: dict[str, dict[str, Stream]] = defaultdict(dict)
        for name, stream in self._streams.items():
            if (found := _PARTS.match(name)) is not None:
                below[found.group(1)][name[found.end() :]] = stream
        made = {name: _Storage(self._box, below[name]) for name in sorted(below)}
        recipients = [one for name, one in made.items() if name.lower().startswith("__recip")]
        attachments = [one for name, one in made.items() if name.lower().startswith("__attach")]
        return Message(
            mine,
            lambda: (one.properties(_BELOW, mine.codec) for one in recipients),
            lambda: (one.carried(mine.codec) for one in attachments),
            size,
        )

    def carried(self, codec: str) -> Carried:
        mine = self.properties(_BELOW, codec)
        inner = {name[len(_INSIDE) :]: stream for name, stream in self._streams.items() if name.startswith(_INSIDE)}
        if _FIXED not in inner:
            return Carried(mine)
        storage = _Storage(self._box, inner)
        return Carried(mine, partial(storage.message, _INNER, sum(stream.size for stream in inner.values())))

    def properties(self, before: int, codec: str | None) -> Properties:
        """Read the properties that lie here.

        Args:
            before: bytes before the list of those of fixed size.
            codec: of texts in single bytes; None where the storage itself says it.
        """
        values: dict[int, list[Value]] = defaultdict(list)
        raw = b""
        if _FIXED in self._streams:
            raw = b"".join(self._bounded(self._streams[_FIXED], _FIXED_BYTES))
        for at in range(before, len(raw) - _ENTRY.size + 1, _ENTRY.size):
            kind, number, _, value = _ENTRY.unpack_from(raw, at)
            if kind not in _VARIABLE and kind != OBJECT:
                values[number].append(Value(kind, 8, partial(_once, value)))
        for name in sorted(self._streams):
            found = _VALUE.match(name)
            kind = int(found.group(2), 16) if found else 0
            # The stream of several texts without a number holds their lengths.
            if found and kind in _VARIABLE and (kind < 0x1000) == (found.group(3) is None):
                stream = self._streams[name]
                values[int(found.group(1), 16)].append(Value(kind, stream.size, partial(self._box.read, stream)))
        made = Properties(values, codec or "cp1252")
        if codec is None and (page := made.number(MESSAGE_CODE_PAGE)):
            made.codec = codec_of_page(page)
        return made

    def _bounded(self, stream: Stream, limit: int) -> Iterator[bytes]:
        for piece in self._box.read(stream):
            yield piece
            limit -= len(piece)
            if limit <= 0:
                return


def _once(value: bytes) -> Iterator[bytes]:
    yield value
