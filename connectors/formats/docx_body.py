"""The paragraphs of WordprocessingML: of the body, of a note, of a header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from connectors.formats.ooxml import Recording
from connectors.formats.pages import Gathered, Progress
from connectors.formats.xml_stream import attribute

_ANCHORS = 200_000
"""Notes, comments and links whose paragraph is remembered."""
_AUTHORS = 10_000
"""Different authors of changes that are told once each."""
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = ("footnote", "endnote", "comment")
_LISTED = frozenset({"listItem", "listEntry"})


@dataclass
class Anchors:
    """Which paragraph of the body something hangs on."""

    places: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, kind: str, key: str, number: int) -> None:
        """Remember the first place that refers to a footnote, endnote or comment, or uses a relationship."""
        if key and len(self.places) < _ANCHORS:
            self.places.setdefault((kind, key), number)

    def place(self, kind: str, key: str) -> int:
        """Give the paragraph; 1 where nothing refers to it."""
        return self.places.get((kind, key), 1)


class _Paragraph:
    """Texts that grow together: as it stands, as it was before deletions, the codes of its fields."""

    def __init__(self, walker: Body, number: int) -> None:
        self.number = number
        self.text = Gathered(partial(walker.tell, walker.field, number))
        self.before: Gathered | None = None
        self.code: Gathered | None = None


_CHANGES = {"ins": (0, 1), "moveTo": (0, 1), "del": (1, 0), "moveFrom": (1, 0)}
"""How deep, behind one of these, it is in what was deleted and in what was inserted."""
_REFERENCES = frozenset({"footnoteReference", "endnoteReference", "commentReference"})
_LINKS = frozenset({"hyperlink", "hlinkClick", "hlinkHover"})
_TEXTS = frozenset({"t", "delText", "instrText", "delInstrText"})
_DRAWN = frozenset({"docPr", "shape", "textpath"})


class Body(Recording):
    """Reads a part that holds paragraphs.

    Args:
        field: of its paragraphs.
        anchors: filled from the body; asked by notes.
        progress: counts the paragraphs of the body; None for all other parts.
    """

    wanted = frozenset(
        {"r", "p", "txbxContent", "AlternateContent", "Fallback", "fldSimple", "default"}
        | {*_BREAKS, *_NOTES, *_LISTED, *_CHANGES, *_REFERENCES, *_LINKS, *_TEXTS, *_DRAWN}
    )

    def __init__(self, field: str, anchors: Anchors, progress: Progress | None = None) -> None:
        super().__init__()
        self.field = field
        self._anchors = anchors
        self._progress = progress
        self._count = 0
        self._fixed: int | None = None
        """The number of all paragraphs of a note."""
        self._stack: list[_Paragraph] = []
        self._runs = 0
        self._boxes = 0
        self._deleted = 0
        self._inserted = 0
        self._fallback = 0
        self._choice: set[int] = set()
        """Of the texts that stand in one `AlternateContent`, whose other form repeats them."""
        self._alternate = 0
        self._into = ""
        self._authors: set[str] = set()

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "r":
            self._runs += 1
        elif name == "p":
            self._begin()
        elif name in _TEXTS:
            self._into = name
        elif name in _BREAKS:
            if self._runs:
                self._add(_BREAKS[name])
        else:
            self._other(name, attributes)

    def _other(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what is not text: changes, boxes, and what paragraphs refer to."""
        if name in _CHANGES:
            self._nest(name, 1)
            self._author("change.author", attribute(attributes, "author"))
        elif name in _REFERENCES:
            self._anchors.note(name.removesuffix("Reference"), attribute(attributes, "id"), self.number)
        elif name in _LINKS:
            self._anchors.note("link", attribute(attributes, "id"), self.number)
        elif name in _NOTES:
            self._note(name, attributes)
        elif name in _DRAWN:
            self._described(attributes)
        elif name == "fldSimple":
            self.tell("link", self.number, attribute(attributes, "instr"))
        elif name == "default" or name in _LISTED:
            value = attribute(attributes, "displayText") or attribute(attributes, "val")
            self.tell("form", self.number, "" if value in ("0", "1") else value)
        else:
            self._nest(name, 1)

    def _nest(self, name: str, step: int) -> None:
        """Go into something that says what paragraphs inside are, or out of it."""
        deleted, inserted = _CHANGES.get(name, (0, 0))
        self._deleted += deleted * step
        self._inserted += inserted * step
        self._boxes += step * (name == "txbxContent")
        self._fallback += step * (name == "Fallback")
        self._alternate += step * (name == "AlternateContent")
        if not self._alternate:
            self._choice.clear()

    def _note(self, name: str, attributes: Mapping[str, str]) -> None:
        key = attribute(attributes, "id")
        if key:
            self._fixed = self._anchors.place(name, key)
        self._author("comment.author", attribute(attributes, "author"))

    def _author(self, field: str, author: str) -> None:
        if author and author not in self._authors and len(self._authors) < _AUTHORS:
            self._authors.add(author)
            self.tell(field, self.number, author)

    def _described(self, attributes: Mapping[str, str]) -> None:
        for key in ("descr", "title", "alt", "string"):
            self.tell("shape", self.number, attribute(attributes, key))
        self.tell("link", self.number, attribute(attributes, "href"))

    @property
    def number(self) -> int:
        """Give the number of the paragraph that is open, else of the next."""
        if self._fixed is not None:
            return self._fixed
        return self._stack[-1].number if self._stack else self._count + 1

    def _begin(self) -> None:
        counted = self._fixed is None and not self._boxes
        self._count += counted
        if counted and self._progress is not None:
            self._progress.records += 1
        # A text box has the number of the paragraph that it hangs on.
        above = self._stack[0].number if self._stack else max(1, self._count)
        self._stack.append(_Paragraph(self, self._fixed or (self._count if counted else above)))

    def close(self, name: str) -> None:
        if name == "r":
            self._runs -= 1
        elif name == "p":
            self._finish()
        elif name in _TEXTS:
            self._into = ""
        elif name in _NOTES:
            self._fixed = None
        else:
            self._nest(name, -1)

    def _finish(self) -> None:
        if not self._stack:
            return
        one = self._stack.pop()
        text = one.text.take()
        if self._fallback and hash(text) in self._choice:
            return
        if self._alternate and len(self._choice) < _ANCHORS:
            self._choice.add(hash(text))
        self.tell(self.field, one.number, text)
        if one.code:
            self.tell("link", one.number, one.code.take())
        if one.before:
            before = one.before.take()
            self.tell("deleted", one.number, "" if before in text else before)

    def broken(self) -> None:
        while self._stack:
            self._finish()

    def data(self, text: str) -> None:
        if not self._into or not self._stack:
            return
        if "nstr" in self._into:
            one = self._stack[-1]
            one.code = one.code or Gathered(partial(self.tell, "link", one.number))
            one.code.add(text)
        else:
            self._add(text, deleted=self._into == "delText")

    def _add(self, text: str, *, deleted: bool = False) -> None:
        if not self._stack:
            return
        one = self._stack[-1]
        deleted = deleted or self._deleted > 0
        if one.before is None and (deleted or self._inserted):
            one.before = Gathered(partial(self.tell, "deleted", one.number))
            one.before.add(one.text.look())
        if not deleted:
            one.text.add(text)
        if one.before and not (self._inserted and not deleted):
            one.before.add(text)
