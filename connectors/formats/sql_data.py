"""The statements of a dump that hold rows: INSERT, COPY, and large objects."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Protocol

import pyarrow as pa

from connectors.formats.sql_copy import columns_of, rows_of
from connectors.formats.sql_feed import Feed
from connectors.formats.sql_names import column_names
from connectors.formats.sql_rows import close, meaning, plain_row, row_at, string_end
from connectors.formats.sql_tables import Event, Piece, State, cut_off
from connectors.formats.sql_tuples import cut

RECORD_BYTES = 16 << 20
"""Bytes that one row may have; what goes beyond is read as text, and the row is said to be cut."""
_BLOCK, _FIRST = 1 << 22, 64 << 10
"""Bytes that are cut at once, and at first, since the statement may be short."""
_LOOK = 64 << 10
"""Bytes that what stands between two rows may have."""
_SHORT = 2048
"""Bytes within which a statement ends that is not worth the fast way by itself."""
_FEW, _SHY = 8, 64
"""Rows below which the fast way did not pay, and statements for which it rests then."""
_JOINT = 16 << 10
"""Bytes that may come between two rows of two statements so that they are cut together."""
_PENDING_ROWS, _PENDING_BYTES, _PENDING_TABLES = 8192, 1 << 20, 1000
"""Rows and bytes of one table, and tables, that were read one by one and wait to become columns."""
_OBJECT = 16 << 20
"""Bytes of a large object that are read as one cell."""
_NEXT = re.compile(rb"\s*+,\s*+(?:ROW\s*+)?(?=\()", re.IGNORECASE)
_END = re.compile(rb"\s*+;")
_NO_TAIL = re.compile(rb"\s*+\Z|[ \t]*+\r?\n\s*+(?:GO\b|INSERT\b|SET\b|CREATE\b|--|/\*|\Z)", re.IGNORECASE)
_COPY_END = re.compile(rb"\\\.[ \t\r]*+(?:\n|\Z)")
_NOTE = f"a row has more than {RECORD_BYTES >> 20} MB; what goes beyond was read as text of the dump"

_QUOTES = (b"'", b'"', b"`")

Cells = list[bytes | None]


def _unescaped(buffer: bytes, *, escapes: bool) -> int:
    """Give where a string may be left for what follows: not between a backslash and what it escapes."""
    slashes = len(buffer) - len(buffer.rstrip(b"\\")) if escapes else 0
    return len(buffer) - slashes % 2


class Around(Protocol):
    """What goes through the statements."""

    escapes: bool

    def state(self, name: bytes) -> State: ...

    def text(self, end: int) -> None: ...

    def statement(self) -> Iterator[Event]: ...

    def named(self, name: tuple[str, ...]) -> State: ...

    def handed_over(self) -> Iterator[Event]: ...


class DataReader:
    """Reads rows.

    Args:
        feed: stands where a statement begins.
        around: takes the text that is none of a table's.
    """

    def __init__(self, feed: Feed, around: Around) -> None:
        self._feed = feed
        self._around = around
        self.current: State | None = None
        """The table that is being read."""
        self._pending: dict[tuple[str, tuple[str, ...]], _Pending] = {}
        self._last: tuple[bytes, bytes | None] | None = None
        self._joint = b""
        self._behind = -1
        """Where in the file the last row of the last statement ended."""
        self._shy = 0
        self._object: tuple[bytes, list[bytes]] = (b"", [])

    def insert(self, head: re.Match[bytes]) -> Iterator[Event]:
        """Read the rows of an INSERT, whose beginning was found."""
        feed, this = self._feed, (head[1], head[2])
        state = self.current = self._around.state(head[1])
        names = column_names(head[2]) if head[2] else ()
        self._join(this, head)
        feed.place = head.end()
        short = feed.buffer.find(b";\n", feed.place, feed.place + _SHORT) >= 0
        self._shy = max(0, self._shy - 1)
        yield from self._rows(state, names, fast=not short or bool(self._joint and not self._shy))
        self._last, self._behind = this, feed.start + feed.place
        self.current = None
        if end := _END.match(feed.buffer, feed.place):
            feed.place = end.end()
        elif not _NO_TAIL.match(feed.buffer, feed.place):
            yield from self._around.statement()

    def _join(self, this: tuple[bytes, bytes | None], head: re.Match[bytes]) -> None:
        """Learn what stands between two statements of one table, if it is such that it may come again and again."""
        if this != self._last:
            self._joint = b""
        elif not self._joint and self._behind >= self._feed.start:
            joint = self._feed.buffer[self._behind - self._feed.start : head.end()]
            plain = len(joint) <= _JOINT and not any(sign in joint for sign in (b"'", b"\\", b"--", b"/*"))
            self._joint = joint if plain else b""

    def _rows(self, state: State, names: tuple[str, ...], *, fast: bool) -> Iterator[Event]:
        """Read rows that follow one another, from the parenthesis of the first; stands behind the last then."""
        feed, window, rest, odd = self._feed, _FIRST, 0, 0
        while True:
            if fast and rest <= 0:
                if len(feed.buffer) - feed.place < window:
                    feed.more()
                rows = cut(
                    feed.buffer,
                    feed.place,
                    min(feed.place + window, len(feed.buffer)),
                    self._joint,
                    escapes=self._around.escapes,
                )
                if rows.columns:
                    yield from self.flush(state)
                    yield state, state.piece(names, rows.columns, rows.end - feed.place)
                    feed.place = rows.end
                    if window == _FIRST and not rows.more and len(rows.columns[0]) < _FEW:
                        self._shy = _SHY
                    window = min(_BLOCK, 4 * window)
                elif rows.more and window < _BLOCK:
                    window = min(_BLOCK, 4 * window)
                    continue
                else:
                    odd += 1
                    rest = _FIRST << min(odd, 6)
                    continue
            else:
                size = yield from self._single(state, names)
                rest -= size
                if not size:
                    return
            feed.ahead(_LOOK)
            if found := _NEXT.match(feed.buffer, feed.place):
                feed.place = found.end()
            elif self._joint and feed.buffer.startswith(self._joint + b"(", feed.place):
                feed.place += len(self._joint)
            else:
                return

    def _single(self, state: State, names: tuple[str, ...]) -> Generator[Event, None, int]:
        """Read one row; gives the bytes that it took, 0 where nothing more can be read of the statement."""
        feed, escapes = self._feed, self._around.escapes
        if plain := plain_row(feed.buffer, feed.place, escapes=escapes):
            size = plain[1] - feed.place
            feed.place = plain[1]
            yield from self._add(state, names, plain[0], size)
            return size
        while True:
            row = row_at(feed.buffer, feed.place, escapes=escapes)
            if row.end >= 0:
                break
            size = len(feed.buffer) - feed.place
            if feed.done or size >= RECORD_BYTES:
                yield from self._open_row(state, names, row.cells)
                if feed.done:
                    feed.place = len(feed.buffer)
                    yield from self.flush(state)
                    yield state, cut_off("in the middle of a row")
                    return 0
                yield from self._beyond(row.place, row.depth)
                return size
            feed.more(max(_BLOCK, size))
        cells = [meaning(feed.buffer[begin:end], escapes=escapes) for begin, end in row.cells]
        size = row.end - feed.place
        feed.place = row.end
        yield from self._add(state, names, cells, size)
        return size

    def _open_row(self, state: State, names: tuple[str, ...], places: list[tuple[int, int]]) -> Iterator[Event]:
        """Take what is there of a row without end."""
        buffer, escapes = self._feed.buffer, self._around.escapes
        cells = [meaning(buffer[begin:end], escapes=escapes) for begin, end in places[:-1]]
        begin, end = places[-1]
        last = buffer[begin : min(end, begin + RECORD_BYTES)].strip()
        # The quote that is missing closes it.
        whole = last.rstrip(b"\\").rstrip(b"'") if last.rfind(b"'") else last[:1] + last[1:].rstrip(b"\\")
        cells.append(meaning(whole + b"'", escapes=escapes) if b"'" in whole else last)
        yield from self.flush(state)
        note = None if self._feed.done else _NOTE
        yield state, state.piece(names, [pa.array([cell], pa.binary()) for cell in cells], len(buffer), note)

    def _beyond(self, place: int, depth: int) -> Iterator[Event]:
        """Pass over the rest of a row that is too long, as text."""
        feed, escapes = self._feed, self._around.escapes
        sign = feed.buffer[place : place + 1]
        inside = sign in _QUOTES
        # What was taken as a cell is left.
        feed.place = _unescaped(feed.buffer, escapes=escapes) if inside else max(place, len(feed.buffer) - 1)
        while inside or depth:
            if inside:
                end = string_end(feed.buffer, feed.place, sign, escapes=escapes)
                inside = end < 0
                end = _unescaped(feed.buffer, escapes=escapes) if inside else end
            else:
                end, depth = close(feed.buffer, feed.place, depth, escapes=escapes)
                sign = feed.buffer[end : end + 1]
                inside = depth > 0 and sign in _QUOTES
                end += inside
                if depth and end == feed.place and len(feed.buffer) - end > RECORD_BYTES:
                    end = len(feed.buffer)  # a comment without end
            waiting = inside or depth
            yield from self._text(end)
            if waiting and feed.place >= len(feed.buffer) - 2 and not feed.more():
                return

    def _text(self, end: int) -> Iterator[Event]:
        self._around.text(end)
        yield from self._around.handed_over()

    def copy(self, head: re.Match[bytes]) -> Iterator[Event]:
        """Read the rows of a COPY, whose beginning was found."""
        feed = self._feed
        state = self.current = self._around.state(head[1])
        names = column_names(head[2]) if head[2] else ()
        yield from self.flush(state)
        feed.place = head.end()
        while True:
            feed.ahead(_BLOCK)
            if end := _COPY_END.match(feed.buffer, feed.place):
                feed.place = end.end()
                self.current = None
                return
            stop = feed.buffer.find(b"\n\\.", feed.place, feed.place + _BLOCK) + 1
            stop = stop or feed.buffer.rfind(b"\n", feed.place, feed.place + _BLOCK) + 1
            stop = stop or feed.buffer.find(b"\n", feed.place) + 1
            if stop:
                yield from self._copied(state, names, feed.buffer[feed.place : stop])
                feed.place = stop
            elif feed.done or len(feed.buffer) - feed.place >= RECORD_BYTES:
                last = feed.done
                yield from self._open_line(state, names)
                if last:
                    return
            else:
                feed.more(len(feed.buffer) - feed.place)

    def _copied(self, state: State, names: tuple[str, ...], block: bytes) -> Iterator[Event]:
        """Read whole lines."""
        columns = columns_of(block)
        if columns is not None:
            yield from self.flush(state)
            yield state, state.piece(names, columns, len(block))
            return
        for cells in rows_of(block):
            yield from self._add(state, names, cells, sum(len(cell or b"") + 1 for cell in cells))

    def _open_line(self, state: State, names: tuple[str, ...]) -> Iterator[Event]:
        """Take what is there of a line without end, and where the dump does not end there, go to its end."""
        feed = self._feed
        rest = feed.buffer[feed.place :]
        yield from self.flush(state)
        if rest:
            (cells,) = rows_of(rest.rstrip(b"\\") + b"\n")[:1]
            columns = [pa.array([cell], pa.binary()) for cell in cells]
            yield state, state.piece(names, columns, len(rest), None if feed.done else _NOTE)
        feed.place = len(feed.buffer)
        if feed.done:
            yield state, cut_off("in the middle of a table")
            return
        end = 0
        while not end and feed.more():
            end = feed.buffer.find(b"\n") + 1
            yield from self._text(end or len(feed.buffer))

    def large_object(self, found: re.Match[bytes]) -> Iterator[Event]:
        """Take what a statement says of a large object: it is opened, gets bytes, or is closed."""
        number, held = self._object
        if found[3]:
            digits = found[4]
            held.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()))
        if found[1] or found[5] or sum(map(len, held)) > _OBJECT:
            if held:
                state = self._around.named(("pg_catalog", "pg_largeobject"))
                yield from self._add(state, ("loid", "data"), [number, b"".join(held)], sum(map(len, held)))
            self._object = (found[2] or number, [])

    def _add(self, state: State, names: tuple[str, ...], cells: Cells, size: int) -> Iterator[Event]:
        """Keep a row until there are some more of its table."""
        pending = self._pending.get((state.name, names))
        if pending and len(pending.rows[0]) != len(cells):
            yield from self.flush(state)
            pending = None
        if not pending:
            if len(self._pending) >= _PENDING_TABLES:
                yield from self.flush()
            pending = self._pending[state.name, names] = _Pending(state, names)
        pending.rows.append(cells)
        pending.size += size
        if len(pending.rows) >= _PENDING_ROWS or pending.size >= _PENDING_BYTES:
            yield from self.flush(state)

    def flush(self, state: State | None = None) -> Iterator[Event]:
        """Give the rows that wait, of one table or of all."""
        if not self._pending:
            return
        for this, pending in list(self._pending.items()):
            if state is None or pending.state is state:
                del self._pending[this]
                yield pending.state, pending.piece()


class _Pending:
    """Rows of one table that were read one by one, all of one width."""

    def __init__(self, state: State, names: tuple[str, ...]) -> None:
        self.state = state
        self.names = names
        self.rows: list[Cells] = []
        self.size = 0

    def piece(self) -> Piece:
        """Make columns of them."""
        columns = [pa.array(cells, pa.binary()) for cells in zip(*self.rows, strict=True)]
        return self.state.piece(self.names, columns, self.size)
