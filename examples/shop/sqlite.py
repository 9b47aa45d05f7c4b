"""The shop as a SQLite database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .rows import Shop
from .sql import contents, insert, schema


def write(shop: Shop, path: Path) -> None:
    """Make the database file; one that is there is replaced."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for statement in schema("sqlite"):
            database.execute(statement)
        for table, rows in contents(shop):
            database.executemany(insert(table, "?"), rows)
        database.commit()
