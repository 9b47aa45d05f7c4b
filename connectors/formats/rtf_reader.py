r"""A tolerant reader of RTF: control words, groups, code pages, Unicode; its texts come as records.

It reads forward and holds little: one paragraph for each group that is open. What a broken document leaves open is
closed at its end, and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import partial

from connectors.formats.interface import Opened
from connectors.formats.pages import Gathered, Progress, Record
from connectors.formats.rtf_words import (
    CHARACTERS,
    DANGLING,
    ENDS,
    ENTERED,
    OWN_NUMBERS,
    SHAPE_TEXTS,
    SIGNS,
    SKIPPED,
    STORIES,
    TOKEN,
    codec_of_charset,
    codec_of_page,
)

_BLOCK = 256 * 1024
_DEPTH = 500
"""Groups inside groups; deeper ones are read as if they were not grouped. Word writes some 20."""
_FONTS = 10_000
"""Fonts whose character set is remembered."""
_OPEN = "the document ends within a group, as one does that was cut off; what was there was read"
_TAIL = 64
"""Bytes that a token may have that ends with a block; a longer one is plain text."""


@dataclass
class _Story:
    """A text of its own: the body, a header, a note."""

    field: str
    number: int | None
    """Of the paragraph that it hangs on; None where its paragraphs are counted."""
    text: Gathered = dataclass_field(init=False)


@dataclass
class _Group:
    """What holds up to the closing brace."""

    story: _Story
    codec: str
    skipped: bool = False
    unicode_skip: int = 1
    fonts: bool = False
    optional: bool = False
    """The group began with `\\*`."""
    fresh: bool = True
    """Nothing was met in it yet."""
    name: bool = False
    """It names a property of a shape."""


class RtfReader:
    """Reads one document."""

    def __init__(self, file: Opened, progress: Progress) -> None:
        self._stream = file.stream
        self._progress = progress
        self._ready: list[Record] = []
        self._counts: dict[str, int] = {}
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._default = "cp1252"
        self._raw = bytearray()
        self._pass = 0
        """Characters to pass over behind a Unicode one, which repeat it for old readers."""
        self._body = self._story("text", numbered=True)
        self._stack: list[_Group] = []
        self._group = _Group(self._body, "")
        self._beyond = 0
        self._shape = ""

    def records(self) -> Iterator[Record]:
        """Give the document's texts.

        Raises:
            OSError: where the disk does.
        """
        held = b""
        skip = 0
        while block := self._stream.read(_BLOCK):
            self._progress.place += len(block)
            if skip >= len(block):
                skip -= len(block)
                continue
            held += block[skip:]
            held, skip = self._tokens(held, _end_of(held))
            yield from self._drain()
        self._tokens(held, len(held))
        if self._stack or skip:
            self._progress.cut = _OPEN
        while self._stack:
            self._close()
        self._end_story(self._body)
        yield from self._drain()

    def _drain(self) -> Iterator[Record]:
        ready, self._ready = self._ready, []
        yield from ready

    def _tokens(self, held: bytes, end: int) -> tuple[bytes, int]:
        """Read what is complete; gives the rest, and how many bytes of data behind it are to be passed over."""
        at = 0
        while at < end and (found := TOKEN.match(held, at, end)):
            at = found.end()
            word, number, code, sign, brace, plain = found.groups()
            if plain is not None:
                self._plain(plain)
            elif word is not None:
                if word == b"bin" and number:
                    at += max(0, int(number))
                    if at >= len(held):
                        return b"", at - len(held)
                else:
                    self._word(word.decode(), int(number) if number else None)
            elif code is not None:
                self._plain(bytes.fromhex(code.decode()))
            elif brace is not None:
                self._brace(opening=brace == b"{")
            elif sign is not None:
                self._sign(sign)
            elif found.group()[:1] == b"\\" and len(found.group()) > 1:
                self._end_paragraph()
        return held[at:], 0

    def _plain(self, raw: bytes) -> None:
        self._group.fresh = False
        if self._pass:
            passed = min(self._pass, len(raw))
            self._pass -= passed
            raw = raw[passed:]
        if not self._group.skipped and not self._group.fonts:
            self._raw += raw
            if len(self._raw) > _BLOCK:
                self._settle()

    def _settle(self) -> None:
        """Turn the bytes that wait into text; only together they are characters where one takes two."""
        if self._raw:
            raw, self._raw = bytes(self._raw), bytearray()
            if raw.isascii():
                self._group.story.text.add(raw.decode("ascii"))
            else:
                self._group.story.text.add(raw.decode(self._group.codec or self._default, "replace"))

    def _put(self, text: str) -> None:
        self._settle()
        if not self._group.skipped and not self._group.fonts:
            self._group.story.text.add(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group.optional = self._group.fresh
            return
        self._group.fresh = False
        if sign in b"\r\n":
            self._end_paragraph()
        elif self._pass:
            self._pass -= 1
        elif sign in SIGNS:
            self._put(SIGNS[sign])

    def _brace(self, *, opening: bool) -> None:
        self._settle()
        self._pass = 0
        if not opening:
            self._close()
        elif len(self._stack) >= _DEPTH:
            self._beyond += 1
        else:
            self._group.fresh = False
            self._stack.append(self._group)
            self._group = replace(self._group, fresh=True, optional=False, name=False)

    def _close(self) -> None:
        self._settle()
        if self._beyond:
            self._beyond -= 1
        elif self._stack:
            group, self._group = self._group, self._stack.pop()
            if group.story is not self._group.story:
                self._end_story(group.story)

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "u" and number is not None:
            self._unicode(number)
            return
        if self._pass:
            self._pass -= 1
            return
        fresh, group.fresh = group.fresh, False
        if fresh and self._destination(word):
            return
        if word in ENDS:
            self._end_paragraph()
        elif word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif number is not None:
            self._setting(word, number)
        elif word in ("plain", "mac", "pc", "pca"):
            self._settle()
            if word == "plain":
                group.codec = self._fonts.get(self._font, "")
            else:
                self._default = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]

    def _destination(self, word: str) -> bool:
        """Let a group be what its first word says; says whether the word is done with."""
        group = self._group
        if group.skipped:
            return True
        if word in STORIES:
            group.skipped = word == "sv" and self._shape not in SHAPE_TEXTS
            group.story = self._story(STORIES[word], numbered=STORIES[word] in OWN_NUMBERS)
        elif word == "sn":
            group.name = True
            group.story = self._story("", numbered=False)
        elif word == "fonttbl":
            group.fonts = True
        elif word in SKIPPED or (group.optional and word not in ENTERED):
            group.skipped = True
        else:
            return False
        return True

    def _setting(self, word: str, number: int) -> None:
        group = self._group
        if word == "uc":
            group.unicode_skip = max(0, min(number, 8))
        elif word == "f":
            self._settle()
            if group.fonts:
                self._last_font = number
            group.codec = self._fonts.get(number, "")
        elif word in ("fcharset", "cpg") and group.fonts and len(self._fonts) < _FONTS:
            codec = codec_of_charset(number) if word == "fcharset" else codec_of_page(number)
            if codec:
                self._fonts[self._last_font] = codec
        elif word == "ansicpg" and number:
            self._default = codec_of_page(number)
        elif word == "deff":
            self._font = number

    _last_font = 0

    def _unicode(self, number: int) -> None:
        self._group.fresh = False
        self._put(chr(number & 0xFFFF))
        self._pass = self._group.unicode_skip

    def _story(self, field: str, *, numbered: bool) -> _Story:
        number = None if numbered else 1 if field.startswith("properties.") else self._progress.records + 1
        story = _Story(field, number)
        story.text = Gathered(partial(self._tell, story))
        return story

    def _tell(self, story: _Story, text: str) -> None:
        if story.field == "":
            self._shape = text.strip()
        elif text.strip():
            number = self._counts.get(story.field, 0) + 1 if story.number is None else story.number
            self._ready.append(Record(story.field, number, _paired(text)))

    def _end_paragraph(self) -> None:
        self._settle()
        story = self._group.story
        if self._group.skipped:
            return
        self._tell(story, story.text.take())
        if story.number is None:
            self._counts[story.field] = self._counts.get(story.field, 0) + 1
            if story is self._body:
                self._progress.records += 1

    def _end_story(self, story: _Story) -> None:
        text = story.text.take()
        if text.strip():
            self._tell(story, text)
            if story.number is None:
                self._counts[story.field] = self._counts.get(story.field, 0) + 1
                self._progress.records += story is self._body


def _end_of(held: bytes) -> int:
    """Give the end of the last token that is surely whole."""
    found = DANGLING.search(held, max(0, len(held) - _TAIL))
    return found.start() if found else len(held)


def _paired(text: str) -> str:
    """Join the halves of characters that RTF writes as two."""
    if not any("\ud800" <= one <= "\udfff" for one in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
