"""What a worker does: reads a chunk for a while, detects, turns matches into tokens and locators, hands that back.

It runs in a process of its own and gives back no value from the data, only tokens, packed locators, masked samples
and counts. Between two tasks of the same chunk it keeps the connector's reading open, so that a chunk is read through
once however often its results are handed over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from connectors.errors import ConnectorError, ReadError
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Ended,
    Source,
    SourceSpec,
    Unread,
    take,
)
from connectors.registry import open_source
from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from scanner.digest import Digest, Gather
from scanner.errors import where_from
from scanner.found import Found
from scanner.heap import keep_heap
from scanner.tasks import Inner, Result, Task

TASK_SECONDS = 2.0
"""How long a worker reads before it hands over, at the next place where reading can resume."""
TASK_BYTES = 64 * 1024 * 1024
TASK_LOCATIONS = 200_000
TASK_THINGS = 500
"""Inside a pack."""


@dataclass
class _Reading:
    """A chunk in the middle of being read."""

    key: tuple[int, int]
    batches: Iterator[Any]
    """Batches; of a pack all that it tells."""
    begins: bool
    """Whether the next batch is the one that the chunk begins with."""
    number: int = 0
    """Of a pack: of the thing that comes next."""
    inside: Asset | None = None
    """Of a pack: what is in the middle of being read."""
    taken: int = 0
    """Records that were taken of `inside`."""


@dataclass
class _Begun:
    """A task in hand."""

    result: Result
    found: Found
    parts: _Parts | None = None
    """Of a pack: what it holds."""


class Worker:
    """Carries out tasks, one after the other; one for each process."""

    def __init__(self) -> None:
        self._sources: dict[SourceSpec, Source] = {}
        self._detectors: dict[DetectSettings, ColumnDetector] = {}
        self._reading: _Reading | None = None

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """Read on for a while; never raises for what an asset or a source does.

        Args:
            tasks: one, or several of small assets of one source, which are looked through together.

        Returns:
            what each brought, in order. Once time is up, one could not be ended or the
            source has gone, those behind it are not begun.
        """
        started = time.perf_counter()
        try:
            results = self._run(tasks, started)
        except Exception as error:  # noqa: BLE001 one bad asset never ends a scan
            self._drop(tasks[0].spec)
            if len(tasks) > 1:
                return [result for task in tasks for result in self.run([replace(task, first=True)])]
            failed = Result(tasks[0].reading)
            failed.error = (Cause.OTHER.value, f"recense failed on it ({where_from(error)}); please report this")
            results = [failed]
        seconds = (time.perf_counter() - started) / len(results)
        for task, result in zip(tasks, results, strict=False):
            result.seconds = seconds
            if task.max_bytes_per_s:
                result.pause = max(0.0, result.size / task.max_bytes_per_s - seconds)
        return results

    def _run(self, tasks: Sequence[Task], started: float) -> list[Result]:
        gather, begun = Gather(self._detector(tasks[0].detect)), list[_Begun]()
        for task in tasks:
            one = _Begun(Result(task.reading), Found())
            begun.append(one)
            self._try(task, one, gather, started)
            ended = one.result.done or one.result.error is not None
            if not ended or one.result.lost or time.perf_counter() - started >= TASK_SECONDS:
                break
        gather.look()
        for one in begun:
            one.result.fields, one.result.locations = one.found.fields, one.found.handover()
            if one.parts is not None:
                one.parts.hand_over()
        return [one.result for one in begun]

    def _try(self, task: Task, one: _Begun, gather: Gather, started: float) -> None:
        try:
            if task.asset.pack:
                self._read_pack(task, one, gather, started)
            else:
                self._read(task, one, gather, started)
        except ReadError as error:
            self._reading, one.result.error = None, (error.cause.value, error.reason)
        except ConnectorError as error:
            self._drop(task.spec)
            one.result.error, one.result.lost = (Cause.LOST.value, str(error)), True

    def _read(self, task: Task, one: _Begun, gather: Gather, started: float) -> None:
        result, digest = one.result, Digest(task, one.result, one.found)
        reading = self._reading_of(task, result)
        for batch in reading.batches:
            first, reading.begins = reading.begins, False
            if task.rows_left is not None and result.rows + batch.rows > task.rows_left:
                gather.add(digest, _first(batch, task.rows_left - result.rows), first=first)
                self._reading = None
                result.sampled = result.done = True
                return
            gather.add(digest, batch, first=first)
            result.mark = batch.mark
            if batch.mark is not None and (task.max_bytes_per_s or _enough(result, one.found, started)):
                return
            if batch.mark is None and one.found.count >= TASK_LOCATIONS:
                return  # no place to resume, but what was found must not pile up
        self._reading = None
        result.done = True

    def _reading_of(self, task: Task, result: Result) -> _Reading:
        if task.first or self._reading is None or self._reading.key != task.reading:
            self._reading, result.anew = None, not task.first
            source = self._source(task.spec)
            if task.asset.pack:
                skip = int(task.after["skip"]) if task.after else 0
                self._reading = _Reading(task.reading, source.contents(task.asset, skip), begins=True, number=skip)
            else:
                batches = source.read(task.asset, task.chunk, task.after)
                self._reading = _Reading(task.reading, batches, begins=task.after is None)
        return self._reading

    def _read_pack(self, task: Task, one: _Begun, gather: Gather, started: float) -> None:
        """Read on in a pack; each thing in it has results of its own."""
        result = one.result
        reading = self._reading_of(task, result)
        parts = one.parts = _Parts(task, gather, result, one.found, reading)
        try:
            for told in reading.batches:
                parts.take(told)
                if parts.enough(started):
                    # Its own records are counted with a mark, so there is none in the middle of them.
                    if not parts.own:
                        result.mark = {"skip": reading.number - (reading.inside is not None)}
                    return
        except ReadError as error:
            parts.end(Ended(error.cause, error.reason))
            raise
        self._reading = None
        result.done = True

    def _source(self, spec: SourceSpec) -> Source:
        if spec not in self._sources:
            for other in list(self._sources):  # one connection at a time is what a host is asked for
                self._drop(other)
            self._sources[spec] = open_source(spec)
        return self._sources[spec]

    def _drop(self, spec: SourceSpec) -> None:
        self._reading = None
        if (source := self._sources.pop(spec, None)) is not None:
            with suppress(Exception):  # it is given up in any case
                source.close()

    def _detector(self, settings: DetectSettings) -> ColumnDetector:
        if settings not in self._detectors:
            self._detectors[settings] = ColumnDetector(settings)
        return self._detectors[settings]


class _Parts:
    """Sorts what a pack tells by the thing that it is of."""

    def __init__(self, task: Task, gather: Gather, result: Result, found: Found, reading: _Reading) -> None:
        self._task = task
        self._gather = gather
        self._result = result
        self._own_found = found
        self._reading = reading
        self._digest: Digest | None = None
        self._begun: list[tuple[Inner, Found]] = []
        if reading.inside is not None:
            self._begin(Inner(reading.number - 1, reading.inside))

    @property
    def own(self) -> bool:
        """Whether what is being read is what the pack has itself."""
        inside = self._reading.inside
        return inside is not None and inside.name == self._task.asset.name

    def take(self, told: Asset | Batch | Ended | Unread) -> None:
        """Take in the next thing that was told."""
        if isinstance(told, Batch):
            self._add(told)
        elif isinstance(told, Ended):
            self.end(told)
        else:
            inner = Inner(self._reading.number, told, done=isinstance(told, Unread))
            self._reading.number += 1
            self._reading.inside, self._reading.taken, self._reading.begins = None, 0, True
            if isinstance(told, Asset):
                self._reading.inside = told
                self._begin(inner)
            else:
                self._result.inner.append(inner)

    def _begin(self, inner: Inner) -> None:
        if self.own:
            self._digest = Digest(self._task, self._result, self._own_found)
            return
        self._result.inner.append(inner)
        found = Found()
        self._begun.append((inner, found))
        self._digest = Digest(self._task, inner, found)

    def _add(self, batch: Batch) -> None:
        reading = self._reading
        if self._digest is None:
            return
        left = None if self._task.rows_left is None else self._task.rows_left - reading.taken
        own = self.own
        if left is not None and batch.rows > left:
            (self._result if own else self._result.inner[-1]).sampled = True
            batch = _first(batch, left)
        first, reading.begins = reading.begins, False
        reading.taken += batch.rows
        self._gather.add(self._digest, batch, first=first, within=not own)
        if not own:
            self._result.rows += batch.rows
            self._result.size += batch.size

    def end(self, ended: Ended) -> None:
        """Note that what is being read has come to its end."""
        if self._digest is None:
            return
        error = (ended.cause.value, ended.reason) if ended.cause is not None else None
        if self.own:
            self._result.own_error = error
        else:
            inner = self._result.inner[-1]
            inner.done, inner.error = True, error
        self._digest = self._reading.inside = None

    def hand_over(self) -> None:
        """Pack what was found of each thing, once all of it was looked through."""
        for inner, found in self._begun:
            if found.count:
                inner.fields, inner.locations = found.fields, found.handover()

    def enough(self, started: float) -> bool:
        """Say whether it is time to hand over."""
        late = time.perf_counter() - started >= TASK_SECONDS
        found = sum(found.count for _, found in self._begun) + self._own_found.count
        return late or found >= TASK_LOCATIONS or len(self._result.inner) >= TASK_THINGS


def _first(batch: Batch, rows: int) -> Batch:
    """Give the first records of a batch whose rows are its records; of any other, nothing."""
    kept = rows if batch.columns.num_rows == batch.rows else 0
    share = batch.size * kept // max(1, batch.rows)
    return replace(take(batch, range(kept)), rows=kept, size=share)


def _enough(result: Result, found: Found, started: float) -> bool:
    return time.perf_counter() - started >= TASK_SECONDS or result.size >= TASK_BYTES or found.count >= TASK_LOCATIONS


_worker: Worker | None = None


def run(tasks: Sequence[Task]) -> list[Result]:
    """Carry out tasks in this process, as `Worker.run` does; what the executor calls."""
    global _worker  # noqa: PLW0603 a process has one worker, and executors call functions
    if _worker is None:
        keep_heap()
        _worker = Worker()
    return _worker.run(tasks)
