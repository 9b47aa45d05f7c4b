"""Opens the inventory's SQLite database and translates what it refuses."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from inventory.errors import StoreError
from inventory.upgrades import upgrade, version_of

BUSY_SECONDS = 30.0
"""How long to wait for another writer."""


def database_path(url: str) -> Path:
    """Give the file of a `sqlite:///relative.db` or `sqlite:////absolute.db` URL.

    Raises:
        StoreError: the URL names no SQLite file.
    """
    parts = urlsplit(url)
    if parts.scheme in ("postgresql", "postgres"):
        raise StoreError(f"{parts.scheme}://…: an inventory on PostgreSQL is not supported yet; use sqlite:///FILE")
    if parts.scheme != "sqlite" or parts.netloc or len(parts.path) < 2:
        raise StoreError(
            f"{url}: no inventory URL; write sqlite:///recense.db or sqlite:////var/lib/recense/recense.db"
        )
    return Path(unquote(parts.path[1:]))


def demand(path: Path) -> None:
    """Refuse a path where no inventory is.

    Raises:
        StoreError: saying how one comes to be.
    """
    if not path.exists() or not path.stat().st_size:
        raise StoreError(f"{path}: no inventory here; run `recense scan` first, or name one with --inventory")


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open the database, make or upgrade its tables.

    Raises:
        StoreError: it is damaged, newer than this program or not accessible.
    """
    with translated(path):
        if create:
            _make_private(path)
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
        connection.isolation_level = None
        _refuse_strangers(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # what is deleted is overwritten: a forgotten client leaves nothing behind in free pages
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -65536")
        upgrade(connection, str(path))
    return connection


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    """Leave a database alone that somebody else made."""
    if version_of(connection) == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        connection.close()
        raise StoreError(f"{path}: a database, and no inventory of recense; name another with --inventory")


def _make_private(path: Path) -> None:
    """Make the file readable by its owner only; one that is there keeps its mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            f"{path}: the inventory cannot be made ({error.strerror}); name another with --inventory"
        ) from error


@contextmanager
def translated(where: Path | str) -> Iterator[None]:
    """Turn SQLite's errors into this room's; no message of SQLite's quotes a value.

    Raises:
        StoreError: whatever SQLite refused.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreError(f"{where}: another process is writing; try again when it is done") from error
        raise StoreError(f"{where}: cannot be used ({error}); check the disk's room and the folder's rights") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{where}: this is no inventory of recense, or it is damaged ({error})") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all or nothing; the write lock is taken at once, so that no two writers meet half-way.

    Inside another one it is a part of that: what fails fails with all of it.

    Raises:
        StoreError: another process writes for too long, the disk is full, or the database is damaged.
    """
    if connection.in_transaction:
        yield
        return
    with translated("the inventory"):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
