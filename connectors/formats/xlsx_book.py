"""What lies around the sheets of an Excel workbook: their names, shared texts, number formats.

Source: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from connectors.errors import ReadError
from connectors.formats.package import Package, parse, relations
from connectors.interface import Cause

TEXT_BYTES = 192 << 20
"""Memory that shared texts may take; sheets that need more are read without the further ones, and said to be cut."""
_TEXT_COST = 64
"""Bytes that a text takes beside its characters."""
_FORMATS = 65_536
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_MASK = re.compile(r"""(?:[0#]|"[^"]*"|\\.|[ ()+\-/])+\Z""")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Book:
    """What is known of a workbook before a sheet is read."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    """Name and part of each sheet, in the order of the book."""
    texts: str = ""
    """The part with the shared texts; empty where there is none."""
    styles: str = ""
    since_1904: bool = False


def book_of(package: Package) -> Book:
    """Read the list of sheets; hidden ones stand in it too.

    Raises:
        ReadError: CORRUPT, there is none.
    """
    main = next((target for kind, target, _ in relations(package, "").values() if kind == "officeDocument"), "")
    if main not in package:
        main = next((name for name in package.names() if name.lower().endswith("workbook.xml")), "")
    if not main:
        raise ReadError(Cause.CORRUPT, "its list of sheets is missing")
    pointed = relations(package, main)
    book = Book()
    for kind, target, outside in pointed.values():
        if kind == "sharedStrings" and not outside:
            book.texts = target
        elif kind == "styles" and not outside:
            book.styles = target

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet" and len(book.sheets) < 10_000:
            place = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            book.sheets.append((attributes.get("name", "")[:200], pointed.get(place, ("", "", False))[1]))
        elif element == "workbookPr":
            book.since_1904 = attributes.get("date1904") in ("1", "true")

    parse(package, main, start)
    return book


def unescaped(text: str) -> str:
    """Put the characters back that Excel writes as `_x000D_`."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class Texts:
    """The shared texts of a book.

    Args:
        package: that holds them.
        part: where.

    Raises:
        ReadError: as `Package.pieces` and `Xml.feed` do.
    """

    def __init__(self, package: Package, part: str) -> None:
        self.found: list[str] = []
        self.cut = False
        self._parts: list[str] = []
        self._inside = self._aside = False
        self._left = TEXT_BYTES
        parse(package, part, self._start, self._end, self._text)

    def _start(self, element: str, _: dict[str, str]) -> None:
        if element == "si":
            self._parts = []
        elif element == "t":
            self._inside = not self._aside
        elif element == "rPh":
            self._aside = True

    def _end(self, element: str) -> None:
        if element == "t":
            self._inside = False
        elif element == "rPh":
            self._aside = False
        elif element == "si":
            text = unescaped("".join(self._parts))
            self._left -= len(text.encode("utf-8", "replace")) + _TEXT_COST
            if self._left < 0:
                self.cut = True
            else:
                self.found.append(text)

    def _text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)


@dataclass(frozen=True)
class Look:
    """How a number is shown."""

    date: bool = False
    mask: str = ""
    """Digits of a whole number in groups, as `0#" "##`; empty where it is shown as it is."""


def look_of(code: str) -> Look:
    """Tell how a format shows a number, from its first part.

    >>> look_of("yyyy-mm-dd").date, look_of('0" days"').date, look_of('0#" "##" "##').mask
    (True, False, '0#" "##" "##')
    """
    first = code.split(";", maxsplit=1)[0]
    if _DATE.search(_LITERAL.sub("", first)) and "general" not in first.lower():
        return Look(date=True)
    bare = re.sub(r"\[[^\]]*\]|_.|\*.", "", first)
    # A mask has several digits; `0` and `#` alone show a number as it is.
    if _MASK.match(bare) and len(re.findall("[0#]", _LITERAL.sub("", bare))) > 1:
        return Look(mask=bare)
    return Look()


def masked(value: int, mask: str) -> str:
    """Show a whole number through a mask, from its last digit.

    >>> masked(612345678, '0#" "##" "##" "##" "##'), masked(1234, "00000")
    ('06 12 34 56 78', '01234')
    """
    digits = list(str(abs(value)))
    found: list[str] = []
    tokens = re.findall(r'"[^"]*"|\\.|.', mask)
    left = sum(sign in "0#" for sign in tokens)
    for sign in reversed(tokens):
        if sign in ("0", "#"):
            left -= 1
            if digits:
                found.append(digits.pop())
            elif sign == "0":
                found.append("0")
            if not left:
                found += reversed(digits)
        else:
            found.append(sign.strip('"').removeprefix("\\"))
    return ("-" if value < 0 else "") + "".join(reversed(found))


def looks(package: Package, part: str) -> list[Look]:
    """Read how the styles of a book show numbers, by the style's place.

    Raises:
        ReadError: as `Package.pieces` and `Xml.feed` do.
    """
    codes: dict[str, Look] = {str(one): Look(date=True) for one in _BUILT_IN_DATES}
    found: list[Look] = []
    inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element == "numFmt" and len(codes) < _FORMATS:
            codes[attributes.get("numFmtId", "")] = look_of(attributes.get("formatCode", "")[:255])
        elif element == "cellXfs":
            inside = True
        elif element == "xf" and inside and len(found) < _FORMATS:
            found.append(codes.get(attributes.get("numFmtId", "0"), Look()))

    def end(element: str) -> None:
        nonlocal inside
        if element == "cellXfs":
            inside = False

    parse(package, part, start, end)
    return found
