"""One read-only connection to one PostgreSQL database: settings, queries, pages, and the server's errors in our words.

Every statement of ours runs with an empty search path, so that no function, operator or cast which a client made in
its own schema can slip into it. Values stand in the text as literals: COPY, which brings the rows, takes no parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import adbc_driver_manager
import pyarrow as pa
from adbc_driver_postgresql import dbapi

from connectors.errors import ReadError
from connectors.interface import Cause
from connectors.postgresql_target import Target
from connectors.tables import PAGE_BYTES

_BATCH_BYTES = "4000000"
_LOCK_MILLISECONDS = 5000
_SQLSTATE = re.compile(r"SQLSTATE: ([0-9A-Z]{5})")

_CAUSES: dict[str, tuple[Cause, str]] = {
    "42501": (Cause.DENIED, "permission denied; `recense sources check` prints the GRANT that is missing"),
    "42P01": (Cause.GONE, "the table is no longer there"),
    "42703": (Cause.GONE, "a column was dropped or renamed meanwhile; scan again"),
    "3D000": (Cause.GONE, "the database is no longer there"),
    "3F000": (Cause.GONE, "the schema is no longer there"),
    "57014": (Cause.TIMEOUT, "one page took longer than the statement time-out; raise it, or scan at a quieter hour"),
    "55P03": (Cause.LOCKED, "another session holds the table locked; scan again when that has ended"),
    "40P01": (Cause.LOCKED, "another session holds the table locked; scan again when that has ended"),
    "22P05": (Cause.OTHER, "a character has no UTF-8 form; find and mend it, or set the database's encoding right"),
    "22021": (Cause.CORRUPT, "a text is not in the database's own encoding; find and mend it"),
    "XX001": (Cause.CORRUPT, "the server finds the table damaged; see its log"),
    "XX002": (Cause.CORRUPT, "the server finds the table's index damaged; REINDEX it"),
}
_LOST = (Cause.LOST, "the connection broke; scan again, it goes on from here")
_VALUE_CLASS = "22"
# 40001: a standby cancelled the page for the sake of its recovery; the next one is let through.
_LOST_CLASSES = ("08", "57P", "40001")

SETTINGS = {
    "default_transaction_read_only": "on",
    "search_path": "",
    "standard_conforming_strings": "on",
    "bytea_output": "hex",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "synchronize_seqscans": "off",
    "idle_in_transaction_session_timeout": "0",
    "lock_timeout": str(_LOCK_MILLISECONDS),
}
"""What a session is told first: to write nothing, to read text that is the same everywhere, to stay out of the way."""


class ConnectError(ReadError):
    """No connection to a database could be made; the rest of the server may be well."""


class ValueRefusedError(ReadError):
    """A literal does not fit its type: a key that was noted before the column's type changed."""


class Session:
    """A connection to one database, made when it is first needed.

    Args:
        target: the server, and how to reach it.
        database: the database's name.
        timeout: seconds that one statement may take.
    """

    def __init__(self, target: Target, database: str, timeout: float) -> None:
        self.target = target
        self.database = database
        self.timeout = timeout
        self._connection: Any = None
        self._tuned: dict[str, str] = {}

    @property
    def connection(self) -> Any:
        """The ADBC connection.

        Raises:
            ConnectError: it cannot be made; says what to do.
        """
        if self._connection is None:
            try:
                self._connection = dbapi.connect(self.target.conninfo(self.database), autocommit=True)
            except adbc_driver_manager.Error as error:
                cause, reason = self.target.refusal(str(error), self.database)
                error.args = ("connection refused, see above",)
                raise ConnectError(cause, reason) from error
            try:
                self._settle()
            except ReadError:
                self.drop()
                raise
        return self._connection

    def _settle(self) -> None:
        """Apply the settings; those that an old server does not know are left out by asking for the known ones."""
        wanted = {**SETTINGS, "statement_timeout": str(max(1, int(self.timeout * 1000)))}
        known = ", ".join(literal(name) for name in wanted)
        names = [
            row[0].lower()
            for row in self.rows(f"SELECT name FROM pg_catalog.pg_settings WHERE lower(name) IN ({known})")
        ]
        calls = (f"pg_catalog.set_config({literal(name)}, {literal(wanted[name])}, false)" for name in names)
        self.rows(f"SELECT {', '.join(f'{call} AS s{number}' for number, call in enumerate(calls))}")
        # A database without an encoding holds any bytes; asked for UTF-8, the server would refuse what is none.
        self.rows(
            "SELECT pg_catalog.set_config('client_encoding', 'SQL_ASCII', false) AS s "
            "WHERE pg_catalog.current_setting('server_encoding') = 'SQL_ASCII'"
        )

    @contextmanager
    def cursor(self, what: str, *, copy: bool = True) -> Iterator[Any]:
        """Give a cursor, and translate what goes wrong; `what` is how errors call the thing read."""
        cursor = self.connection.cursor()
        try:
            options = {
                "adbc.postgresql.batch_size_hint_bytes": _BATCH_BYTES,
                "adbc.postgresql.use_copy": str(copy).lower(),
            }
            cursor.adbc_statement.set_options(**options)
            yield cursor
        except (adbc_driver_manager.Error, OSError, pa.ArrowException) as error:
            cause, reason = reason_of(error)
            refused = state_of(error).startswith(_VALUE_CLASS)
            error.args = (reason,)  # the server's own words may quote data, and the statement keys
            if cause is Cause.LOST:
                self.drop()
            raise (ValueRefusedError if refused else ReadError)(cause, f"{what}: {reason}") from error
        finally:
            _close(cursor)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a small query over the catalogue and give its rows; text that is no UTF-8 has its bytes escaped."""
        with self.cursor(self.database) as cursor:
            cursor.execute(sql)
            table = cursor.fetch_arrow_table()
        return list(zip(*(_plain(column) for column in table.columns), strict=True)) if table.num_columns else []

    def run(self, sql: str, what: str) -> None:
        """Run a statement that gives no rows."""
        with self.cursor(what, copy=False) as cursor:
            cursor.execute(sql)

    def fetch(self, sql: str, what: str) -> list[pa.Array]:
        """Run a FETCH of a server's cursor, whose rows come all at once."""
        with self.cursor(what, copy=False) as cursor:
            cursor.execute(sql)
            return [_joined(column.chunks, column.type) for column in cursor.fetch_arrow_table().columns]

    def page(self, sql: str, what: str) -> tuple[list[pa.Array], bool]:
        """Run a statement and take what it brings, up to about `PAGE_BYTES`.

        Returns:
            the columns, and whether the statement was stopped before its end.
        """
        with self.cursor(what) as cursor:
            cursor.execute(sql)
            reader = cursor._results.reader  # noqa: SLF001 the public one loses the SQLSTATE of an error amid the rows
            batches, stopped = _filled(reader), False
            if sum(batch.nbytes for batch in batches) >= PAGE_BYTES:
                stopped = _stop(cursor, reader)
            schema = reader.schema
        columns = [_joined([batch.column(n) for batch in batches], schema.field(n).type) for n in range(len(schema))]
        return columns, stopped

    def tune(self, settings: Mapping[str, str]) -> None:
        """Apply planner settings, where they are not the session's already."""
        if self._connection is None or settings != self._tuned:
            for name, value in settings.items():
                self.run(f"SET {name} = {value}", self.database)
            self._tuned = dict(settings)

    def drop(self) -> None:
        """Forget the connection; the next question makes a new one."""
        if self._connection is not None:
            _close(self._connection)
            self._connection, self._tuned = None, {}

    close = drop


