"""A document as one self-contained web page: no script, no network, readable on a telephone and on paper.

The page carries a content security policy that allows nothing but its own style sheet and embedded pictures.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import BinaryIO

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.documents import Document
from reports.layout import lay_out


def render(document: Document, lang: str, out: BinaryIO) -> None:
    """Write a document as HTML, piece by piece.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    page = lay_out(document, lang)
    out.writelines(piece.encode("utf-8", "backslashreplace") for piece in _template().generate(page=page))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    # Plots escape their own text (`reports.plots`); the style sheet is ours.
    environment.filters["drawing"] = Markup
    environment.globals["style"] = Markup(_read("page.css"))  # noqa: S704 ours, not data
    return environment.get_template("page.html")


def _read(name: str) -> str:
    return files("reports").joinpath("templates", name).read_text("utf-8")
