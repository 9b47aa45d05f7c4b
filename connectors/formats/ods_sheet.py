"""One table of an OpenDocument spreadsheet, row by row as its XML comes in.

Source: OpenDocument 1.3 part 3, 9 (tables), 14.1 (annotations), 19 (attributes).
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.formats.package import Package, Xml
from connectors.formats.scalars import number
from connectors.formats.sheet import MAX_CELL, Note, Row

CONTENT = "content.xml"
_MOST_CELLS = 20_000
"""Cells of one row; LibreOffice has 16,384."""
_LAST_ROW = 1 << 20
_REPEATED_CELLS = 2_000_000
"""Filled cells of a table that may come from the promise that a row repeats."""
_MOST_NOTES = 200_000
_NUMBERS = frozenset({"float", "currency", "percentage"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_TEXTS = frozenset({"p", "h", "creator", "span", "a"})
_BLANKS = {"s": " ", "tab": "\t", "line-break": "\n"}


def tables(package: Package) -> list[str]:
    """Give the names of the tables, hidden ones too, in their order.

    Raises:
        ReadError: as `Package.pieces` and `Xml.feed` do.
    """
    found: list[str] = []
    depth = 0

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if element == "table":
            depth += 1
            if depth == 1 and len(found) < 10_000:
                found.append(attributes.get("table:name", "")[:200])

    def end(element: str) -> None:
        nonlocal depth
        depth -= element == "table"

    xml = Xml(start, end, None)
    for piece in package.pieces(CONTENT):
        xml.feed(piece)
    return found


class TableReader:
    """Reads a table once.

    Args:
        package: the document.
        place: of the table, from 0.
    """

    def __init__(self, package: Package, place: int) -> None:
        self._package, self._wanted = package, place
        self._table, self._depth = -1, 0
        self._rows: list[tuple[int, int, dict[int, str]]] = []
        self._number, self._repeat = 0, 1
        self._cells: dict[int, str] = {}
        self._place = 0
        self._cell: dict[str, str] | None = None
        self._texts: list[str] = []
        self._length = 0
        self._note: list[str] | None = None
        self._taking = 0
        self._notes: list[Note] = []
        self._left = _REPEATED_CELLS
        self._done = False
        self._inside = False
        """Whether the table that is wanted is open: asked for each element."""
        self.cut: str | None = None
        """What was left out so far, for a person."""

    def rows(self) -> Iterator[Row]:
        """Give the filled rows.

        Raises:
            ReadError: as `Package.pieces` and `Xml.feed` do.
        """
        xml = Xml(self._start, self._end, self._text)
        for piece in self._package.pieces(CONTENT):
            xml.feed(piece)
            ready, self._rows = self._rows, []
            for first, times, cells in ready:
                for number_ in range(first, first + self._allowed(times, len(cells))):
                    yield number_, cells
            if self._done:
                return
        xml.close()

    def notes(self) -> Iterator[Note]:
        """Give comments and links; asked for after the rows."""
        yield from self._notes

    def _allowed(self, times: int, cells: int) -> int:
        """Bound how often a filled row repeats."""
        if times > 1 and times * cells > self._left:
            self.cut = "a row says that it repeats more often than is read"
            times = max(1, self._left // cells)
        self._left -= times * cells if times > 1 else 0
        return times

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "table":
            self._depth += 1
            self._table += self._depth == 1
            self._inside = self._table == self._wanted and not self._done
        if not self._inside:
            return
        if element in _CELLS:
            self._cell, self._texts, self._length = attributes, [], 0
        elif element in _TEXTS:
            self._opened(element, attributes)
        elif element == "table-row":
            self._repeat = _count(attributes.get("table:number-rows-repeated"))
            self._cells, self._place, self._number = {}, 0, self._number + 1
        elif element == "annotation":
            self._note = []
        elif element in _BLANKS and self._taking:
            self._text(_BLANKS[element])

    def _opened(self, element: str, attributes: dict[str, str]) -> None:
        self._taking += 1
        if element in ("p", "h") and self._texts and self._note is None:
            self._texts.append("\n")
        if element == "a" and attributes.get("xlink:href"):
            self._hang("link", attributes["xlink:href"])

    def _end(self, element: str) -> None:
        if element == "table":
            self._depth -= 1
            self._done = self._done or (self._table == self._wanted and not self._depth)
            self._inside = self._inside and not self._done
        if not self._inside:
            return
        if element in _CELLS:
            self._ended()
        elif element in _TEXTS:
            self._taking = max(0, self._taking - 1)
            if self._note is not None and element != "span":
                self._note.append("\n")
        elif element == "table-row":
            if self._cells:
                self._rows.append((self._number, min(self._repeat, max(1, _LAST_ROW - self._number)), self._cells))
            self._number += self._repeat - 1
        elif element == "annotation":
            said, self._note = "".join(self._note or ()).strip(), None
            if said:
                self._hang("comment", said)

    def _hang(self, name: str, text: str) -> None:
        if len(self._notes) >= _MOST_NOTES:
            self.cut = "it has more comments or links than are read"
        else:
            self._notes.append((self._number, name, text[:MAX_CELL]))

    def _text(self, text: str) -> None:
        if not self._taking or self._cell is None:
            return
        self._length += len(text)
        if self._length > MAX_CELL:
            self.cut = "a cell is longer than what is read of one"
        elif self._note is not None:
            self._note.append(text)
        else:
            self._texts.append(text)

    def _ended(self) -> None:
        """Put a cell to its place, as often as it repeats."""
        attributes, self._cell = self._cell or {}, None
        text = _shown(attributes, "".join(self._texts))
        times = _count(attributes.get("table:number-columns-repeated"))
        if text and times == 1 and len(self._cells) < _MOST_CELLS:
            self._cells[self._place] = text
        elif text:
            room = min(times, _MOST_CELLS - len(self._cells))
            if room < times:
                self.cut = "a row has more cells than a sheet can have"
            for place in range(self._place, self._place + room):
                self._cells[place] = text
        self._place += times


def _count(said: str | None) -> int:
    return max(1, int(said)) if said and said.isdigit() and len(said) < 9 else 1


def _shown(attributes: dict[str, str], text: str) -> str:
    """Write a cell: dates as ISO, numbers with all their digits, or as they stand there if all digits stand there."""
    kind = attributes.get("office:value-type", "")
    if kind == "date":
        return attributes.get("office:date-value", text).replace("T", " ").removesuffix(" 00:00:00")
    if kind in _NUMBERS:
        try:
            value = number(float(attributes.get("office:value", "")))
        except (ValueError, OverflowError):
            return text
        return text if "".join(filter(str.isdigit, text)).lstrip("0") == value.lstrip("-0") else value
    return text or attributes.get("office:string-value", "")
