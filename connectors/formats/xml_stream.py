"""XML that anyone may have written, read piece by piece: no entities, no document types, bounded depth and tags."""

from __future__ import annotations

import codecs
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar
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

    wanted: ClassVar[frozenset[str] | None] = None
    """Names of the elements that it is told of; None: all."""

    @abstractmethod
    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the begin of an element; the attributes' names have their prefixes."""

    @abstractmethod
    def close(self, name: str) -> None:
        """Take the end of an element."""

    @abstractmethod
    def data(self, text: str) -> None:
        """Take text between tags, in pieces of any length."""


def walk(blocks: Iterable[bytes], walker: Walker) -> Iterator[None]:
    """Read a document, and stop after each block, so that what the walker gathered can be taken.

    Raises:
        ReadError: it is no well-formed XML, declares entities, or is beyond the bounds.
    """
    parser = _parser(walker)
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block, False)
            fed += len(block)
            yield
            if fed - parser.CurrentByteIndex > _TAG_BYTES:
                raise ReadError(Cause.CORRUPT, f"its XML has a tag of more than {_TAG_BYTES >> 20} MB")
        parser.Parse(b"", True)
    except _UnknownEncodingError:
        raise ReadError(Cause.CORRUPT, "its XML says to be in an encoding that does not exist") from None
    except expat.ExpatError as error:
        where = f"line {error.lineno:,}, column {error.offset + 1:,}"
        raise ReadError(Cause.CORRUPT, f"its XML is damaged ({where} of a part); it was read up to there") from None
    yield


def _parser(walker: Walker) -> expat.XMLParserType:
    """Make a parser that tells a walker what it wants to know."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    names: dict[str, str] = {}
    wanted, opened, closed = walker.wanted, walker.open, walker.close

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise ReadError(Cause.CORRUPT, f"its XML has more than {DEPTH} levels; it was read up to there")
        local = names.get(name)
        if local is None:
            local = name[name.rfind(":") + 1 :]
            local = names[name] = local if wanted is None or local in wanted else ""
            if len(names) > _NAMES:
                raise ReadError(Cause.CORRUPT, f"its XML has more than {_NAMES:,} kinds of elements")
        if local:
            opened(local, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if local := names[name]:
            closed(local)

    parser.XmlDeclHandler = _check_encoding
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = walker.data
    parser.StartDoctypeDeclHandler = _refuse
    return parser


class _UnknownEncodingError(Exception):
    """Python knows no such encoding; Expat's own error for it would be any LookupError."""


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    try:
        codecs.lookup(encoding or "utf-8")
    except (LookupError, ValueError):
        raise _UnknownEncodingError from None


def _refuse(*_: object) -> None:
    raise ReadError(Cause.CORRUPT, "its XML declares a document type, which no such document needs; it was not read")


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Give an attribute by its name without prefix; empty where there is none."""
    for key, value in attributes.items():
        if key == name or key.endswith(":" + name):
            return value
    return ""
