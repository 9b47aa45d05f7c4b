"""Runs by source: when all of it was last scanned, how that ended, and what is known of it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inventory.base import Store
from inventory.records import Name
from inventory.sources import stored_name


@dataclass(frozen=True)
class LastRun:
    """The latest run that meant a whole source."""

    scan_id: int
    started: datetime
    """When it first began; UTC."""
    finished: datetime | None
    """When it ended or was interrupted; None while it runs, or where it was killed."""
    status: str
    """`running`, `interrupted`, `complete`, `partial` or `failed`."""

    @property
    def unfinished(self) -> bool:
        """Whether it can be gone on with, or goes on right now."""
        return self.status in ("running", "interrupted")


@dataclass(frozen=True)
class Tally:
    """What the inventory knows of a source, counted."""

    assets: dict[str, int]
    """By status of the coverage; those that a run has met and not yet read as `pending`."""
    findings: dict[tuple[str, str], int]
    """By entity and confidence; without those that a person dismissed."""


def last(store: Store, name: Name, place: str) -> LastRun | None:
    """Give the latest run over all of a source and all clients, whoever began it; None: there was none.

    Args:
        store: the inventory.
        name: of the source.
        place: as in `inventory.sources.ensure`.
    """
    row = store.connection.execute(
        """
        SELECT n.id, n.started, n.finished, n.status
        FROM scan_sources AS x JOIN scans AS n ON n.id = x.scan_id JOIN sources AS s ON s.id = x.source_id
        WHERE s.name = ? AND x.whole AND x.client_id = 0
        ORDER BY n.id DESC LIMIT 1
        """,
        (stored_name(store, name, place),),
    ).fetchone()
    if row is None:
        return None
    finished = None if row[2] is None else datetime.fromisoformat(row[2])
    return LastRun(row[0], datetime.fromisoformat(row[1]), finished, row[3])


def tally(store: Store, name: Name, place: str) -> Tally:
    """Count what is known of a source; arguments as in `last`."""
    number = store.connection.execute(
        "SELECT id FROM sources WHERE name = ?", (stored_name(store, name, place),)
    ).fetchone()
    if number is None:
        return Tally({}, {})
    assets = store.connection.execute(
        "SELECT iif(pending, 'pending', status) AS state, count(*) FROM coverage"
        " WHERE source_id = ? AND until IS NULL GROUP BY state",
        number,
    )
    findings = store.connection.execute(
        """
        SELECT d.entity, r.confidence, count(*)
        FROM assets AS a
        JOIN results AS r ON r.version_id = a.live_version
        JOIN findings AS d ON d.id = r.finding_id
        LEFT JOIN reviews AS w ON w.id = (SELECT max(id) FROM reviews WHERE finding_id = d.id)
        WHERE a.source_id = ? AND coalesce(w.verdict, 'open') <> 'dismissed'
        GROUP BY d.entity, r.confidence
        """,
        number,
    )
    return Tally(dict(assets), {(entity, confidence): count for entity, confidence, count in findings})
