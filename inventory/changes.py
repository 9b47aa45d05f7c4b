"""What differs between the two latest readings of each asset, and which assets came and went."""

from __future__ import annotations

from inventory import findings
from inventory.base import Store
from inventory.keys import shown
from inventory.model import Change

_ASSETS = """
    SELECT c.name, s.name, a.name, a.first_seen, a.gone, a.live_version,
           (SELECT max(id) FROM versions WHERE asset_id = a.id AND finished IS NOT NULL AND id < a.live_version),
           (SELECT finished FROM versions WHERE id = a.live_version)
    FROM assets AS a
    JOIN clients AS c ON c.id = a.client_id
    JOIN sources AS s ON s.id = a.source_id
    WHERE (:client IS NULL OR c.id = :client)
    ORDER BY c.name, s.name, a.name
"""
_COMPARED = """
    SELECT f.name, d.entity, old.count, old.distinct_values, new.count, new.distinct_values
    FROM findings AS d
    JOIN fields AS f ON f.id = d.field_id
    LEFT JOIN results AS old ON old.finding_id = d.id AND old.version_id = :before AND old.confidence <> 'low'
    LEFT JOIN results AS new ON new.finding_id = d.id AND new.version_id = :now AND new.confidence <> 'low'
    WHERE f.asset_id = (SELECT asset_id FROM versions WHERE id = :now)
    ORDER BY f.name, d.entity
"""


def list_all(store: Store, *, client: str | None = None) -> list[Change]:
    """List changes by client, source and asset; the first scan of a source is no change."""
    first_scans = _first_scans(store)
    found: list[Change] = []
    for client_name, source, asset, first, gone, live, before, at in store.connection.execute(
        _ASSETS, {"client": store.client_id(client)}
    ).fetchall():
        place = (shown(client_name), shown(source), shown(asset))
        if gone is not None:
            found.append(Change("asset_gone", *place, None, None, None, None, gone))
        elif live is not None and before is None and first > first_scans.get(source, first):
            found.append(Change("asset_new", *place, None, None, None, None, at))
        elif live is not None and before is not None:
            found += _compare(store, place, before, live, at)
    return found + _readability(store, client)


def _first_scans(store: Store) -> dict[str, str]:
    """Give for each source (stored name) the end of its first scan, or a time after all others while it runs."""
    rows = store.connection.execute(
        """
        SELECT s.name, (SELECT coalesce(n.finished, :never) FROM scans AS n JOIN scan_sources AS x ON x.scan_id = n.id
                        WHERE x.source_id = s.id ORDER BY n.id LIMIT 1)
        FROM sources AS s
        """,
        {"never": findings.FOREVER},
    )
    return {name: end or findings.FOREVER for name, end in rows}


def _compare(store: Store, place: tuple[str, str, str], before: int, live: int, at: str) -> list[Change]:
    changes = []
    for field, entity, old_count, old_distinct, new_count, new_distinct in store.connection.execute(
        _COMPARED, {"before": before, "now": live}
    ):
        old = old_distinct or old_count
        new = new_distinct or new_count
        if old != new:
            what = "finding_new" if old is None else "finding_gone" if new is None else "more" if new > old else "fewer"
            changes.append(Change(what, *place, shown(field), entity, old, new, at))
    return changes


def _readability(store: Store, client: str | None) -> list[Change]:
    """Assets that could be read before and not now, or the other way round."""
    rows = store.connection.execute(
        """
        SELECT c.name, s.name, l.name, p.status, l.status, l.since
        FROM coverage AS l
        JOIN coverage AS p ON p.id = (SELECT max(id) FROM coverage
            WHERE source_id = l.source_id AND name = l.name AND until IS NOT NULL AND cause <> 'pending')
        JOIN clients AS c ON c.id = l.client_id
        JOIN sources AS s ON s.id = l.source_id
        WHERE l.until IS NULL AND (:client IS NULL OR c.id = :client)
          AND (p.status = 'failed') <> (l.status = 'failed') AND l.cause <> 'pending'
        ORDER BY c.name, s.name, l.name
        """,
        {"client": store.client_id(client)},
    )
    return [
        Change(
            "unreadable" if now == "failed" else "readable",
            name,
            shown(source),
            shown(asset),
            None,
            None,
            None,
            None,
            at,
        )
        for name, source, asset, _, now, at in rows
    ]
