r"""The text of a message that Outlook keeps as compressed RTF: unpacked, and what HTML or text was wrapped into it.

Sources: [MS-OXRTFCP] (compression), [MS-OXRTFEX] (HTML and text in RTF).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import chain

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.pages import Progress
from connectors.formats.rtf_reader import RtfReader
from connectors.formats.rtf_words import CHARACTERS, DANGLING, SIGNS, TOKEN, codec_of_page
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.interface import Cause

_PACKED, _PLAIN = b"LZFu", b"MELA"
_PIECE = 64 * 1024
_RING = 4096
_RUN = 17
"""Bytes of a run, at most: signs, and eight references."""
_BEGUN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the window of every compressed text begins with ([MS-OXRTFCP] 2.1.3.1.4)."""
_HEAD = 4096
"""Bytes in which it is said what the RTF was made of."""
_WORDS = {**CHARACTERS, "par": "\n"}
_HIDDEN = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "object"})
_DEPTH = 500


def from_rtf(
    blocks: Iterator[bytes], file: Opened, meter: Meter, *, beside: bool
) -> Iterator[tuple[bool, Iterator[str]]]:
    """Give the texts of a message's RTF, and whether they are HTML; nothing where its plain text says it all.

    Args:
        blocks: as they are stored.
        file: in which it lies.
        meter: counts what comes out.
        beside: whether the message has a plain text too.

    Raises:
        ReadError: it is damaged, behind what came before.
    """
    found = unpacked(blocks, meter)
    head = b""
    while len(head) < _HEAD and (piece := next(found, b"")):
        head += piece
    whole = chain((head,), found)
    if b"\\fromhtml" in head[:_HEAD]:
        yield True, unwrapped(whole)
    elif b"\\fromtext" in head[:_HEAD]:
        if not beside:
            yield False, unwrapped(whole)
    else:
        stream = Piped(lambda: _Pieces(whole), again=False)
        records = RtfReader(Opened(stream, file.name, UNKNOWN_SIZE, file.timeout), Progress()).records()
        yield False, (record.text + "\n" for record in records)


class _Pieces:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        self._rest = self._rest or next(self._pieces, b"")
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def unpacked(blocks: Iterable[bytes], meter: Meter) -> Iterator[bytes]:
    """Unpack what is stored as RTF.

    Raises:
        ReadError: CORRUPT, behind what came before.
    """
    source = iter(blocks)
    data = b""
    while len(data) < 16 and (block := next(source, b"")):
        data += block
    if len(data) < 16:
        raise ReadError(Cause.CORRUPT, "the RTF text of the message is cut short")
    (size,) = struct.unpack_from("<L", data, 4)
    kind, data = data[8:12], data[16:]
    if kind == _PLAIN:
        for piece in chain((data,), source):
            meter.count(len(piece))
            yield piece[:size]
            size -= len(piece[:size])
        return
    if kind != _PACKED:
        raise ReadError(Cause.CORRUPT, "the RTF text of the message is damaged")
    for piece in _lzfu(data, source):
        meter.count(len(piece))
        yield piece[:size]
        size -= len(piece[:size])
        if not size:
            return


