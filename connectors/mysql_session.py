"""A connection to a server, made when it is needed: read-only, patient with a slow scan, not with a slow server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pymysql

from connectors.interface import SourceSpec
from connectors.mysql_errors import number, source_error
from connectors.mysql_url import Address, parse, tls
from connectors.mysql_wire import Wire

PATIENCE = 600
"""Seconds that the server waits for a slow reader, and for the next page."""
LOCK_SECONDS = 30
"""Seconds that a statement waits for a lock at most; less where the statement time-out is short."""
_UNKNOWN_VARIABLE = 1193
_REFUSED = (1193, 1227, 1229, 1231, 1238)


class Session:
    """A connection that is made again when it was lost.

    Args:
        spec: where and as whom.
    """

    def __init__(self, spec: SourceSpec) -> None:
        self.spec = spec
        self.address: Address = parse(spec)
        self._tls = tls(spec.name, self.address)
        self._wire: Wire | None = None

    @property
    def lock_seconds(self) -> int:
        """Seconds that a statement waits for a lock."""
        return max(1, min(LOCK_SECONDS, int(self.spec.statement_timeout // 2)))

    @property
    def statement_seconds(self) -> int:
        """Seconds that the server works on a statement, waiting for a lock included."""
        return max(1, round(self.spec.statement_timeout)) + self.lock_seconds

    @property
    def wire(self) -> Wire:
        """The connection, made where there is none.

        Raises:
            SourceError: it cannot be made.
        """
        if self._wire is None or not self._wire.open:
            try:
                self._wire = self._connect()
            except (pymysql.err.MySQLError, OSError) as error:
                raise source_error(self.spec.name, self.address, error) from error
        return self._wire

    @property
    def mariadb(self) -> bool:
        """Whether the server is MariaDB rather than MySQL."""
        return "mariadb" in str(self.wire.server_version).lower()

    @property
    def version(self) -> str:
        """The server's version, as it gives it."""
        return str(self.wire.server_version).removeprefix("5.5.5-")

    def rows(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """Run one short statement; raises what PyMySQL raises."""
        return self.wire.rows(sql)

    def pages(self, sql: str, rows: int, size: int, *, utc: bool = False) -> Iterator[list[pa.Array]]:
        """Run one SELECT as columns; see `Wire.pages`.

        While the result is open its connection serves nothing else: whoever asks meanwhile gets another.

        Args:
            sql: the statement.
            rows: rows of a page at most.
            size: bytes of a page.
            utc: show TIMESTAMPs in UTC, where they are part of a key: an hour that comes twice must not look the same.
        """
        wire, self._wire = self.wire, None
        try:
            if utc != wire.utc:
                wire.rows("SET SESSION time_zone = " + ("'+00:00'" if utc else "@@GLOBAL.time_zone"))
                wire.utc = utc
            yield from wire.pages(sql, rows, size)
        except TimeoutError:
            self._stop(int(wire.thread_id()))
            raise
        finally:
            self._give_back(wire)

    def unlimited(self, select: str) -> str:
        """Make a SELECT that goes on for as long as rows are wanted; the server's silence still ends it."""
        if self.mariadb:
            return f"SET STATEMENT max_statement_time = 0 FOR {select}"
        return select.replace("SELECT ", "SELECT /*+ MAX_EXECUTION_TIME(0) */ ", 1)

    def hurried(self, select: str, seconds: int) -> str:
        """Make a SELECT that is given up soon, and that hardly waits for a lock."""
        if self.mariadb:
            return f"SET STATEMENT max_statement_time = {seconds}, lock_wait_timeout = 1 FOR {select}"
        return select.replace("SELECT ", f"SELECT /*+ MAX_EXECUTION_TIME({seconds * 1000}) */ ", 1)

    def close(self) -> None:
        """Give the connection back."""
        wire, self._wire = self._wire, None
        if wire is not None:
            _close(wire)

    def _give_back(self, wire: Wire) -> None:
        if self._wire is None and wire.open:
            self._wire = wire
        else:
            _close(wire)

    def _connect(self) -> Wire:
        address = self.address
        where = (
            {"unix_socket": address.unix_socket}
            if address.unix_socket
            else {"host": address.host, "port": address.port}
        )
        wire = Wire(
            self._tls,
            user=address.user,
            password=(self.spec.password or "").encode(),
            database=address.database,
            autocommit=True,
            connect_timeout=max(1.0, self.spec.connect_timeout),
            read_timeout=max(1.0, self.spec.connect_timeout),
            ssl_disabled=True if address.mode == "DISABLED" else None,
            program_name="recense",
            **where,
        )
        wire.settle(self.statement_seconds + 10.0)
        for setting in self._settings("mariadb" in str(wire.server_version).lower()):
            _set(wire, setting)
        return wire

    def _settings(self, mariadb: bool) -> Iterator[str]:
        yield "SESSION TRANSACTION READ ONLY"
        yield "SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        yield "SESSION sql_mode = ''"
        yield f"SESSION lock_wait_timeout = {self.lock_seconds}"
        yield f"SESSION innodb_lock_wait_timeout = {self.lock_seconds}"
        yield "SESSION sql_big_selects = 1"
        yield "SESSION sql_select_limit = DEFAULT"
        yield from (f"SESSION {one} = {PATIENCE}" for one in ("net_write_timeout", "net_read_timeout"))
        yield "SESSION wait_timeout = 28800"
        if mariadb:
            yield f"SESSION max_statement_time = {self.statement_seconds}"
        else:
            yield f"SESSION max_execution_time = {self.statement_seconds * 1000}"
            yield "SESSION information_schema_stats_expiry = 0"

    def _stop(self, thread: int) -> None:
        """End a statement that the server still works on."""
        with suppress(Exception):
            other = self._connect()
            try:
                other.rows(f"KILL QUERY {thread:d}")
            finally:
                _close(other)


def _set(wire: Wire, setting: str) -> None:
    """Set what the server knows and allows; an older one does not know all of it."""
    try:
        wire.rows(f"SET {setting}")
    except pymysql.err.MySQLError as error:
        if number(error) not in _REFUSED:
            raise


def _close(wire: Wire) -> None:
    if wire.open:
        with suppress(pymysql.err.MySQLError, OSError):
            wire.close()
