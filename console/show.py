"""Shows rows: a table that fits the terminal, JSON, or CSV; nothing from the data acts on the terminal or a sheet."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, TypeVar

import click

from reports.safety import encodable, visible

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FOLDING = frozenset({"asset", "field", "source", "subject", "reason", "message", "locator", "detail", "kind"})
"""Columns that give way where the terminal is narrow; the others stay on one line."""
_LEAST = 14
"""Characters that such a column keeps at least."""
_GAP = 2
_SPARE = ("last_seen", "seconds", "samples", "bytes", "distinct", "category")
"""Columns that a narrow terminal does without, in this order."""
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+\+00:00$")
_WIDE = 10_000
"""Columns of a table that goes to a file or a pipe: it is not cut."""


def format_option(*more: str) -> Callable[[Command], Command]:
    """Give a command its `--format`, `table` by default."""
    return click.option(
        "--format", "form", type=click.Choice(["table", "json", "csv", *more]), default="table", help="How to show it."
    )


def show(rows: Sequence[Row], form: str, columns: Mapping[str, str], empty: str) -> None:
    """Write rows to stdout.

    Args:
        rows: values by key; JSON shows all of them.
        form: `table`, `json` or `csv`.
        columns: keys that table and CSV show, with their heads.
        empty: what a table says where there is no row.
    """
    if form == "json":
        show_json(rows)
    elif form == "csv":
        _show_csv(rows, columns)
    elif rows:
        show_table(rows, columns)
    else:
        click.echo(empty)


def show_json(value: object) -> None:
    """Write one JSON document; what no encoding can hold is shown by its number."""
    click.echo(encodable(json.dumps(value, ensure_ascii=False, indent=2)))


def _show_csv(rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[key]) for key in columns] for row in rows)


def _cell(value: object) -> str | int | float:
    """Make a value safe for a spreadsheet: a text that it would take for a formula gets a quote in front (OWASP)."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"'{text}" if text.startswith(_FORMULA) else text


def show_table(rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    """Write a table as wide as the terminal.

    Long names wrap; where it is too narrow, spare columns go first, and then each row becomes a block of lines.
    """
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    cells = [{key: visible(plain(row[key])) for key in columns} for row in rows]
    least = {key: _least(key, head, cells) for key, head in columns.items()}
    shown = dict(columns)
    for spare in (key for key in _SPARE if key in columns):
        if sum(least[key] + _GAP for key in shown) <= width:
            break
        del shown[spare]
    if sum(least[key] + _GAP for key in shown) > width:
        _show_blocks(cells, columns)
        return
    numbers = {key for key in columns if all(isinstance(row[key], int | float | None) for row in rows)}
    _show_grid(cells, shown, least, numbers, width)


def _least(key: str, head: str, cells: Sequence[Mapping[str, str]]) -> int:
    natural = max(len(head), *(len(row[key]) for row in cells))
    return min(natural, _LEAST) if key in _FOLDING else natural


def _show_grid(
    cells: Sequence[Mapping[str, str]],
    columns: Mapping[str, str],
    least: Mapping[str, int],
    numbers: Collection[str],
    width: int,
) -> None:
    from rich import box  # noqa: PLC0415 JSON and --help do without
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for key, head in columns.items():
        justify: Literal["left", "right"] = "right" if key in numbers else "left"
        table.add_column(head, justify=justify, overflow="fold", no_wrap=key not in _FOLDING, min_width=least[key])
    for row in cells:
        table.add_row(*(Text(row[key]) for key in columns))
    Console(width=width, highlight=False).print(table)


def _show_blocks(cells: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> None:
    """Write each row as lines of head and value, wrapped by the terminal itself."""
    margin = max(len(head) for head in columns.values())
    for row in cells:
        for key, head in columns.items():
            if row[key]:
                click.echo(f"{head:<{margin}}  {row[key]}")
        click.echo()


def varying(rows: Sequence[Row], columns: Mapping[str, str], *keys: str) -> dict[str, str]:
    """Leave out those of some columns that say the same in every row."""
    alike = {key for key in keys if len({str(row[key]) for row in rows}) <= 1}
    return {key: head for key, head in columns.items() if key not in alike}


def plain(value: object) -> str:
    """Write a value for a table: numbers grouped, times to the second, nothing as an empty text, the rest as JSON."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    if isinstance(value, str):
        return _MOMENT.sub(r"\1 \2", value)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, dict) and len(value) == 1 and not isinstance(next(iter(value.values())), list):
        ((name, inner),) = value.items()
        return f"{name} {plain(inner)}" if not isinstance(inner, int) else f"{name} {inner}"
    return json.dumps(value, ensure_ascii=False)


def counted(number: int, what: str) -> str:
    """Write a number with its noun: `1 asset`, `2 assets`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