def _lzfu(data: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack runs of eight, each a byte or a place in the window and a length; ends where one points at itself."""
    window = _Window()
    place, ended = 0, False
    while not ended:
        while len(data) - place < _RUN and (block := next(source, b"")):
            data, place = data[place:] + block, 0
        run, place = data[place : place + _RUN], place + 1
        if not run:
            break
        at, flags = 1, run[0]
        if not flags:
            window.out += run[1:9]
            at = len(run[:9])
        for _ in range(8 if flags else 0):
            if not flags & 1:
                window.out += run[at : at + 1]
                at += 1
            elif len(run) < at + 2 or not window.copy(run[at] << 4 | run[at + 1] >> 4, (run[at + 1] & 15) + 2):
                ended = True
                break
            else:
                at += 2
            flags >>= 1
        place += at - 1
        yield from window.full()
    yield window.rest()


class _Window:
    """What came out, as far back as it may be referred to."""

    def __init__(self) -> None:
        self.out = bytearray(_BEGUN)
        self._given = len(_BEGUN)

    def copy(self, offset: int, length: int) -> bool:
        """Repeat what stands at a place of the window; False at the end, which is where the next byte would stand."""
        back = (len(self.out) - offset) % _RING
        start = len(self.out) - back
        if start < 0:
            self.out += bytes(length)  # of the window that nothing was written to yet
        elif back >= length:
            self.out += self.out[start : start + length]
        else:
            # What is referred to goes on into what it becomes.
            self.out += (self.out[start:] * (length // max(1, back) + 1))[:length] if back else b""
        return back > 0

    def full(self) -> Iterator[bytes]:
        """Give what came out, if it is enough."""
        if len(self.out) - self._given >= _PIECE:
            yield self.rest()
            # Places are counted from the window's start, so that whole windows are let go.
            del self.out[: (len(self.out) - _RING) // _RING * _RING]
            self._given = len(self.out)

    def rest(self) -> bytes:
        return bytes(self.out[self._given :])


def unwrapped(pieces: Iterable[bytes]) -> Iterator[str]:
    """Give the HTML or text that was wrapped into RTF: tags stand in groups of their own, the rest is for RTF alone."""
    reader = _Unwrap()
    held = b""
    for piece in pieces:
        held += piece
        found = DANGLING.search(held, max(0, len(held) - 64))
        end = found.start() if found else len(held)
        yield reader.feed(held, end)
        held = held[end:]
    yield reader.feed(held, len(held))


class _Unwrap:
    """Where in the groups reading is."""

    def __init__(self) -> None:
        self._codec = "cp1252"
        self._skip = 1
        self._pass = 0
        self._stack: list[tuple[bool, bool]] = []
        self._hidden = self._rtf = False
        """Whether the group is hidden, and whether what comes is for readers of RTF only."""
        self._optional = False
        self._raw = bytearray()
        self._out: list[str] = []

    def feed(self, data: bytes, end: int) -> str:
        at = 0
        while at < end and (found := TOKEN.match(data, at, end)):
            at = found.end()
            word, number, code, sign, brace, plain = found.groups()
            if plain is not None:
                self._plain(plain)
            elif code is not None:
                self._plain(bytes.fromhex(code.decode()))
            elif word is not None:
                self._word(word.decode(), int(number) if number else None)
            elif brace is not None:
                self._brace(opening=brace == b"{")
            elif sign is not None:
                self._sign(sign)
        self._settle()
        text, self._out = "".join(self._out), []
        return text

    def _plain(self, raw: bytes) -> None:
        self._optional = False
        if self._pass:
            passed = min(self._pass, len(raw))
            self._pass -= passed
            raw = raw[passed:]
        if not self._hidden and not self._rtf:
            self._raw += raw

    def _settle(self) -> None:
        if self._raw:
            self._out.append(self._raw.decode(self._codec, "replace"))
            self._raw.clear()

    def _put(self, text: str) -> None:
        self._settle()
        if not self._hidden and not self._rtf:
            self._out.append(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._optional = True
        elif sign in SIGNS:
            self._put(SIGNS[sign])

    def _brace(self, *, opening: bool) -> None:
        self._settle()
        self._pass, self._optional = 0, False
        if opening and len(self._stack) < _DEPTH:
            self._stack.append((self._hidden, self._rtf))
        elif not opening and self._stack:
            self._hidden, self._rtf = self._stack.pop()

    def _word(self, word: str, number: int | None) -> None:
        optional, self._optional = self._optional, False
        if word == "u" and number is not None:
            self._put(chr(number & 0xFFFF) if not 0xD800 <= number & 0xFFFF < 0xE000 else "\ufffd")
            self._pass = self._skip
        elif word == "htmltag":
            self._rtf = False
        elif word == "htmlrtf":
            self._settle()
            self._rtf = number != 0
        elif optional or word in _HIDDEN:
            self._hidden = True
        elif word in _WORDS:
            self._put(_WORDS[word])
        elif word == "ansicpg" and number:
            self._codec = codec_of_page(number)
        elif word == "uc" and number is not None:
            self._skip = max(0, min(number, 8))
