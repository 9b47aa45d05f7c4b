"""Plots as SVG, drawn by hand: bars, a heat map and a divided bar.

Colours are attributes, for paper; classes let a style sheet give them other ones, for a dark screen. All text is
escaped and harmless. Sizes are in user units of a drawing 720 wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reports.safety import shorten, visible

WIDTH = 720
_INK, _SOFT, _LINE, _BAR = "#1c2733", "#5b6875", "#d5dbe1", "#1f6f78"
_STATUS = {
    "scanned": "#1f6f78",
    "unchanged": "#7fb3b5",
    "skipped": "#b9c2ca",
    "truncated": "#d9a441",
    "failed": "#b8433a",
}
_READABLE = 32
"""The narrowest cell of a heat map that a number fits in; below, the shade alone speaks."""
_CHARACTER = 6.4
"""A character's width at size 12, on the safe side of the average."""


@dataclass(frozen=True)
class Bar:
    """One bar of a plot."""

    label: str
    value: int
    shown: str
    """The value as it is written beside the bar."""


def bars(items: Sequence[Bar], title: str) -> str:
    """Draw horizontal bars on a logarithmic scale from 1; each names its value.

    Args:
        items: at least one; values from 0.
        title: what the drawing is called where it is not seen.
    """
    left, step = 250, 26
    top = max(1.0, math.ceil(math.log10(max(item.value for item in items) + 1)))
    room = WIDTH - left - 110
    marks = "".join(_grid(left + room * decade / top, step * len(items)) for decade in range(int(top) + 1))
    drawn = []
    for row, item in enumerate(items):
        middle = row * step + step / 2
        length = max(2.0, room * math.log10(item.value + 1) / top)
        drawn.append(
            _text(left - 10, middle + 4, _fit(item.label, left - 14), "end")
            + f'<rect class="bar" x="{left}" y="{middle - 8}" width="{length:.1f}" height="16" rx="2" fill="{_BAR}"/>'
            + _text(left + length + 7, middle + 4, item.shown, "start", strong=True)
        )
    return _drawing(step * len(items) + 4, title, marks + "".join(drawn))


@dataclass(frozen=True)
class Square:
    """One cell of a heat map; a value of 0 is left empty."""

    value: int
    shown: str


def heat(rows: Sequence[tuple[str, Sequence[Square]]], columns: Sequence[str], title: str) -> str:
    """Draw a grid whose cells darken with the logarithm of their value.

    Args:
        rows: the row's label and its cells, as many as there are columns.
        columns: labels, set aslant above the grid.
        title: what the drawing is called where it is not seen.
    """
    left, above, step = 270, 126, 22
    width = min(80.0, (WIDTH - left - 130) / max(1, len(columns)))
    values = [square.value for _, squares in rows for square in squares if square.value]
    ends = (math.log(max(1.0, max(values) / 100, min(values) / 2)), math.log(max(values))) if values else (0.0, 0.0)
    drawn = [_slanted(left + width * (at + 0.5), above - 8, _fit(label, 160)) for at, label in enumerate(columns)]
    for number, (label, squares) in enumerate(rows):
        y = above + number * step
        drawn.append(_text(left - 10, y + 15, _fit(label, left - 14), "end"))
        drawn += [_square(left + width * at, y, width, square, ends) for at, square in enumerate(squares)]
    return _drawing(above + step * len(rows) + 4, title, "".join(drawn))


def _square(x: float, y: float, width: float, square: Square, ends: tuple[float, float]) -> str:
    if not square.value:
        return f'<rect class="void" x="{x:.1f}" y="{y}" width="{width - 2:.1f}" height="20" fill="#eef1f3"/>'
    lowest, highest = ends
    depth = (math.log(square.value) - lowest) / (highest - lowest) if highest > lowest else 1.0
    step = min(4, max(0, int(depth * 5)))
    fill = ("#dcebea", "#b3d4d3", "#7fb3b5", "#438d93", "#1f6f78")[step]
    ink = "#ffffff" if step > 2 else _INK
    box = f'<rect class="heat{step}" x="{x:.1f}" y="{y}" width="{width - 2:.1f}" height="20" rx="2" fill="{fill}"/>'
    if width < _READABLE:
        return box
    return box + (
        f'<text class="on{step}" x="{x + width / 2 - 1:.1f}" y="{y + 14}" font-size="10.5" text-anchor="middle" '
        f'fill="{ink}">{escape(visible(square.shown))}</text>'
    )


def divided(parts: Sequence[tuple[str, int, str]], title: str) -> str:
    """Draw one bar divided by status, with a legend below.

    Args:
        parts: coverage status, number, and the words of the legend; numbers from 1.
        title: what the drawing is called where it is not seen.
    """
    total = sum(number for _, number, _ in parts)
    drawn, x, at, line = [], 0.0, 0.0, 0
    for status, number, legend in parts:
        width = WIDTH * number / total
        fill = _STATUS.get(status, _SOFT)
        drawn.append(
            f'<rect class="{status}" x="{x:.1f}" y="0" width="{max(1.5, width - 1):.1f}" height="22" fill="{fill}"/>'
        )
        taken = 34 + len(legend) * _CHARACTER
        if at + taken > WIDTH and at:
            at, line = 0.0, line + 1
        y = 36 + 20 * line
        drawn.append(f'<rect class="{status}" x="{at:.1f}" y="{y}" width="11" height="11" fill="{fill}"/>')
        drawn.append(_text(at + 17, y + 10, legend, "start"))
        x, at = x + width, at + taken
    return _drawing(56 + 20 * line, title, "".join(drawn))


def _drawing(height: float, title: str, inside: str) -> str:
    label = quoteattr(visible(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label={label} '
        f'font-family="Libertinus Serif" font-size="12"><title>{escape(visible(title))}</title>{inside}</svg>'
    )


def _grid(x: float, height: float) -> str:
    return f'<line class="grid" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height:.0f}" stroke="{_LINE}" stroke-width="1"/>'


def _text(x: float, y: float, text: str, anchor: str, strong: bool = False) -> str:
    weight = ' font-weight="bold"' if strong else ""
    attributes = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}"{weight}'
    return f'<text class="ink" {attributes}>{escape(visible(text))}</text>'


def _slanted(x: float, y: float, text: str) -> str:
    turn = f"rotate(-38 {x:.1f} {y:.1f})"
    return f'<text class="ink" x="{x:.1f}" y="{y:.1f}" transform="{turn}" fill="{_INK}">{escape(visible(text))}</text>'


def _fit(text: str, width: float) -> str:
    return shorten(visible(text), int(width / _CHARACTER))
