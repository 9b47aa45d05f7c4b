"""What a text looks like from its first part: JSON, JSON lines, CSV, SQL, vCard, iCalendar."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from connectors.errors import ReadError
from connectors.formats.csv_dialect import dialect_of, sample
from connectors.formats.encoding import Encoding
from connectors.formats.interface import Opened
from connectors.formats.json_stream import JsonStream
from connectors.interface import Cause
from connectors.json_fields import parse
from connectors.json_shape import Parsed

_LINES = 50
_MARKUP = re.compile(r"\s*<(!doctype|\?xml|html|head|body|table|svg|!--)", re.IGNORECASE)
_CELL_LENGTH = 80
_ROWS = re.compile(
    r"""^[ \t]*(?:(?:INSERT|REPLACE)\b[^;'(]{1,300}?(?:\([^)']{1,20000}\)\s*)?\bVALUES?\s*(?:ROW\s*)?\(
      | COPY\s[^;']{1,20000}?\sFROM\s+stdin)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""Statements that hold rows, at the beginning of a line."""
_SCRIPT = re.compile(
    r"(?>\s|--[^\n]*\n|\#[^\n]*\n|/\*.{0,20000}?\*/;?)*+"
    r"(?:CREATE|INSERT|REPLACE|COPY|SET|DROP|USE|BEGIN|START|PRAGMA|ALTER|LOCK|DELETE|TRUNCATE|SELECT|\\c)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How scripts of SQL begin, remarks apart. A remark that was passed is never tried again with another end: a program
that begins with many would take for ever."""
_HEADER = re.compile(
    r"\s*(?:--\s*\n)?(?:/\*[^\n]*\n)?-- (?:MySQL|MariaDB|phpMyAdmin SQL|PostgreSQL database|Adminer [^\n]*)\s*dump|"
    r"-- PostgreSQL database cluster dump",
    re.IGNORECASE,
)


class Claim(Enum):
    """What a file's name says about a format."""

    OWN = "own"  # the suffix is this format's
    NONE = "none"  # the suffix is no format's
    OTHER = "other"  # the suffix is another format's


@dataclass(frozen=True, repr=False)
class Start:
    """The first part of a file's text."""

    text: str
    whole: bool
    """Whether that is all."""
    file: Opened
    """With `size` cut to that part."""
    encoding: Encoding


def start_of(file: Opened, encoding: Encoding) -> Start:
    """Take the first part of a text."""
    errors = "recense.windows" if encoding.bytewise else "replace"
    text = file.head[encoding.skip :].decode(encoding.name, errors)
    return Start(text, file.whole_head, replace(file, size=len(file.head)), encoding)


def has_controls(file: Opened) -> bool:
    """Tell a file that begins with letters from a text that does: bytes that no text has follow at once."""
    return min(file.head[4:260], default=9) < 9


def is_json_lines(start: Start, claim: Claim) -> bool:
    """Tell JSON lines: several lines, each a document by itself; broken ones among them where the name says so."""
    lines = start.text.split("\n")
    lines = [line for line in (lines if start.whole else lines[:-1]) if line.strip()][:_LINES]
    documents = sum(parse(line) is not None for line in lines)
    if claim is Claim.OWN:
        return documents * 2 >= len(lines) or not start.whole
    return len(lines) >= 2 and parse(lines[0]) is not None and documents * 10 >= len(lines) * 9


def is_json(start: Start, claim: Claim) -> bool:
    """Tell a JSON document: it parses, at least to the end of this part; where the name says so, at least a value."""
    opened = start.text.lstrip(" \t\r\n")[:1] in ("{", "[")
    if not opened and claim is not Claim.OWN:
        return False
    met = False
    try:
        for _, value in JsonStream(start.file, start.encoding).values():
            met = met or _has_value(value)
    except ReadError as error:
        cut = not start.whole and (error.cause is Cause.CUT or "ends early" in error.reason)
        return cut or (met and claim is Claim.OWN)
    return True


def _has_value(value: Parsed) -> bool:
    """Tell a value from the mere announcement of one."""
    if isinstance(value, tuple):
        return any(below is not None for _, below in value)
    return value is not None


def is_sql(start: Start, claim: Claim) -> bool:
    """Tell a dump: it says so at its start, or holds rows; the name alone will do where rows could still come."""
    if _HEADER.match(start.text):
        return not start.whole or _ROWS.search(start.text) is not None
    if claim is Claim.OTHER or not _SCRIPT.match(start.text):
        return False
    return _ROWS.search(start.text) is not None or (claim is Claim.OWN and not start.whole)


def is_csv(start: Start, claim: Claim) -> bool:
    """Tell CSV: rows mostly of one width; where the name says nothing, all rows, several short cells in each."""
    if claim is Claim.OTHER or _MARKUP.match(start.text):
        return False
    dialect = dialect_of(start.text, None, whole=start.whole)
    rows = sample(start.text, dialect, whole=start.whole)
    if not rows:
        return claim is Claim.OWN
    width, times = Counter(map(len, rows)).most_common(1)[0]
    if claim is Claim.OWN:
        return len(rows) < 5 or times * 3 >= len(rows)
    enough = width >= (3 if dialect.delimiter == "," else 2)
    short = all(len(cell) <= _CELL_LENGTH for row in islice(rows, _LINES) for cell in row)
    return len(rows) >= 3 and times == len(rows) and enough and short


def is_card(start: Start, claim: Claim) -> bool:  # noqa: ARG001 it says so itself
    """Tell vCard by its first line."""
    return start.text.lstrip()[:11].upper() == "BEGIN:VCARD"


def is_calendar(start: Start, claim: Claim) -> bool:  # noqa: ARG001 as above
    """Tell iCalendar by its first line."""
    return start.text.lstrip()[:15].upper() == "BEGIN:VCALENDAR"
