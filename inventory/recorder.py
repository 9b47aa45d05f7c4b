"""Writes down what a scan does: sources, assets, generations, marks, locations, results, coverage.

One instance for one run, in one process; readers go on meanwhile. A version is built aside and goes live in one small
transaction; until then look-ups show the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from inventory import handover, sources
from inventory.base import Store
from inventory.clients import sweep_versions
from inventory.clock import now
from inventory.handover import Handover
from inventory.keys import ClientKey
from inventory.lines import Lines
from inventory.model import SourceInfo
from inventory.records import AssetToRead, Counted, Line, Name, ResultRow, StillTrue, Unchanged, Version
from inventory.returns import bring_back
from inventory.versions import Run, Versions

TRANSACTION_ROWS = 200_000
"""Locations written in one transaction at most."""
KEPT_VERSIONS = 20
"""Readings of an asset whose counts are kept, for what changed and for the state at an earlier time."""

_UNFINISHED = """
    SELECT n.id, n.started FROM scans AS n
    WHERE n.id = (SELECT max(id) FROM scans WHERE scope = ?) AND n.status IN ('running', 'interrupted')
      AND NOT EXISTS (SELECT 1 FROM scan_sources AS mine JOIN scan_sources AS later USING (source_id)
                      WHERE mine.scan_id = n.id AND later.scan_id > n.id AND later.whole AND later.client_id = 0)
