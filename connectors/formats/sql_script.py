"""A dump gone through by statements: rows go to their tables, everything else is text with its line's number."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError
from connectors.formats.encoding import clean
from connectors.formats.interface import Opened
from connectors.formats.lines import split
from connectors.formats.sql_data import DataReader
from connectors.formats.sql_feed import Feed
from connectors.formats.sql_names import ALTER, COPY, CREATE, INSERT, Columns, Place, definition, later_keys, parts
from connectors.formats.sql_rows import passed
from connectors.formats.sql_tables import Event, Piece, State
from connectors.interface import Cause, text_field
from connectors.paths import translate

TEXT = "(text)"
"""What the text beside the rows is called; the dump's own name stands for all that lies in it."""
_LOOK = 64 * 1024
"""Bytes that the beginning of a statement may have, up to its first row."""
_STATEMENT = 16 << 20
"""Bytes that a statement other than rows may have; a longer one is read line by line."""
_DEFINITION = 1 << 20
"""Bytes that the body of a trigger may have to be told from what follows."""
_LOST = 16
"""Statements without an end after which no more ends are looked for."""
_TABLES = 100_000
"""Tables whose columns are remembered."""
_TEXT = 1 << 20
"""Bytes of text that are handed over at once."""
_TAIL = 4 << 20
"""Bytes at the end of a file on disk that are searched for keys, since they may come behind the rows."""
_SCHEMA = pa.schema([text_field("text")])

_BLANK = re.compile(rb"[\s;]*+")
_REMARKS = re.compile(rb"(?:(?:--|#)[^\n]*+(?:\n\s*+|\Z))++")
_DELIMITER = re.compile(rb"DELIMITER[ \t]++(\S++)[ \t]*+\r?(?:\n|\Z)", re.IGNORECASE)
_SIGN = re.compile(rb"""['"`;$#]|--|/\*|\n[ \t]*+GO[ \t]*+\r?(?=\n)""", re.IGNORECASE)
_GO = re.compile(rb"GO[ \t]*+\r?(?=\n|\Z)", re.IGNORECASE)
_BODY = re.compile(
    rb"CREATE\b[^;]{0,400}?\b(?:TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE)\b.*\bBEGIN\b", re.IGNORECASE | re.DOTALL
)
_DOLLARS = re.compile(rb"\$\w{0,63}\$")
_BODY_END = re.compile(rb"\bEND\s*+;\s*\Z", re.IGNORECASE)
_MYSQL = re.compile(
    rb"-- (?:MySQL|MariaDB) dump|phpMyAdmin|HeidiSQL|Adminer|/\*!\d{5}|\bENGINE\s?=|(?:TABLE|INTO|EXISTS) `",
    re.IGNORECASE,
)
_POSTGRESQL = re.compile(
    rb"PostgreSQL database|\bpg_catalog\b|^COPY [^;]+ FROM stdin|^\\c(?:onnect)? ", re.IGNORECASE | re.MULTILINE
)
_PLAIN = re.compile(rb"\APRAGMA foreign_keys|NO_BACKSLASH_ESCAPES|standard_conforming_strings\s*=\s*on", re.IGNORECASE)
_ESCAPES = re.compile(rb"standard_conforming_strings\s*=\s*off|\\'(?!\s*[,);])")
"""What says that a backslash is nothing special in strings, or that it is; MySQL's dialect apart."""
_LARGE = re.compile(
    rb"SELECT\s++(?:pg_catalog\.)?(?:(lo_open)\('?(\d++)|(lowrite)\(\d++,\s*+'\\{1,2}x([0-9a-f]*+)'|(lo_close)\()",
    re.IGNORECASE,
)


