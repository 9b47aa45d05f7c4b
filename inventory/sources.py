"""Sources: the places that were scanned, with what the settings say of them."""

from __future__ import annotations

import json

from inventory.base import Store
from inventory.keys import shown
from inventory.model import SourceInfo


def ensure(store: Store, stored: str, info: SourceInfo) -> int:
    """Write a source's settings, by its stored (perhaps sealed) name; gives its number."""
    row = store.connection.execute(
        """
        INSERT INTO sources (name, region, purpose, recipients, retention) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
            region = excluded.region, purpose = excluded.purpose,
            recipients = excluded.recipients, retention = excluded.retention
        RETURNING id
        """,
        (stored, info.region, info.purpose, json.dumps(info.recipients), info.retention),
    ).fetchone()
    return int(row[0])


def list_all(store: Store) -> list[SourceInfo]:
    """List all sources by name, with their latest scan."""
    rows = store.connection.execute(
        """
        SELECT s.name, s.region, s.purpose, s.recipients, s.retention, n.started, n.status
        FROM sources AS s
        LEFT JOIN scans AS n ON n.id = (SELECT max(scan_id) FROM scan_sources WHERE source_id = s.id)
        ORDER BY s.name
        """
    )
    return [
        SourceInfo(shown(name), region, purpose, tuple(json.loads(recipients)), retention, started, status)
        for name, region, purpose, recipients, retention, started, status in rows
    ]
