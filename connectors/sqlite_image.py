"""An SQLite database that lies in no folder here (in an archive, in a store elsewhere), held whole in memory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from connectors.errors import SourceError
from connectors.sqlite_file import MAGIC, SQLiteFile, cut_off

_VERSIONS = slice(18, 20)
"""Where the header says whether changes go to a write-ahead log, which a database in memory cannot have."""


class SQLiteImage(SQLiteFile):
    """A database without files beside it: what still lay in its write-ahead log is not in it.

    Args:
        data: the whole file; kept until it is opened.
        name: how errors call it.
        timeout: seconds that one page may take.
    """

    def __init__(self, data: bytearray, name: str, timeout: float = 600.0) -> None:
        super().__init__(Path(), name, timeout)
        self._data = data
        self._size = len(data)
        self._cut = cut_off(bytes(data[:100]), len(data))

    def _open(self) -> sqlite3.Connection:
        if not self._data.startswith(MAGIC):
            raise SourceError(f"{self.name}: encrypted or no SQLite database; exclude it, or scan a plain copy")
        self._data[_VERSIONS] = b"\x01\x01"
        connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        try:
            connection.deserialize(self._data)
        except sqlite3.Error as error:
            connection.close()
            raise self._refused(error) from error
        self._data = bytearray()
        self._settle(connection)
        return connection

    def state(self) -> tuple[object, ...]:
        """Give nothing that changes: nobody else writes to it."""
        return ()

    def cut(self) -> str | None:
        """Say so where it is shorter than its header has it."""
        return self._cut

    def size(self) -> int:
        """Give the bytes of the file."""
        return self._size

    def fingerprint(self) -> str | None:
        """Leave it to the store that the file lies in."""
        return None
