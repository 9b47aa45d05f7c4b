"""What an office package holds beside its main parts: properties, drawings' texts, caches, connections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.package import Package, Xml
from connectors.interface import Batch, Locators, Mark, text_field
from connectors.json_fields import finish
from connectors.text import from_cells, spans

_TOLD = frozenset(
    {"v", "displayName", "userId", "connection", "command", "sourceFile", "refreshedBy", "descr", "title", "author"}
)
"""Attributes that hold what people wrote rather than how it looks."""
_DULL = frozenset(
    {
        *("Application", "AppVersion", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged"),
        *("TotalTime", "Pages", "Words", "Characters", "Lines", "Paragraphs", "CharactersWithSpaces", "created"),
        *("modified", "lastPrinted", "revision", "i4", "creation-date", "date", "editing-cycles", "editing-duration"),
        *("generator", "lpstr", "col", "colOff", "row", "rowOff", "text", "currency-symbol"),
        *("sheet-name", "page-number", "page-count", "time", "language", "formatCode"),
    }
)
"""Elements that every program fills by itself."""
_LONGEST = 1 << 20
"""Characters of one text."""
_PAGE_VALUES = 20_000
_PAGE_CHARACTERS = 8 << 20
_EMPTY = (pa.array([], pa.int64()),)


def texts(package: Package, parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give the texts of some parts: the name of the element, and for an attribute its name too; and what it says.

    Raises:
        ReadError: the first that came up; the other parts were read.
    """
    broken: ReadError | None = None
    for part in parts:
        found: list[tuple[str, str]] = []
        reader, fed = _Reader(found), False
        try:
            for piece in package.pieces(part):
                reader.xml.feed(piece)
                fed = True
                yield from found
                found.clear()
            if fed:
                reader.xml.close()
        except ReadError as error:
            broken = broken or error
        yield from found
    if broken:
        raise broken


class _Reader:
    """Gathers what elements say; the names are those of the elements right around the texts."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        self._found = found
        self._above: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self.xml = Xml(self._start, self._end, self._text)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._said()
        self._above.append(element)
        for name, value in attributes.items():
            if name in _TOLD and value.strip():
                self._found.append((element if name == "v" else f"{element} {name}", value[:_LONGEST]))

    def _end(self, element: str) -> None:  # noqa: ARG002 the one on top
        self._said()
        self._above.pop()

    def _text(self, text: str) -> None:
        if self._length < _LONGEST:
            self._parts.append(text)
        self._length += len(text)

    def _said(self) -> None:
        text = "".join(self._parts).strip()
        if any(map(str.isalnum, text)) and self._above and self._above[-1] not in _DULL:
            self._found.append((self._above[-1][:64], text))
        self._parts, self._length = [], 0


def batches(found: Iterator[tuple[str, str]], after: Mark | None) -> Iterator[Batch]:
    """Make batches of texts: a field for each name, addressed by their number.

    Raises:
        ReadError: as `found` does, once all before was given.
    """
    done, number, error = int(after["record"]) if after else 0, 0, None
    page: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    characters = values = 0
    while True:
        try:
            one = next(found, None)
        except ReadError as broken:
            one, error = None, broken
        if one is not None:
            number += 1
            if number > done:
                page[one[0]].append((number, one[1]))
                values, characters = values + 1, characters + len(one[1])
        if page and (one is None or values >= _PAGE_VALUES or characters >= _PAGE_CHARACTERS):
            yield from finish(_made(page), {"record": number}, 0, values, _EMPTY)
            page.clear()
            values = characters = 0
        if one is None:
            break
    if error:
        raise error


def _made(page: dict[str, list[tuple[int, str]]]) -> Iterator[Batch]:
    for name, told in page.items():
        where, cells = zip(*told, strict=True)
        column, numbers = from_cells(cells), pa.array(where, pa.int64())
        for start, stop, _ in spans([column]):
            part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=pa.schema([text_field(name)]))
            yield Batch(part, Locators((numbers.slice(start, stop - start),)), None, 0, 0)
