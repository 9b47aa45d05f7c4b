"""What Word and PowerPoint documents have in common: relationships, properties, and parts that are nothing but text.

Source: ECMA-376 part 1 (11 WordprocessingML, 13 PresentationML, 22.2 properties) and part 2 (relationships).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connectors.errors import ReadError
from connectors.formats.pages import Gathered, Record
from connectors.formats.xml_stream import Walker, attribute, walk
from connectors.formats.zip_parts import Parts

_RELATIONS = 100_000
"""Relationships of a part that are kept."""


@dataclass(frozen=True)
class Relation:
    """That a part refers to another one, or to an address."""

    id: str
    kind: str
    """The last word of its type: `hyperlink`, `notesSlide`."""
    target: str
    """The part's name, or the address."""
    outside: bool


_CUSTOM = 100
"""Properties of users' own that are fields by their names."""


class _Relations(Walker):
    def __init__(self, part: str) -> None:
        self._folder = posixpath.dirname(part)
        self.found: list[Relation] = []

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship" or len(self.found) >= _RELATIONS:
            return
        target, outside = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
        if not outside:
            target = posixpath.normpath(posixpath.join("/" + self._folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found.append(Relation(attributes.get("Id", ""), kind, target, outside))

    def close(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


def relations(parts: Parts, part: str) -> list[Relation]:
    """Give what a part refers to; an empty name is the package itself.

    Raises:
        ReadError: the list is damaged.
    """
    folder, _, base = part.rpartition("/")
    name = parts.find(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
    if not name:
        return []
    walker = _Relations(part)
    for _ in walk(parts.blocks(name), walker):
        pass
    return walker.found


class Recording(Walker):
    """A walker that makes records; they are taken after each block."""

    def __init__(self) -> None:
        self._ready: list[Record] = []

    def tell(self, field: str, number: int, text: str) -> None:
        """Make a record, unless there is nothing in it."""
        if text and not text.isspace():
            self._ready.append(Record(field, number, text))

    def broken(self) -> None:
        """Make records of what is open, since the part ends here."""

    def take(self) -> list[Record]:
        """Give the records made since the last time."""
        ready, self._ready = self._ready, []
        return ready


def read_part(parts: Parts, name: str, walker: Recording) -> Iterator[Record]:
    """Read a part through.

    Raises:
        ReadError: it is damaged; what came before was given.
    """
    try:
        for _ in walk(parts.blocks(name), walker):
            yield from walker.take()
    except ReadError:
        walker.broken()
        yield from walker.take()
        raise


class Leaves(Recording):
    """Reads the text of each element, and of attributes that are asked for.

    Args:
        field: names the field of an element, given its name and those attributes that count; empty: not wanted.
        number: of all records.
        attributes: names (without prefix) whose values are texts too.
    """

    def __init__(self, field: Callable[[str], str], number: int = 1, attributes: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._field = field
        self._number = number
        self._attributes = attributes
        self._open: list[str] = []
        self._text = Gathered(self._full)

    def _full(self, text: str) -> None:
        field = self._field(self._open[-1]) if self._open else ""
        if field:
            self.tell(field, self._number, text)

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        self._full(self._text.take())
        self._open.append(name)
        for wanted in self._attributes:
            if (value := attribute(attributes, wanted)) and (field := self._field(name)):
                self.tell(field, self._number, value)

    def close(self, name: str) -> None:  # noqa: ARG002 the innermost
        self._full(self._text.take())
        self._open.pop()

    def data(self, text: str) -> None:
        self._text.add(text)


class _Custom(Leaves):
    """Properties that users named themselves: `<property name="Client"><vt:lpwstr>…`."""

    def __init__(self) -> None:
        super().__init__(lambda _tag: self._name)
        self._name = ""
        self._names: set[str] = set()

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        super().open(name, attributes)
        if name == "property":
            name = attributes.get("name", "")[:100]
            if len(self._names) < _CUSTOM:
                self._names.add(name)
            self._name = f"properties.{name if name in self._names else 'custom'}"


_NUMBERS = frozenset(
    {
        "TotalTime",
        "Pages",
        "Words",
        "Characters",
        "Application",
        "DocSecurity",
        "Lines",
        "Paragraphs",
        "ScaleCrop",
        "LinksUpToDate",
        "SharedDoc",
        "AppVersion",
        "CharactersWithSpaces",
        "HyperlinksChanged",
        "Slides",
        "Notes",
        "HiddenSlides",
        "MMClips",
        "PresentationFormat",
        "i4",
        "Properties",
        "lpstr",
        "coreProperties",
        "revision",
        "bool",
    }
)
"""Elements of the properties that count or name things of the program's own."""


def properties(parts: Parts) -> Iterator[Record]:
    """Read a document's properties (`docProps`), custom ones, and XML that programs left in it.

    Raises:
        ReadError: a part is damaged.
    """
    for name in parts.names:
        low = name.lower()
        if low in ("docprops/core.xml", "docprops/app.xml") or low.endswith(".psmdcp"):
            yield from read_part(parts, name, Leaves(lambda tag: "" if tag in _NUMBERS else f"properties.{tag}"))
        elif low == "docprops/custom.xml":
            yield from read_part(parts, name, _Custom())
        elif low.startswith("customxml/") and low.endswith(".xml") and "itemprops" not in low:
            yield from read_part(parts, name, Leaves(lambda _tag: "properties.xml"))
