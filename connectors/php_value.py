r"""PHP's serialised values, as WordPress options, user metadata and sessions hold them, parsed as JSON is.

`a:1:{s:5:"email";s:16:"jane@example.org";}` is `{"email": "jane@example.org"}`. Lengths count bytes; where a store has
changed the encoding they may count characters, and both are tried. Strings that hold serialised values are opened too.

Source: php.net, `serialize` and `session.serialize_handler`; the grammar in php-src, ext/standard/var_unserializer.re.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from connectors.json_shape import Parsed

LEVELS = 100
"""Arrays and objects inside each other that a value may have."""
NESTED = 8
"""Serialised strings inside each other that are opened."""
_SCALAR = re.compile(r"N;|b:([01]);|[idrR]:([^;:{}\"]{1,40});")
_STRING = re.compile(r'([sSE]):(\d{1,10}):"')
_ARRAY = re.compile(r"a:(\d{1,10}):\{")
_OBJECT = re.compile(r'O:\d{1,10}:"([^"]{0,256})":(\d{1,10}):\{')
_CUSTOM = re.compile(r'C:\d{1,10}:"[^"]{0,256}":(\d{1,10}):\{')
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{2})")
_HIDDEN = re.compile(r"\A[\0 ](?:\*|[^\0 ]{1,256})[\0 ](?=.)", re.DOTALL)
"""In front of the name of a property that is protected or private; NULs may have been read as blanks."""
_SESSION = re.compile(r"([^|!;{}\"\s]{1,128})\|")
SERIALISED = re.compile(r'(?:a:\d+:\{|[OC]:\d+:"|s:\d+:")')
_SESSION_START = re.compile(r"[\w.\-]{1,128}\|(?:a:\d+:\{|O:\d+:\"|[sS]:\d+:\"|[idb]:[-\d]|N;)")


class _NoValueError(Exception):
    """It is no serialised value, or a broken one."""


@dataclass
class _Reader:
    """Walks one text; a position is a byte or a character, as its lengths count."""

    text: str
    leaf: Callable[[str], str]
    """Gives a piece of the text as it reads."""
    nested: int
    at: int = 0

    def value(self, level: int = 0) -> Parsed:
        text, at = self.text, self.at
        kind = text[at : at + 1]
        if kind and kind in "sSE":
            return self._string()
        if kind == "a" and (found := _ARRAY.match(text, at)):
            return self._members(found.end(), level)
        if kind == "O" and (found := _OBJECT.match(text, at)):
            return self._members(found.end(), level)
        if kind == "C" and (found := _CUSTOM.match(text, at)):
            return self._custom(found.end(), int(found[1]))
        found = _SCALAR.match(text, at)
        if not found:
            raise _NoValueError
        self.at = found.end()
        if kind in "id":
            return found[2]
        return found[1] == "1" if kind == "b" else None

    def _string(self) -> Parsed:
        found = _STRING.match(self.text, self.at)
        if not found:
            raise _NoValueError
        start = found.end()
        if found[1] == "S":
            return self._escaped(start)
        end = start + int(found[2])
        if self.text[end : end + 2] != '";':
            raise _NoValueError
        self.at = end + 2
        text = self.leaf(self.text[start:end])
        if self.nested and SERIALISED.match(text):
            inner = parse_php(text, self.nested - 1)
            return text if inner is None else inner
        return text

    def _escaped(self, start: int) -> str:
        end = self.text.find('";', start)
        if end < 0:
            raise _NoValueError
        self.at = end + 2
        return self.leaf(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), self.text[start:end]))

    def _custom(self, start: int, length: int) -> Parsed:
        """Read an object that serialised itself: a text, which mostly holds a value."""
        end = start + length
        if self.text[end : end + 1] != "}":
            raise _NoValueError
        self.at = end + 1
        text = self.leaf(self.text[start:end])
        inner = parse_php(text, self.nested - 1) if self.nested else None
        return text if inner is None else inner

    def _members(self, start: int, level: int) -> Parsed:
        """Read up to the closing brace, whatever number of members was announced."""
        if level >= LEVELS:
            raise _NoValueError
        self.at = start
        members: list[tuple[str, Parsed]] = []
        listed = True
        while self.text[self.at : self.at + 1] != "}":
            key = self._key()
            listed = listed and key == str(len(members))
            members.append((key, self.value(level + 1)))
        self.at += 1
        return [value for _, value in members] if listed and members else tuple(members)

    def _key(self) -> str:
        found = _SCALAR.match(self.text, self.at)
        if found and found[2] is not None:
            self.at = found.end()
            return found[2]
        nested, self.nested = self.nested, 0
        key = self._string()
        self.nested = nested
        return _HIDDEN.sub("", key) if isinstance(key, str) else str(key)


def parse_php(text: str, nested: int = NESTED) -> Parsed:
    """Parse a text that holds one serialised array, object or string, or the variables of a session.

    Args:
        text: the whole of it, white space around apart.
        nested: how many serialised strings inside each other are opened.

    Returns:
        as `json_fields.parse`; None for everything else, and where lengths are wrong or levels too many.
    """
    text = text.strip(" \t\r\n")
    session = _SESSION_START.match(text) is not None
    if not session and not SERIALISED.match(text):
        return None
    if text.isascii():
        return _tried(text, str, nested, session=session)
    value = _tried(text.encode().decode("latin-1"), _from_bytes, nested, session=session)
    return _tried(text, str, nested, session=session) if value is None else value


def _from_bytes(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


def _tried(text: str, leaf: Callable[[str], str], nested: int, *, session: bool) -> Parsed:
    reader = _Reader(text, leaf, nested)
    try:
        value = _variables(reader) if session else reader.value()
    except (_NoValueError, RecursionError):
        return None
    return value if reader.at == len(text) else None


def _variables(reader: _Reader) -> Parsed:
    """Read `name|value name|value`, as a session is kept."""
    members = []
    while reader.at < len(reader.text):
        found = _SESSION.match(reader.text, reader.at)
        if not found:
            raise _NoValueError
        reader.at = found.end()
        members.append((reader.leaf(found[1]), reader.value()))
    return tuple(members)
