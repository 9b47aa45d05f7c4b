"""From one version of the schema to the next: one small named function each, in order.

`UPGRADES[n]` brings a database of version n to n + 1; each runs in one transaction with the change of the number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inventory.errors import StoreError
from inventory.schema import TABLES, VERSION

Upgrade = Callable[[sqlite3.Connection], None]


def make_first_tables(connection: sqlite3.Connection) -> None:
    """From an empty file to version 1."""
    for table in TABLES:
        connection.execute(table.ddl())
        for index in table.indexes:
            connection.execute(index)


UPGRADES: dict[int, Upgrade] = {0: make_first_tables}


def upgrade(connection: sqlite3.Connection, where: str) -> None:
    """Bring the schema up to date; does nothing where it is.

    Raises:
        StoreError: the database was written by a newer version of the program.
    """
    found = version_of(connection)
    if found > VERSION:
        raise StoreError(
            f"{where}: written by a newer recense (schema {found}, this one knows {VERSION}); update recense"
        )
    while found < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = version_of(connection)  # another process may have been faster
            if found < VERSION:
                UPGRADES[found](connection)
                connection.execute(f"PRAGMA user_version = {found + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        found = version_of(connection)


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
