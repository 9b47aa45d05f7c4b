"""A document as CSV: one row for each finding, safe to open in a spreadsheet.

RFC 4180, UTF-8, a line of column names first (`reports.rows`); lists are joined with `; `, what is not known is
empty. A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from reports.documents import Document
from reports.language import Words
from reports.rows import Value, columns, rows
from reports.safety import visible

# The last four are the full-width forms, which some spreadsheets compute too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(document: Document, lang: str, out: BinaryIO) -> None:
    """Write a document's rows; names and values are the same in each language.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    Words(lang)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    try:
        writer = csv.DictWriter(text, list(columns(document)), lineterminator="\r\n")
        writer.writeheader()
        for row in rows(document):
            writer.writerow({name: _cell(value) for name, value in row.items()})
    finally:
        text.detach()


def _cell(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    return harmless("; ".join(value) if isinstance(value, tuple) else value)


def harmless(text: str) -> str:
    """Show what is invisible, and put an apostrophe before what a spreadsheet would compute."""
    shown = visible(text)
    return f"'{shown}" if text.lstrip(" \xa0").startswith(_FORMULA) else shown
