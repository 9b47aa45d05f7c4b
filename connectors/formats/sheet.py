"""From the rows of a spreadsheet to batches: where the header is, what the columns are called, how rows count.

Rows count from the first below the header, as they do in the CSV that the sheet would be saved as. What stands above
the header goes into a field `title` of the first row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Generic, TypeVar

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.csv_dialect import MAX_COLUMNS, distinct, has_header
from connectors.interface import Batch, Locators, Mark, text_field
from connectors.json_fields import expand, finish
from connectors.text import from_cells, spans

Row = tuple[int, dict[int, str]]
"""A row's number in the sheet, from 1, and its filled cells by column, from 0."""
Note = tuple[int, str, str]
"""What hangs on a row: its number in the sheet, `comment` or `link`, the text."""
MAX_CELL = 1 << 20
"""Characters of one cell that are read; Excel allows 32,767."""
_SAMPLE = 100
"""Rows that decide where the header is."""
_TITLES = 25
"""Rows that may stand above the header."""
_PAGE_CELLS = 250_000
_PAGE_CHARACTERS = 8 << 20
_PAGE_ROWS = 32_768
Item = TypeVar("Item")
_EMPTY = (pa.array([], pa.int64()),)


@dataclass(frozen=True)
class Layout:
    """What a sheet's first rows say of the whole."""

    names: tuple[str, ...]
    """One for each column that the header or the first rows reach, all different."""
    header: int
    """Number of the header's row; 0 where there is none."""
    first: int
    """Number of the first row of data, which counts as 1."""
    titles: tuple[str, ...] = ()
    """Texts above the header."""


def layout_of(rows: Sequence[Row]) -> Layout:
    """Find the header among a sheet's first filled rows."""
    common = Counter(len(cells) for _, cells in rows).most_common(1)[0][0] if rows else 0
    common = max(common, 1)
    skip = 0
    while skip < min(_TITLES, len(rows) - 1) and len(rows[skip][1]) * 2 <= common and common > 1:
        skip += 1
    while skip and not _named(rows[skip:]):
        skip = 0  # what looked like titles are rows with little in them
    width = min(MAX_COLUMNS, max((max(cells, default=-1) + 1 for _, cells in rows), default=1))
    if not _named(rows[skip:]):
        return Layout(distinct([""] * width), 0, rows[0][0] if rows else 1)
    number, cells = rows[skip]
    names = distinct([" ".join(cells.get(place, "").split()) for place in range(width)])
    first = rows[skip + 1][0] if len(rows) > skip + 1 else number + 1
    titles = tuple(text for _, above in rows[:skip] for text in above.values())
    return Layout(names, number, first, titles)


def _named(rows: Sequence[Row]) -> bool:
    """Tell names of columns by the rule that CSV has, over the filled columns of the first row."""
    if not rows or (len(rows) == 1 and len(rows[0][1]) < 2):
        return False
    places = sorted(rows[0][1])[:MAX_COLUMNS]
    return has_header([[cells.get(place, "") for place in places] for _, cells in rows])


def batches(
    rows: Iterable[Row], notes: Iterable[Note], after: Mark | None, size: int, cut: Callable[[], str | None]
) -> Iterator[Batch]:
    """Make batches of a sheet; where it breaks, of what came before.

    Args:
        rows: the filled ones, ascending.
        notes: what hangs on cells; asked for when the rows are through.
        after: a mark of an earlier reading: the number of the last row that was read, and whether the notes were.
        size: bytes of the file that are the sheet's.
        cut: says what was left out so far.

    Raises:
        ReadError: as `rows` and `notes` do, once all before was given.
    """
    reading = _Guarded(rows)
    start = list(islice(reading, _SAMPLE))
    layout = layout_of(start)
    done = int(after["row"]) if after else 0
    page = _Page(layout, 0 if after else size)
    for number, cells in chain(start, reading):
        if number <= done or number <= layout.header:
            continue
        page.add(number, cells)
        if page.full:
            yield from page.flush({"row": number, "notes": False}, cut())
    if page.rows:
        yield from page.flush({"row": page.rows[-1][0], "notes": False}, cut())
    if after is None or not after["notes"]:
        hanging = _Guarded(notes)
        yield from _hanging(layout, hanging, cut())
        reading.error = reading.error or hanging.error
    if reading.error:
        raise reading.error


