"""The rows of INSERT statements read one by one, however they are written, and what a single cell means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from connectors.formats.csv_dialect import MAX_COLUMNS
from connectors.formats.sql_cells import in_parts, mysql_string

_SPECIAL = {True: re.compile(rb"['\"`,$#]|\(++|\)++|--|/\*"), False: re.compile(rb"['\"`,$]|\(++|\)++|--|/\*")}
_NO_COMMA = {True: re.compile(rb"['\"`$#]|\(++|\)++|--|/\*"), False: re.compile(rb"['\"`$]|\(++|\)++|--|/\*")}
"""What is looked for in rows, by whether a backslash escapes and `#` begins a remark; also where no cells matter."""
_DOLLAR = re.compile(rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]{0,62})?\$")
_ESCAPED_END = {
    quote: re.compile(rb"[^%b\\]*+(?:(?:\\.|%b%b)[^%b\\]*+)*+%b" % ((quote,) * 5), re.DOTALL) for quote in (b"'", b'"')
}


_PLAIN_END = {quote: re.compile(rb"[^%b]*+(?:%b%b[^%b]*+)*+%b" % ((quote,) * 5)) for quote in (b"'", b'"', b"`")}


def string_end(buffer: bytes, place: int, quote: bytes, *, escapes: bool) -> int:
    """Find the place behind a string's last quote; -1 where none comes.

    Args:
        buffer: holds it.
        place: behind the quote that opens it.
        quote: the sign, one byte.
        escapes: whether a backslash escapes.
    """
    found = (_ESCAPED_END if escapes and quote in _ESCAPED_END else _PLAIN_END)[quote].match(buffer, place)
    return found.end() if found else -1


def passed(buffer: bytes, place: int, *, escapes: bool, hashes: bool) -> int:
    """Find the place behind what begins at a sign: a string, a name in quotes, a comment, or the sign alone.

    Args:
        buffer: holds it.
        place: of the sign.
        escapes: whether a backslash escapes in strings.
        hashes: whether `#` begins a comment.

    Returns:
        -1 where it does not end in the buffer.
    """
    sign = buffer[place : place + 1]
    if sign in (b"'", b'"', b"`"):
        with_escapes = escapes or (sign == b"'" and buffer[place - 1 : place] in (b"E", b"e"))
        return string_end(buffer, place + 1, sign, escapes=with_escapes)
    if sign == b"-" or (sign == b"#" and hashes):
        end = buffer.find(b"\n", place)
        return end + 1 or -1
    if sign == b"/":
        return buffer.find(b"*/", place + 2) + 2 if buffer.find(b"*/", place + 2) >= 0 else -1
    if sign == b"$" and (tag := _DOLLAR.match(buffer, place)):
        end = buffer.find(tag[0], tag.end())
        return end + len(tag[0]) if end >= 0 else -1
    return place + 1


@dataclass(repr=False)
class Row:
    """A row as far as it was found."""

    cells: list[tuple[int, int]] = field(default_factory=list)
    """Where each cell begins and ends."""
    end: int = -1
    """Behind the closing parenthesis; -1 where the row goes on behind the buffer, its last cell open."""
    depth: int = 0
    """Parentheses that are open."""
    place: int = 0
    """How far it was read."""


def row_at(buffer: bytes, start: int, *, escapes: bool) -> Row:
    """Find the cells of one row.

    Args:
        buffer: holds it.
        start: of its opening parenthesis.
        escapes: whether a backslash escapes.
    """
    row = Row(place=start + 1, depth=1)
    begin = start + 1
    while row.depth:
        signs = _NO_COMMA if len(row.cells) >= MAX_COLUMNS - 1 else _SPECIAL
        found = signs[escapes].search(buffer, row.place)
        if not found:
            break
        place, sign = found.start(), found[0]
        if sign == b",":
            if row.depth == 1:
                row.cells.append((begin, place))
                begin = place + 1
            row.place = place + 1
        elif sign[:1] in (b"(", b")"):
            row.place, row.depth = _levels(found, row.depth)
        else:
            after = passed(buffer, place, escapes=escapes, hashes=escapes)
            if after < 0:
                row.place = place
                break
            row.place = after
    if row.depth:
        row.cells.append((begin, len(buffer)))
        return row
    row.cells.append((begin, row.place - 1))
    row.end = row.place
    return row


_PLAIN_CELLS = {
    escapes: rb"'(?:[^'%b]++|%b'')*+'|[-+.\w]++" % ((rb"\\", rb"\\.|") if escapes else (b"", b""))
    for escapes in (True, False)
}
_PLAIN_ROW = {
    escapes: re.compile(rb"\(\s*+(?:%b)\s*+(?:,\s*+(?:%b)\s*+)*+\)" % (cell, cell), re.DOTALL)
    for escapes, cell in _PLAIN_CELLS.items()
}
_PLAIN_CELL = {escapes: re.compile(cell, re.DOTALL) for escapes, cell in _PLAIN_CELLS.items()}


def plain_row(buffer: bytes, start: int, *, escapes: bool) -> tuple[list[bytes | None], int] | None:
    """Read a row of nothing but numbers, words and strings; gives its cells and the place behind it.

    Args:
        buffer: holds it.
        start: of its opening parenthesis.
        escapes: whether a backslash escapes.
    """
    found = _PLAIN_ROW[escapes].match(buffer, start)
    if not found:
        return None
    cells = _PLAIN_CELL[escapes].findall(buffer, start + 1, found.end() - 1)
    if len(cells) > MAX_COLUMNS:
        return None
    return [meaning(cell, escapes=escapes) for cell in cells], found.end()


def close(buffer: bytes, place: int, depth: int, *, escapes: bool) -> tuple[int, int]:
    """Go on in a row that was left open, to its end.

    Returns:
        the place behind it and 0; or how far it was read, and the parentheses that are still open.
    """
    while depth:
        found = _NO_COMMA[escapes].search(buffer, place)
        if not found:
            return max(place, len(buffer) - 1), depth
        if found[0][:1] in (b"(", b")"):
            place, depth = _levels(found, depth)
            continue
        after = passed(buffer, found.start(), escapes=escapes, hashes=escapes)
        if after < 0:
            return found.start(), depth
        place = after
    return place, 0


def _levels(found: re.Match[bytes], depth: int) -> tuple[int, int]:
    """Count a run of parentheses; no further than to the end of the row. Gives the place behind, and the depth."""
    count = len(found[0])
    if found[0][:1] == b"(":
        return found.end(), depth + count
    count = min(count, depth)
    return found.start() + count, depth - count


_STRINGS = re.compile(
    rb"""\s*(?:_\w{1,40}\s*|[NnEeUu]&?|)              # a word or letter that says what kind of string it is
      ('(?:[^'\\]++|\\.|'')*+')((?:\s*'(?:[^'\\]++|\\.|'')*+')*+)
      \s*(?:::\s*[\w."\ ()\[\]]{1,80}|COLLATE\s+\w{1,64})?\s*\Z""",
    re.VERBOSE | re.DOTALL,
)
_STRINGS_PLAIN = re.compile(
    rb"""\s*(?:_\w{1,40}\s*|[NnUu]&?|)
      ('(?:[^']++|'')*+')((?:\s*'(?:[^']++|'')*+')*+)
      \s*(?:::\s*[\w."\ ()\[\]]{1,80}|COLLATE\s+\w{1,64})?\s*\Z""",
    re.VERBOSE | re.DOTALL,
)
_DOUBLE = re.compile(rb'\s*"((?:[^"\\]++|\\.|"")*+)"\s*\Z', re.DOTALL)
_HEX = re.compile(
    rb"(?:_\w{1,40}\s*)?(?:0[xX]([0-9a-fA-F]+)|[xX]'([0-9a-fA-F]*)'|UNHEX\('([0-9a-fA-F]*)'\))", re.IGNORECASE
)
_BITS = re.compile(rb"(?:[bB]'([01]{0,64})'|0b([01]{1,64}))")
_UNISTR = re.compile(rb"unistr\('((?:[^']++|'')*+)'\)", re.IGNORECASE)
_LINES = re.compile(rb"replace\((.*),'(\\[nrt])',char\((\d{1,3})\)\)\Z", re.IGNORECASE | re.DOTALL)
_CALLED = re.compile(rb"'((?:[^'\\]++|\\.|'')*+)'", re.DOTALL)
_ONE = re.compile(rb"'(?:[^'\\]++|\\.|'')*+'", re.DOTALL)
_ONE_PLAIN = re.compile(rb"'(?:[^']++|'')*+'")
_LONG = 4096
"""Bytes of a string from which its escapes are better undone all at once."""
_NESTED = 100
"""Bytes at the beginning of a call that may hold a few calls inside; SQLite's shell writes two."""
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_E_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_UNICODE = re.compile(rb"\\(\\|[0-9a-fA-F]{4}|u[0-9a-fA-F]{4}|\+[0-9a-fA-F]{6}|U[0-9a-fA-F]{8})")
_LETTERS = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a", b"%": b"\\%", b"_": b"\\_"}
_E_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def meaning(cell: bytes, *, escapes: bool) -> bytes | None:
    r"""Read a cell as it is written: strings of all kinds, hexadecimal and bits; all else stays as it stands there.

    Args:
        cell: without the commas around it.
        escapes: whether a backslash escapes.

    >>> meaning(b" _binary 'a\\'b' ", escapes=True), meaning(b"0x6162", escapes=True), meaning(b"null", escapes=False)
    (b"a'b", b'ab', None)
    """
    if cell[:1] == b"'" and cell.find(b"'", 1) == len(cell) - 1 and b"\\" not in cell:
        return cell[1:-1]
    if cell.isdigit():
        return cell
    cell = cell.strip()
    if cell[:7].upper() in (b"NULL", b"DEFAULT"):
        return None
    for reading in (_as_strings, _as_bytes, _as_call):
        found = reading(cell, escapes=escapes)
        if found is not None:
            return found
    return _CALLED.sub(lambda one: b"'%b'" % _string(one[1], b"", escapes=escapes), cell)


def _as_strings(cell: bytes, *, escapes: bool) -> bytes | None:
    """Read one or more strings side by side."""
    strings = (_STRINGS if escapes or cell[:2] in (b"E'", b"e'") else _STRINGS_PLAIN).match(cell)
    if strings:
        parts = [strings[1], *(_ONE if escapes else _ONE_PLAIN).findall(strings[2])]
        return b"".join(_string(part[1:-1], cell[:2], escapes=escapes) for part in parts)
    if escapes and (double := _DOUBLE.match(cell)):
        return _ESCAPE.sub(_letter, double[1].replace(b'""', b'"'))
    return None


def _as_bytes(cell: bytes, *, escapes: bool) -> bytes | None:  # noqa: ARG001 the others need it
    """Read bytes in hexadecimal, and bits as a number."""
    if found := _HEX.fullmatch(cell):
        digits = found[1] or found[2] or found[3] or b""
        return bytes.fromhex((b"0" * (len(digits) % 2) + digits).decode())
    found = _BITS.fullmatch(cell)
    return str(int(found[1] or found[2] or b"0", 2)).encode() if found else None


def _as_call(cell: bytes, *, escapes: bool) -> bytes | None:
    """Read what SQLite's shell wraps around strings with line ends."""
    if found := _UNISTR.fullmatch(cell):
        return _UNICODE.sub(_point, found[1].replace(b"''", b"'"))
    found = _LINES.match(cell) if cell[:_NESTED].count(b"replace(") < _NESTED // 10 else None
    inner = meaning(found[1], escapes=escapes) if found else None
    return inner.replace(found[2], bytes([int(found[3]) & 255])) if found and inner is not None else None


def _string(text: bytes, kind: bytes, *, escapes: bool) -> bytes:
    """Undo the escapes of a string between its quotes."""
    return in_parts(text, lambda part: _part(part, kind, escapes=escapes))


def _part(text: bytes, kind: bytes, *, escapes: bool) -> bytes:
    if escapes and kind not in (b"E'", b"e'"):
        if len(text) > _LONG and (whole := mysql_string(text)) is not None:
            return whole
        # Quotes behind a backslash are no doubled ones.
        return re.sub(rb"\\(.)|''", lambda one: _letter(one) if one[1] else b"'", text, flags=re.DOTALL)
    text = text.replace(b"''", b"'")
    if kind in (b"E'", b"e'"):
        return _E_ESCAPE.sub(_c_letter, text)
    return _UNICODE.sub(_point, text) if kind in (b"U&", b"u&") else text


def _letter(found: re.Match[bytes]) -> bytes:
    return _LETTERS.get(found[1], found[1])


def _c_letter(found: re.Match[bytes]) -> bytes:
    """Read an escape of PostgreSQL's `E''`."""
    code = found[1]
    if code[:1] in (b"u", b"U") and len(code) > 1:
        return _character(int(code[1:], 16))
    if code[:1] == b"x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    return bytes([int(code, 8) & 255]) if code.isdigit() and code[0] < 56 else _E_LETTERS.get(code, code)


def _point(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return code if code == b"\\" else _character(int(code.lstrip(b"uU+"), 16))


def _character(point: int) -> bytes:
    return chr(point).encode(errors="replace") if point < 0x110000 else b"?"