class Script:
    """Reads one dump.

    Args:
        file: read forward from its first byte.
    """

    def __init__(self, file: Opened) -> None:
        self._feed = Feed(file)
        head = file.head if self._feed.bytewise else file.head.replace(b"\0", b"")
        mysql = bool(_MYSQL.search(head))
        self.place = Place(postgresql=not mysql and bool(_POSTGRESQL.search(head)))
        self.escapes = not _PLAIN.search(head) and (mysql or bool(_ESCAPES.search(head)))
        self._hashes = mysql
        self._states: dict[str, State] = {}
        self._text_state = State(TEXT, "sql text")
        self._texts: list[tuple[int, list[bytes]]] = []
        self._size = 0
        self._behind = -1
        """Where in the file the last text ended."""
        self._lost = 0
        self.broken: ReadError | None = None
        """Why it was not read to its end, so that what it held behind is not known."""
        self._data = DataReader(self._feed, self)
        self._late = dict(_late_keys(file)) if self._feed.anywhere else {}

    def events(self) -> Iterator[Event]:
        """Give everything that is in it, in order, though rows that are read one by one somewhat later."""
        error: ReadError | None = None
        try:
            for event in self._statements():
                if isinstance(event[1], ReadError) and event[1].cause is Cause.CUT:
                    self.broken = event[1]
                yield event
            self._feed.finish()
        except ReadError as one:
            error = one
        except OSError as one:
            error = translate(one)
        current = self._data.current or self._text_state
        yield from self._data.flush()
        yield from self._handed_over(0)
        if error is not None:
            self.broken = error
            yield current, error
        for state in self._states.values():
            if not state.rows:
                yield state, None

    def state(self, name: bytes) -> State:
        """Give what is known of a table by its name as it is written."""
        return self.named(parts(name))

    def named(self, name: tuple[str, ...]) -> State:
        """Likewise by its name in parts."""
        return self._state(self.place.table(name))

    def handed_over(self) -> Iterator[Event]:
        """Give the text, where there is much of it."""
        yield from self._handed_over(_TEXT)

    def _state(self, name: str) -> State:
        state = self._states.get(name)
        if state is None:
            state = State(name, columns=Columns(key=self._late.get(name.rpartition(".")[2], ())))
            if len(self._states) < _TABLES:
                self._states[name] = state
        return state

    def text(self, end: int) -> None:
        """Take what lies before a place as text, and go there."""
        feed = self._feed
        if end > feed.place:
            fragment = feed.buffer[feed.place : end]
            if feed.start + feed.place == self._behind:
                self._texts[-1][1].append(fragment)
            else:
                self._texts.append((feed.line_at(feed.place), [fragment]))
            self._size += len(fragment)
            feed.place = end
            self._behind = feed.start + end

    def _handed_over(self, least: int) -> Iterator[Event]:
        """Make lines of the text, where there is enough of it; blank ones say nothing."""
        if self._size <= least:
            return
        numbers, lines = [], []
        for line, fragments in self._texts:
            cells = split(clean(b"".join(fragments)))
            filled = pc.indices_nonzero(pc.not_equal(pc.utf8_trim_whitespace(cells), ""))
            lines.append(cells.take(filled))
            numbers.append(pc.add(filled.cast(pa.int64()), line))
        size, self._texts, self._size, self._behind = self._size, [], 0, -1
        columns = pa.RecordBatch.from_arrays([pa.concat_arrays(lines)], schema=_SCHEMA)
        if columns.num_rows:
            yield self._text_state, Piece(columns, pa.concat_arrays(numbers), size)

    def _statements(self) -> Iterator[Event]:
        feed = self._feed
        while True:
            yield from self._handed_over(_TEXT)
            feed.ahead(_LOOK)
            after = _BLANK.match(feed.buffer, feed.place).end()  # type: ignore[union-attr]  # it fits everywhere
            if feed.start + feed.place == self._behind:
                self.text(after)
            feed.place = after
            if feed.place == len(feed.buffer):
                if feed.done:
                    return
                continue
            feed.ahead(_LOOK)
            yield from self._one()

    def _one(self) -> Iterator[Event]:
        """Read what begins here."""
        feed = self._feed
        buffer, place = feed.buffer, feed.place
        sign = buffer[place : place + 1]
        if buffer.startswith(b"--", place) or (sign == b"#" and self._hashes):
            yield from self._remark()
        elif buffer.startswith(b"/*", place):
            yield from self._comment()
        elif sign == b"\\":
            self.place.learn(buffer[place : place + 600])
            yield from self._line()
        elif sign in b"iIrR" and (head := INSERT.match(buffer, place)):
            yield from self._data.insert(head)
        elif sign in b"cC" and (head := COPY.match(buffer, place)):
            yield from self._data.copy(head)
        elif sign in b"dD" and (head := _DELIMITER.match(buffer, place)):
            yield from self._body(head[1])
        elif sign in b"gG" and (head := _GO.match(buffer, place)):
            self.text(head.end())
        else:
            yield from self.statement()

    def _remark(self) -> Iterator[Event]:
        """Pass over lines of comments, as far as they are in the buffer."""
        found = _REMARKS.match(self._feed.buffer, self._feed.place)
        if not found:
            yield from self._line()
            return
        self.place.remark(found[0])
        if found.end() == len(self._feed.buffer) and not found[0].endswith(b"\n"):
            yield from self._line()
        else:
            self.text(found.end())

    def _line(self) -> Iterator[Event]:
        """Take the rest of the line as text; a line without end in pieces."""
        feed = self._feed
        while not (end := feed.buffer.find(b"\n", feed.place) + 1):
            self.text(len(feed.buffer))
            yield from self._handed_over(_TEXT)
            if not feed.more():
                return
        self.text(end)

    def _comment(self) -> Iterator[Event]:
        end = self._until(b"*/", 2)
        if end < 0:
            yield from self._line()
            return
        self.place.remark(self._feed.buffer[self._feed.place : end])
        self.text(end)

    def _until(self, sign: bytes, skip: int) -> int:
        """Find the place behind a sign, as far as a statement may reach; -1 where it does not come."""
        feed = self._feed
        while True:
            end = feed.buffer.find(sign, feed.place + skip, feed.place + _STATEMENT)
            if end >= 0:
                return end + len(sign)
            if feed.done or len(feed.buffer) - feed.place >= _STATEMENT or self._lost >= _LOST:
                self._lost += 1
                return -1
            feed.more()

    def _body(self, delimiter: bytes) -> Iterator[Event]:
        """Take bodies of triggers and procedures as text, until the delimiter is `;` again."""
        feed = self._feed
        yield from self._line()
        while delimiter != b";" and (feed.place < len(feed.buffer) or feed.more()):
            feed.ahead(_LOOK)
            if found := _DELIMITER.match(feed.buffer, feed.place):
                delimiter = found[1]
            yield from self._line()
            yield from self._handed_over(_TEXT)

    def statement(self) -> Iterator[Event]:
        """Read a statement that holds no rows; what it says about tables is noted."""
        feed = self._feed
        if feed.buffer[feed.place : feed.place + 6].upper() == b"CREATE":
            feed.ahead(_DEFINITION)
        end = self._end(feed.place)
        if end < 0:
            yield from self._line()
            return
        if _BODY.match(feed.buffer, feed.place, end) and not _DOLLARS.search(feed.buffer, feed.place, end):
            end = self._body_end(end)
        statement = feed.buffer[feed.place : end]
        if self.place.postgresql and (found := _LARGE.match(statement)):
            feed.place = end
            yield from self._data.large_object(found)
            return
        yield from self._learn(statement)
        self.text(end)

    def _end(self, place: int) -> int:
        """Find the end of the statement around a place; -1 where it has none within reach."""
        feed = self._feed
        if self._lost >= _LOST:
            return -1
        while True:
            found = _SIGN.search(feed.buffer, place)
            after = -1
            if found:
                if found[0] == b";" or found[0][:1] == b"\n":
                    return found.end()
                after = passed(feed.buffer, found.start(), escapes=self.escapes, hashes=self._hashes)
            if after >= 0:
                place = after
                continue
            if feed.done or len(feed.buffer) - feed.place >= _STATEMENT:
                if feed.done and not found:
                    return len(feed.buffer)
                self._lost += 1
                return -1
            back = feed.place
            place = found.start() if found else max(place, len(feed.buffer) - 2)
            feed.more(max(_STATEMENT // 4, len(feed.buffer) - back))
            place -= back

    def _body_end(self, end: int) -> int:
        """Find the end of a body that has statements of its own, as far as the buffer reaches."""
        feed = self._feed
        begin, read = feed.place, feed.taken
        while not _BODY_END.search(feed.buffer, begin, end) and end < len(feed.buffer):
            begin, after = end, self._end(end)
            if feed.taken != read:
                return after if after >= 0 else len(feed.buffer)
            if after < 0:
                return end
            end = after
        return end

    def _learn(self, statement: bytes) -> Iterator[Event]:
        """Note what a statement says about tables and where it stands."""
        if head := CREATE.match(statement):
            state = self.state(head[1])
            known = definition(statement, head.end(), escapes=self.escapes)
            state.columns = Columns(known.names, known.types, known.key or state.columns.key)
        elif ALTER.match(statement):
            for name, key in later_keys(statement):
                state = self.named(name)
                # Rows that are read one by one may still have to be given, and belong to it.
                yield from self._data.flush()
                state.columns = Columns(state.columns.names, state.columns.types, key)
        else:
            self.place.learn(statement)


def _late_keys(file: Opened) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Look at the end of a file for keys that come behind the rows, by the tables' own names.

    Where several databases stand in it, which is meant would not be sure.
    """
    tail = file.sample(max(0, file.size - _TAIL), _TAIL)
    if re.search(rb"^(?:\\c|USE )", tail, re.MULTILINE | re.IGNORECASE):
        return
    met: dict[str, tuple[str, ...]] = {}
    for name, key in later_keys(tail):
        # Two schemas may have tables of one name with different keys.
        met[name[-1]] = key if met.get(name[-1], key) == key else ()
    yield from met.items()