def _filled(reader: Any) -> list[pa.RecordBatch]:
    """Take batches until the page is full or the statement has ended."""
    batches, size = [], 0
    while size < PAGE_BYTES:
        try:
            batches.append(reader.read_next_batch())
        except StopIteration:
            break
        size += batches[-1].nbytes
    return batches


def _stop(cursor: Any, reader: Any) -> bool:
    """Stop a statement whose page is full; False where it had just ended by itself."""
    try:
        reader.read_next_batch()
    except StopIteration:
        return False
    cursor.adbc_cancel()
    try:
        while True:
            reader.read_next_batch()
    except StopIteration:
        return True
    except (adbc_driver_manager.Error, OSError):
        return True


def _close(thing: Any) -> None:
    """Close a cursor or connection that may have broken."""
    try:
        thing.close()
    except (adbc_driver_manager.Error, OSError, RuntimeError):
        return


def _joined(arrays: Sequence[pa.Array], kind: pa.DataType) -> pa.Array:
    if len(arrays) == 1:
        return arrays[0]
    return pa.concat_arrays(arrays) if arrays else pa.array([], kind)


def _plain(column: pa.ChunkedArray) -> list[Any]:
    if not pa.types.is_string(column.type):
        return list(column.to_pylist())
    cells = [cell for chunk in column.chunks for cell in chunk.view(pa.binary()).to_pylist()]
    return [None if cell is None else cell.decode("utf-8", "surrogateescape") for cell in cells]


def state_of(error: BaseException) -> str:
    """Give an error's SQLSTATE; empty where there is none, as when the connection breaks."""
    found = _SQLSTATE.search(str(error))
    return getattr(error, "sqlstate", None) or (found[1] if found else "")


def reason_of(error: BaseException) -> tuple[Cause, str]:
    """Give the cause and a sentence for an error of the driver; the server's own words may quote data: left out."""
    state = state_of(error)
    if state.startswith(_LOST_CLASSES):
        return _LOST
    if not state and re.search(r"server closed|no connection|connection (?:to server|not open|reset)|SSL", str(error)):
        return _LOST
    return _CAUSES.get(
        state, (Cause.OTHER, f"the server refuses to read it (SQLSTATE {state or 'unknown'}); see its log")
    )


def quoted(*parts: str) -> str:
    """Quote an identifier of one or more parts."""
    return ".".join('"{}"'.format(part.replace('"', '""')) for part in parts)


def literal(text: str) -> str:
    """Write a text as a literal; bytes that were no UTF-8 (escaped as surrogates) come out as those bytes."""
    if not text.isascii() and any("\udc80" <= char <= "\udcff" for char in text):
        raw = text.encode("utf-8", "surrogateescape")
        return "E'{}'".format("".join(chr(c) if 32 <= c < 127 and c not in b"'\\" else f"\\{c:03o}" for c in raw))
    return "'{}'".format(text.replace("'", "''"))