"""
"""The run to go on with: runs of other sources may have come since, of its own none that meant the whole."""


class Recorder:
    """Writes one run.

    Args:
        store: the inventory.
        mode: `full` or `sample`.
        scope: a keyed hash of targets, client and settings; a run with the same scope that was interrupted is resumed.
        fresh: forget interrupted runs and unchanged assets.
        nightly: what an interrupted run read in the nights before counts as read by it.
    """

    def __init__(self, store: Store, *, mode: str, scope: str, fresh: bool = False, nightly: bool = False) -> None:
        self.store = store
        self.fresh = fresh
        self._connection = store.connection
        handover.attach(self._connection)
        self._begun = now()
        self.scan_id, self.resumed, self.started = self._begin(mode, scope)
        self._lines = Lines(store.connection, self.scan_id, store.tokens.key)
        run = Run(self.scan_id, self.resumed, fresh, nightly)
        self._versions = Versions(store.connection, run, self._lines)

    def _begin(self, mode: str, scope: str) -> tuple[int, bool, str]:
        with self.store.transaction():
            row = self._connection.execute(_UNFINISHED, (scope,)).fetchone()
            if row and not self.fresh:
                self._connection.execute("UPDATE scans SET status = 'running', finished = NULL WHERE id = ?", (row[0],))
                return row[0], True, row[1]
            started = now()
            made = self._connection.execute(
                "INSERT INTO scans (started, status, mode, scope) VALUES (?, 'running', ?, ?)", (started, mode, scope)
            )
            return int(made.lastrowid or 0), False, started

    def source(  # noqa: PLR0913 what is known of a source and of what is meant of it
        self,
        name: Name,
        info: SourceInfo,
        *,
        place: str = "",
        whole: bool = True,
        client: str | None = None,
        unsearched: str = "",
    ) -> int:
        """Write a source and that this run concerns it; gives its number.

        Args:
            name: of the source.
            info: what the settings say of it.
            place: as in `inventory.sources.ensure`.
            whole: whether all of it is meant.
            client: the one client that is meant, None for all.
            unsearched: as in `inventory.model.SourceInfo`.
        """
        source_id = sources.ensure(self.store, name, info, place)
        self._connection.execute(
            "INSERT OR IGNORE INTO scan_sources VALUES (?, ?, ?, ?, 0, ?)",
            (self.scan_id, source_id, int(whole), self._whose(client), unsearched),
        )
        return source_id

    def _whose(self, client: str | None) -> int:
        """Give the number of the one client that is meant; 0 for all, -1 for one that is not known (yet)."""
        number = self.store.client_id(client)
        return 0 if number is None else number or -1

    def plan(self, source_id: int, client: ClientKey, asset: AssetToRead) -> Version | Unchanged:
        """Begin or resume a version of an asset, or say that the live one still holds."""
        with self.store.transaction():
            asset_id, live = self._versions.asset(source_id, client, asset)
            if live is not None and (unchanged := self._versions.unchanged(live, asset)):
                return unchanged
            if asset.within is not None:  # what holds it is read again from where this one begins
                self._versions.abandon(asset_id)
            version = self._versions.resume(asset_id, client, asset) or self._versions.begin(asset_id, client, asset)
            self._lines.pend(source_id, client, asset)
        return version

    def commit(  # noqa: PLR0913 one transaction takes all that belongs together
        self,
        version: Version,
        chunk: int,
        *,
        fields: Sequence[Name],
        locations: Handover,
        mark: Mapping[str, object] | None,
        done: bool,
        partial: bytes | None,
        rows: int,
        size: int,
        seconds: float,
    ) -> None:
        """Write what was found up to a mark, with the mark.

        Args:
            version: that is being built.
            chunk: its number.
            fields: names that `locations` refer to.
            locations: what was found, sorted by token.
            mark: where reading can resume; None with `done` false keeps the mark as it was.
            done: whether the chunk was read to its end.
            partial: what the engine wants back when it resumes; None keeps it as it was.
            rows: records read since the last commit.
            size: bytes read, likewise.
            seconds: of reading and detecting, likewise.
        """
        if locations.image:
            self._take(version, fields, locations)
        written = len(locations.rows)
        while locations.count - written > TRANSACTION_ROWS:
            with self.store.transaction():
                self._copy(version, written + 1, written + TRANSACTION_ROWS)
            written += TRANSACTION_ROWS
        version.rows, version.bytes = version.rows + rows, version.bytes + size
        version.seconds += seconds
        with self.store.transaction():
            if locations.rows:
                ids = [self._field(version, name) for name in fields]
                self._add(version, handover.insert(self._connection, locations, version.id, ids))
            elif locations.count:
                self._copy(version, written + 1, locations.count)
            if mark is not None or done or partial is not None:
                self._keep_mark(version, chunk, mark, partial, done=done)

    def cut(self, version: Version, parts: Mapping[int, Mapping[str, object]]) -> None:
        """Keep into what parts an asset was cut, so that a run which goes on with it finds the same."""
        sealer = version.client.sealer()
        rows = [(version.id, number, sealer.seal(json.dumps(dict(one)).encode())) for number, one in parts.items()]
        with self.store.transaction():
            self._connection.executemany("INSERT INTO chunks (version_id, number, bounds) VALUES (?, ?, ?)", rows)
        version.bounds.update(parts)

    def _keep_mark(
        self, version: Version, chunk: int, mark: Mapping[str, object] | None, partial: bytes | None, *, done: bool
    ) -> None:
        sealer = version.client.sealer()
        sealed = sealer.seal(json.dumps(mark).encode()) if mark is not None else None
        self._connection.execute(
            "INSERT INTO chunks (version_id, number, mark, done, partial) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (version_id, number) DO UPDATE SET done = excluded.done, partial = excluded.partial,"
            " mark = iif(excluded.done, NULL, coalesce(excluded.mark, mark))",
            (version.id, chunk, sealed, int(done), sealer.seal(partial or b"")),
        )
        self._connection.execute(
            "UPDATE versions SET rows = ?, bytes = ?, seconds = ? WHERE id = ?",
            (version.rows, version.bytes, version.seconds, version.id),
        )

    def _take(self, version: Version, fields: Sequence[Name], locations: Handover) -> None:
        with self.store.transaction():
            ids = [self._field(version, name) for name in fields]
        handover.take(self._connection, locations, ids)

    def _copy(self, version: Version, first: int, last: int) -> None:
        self._add(version, handover.copy(self._connection, version.id, first, last))

    def _add(self, version: Version, added: int) -> None:
        if added > 0:
            self._connection.execute("UPDATE versions SET locations = locations + ? WHERE id = ?", (added, version.id))

    def _field(self, version: Version, name: Name) -> int:
        stored = name.stored(version.client.sealer())
        if stored not in version.field_ids:
            key = (version.asset_id, stored)
            self._connection.execute("INSERT OR IGNORE INTO fields (asset_id, name) VALUES (?, ?)", key)
            row = self._connection.execute("SELECT id FROM fields WHERE asset_id = ? AND name = ?", key).fetchone()
            version.field_ids[stored] = row[0]
        return version.field_ids[stored]

    def publish(self, source_id: int, version: Version, results: Iterable[ResultRow], line: Line) -> Counted:
        """Let a version go live in place of the one before; gives how many findings count as found, and as hints.

        A version that an error cut short goes live too, but never counts as unchanged afterwards.
        """
        at = now()
        with self.store.transaction():
            found = [self._insert_result(version, result, at) for result in results]
            self._connection.execute(
                "UPDATE versions SET state = 'dead', ended = ?"
                " WHERE asset_id = ? AND id <> ? AND state IN ('live', 'building')",
                (at, version.asset_id, version.id),
            )
            self._connection.execute(
                "UPDATE versions SET state = 'live', finished = ?, cut_cause = ?, cut = ?, rows = ?, bytes = ?,"
                " seconds = ?, fingerprint = iif(?, NULL, fingerprint) WHERE id = ?",
                (
                    *(at, line.cause, line.reason, version.rows, version.bytes, version.seconds),
                    *(line.status == "failed", version.id),
                ),
            )
            self._connection.execute("UPDATE assets SET live_version = ? WHERE id = ?", (version.id, version.asset_id))
            self._versions.drop_chunks(version.asset_id)
            self._lines.write(source_id, version.client, line)
            if line.status != "failed":
                begun = self._connection.execute("SELECT started FROM versions WHERE id = ?", (version.id,)).fetchone()
                self._versions.bury_within(version.asset_id, begun[0])
            for finding in found:
                bring_back(self._connection, finding, version.id, version.client)
            return self._versions.counted(version.id)

    def _insert_result(self, version: Version, result: ResultRow, at: str) -> int:
        key = (self._field(version, result.field), result.entity)
        self._connection.execute(
            "INSERT OR IGNORE INTO findings (field_id, entity, category, first_seen) VALUES (?, ?, ?, ?)",
            (*key, result.category, at),
        )
        row = self._connection.execute("SELECT id FROM findings WHERE field_id = ? AND entity = ?", key).fetchone()
        samples = version.client.sealer().seal(json.dumps(result.samples).encode())
        self._connection.execute(
            "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                version.id,
                row[0],
                result.count,
                result.records,
                result.distinct,
                result.score,
                result.confidence,
                json.dumps(result.evidence),
                samples,
                result.sketch,
                result.facts,
            ),
        )
        return int(row[0])

    def discard(self, source_id: int, version: Version, line: Line) -> None:
        """Give up a version that could not be read; the one before it, if any, goes on being shown."""
        with self.store.transaction():
            self._connection.execute("UPDATE versions SET state = 'dead' WHERE id = ?", (version.id,))
            self._connection.execute("DELETE FROM chunks WHERE version_id = ?", (version.id,))
            self._lines.write(source_id, version.client, line)

    def has_live(self, version: Version) -> bool:
        """Say whether an earlier reading of the same asset is being shown."""
        row = self._connection.execute("SELECT live_version FROM assets WHERE id = ?", (version.asset_id,)).fetchone()
        return row is not None and row[0] is not None

    def cover(self, source_id: int, client: ClientKey, line: Line, *, emptied: bool = False) -> None:
        """Write a line of the coverage; `emptied`: what an earlier run found there is certainly there no more."""
        with self.store.transaction():
            self._lines.write(source_id, client, line)
            if emptied:
                stored = line.name.stored(client.sealer())
                key = (source_id, stored)
                row = self._connection.execute("SELECT id FROM assets WHERE source_id = ? AND name = ?", key).fetchone()
                if row is not None:
                    self._versions.bury(row[0])
                    self._versions.bury_within(row[0])

    def knows(self, source_id: int) -> bool:
        """Say whether an earlier scan met anything in a source."""
        some = "SELECT 1 FROM coverage WHERE source_id = ? AND until IS NULL LIMIT 1"
        return not self.fresh and self._connection.execute(some, (source_id,)).fetchone() is not None

    def known(
        self, source_id: int, client: ClientKey, file: str, fingerprint: str, settings: str
    ) -> tuple[list[int], list[StillTrue]] | None:
        """Say what an earlier scan met in a file that did not change, if all of it would be met again just so.

        Args:
            source_id: of the source.
            client: whose file it is.
            file: its name, as in `Line`.
            fingerprint: of the file as it is now.
            settings: as in `AssetToRead`.

        Returns:
            the coverage lines, to be handed to `keep`, and what each of them counts; None: look into it.
        """
        if self.fresh:
            return None
        rows = self._lines.before(source_id, client.id, file)
        lines, kept = [], []
        for line, status, skipped, pending, asset, version, read, read_with, cut, pack in rows:
            if status == "skipped" and skipped == fingerprint:
                kept.append(StillTrue(status))
            elif version and status != "failed" and not pending and (read, read_with) == (fingerprint, settings):
                kept.append(
                    StillTrue("truncated" if cut not in {"", "sample"} else "unchanged", version, asset, bool(pack))
                )
            else:
                return None
            lines.append(line)
        return (lines, kept) if lines else None

    def keep(self, lines: Sequence[int], kept: Sequence[StillTrue]) -> Counted:
        """Note that what `known` gave still holds; gives what it holds."""
        claims = hints = 0
        with self.store.transaction():
            self._lines.keep(lines)
            for one in kept:
                if one.version is not None:
                    counted = self._versions.counted(one.version)
                    claims, hints = claims + counted.claims, hints + counted.hints
        return Counted(claims, hints)

    def keep_within(self, source_id: int, asset_id: int) -> tuple[int, Counted]:
        """Note that what an unchanged asset holds is unchanged too; gives how many things, and what they found."""
        with self.store.transaction():
            names = self._lines.keep_within(asset_id)
            return len(names), self._versions.counted_within(source_id, names)

    def listed(self, source_id: int, *, client: str | None = None, gone: Iterable[tuple[int, str, str]] = ()) -> None:
        """Note that every asset of a source was met, and which earlier ones no longer are.

        Args:
            source_id: the source.
            client: the one whose assets were meant; None: all.
            gone: (asset or 0, stored name, …) as `unmet` gave them.
        """
        at = now()
        with self.store.transaction():
            self._connection.execute(
                "UPDATE scan_sources SET listed = 1, client_id = ? WHERE scan_id = ? AND source_id = ?",
                (self._whose(client), self.scan_id, source_id),
            )
            for asset_id, stored, _ in gone:
                self._lines.end(source_id, stored, at)
                if asset_id:
                    self._versions.bury(asset_id)
                    self._versions.bury_within(asset_id)
                    self._connection.execute("UPDATE assets SET gone = ? WHERE id = ?", (at, asset_id))

    def unmet(self, source_id: int) -> list[tuple[int, str, str]]:
        """List what was met in a source before, and since this run began (or was resumed) no more.

        What lies in archives, mailboxes and dumps is not listed: it goes with them, or once they were read.

        Returns:
            (asset or 0, stored name, real name) of each.
        """
        rows = self._connection.execute(
            "SELECT coalesce(a.id, 0), l.name, l.client_id FROM coverage AS l"
            " LEFT JOIN assets AS a ON a.source_id = l.source_id AND a.name = l.name"
            " WHERE l.source_id = ? AND l.until IS NULL AND l.seen < ? AND l.within IS NULL",
            (source_id, self._begun),
        ).fetchall()
        return [(asset, name, self.store.client_key(client).sealer().open_name(name)) for asset, name, client in rows]

    def finish(self, status: str) -> None:
        """End the run and, once a tenth of the locations belongs to dead versions, sweep them."""
        with self.store.transaction():
            self._connection.execute(
                "UPDATE scans SET status = ?, finished = ? WHERE id = ?", (status, now(), self.scan_id)
            )
        if status != "interrupted":
            self._sweep()
            self._thin_out()

    def _sweep(self) -> None:
        counts = dict(self._connection.execute("SELECT state, sum(locations) FROM versions GROUP BY state"))
        dead = counts.get("dead") or 0
        if not dead or dead * 10 < dead + (counts.get("live") or 0):
            return
        numbers = [row[0] for row in self._connection.execute("SELECT id FROM versions WHERE state = 'dead'")]
        sweep_versions(self.store, numbers)
        with self.store.transaction():
            self._connection.executemany(
                "UPDATE versions SET state = 'swept', locations = 0 WHERE id = ?", [(number,) for number in numbers]
            )
            # what was erased at its source must not be provable from old counts
            self._connection.executemany(
                "UPDATE results SET sketch = x'', samples = x'' WHERE version_id = ?", [(number,) for number in numbers]
            )

    def _thin_out(self) -> None:
        """Drop the counts of readings that are older than the last few of their asset."""
        with self.store.transaction():
            self._connection.execute(
                "DELETE FROM versions WHERE state = 'swept' AND id NOT IN (SELECT id FROM (SELECT id, row_number()"
                " OVER (PARTITION BY asset_id ORDER BY id DESC) AS age FROM versions) WHERE age <= ?)",
                (KEPT_VERSIONS,),
            )
