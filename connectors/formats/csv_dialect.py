"""How a CSV file is written, and what its columns are called, told from its first block."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from connectors.formats.encoding import clean

DELIMITERS = ",;\t|"
MAX_COLUMNS = 2_000
"""Cells that one row may have as columns of their own; further ones stay together in the last."""
_SAMPLE_ROWS = 100
csv.field_size_limit(1 << 30)  # the module's own limit is for the whole process; blocks bound the cells here
_PREAMBLE_ROWS = 25
"""Rows that may stand above the header."""
_NAME_LENGTH = 200
_SEPARATOR_LINE = re.compile(r'"?sep=([!-/:-@^_`{-~\t])"?\r?(?:\n|\Z)', re.IGNORECASE)
_ESCAPED = re.compile(r'\\"[^,;|\t\r\n]')
"""A quote behind a backslash inside a cell; at a cell's end it closes a path such as `"C:\\data\\"`."""
_DOUBLED = re.compile(r'[^,;|\t\r\n\\]""|(?<![\\"])""[^,;|\t\r\n]')
"""A doubled quote that is no empty cell."""
_DATA = re.compile(
    r"""\S+@\S+\.\w                     # an e-mail address
      | ^[+(]?\d[\d\s().:/,+-]{4,}$     # a long number, a phone, a date, an amount
      | \d{5}                           # digits that no name of a column has
      | ^-?\d+[.,]\d+$
      | ^[A-Z]{2}\d{2}[ ]?\w{4}[ ]?\w{4}  # an IBAN
      | ^\d{1,3}(\.\d{1,3}){3}$
      | ^https?://
    """,
    re.VERBOSE,
)
_SMALL_NUMBER = re.compile(r"-?\d+$")
_YEAR = re.compile(r"(19|20)\d\d$")


@dataclass(frozen=True)
class Dialect:
    """How rows and cells are told apart."""

    delimiter: str
    skip_space: bool = False
    """Blanks follow the delimiters, and quotes the blanks."""
    escaped: bool = False
    r"""A quote inside quotes is written `\"` rather than `""`."""
    quoting: bool = True
    """False: quotes mean nothing."""

    def rows(self, text: Iterator[str]) -> Iterator[list[str]]:
        """Read rows from lines that keep their ends; a blank line is an empty list."""
        return csv.reader(
            text,
            delimiter=self.delimiter,
            skipinitialspace=self.skip_space,
            doublequote=not self.escaped,
            escapechar="\\" if self.escaped else None,
            quoting=csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE,
        )


@dataclass(frozen=True)
class Layout:
    """What a CSV file's first block says of the whole."""

    dialect: Dialect
    names: tuple[str, ...]
    """One for each column, all different."""
    skip: int
    """Bytes of the first block before the first data row: Excel's separator line, a preamble, the header."""
    titles: tuple[str, ...] = ()
    """Texts of the preamble above the header, a row each."""


def layout_of(raw: bytes, *, whole: bool) -> Layout:
    """Decide how a file is written.

    Args:
        raw: its first block, without byte order mark.
        whole: whether that is all of it; otherwise its last line may be cut.
    """
    # One character a byte: so the positions hold, and what is looked for here is ASCII.
    text = raw.decode("latin-1")
    separator = _SEPARATOR_LINE.match(text)
    start = separator.end() if separator else 0
    dialect = dialect_of(text[start:], separator and separator[1], whole=whole)
    rows = sample(text[start:], dialect, whole=whole)
    width = min(MAX_COLUMNS, _common_width(rows))
    above = preamble(rows)
    if not has_header(rows[above:]):
        return Layout(dialect, distinct([""] * width), start)
    lines = io.StringIO(text[start:], newline="")
    next(islice((row for row in dialect.rows(lines) if row), above, None))
    skip = start + lines.tell()
    top = io.StringIO(clean(raw[start:skip]).decode(), newline="")
    *over, header = (row for row in dialect.rows(top) if row)
    first = [" ".join(cell.split()) for cell in header][:MAX_COLUMNS]
    titles = ("; ".join(filter(None, map(str.strip, row))) for row in over)
    return Layout(dialect, distinct([*first, *[""] * (width - len(first))]), skip, tuple(filter(None, titles)))


