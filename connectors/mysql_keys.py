"""Keys: how the place behind a row is written down, and how a statement goes on from there, in the column's own order.

A boundary must come back exactly, or rows are lost or doubled. So a FLOAT is taken as the double that it is, ENUM and
SET as the numbers by which they are sorted, and text is compared in the column's own character set and collation.
Values reach a statement checked against a narrow pattern, or in hexadecimal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.mysql_names import quote

WHOLE = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
"""Types by which a table can be cut into parts."""
_NUMBERS = WHOLE | {"decimal", "year", "double", "bit"}
_RANKED = frozenset({"enum", "set"})
_TIMES = frozenset({"date", "datetime", "timestamp", "time"})
_WORDS = frozenset({"uuid", "inet4", "inet6"})
_TEXTS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_BINARIES = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
ORDERED = _NUMBERS | _RANKED | _TIMES | _WORDS | _TEXTS | _BINARIES | {"float"}
"""Types by which a table can be paged."""
_FAITHFUL = frozenset({"utf8mb4", "utf8mb3", "utf8", "ascii", "latin1", "ucs2", "utf16", "utf16le", "utf32", "binary"})
"""Character sets whose text comes back from UTF-8 as it was; for others the bytes themselves are asked for."""
_NUMBER = re.compile(r"-?\d{1,70}(\.\d{1,40})?(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"[-0-9:. ]{1,30}", re.ASCII)
_WORD = re.compile(r"[-0-9a-f:.]{1,45}", re.IGNORECASE | re.ASCII)
_HEX = re.compile(r"([0-9a-f]{2})*")
_NAME = re.compile(r"\w{1,64}", re.ASCII)


class ForeignError(ValueError):
    """A text is no value of a key column; its message shows no value."""


@dataclass(frozen=True)
class KeyColumn:
    """A column of the index by which a table is read."""

    name: str
    kind: str
    """Its type without length, in lower case."""
    charset: str = ""
    collation: str = ""

    @property
    def binary(self) -> bool:
        """Whether its values are bytes rather than text."""
        return self.kind in _BINARIES

    @property
    def shown(self) -> str:
        """The expression that a locator shows."""
        return f"({quote(self.name)} + {'0e0' if self.kind == 'float' else '0'})" if self._counted else quote(self.name)

    @property
    def exact(self) -> str:
        """The expression whose text is the boundary."""
        if self.kind in _RANKED:
            return f"({quote(self.name)} + 0)"
        return f"HEX({quote(self.name)})" if self._native else self.shown

    @property
    def _counted(self) -> bool:
        return self.kind in ("float", "bit")

    @property
    def _native(self) -> bool:
        return self.kind in _TEXTS and self.charset not in _FAITHFUL

    def write(self, raw: bytes) -> str:
        """Write a boundary down as text: hexadecimal for bytes.

        Raises:
            ForeignError: it holds bytes that are no valid text, so that nothing can be compared with it.
        """
        if self.binary:
            return raw.hex()
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise ForeignError(f"a key in {self.name!a} holds bytes that are no text of its character set") from None

    def boundary(self, text: str) -> str:
        """Write a boundary as SQL.

        Raises:
            ForeignError: the text is none of this column.
        """
        if self.kind in _RANKED:
            return self._checked(_NUMBER, text)
        if self.binary or self._native:
            body = f"X'{self._checked(_HEX, text.lower())}'"
            return body if self.binary else f"_{self._charset} {body} COLLATE {self._collation}"
        return self.value(text)

    def value(self, text: str) -> str:
        """Write what a locator shows as SQL.

        Raises:
            ForeignError: the text is no value of this column.
        """
        if self.kind in _NUMBERS or self.kind == "float":
            number = self._checked(_NUMBER, text)
            return number if self.kind not in ("float", "double") or "e" in number.lower() else f"{number}e0"
        if self.kind in _TIMES:
            return f"'{self._checked(_TIME, text)}'"
        if self.kind in _WORDS:
            return f"'{self._checked(_WORD, text)}'"
        if self.binary:
            return f"X'{from_shown(text).hex()}'"
        body = f"_utf8mb4 X'{text.encode('utf-8', 'replace').hex()}'"
        if self._charset != "utf8mb4":
            body = f"CONVERT({body} USING {self._charset})"
        return f"{body} COLLATE {self._collation}"

    @property
    def _charset(self) -> str:
        return self._checked(_NAME, self.charset)

    @property
    def _collation(self) -> str:
        return self._checked(_NAME, self.collation)

    def _checked(self, pattern: re.Pattern[str], text: str) -> str:
        if not pattern.fullmatch(text):
            raise ForeignError(f"that is no value of the column {self.name!a}")
        return text


def behind(order: Sequence[KeyColumn], mark: Sequence[str]) -> str:
    """Give the condition that holds for the rows behind a mark.

    Servers use no index for `(a, b) > (x, y)`; they do for the same thing spelled out.

    Raises:
        ForeignError: the mark is none of this order.
    """
    if len(order) != len(mark):
        raise ForeignError("the mark has another number of columns than the key")
    pairs = [(quote(column.name), column.boundary(text)) for column, text in zip(order, mark, strict=True)]
    equal = [f"{name} = {value}" for name, value in pairs]
    steps = [" AND ".join([*equal[:n], f"{name} > {value}"]) for n, (name, value) in enumerate(pairs)]
    if len(steps) == 1:
        return steps[0]
    return f"{pairs[0][0]} >= {pairs[0][1]} AND (({') OR ('.join(steps)}))"


def up_to(order: Sequence[KeyColumn], bound: Sequence[str]) -> str:
    """Give the condition that holds for the rows up to a bound, itself included, of a key of one column.

    Raises:
        ForeignError: the bound is none of this order.
    """
    if len(order) != 1 or len(bound) != 1:
        raise ForeignError("the bound has another number of columns than the key")
    return f"{quote(order[0].name)} <= {order[0].boundary(bound[0])}"


def among(key: Sequence[KeyColumn], locators: Sequence[Sequence[str]]) -> str:
    """Give the condition that holds for the rows with these keys, at least one.

    Raises:
        ForeignError: a locator holds what is no value of its column.
    """
    if len(key) == 1:
        return f"{quote(key[0].name)} IN ({', '.join(key[0].value(one[0]) for one in locators)})"
    rows = [
        " AND ".join(f"{quote(column.name)} = {column.value(text)}" for column, text in zip(key, one, strict=True))
        for one in locators
    ]
    return f"({') OR ('.join(rows)})"


def to_shown(raw: bytes) -> str:
    r"""Show a binary key: as its text where it is text, else in hexadecimal; different keys never look the same.

    Text that could be taken for such hexadecimal is shown in hexadecimal too.

    >>> to_shown(b"abc"), to_shown(b"\xff\x00"), to_shown(b"ff00"), from_shown("66663030")
    ('abc', 'ff00', '66663030', b'ff00')
    """
    return raw.hex() if _plain(raw) is None or _mistakable(raw) else raw.decode()


def from_shown(text: str) -> bytes:
    """Give the binary key that is shown so."""
    if _HEX.fullmatch(text):
        raw = bytes.fromhex(text)
        if _plain(raw) is None or _mistakable(raw):
            return raw
    return text.encode("utf-8", "replace")


def _mistakable(raw: bytes) -> bool:
    text = _plain(raw)
    if not text or not _HEX.fullmatch(text):
        return False
    inner = bytes.fromhex(text)
    return _plain(inner) is None or _mistakable(inner)


def _plain(raw: bytes) -> str | None:
    """Give the text that bytes are, or None where they are none."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
