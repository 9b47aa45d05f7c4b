"""The paragraphs of OpenDocument content: of a text, or of slides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.formats.ooxml import Recording
from connectors.formats.pages import Gathered, Progress
from connectors.formats.xml_stream import attribute

_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_BLANKS = 1_000
"""Blanks that one `text:s` may stand for."""
_PLACES = {
    "annotation": "comment",
    "note-body": "footnote",
    "deletion": "deleted",
    "header": "header",
    "header-left": "header",
    "header-first": "header",
    "footer": "footer",
    "footer-left": "footer",
    "footer-first": "footer",
    "notes": "notes",
    "master-page": "layout",
    "header-decl": "header",
    "footer-decl": "footer",
}
"""Elements in which paragraphs belong to another field."""
_APART = frozenset({"text-box", "custom-shape", "list-header"})
"""Elements whose paragraphs stand outside the order of the body, inside a paragraph that is open."""
_LEAVES = {"title": "shape", "desc": "shape"}
"""Descriptions of what is drawn."""
_SIGNED = {"creator": "comment.author", "creator-initials": "comment.author", "date": "", "date-string": ""}
"""Who wrote a comment or changed something, and when. Inside a paragraph these names are fields that a person sees."""
_VALUES = {
    "user-field-decl": ("string-value",),
    "text": ("value", "current-value"),
    "textarea": ("value", "current-value"),
    "formatted-text": ("value", "current-value"),
    "combobox": ("value", "current-value"),
    "hidden": ("value",),
    "option": ("label",),
    "item": ("label",),
}


@dataclass
class _Open:
    """A paragraph that is open."""

    number: int
    field: str
    text: Gathered


class OdfBody(Recording):
    """Reads `content.xml` or `styles.xml`.

    Args:
        field: of paragraphs that lie nowhere special.
        slides: whether pages are counted rather than paragraphs.
        progress: counts paragraphs or slides; None where they are no part of the body.
    """

    def __init__(self, field: str, *, slides: bool, progress: Progress | None = None) -> None:
        super().__init__()
        self._slides = slides
        self._progress = progress
        self._fields = [field]
        self._places: list[str] = []
        self._counts: dict[str, int] = {}
        self._page = 0
        self._open: list[_Open] = []
        self._apart = 0
        self._leaf = Gathered(lambda text: self.tell(self._leaf_field or "shape", self._number, text))
        self._leaf_field = ""
        self._leaf_name = ""

    @property
    def _number(self) -> int:
        if self._slides:
            return max(1, self._page)
        return self._open[-1].number if self._open else max(1, self._counts.get("text", 0))

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("p", "h"):
            self._begin()
        elif name in _PLACES:
            self._fields.append(_PLACES[name])
            self._places.append(name)
        elif name in _APART:
            self._apart += 1
        elif name == "page" and self._progress is not None and self._slides:
            self._page += 1
            self._progress.records += 1
        elif name == "s" and self._open:
            count = attribute(attributes, "c")
            self._open[-1].text.add(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
        elif name in ("tab", "line-break") and self._open:
            self._open[-1].text.add("\t" if name == "tab" else "\n")
        elif name in _LEAVES or (name in _SIGNED and self._beside()):
            self._leaf_name, self._leaf_field = name, _LEAVES.get(name) or _SIGNED[name]
        else:
            self._values(name, attributes)

    def _values(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take texts that stand in attributes: targets of links, values of fields."""
        for wanted in _VALUES.get(name, ()):
            self.tell("form", self._number, attribute(attributes, wanted))
        if name in ("a", "object", "event-listener", "frame"):
            target = attribute(attributes, "href")
            if not target.startswith(("#", "./", "../", "Pictures/")):
                self.tell("link", self._number, target)

    def _begin(self) -> None:
        field = self._fields[-1]
        if self._slides and field not in ("header", "footer"):
            number = max(1, self._page)
        elif field in ("text", "header", "footer") and not (self._apart and self._open):
            number = self._counts[field] = self._counts.get(field, 0) + 1
            if field == "text" and self._progress is not None:
                self._progress.records += 1
        else:
            number = self._open[0].number if self._open else self._counts.get("text", 0) + 1
        self._open.append(_Open(number, field, Gathered(lambda text: self.tell(field, number, text))))

    def close(self, name: str) -> None:
        if name in ("p", "h"):
            self._finish()
        elif name in _PLACES and self._places and self._places[-1] == name:
            self._places.pop()
            self._fields.pop()
        elif name in _APART:
            self._apart -= 1
        elif name == self._leaf_name:
            text = self._leaf.take()
            if self._leaf_field:
                self.tell(self._leaf_field, self._number, text)
            self._leaf_name = ""

    def _finish(self) -> None:
        if self._open:
            one = self._open.pop()
            self.tell(one.field, one.number, one.text.take())

    def broken(self) -> None:
        while self._open:
            self._finish()

    def data(self, text: str) -> None:
        if self._leaf_name:
            self._leaf.add(text)
        elif self._open and not self._beside():
            self._open[-1].text.add(_BLANKS.sub(" ", text))

    def _beside(self) -> bool:
        """Tell whether this place lies beside paragraphs: what is open, if anything, belongs to another field."""
        return not self._open or self._open[-1].field != self._fields[-1]
