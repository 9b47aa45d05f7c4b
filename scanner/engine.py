"""The engine: walks the targets, keeps the workers busy, writes what they bring, ends cleanly.

One process writes (this one), others read and detect. Results are handed over every few seconds and written with the
mark behind which reading can resume, so that a crash costs seconds. One bad asset never ends a scan.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError, Future

from connectors.interface import Unread
from inventory.lock import alone
from inventory.recorder import Recorder
from inventory.store import Inventory
from scanner import judge
from scanner.errors import where_from
from scanner.jobs import ChunkRun, Job
from scanner.plan import name_of, public_source
from scanner.pool import Pool, first_done
from scanner.progress import Progress, Watcher
from scanner.settings import ScanOptions, Settings
from scanner.summary import Summary
from scanner.targets import Target
from scanner.tasks import Inner, Result, Task
from scanner.walker import Walker

AHEAD = 10_000
"""Chunks that wait to be read at most; what a store holds more is walked later."""
AHEAD_SECONDS = 0.02
"""How long to walk on before looking at the workers again."""
QUEUED = 2
"""Handfuls of small assets that a worker has before it, so that it never waits for the next."""
HANDFUL = 100
"""Small assets that are read and looked through together at most."""
HANDFUL_BYTES = 2 * 1024 * 1024
LOST_IN_A_ROW = 3
"""Assets in a row whose source had gone, after which the rest of the source is given up untried."""


class Engine:
    """Carries out one run.

    Args:
        inventory: opened for writing.
        settings: of sources, clients, policy and detectors.
        options: of this run.
        watcher: told of the progress.
        stop: set it to end the run at the next place where it can be resumed.
    """

    def __init__(
        self,
        inventory: Inventory,
        settings: Settings,
        options: ScanOptions,
        watcher: Watcher | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._inventory = inventory
        self._settings = settings
        self._options = options
        self._watcher = watcher or Watcher()
        self._stop = stop or threading.Event()
        self._progress = Progress()
        self._waiting: deque[ChunkRun] = deque()
        self._lost: Counter[str] = Counter()
        self._walked = False
        """Whether the walk has come to its end, or was stopped."""
        self._resting: list[tuple[float, int, ChunkRun]] = []
        """When to go on, with which slot, with what: chunks of sources with a rate limit."""
        self._left_off = False
        """Whether a stop left something unread."""
        self._active: dict[Future[list[Result]], tuple[int, int, list[ChunkRun]]] = {}
        """Slot, which of its workers, and what it reads."""

    def run(self, targets: Sequence[Target]) -> Summary:
        """Scan targets; comes back also when it was stopped.

        Raises:
            BusyError: another scan is writing to this inventory.
            InventoryError: the inventory cannot be written.
        """
        started = time.perf_counter()
        with alone(self._inventory.path):
            mode = self._options.mode or "full"
            self._recorder = Recorder(
                self._inventory,
                mode=mode,
                scope=self._scope(targets),
                fresh=self._options.fresh,
                nightly=self._options.nightly,
            )
            self._summary = Summary(self._recorder.scan_id)
            names = [public_source(target) for target in targets]
            self._inventory.audit.append("scan", {"scan": self._summary.scan_id, "sources": names, "mode": mode})
            self._pool = Pool(self._options.workers)
            try:
                self._work(targets)
            except BaseException:
                self._pool.kill()
                self._recorder.finish("interrupted")
                raise
            self._pool.close()
            return self._finish(started)

    def _scope(self, targets: Sequence[Target]) -> str:
        parts = [sorted(target.spec.url for target in targets), self._options.client, self._options.mode]
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16, key=self._inventory.tokens.key).hexdigest()

    def _finish(self, started: float) -> Summary:
        summary = self._summary
        summary.end(time.perf_counter() - started, stopped=self._left_off or not self._progress.listed)
        self._recorder.finish(summary.status)
        self._inventory.audit.append("scan ended", {"scan": summary.scan_id, "status": summary.status})
        return summary

    # the loop

    def _work(self, targets: Sequence[Target]) -> None:
        walker = Walker(
            self._inventory,
            self._recorder,
            self._settings,
            self._options,
            self._progress,
            self._summary,
            self._stop,
            self._close_chunk,
        )
        self._walker = walker
        runs = walker.runs(targets)
        self._load: list[list[list[ChunkRun]]] = [[] for _ in range(len(self._pool))]
        while self._ahead(runs) or self._waiting or self._active or self._resting:
            while self._waiting and not self._stop.is_set() and self._start():
                pass
            self._wake()
            if self._stop.is_set():
                self._drop_waiting(runs)
            idle = self._walked or len(self._waiting) >= AHEAD
            for future in first_done(list(self._active), 0.1 if idle else 0.0):
                slot, worker, runs_of = self._active.pop(future)
                self._load[slot].remove(runs_of)
                self._load[slot] += [[run] for run in self._take(future, (slot, worker), runs_of)]
            self._watcher.update(self._progress)

    def _ahead(self, runs: Generator[ChunkRun | None]) -> bool:
        """Walk on for a moment while the workers read, so that what is left can be told; says whether there is more."""
        until = time.perf_counter() + AHEAD_SECONDS
        while not self._walked and len(self._waiting) < AHEAD and time.perf_counter() < until:
            try:
                run = next(runs)
            except StopIteration:
                self._walked = True
            else:
                if run is not None:
                    self._waiting.append(run)
        return not self._walked

    def _wake(self) -> None:
        """Let chunks go on that a rate limit had told to rest."""
        now = time.monotonic()
        for entry in [one for one in self._resting if one[0] <= now and not self._stop.is_set()]:
            self._resting.remove(entry)
            self._submit(entry[1], [entry[2]])

    def _drop_waiting(self, runs: Generator[ChunkRun | None]) -> None:
        """Leave off what waits or rests; marks are kept, and the assets stay pending."""
        self._left_off = self._left_off or bool(self._waiting or self._resting)
        self._waiting.clear()
        self._resting.clear()
        runs.close()
        self._walked = True

    def _start(self) -> bool:
        """Give what waits first to a slot with room for it; says whether there was one."""
        run = self._waiting[0]
        if self._gone_for_good(run):
            self._give_up(self._waiting.popleft(), ("lost", "not tried: the source had gone for the assets before it"))
            return True
        slot = min(range(len(self._load)), key=lambda one: len(self._load[one]))
        load = self._load[slot]
        if load and not (len(load) < QUEUED and run.small and all(one.small for some in load for one in some)):
            return False
        runs = self._handful()
        load.append(runs)
        self._submit(slot, runs)
        return True

    def _gone_for_good(self, run: ChunkRun) -> bool:
        return self._lost[run.job.target.source.name] >= LOST_IN_A_ROW

    def _handful(self) -> list[ChunkRun]:
        """Take the first of what waits, and the small assets of the same source behind it if it is small itself."""
        runs = [self._waiting.popleft()]
        most, size = min(HANDFUL, -(-len(self._waiting) // len(self._pool))), runs[0].job.weight
        while runs[0].small and self._waiting and len(runs) < most and size < HANDFUL_BYTES:
            run = self._waiting[0]
            if not run.small or run.job.target is not runs[0].job.target:
                break
            runs.append(self._waiting.popleft())
            size += run.job.weight
        return runs

    def _submit(self, slot: int, runs: list[ChunkRun]) -> None:
        future, worker = self._pool.submit(slot, [self._task(run) for run in runs])
        self._active[future] = (slot, worker, runs)

    def _task(self, run: ChunkRun) -> Task:
        job, limit = run.job, run.job.target.source.max_mb_per_s
        task = Task(
            reading=(job.version.id, run.chunk.number),
            spec=job.target.spec,
            asset=job.asset,
            chunk=run.chunk,
            after=run.mark,
            first=run.first,
            detect=self._settings.detect,
            region=job.target.source.region,
            lookup_key=self._inventory.tokens.key,
            client_key=job.version.client.key,
            rows_left=job.limit if job.limit is None or job.asset.pack else max(0, job.limit - job.rows),
            max_bytes_per_s=limit * 1e6 / len(self._pool) if limit else None,
        )
        run.first = False
        return task

    # results

    def _take(self, future: Future[list[Result]], where: tuple[int, int], runs: list[ChunkRun]) -> list[ChunkRun]:
        """Take what some tasks brought; gives what its slot goes on with."""
        slot, worker = where
        error = CancelledError() if future.cancelled() else future.exception()
        if error is not None:
            self._pool.renew(slot, worker)
            return [run for run in runs if self._retry(slot, run, error)]
        results = future.result()
        if any(found.image for result in results for found in (result.locations, *(i.locations for i in result.inner))):
            return self._take_in(slot, runs, results)
        with self._recorder.store.transaction():
            return self._take_in(slot, runs, results)

    def _take_in(self, slot: int, runs: list[ChunkRun], results: list[Result]) -> list[ChunkRun]:
        for run in reversed(runs[len(results) :]):  # not begun
            run.first = True
            self._waiting.appendleft(run)
        return [run for run, result in zip(runs, results, strict=False) if self._take_one(slot, run, result)]

    def _take_one(self, slot: int, run: ChunkRun, result: Result) -> bool:
        """Take what a task brought; says whether its slot stays with the same chunk."""
        if result.anew:
            self._forget_pending(run)
        goes_on = not (result.done or result.error or self._stop.is_set())
        run.long = goes_on
        if result.mark is not None:
            run.mark = dict(result.mark)
        run.job.rows += result.rows
        # two long readings at one worker would take turns, and each find its place again from the beginning every time
        crowded = goes_on and any(one.long for some in self._load[slot] for one in some)
        if crowded:
            self._waiting.appendleft(run)
        elif goes_on and result.pause:
            self._resting.append((time.monotonic() + result.pause, slot, run))
        elif goes_on:
            self._submit(slot, [run])
        for part in result.inner:
            if isinstance(part.told, Unread) and part.told.name == run.job.asset.name:
                run.job.error = run.job.error or (part.told.cause.value, part.told.reason)
            else:
                self._write_inner(run.job, part)
        self._write(run, result)
        if not goes_on:
            self._end(run, result)
        return goes_on and not crowded

    def _retry(self, slot: int, run: ChunkRun, error: BaseException) -> bool:
        """Begin a chunk whose worker died once more behind its last mark; give the asset up where that is not safe."""
        run.tries += 1
        self._forget_pending(run)
        if self._stop.is_set():
            self._left_off = True
            return False
        if run.tries > 1 or (run.written and not run.repeatable):
            self._give_up(run, ("other", f"its worker ended without a word ({where_from(error)}); out of memory?"))
            return False
        run.first = True
        self._submit(slot, [run])
        return True

    @staticmethod
    def _forget_pending(run: ChunkRun) -> None:
        """Let go of what came since the last mark, which is read again."""
        run.job.rows -= run.pending_rows
        run.forget_pending()
        run.job.inside.clear()

    def _give_up(self, run: ChunkRun, error: tuple[str, str]) -> None:
        run.job.error = run.job.error or error
        self._close_chunk(run.job)

    def _write(self, run: ChunkRun, result: Result) -> None:
        """Write what came; counts are kept with the mark behind which they need not be made again."""
        job = run.job
        run.written = True
        run.pending.add(result.partial)
        # What a pack holds has counts of its own.
        run.pending_rows += result.rows - sum(part.rows for part in result.inner)
        run.pending_size += result.size - sum(part.size for part in result.inner)
        job.error = job.error or result.own_error
        run.pending_seconds += result.seconds
        settled = result.done or result.mark is not None
        # What is small goes live in the same transaction, so that nobody ever comes back to it.
        last = result.done and job.open_chunks == 1 and not result.locations.image
        if settled:
            job.chunk_parts[run.chunk.number].add(run.pending)
        self._recorder.commit(
            job.version,
            run.chunk.number,
            fields=[name_of(name) for name in result.fields],
            locations=result.locations,
            mark=None if last else result.mark,
            done=result.done and not last,
            partial=job.chunk_parts[run.chunk.number].pack() if settled and not last else None,
            rows=run.pending_rows if settled else 0,
            size=run.pending_size if settled else 0,
            seconds=run.pending_seconds if settled else 0.0,
        )
        if settled:
            run.forget_pending()
        self._count(job, result)

    def _write_inner(self, pack: Job, part: Inner) -> None:
        """Write what came of one thing inside a pack; it goes live by itself, once it was read to its end."""
        if part.number not in pack.inside:
            pack.inside[part.number] = self._walker.inside(pack, part.told)
        job = pack.inside[part.number]
        if part.done:
            pack.inside[part.number] = None
        if job is None:
            return
        job.partial.add(part.partial)
        self._recorder.commit(
            job.version,
            0,
            fields=[name_of(name) for name in part.fields],
            locations=part.locations,
            mark=None,
            done=False,
            partial=None,
            rows=part.rows,
            size=part.size,
            seconds=0.0,
        )
        job.sampled = job.sampled or part.sampled
        if part.done:
            job.error = part.error
            self._publish(job)

    def _count(self, job: Job, result: Result) -> None:
        job.size += result.size
        self._summary.rows += result.rows
        self._summary.bytes += result.size
        self._progress.rows = self._summary.rows
        self._progress.size = self._summary.bytes

    def _end(self, run: ChunkRun, result: Result) -> None:
        job = run.job
        name = job.target.source.name
        self._lost[name] = self._lost[name] + 1 if result.lost else 0
        job.error = job.error or result.error
        job.sampled = job.sampled or result.sampled
        if self._stop.is_set() and not result.done and result.error is None:
            self._left_off = True
            return  # the mark is kept, and the asset stays pending
        self._add_rest(run)
        self._close_chunk(job)

    def _add_rest(self, run: ChunkRun) -> None:
        """Count what came behind the last mark of a chunk that ends there, by an error."""
        version = run.job.version
        version.rows += run.pending_rows
        version.bytes += run.pending_size
        version.seconds += run.pending_seconds
        run.job.chunk_parts[run.chunk.number].add(run.pending)
        run.forget_pending()

    def _close_chunk(self, job: Job) -> None:
        job.open_chunks -= 1
        if job.open_chunks == 0:
            for _, part in sorted(job.chunk_parts.items()):
                job.partial.add(part)
            self._publish(job)

    def _publish(self, job: Job) -> None:
        """End an asset: its version goes live, or is given up where it would show less than the one before."""
        version, error = job.version, job.error
        self._progress.assets_done += 1
        self._progress.bytes_done += job.weight
        line = job.line()
        if error is not None and (version.rows == 0 or self._recorder.has_live(version)):
            self._recorder.discard(job.source_id, version, line)
            self._summary.failed += 1
            return
        detect = self._settings.detect
        found = [
            *judge.results(job.partial, version.rows, detect),
            *judge.table_results(job.met.line.name.text, job.partial, version.rows, detect, job.asset.key),
        ]
        counted = self._recorder.publish(job.source_id, version, found, line)
        self._summary.count(counted)
        self._progress.findings = self._summary.findings
        if error is not None:
            self._summary.failed += 1
        else:
            self._summary.scanned += 1
            self._summary.truncated += line.status == "truncated" and not job.sampled
