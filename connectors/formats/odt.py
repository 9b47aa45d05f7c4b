"""OpenDocument texts: paragraphs of the body, notes, comments, headers, properties.

Source: OpenDocument 1.3, part 2 (packages) and part 3 (schema).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from connectors.errors import ReadError
from connectors.formats.docx import in_turn
from connectors.formats.odf_body import OdfBody
from connectors.formats.ooxml import Leaves, read_part
from connectors.formats.pages import Progress, Record
from connectors.formats.zip_parts import Parts, PartsDocument
from connectors.interface import Cause, LocatorKind

_MANIFEST_BYTES = 1024 * 1024
_COUNTS = frozenset({"generator", "editing-duration", "editing-cycles", "document-statistic"})
"""Elements of `meta.xml` that are about the program."""


class Odt(PartsDocument):
    """The texts of an OpenDocument text.

    Fields: `text` (the body, cells of tables and text boxes), `header`, `footer`, `footnote` (endnotes too), `comment`,
    `comment.author`, `deleted` (what was deleted under track of changes), `link` (targets), `form`, `shape`
    (descriptions), `object` (embedded charts), `layout`, and `properties.creator` and its like.

    Paragraphs and headings are counted as they begin in the body, from 1, empty ones and those in cells too. Notes,
    comments, links and text boxes have the number of the paragraph that they hang on. Headers and footers are counted
    by themselves. Properties are at 1.
    """

    kind = "odt"
    locator = LocatorKind.PARAGRAPH
    slides: ClassVar[bool] = False
    """Whether the document is made of slides."""

    def records(self, parts: Parts, progress: Progress) -> Iterator[Record]:
        return _records(parts, progress, slides=self.slides)


def _records(parts: Parts, progress: Progress, *, slides: bool) -> Iterator[Record]:
    manifest, content = parts.find("META-INF/manifest.xml"), parts.find("content.xml")
    if manifest and b"encryption-data" in parts.content(manifest, _MANIFEST_BYTES):
        raise ReadError(Cause.DENIED, "the document is encrypted; without its password it cannot be read")
    if not content:
        raise ReadError(Cause.CORRUPT, "the document is damaged: its content is missing")
    readings = [read_part(parts, content, OdfBody("text", slides=slides, progress=progress))]
    for name in parts.names:
        base = name.rpartition("/")[2]
        if base == "content.xml" and name != content:
            readings.append(read_part(parts, name, OdfBody("object", slides=slides)))
        elif base == "styles.xml":
            readings.append(read_part(parts, name, OdfBody("layout", slides=slides)))
        elif base == "meta.xml":
            readings.append(read_part(parts, name, _meta()))
    yield from in_turn(readings)


def _meta() -> Leaves:
    return Leaves(lambda tag: "" if tag in _COUNTS else f"properties.{tag}")
