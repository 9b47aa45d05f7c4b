"""What the statements of a dump say about tables: names, columns, types, primary keys, and which database it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.formats.csv_dialect import MAX_COLUMNS, distinct
from connectors.formats.sql_rows import row_at
from connectors.text import decode

_PART = rb"""(?:`(?:[^`]|``){1,512}+`|"(?:[^"]|""){1,512}+"|\[[^\]\n]{1,512}+\]|[\w$@#\x80-\xff]{1,512}+)"""
NAME = rb"%b(?:\s*+\.\s*+%b){0,3}" % (_PART, _PART)
_LIST = rb"\(\s*+%b(?:\s*+,\s*+%b)*+\s*+\)" % (_PART, _PART)
INSERT = re.compile(
    rb"(?:INSERT|REPLACE)\b(?:\s++(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s++\w++))*+(?:\s++INTO\b)?\s*+(%b)"
    rb"\s*+(%b)?\s*+(?:OVERRIDING\s++\w++\s++VALUE\s++)?VALUES?\s*+(?=\()" % (NAME, _LIST),
    re.IGNORECASE,
)
COPY = re.compile(
    rb"COPY\s++(?:ONLY\s++)?(%b)\s*+(%b)?\s*+FROM\s++stdin(?:\s++WITH\s++OIDS)?\s*;[ \t]*+\r?\n" % (NAME, _LIST),
    re.IGNORECASE,
)
CREATE = re.compile(
    rb"CREATE\s++(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|OR\s++REPLACE)\s++)*+TABLE\s++"
    rb"(?:IF\s++NOT\s++EXISTS\s++)?(%b)\s*+(?=\()" % NAME,
    re.IGNORECASE,
)
ALTER = re.compile(
    rb"ALTER\s++TABLE\s++(?:IF\s++EXISTS\s++)?(?:ONLY\s++)?(%b)\s[^;']*?\bPRIMARY\s++KEY\s*+(?:USING\s++BTREE\s*+)?\(([^;']*?)\)"
    % NAME,
    re.IGNORECASE,
)
_USE = re.compile(rb"USE\s++(%b)" % _PART, re.IGNORECASE)
_PATH = re.compile(rb"SET\s++search_path\s*+(?:=|TO)\s*+(%b)" % _PART, re.IGNORECASE)
_CONNECT = re.compile(
    rb"""\\c(?:onnect)?\s++(?:-reuse-previous=\w++\s++)?(?:"dbname='([^']{1,200})'"|(%b))""" % _PART, re.IGNORECASE
)
_REMARK = re.compile(
    rb"\bDatabase:[ \t]++(%b)|Dumping\ database\ structure\ for\ (%b)|Source\ (?:Schema|Database)\s*:\s*(%b)"
    % ((rb"`[^`\n]++`|[^\s`]++",) * 3)
)
_ONE = re.compile(_PART)
_KEY_INSIDE = re.compile(
    rb"\s*(?:CONSTRAINT\s++%b\s++)?PRIMARY\s++KEY\b[^(]{0,80}\((.*)\)" % _PART, re.IGNORECASE | re.DOTALL
)
_NO_COLUMN = re.compile(
    rb"\s*(?:CONSTRAINT|PRIMARY|UNIQUE|KEY|INDEX|FULLTEXT|SPATIAL|FOREIGN|CHECK|EXCLUDE|PERIOD|LIKE)\b(?!\s*[`\"\[])",
    re.IGNORECASE,
)
_INDEX = re.compile(
    rb"\s*(?:KEY|INDEX|UNIQUE|FULLTEXT|SPATIAL|CONSTRAINT|FOREIGN|PRIMARY)\b.*\(", re.IGNORECASE | re.DOTALL
)
_TYPE = re.compile(
    rb"\s*(\"?[A-Za-z_][\w.\"]*+(?:\s++(?:varying|precision|unsigned))?(?:\s?\([^)]{0,200}\))?"
    rb"(?:\s++(?:unsigned|with(?:out)?\ time\ zone))?(?:\[\])*)",
    re.IGNORECASE,
)
_OWN_KEY = re.compile(rb"\bPRIMARY\s++KEY\b", re.IGNORECASE)
_NAME_LENGTH = 200
"""Characters that a name may have; further ones are left out, and `…` says so."""
_DEFINITIONS = 1024 * 1024
"""Bytes that the definition of a table may have to be looked at."""


@dataclass(frozen=True)
class Columns:
    """What is known of a table."""

    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """As long as `names`; lower case, empty where none is given."""
    key: tuple[str, ...] = ()
    """Of the primary key."""


def parts(name: bytes) -> tuple[str, ...]:
    """Take a name apart, without its quotes.

    >>> parts(b'`shop`.`order``s`'), parts(b'public."Order"')
    (('shop', 'order`s'), ('public', 'Order'))
    """
    return tuple(map(_bare, _ONE.findall(name)))


def _bare(part: bytes) -> str:
    sign = part[:1]
    if sign in (b"`", b'"'):
        part = part[1:-1].replace(sign * 2, sign)
    elif sign == b"[":
        part = part[1:-1]
    text = decode(part).replace("\n", " ")
    return text if len(text) <= _NAME_LENGTH else text[:_NAME_LENGTH] + "…"


def column_names(listed: bytes) -> tuple[str, ...]:
    """Give the names in a list in parentheses."""
    return distinct(parts(listed)[:MAX_COLUMNS])


def definition(statement: bytes, start: int, *, escapes: bool) -> Columns:
    """Read what stands in a CREATE TABLE.

    Args:
        statement: holds it.
        start: of the opening parenthesis.
        escapes: whether a backslash escapes in strings.
    """
    body = statement[: start + _DEFINITIONS]
    names: list[str] = []
    types: list[str] = []
    key: tuple[str, ...] = ()
    for begin, end in row_at(body, start, escapes=escapes).cells:
        part = _without_comments(body[begin:end])
        if found := _KEY_INSIDE.match(part):
            key = _key_columns(found[1])
        elif (_NO_COLUMN.match(part) and _INDEX.match(part)) or not (name := _ONE.match(part.lstrip())):
            continue
        else:
            rest = part.lstrip()[name.end() :]
            names.append(_bare(name[0]))
            declared = _TYPE.match(rest)
            types.append(decode(declared[1].replace(b'"', b"")).lower() if declared else "")
            key = key or ((names[-1],) if _OWN_KEY.search(_without_strings(rest)) else ())
    return Columns(distinct(names), tuple(types), key)


def _without_comments(part: bytes) -> bytes:
    return (
        re.sub(rb"--[^\n]*(?:\n|\Z)|/\*.*?\*/", b" ", part, flags=re.DOTALL) if b"--" in part or b"/*" in part else part
    )


def _without_strings(part: bytes) -> bytes:
    return re.sub(rb"'(?:[^'\\]|\\.|'')*+'", b"''", part, flags=re.DOTALL)


def _key_columns(listed: bytes) -> tuple[str, ...]:
    """Give the columns of a key, without the lengths of their prefixes or their order."""
    plain = re.sub(rb"\(\s*\d+\s*\)", b"", listed)
    firsts = (_ONE.match(part.strip()) for part in plain.split(b","))
    return tuple(_bare(first[0]) for first in firsts if first)


def later_keys(text: bytes) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Find the keys that ALTER TABLE adds: the table's name in parts, and the key's columns."""
    for found in ALTER.finditer(text):
        yield parts(found[1]), _key_columns(found[2])


@dataclass
class Place:
    """Where the statements of a dump stand: the database and schema they mean."""

    postgresql: bool = False
    database: str = ""
    schema: str = ""

    def learn(self, text: bytes) -> None:
        """Take note of what a statement, a command of psql or a remark says."""
        start = text[:512]
        if found := _USE.match(start):
            self.database = _bare(found[1])
        elif found := _PATH.match(start):
            self.schema = _bare(found[1])
        elif found := _CONNECT.match(start):
            self.database, self.schema = _bare(found[1] or found[2]), ""

    def remark(self, text: bytes) -> None:
        """Take note of a database's name in comments."""
        for found in _REMARK.finditer(text):
            self.database = _bare(found[1] or found[2] or found[3])

    def table(self, name: Sequence[str]) -> str:
        """Give a table's name as the contract has it."""
        given = list(name)
        if self.postgresql:
            given = [self.schema, *given] if len(given) == 1 and self.schema else given
            given = [self.database, *given] if len(given) < 3 and self.database else given
        elif len(given) == 1 and self.database:
            given = [self.database, *given]
        return ".".join(given)
