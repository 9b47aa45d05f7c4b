"""Writes the lines of the coverage; each holds from one time to another."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from inventory.clock import now
from inventory.keys import ClientKey, encode
from inventory.records import AssetToRead, Line

_READ = ("scanned", "unchanged")
"""To know an asset's content and to have read it are the same for its history."""

_BEFORE = (
    "SELECT l.id, l.status, l.fingerprint, l.pending, a.id, v.id, v.fingerprint, v.settings, v.cut_cause,"
    " EXISTS (SELECT 1 FROM coverage AS i WHERE i.within = a.id AND i.until IS NULL)"
    # a client may have most of the lines, so that the index on that must not be taken
    " FROM coverage AS l INDEXED BY coverage_file"
    " LEFT JOIN assets AS a ON a.source_id = l.source_id AND a.name = l.name"
    " LEFT JOIN versions AS v ON v.id = a.live_version"
    " WHERE l.source_id = ? AND l.file = ? AND l.until IS NULL AND l.within IS NULL AND l.client_id = ?"
)


class Lines:
    """Writes for one run, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection, scan_id: int, key: bytes) -> None:
        """Prepare to write.

        Args:
            connection: of the inventory.
            scan_id: of the run.
            key: that names of files are hashed with.
        """
        self._connection = connection
        self.scan_id = scan_id
        self._key = key

    def pend(self, source_id: int, client: ClientKey, asset: AssetToRead) -> None:
        """Note that an asset was met and is still to be read."""
        stored = asset.name.stored(client.sealer())
        changed = self._connection.execute(
            "UPDATE coverage SET pending = 1, scan_id = ?, seen = ?, file = ?"
            " WHERE source_id = ? AND name = ? AND until IS NULL",
            (self.scan_id, now(), self._hash(asset.file), source_id, stored),
        )
        if not changed.rowcount:
            line = Line(asset.name, asset.kind, "failed", "pending", within=asset.within, file=asset.file)
            self._insert(source_id, client, line, pending=True)

    def write(self, source_id: int, client: ClientKey, line: Line) -> None:
        """Write what became of an asset; a line that says the same goes on holding."""
        stored = line.name.stored(client.sealer())
        same = self._connection.execute(
            "UPDATE coverage SET scan_id = ?, seen = ?, status = ?, rows = ?, bytes = ?, seconds = ?, pending = 0,"
            " fingerprint = ?, file = ?"
            " WHERE source_id = ? AND name = ? AND until IS NULL AND client_id = ? AND kind = ?"
            " AND (status = ? OR (status IN (?, ?) AND ? IN (?, ?))) AND cause = ? AND reason = ? AND within IS ?",
            (
                *(self.scan_id, now(), line.status, line.rows, line.bytes, line.seconds),
                *(line.fingerprint, self._hash(line.file), source_id, stored),
                *(client.id, line.kind, line.status, *_READ, line.status, *_READ, line.cause, line.reason),
                line.within,
            ),
        )
        if same.rowcount:
            return
        self._connection.execute(
            "DELETE FROM coverage WHERE source_id = ? AND name = ? AND until IS NULL AND cause = 'pending'",
            (source_id, stored),
        )
        self._connection.execute(
            "UPDATE coverage SET until = ?, pending = 0 WHERE source_id = ? AND name = ? AND until IS NULL",
            (now(), source_id, stored),
        )
        self._insert(source_id, client, line, pending=False)

    def _insert(self, source_id: int, client: ClientKey, line: Line, *, pending: bool) -> None:
        self._connection.execute(
            "INSERT INTO coverage (scan_id, source_id, client_id, name, kind, status, cause, reason, rows, bytes,"
            " seconds, pending, seen, since, within, fingerprint, file)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.scan_id, source_id, client.id, line.name.stored(client.sealer()), line.kind, line.status),
                *(line.cause, line.reason, line.rows, line.bytes, line.seconds, int(pending), now(), now()),
                *(line.within, line.fingerprint, self._hash(line.file)),
            ),
        )

    def _hash(self, file: str) -> bytes | None:
        return blake2b(encode(file), digest_size=16, key=self._key, person=b"recense-file").digest() if file else None

    def before(self, source_id: int, client_id: int, file: str) -> list[sqlite3.Row | tuple[Any, ...]]:
        """List what an earlier scan met in a file: the file itself, or the things in it.

        Returns:
            line, status, fingerprint, whether it is pending, asset, live version; that version's fingerprint, settings
            and reason for being short; and whether other things lie in the asset.
        """
        return self._connection.execute(_BEFORE, (source_id, self._hash(file), client_id)).fetchall()

    def keep(self, lines: Sequence[int]) -> None:
        """Note that lines still hold, since what they tell of did not change."""
        self._connection.executemany(
            "UPDATE coverage SET scan_id = ?, seen = ?, status = iif(status = 'scanned', 'unchanged', status),"
            " seconds = iif(status = 'skipped', seconds, 0.0) WHERE id = ?",
            [(self.scan_id, now(), line) for line in lines],
        )

    def keep_within(self, asset_id: int) -> list[str]:
        """Note that what an unchanged asset holds is unchanged too; gives the stored names."""
        rows = self._connection.execute(
            "UPDATE coverage SET scan_id = ?, seen = ?, pending = 0,"
            " status = iif(status = 'scanned', 'unchanged', status)"
            " WHERE within = ? AND until IS NULL RETURNING name",
            (self.scan_id, now(), asset_id),
        ).fetchall()
        return [row[0] for row in rows]

    def end_within(self, asset_id: int, before: str | None = None) -> list[tuple[int, str]]:
        """Let the lines of what an asset no longer holds hold no more.

        Args:
            asset_id: of the asset.
            before: only what was not seen since (ISO 8601, UTC); None: everything.

        Returns:
            source and stored name of each.
        """
        return self._connection.execute(
            "UPDATE coverage SET until = ?, pending = 0 WHERE within = ? AND until IS NULL AND (? IS NULL OR seen < ?)"
            " RETURNING source_id, name",
            (now(), asset_id, before, before),
        ).fetchall()

    def end(self, source_id: int, stored: str, at: str) -> None:
        """Let the line of an asset that is no longer there hold no more."""
        self._connection.execute(
            "UPDATE coverage SET until = ?, pending = 0 WHERE source_id = ? AND name = ? AND until IS NULL",
            (at, source_id, stored),
        )

    def drop(self, source_id: int, stored: str) -> None:
        """Remove all lines of an asset."""
        self._connection.execute("DELETE FROM coverage WHERE source_id = ? AND name = ?", (source_id, stored))
