"""Sources: the places that were scanned, with what the settings say of them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from inventory.base import Store
from inventory.keys import shown
from inventory.model import SourceInfo
from inventory.records import Name


def ensure(store: Store, name: Name, info: SourceInfo, place: str = "") -> int:
    """Write a source's settings; gives its number.

    Args:
        store: the inventory.
        name: of the source.
        info: what the settings say of it.
        place: what its name leaves out and yet says where it is (`unix_socket=/run/a.sock`). A second place of the
            same name is a source of its own, with the place in its name.
    """
    row = store.connection.execute(
        """
        INSERT INTO sources (name, place, region, purpose, recipients, retention) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
            region = excluded.region, purpose = excluded.purpose,
            recipients = excluded.recipients, retention = excluded.retention
        RETURNING id
        """,
        (
            stored_name(store, name, place),
            place,
            info.region,
            info.purpose,
            json.dumps(info.recipients),
            info.retention,
        ),
    ).fetchone()
    return int(row[0])


def stored_name(store: Store, name: Name, place: str) -> str:
    """Give the name under which a source stands, or would stand, in the database; arguments as in `ensure`."""
    stored = name.stored(store.house)
    held = store.connection.execute("SELECT place FROM sources WHERE name = ?", (stored,)).fetchone()
    if held is None or held[0] == place:
        return stored
    masked = name.masked if name.masked is None else f"{name.masked}?{place}"
    return Name(f"{name.text}?{place}", masked).stored(store.house)


def unknown(store: Store, names: Iterable[str]) -> int:
    """Count those of some configured sources of which no scan was ever begun."""
    known = {store.house.open_name(name) for (name,) in store.connection.execute("SELECT name FROM sources")}
    return sum(name not in known for name in names)


def list_all(store: Store) -> list[SourceInfo]:
    """List all sources by name, with their latest scan."""
    rows = store.connection.execute(
        """
        SELECT s.name, s.region, s.purpose, s.recipients, s.retention, n.started, n.status,
               coalesce(x.unsearched, '')
        FROM sources AS s
        LEFT JOIN scans AS n ON n.id = (SELECT max(scan_id) FROM scan_sources WHERE source_id = s.id)
        LEFT JOIN scan_sources AS x ON x.scan_id = n.id AND x.source_id = s.id
        ORDER BY s.name
        """
    )
    return [
        SourceInfo(shown(name), region, purpose, tuple(json.loads(recipients)), retention, started, status, unsearched)
        for name, region, purpose, recipients, retention, started, status, unsearched in rows
    ]
