"""What the commands that write documents share: language, format, where it goes."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from reports.documents import Document
from reports.formats import BINARY, FORMATS, SUFFIXES, render
from reports.interface import Particulars

LANG = click.option("--lang", type=click.Choice(["fr", "en"]), default="en", help="Language of the document.")
FORM = click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="By default what the file's suffix says, or a table."
)


def particulars(contact: str | None = None, mandate: str | None = None) -> Particulars:
    """Give what a document says of itself: made now, by this version."""
    return Particulars(datetime.now(UTC), version("recense"), contact, mandate)


def write(document: Document, form: str | None, lang: str, output: str | None) -> None:
    """Write a document to a file, whole or not at all, or to stdout; no binary goes to a terminal.

    Raises:
        ReportError: the format failed.
    """
    form = form or _form_of(output)
    if output is not None:
        _write_file(document, form, lang, Path(output))
        click.echo(f"recense: wrote {output}", err=True)
        return
    if form in BINARY and sys.stdout.isatty():
        raise click.UsageError(f"{form} is nothing for a terminal; name a file with -o FILE")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    render(document, form, lang, sys.stdout.buffer, width=width)


def _form_of(output: str | None) -> str:
    if output is None:
        return "table"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise click.UsageError(f"{suffix or output}: no such format; give --format, or one of {', '.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def _write_file(document: Document, form: str, lang: str, path: Path) -> None:
    """Write beside and rename, so that nobody ever meets half a document."""
    if not path.parent.is_dir():
        raise click.UsageError(f"{path.parent}: no such folder to write to")
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            render(document, form, lang, out)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
