"""Generations of an asset: which still holds, which can be gone on with, how one begins and is buried.

All of it happens inside the recorder's transactions.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.clock import now
from inventory.keys import ClientKey, moved, moved_range
from inventory.lines import Lines
from inventory.records import AssetToRead, Counted, Unchanged, Version

WHOLE_ENOUGH = ("", "cut", "sample")
"""Why a version is short without being failed; any other asks to be read again."""
RESUMED_WITHIN = timedelta(minutes=15)
"""After an interruption, how long an asset whose store cannot tell of changes still counts as read by the run."""
NIGHTS = timedelta(days=31)
"""The same of a run that goes on over nights: a shorter time would read the first assets anew in each of them."""


@dataclass(frozen=True)
class Run:
    """The run that versions are built for."""

    scan_id: int
    resumed: bool
    """It goes on where an interrupted one stopped."""
    fresh: bool
    """It forgets interrupted readings and unchanged assets."""
    nightly: bool = False
    """It goes on over nights."""


class Versions:
    """Plans the versions of one run."""

    def __init__(self, connection: sqlite3.Connection, run: Run, lines: Lines) -> None:
        self._connection = connection
        self._run = run
        self._lines = lines

    def asset(self, source_id: int, client: ClientKey, asset: AssetToRead) -> tuple[int, int | None]:
        stored = asset.name.stored(client.sealer())
        row = self._connection.execute(
            "SELECT id, live_version, client_id FROM assets WHERE source_id = ? AND name = ?", (source_id, stored)
        ).fetchone()
        if row and row[2] != client.id:
            self._hand_over(source_id, row[0], stored)
            row = None
        row = row or self._take_back(source_id, client, stored)
        if row:
            self._connection.execute("UPDATE assets SET kind = ?, gone = NULL WHERE id = ?", (asset.kind, row[0]))
            return row[0], row[1]
        made = self._connection.execute(
            "INSERT INTO assets (source_id, client_id, name, kind, first_seen) VALUES (?, ?, ?, ?, ?)",
            (source_id, client.id, stored, asset.kind, now()),
        )
        return int(made.lastrowid or 0), None

    def _hand_over(self, source_id: int, asset_id: int, stored: str) -> None:
        """End an asset that belongs to another client now: what the old one's key sealed cannot go over."""
        self.bury(asset_id)
        self._connection.execute(
            "UPDATE assets SET name = ?, gone = ? WHERE id = ?", (moved(stored, asset_id), now(), asset_id)
        )
        self._lines.drop(source_id, stored)

    def _take_back(self, source_id: int, client: ClientKey, stored: str) -> tuple[int, None] | None:
        """Find the asset that a client had before it went over to another, so that its reviews hold again."""
        gone = self._connection.execute(
            "SELECT id, name FROM assets WHERE source_id = ? AND client_id = ? AND name >= ? AND name < ?"
            " ORDER BY id DESC",
            (source_id, client.id, *moved_range(stored)),
        ).fetchall()
        for number, name in gone:
            if name == moved(stored, number):
                self._connection.execute("UPDATE assets SET name = ? WHERE id = ?", (stored, number))
                return number, None
        return None

    def unchanged(self, live: int, asset: AssetToRead) -> Unchanged | None:
        row = self._connection.execute(
            "SELECT rows, bytes, cut_cause, cut, fingerprint, settings, scan_id, finished FROM versions"
            " WHERE id = ? AND state = 'live'",
            (live,),
        ).fetchone()
        if row is None or row[5] != asset.settings or row[2] not in WHOLE_ENOUGH:
            return None
        # what this very run read before it was interrupted counts as read, whether the store can tell or not
        same = row[4] is not None and row[4] == asset.fingerprint and not self._run.fresh
        if same or (
            self._run.resumed
            and row[6] == self._run.scan_id
            and row[4] == asset.fingerprint
            and self._just_read(row[7])
        ):
            number = self._connection.execute("SELECT asset_id FROM versions WHERE id = ?", (live,)).fetchone()[0]
            return Unchanged(row[0], row[1], row[2], row[3], self.counted(live), number, told=not same)
        return None

    def counted(self, version: int) -> Counted:
        """Count what a version found, as `Finding.claimed` and `Finding.hinted` have it."""
        row = self._connection.execute(
            "SELECT coalesce(sum(claimed), 0), coalesce(sum(NOT claimed), 0) FROM ("
            " SELECT r.confidence <> 'low' OR coalesce(w.verdict, 'open') = 'confirmed' AS claimed"
            " FROM results AS r LEFT JOIN reviews AS w"
            " ON w.id = (SELECT max(id) FROM reviews WHERE finding_id = r.finding_id)"
            " WHERE r.version_id = ? AND coalesce(w.verdict, 'open') <> 'dismissed')",
            (version,),
        ).fetchone()
        return Counted(int(row[0]), int(row[1]))

    def _just_read(self, finished: str) -> bool:
        """Say whether an asset was read so lately that a run resumed now need not read it again."""
        age = datetime.fromisoformat(now()) - datetime.fromisoformat(finished)
        return age < (NIGHTS if self._run.nightly else RESUMED_WITHIN)

    def resume(self, asset_id: int, client: ClientKey, asset: AssetToRead) -> Version | None:
        row = self._connection.execute(
            "SELECT id, fingerprint, settings, rows, bytes, seconds, scan_id FROM versions"
            " WHERE asset_id = ? AND state = 'building' ORDER BY id DESC LIMIT 1",
            (asset_id,),
        ).fetchone()
        if row is None:
            return None
        same = row[1] == asset.fingerprint and (row[1] is not None or self._repeats(row[0], row[6], asset))
        if self._run.fresh or not same or row[2] != asset.settings:
            self.abandon(asset_id)
            return None
        version = Version(row[0], asset_id, client, rows=row[3], bytes=row[4], seconds=row[5])
        sealer = client.sealer()
        for number, bounds, mark, done, partial in self._connection.execute(
            "SELECT number, bounds, mark, done, partial FROM chunks WHERE version_id = ? ORDER BY number", (version.id,)
        ):
            if bounds is not None:
                version.bounds[number] = json.loads(sealer.open(bounds))
            if partial is None:
                continue  # it was not begun
            version.partials[number] = sealer.open(partial or b"")
            if done:
                version.done.add(number)
            else:
                version.marks[number] = json.loads(sealer.open(mark)) if mark else None
        return version

    def _repeats(self, version: int, scan: int, asset: AssetToRead) -> bool:
        """Say whether a version can go on though its store cannot tell of changes: by key, behind marks, in its run."""
        unmarked = self._connection.execute(
            "SELECT 1 FROM chunks WHERE version_id = ? AND mark IS NULL AND NOT done AND partial IS NOT NULL",
            (version,),
        ).fetchone()
        marked = self._connection.execute(
            "SELECT 1 FROM chunks WHERE version_id = ? AND partial IS NOT NULL", (version,)
        ).fetchone()
        return scan == self._run.scan_id and asset.locator_kind == "key" and marked is not None and unmarked is None

    def begin(self, asset_id: int, client: ClientKey, asset: AssetToRead) -> Version:
        sealer = client.sealer()
        names = json.dumps([name.stored(sealer) for name in asset.key_names])
        made = self._connection.execute(
            "INSERT INTO versions (asset_id, scan_id, state, locator_kind, key_names, fingerprint, settings, started)"
            " VALUES (?, ?, 'building', ?, ?, ?, ?, ?)",
            (asset_id, self._run.scan_id, asset.locator_kind, names, asset.fingerprint, asset.settings, now()),
        )
        version = int(made.lastrowid or 0)
        self._connection.executemany(
            "INSERT INTO exposures (version_id, place) VALUES (?, ?)", [(version, place) for place in asset.exposed]
        )
        return Version(version, asset_id, client)

    def abandon(self, asset_id: int) -> None:
        """Give up a version that was being built."""
        self._connection.execute(
            "UPDATE versions SET state = 'dead' WHERE asset_id = ? AND state = 'building'", (asset_id,)
        )
        self.drop_chunks(asset_id)

    def bury(self, asset_id: int) -> None:
        self._connection.execute(
            "UPDATE versions SET state = 'dead', ended = coalesce(ended, ?)"
            " WHERE asset_id = ? AND state IN ('live', 'building')",
            (now(), asset_id),
        )
        self._connection.execute("UPDATE assets SET live_version = NULL WHERE id = ?", (asset_id,))
        self.drop_chunks(asset_id)

    def bury_within(self, asset_id: int, before: str | None = None) -> None:
        """Bury what an asset no longer holds; see `Lines.end_within`."""
        for source_id, stored in self._lines.end_within(asset_id, before):
            row = self._connection.execute(
                "SELECT id FROM assets WHERE source_id = ? AND name = ?", (source_id, stored)
            ).fetchone()
            if row is not None:
                self.bury(row[0])
                self._connection.execute("UPDATE assets SET gone = ? WHERE id = ?", (now(), row[0]))

    def counted_within(self, source_id: int, names: list[str]) -> Counted:
        """Count what the live versions of some assets found, by their stored names."""
        claims = hints = 0
        for stored in names:
            row = self._connection.execute(
                "SELECT live_version FROM assets WHERE source_id = ? AND name = ?", (source_id, stored)
            ).fetchone()
            if row is not None and row[0] is not None:
                counted = self.counted(row[0])
                claims, hints = claims + counted.claims, hints + counted.hints
        return Counted(claims, hints)

    def drop_chunks(self, asset_id: int) -> None:
        """Drop marks and partial evidence of versions that are no longer being built."""
        self._connection.execute(
            "DELETE FROM chunks WHERE version_id IN"
            " (SELECT id FROM versions WHERE asset_id = ? AND state <> 'building')",
            (asset_id,),
        )
