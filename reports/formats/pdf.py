"""A document as PDF (A4, tagged, PDF/UA-1), set by Typst from the same page as the web page.

The page goes in as a JSON file in memory, never as Typst source, so that no name can be read as markup; no file is
written and no package fetched. Typst's embedded fonts cover Latin, Greek, Cyrillic, Hebrew, Armenian and the letters
of Arabic; the machine's own fonts help out with other scripts. Where it has none for a script (Chinese, Japanese, say),
PDF/UA forbids empty boxes, and each character that the embedded fonts lack is shown as `U+9867`.

Typst holds a whole document: about 0.2 MB of memory for each table or file in it, 7 s and 1 GB for 5,000 of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import datetime
from importlib.resources import files
from typing import Any, BinaryIO

import typst

from reports.documents import Document
from reports.interface import RenderError
from reports.layout import lay_out
from reports.page import Name
from reports.safety import encodable

_BREAK = "\u200b"
# What Typst 0.15's embedded fonts have, tried character by character (`tests/reports/test_pdf.py`).
_UNCOVERED = re.compile(
    "[^\n\x20-\u04ff\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0621-\u063a\u0641-\u0652\u0660-\u0669\u1e00-\u1fff\u200b\u2010-\u2027\u202f-\u2040"
    "\u2044-\u20bf\u2200-\u22ff\u2500-\u25ff\u2610]"
)
# A letter and a mark may each have a glyph, and not the two together.
_BEYOND_LATIN = re.compile(
    "[^\n\x20-\u017f\u0386-\u03ce\u0400-\u045f\u200b\u2010-\u2027\u202f-\u203a\u20ac\u2248\u2610]"
)
_LONG_WORD = re.compile(r"\S{25,}")


def render(document: Document, lang: str, out: BinaryIO) -> None:
    """Write a document as PDF.

    Raises:
        UnknownLanguageError: neither English nor French.
        RenderError: Typst refused it.
    """
    page = {**_plain(lay_out(document, lang)), "program": f"recense {document.version}"}
    template = files("reports").joinpath("templates", "page.typ").read_bytes()
    text = json.dumps(page, ensure_ascii=False)
    made = int(datetime.fromisoformat(document.made_at).timestamp())
    out.write(_compiled(template, text, made))


def _compiled(template: bytes, text: str, made: int) -> bytes:
    for lacking in (None, _UNCOVERED, _BEYOND_LATIN):
        shown = lacking.sub(lambda found: f"U+{ord(found[0]):04X}", text) if lacking else text
        try:
            pdf: bytes = typst.compile(  # type: ignore[call-overload]  # its stub does not know files in memory
                {"main.typ": template, "page.json": shown.encode()},
                format="pdf",
                pdf_standards="ua-1",
                timestamp=made,
            )
        except typst.TypstError as error:
            # Most likely a character that no font here has: fewer are left in the next round.
            fault = error
        else:
            return pdf
    raise RenderError("pdf: Typst refused the document; try --format html, and print that") from fault


def _plain(value: Any) -> Any:
    """Turn a page into what JSON holds, each block with its kind under `is`, names with places to break a line."""
    if isinstance(value, Name):
        return {"is": "Name", "text": breakable(encodable(value.text))}
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: breakable(word[0]), encodable(value))
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        parts = {
            one.name: getattr(value, one.name) if one.name == "svg" else _plain(getattr(value, one.name))
            for one in fields(value)
        }
        return {"is": type(value).__name__, **parts}
    return value


def breakable(name: str) -> str:
    """Allow a line break behind punctuation, and after eighteen characters without any."""
    return _BREAK.join(part[at : at + 18] for part in _parts(name) for at in range(0, len(part), 18))


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"(?<=[/._!@:;=&?+-])(?=[^\s/._!@:;=&?+-])", name) if part]
