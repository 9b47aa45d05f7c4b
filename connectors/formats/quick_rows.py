"""The short way through a sheet's XML: rows that look as every program writes them are cut by one pattern.

Whatever is written otherwise (other order of attributes, formulas, rich text, comments, prefixes) goes to the parser,
which knows all of XML; both ways give the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLOCK = 2 << 20
"""Bytes of rows that are cut at once."""
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    r"(?:/>|>(?:<v>([^<]*)</v>)?(?:<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>)?</c>)"
)
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_BEGIN = b"<sheetData>"


def blocks(pieces: Iterator[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Cut a sheet into whole rows and the rest.

    Args:
        pieces: of the sheet's XML.

    Yields:
        whether the block is nothing but whole rows, and the block; joined, they are the sheet.
    """
    buffer, begun, plain = b"", False, True
    for piece in pieces:
        buffer += piece
        if not begun:
            at = buffer.find(_BEGIN)
            if at < 0:
                yield False, buffer
                # What begins at the end of one piece and ends in the next is not seen: then the parser reads it all.
                buffer = b""
                continue
            head, buffer = buffer[: at + len(_BEGIN)], buffer[at + len(_BEGIN) :]
            plain = (
                b"encoding=" not in head[:200] or re.search(rb"encoding=.utf-8.", head[:200], re.IGNORECASE) is not None
            )
            begun = True
            yield False, head
        if plain and len(buffer) < _BLOCK:
            continue
        at = buffer.rfind(b"</row>") + 6 if plain else 0
        if at < 6:
            yield False, buffer
            # From here on the parser stands somewhere inside a row.
            buffer, plain = b"", False
        else:
            yield True, buffer[:at]
            buffer = buffer[at:]
    at = buffer.rfind(b"</row>") + 6 if plain and begun else 0
    if at >= 6:
        yield True, buffer[:at]
        buffer = buffer[at:]
    if buffer:
        yield False, buffer


def plain_rows(block: bytes) -> list[tuple[str, ...]] | None:
    """Cut whole rows into cells: letters, row, style, type, value, inline text.

    Returns:
        None where anything in the block is not as the pattern has it.
    """
    if b"<!" in block or b"<?" in block or b"</sheetData" in block:
        return None
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    found = _CELL.findall(text)
    # Each tag of a cell was seen, and nothing that is not a cell or a row stands there.
    inner = text.count("<v>") + text.count("<is>") + text.count("<t")
    rows = text.count("<row") + text.count("</row>")
    closed = text.count("</c>") + text.count("</v>") + text.count("</is>") + text.count("</t>")
    if text.count("<") != len(found) + inner + rows + closed or text.count("<c ") != len(found):
        return None
    return found


def entities(text: str) -> str:
    """Put characters for XML's own entities.

    >>> entities("a &amp; b &#233;")
    'a & b é'
    """
    return _ENTITY.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
