"""Who wrote an older Office document, and what else its property sets say.

Source: [MS-OLEPS] 2.21 (PropertySet), [MS-OSHARED] 2.3.3.2 (names of the properties).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from connectors.formats.ole import Compound
from connectors.formats.pages import Record
from connectors.formats.rtf_words import codec_of_page

_BYTES = 4 << 20
"""Bytes of a property set that are read."""
_MOST = 1_000
_SETS = {
    "\x05SummaryInformation": {
        2: "title",
        3: "subject",
        4: "author",
        5: "keywords",
        6: "comments",
        7: "template",
        8: "lastAuthor",
    },
    "\x05DocumentSummaryInformation": {2: "category", 14: "manager", 15: "company"},
}


def properties(box: Compound) -> Iterator[Record]:
    """Give what the property sets of a document say; damaged ones say what can be made out."""
    for name, names in _SETS.items():
        raw = box.content(name, _BYTES)
        for number, text in _texts(raw):
            if number in names and text.strip():
                yield Record(f"properties.{names[number]}", 1, text)


def _texts(raw: bytes) -> Iterator[tuple[int, str]]:
    """Give the texts of the first set of a stream by their numbers."""
    if len(raw) < 48:
        return
    (start,) = struct.unpack_from("<L", raw, 44)
    if start + 8 > len(raw):
        return
    _, count = struct.unpack_from("<2L", raw, start)
    codec = "cp1252"
    for place in range(start + 8, min(start + 8 + 8 * min(count, _MOST), len(raw) - 7), 8):
        number, offset = struct.unpack_from("<2L", raw, place)
        at = start + offset
        if at + 8 > len(raw):
            continue
        kind, value = struct.unpack_from("<2L", raw, at)
        if number == 1 and kind == 2:
            codec = codec_of_page(value & 0xFFFF)
        elif kind == 0x1E:
            yield number, raw[at + 8 : at + 8 + value].split(b"\0")[0].decode(codec, "replace")
        elif kind == 0x1F:
            yield number, raw[at + 8 : at + 8 + 2 * value].decode("utf-16-le", "replace").split("\0")[0]
