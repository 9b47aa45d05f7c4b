"""Texts that are written in base64: told from hashes and ids by what they decode to, and read."""

from __future__ import annotations

import re
from base64 import b64decode
from codecs import getincrementaldecoder

SHORTEST = 24
"""Characters from which a cell may be a text in base64."""
_LONGEST = 32 * 1024 * 1024
"""Characters above which it stays as it is."""
_WRITTEN = re.compile(r"[A-Za-z0-9+/\-_\r\n]{24,}={0,2}\s*")
_URI = re.compile(r"data:[\w.+/\-]{0,100}(?:;[\w.\-]+=[^;,]{0,100}){0,4};base64,", re.IGNORECASE)
_LOOK = 96
"""Characters that are decoded first."""
_NO_TEXT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\ufffe\uffff]")
_ODD_SHARE = 0.02
"""Share of control characters up to which what was decoded is a text."""


def decoded(cell: str) -> str | None:
    """Read a cell that is one text in base64, in lines or without, or a `data:` URI of one.

    Returns:
        the text; None where it is none: an image, a key, a hash.
    """
    found = _URI.match(cell)
    body = cell[found.end() :] if found else cell
    if len(body) > _LONGEST or not _WRITTEN.fullmatch(body):
        return None
    body = re.sub(r"[\r\n\s=]", "", body).translate({ord("-"): "+", ord("_"): "/"})
    if len(body) % 4 == 1 or _text(b64decode(_padded(body[:_LOOK])), whole=len(body) <= _LOOK) is None:
        return None
    return _text(b64decode(_padded(body)), whole=True)


def _padded(body: str) -> str:
    return body + "=" * (-len(body) % 4)


def _text(raw: bytes, *, whole: bool) -> str | None:
    try:
        text = getincrementaldecoder("utf-8")().decode(raw, final=whole)
    except UnicodeDecodeError:
        return None
    if len(_NO_TEXT.findall(text)) > _ODD_SHARE * len(text):
        return None
    return text if any(map(str.isalnum, text[:_LOOK])) else None
