"""The text of an XML file made ready for a parser: UTF-8, and without anything that a parser would expand.

Whatever a document declares about itself is taken out before a parser sees it: the XML declaration, since the text is
UTF-8 by then, and the document type with all its entities, of which none is ever expanded or fetched (billion laughs,
quadratic blow-up, external entities). References to entities are read here: those of HTML as their character, others
as they are written.

Source: Extensible Markup Language 1.0, fifth edition, sections 2.8, 4.1 and 4.3.3.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from connectors.formats.encoding import Encoding, clean, encoding_of
from connectors.formats.interface import Opened
from connectors.formats.lines import piece_of_line
from connectors.formats.window import Window

_DECLARED = re.compile(rb"""\A\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_KNOWN = re.compile(
    r"cp\d{3,5}|windows[-_]?\d{3,4}|iso[-_]?8859[-_]\d{1,2}|iso-2022-(jp|kr)|koi8[-_][rut]|big5\w*|gb2312|gbk|gb18030|"
    r"euc[-_](jp|kr|cn)|shift[-_]?jis|mac[-_]?roman",
    re.IGNORECASE,
)
"""Encodings that are looked for among Python's; UTF-8 and the Western ones are told from the bytes."""
_WESTERN = re.compile(r"(iso[-_]?8859[-_]1|windows[-_]?1252|cp1252)\Z", re.IGNORECASE)
_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")
_TO_BLANK = bytes.maketrans(_FORBIDDEN, b" " * len(_FORBIDDEN))
_DOCTYPE = b'<!DOCTYPE recense SYSTEM "recense">'
"""With a document type that lies elsewhere, and is not fetched, entities that nobody knows are no error."""
_PROLOG = re.compile(
    rb"""
    \A\s*+ (?P<declaration><\?xml\s[^>]*+>)?+
    (?P<before>(?>\s++ | <!--(?>[^-]++|-(?!->))*+--> | <\?(?>[^?]++|\?(?!>))*+\?>)*+)
    (?P<type><!DOCTYPE (?>[^\[\]<>"']++ | "[^"]*+" | '[^']*+')*+
        (?: \[ (?P<subset>(?> [^\]"'<]++ | "[^"]*+" | '[^']*+' | <!--(?>[^-]++|-(?!->))*+-->
            | <\?(?>[^?]++|\?(?!>))*+\?> | <(?!!--|\?))*+) \] \s*+ )?+ >)?+
    """,
    re.VERBOSE,
)
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z_:][\w.:-]*;)?")
_NUMBER = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")
"""References to characters that XML does not allow, and that writers write all the same."""


class XmlText:
    """The text of one file; may be gone through again where its stream may."""

    def __init__(self, file: Opened) -> None:
        self._file = file
        self.subset = ""
        """What the document's own type declares, known with the first block: its entities may hold anything. It is
        text, and nothing else."""

    def blocks(self) -> Iterator[bytes]:
        """Give the text as UTF-8 in blocks, each ending between two characters and, if it can be, behind a tag or line.

        Lines keep their numbers. The first block begins with a document type of our own.

        Raises:
            OSError: where the disk does.
        """
        window, first = Window(self._file, _encoding(self._file.head)), True
        while True:
            window.fill()
            if not window.buffer:
                return
            block = clean(window.take(_cut(window))).translate(_TO_BLANK)
            if first:
                block, subset = _opened(block)
                self.subset, first = subset.decode().strip(), False
            yield _read(block)


def _opened(start: bytes) -> tuple[bytes, bytes]:
    """Take the declarations out of a document's start; gives what they declared too."""
    found = _PROLOG.match(start)
    if found is None:
        return _DOCTYPE + start, b""
    before = found["before"] or b""
    lines = start.count(b"\n", 0, found.end()) - before.count(b"\n")
    return _DOCTYPE + b"\n" * lines + before + start[found.end() :], found["subset"] or b""


def _read(block: bytes) -> bytes:
    """Read the references to entities."""
    if b"&" not in block:
        return block
    return _REFERENCE.sub(_character, _NUMBER.sub(b" ", block))


def _character(found: re.Match[bytes]) -> bytes:
    return b"&amp;" if found[1] is None else _named(found[1])


@lru_cache(maxsize=1024)
def _named(name: bytes) -> bytes:
    """Give the character of an entity of HTML; of another, its name as text."""
    character = html.unescape(f"&{name.decode()}")
    if character.startswith("&"):
        return b"&amp;" + name
    return b"&lt;" if character == "<" else b"&amp;" if character == "&" else character.encode()


def _encoding(head: bytes) -> Encoding:
    """Tell the encoding: by the bytes where they say it, else by what is declared."""
    encoding = encoding_of(head)
    declared = _DECLARED.match(head)
    if encoding.skip or not encoding.bytewise or declared is None:
        return encoding
    name = declared[1].decode()
    if _WESTERN.match(name) or not _KNOWN.fullmatch(name):
        return encoding
    try:
        "".encode(name)
    except LookupError:
        return encoding
    return Encoding(name.lower())


def _cut(window: Window) -> int:
    """Give the length of the next block."""
    buffer = window.buffer
    if window.done:
        return len(buffer)
    return max(buffer.rfind(b">"), buffer.rfind(b"\n")) + 1 or piece_of_line(buffer)
