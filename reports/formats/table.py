"""A document as plain text for a terminal or a file: no colours, no escapes, as wide as asked for.

Nothing is left out but the plots, which repeat what the tables say.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import singledispatchmethod
from typing import BinaryIO

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from reports.documents import Document
from reports.layout import lay_out
from reports.page import (
    Block,
    Cell,
    Column,
    Detailed,
    Facts,
    Figure,
    Fold,
    Para,
    Points,
    Section,
    Table,
    Tiles,
)

WIDTH = 100
"""Columns where nobody says how many there are."""
_NARROWEST = 40
_NARROW = 6
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
    text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="\n", write_through=True)
    try:
        console = Console(
            file=text, width=max(width, _NARROWEST), color_system=None, force_terminal=False, legacy_windows=False,
            emoji=False, highlight=False, markup=False,
        )  # fmt: skip
        writer = _Writer(console)
        console.print(Text(page.title.upper()))
        console.print(Text(page.subtitle))
        console.print()
        writer.block(page.facts)
        for section in page.sections:
            writer.block(section)
        console.print(Text(page.footer))
    finally:
        text.detach()


class _Writer:
    """Prints blocks, one kind after the other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._depth = 0

    @singledispatchmethod
    def block(self, block: Block) -> None:
        raise TypeError(type(block).__name__)

    @block.register
    def _(self, block: Para) -> None:
        self._console.print(Text(f"! {block.text}" if block.style == "warning" else block.text))
        self._console.print()

    @block.register
    def _(self, block: Section) -> None:
        title = _plain(block.title)
        self._console.print(Text(title))
        self._console.print(Text(("-" if self._depth else "=") * min(Text(title).cell_len, self._console.width)))
        self._depth += 1
        for inner in block.blocks:
            self.block(inner)
        self._depth -= 1

    @block.register
    def _(self, block: Facts) -> None:
        self._pairs((label, _plain(cell)) for label, cell in block.facts)

    @block.register
    def _(self, block: Tiles) -> None:
        self._pairs((tile.label, tile.value) for tile in block.tiles)

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
            self._console.print(Text(f"[{point.badge.text}] {point.title}"))
            self._console.print(Padding(Text(point.text), (0, 0, 0, 4)))
            names = [*point.names, point.more] if point.more else point.names
            for name in names:
                self._console.print(Padding(Text(f"· {name}", overflow="fold"), (0, 0, 0, 4)))
            self._console.print()

    @block.register
    def _(self, block: Table) -> None:
        widths = column_widths(block, self._console.width)
        self._console.print(Text(block.caption))
        self._console.print()
        self._rows(block.columns, widths, [tuple(column.title for column in block.columns)])
        self._rows(block.columns, widths, [tuple("-" * width for width in widths)])
        for group in block.groups:
            if group.heading is not None:
                note = f"  ({group.note})" if group.note else ""
                self._console.print(Text(_plain(group.heading) + note, overflow="fold"))
            self._rows(block.columns, widths, group.rows)
        self._console.print()

    def _rows(self, columns: Sequence[Column], widths: Sequence[int], rows: Iterable[Sequence[Cell]]) -> None:
        table = RichTable(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
        for column, width in zip(columns, widths, strict=True):
            table.add_column(justify="right" if column.number else "left", width=width, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_plain(cell), overflow="fold") for cell in row))
        self._console.print(table)

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column()
        grid.add_column(overflow="fold")
        for label, value in pairs:
            grid.add_row(Text(label), Text(value, overflow="fold"))
        self._console.print(grid)
        self._console.print()


def _plain(cell: Cell) -> str:
    if isinstance(cell, Detailed):
        return f"{cell.text} ({cell.detail})"
    return cell if isinstance(cell, str) else cell.text


def column_widths(table: Table, room: int) -> list[int]:
    """Share out the room among a table's columns: numbers get what they need, texts the rest, the widest giving way."""
    cells = [row for group in table.groups for row in group.rows]
    widths = []
    for at, column in enumerate(table.columns):
        title = max(cell_len(word) for word in column.title.split())
        longest = max((cell_len(_plain(row[at])) for row in cells), default=0)
        widths.append(max(longest, title if column.number else cell_len(column.title), 1))
    spare = room - _GAP * len(widths)
    while sum(widths) > spare and max(widths) > _NARROW:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] -= 1
    return widths
