"""Coverage: every asset met, read or not, and why; "nothing found" and "not read" are never the same."""

from __future__ import annotations

from inventory.base import Store
from inventory.findings import FOREVER, named
from inventory.keys import shown
from inventory.model import CoverageLine
from inventory.schema import MISSING, SKIPPED

_QUERY = """
    SELECT c.name, s.name, l.name, l.kind, {status}, iif({pending}, 'pending', l.cause), iif({pending}, :why, l.reason),
           l.rows, l.bytes, l.seconds, l.client_id
    FROM coverage AS l
    JOIN clients AS c ON c.id = l.client_id
    JOIN sources AS s ON s.id = l.source_id
    WHERE {when}
      AND (:client IS NULL OR c.id = :client)
      AND (:status IS NULL OR {status} = :status)
    ORDER BY c.name, s.name, l.name
"""
NOT_REACHED = "not reached: the latest scan is still running, or was interrupted; scan again to go on"


def list_all(  # noqa: PLR0913 the filters of the question
    store: Store,
    *,
    client: str | None = None,
    status: str | None = None,
    source: str | None = None,
    asset: str | None = None,
    as_of: str | None = None,
) -> list[CoverageLine]:
    """List the lines that hold now, or held at a time (ISO 8601, UTC)."""
    pending = "0" if as_of else "l.pending"  # what a later run has yet to do says nothing of an earlier time
    status_then = f"iif({pending}, 'failed', l.status)"
    when = "l.since <= :seen AND (l.until IS NULL OR l.until > :seen)" if as_of else "l.until IS NULL"
    values = {"client": store.client_id(client), "status": status, "seen": as_of or FOREVER, "why": NOT_REACHED}
    return [
        CoverageLine(shown(row[0]), shown(row[1]), shown(row[2]), *row[3:10])
        for row in store.connection.execute(_QUERY.format(when=when, status=status_then, pending=pending), values)
        if named(store, row[1], source, None) and named(store, row[2], asset, row[10])
    ]


def gaps(store: Store, client: str | None) -> tuple[int, int]:
    """Count what a look-up could not see: assets not read (or not to their end), and assets skipped.

    A source whose latest scan (of all of it, or of all that the client has in it) ended before every asset was met, or
    that was only ever scanned in part, counts as one asset that was not read.
    """
    whose = "AND client_id = :client" if client is not None else ""
    missing, skipped, unlisted = store.connection.execute(
        f"""
        SELECT (SELECT count(*) FROM coverage WHERE {MISSING} {whose}),
               (SELECT count(*) FROM coverage WHERE {SKIPPED} {whose}),
               (SELECT count(*) FROM sources AS s WHERE NOT coalesce((SELECT x.listed FROM scan_sources AS x
                WHERE x.source_id = s.id AND x.whole AND x.client_id IN (0, :client)
                ORDER BY x.scan_id DESC LIMIT 1), 0))
        """,
        {"client": store.client_id(client)},
    ).fetchone()
    return missing + unlisted, skipped
