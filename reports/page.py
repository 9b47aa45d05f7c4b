"""A document laid out in blocks, in one language: what the terminal, the web page and the PDF all show.

Every text in it is final; names from the data are made harmless (`neutral`) before a format sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from reports.safety import shorten, visible

DETAIL_LENGTH = 300
"""Characters of what the machine said that a page shows."""
NAME_LENGTH = 180
"""Characters of a name that a page shows; CSV, JSON and Parquet carry it whole."""


@dataclass(frozen=True)
class Name:
    """A name from the data: of an asset, a field, a place. Set apart in type, never translated."""

    text: str


@dataclass(frozen=True)
class Badge:
    """A short word with a weight."""

    text: str
    level: str
    """`critical`, `high`, `medium`, `low`, `good`, `none`."""


@dataclass(frozen=True)
class Number:
    """A number, already written in the page's language."""

    text: str


@dataclass(frozen=True)
class Detailed:
    """A text, and in small type below it what the machine said, in English."""

    text: str
    detail: str


Cell = str | Name | Badge | Number | Detailed
"""What a table's cell or a fact holds."""


@dataclass(frozen=True)
class Para:
    """A paragraph."""

    text: str
    style: str = "plain"
    """`plain`, `lead` (the one sentence to read), `note` (small type), `warning`."""


@dataclass(frozen=True)
class Tile:
    """One headline figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    """The headline figures, side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Facts:
    """Short answers to short questions."""

    facts: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: str
    width: int = 2
    """Its share of the paper's width."""
    number: bool = False
    """Whether it is set flush right."""


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under a heading of their own."""

    rows: tuple[tuple[Cell, ...], ...]
    """Each as long as the table's columns."""
    heading: Name | str | None = None
    note: str = ""
    """Stands beside the heading."""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row is its heading."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Figure:
    """A plot."""

    caption: str
    alt: str
    """What it shows, in words, for who cannot see it."""
    svg: str
    """Complete, self-contained, all text in it escaped and harmless."""


@dataclass(frozen=True)
class Point:
    """One entry of a list that has a weight and a heading."""

    badge: Badge
    title: str
    text: str
    names: tuple[str, ...] = ()
    more: str = ""
    """How many further names there are, in words."""


@dataclass(frozen=True)
class Points:
    """A list of points."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Fold:
    """Blocks behind a line that opens them; on paper they are open."""

    summary: str
    blocks: tuple[Block, ...]
    open: bool = False


@dataclass(frozen=True)
class Section:
    """A part with a heading."""

    id: str
    title: str | Name
    blocks: tuple[Block, ...]


Block = Para | Tiles | Facts | Table | Figure | Points | Fold | Section
"""All that a page is made of."""


@dataclass(frozen=True)
class Page:
    """A whole document in one language."""

    lang: str
    title: str
    subtitle: str
    facts: Facts
    sections: tuple[Section, ...]
    footer: str
    contents: str
    """The heading of the table of contents."""
    page_of: str
    """`Page {page} of {pages}`, those two left for the format to fill."""
    made_at: str
    """ISO 8601, UTC."""


def neutral(value: Any) -> Any:
    """Make every text in a block or page harmless; names are shortened too. Plots see to themselves."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Name):
        return Name(shorten(visible(value.text), NAME_LENGTH))
    if isinstance(value, tuple):
        return tuple(neutral(one) for one in value)
    if isinstance(value, Detailed):
        return Detailed(visible(value.text), shorten(visible(value.detail), DETAIL_LENGTH))
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{one.name: neutral(getattr(value, one.name)) for one in _texts(value)})
    return value


def _texts(value: Any) -> Iterator[Any]:
    return (one for one in fields(value) if one.name != "svg")
