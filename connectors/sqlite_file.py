"""One SQLite file, opened so that nothing is ever written to it or beside it, and its errors in our words.

Three ways of opening, by what lies beside the file:

- no write-ahead log in use: read-only, with SQLite's own locks;
- a log with its `-shm`: read-only, sharing the writer's index without touching it;
- a log mode file that nobody has open: as immutable where the log is empty, else the log is read through an index in
  memory. Neither takes a lock, so after each page the files are looked at again: a page that met a writer is void.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from connectors.errors import ReadError, SourceError
from connectors.interface import Cause

MAGIC = b"SQLite format 3\x00"
_LOG_VERSION = 2
_BUSY_SECONDS = 5.0
_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock; some milliseconds."""

_SHORT = "the file is cut off before the end of its last page; what was there was read; get the whole file"
_MOVING = (sqlite3.SQLITE_READONLY_CANTINIT, sqlite3.SQLITE_READONLY_RECOVERY)
"""What SQLite answers while a log's index, open to us for reading only, changes under its writer's hands."""
_CAUSES: dict[int, tuple[Cause, str]] = {
    sqlite3.SQLITE_BUSY: (Cause.LOCKED, "another process holds it locked; scan again when that has ended"),
    sqlite3.SQLITE_LOCKED: (Cause.LOCKED, "another process holds it locked; scan again when that has ended"),
    sqlite3.SQLITE_CORRUPT: (Cause.CORRUPT, "the file is damaged here; `PRAGMA integrity_check` says where"),
    sqlite3.SQLITE_NOTADB: (Cause.CORRUPT, "encrypted or no SQLite database"),
    sqlite3.SQLITE_INTERRUPT: (Cause.TIMEOUT, "one page took longer than the statement time-out; raise it"),
    sqlite3.SQLITE_PERM: (Cause.DENIED, "the file may not be read; give the scan's account the right to read it"),
    sqlite3.SQLITE_AUTH: (Cause.DENIED, "the file may not be read; give the scan's account the right to read it"),
    sqlite3.SQLITE_CANTOPEN: (Cause.DENIED, "the file cannot be opened; look at the rights on it and on its folder"),
    sqlite3.SQLITE_READONLY: (Cause.LOCKED, "a writer broke off and left a journal; let its program open it once"),
    sqlite3.SQLITE_IOERR: (Cause.OTHER, "the disk or file system gave an error; see the system's log"),
    sqlite3.SQLITE_TOOBIG: (Cause.OTHER, "a cell is larger than can be read"),
}


