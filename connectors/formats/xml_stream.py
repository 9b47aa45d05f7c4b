"""XML that anyone may have written, read piece by piece: no entities, no document types, bounded depth and tags."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from xml.parsers import expat

from connectors.errors import ReadError
from connectors.interface import Cause

DEPTH = 512
"""Elements inside elements; tables in tables of a real document reach some 50."""
_TAG_BYTES = 1024 * 1024
"""Bytes of one tag, comment or instruction: Expat holds it whole, and looks through it again with each block."""
_NAMES = 20_000
"""Different names of elements; Expat keeps each. Word has some 2,000."""


class Walker(ABC):
    """Is told of a document's elements in order, by their names without prefix."""

    @abstractmethod
    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; the attributes' names have their prefixes."""

    @abstractmethod
    def close(self, name: str) -> None:
        """An element ends."""

    @abstractmethod
    def data(self, text: str) -> None:
        """Text between tags, in pieces of any length."""


def walk(blocks: Iterable[bytes], walker: Walker) -> Iterator[None]:
    """Read a document, and stop after each block, so that what the walker gathered can be taken.

    Raises:
        ReadError: it is no well-formed XML, declares entities, or is beyond the bounds.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    depth = 0
    names: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise ReadError(Cause.CORRUPT, f"its XML has more than {DEPTH} levels; it was read up to there")
        local = names.get(name)
        if local is None:
            local = names[name] = name[name.rfind(":") + 1 :]
            if len(names) > _NAMES:
                raise ReadError(Cause.CORRUPT, f"its XML has more than {_NAMES:,} kinds of elements, as no document has")
        walker.open(local, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        walker.close(names[name])

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = walker.data
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block, False)
            fed += len(block)
            yield
            if fed - parser.CurrentByteIndex > _TAG_BYTES:
                raise ReadError(Cause.CORRUPT, f"its XML has a tag of more than {_TAG_BYTES >> 20} MB")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"line {error.lineno:,}, column {error.offset + 1:,}"
        raise ReadError(Cause.CORRUPT, f"its XML is damaged ({where} of a part); it was read up to there") from None
    yield


def _refuse(*_: object) -> None:
    raise ReadError(Cause.CORRUPT, "its XML declares a document type, which no such document needs; it was not read")


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Give an attribute by its name without prefix; empty where there is none."""
    for key, value in attributes.items():
        if key == name or key.endswith(":" + name):
            return value
    return ""
