"""One sheet of an Excel workbook, row by row as its XML comes in.

Source: ECMA-376 part 1, 18.3 (worksheets), 18.7 (comments).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from connectors.formats.package import Package, Xml, parse, relations
from connectors.formats.quick_rows import blocks, entities, plain_rows
from connectors.formats.scalars import number
from connectors.formats.sheet import MAX_CELL, Note, Row
from connectors.formats.xlsx_book import Look, masked, unescaped

_MOST_CELLS = 20_000
"""Cells of one row; Excel has 16,384."""
_MOST_NOTES = 200_000
_NOTE_CHARACTERS = 32 << 20
"""Comments, links and formulas of a sheet that are kept until its rows are through."""
_PLAIN = Look()
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 a sheet's dates have no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_DAY = 2_958_466
_MARGINS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])')
"""What headers and footers have beside text: fonts, sizes, page numbers."""
_THREADED = "threadedComment"


class SheetReader:
    """Reads a sheet once, from its start.

    Args:
        package: the workbook.
        part: the sheet's member.
        texts: the shared ones.
        looks: by style.
        since_1904: whether days count from 1904.
    """

    def __init__(self, package: Package, part: str, texts: list[str], looks: list[Look], *, since_1904: bool) -> None:
        self._package, self._part = package, part
        self._texts, self._looks = texts, looks
        self._epoch = _EPOCH_1904 if since_1904 else _EPOCH
        self._rows: list[Row] = []
        self._row = ""
        self._columns: dict[str, int] = {}
        self._number = 0
        self._cells: dict[int, str] = {}
        self._place = -1
        self._kind, self._style = "n", ""
        self._parts: list[str] = []
        self._length = 0
        self._taking = self._aside = False
        self._formula: list[str] | None = None
        self._notes: list[Note] = []
        self._note_room = _NOTE_CHARACTERS
        self._links: list[tuple[str, str, str]] = []
        self.cut: str | None = None
        """What was left out so far, for a person."""

    def rows(self) -> Iterator[Row]:
        """Give the filled rows.

        Raises:
            ReadError: as `Package.pieces` and `Xml.feed` do.
        """
        xml = Xml(self._start, self._end, self._text)
        last = 0
        for plain, block in blocks(self._package.pieces(self._part)):
            found = plain_rows(block) if plain else None
            if found is None:
                xml.feed(block)
                ready, self._rows = self._rows, []
            else:
                ready = list(self._quick(found))
            for row in ready:
                # Numbers that fall back are lies; the rows are there nevertheless.
                last = max(row[0], last + 1)
                yield last, row[1]
        xml.close()

    def _quick(self, found: list[tuple[str, ...]]) -> Iterator[Row]:
        """Put the cells of plain rows together."""
        cells: dict[int, str] = {}
        number_, texts, columns = self._number, self._texts, self._columns
        count, shown = len(texts), self._shown
        for letters, row, style, kind, value, inline in found:
            if row != self._row:
                if cells:
                    yield number_, cells
                number_, self._row, cells = int(row), row, {}
            raw = value or inline
            if not raw:
                continue
            if kind == "s" and raw.isdigit() and int(raw) < count:
                text = texts[int(raw)]
            elif not kind and not style and raw.isdigit():
                text = raw
            else:
                self._kind, self._style = kind or "n", style
                text = shown(entities(raw) if "&" in raw else raw)[:MAX_CELL]
            if text:
                place = columns.get(letters)
                if place is None:
                    place = columns[letters] = place_of(letters)[1]
                cells[place] = text
        if cells:
            yield number_, cells
        self._number, self._row = number_, ""

    def notes(self) -> Iterator[Note]:
        """Give links, comments and formulas that hold texts; asked for after the rows.

        Raises:
            ReadError: as `Package.pieces` and `Xml.feed` do.
        """
        pointed = relations(self._package, self._part)
        for row, key, spoken in self._links:
            target = pointed.get(key, ("", "", False))[1] if key else ""
            for text in (target, spoken):
                if text:
                    self._note(row, "link", text)
        yield from self._notes
        for kind, target, outside in pointed.values():
            if kind in ("comments", _THREADED) and not outside:
                yield from _comments(self._package, target)

    def _note(self, ref: str | int, name: str, text: str) -> None:
        self._note_room -= len(text)
        if self._note_room < 0 or len(self._notes) >= _MOST_NOTES:
            self.cut = "it has more comments, links or formulas than are read"
            return
        self._notes.append((ref if isinstance(ref, int) else place_of(ref)[0], name, text))

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "c":
            reference = attributes.get("r")
            self._place = place_of(reference)[1] if reference else self._place + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._parts, self._length = [], 0
        elif element in ("v", "t"):
            self._taking = not self._aside
        elif element == "row":
            told = attributes.get("r", "")
            self._number = int(told) if told.isdigit() and len(told) < 10 else self._number + 1
            self._cells, self._place = {}, -1
        elif element == "rPh":
            self._aside = True
        elif element == "f":
            self._formula = []
        elif element == "hyperlink" and len(self._links) < _MOST_NOTES:
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            spoken = attributes.get("tooltip", "") or attributes.get("display", "")
            self._links.append((attributes.get("ref", ""), key, spoken))
        elif element in _MARGINS:
            self._parts, self._length, self._taking = [], 0, True

    def _end(self, element: str) -> None:
        if element == "c":
            self._cell()
        elif element in ("v", "t"):
            self._taking = False
        elif element == "row":
            if self._cells:
                self._rows.append((self._number, self._cells))
                self._cells = {}
        elif element == "rPh":
            self._aside = False
        elif element == "f":
            text, self._formula = "".join(self._formula or ()), None
            if '"' in text:
                self._note(self._number, "formula", text)
        elif element in _MARGINS:
            self._taking = False
            text, self._parts = _CODES.sub(" ", "".join(self._parts)).strip(), []
            if any(map(str.isalpha, text)):
                self._note(0, "margin", text)

    def _text(self, text: str) -> None:
        if self._formula is not None:
            if len(self._formula) < 64:
                self._formula.append(text[:8192])
        elif self._taking:
            if self._length < MAX_CELL:
                self._parts.append(text)
            else:
                self.cut = "a cell is longer than what is read of one"
            self._length += len(text)

    def _cell(self) -> None:
        if not self._parts:
            return
        raw = "".join(self._parts)
        self._parts = []
        if len(self._cells) >= _MOST_CELLS:
            self.cut = "a row has more cells than a sheet can have"
            return
        text = self._shown(raw)
        if text:
            self._cells[self._place] = text

    def _shown(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            place = int(raw) if raw.isdigit() and len(raw) < 10 else -1
            if 0 <= place < len(self._texts):
                return self._texts[place]
            self.cut = "texts that cells point at are missing, or more than are kept"
            return ""
        if kind == "n":
            return self._numeric(raw.strip())
        if kind == "b":
            return "true" if raw.strip() in ("1", "true") else "false"
        return unescaped(raw)

    def _numeric(self, raw: str) -> str:
        style = self._style
        look = (
            self._looks[int(style)] if style.isdigit() and len(style) < 7 and int(style) < len(self._looks) else _PLAIN
        )
        if look is _PLAIN or not (look.date or look.mask):
            if raw.isdigit() and len(raw) < 22:
                return raw
            if "E" not in raw and "e" not in raw:
                return raw
        try:
            value = float(raw)
            if look.date:
                return shown_date(value, self._epoch) or number(value)
            if look.mask and value.is_integer() and abs(value) < 1e15:
                return masked(int(value), look.mask)
            return number(value)
        except (ValueError, OverflowError):
            return raw


@lru_cache(maxsize=8192)
def shown_date(days: float, epoch: dt.datetime) -> str:
    """Write a sheet's date as ISO does; what is less than a day is a time. Empty where it is none.

    >>> shown_date(45292.0, _EPOCH), shown_date(45292.5, _EPOCH), shown_date(0.25, _EPOCH)
    ('2024-01-01', '2024-01-01 12:00:00', '06:00:00')
    """
    if not 0 <= days < _LAST_DAY:
        return ""
    if epoch is _EPOCH and 1 <= days < 60:  # 1900 counts as a leap year there
        days += 1
    moment = epoch + dt.timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{moment:%H:%M:%S}"
    return str(moment).removesuffix(" 00:00:00")


def place_of(reference: str) -> tuple[int, int]:
    """Give the row (from 1; 0 where it has none) and column (from 0) of a cell or of a range's first.

    >>> place_of("B7"), place_of("AA10:AB12"), place_of("")
    ((7, 1), (10, 26), (0, 0))
    """
    column = row = 0
    for sign in reference[:20]:
        if "A" <= sign <= "Z" and column < 100_000:
            column = column * 26 + ord(sign) - 64
        elif "0" <= sign <= "9":
            row = row * 10 + ord(sign) - 48
        elif sign != "$":
            break
    return min(row, 1 << 31), max(0, column - 1)


def _comments(package: Package, part: str) -> Iterator[Note]:
    """Read a part with comments, of the older or the newer kind."""
    found: list[Note] = []
    row, parts, room = 0, list[str](), _NOTE_CHARACTERS

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, parts
        if element in ("comment", _THREADED):
            row, parts = place_of(attributes.get("ref", ""))[0], []
        elif element == "author":
            parts = []

    def end(element: str) -> None:
        nonlocal parts
        said = "".join(parts).strip()
        if element in ("comment", _THREADED, "author") and said and len(found) < _MOST_NOTES:
            found.append((row, "author" if element == "author" else "comment", said))
            parts = []

    def text(piece: str) -> None:
        nonlocal room
        room -= len(piece)
        if room >= 0:
            parts.append(piece)

    parse(package, part, start, end, text)
    yield from found
