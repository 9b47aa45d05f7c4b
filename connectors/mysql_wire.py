"""The connection: PyMySQL signs in, TLS is demanded where it was asked for, results come as Arrow columns."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, NoReturn

import pyarrow as pa
import pymysql
from pymysql.connections import Connection
from pymysql.constants import CLIENT, CR
from pymysql.protocol import MysqlPacket

from connectors.mysql_rows import BrokenError, RowReader

BUFFERED = 1 << 16
"""Bytes that PyMySQL's own buffer never exceeds."""
PAGE_CELLS = 2_000_000
"""Cells of a page at most, since finding a cell costs memory too."""


class ClearText:
    """Stands where PyMySQL would hand a server the password as it is: the server has to ask for something else."""

    def __init__(self, connection: Wire) -> None:
        self._connection = connection

    def authenticate(self, _packet: MysqlPacket) -> NoReturn:
        """Refuse; a server in the middle would only have to ask."""
        raise pymysql.err.OperationalError(CR.CR_AUTH_PLUGIN_CANNOT_LOAD, "the server asks for the password itself")


class Wire(Connection):  # type: ignore[misc]  # the library has no types
    """A connection whose results come as Arrow columns.

    Args:
        tls: how TLS is done; the connection is refused where the server has none, before anything secret is sent.
            None: PyMySQL chooses by its other options.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self._tls_demanded = tls is not None
        plugins = {"mysql_clear_password": ClearText, "dialog": ClearText}
        super().__init__(ssl=tls, auth_plugin_map=plugins, charset="utf8mb4", **options)

    utc = False
    """Whether TIMESTAMPs are shown in UTC."""

    @property
    def encrypted(self) -> bool:
        """Whether TLS is in use."""
        return isinstance(self._sock, ssl.SSLSocket)

    def connect(self, sock: socket.socket | None = None) -> None:
        """Connect; a Unix socket is opened here, since PyMySQL leaves it open where nobody answers."""
        if sock is None and self.unix_socket:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.settimeout(self.connect_timeout)
            try:
                sock.connect(self.unix_socket)
            except OSError:
                sock.close()
                raise
            self._secure = True
        with self._understood():
            super().connect(sock)

    def query(self, sql: str | bytes, unbuffered: bool = False) -> int:
        """Send a statement and read what comes before its rows.

        Raises:
            TimeoutError: the server was silent for longer than the read time-out.
            pymysql.err.MySQLError: as the server says, or since the connection broke.
        """
        try:
            with self._understood():
                return int(super().query(sql, unbuffered))
        except pymysql.err.OperationalError as error:
            if isinstance(error.__context__, TimeoutError):
                raise TimeoutError("the server was silent for too long") from error
            raise

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Close the connection where the other side says what is no packet of the protocol."""
        try:
            yield
        except RuntimeError as error:
            self._force_close()
            raise pymysql.err.OperationalError(CR.CR_AUTH_PLUGIN_CANNOT_LOAD, "a method that is not there") from error
        except (struct.error, IndexError, TypeError, ValueError) as error:
            self._force_close()
            raise pymysql.err.InternalError(CR.CR_MALFORMED_PACKET, "no packet of the protocol") from error

    def _get_server_information(self) -> None:
        super()._get_server_information()
        if self._tls_demanded and not self.server_capabilities & CLIENT.SSL:
            raise pymysql.err.OperationalError(CR.CR_SSL_CONNECTION_ERROR, "the server offers no TLS")

    def settle(self, seconds: float) -> None:
        """Allow the server that many seconds of silence, now that the connection is made."""
        self._read_timeout = seconds

    def rows(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """Run one short statement and give its rows as Python values; for the catalogue, not for data."""
        with self.cursor() as cursor:
            cursor.execute(sql)
            return tuple(cursor.fetchall())

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Run one short statement and give its rows by column, the columns' names in capitals."""
        with self.cursor() as cursor:
            cursor.execute(sql)
            names = [str(column[0]).upper() for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def pages(self, sql: str, rows: int, size: int) -> Iterator[list[pa.Array]]:
        """Run one SELECT and give its rows as `binary` columns, NULL as null, page by page.

        A caller who stops early closes the connection: a server cannot be told to stop sending.

        Args:
            sql: the statement.
            rows: rows of a page at most; fewer where there are many columns.
            size: bytes of a page, exceeded by one row at most.

        Raises:
            pymysql.err.MySQLError: as the server says, or since the connection broke.
            TimeoutError: the server was silent for longer than the read time-out.
        """
        self.query(sql, unbuffered=True)
        result = self._result
        reader = RowReader(_behind(self._rfile), result.field_count)
        most = max(1, min(rows, PAGE_CELLS // result.field_count))
        try:
            while (page := reader.page(most, size)) is not None:
                yield page
        except TimeoutError:
            raise
        except (BrokenError, OSError) as error:
            raise pymysql.err.OperationalError(CR.CR_SERVER_LOST, str(error)) from error
        finally:
            result.unbuffered_active = False
            if not reader.ended:
                self._force_close()
        if reader.error is not None:
            MysqlPacket(reader.error, self.encoding).raise_for_error()


def _behind(stream: BufferedReader) -> Callable[[memoryview], int]:
    """Give what reads on from a buffered stream into larger buffers.

    What it holds already comes first, then its socket is read directly: `readinto1` would wait for more than it holds.
    """
    held = stream.read1(BUFFERED)

    def read(into: memoryview) -> int:
        nonlocal held
        if not held:
            return int(stream.raw.readinto(into) or 0)
        count = min(len(held), len(into))
        into[:count], held = held[:count], held[count:]
        return count

    return read
