"""Locations on their way from a worker to the inventory: a few as rows, more as an SQLite database in memory.

Building that is the worker's part, so that the one process which writes copies rows inside SQLite, at three times the
speed of handing each over as Python objects.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.locations import Locations

Row = tuple[bytes, int, bytes, int]
"""Token, position in the list of field names, packed locator, 1 for one of several readings or else 0."""

SCHEMA = "handed"
"""Under this name the writer attaches what it takes over."""
_TABLES = (
    "CREATE TABLE found (token BLOB, field INTEGER, locator BLOB, ambiguous INTEGER)",
    "CREATE TABLE fields (field INTEGER PRIMARY KEY, id INTEGER)",
)
FEW = 200
"""Locations up to which a database is not worth its making: hundreds of small things come with a handover each."""
PAGE = 65_536
_INSERT = (
    "INSERT OR IGNORE INTO main.locations (token, version_id, field_id, locator, ambiguous) VALUES (?, ?, ?, ?, ?)"
)
_COPY = (
    "INSERT OR IGNORE INTO main.locations (token, version_id, field_id, locator, ambiguous)"
    f" SELECT token, ?, id, locator, ambiguous FROM {SCHEMA}.found CROSS JOIN {SCHEMA}.fields USING (field)"
    f" WHERE found.rowid BETWEEN ? AND ?"
)


@dataclass(frozen=True, repr=False)
class Handover:
    """Locations, sorted by token."""

    count: int = 0
    image: bytes = b""
    """The database; empty where there are few or none."""
    rows: Sequence[Row] = ()
    """The locations themselves, where they are few."""

    @classmethod
    def of(cls, locations: Locations) -> Handover:
        """Pack locations, sorted by token."""
        from inventory import image  # noqa: PLC0415 looking a person up must not load numpy

        if len(locations) > FEW and image.fits(_empty(), locations):
            return cls(len(locations), image.write(_empty(), locations))
        rows = zip(
            locations.tokens,
            locations.fields.tolist(),
            locations.locators.tolist(),
            locations.ambiguous.tolist(),
            strict=True,
        )
        return cls.of_rows([(token.tobytes(), *rest) for token, *rest in rows])

    @classmethod
    def of_rows(cls, rows: Sequence[Row]) -> Handover:
        """Pack locations, sorted by token, whatever their sizes; many some eight times slower than `of`."""
        if len(rows) <= FEW:
            return cls(len(rows), rows=tuple(rows))
        with closing(_database()) as connection:
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
            return cls(len(rows), connection.serialize())


def _database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE}")
    connection.execute("PRAGMA auto_vacuum = NONE")  # some builds have it on, which costs pages and the fast way
    for table in _TABLES:
        connection.execute(table)
    return connection


@cache
def _empty() -> bytes:
    """Give a database with tables and no rows; what is found has its first page behind the schema's."""
    with closing(_database()) as connection:
        return connection.serialize()


def attach(connection: sqlite3.Connection) -> None:
    """Make room beside the inventory for what is handed over; once for each writer."""
    if SCHEMA not in {row[1] for row in connection.execute("PRAGMA database_list")}:
        connection.execute(f"ATTACH ':memory:' AS {SCHEMA}")


def take(connection: sqlite3.Connection, handed: Handover, ids: Sequence[int]) -> None:
    """Open what was handed over; outside a transaction.

    Args:
        connection: of the inventory.
        handed: with an image.
        ids: the numbers of the fields, in the order of their positions.
    """
    connection.deserialize(handed.image, name=SCHEMA)
    connection.executemany(f"INSERT INTO {SCHEMA}.fields VALUES (?, ?)", list(enumerate(ids)))


def insert(connection: sqlite3.Connection, handed: Handover, version: int, ids: Sequence[int]) -> int:
    """Write locations that came as rows; inside a transaction. Gives how many were new."""
    rows = [(token, version, ids[field], locator, ambiguous) for token, field, locator, ambiguous in handed.rows]
    return connection.executemany(_INSERT, rows).rowcount


def copy(connection: sqlite3.Connection, version: int, first: int, last: int) -> int:
    """Write some of what was taken, rows counted from 1; inside a transaction. Gives how many were new."""
    return connection.execute(_COPY, (version, first, last)).rowcount
