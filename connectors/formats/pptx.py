"""PowerPoint presentations: the texts of each slide with its notes and comments, layouts, properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.formats.docx import in_turn
from connectors.formats.ooxml import (
    Leaves,
    Recording,
    Relation,
    properties,
    read_part,
    relations,
)
from connectors.formats.pages import Gathered, Progress, Record
from connectors.formats.xml_stream import Walker, attribute, walk
from connectors.formats.zip_parts import Parts, PartsDocument
from connectors.interface import LocatorKind

_SLIDES = 100_000
"""Slides whose order is kept; further ones come as the list of parts has them."""
_FIELDS = {
    "slide": "text",
    "notesSlide": "notes",
    "comment": "comment",
    "modernComment": "comment",
    "chart": "chart",
    "data": "shape",
    "drawing": "shape",
    "slideLayout": "layout",
    "slideMaster": "layout",
    "notesMaster": "layout",
    "handoutMaster": "layout",
    "commentAuthors": "comment.author",
    "authors": "comment.author",
    "tag": "settings",
}
"""Fields by how the name of a part begins."""


class Pptx(PartsDocument):
    """The texts of a presentation, hidden slides too.

    Fields: `text` (one for each paragraph of a slide), `notes`, `comment`, `comment.author`, `link` (targets), `shape`
    (descriptions, diagrams), `chart`, `layout` (masters), `settings` (tags), and `properties.creator` and its like.

    Slides are counted in the order of the presentation, from 1, hidden ones too. Slides that no order names come last.
    What belongs to no slide is at 1.
    """

    kind = "pptx"
    locator = LocatorKind.SLIDE

    def records(self, parts: Parts, progress: Progress) -> Iterator[Record]:
        return _records(parts, progress)


def _records(parts: Parts, progress: Progress) -> Iterator[Record]:
    done: set[str] = set()
    slides = _ordered(parts)
    numbers = {name: number for number, name in enumerate(slides, 1)}
    for name in parts.names:
        if _begins(name) == "slide" and name not in numbers:
            numbers[name] = len(numbers) + 1
    readings = [_slide(parts, name, number, done, progress) for name, number in numbers.items()]
    readings.append(_others(parts, done))
    yield from in_turn([*readings, properties(parts)])


def _ordered(parts: Parts) -> list[str]:
    """Give the parts of the slides in the order of the presentation."""
    main = next((one.target for one in relations(parts, "") if one.kind == "officeDocument"), "")
    main = parts.find(main) or parts.find("ppt/presentation.xml")
    if not main:
        return []
    targets = {one.id: parts.find(one.target) for one in relations(parts, main) if one.kind == "slide"}
    order = _Order()
    for _ in walk(parts.blocks(main), order):
        pass
    return list(dict.fromkeys(targets[one] for one in order.ids if targets.get(one)))


class _Order(Walker):
    def __init__(self) -> None:
        self.ids: list[str] = []

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sldId" and len(self.ids) < _SLIDES:
            self.ids.append(next((value for key, value in attributes.items() if key.endswith(":id")), ""))

    def close(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


def _slide(parts: Parts, name: str, number: int, done: set[str], progress: Progress) -> Iterator[Record]:
    """Read a slide and what hangs on it."""
    progress.records += 1
    done.add(name)
    yield from read_part(parts, name, _Texts("text", number))
    yield from _hanging(parts, relations(parts, name), number, done)


def _hanging(parts: Parts, found: list[Relation], number: int, done: set[str]) -> Iterator[Record]:
    for one in found:
        if one.outside:
            yield Record("link", number, one.target)
            continue
        name = parts.find(one.target)
        begins = _begins(name)
        if name and name not in done and begins in _FIELDS and begins not in ("slide", "slideLayout", "slideMaster"):
            done.add(name)
            yield from _part(parts, name, number)


def _others(parts: Parts, done: set[str]) -> Iterator[Record]:
    """Read what no slide refers to."""
    for name in parts.names:
        if name not in done and _begins(name) in _FIELDS:
            done.add(name)
            yield from _part(parts, name, 1)


def _part(parts: Parts, name: str, number: int) -> Iterator[Record]:
    field = _FIELDS[_begins(name)]
    if field == "comment.author":
        told = frozenset({"name", "userId"})
        yield from read_part(parts, name, Leaves(lambda _tag: field, number, told))
    elif field == "settings":
        yield from read_part(parts, name, Leaves(lambda tag: field if tag == "tag" else "", number, frozenset({"val"})))
    else:
        yield from read_part(parts, name, _Texts(field, number))
        for one in relations(parts, name):
            if one.outside:
                yield Record("link", number, one.target)


def _begins(name: str) -> str:
    """Give a part's name without folder, number and suffix; empty where it is no XML."""
    base = name.rpartition("/")[2]
    if not base.endswith(".xml"):
        return ""
    return base.removesuffix(".xml").partition("_")[0].rstrip("0123456789")


class _Texts(Recording):
    """Reads the paragraphs of a slide, a note or a chart: `<a:p>…<a:t>`, and loose texts of comments and values."""

    def __init__(self, field: str, number: int) -> None:
        super().__init__()
        self._field = field
        self._number = number
        self._text = Gathered(lambda text: self.tell(field, number, text))
        self._into = 0
        self._paragraphs = 0

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("t", "text", "v"):
            self._into += 1
        elif name == "p":
            self._paragraphs += 1
        elif name == "br":
            self._text.add("\n")
        elif name == "cNvPr":
            for key in ("descr", "title"):
                self.tell("shape", self._number, attribute(attributes, key))

    def close(self, name: str) -> None:
        if name in ("t", "text", "v"):
            self._into -= 1
            if not self._paragraphs:
                self._flush()
        elif name == "p":
            self._paragraphs -= 1
            self._flush()

    def broken(self) -> None:
        self._flush()

    def _flush(self) -> None:
        self.tell(self._field, self._number, self._text.take())

    def data(self, text: str) -> None:
        if self._into:
            self._text.add(text)
