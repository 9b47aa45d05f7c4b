"""Which format is written by which module; a module is imported when its format is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import BinaryIO, Protocol

from reports.documents import Document
from reports.interface import RenderError, ReportError, UnknownFormatError

FORMATS: dict[str, str] = {
    "table": "reports.formats.table",
    "json": "reports.formats.json",
    "csv": "reports.formats.csv",
    "html": "reports.formats.html",
    "pdf": "reports.formats.pdf",
    "parquet": "reports.formats.parquet",
}
"""Each module has `render(document, lang, out)`."""
BINARY = frozenset({"pdf", "parquet"})
"""Formats that no terminal should be sent."""
SUFFIXES = {".txt": "table", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html", ".pdf": "pdf",
            ".parquet": "parquet"}  # fmt: skip
"""The format that an output file's suffix, in lower case, asks for."""


class Format(Protocol):
    """What a format's module offers."""

    def render(self, document: Document, lang: str, out: BinaryIO) -> None:
        """Write a document; `out` is left open."""
        ...


def render(document: Document, name: str, lang: str, out: BinaryIO, *, width: int | None = None) -> None:
    """Write a document in a format and a language.

    Args:
        document: from `data_inventory.collect` or `exposure.collect`.
        name: a key of `FORMATS`.
        lang: `en` or `fr`.
        out: a binary stream, open for writing; it need not seek.
        width: columns of the terminal, for `table` only.

    Raises:
        UnknownFormatError: there is no such format.
        UnknownLanguageError: neither English nor French.
        RenderError: the library below failed.
        OSError: the stream could not be written.
    """
    if name not in FORMATS:
        raise UnknownFormatError(f"format {name!r} is not known. Valid values are: {', '.join(FORMATS)}")
    module = import_module(FORMATS[name])
    try:
        if width is not None and name == "table":
            module.render(document, lang, out, width=width)
        else:
            module.render(document, lang, out)
    except (ReportError, OSError):
        raise
    except Exception as error:
        # The type only: what a library says may quote what it was given.
        raise RenderError(
            f"{name}: the document could not be written ({type(error).__name__}); try --format json"
        ) from error