def _common_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 1


def sample(text: str, dialect: Dialect, *, whole: bool) -> list[list[str]]:
    """Read the first rows; the last one is left out where it may be cut."""
    rows = list(islice((row for row in dialect.rows(io.StringIO(text, newline="")) if row), _SAMPLE_ROWS))
    return rows if whole or len(rows) == _SAMPLE_ROWS or len(rows) < 2 else rows[:-1]


def dialect_of(text: str, delimiter: str | None, *, whole: bool) -> Dialect:
    """Tell the delimiter by which one gives the most rows of one width, then how quotes are used."""
    escaped = len(_ESCAPED.findall(text)) > 2 * len(_DOUBLED.findall(text))
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda one: _fit(text, Dialect(one, escaped=escaped), whole=whole))
    spaced = f'{delimiter} "' in text and f'{delimiter}"' not in text
    return Dialect(delimiter, skip_space=spaced, escaped=escaped)


def _fit(text: str, dialect: Dialect, *, whole: bool) -> tuple[float, int]:
    """Weigh a delimiter: the share of rows that have the commonest width above one, then that width."""
    widths = Counter(len(row) for row in sample(text, dialect, whole=whole))
    total = widths.total()
    del widths[1]
    if not widths:
        return 0.0, 0
    width, times = widths.most_common(1)[0]
    return times / total, width


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell names of columns from data: no name looks like data, is long, or is a number above numbers."""
    if not rows or not any(cell.strip() for cell in rows[0]):
        return False
    first = [cell.strip() for cell in rows[0]]
    if any(len(cell) > _NAME_LENGTH or _DATA.search(cell) for cell in first):
        return False
    return not any(
        _SMALL_NUMBER.match(cell) and not _YEAR.match(cell) and _numeric_below(rows, place)
        for place, cell in enumerate(first)
    )


def preamble(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows above a header that are no data: titles, dates, parameters of an export.

    They fill half of the columns at most. To take the first rows of data for them would lose a row to the header, so
    the names must be many and different, and something must set them apart: rows above that lack delimiters, or a
    column of numbers, dates or addresses below.
    """
    width = _common_width(rows)
    above = 0
    while above < min(_PREAMBLE_ROWS, len(rows)) and 2 * sum(map(bool, map(str.strip, rows[above]))) <= width:
        above += 1
    if width < 2 or not 0 < above < len(rows) - 1 or not has_header(rows[above:]):
        return 0
    names = [cell.strip() for cell in rows[above]]
    if len(names) < width or len({*filter(None, names)}) < max(2, len(names) - 1):
        return 0
    below = [[row[place].strip() for row in rows[above + 1 :] if len(row) > place] for place in range(width)]
    if any(name and name in cells for name, cells in zip(names, below, strict=False)):
        return 0
    narrow = any(len(row) < width for row in rows[:above])
    return above if narrow or any(map(_of_data, below)) else 0


def _of_data(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return 2 * sum(bool(_DATA.search(cell) or _SMALL_NUMBER.match(cell)) for cell in filled) > len(filled)


def _numeric_below(rows: Sequence[Sequence[str]], place: int) -> bool:
    below = [row[place].strip() for row in rows[1:] if len(row) > place]
    return all(_SMALL_NUMBER.match(cell) for cell in below if cell)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Name columns so that each has a name of its own.

    >>> distinct(["name", "", "name", "column 2"])
    ('name', 'column 2', 'name (2)', 'column 2 (2)')
    """
    taken: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        base = name or f"column {place}"
        unique, number = base, 1
        while unique in taken:
            number += 1
            unique = f"{base} ({number})"
        taken[unique] = None
    return tuple(taken)