class UnusableError(SourceError):
    """The file is an SQLite database, and cannot be used as a whole now; has the cause and reason for one line."""

    def __init__(self, name: str, cause: Cause, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.cause = cause
        self.reason = reason


class CellTooLargeError(ReadError):
    """A cell is above the limit that the connection was told; it can be read by other means."""


class SQLiteFile:
    """An SQLite file open for reading; one thread uses it.

    Args:
        path: of the file.
        name: how errors call it.
        timeout: seconds that one page may take.
    """

    def __init__(self, path: Path, name: str, timeout: float = 600.0) -> None:
        self.path = path.absolute()
        self.name = name
        self.timeout = timeout
        self._connection: sqlite3.Connection | None = None
        self._deadline = float("inf")
        self._frozen: object = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, opened when first asked for.

        Raises:
            SourceError: the file is missing, closed to us, encrypted or no SQLite database.
        """
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        header = self._header()
        log_mode = len(header) > len(MAGIC) + 3 and _LOG_VERSION in header[18:20]
        index = self._beside("-shm").exists()
        log = self._beside("-wal").exists() and self._beside("-wal").stat().st_size > 0
        options = "&readonly_shm=1" if index else "&vfs=unix-none" if log else "&immutable=1"
        unlocked = log_mode and not index
        try:
            connection = sqlite3.connect(
                f"file:{quote(os.fsencode(self.path))}?mode=ro{options if log_mode else ''}",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                cached_statements=0,
            )
        except sqlite3.Error as error:
            raise self._refused(error) from error
        if unlocked:
            self._frozen = self.state()
        self._settle(connection)
        return connection

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)

    def _header(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                header = file.read(100)
        except OSError as error:
            raise SourceError(f"{self.name}: {error.strerror}; check the path and the rights on it") from error
        if header and not header.startswith(MAGIC):
            raise SourceError(f"{self.name}: encrypted or no SQLite database; exclude it, or scan a plain copy")
        return header

    def _settle(self, connection: sqlite3.Connection) -> None:
        """Close every door that a hostile file could use, and read the schema once."""
        connection.text_factory = bytes
        connection.set_progress_handler(lambda: time.monotonic() > self._deadline, _STEPS)
        try:
            if self._frozen is not None:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA mmap_size = 0")
            execute(connection, "SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            connection.close()
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> SourceError:
        return UnusableError(self.name, *reason_of(error))

    def state(self) -> tuple[object, ...]:
        """Give what changes with every write: sizes, times, SQLite's change counter, the log's salts and its index."""
        with self.path.open("rb") as file:
            counter = file.read(28)[24:]
            main = os.fstat(file.fileno())
        parts: list[object] = [main.st_size, main.st_mtime_ns, counter.hex()]
        try:
            with self._beside("-wal").open("rb") as log:
                salts, stat = log.read(32)[12:24], os.fstat(log.fileno())
        except OSError:
            return (*parts, 0)
        # An empty log says nothing, and comes and goes with readers.
        return (*parts, stat.st_size, stat.st_mtime_ns, salts.hex()) if stat.st_size else (*parts, 0)

    def cut(self) -> str | None:
        """Say so where the file is shorter than its header has it; a writer's journal beside it may hold the rest.

        SQLite reads what is missing of a last page as zeros, and refuses the file only where whole pages are missing.
        """
        if any(self._beside(suffix).exists() for suffix in ("-wal", "-journal")):
            return None
        try:
            return cut_off(self._header(), self.size())
        except (OSError, SourceError):  # it has gone, and reading it will say so
            return None

    def size(self) -> int:
        """Give the bytes of the file, its log left out."""
        return self.path.stat().st_size

    def fingerprint(self) -> str | None:
        """Give `state` as text; None where the file cannot be looked at."""
        try:
            return "-".join(map(str, self.state()))
        except OSError:
            return None

    @contextmanager
    def asking(self, asset: str) -> Iterator[sqlite3.Connection]:
        """Give the connection for one page, under the clock, and translate what goes wrong.

        Raises:
            ReadError: with the cause.
        """
        connection = self.connection
        self._deadline = time.monotonic() + self.timeout
        try:
            yield connection
        except sqlite3.Error as error:
            cause, reason = reason_of(error)
            large = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_TOOBIG
            raise (CellTooLargeError if large else ReadError)(cause, f"{asset}: {reason}") from error
        except MemoryError as error:
            raise ReadError(Cause.OTHER, f"{asset}: a row is larger than the memory at hand") from error
        finally:
            self._deadline = float("inf")
        if self._frozen is not None and self.state() != self._frozen:
            raise ReadError(Cause.LOCKED, f"{asset}: the database was written to while it was read; scan again")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one small statement to its end."""
        with self.asking(self.name) as connection, closing(execute(connection, sql, values)) as cursor:
            return cursor.fetchall()

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def cut_off(header: bytes, size: int) -> str | None:
    """Say so where a file is shorter than the number of pages that its header vouches for.

    Source: SQLite's file format, sections 1.3.2, 1.3.7 and 1.3.8.
    """
    page = int.from_bytes(header[16:18], "big")
    pages, changed, valid = header[28:32], header[24:28], header[92:96]
    if len(header) < len(MAGIC) or not pages or changed != valid:
        return None
    return _SHORT if size < int.from_bytes(pages, "big") * (65536 if page == 1 else page) else None


def execute(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run a statement; where a writer is just moving its log's index, which we only look at, try again for a while."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _MOVING or time.monotonic() > until:
                raise
            time.sleep(0.005)


def reason_of(error: sqlite3.Error) -> tuple[Cause, str]:
    """Give the cause and a sentence for an SQLite error; its own message may name data, so it is left out."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such table"):
        return Cause.GONE, "the table is no longer there"
    name = getattr(error, "sqlite_errorname", None) or "no code"
    return _CAUSES.get(code & 0xFF, (Cause.OTHER, f"SQLite refuses to read it ({name})"))


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"{}"'.format(name.replace('"', '""'))
