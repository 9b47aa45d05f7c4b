"""One JSON document of any size, taken apart while it is read: small values whole, large ones member by member."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from connectors.errors import ReadError
from connectors.formats.encoding import Encoding
from connectors.formats.interface import Opened
from connectors.interface import Cause
from connectors.json_shape import DECODER, DEPTH, MEMBERS, Parsed

WINDOW = 2 * 1024 * 1024
"""Bytes that are read at once. A value that does not fit into the window is taken apart."""
_STRING_CHARACTERS = 16 * 1024 * 1024
"""Characters that one string may have."""

Path = tuple[int | str, ...]
_SPACE = re.compile(r"[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_SCALAR = re.compile(r"[-+\w.]*")


class JsonStream:
    """Reads a document and yields its values with their paths.

    Args:
        file: what to read; its stream is moved.
        encoding: of the file.
    """

    def __init__(self, file: Opened, encoding: Encoding) -> None:
        self.taken = 0
        """Bytes read from the file since it was last set to 0."""
        self._file = file
        self._text = ""
        self._at = 0
        self._done = False
        self._error: ReadError | None = None
        """What the stream below ended with."""
        self._left = max(0, file.size - encoding.skip)
        self._codec = encoding.name
        errors = "recense.windows" if encoding.bytewise else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding.name)(errors)
        file.stream.seek(encoding.skip)

    def values(self) -> Iterator[tuple[Path, Parsed]]:
        """Yield (path, value): of each item of the outermost array, else of the largest parts that fit.

        The member that a value too large for the window belongs to is announced first, as an object with that one
        name and None; likewise an item, as None. Objects are yielded at their own path, possibly in parts.

        Raises:
            ReadError: CORRUPT where it ends early, breaks, is followed by something else or has too many levels; CUT
                where one string is too long. What was yielded before stands.
        """
        if self._peek() == "[":
            yield from self._array(())
        else:
            yield from self._value(())
        if self._peek():
            raise self._broken("goes on behind its end")

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._done:
            return False
        try:
            raw = self._file.stream.read(min(WINDOW, self._left)) or b""
        except ReadError as error:
            # What came before it is read first; then the document breaks off, for this reason.
            self._error, raw = error, b""
        self._left -= len(raw)
        self.taken += len(raw)
        self._done = not raw or not self._left
        # NULs become blanks, as in all text that is read.
        new = self._decoder.decode(raw, final=self._done).replace("\0", " ")
        self._text = self._text[self._at :] + new
        self._at = 0
        return True

    def _peek(self) -> str:
        """Give the next character that is no white space, without taking it; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr] # matches the empty string
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self, path: Path) -> Iterator[tuple[Path, Parsed]]:
        first = self._peek()
        if first in ("[", "{"):
            whole = self._whole()
            if whole is not None:
                yield path, whole
                return
            if len(path) >= DEPTH:
                raise ReadError(Cause.CORRUPT, f"the JSON has more than {DEPTH} levels; it was read up to there")
            yield path, None
            yield from self._array(path) if first == "[" else self._object(path)
        elif first == '"':
            yield path, self._string()
        else:
            yield path, self._scalar()

    def _whole(self) -> Parsed:
        """Parse a container that ends within the window; None where none does."""
        if len(self._text) - self._at < WINDOW // 2:
            self._more()
        try:
            value, self._at = DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None
        return value

    def _array(self, path: Path) -> Iterator[tuple[Path, Parsed]]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        place = 0
        while True:
            for value in self._run():
                yield (*path, place), value
                place += 1
            yield from self._value((*path, place))
            place += 1
            if self._end_of("]"):
                return

    def _run(self) -> Iterator[Parsed]:
        """Take the items that end within the window and have another behind them; the quick way through an array."""
        self._peek()
        text = self._text
        while True:
            try:
                value, end = DECODER.scan_once(text, self._at)  # type: ignore[attr-defined] # missing in its stub
            except (StopIteration, ValueError, RecursionError):
                return
            comma = _COMMA.match(text, end)
            if comma is None:
                return
            self._at = comma.end()
            yield value

    def _object(self, path: Path) -> Iterator[tuple[Path, Parsed]]:
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            self._peek()
            while members := self._members():
                yield path, members
            if self._peek() != '"':
                raise self._broken()
            name = self._string()
            if self._peek() != ":":
                raise self._broken()
            self._at += 1
            below = (*path, name)
            for place, value in self._value(below):
                yield (path, ((name, value),)) if place == below else (place, value)
            if self._end_of("}"):
                return

    def _members(self) -> tuple[tuple[str, Parsed], ...]:
        """Take some members that end within the window and have another behind them, as `_run` does with items."""
        text, found = self._text, list[tuple[str, Parsed]]()
        while len(found) < MEMBERS and text.startswith('"', self._at):
            try:
                name, end = DECODER.scan_once(text, self._at)  # type: ignore[attr-defined] # missing in its stub
                colon = _COLON.match(text, end)
                value, end = DECODER.scan_once(text, colon.end() if colon else end)  # type: ignore[attr-defined] # likewise
            except (StopIteration, ValueError, RecursionError):
                break
            comma = _COMMA.match(text, end)
            if colon is None or comma is None:
                break
            self._at = comma.end()
            found.append((name, value))
        return tuple(found)

    def _end_of(self, closing: str) -> bool:
        """Take a comma or the closing bracket; True for the latter."""
        found = self._peek()
        if found not in (",", closing) or not found:
            raise self._broken()
        self._at += 1
        return found == closing

    def _string(self) -> str:
        """Take a string, reading on until it ends."""
        while True:
            try:
                value, self._at = DECODER.raw_decode(self._text, self._at)
            except ValueError as error:
                ends = _may_go_on(error, len(self._text))
                if self._done or not ends:
                    raise self._broken("ends early" if ends else "breaks") from None
            else:
                return str(value)
            if len(self._text) - self._at > _STRING_CHARACTERS:
                raise ReadError(Cause.CUT, f"one text has more than {_STRING_CHARACTERS:,} characters; read up to it")
            self._more()

    def _scalar(self) -> Parsed:
        """Take a number or a literal."""
        while True:
            end = _SCALAR.match(self._text, self._at).end()  # type: ignore[union-attr] # matches the empty string
            if end < len(self._text) or end - self._at > _STRING_CHARACTERS or not self._more():
                break
        try:
            value, stop = DECODER.raw_decode(self._text, self._at)
        except ValueError:
            raise self._broken("ends early" if end == len(self._text) else "breaks") from None
        if stop != end:
            raise self._broken()
        self._at = stop
        return value

    def _broken(self, how: str = "") -> ReadError:
        """Make the error for the place that was reached."""
        self._peek()
        if self._error is not None:
            return self._error
        waiting = self._text[self._at :].encode(self._codec, "replace")
        place = self._file.size - self._left - len(waiting)
        how = how or ("breaks" if waiting else "ends early")
        return ReadError(Cause.CORRUPT, f"the JSON {how} at byte {place:,}; it was read up to there")


def _may_go_on(error: ValueError, length: int) -> bool:
    """Tell whether a string failed only because the window ends inside it, perhaps inside an escape."""
    return "Unterminated" in str(error) or getattr(error, "pos", 0) > length - 16
