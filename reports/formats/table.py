"""A document as plain text for a terminal or a file: no colours, no escapes, as wide as asked for.

Nothing is left out but the plots, which repeat what the tables say.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatchmethod
from itertools import zip_longest
from typing import BinaryIO, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reports.documents import Document
from reports.layout import lay_out
from reports.page import Block, Cell, Detailed, Facts, Figure, Fold, Page, Para, Points, Section, Table, Tiles

WIDTH = 100
"""Columns where nobody says how many there are."""
_NARROWEST = 40
_NARROW = 3
_GAP = 2


def render(document: Document, lang: str, out: BinaryIO, width: int = WIDTH) -> None:
    """Write a document as text.

    Args:
        document: what to write.
        lang: `en` or `fr`.
        out: a binary stream; gets UTF-8.
        width: columns of the terminal; below 40 is taken for 40.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    page = lay_out(document, lang)
    text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="\n")
    try:
        _Writer(text, max(width, _NARROWEST)).page(page)
    finally:
        text.detach()


class _Writer:
    """Writes blocks, one kind after the other, each followed by an empty line."""

    def __init__(self, out: TextIO, width: int) -> None:
        self._out = out
        self._width = width
        self._depth = 0

    def page(self, page: Page) -> None:
        self._paragraph(f"{page.title.upper()}\n{page.subtitle}")
        self.block(page.facts)
        for section in page.sections:
            self.block(section)
        self._lines(fold(page.footer, self._width))

    @singledispatchmethod
    def block(self, block: Block) -> None:
        raise TypeError(type(block).__name__)

    @block.register
    def _(self, block: Para) -> None:
        self._paragraph(f"! {block.text}" if block.style == "warning" else block.text)

    @block.register
    def _(self, block: Section) -> None:
        title = fold(_plain(block.title), self._width)
        line = "-" if self._depth else "="
        self._lines([*title, line * max(cell_len(one) for one in title)])
        self._depth += 1
        for inner in block.blocks:
            self.block(inner)
        self._depth -= 1

    @block.register
    def _(self, block: Facts) -> None:
        self._pairs([(label, _plain(cell)) for label, cell in block.facts])

    @block.register
    def _(self, block: Tiles) -> None:
        self._pairs([(tile.label, tile.value) for tile in block.tiles])

    @block.register
    def _(self, block: Figure) -> None:
        """Leave plots to the page: the tables say the same."""

    @block.register
    def _(self, block: Fold) -> None:
        for inner in block.blocks:
            self.block(inner)

    @block.register
    def _(self, block: Points) -> None:
        for point in block.points:
            self._lines(fold(f"[{point.badge.text}] {point.title}", self._width))
            names = [*point.names, point.more] if point.more else point.names
            for text in (point.text, *(f"· {name}" for name in names)):
                self._lines(f"    {line}" for line in fold(text, self._width - 4))
            self._lines([""])

    @block.register
    def _(self, block: Table) -> None:
        widths = column_widths(block, self._width)
        right = [column.number for column in block.columns]
        self._paragraph(block.caption)
        self._lines(_row([column.title for column in block.columns], widths, right))
        self._lines(_row(["-" * width for width in widths], widths, right))
        for group in block.groups:
            if group.heading is not None:
                note = f"  ({group.note})" if group.note else ""
                self._lines(fold(_plain(group.heading) + note, self._width))
            for cells in group.rows:
                self._lines(_row([_plain(cell) for cell in cells], widths, right))
        self._lines([""])

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        label = min(max(cell_len(name) for name, _ in pairs), self._width // 2)
        for pair in pairs:
            self._lines(_row(pair, (label, self._width - label - _GAP), (False, False)))
        self._lines([""])

    def _paragraph(self, text: str) -> None:
        self._lines([*fold(text, self._width), ""])

    def _lines(self, lines: Iterable[str]) -> None:
        self._out.writelines(f"{line.rstrip(' ')}\n" for line in lines)


_WRAPPER = Console(file=io.StringIO(), width=_NARROWEST, color_system=None)


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns, within a word where it is longer; at least one line."""
    if cell_len(text) <= width and "\n" not in text:
        return [text]
    return [line.plain.rstrip(" ") for line in Text(text).wrap(_WRAPPER, width, overflow="fold")] or [""]


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    folded = [fold(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*folded, fillvalue=""):
        padded = (_pad(part, width, flush) for part, width, flush in zip(parts, widths, right, strict=True))
        yield (" " * _GAP).join(padded)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _plain(cell: Cell) -> str:
    if isinstance(cell, Detailed):
        return f"{cell.text} ({cell.detail})"
    return cell if isinstance(cell, str) else cell.text


def column_widths(table: Table, room: int) -> list[int]:
    """Share out the room among a table's columns: each gets what it needs, or the widest give way."""
    rows = [row for group in table.groups for row in group.rows]
    widths = []
    for at, column in enumerate(table.columns):
        title = max(cell_len(word) for word in column.title.split())
        longest = max((cell_len(_plain(row[at])) for row in rows), default=0)
        widths.append(max(longest, title if column.number else cell_len(column.title), 1))
    spare = room - _GAP * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > _NARROW:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] -= 1
    return widths
