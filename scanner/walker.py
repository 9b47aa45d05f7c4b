"""Walks the targets of a run: tells of what need not be read, gives what must be, notes what is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence

from connectors.errors import ConnectorError, ReadError
from connectors.interface import Asset, Chunk, Source, Unread
from connectors.registry import open_source
from detectors import models
from detectors.redact import redact
from inventory.clients import UNASSIGNED
from inventory.keys import ClientKey
from inventory.recorder import Recorder
from inventory.records import Line, Unchanged
from inventory.store import Inventory
from scanner.jobs import ChunkRun, Job
from scanner.known import KnownFiles
from scanner.partial import Partial
from scanner.plan import Met, Plan, info_of, mode_of, name_of, place_of, public_source, source_name
from scanner.progress import Progress
from scanner.settings import ScanOptions, Settings
from scanner.summary import Summary
from scanner.targets import Target

SAMPLE_ROWS = 10_000
"""Records that `sample` mode reads of an asset at most."""
_EMPTIED = ("empty", "view", "format", "link")
"""Causes for which nothing of what an earlier run found in an asset can still be there."""
_CLOSED = ("policy", "excluded")
"""Causes for which what an earlier run found stays known until its client is forgotten."""
_CONTAINERS = ("/", ".", "!")


class Walker:
    """Walks for one run.

    Args:
        inventory: for clients and their keys.
        recorder: of the run.
        settings: of sources, clients, policy and detectors.
        options: of the run.
        progress: counts what is met.
        summary: counts what is told of.
        stop: once set, nothing more is walked.
        chunk_closed: told when a part of an asset needs no more reading; the last one publishes it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 each is said once, by the engine
        self,
        inventory: Inventory,
        recorder: Recorder,
        settings: Settings,
        options: ScanOptions,
        progress: Progress,
        summary: Summary,
        stop: threading.Event,
        chunk_closed: Callable[[Job], None],
    ) -> None:
        self._inventory = inventory
        self._recorder = recorder
        self._settings = settings
        self._options = options
        self._progress = progress
        self._summary = summary
        self._stop = stop
        self._chunk_closed = chunk_closed
        self._plans: dict[int, Plan] = {}
        self._clients: dict[tuple[str, str], ClientKey] = {}

    def runs(self, targets: Sequence[Target]) -> Generator[ChunkRun | None]:
        """Walk targets one after the other; gives the chunks to be read as they are met, None for assets without."""
        for target in targets:
            self._progress.current = public_source(target)
            source_id = self._recorder.source(
                source_name(target),
                info_of(target),
                place=place_of(target),
                whole=target.whole,
                client=self._options.client,
                unsearched=models.unsearched(self._settings.detect),
            )
            try:
                with open_source(target.spec) as source:
                    yield from self._source_runs(target, source, source_id)
            except ConnectorError as error:
                self._lose(target, source_id, str(error))
            if self._stop.is_set():
                return
        self._progress.listed = True

    def _source_runs(self, target: Target, source: Source, source_id: int) -> Iterator[ChunkRun | None]:
        closed_off: list[str] = []
        plan = self._plan(target)
        known = KnownFiles(self._recorder, self._summary, plan, source_id, self._client)
        for met in plan.walk(source, known.ask):
            if met is None:
                yield None
                if self._stop.is_set():
                    break
                continue
            client = self._client(met.client, met.role)
            if met.line.status == "failed" or met.line.cause in _CLOSED:
                closed_off.append(met.line.name.text)
            if (job := self._job(target, source_id, client, met)) is not None:
                yield from self._job_runs(job, source)
            else:
                yield None
            if self._stop.is_set():
                break
        known.tell()
        if self._stop.is_set():
            return
        gone = self._gone(source_id, target, closed_off) if self._options.client is None else []
        self._recorder.listed(source_id, client=self._options.client, gone=gone)

    def _client(self, name: str, role: str) -> ClientKey:
        """Give a client's key; a tree has a few clients and very many files."""
        client = self._clients.get((name, role))
        if client is None:
            client = self._clients[name, role] = self._inventory.client(name_of(name), role)
        return client

    def _plan(self, target: Target) -> Plan:
        plan = self._plans.get(id(target))
        if plan is None:
            plan = self._plans[id(target)] = Plan(target, self._settings, self._options, self._hashed)
        return plan

    def _hashed(self, fingerprint: str) -> str:
        return self._inventory.tokens.token("fingerprint", fingerprint).hex()

    def _gone(self, source_id: int, target: Target, closed_off: list[str]) -> list[tuple[int, str, str]]:
        """List what is no longer there, save for what only lies behind something that could not be opened."""
        return [
            unmet
            for unmet in self._recorder.unmet(source_id)
            if (target.whole or _belongs(unmet[2], target))
            and not any(unmet[2].startswith(name + sep) for name in closed_off for sep in _CONTAINERS)
        ]

    def _tell(self, source_id: int, client: ClientKey, met: Met) -> None:
        self._recorder.cover(source_id, client, met.line, emptied=met.line.cause in _EMPTIED)
        if met.line.status == "skipped":
            self._summary.skipped += 1
        else:
            self._summary.failed += 1

    def _lose(self, target: Target, source_id: int, reason: str) -> None:
        """Tell of a source that cannot be opened, or went away before all of it was met."""
        name = source_name(target)
        told = reason if name.masked is None else redact(reason)
        line = Line(name, "source", "failed", "lost", told)
        self._recorder.cover(source_id, self._inventory.client(name_of(target.source.client or UNASSIGNED)), line)
        self._summary.failed += 1
        self._summary.errors.append(told)

    def _job(self, target: Target, source_id: int, client: ClientKey, met: Met) -> Job | None:
        """Begin an asset's reading, or tell of it where there is nothing to read."""
        if met.asset is None or met.to_read is None:
            self._tell(source_id, client, met)
            return None
        plan = self._recorder.plan(source_id, client, met.to_read)
        if isinstance(plan, Unchanged):
            self._keep(source_id, client, met, plan)
            return None
        limit = SAMPLE_ROWS if mode_of(target, self._options) == "sample" else None
        job = Job(target, source_id, met, met.asset, plan, limit, rows=plan.rows)
        self._progress.assets_met += 1
        self._progress.bytes_met += job.weight
        return job

    def inside(self, pack: Job, told: Asset | Unread) -> Job | None:
        """Begin the reading of something inside a pack, or tell of it where there is nothing to read."""
        met = self._plan(pack.target).inside(told, pack.version.asset_id)
        client = self._client(met.client, met.role)
        job = self._job(pack.target, pack.source_id, client, met)
        if job is not None:
            job.within = pack.version.asset_id
        return job

    def _keep(self, source_id: int, client: ClientKey, met: Met, plan: Unchanged) -> None:
        line = met.line
        status = "truncated" if plan.cut_cause else "scanned" if plan.told else "unchanged"
        told = (status, plan.cut_cause, plan.cut, plan.rows, plan.bytes, 0.0, line.within)
        self._recorder.cover(source_id, client, Line(line.name, line.kind, *told, file=line.file))
        if met.asset is not None and met.asset.pack:
            things, counted = self._recorder.keep_within(source_id, plan.asset_id)
            self._summary.unchanged += things
            self._summary.count(counted)
        self._summary.unchanged += 1
        self._summary.truncated += plan.cut_cause not in ("", "sample")
        self._summary.count(plan.counted)

    def _job_runs(self, job: Job, source: Source) -> Iterator[ChunkRun]:
        """Give the chunks that are still to be read; an asset without any is finished at once."""
        job.open_chunks = 1  # held open until all chunks are known
        try:
            for chunk in self._chunks(job, source):
                if chunk.number in job.version.done:
                    job.chunk_parts[chunk.number] = Partial.unpack(job.version.partials[chunk.number])
                elif job.error is None:
                    job.open_chunks += 1
                    yield self._begin(job, chunk)
        except ReadError as error:
            job.error = (error.cause.value, error.reason)
        self._chunk_closed(job)

    def _chunks(self, job: Job, source: Source) -> list[Chunk]:
        """Give the parts of an asset: those into which it was cut when its reading began."""
        version = job.version
        if version.bounds:
            return [Chunk(number, bounds) for number, bounds in sorted(version.bounds.items())]
        if job.limit is not None or version.marks or version.done:
            return [Chunk()]
        chunks = list(source.chunks(job.asset))
        if len(chunks) > 1:
            self._recorder.cut(version, {chunk.number: chunk.detail for chunk in chunks})
        return chunks

    def _begin(self, job: Job, chunk: Chunk) -> ChunkRun:
        job.chunk_parts[chunk.number] = Partial.unpack(job.version.partials.get(chunk.number, b""))
        mark = job.version.marks.get(chunk.number)
        return ChunkRun(job, chunk, dict(mark) if mark is not None else None)


def _belongs(name: str, target: Target) -> bool:
    """Say whether a name lies in the part of a store that a target means."""
    if target.part:
        return name == target.part or name.startswith((f"{target.part}/", f"{target.part}!"))
    return bool(target.prefix) and name.startswith(target.prefix)