class _Guarded(Generic[Item]):
    """Gives what comes before an error, and keeps the error."""

    def __init__(self, source: Iterable[Item]) -> None:
        self._source = iter(source)
        self.error: ReadError | None = None

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        try:
            return next(self._source)
        except ReadError as error:
            self.error = error
            raise StopIteration from None


class _Page:
    """Gathers rows until they are enough for a batch."""

    def __init__(self, layout: Layout, size: int) -> None:
        self._layout = layout
        self._size = size
        self.rows: list[Row] = []
        self._cells = 0
        self._characters = 0

    @property
    def full(self) -> bool:
        return self._cells >= _PAGE_CELLS or self._characters >= _PAGE_CHARACTERS or len(self.rows) >= _PAGE_ROWS

    def add(self, number: int, cells: dict[int, str]) -> None:
        self.rows.append((number, cells))
        self._cells += max(len(cells), len(self._layout.names))
        self._characters += sum(map(len, cells.values()))

    def flush(self, mark: Mark, cut: str | None) -> Iterator[Batch]:
        """Give what was gathered, column by column."""
        size, self._size = self._size, 0
        rows, self.rows, self._cells, self._characters = self.rows, [], 0, 0
        for batch in finish(self._made(rows), mark, size, slots=_EMPTY):
            yield replace(batch, cut=cut)

    def _made(self, rows: list[Row]) -> Iterator[Batch]:
        names = self._layout.names
        numbers = pa.array([max(1, number - self._layout.first + 1) for number, _ in rows], pa.int64())
        columns = [from_cells([cells.get(place) for _, cells in rows]) for place in range(len(names))]
        schema = pa.schema([text_field(name) for name in names])
        for start, stop, _ in spans(columns) if columns else ():
            part = pa.RecordBatch.from_arrays([one.slice(start, stop - start) for one in columns], schema=schema)
            yield from expand(Batch(part, Locators((numbers.slice(start, stop - start),)), None, stop - start, 0))
        yield from self._beyond(rows)

    def _beyond(self, rows: list[Row]) -> Iterator[Batch]:
        """Give the cells to the right of all columns that are known, by their position."""
        names, first = self._layout.names, self._layout.first
        beyond: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for number, cells in rows:
            if len(cells) and max(cells) >= len(names):
                for place in sorted(cells):
                    if place >= len(names):
                        beyond[min(place, MAX_COLUMNS)].append((max(1, number - first + 1), cells[place]))
        for place in sorted(beyond):
            where, texts = zip(*beyond[place], strict=True)
            yield from _fields(distinct([*names, f"column {place + 1}"])[-1], texts, where)


def _fields(name: str, texts: Sequence[str], where: Sequence[int]) -> Iterator[Batch]:
    column, numbers = from_cells(texts), pa.array(where, pa.int64())
    for start, stop, _ in spans([column]):
        part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=pa.schema([text_field(name)]))
        yield Batch(part, Locators((numbers.slice(start, stop - start),)), None, 0, 0)


def _hanging(layout: Layout, notes: Iterable[Note], cut: str | None) -> Iterator[Batch]:
    """Give titles, comments and links as fields of their own, with the row they hang on."""
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for text in layout.titles:
        found["title"].append((1, text))
    for number, name, text in notes:
        found[name].append((max(1, number - layout.first + 1), text))

    def made() -> Iterator[Batch]:
        for name, texts in found.items():
            where, values = zip(*texts, strict=True)
            yield from _fields(distinct([*layout.names, name])[-1], values, where)

    if found:
        for batch in finish(made(), {"row": 1 << 40, "notes": True}, 0, slots=_EMPTY):
            yield replace(batch, cut=cut)
