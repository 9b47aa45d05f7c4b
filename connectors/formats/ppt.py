"""PowerPoint presentations of the years 1997 to 2003: the texts of each slide, notes, comments, properties.

Source: [MS-PPT] 2.1.2 (how the newest state is found), 2.4.14 (lists of slides), 2.9 (texts).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.errors import ReadError
from connectors.formats.interface import Format, Opened
from connectors.formats.ole import Compound
from connectors.formats.ole_properties import properties
from connectors.formats.pages import Progress, Record, paged
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark

_STREAM_BYTES = 128 << 20
"""Bytes of the presentation that are read: slides may lie in any order, so that it is held whole."""
_DEPTH = 64
_HEADER = struct.Struct("<HHL")
_SLIDE, _NOTES, _MASTER, _LIST, _PLACE = 0x03EE, 0x03F0, 0x03F8, 0x0FF0, 0x03F3
_NOTES_OF, _DIRECTORY, _LINK, _COMMENT = 0x03F1, 0x1772, 0x0FD7, 0x2EE0
_WIDE, _NARROW, _STRING = 0x0FA0, 0x0FA8, 0x0FBA


class Ppt(Format):
    """The texts of a presentation in the older binary form.

    Fields: `text`, `notes`, `comment`, `link` (targets), `layout` (masters), `settings` (names and tags), `deleted`
    (slides of an earlier state that the file still holds), and `properties.author` and its like. Slides are counted in
    the order of the presentation, from 1; what belongs to none is at 1. Embedded objects are not opened.
    """

    kind = "ppt"
    locator = LocatorKind.SLIDE
    jumps = True

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one document a file, one chunk
        progress = Progress()
        yield from paged(file, _records(Compound(file), progress), progress, after)


def _records(box: Compound, progress: Progress) -> Iterator[Record]:
    yield from properties(box)
    user = box.content("Current User", 64)
    if len(user) >= 16 and struct.unpack_from("<L", user, 12)[0] == 0xF3D1C4DF:
        raise ReadError(Cause.DENIED, "the presentation is encrypted; without its password it cannot be read")
    raw = box.content("PowerPoint Document", _STREAM_BYTES)
    if len(raw) < _HEADER.size:
        raise ReadError(Cause.CORRUPT, "the presentation is damaged: its content is missing")
    order = _order(raw)
    progress.records = len(order.slides)
    yield from _texts(raw, order)
    if len(raw) >= _STREAM_BYTES:
        progress.cut = f"it has more than {_STREAM_BYTES >> 20} MB; what lies beyond was not read"


@dataclass
class _Order:
    """Which slide stands where."""

    slides: dict[int, int] = field(default_factory=dict)
    """Number of a slide by its reference."""
    ids: dict[int, int] = field(default_factory=dict)
    """The same, by the identifier that notes go by."""
    places: dict[int, int] = field(default_factory=dict)
    """Reference by the place of its container: the newest state."""

    def number(self, place: int) -> int:
        """Give the number of the slide whose container begins at a place; 0 where none is shown from there."""
        return self.slides.get(self.places.get(place, -1), 0)


@dataclass
class _Met:
    """A record of the presentation, and what it lies in."""

    place: int
    kind: int
    instance: int
    start: int
    end: int
    above: tuple[tuple[int, int, int], ...]
    """Kind, place and instance of the containers around it, the outermost first."""


def _walk(raw: bytes) -> Iterator[_Met]:
    """Go through all records; a length that is wrong ends what it lies in."""
    stack: list[tuple[int, int, int, int]] = []
    at = 0
    while at + _HEADER.size <= len(raw):
        while stack and at >= stack[-1][3]:
            stack.pop()
        head, kind, length = _HEADER.unpack_from(raw, at)
        start = at + _HEADER.size
        end = min(start + length, stack[-1][3] if stack else len(raw))
        above = tuple(one[:3] for one in stack)
        yield _Met(at, kind, head >> 4, start, end, above)
        if head & 0xF == 0xF and len(stack) < _DEPTH:
            stack.append((kind, at, head >> 4, end))
            at = start
        else:
            at = end


def _order(raw: bytes) -> _Order:
    """Find the order of the slides, and where the newest state of each lies."""
    order, newest = _Order(), dict[int, int]()
    for met in _walk(raw):
        if met.kind == _PLACE and met.above and met.above[-1][0] == _LIST and met.above[-1][2] == 0:
            if met.end - met.start >= 16:
                reference, _, _, key = struct.unpack_from("<4L", raw, met.start)
                number = order.slides.setdefault(reference, len(order.slides) + 1)
                order.ids.setdefault(key, number)
        elif met.kind == _DIRECTORY:
            _directory(raw[met.start : met.end], newest)
    order.places = {place: reference for reference, place in newest.items()}
    return order


def _directory(raw: bytes, newest: dict[int, int]) -> None:
    """Read where objects lie; a later directory replaces what an earlier one said."""
    at = 0
    while at + 4 <= len(raw):
        (head,) = struct.unpack_from("<L", raw, at)
        first, count = head & 0xFFFFF, head >> 20
        for number in range(min(count, (len(raw) - at - 4) // 4)):
            (newest[first + number],) = struct.unpack_from("<L", raw, at + 4 + 4 * number)
        at += 4 + 4 * count


def _texts(raw: bytes, order: _Order) -> Iterator[Record]:
    outline = notes = 0
    for met in _walk(raw):
        if met.kind == _PLACE and met.end - met.start >= 4:
            outline = order.slides.get(struct.unpack_from("<L", raw, met.start)[0], 0)
        elif met.kind == _NOTES_OF and met.end - met.start >= 4:
            notes = order.ids.get(struct.unpack_from("<L", raw, met.start)[0], 0)
        elif met.kind in (_WIDE, _NARROW, _STRING):
            codec = "latin-1" if met.kind == _NARROW else "utf-16-le"
            text = raw[met.start : met.end].decode(codec, "replace").replace("\r", "\n").replace("\x0b", "\n")
            if text.strip("\0 \n"):
                name, number = _place(met, order, outline, notes)
                yield Record(name, number, text.strip("\0"))


def _place(met: _Met, order: _Order, outline: int, notes: int) -> tuple[str, int]:
    """Tell the field and the slide of a text by what it lies in."""
    kinds = {kind: place for kind, place, _ in met.above}
    if _SLIDE in kinds:
        number = order.number(kinds[_SLIDE])
        name = "comment" if _COMMENT in kinds else "settings" if met.kind == _STRING else "text"
        return (name, number) if number else ("deleted", 1)
    if _NOTES in kinds:
        return ("settings" if met.kind == _STRING else "notes"), max(1, notes)
    if _MASTER in kinds:
        return "layout", 1
    if _LINK in kinds:
        return "link", 1
    if _LIST in kinds and met.kind != _STRING:
        return "text", max(1, outline)
    return "settings", 1
