"""From one version of the schema to the next: one small named function each, in order.

`UPGRADES[n]` brings a database of version n to n + 1; each runs in one transaction with the change of the number. An
empty file gets the tables of the present version at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inventory.errors import StoreError
from inventory.schema import TABLES, VERSION, Table

Upgrade = Callable[[sqlite3.Connection], None]


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of the present version in an empty file."""
    for table in TABLES:
        _make(connection, table)


def keep_what_reviews_rest_on(connection: sqlite3.Connection) -> None:
    """From version 1 to 2: `results.facts` and `reviews.basis`.

    What was dismissed before rests on what is known of it now.
    """
    _add_columns(connection, "results", ("facts",))
    _add_columns(connection, "reviews", ("basis",))
    connection.execute(
        """
        UPDATE reviews SET basis = (
            SELECT json_object('confidence', r.confidence, 'count', r.count, 'records', r.records, 'rows', v.rows,
                               'reason', coalesce(json_extract(r.evidence, '$[0]'), ''), 'settings', v.settings)
            FROM results AS r JOIN versions AS v ON v.id = r.version_id
            WHERE r.finding_id = reviews.finding_id AND v.state = 'live')
        WHERE verdict = 'dismissed'
        """
    )


def keep_what_was_not_searched(connection: sqlite3.Connection) -> None:
    """From version 2 to 3: `scan_sources.unsearched`; of scans before, nothing is known."""
    _add_columns(connection, "scan_sources", ("unsearched",))


def know_what_lies_in_what(connection: sqlite3.Connection) -> None:
    """From version 3 to 4: `coverage.within`, `coverage.fingerprint` and `exposures`.

    Nothing that was read before lay in another file; in what kind of place it lay is known once it is read again.
    """
    _add_columns(connection, "coverage", ("fingerprint", "within", "file"))
    _make(connection, next(one for one in TABLES if one.name == "exposures"))


def know_the_files(connection: sqlite3.Connection) -> None:
    """From version 4 to 5: `coverage.file`; a file whose lines do not have it is opened once more."""
    _add_columns(connection, "coverage", ("file",))


def know_the_parts(connection: sqlite3.Connection) -> None:
    """From version 5 to 6: `chunks.bounds`; what was in the middle of being read is begun anew."""
    connection.execute("UPDATE versions SET state = 'dead' WHERE state = 'building'")
    connection.execute("DELETE FROM chunks")
    _add_columns(connection, "chunks", ("bounds",))


UPGRADES: dict[int, Upgrade] = {
    1: keep_what_reviews_rest_on,
    2: keep_what_was_not_searched,
    3: know_what_lies_in_what,
    4: know_the_files,
    5: know_the_parts,
}


def _make(connection: sqlite3.Connection, table: Table) -> None:
    connection.execute(table.ddl())
    for index in table.indexes:
        connection.execute(index)


def _add_columns(connection: sqlite3.Connection, name: str, added: tuple[str, ...]) -> None:
    """Make a table anew with more columns; an ALTER TABLE would leave their comments out. Nothing may refer to it."""
    table = next(one for one in TABLES if one.name == name)
    kept = ", ".join(column.name for column in table.columns if column.name not in added)
    for (index,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
    ).fetchall():
        connection.execute(f"DROP INDEX {index}")
    connection.execute(f"ALTER TABLE {name} RENAME TO {name}_before")
    _make(connection, table)
    connection.execute(f"INSERT INTO {name} ({kept}) SELECT {kept} FROM {name}_before")
    connection.execute(f"DROP TABLE {name}_before")


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
            if found == 0:
                make_tables(connection)
                connection.execute(f"PRAGMA user_version = {VERSION}")
            elif found < VERSION:
                UPGRADES[found](connection)
                connection.execute(f"PRAGMA user_version = {found + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        found = version_of(connection)


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
