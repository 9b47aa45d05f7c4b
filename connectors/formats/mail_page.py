"""A page of HTML in a message as a person sees it; pages in mail are small, and read by two patterns as a whole."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<!--((?:(?!<!--).)*?)-->|</?([a-zA-Z][\w:.-]{0,30})\b([^<>]*)>", re.DOTALL)
_STYLES = """
a abbr b bdi bdo big cite code del dfn em font i ins kbd mark nobr o:p q s samp small span strike strong sub sup tt u
var wbr
"""
_INLINE = frozenset(_STYLES.split())
"""Tags that leave no gap: `jane<b>@</b>example.org`."""
_CELLS = frozenset(["td", "th", "img", "input", "label", "button"])
_WIDE = re.compile("[\u00a0\u202f]")
_HIDDEN = re.compile("[\u00ad\u200b-\u200d]")


def seen(page: str) -> str:
    r"""Write what a person sees of a page, a block a line, and behind it what attributes and comments hold.

    What scripts and styles hold is text as well.

    Args:
        page: at most some megabytes; a tag that is cut at an end stays as it is.

    >>> seen('<p>j<b>&#64;</b>example.org</p><a href="mailto:k@example.org">K</a>')
    '\\nj@example.org\\nK\\n href="mailto:k@example.org"'
    """
    pieces = _TAG.split(page)
    # Four for each tag: the text before it, a comment, the tag's name, its attributes.
    shown: list[str] = [pieces[0]]
    aside: dict[str, None] = {}
    for at in range(1, len(pieces), 4):
        comment, name, attributes, text = pieces[at : at + 4]
        if name is None:
            aside[comment] = None
            shown.append(" ")
        else:
            name = name.lower()
            if name not in _INLINE:
                shown.append(" " if name in _CELLS else "\n")
            if len(attributes) > 1:
                aside[attributes] = None
        shown.append(text)
    whole = "".join(shown)
    if aside:
        whole = "\n".join([whole, *aside])
    if "&" not in whole:
        return whole
    read = html.unescape(whole)
    return read if read.isascii() else _HIDDEN.sub("", _WIDE.sub(" ", read)).encode("utf-8", "replace").decode()
