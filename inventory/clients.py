"""Clients of the host: their keys, what is known of them, and how that is forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from inventory import findings
from inventory.base import Store
from inventory.clock import now
from inventory.errors import NotFoundError, StoreError
from inventory.keys import ClientKey, new_client_key, shown
from inventory.lock import alone
from inventory.model import ClientInfo
from inventory.records import Name

UNASSIGNED = "unassigned"
"""The client to whom belongs what no rule assigns."""
_SWEEP_PARTS = 256


def ensure(store: Store, name: Name, role: str | None) -> ClientKey:
    """Give a client by name, made with a new key when it is met for the first time."""
    connection, stored = store.connection, name.stored(store.house)
    row = connection.execute("SELECT id FROM clients WHERE name = ?", (stored,)).fetchone()
    if row is None:
        wrapped = store.ring.wrap(new_client_key())
        connection.execute(
            "INSERT OR IGNORE INTO clients (name, role, wrapped_key, created) VALUES (?, ?, ?, ?)",
            (stored, role, wrapped, now()),
        )
        row = connection.execute("SELECT id FROM clients WHERE name = ?", (stored,)).fetchone()
    elif role is not None:
        connection.execute("UPDATE clients SET role = ? WHERE id = ? AND role IS NOT ?", (role, row[0], role))
    return store.client_key(row[0])


def list_all(store: Store) -> list[ClientInfo]:
    """List all clients by name; findings that are dismissed or mere hints do not count."""
    assets = dict(
        store.connection.execute("SELECT client_id, count(*) FROM assets WHERE gone IS NULL GROUP BY client_id")
    )
    last = dict(store.connection.execute("SELECT client_id, max(since) FROM coverage GROUP BY client_id"))
    claimed: dict[str, int] = {}
    for finding in findings.list_all(store):
        claimed[finding.client] = claimed.get(finding.client, 0) + finding.claimed
    rows = store.connection.execute("SELECT id, name, role FROM clients ORDER BY name")
    return [
        ClientInfo(
            shown(name), role or "processor", assets.get(number, 0), claimed.get(shown(name), 0), last.get(number)
        )
        for number, name, role in rows
    ]


def forget(store: Store, name: str) -> Mapping[str, int]:
    """Delete what is known of a client and destroy its key; gives the number of rows by table.

    The database overwrites what it deletes, and its write-ahead log is cut, so that nothing is left in either.

    Raises:
        NotFoundError: there is no such client.
        BusyError: a scan is writing.
        StoreError: all is forgotten, but a reader kept the log from being cut.
    """
    number = store.client_id(name)
    if not number:
        raise NotFoundError("no such client in the inventory; `recense client list` names them")
    with alone(store.path):
        return _forget(store, (number,))


def _forget(store: Store, row: tuple[int]) -> Mapping[str, int]:
    store.drop_client_keys()
    connection = store.connection
    with store.transaction():  # first of all: without it the rest is dust already
        connection.execute("UPDATE clients SET wrapped_key = x'' WHERE id = ?", row)
    gone = {"locations": _sweep_client(store, row[0])}
    with store.transaction():
        for table in ("coverage", "assets"):
            gone[table] = connection.execute(f"DELETE FROM {table} WHERE client_id = ?", row).rowcount
        gone["clients"] = connection.execute("DELETE FROM clients WHERE id = ?", row).rowcount
        connection.execute(
            "DELETE FROM sources WHERE id NOT IN (SELECT source_id FROM assets UNION SELECT source_id FROM coverage)"
        )
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise StoreError(f"{store.path}: forgotten, but a reader holds the old pages; the next command cuts them")
    return gone


def _sweep_client(store: Store, client_id: int) -> int:
    """Delete the client's locations part by part, so that other writers are never held up for long."""
    versions = [
        number
        for (number,) in store.connection.execute(
            "SELECT v.id FROM versions AS v JOIN assets AS a ON a.id = v.asset_id WHERE a.client_id = ?", (client_id,)
        )
    ]
    return sweep_versions(store, versions)


def sweep_versions(store: Store, versions: list[int]) -> int:
    """Delete all locations of some versions, in parts by the tokens' first byte; gives their number."""
    if not versions:
        return 0
    connection, deleted = store.connection, 0
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS sweep (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM sweep")
    connection.executemany("INSERT INTO sweep VALUES (?)", [(number,) for number in versions])
    for part in range(_SWEEP_PARTS):
        with store.transaction():
            deleted += connection.execute(
                "DELETE FROM locations WHERE token >= ? AND token < ? AND version_id IN (SELECT id FROM sweep)",
                (bytes([part]), bytes([part + 1]) if part < 255 else b"\xff" * 17),
            ).rowcount
    return deleted
