"""Shows rows: a table that fits the terminal, JSON, or CSV; nothing from the data acts on the terminal or a sheet."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from reports.safety import encodable, visible

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FOLDING = frozenset({"asset", "field", "source", "subject", "reason", "message", "locator", "detail", "kind"})
"""Columns that give way where the terminal is narrow; the others stay on one line."""
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
    text = encodable(value if isinstance(value, str) else plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def show_table(rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    """Write a table as wide as the terminal; long names wrap, numbers stand right."""
    from rich import box  # noqa: PLC0415 JSON and --help do without
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for key, head in columns.items():
        numeric = all(isinstance(row[key], int | float | None) for row in rows)
        folds = key in _FOLDING
        table.add_column(head, justify="right" if numeric else "left", overflow="fold", no_wrap=not folds)
    for row in rows:
        table.add_row(*(Text(visible(plain(row[key]))) for key in columns))
    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(table)


def plain(value: object) -> str:
    """Write a value for a table: numbers grouped, lists joined, nothing as an empty text."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(one) if isinstance(one, dict) else one}" for key, one in value.items())
    return str(value)
