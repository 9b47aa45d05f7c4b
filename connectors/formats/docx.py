"""Word documents: paragraphs of the body, notes, comments, headers, properties, and what links lead to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import ReadError
from connectors.formats.docx_body import Anchors, Body
from connectors.formats.ooxml import Leaves, properties, read_part, relations
from connectors.formats.pages import Progress, Record
from connectors.formats.zip_parts import Parts, PartsDocument
from connectors.interface import Cause, LocatorKind

_PARTS = {
    "header": "header",
    "footer": "footer",
    "footnotes": "footnote",
    "endnotes": "endnote",
    "comments": "comment",
}
"""Fields by how a part's name begins."""


class Docx(PartsDocument):
    """The texts of a Word document, its templates and those with macros too.

    Fields: `text` (the body, cells of tables and text boxes, hidden text), `header`, `footer`, `footnote`, `endnote`,
    `comment`, `comment.author`, `deleted` (a paragraph as it was before deletions that are kept track of),
    `change.author`, `link` (targets, and codes of fields), `form` (presets), `shape` (descriptions), `chart`,
    `glossary` (building blocks), `settings` (variables, mail merge), and `properties.creator` and its like.

    Paragraphs are counted as they begin in the body, from 1, empty ones and those in cells of tables too, as Word
    counts them. Notes, comments, links and text boxes have the number of the paragraph that they hang on. Headers and
    footers are counted by themselves, each from 1. All else is at 1. A word whose letters differ in look is one text.
    """

    kind = "docx"
    locator = LocatorKind.PARAGRAPH

    def records(self, parts: Parts, progress: Progress) -> Iterator[Record]:
        return _records(parts, progress)


def _records(parts: Parts, progress: Progress) -> Iterator[Record]:
    """Read the body, then what hangs on it; a damaged part does not hide the others.

    Raises:
        ReadError: of the first damaged part, when all others were read.
    """
    main = next((one.target for one in relations(parts, "") if one.kind == "officeDocument"), "word/document.xml")
    main = parts.find(main) or parts.find("word/document.xml")
    if not main:
        raise ReadError(Cause.CORRUPT, "the document is damaged: its main part is missing")
    anchors = Anchors()
    readings = [read_part(parts, main, Body("text", anchors, progress))]
    readings += [_links(parts, name, main, anchors) for name in parts.names if name.lower().endswith(".rels")]
    readings += [_beside(parts, name, anchors) for name in parts.names if name != main]
    yield from in_turn([*readings, properties(parts)])


def in_turn(readings: list[Iterator[Record]]) -> Iterator[Record]:
    """Go through several readings; the error of one comes behind the others.

    Raises:
        ReadError: the first; at once where it is no damage, but a bound or a password.
    """
    error: ReadError | None = None
    for reading in readings:
        try:
            yield from reading
        except ReadError as broken:
            if broken.cause is not Cause.CORRUPT:
                raise
            error = error or broken
    if error:
        raise error


def _links(parts: Parts, name: str, main: str, anchors: Anchors) -> Iterator[Record]:
    """Give where links lead to that a part has."""
    part = name.replace("_rels/", "", 1).removesuffix(".rels")
    for one in relations(parts, part):
        if one.outside and one.target:
            yield Record("link", anchors.place("link", one.id) if part == main else 1, one.target)


def _beside(parts: Parts, name: str, anchors: Anchors) -> Iterator[Record]:
    """Read a part other than the body."""
    folder, _, base = name.lower().rpartition("/")
    if not base.endswith(".xml") or folder.startswith(("docprops", "customxml")):
        return
    begins = base.removesuffix(".xml").rstrip("0123456789")
    if begins in _PARTS:
        yield from read_part(parts, name, Body(_PARTS[begins], anchors))
    elif folder.endswith("glossary") and base == "document.xml":
        yield from read_part(parts, name, Body("glossary", anchors))
    elif begins in ("chart", "data", "drawing"):
        field = "chart" if begins == "chart" else "shape"
        yield from read_part(parts, name, Leaves(lambda tag: field if tag in ("t", "v") else ""))
    elif base == "people.xml":
        told = frozenset({"author", "userId"})
        yield from read_part(parts, name, Leaves(lambda _tag: "comment.author", attributes=told))
    elif base in ("settings.xml", "recipientdata.xml"):
        told = frozenset({"val"})
        wanted = ("docVar", "connectString", "query", "mailSubject", "addressFieldName")
        yield from read_part(parts, name, Leaves(lambda tag: "settings" if tag in wanted else "", attributes=told))
