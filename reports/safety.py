"""Makes text from the data harmless to look at: what is invisible is shown, what is endless is shortened."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = frozenset({"Cc", "Cs"})
_HIDDEN = frozenset({"Cf", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 3
_SUSPECT = re.compile(r"[^\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2015\u2018-\u2026\u202f\u20ac]")


def visible(text: str) -> str:
    r"""Show control characters as `\x1b`, invisible and bidirectional ones as `U+202E`; leave the rest as it is.

    A letter keeps three combining marks; further ones, which would run over the neighbouring lines, are shown
    as `U+0301` too.
    """
    if not _SUSPECT.search(text):
        return text
    shown, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if category in _CONTROL:
            shown.append(_escape(ord(character)))
        elif category in _HIDDEN or marks > _MARKS_IN_A_ROW:
            shown.append(f"U+{ord(character):04X}")
        else:
            shown.append(character)
    return "".join(shown)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, limit: int) -> str:
    """Leave out the middle of a text longer than `limit` characters, `…` in its stead."""
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


def encodable(text: str) -> str:
    r"""Show what UTF-8 cannot hold (lone halves of surrogate pairs) as `\udc80`; leave all else as it is."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
