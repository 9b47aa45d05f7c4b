"""What a worker does: reads a chunk for a while, detects, turns matches into tokens and locators, hands that back.

It runs in a process of its own and gives back no value from the data, only tokens, packed locators, masked samples
and counts. Between two tasks of the same chunk it keeps the connector's reading open, so that a chunk is read through
once however often its results are handed over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ConnectorError, ReadError
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Ended,
    Mark,
    Source,
    SourceSpec,
    Unread,
    declared_type,
    take,
)
from connectors.registry import open_source
from detectors import registry
from detectors.column import ColumnDetector
from detectors.header import said
from detectors.interface import BETWEEN_READINGS, SAMPLES, ColumnMatches, DetectSettings
from detectors.record import beside_cards
from inventory.handover import Handover
from inventory.keys import Sealer, Tokens
from inventory.locations import Octets, smallest, tokens_of
from inventory.sketch import sketch
from scanner.errors import where_from
from scanner.found import Found, PackedLocators
from scanner.heap import keep_heap
from scanner.partial import FieldPart, Partial
from scanner.readings import Readings

TASK_SECONDS = 2.0
"""How long a worker reads before it hands over, at the next place where reading can resume."""
TASK_BYTES = 64 * 1024 * 1024
TASK_LOCATIONS = 200_000
TASK_THINGS = 500
"""Inside a pack."""
SMALL_BATCH = 64 * 1024
"""Bytes up to which batches of different things in a pack are looked through together."""
TOGETHER = 4 * 1024 * 1024
"""Bytes of such batches that wait for each other."""


@dataclass(frozen=True)
class Task:
    """A chunk to be read on from where the last task of it stopped."""

    reading: tuple[int, int]
    """Version and chunk: what is being read, over several tasks."""
    spec: SourceSpec
    asset: Asset
    chunk: Chunk
    after: Mark | None
    """Where to begin when this worker is not in the middle of the chunk."""
    first: bool
    """Begin anew at `after`, even if this worker has been reading the chunk."""
    detect: DetectSettings
    region: str | None
    """Of the source: it settles which country a national phone number is of."""
    lookup_key: bytes = field(repr=False)
    client_key: bytes = field(repr=False)
    rows_left: int | None = None
    """Rows that may still be read of the asset in `sample` mode; None: all."""
    max_bytes_per_s: float | None = None


@dataclass
class Result:
    """What a task brought."""

    reading: tuple[int, int]
    fields: list[str] = field(default_factory=list)
    locations: Handover = field(default_factory=Handover)
    partial: Partial = field(default_factory=Partial)
    inner: list[Inner] = field(default_factory=list)
    """Of a pack: what it holds, in order; the last may go on in the next result. What it has itself, as a message does
    beside its attachments, stands in the result as for any other asset."""
    own_error: tuple[str, str] | None = None
    """Of a pack: cause and reason, where what it has itself could not be read to its end; the rest goes on."""
    mark: Mark | None = None
    """Where reading can resume; None where it cannot yet."""
    done: bool = False
    rows: int = 0
    size: int = 0
    seconds: float = 0.0
    pause: float = 0.0
    """Seconds to wait before the chunk goes on, to hold a rate limit."""
    sampled: bool = False
    """It stopped because the sample was full."""
    error: tuple[str, str] | None = None
    """Cause and reason, where the asset could not be read or not to its end."""
    lost: bool = False
    """The source as a whole has gone."""


@dataclass
class Inner:
    """What a task brought of one thing inside a pack."""

    number: int
    """From 0, over all that the pack holds."""
    told: Asset | Unread
    fields: list[str] = field(default_factory=list)
    locations: Handover = field(default_factory=Handover)
    partial: Partial = field(default_factory=Partial)
    rows: int = 0
    size: int = 0
    done: bool = False
    sampled: bool = False
    error: tuple[str, str] | None = None


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


class Worker:
    """Carries out tasks, one after the other; one for each process."""

    def __init__(self) -> None:
        self._sources: dict[SourceSpec, Source] = {}
        self._detectors: dict[DetectSettings, ColumnDetector] = {}
        self._reading: _Reading | None = None

    def run(self, task: Task) -> Result:
        """Read on for a while; never raises for what an asset or a source does."""
        result, found, started = Result(task.reading), Found(), time.perf_counter()
        try:
            if task.asset.pack:
                self._read_pack(task, result, found, started)
            else:
                self._read(task, result, found, started)
        except ReadError as error:
            self._reading, result.error = None, (error.cause.value, error.reason)
        except ConnectorError as error:
            self._drop(task.spec)
            result.error, result.lost = (Cause.LOST.value, str(error)), True
        except Exception as error:  # noqa: BLE001 one bad asset never ends a scan
            self._drop(task.spec)
            result.error = (Cause.OTHER.value, f"recense failed on it ({where_from(error)}); please report this")
        result.fields, result.locations = found.fields, found.handover()
        result.seconds = time.perf_counter() - started
        if task.max_bytes_per_s:
            result.pause = max(0.0, result.size / task.max_bytes_per_s - result.seconds)
        return result

    def _read(self, task: Task, result: Result, found: Found, started: float) -> None:
        digest = _Digest(task, self._detector(task.detect), result, found)
        reading = self._reading_of(task)
        for batch in reading.batches:
            first, reading.begins = reading.begins, False
            if task.rows_left is not None and result.rows + batch.rows > task.rows_left:
                digest.add(_first(batch, task.rows_left - result.rows), first=first)
                self._reading = None
                result.sampled = result.done = True
                return
            digest.add(batch, first=first)
            result.mark = batch.mark
            if batch.mark is not None and (task.max_bytes_per_s or _enough(result, found, started)):
                return
            if batch.mark is None and found.count >= TASK_LOCATIONS:
                return  # no place to resume, but what was found must not pile up
        self._reading = None
        result.done = True

    def _reading_of(self, task: Task) -> _Reading:
        if task.first or self._reading is None or self._reading.key != task.reading:
            self._reading = None
            source = self._source(task.spec)
            if task.asset.pack:
                skip = int(task.after["skip"]) if task.after else 0
                self._reading = _Reading(task.reading, source.contents(task.asset, skip), begins=True, number=skip)
            else:
                batches = source.read(task.asset, task.chunk, task.after)
                self._reading = _Reading(task.reading, batches, begins=task.after is None)
        return self._reading

    def _read_pack(self, task: Task, result: Result, found: Found, started: float) -> None:
        """Read on in a pack; each thing in it has results of its own."""
        reading, detector = self._reading_of(task), self._detector(task.detect)
        parts = _Parts(task, detector, result, found, reading)
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
        finally:
            parts.close()
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

    def __init__(self, task: Task, detector: ColumnDetector, result: Result, found: Found, reading: _Reading) -> None:
        self._task = task
        self._detector = detector
        self._result = result
        self._own_found = found
        self._reading = reading
        self._digest: _Digest | None = None
        self._begun: list[tuple[Inner, Found]] = []
        self._waiting: list[_Waiting] = []
        self._bytes = 0
        """Of what is waiting."""
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
            self._digest = _Digest(self._task, self._detector, self._result, self._own_found)
            return
        self._result.inner.append(inner)
        found = Found()
        self._begun.append((inner, found))
        self._digest = _Digest(self._task, self._detector, inner, found)

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
        size = batch.columns.nbytes
        if size > SMALL_BATCH:
            self._digest.add(batch, first=first)
        else:
            self._waiting.append(_Waiting(self._digest, batch, first))
            self._bytes += size
            if self._bytes > TOGETHER:
                self._look()
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

    def _look(self) -> None:
        """Look through the batches that wait."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        _together(self._detector, waiting)

    def close(self) -> None:
        """Look through what waits, and pack what was found of each thing."""
        self._look()
        for inner, found in self._begun:
            if found.count:
                inner.fields, inner.locations = found.fields, found.handover()

    def enough(self, started: float) -> bool:
        """Say whether it is time to hand over."""
        late = time.perf_counter() - started >= TASK_SECONDS
        found = sum(found.count for _, found in self._begun) + self._own_found.count
        return late or found >= TASK_LOCATIONS or len(self._result.inner) >= TASK_THINGS


class _Digest:
    """Turns batches into locations and evidence."""

    def __init__(self, task: Task, detector: ColumnDetector, result: Result | Inner, found: Found) -> None:
        self._detector = detector
        self._tokens = Tokens(task.lookup_key)
        self._sealer = Sealer(task.client_key)
        self._region = task.region
        self._settings = task.detect
        self._result = result
        self._found = found

    def add(self, batch: Batch, *, first: bool) -> None:
        """Detect in every column of a batch; `first`: the one that its chunk begins with."""
        names, columns = batch.columns.schema.names, batch.columns.columns
        detected = zip(names, columns, strict=True)
        self.take(batch, [self._detector.detect(column, name, first=first) for name, column in detected])

    def take(self, batch: Batch, detected: Sequence[list[ColumnMatches]]) -> None:
        """Take in what was found in each column of a batch."""
        locators = PackedLocators(batch.locators, self._sealer)
        self._result.rows += batch.rows
        self._result.size += batch.size
        self._result.partial.cut = self._result.partial.cut or batch.cut
        cards: dict[str, ColumnMatches] = {}
        for schema_field, column, several in zip(batch.columns.schema, batch.columns.columns, detected, strict=True):
            part = self._result.partial.fields.setdefault(schema_field.name, FieldPart(declared_type(schema_field)))
            part.cells += filled(column)
            for found in several:
                if found.entity == "CREDIT_CARD":
                    cards[schema_field.name] = found
                self._take(schema_field.name, part, found, locators)
        if cards and batch.columns.num_columns > 1:
            self._beside(batch, cards, locators)

    def _beside(self, batch: Batch, cards: dict[str, ColumnMatches], locators: PackedLocators) -> None:
        """Take in what only stands out beside a card number: codes and expiry dates in columns of any name."""
        columns = dict(zip(batch.columns.schema.names, batch.columns.columns, strict=True))
        for name, several in beside_cards(columns, cards).items():
            for found in several:
                if registry.wanted(found.entity, self._settings):
                    self._take(name, self._result.partial.fields[name], found, locators)

    def _take(self, name: str, part: FieldPart, found: ColumnMatches, locators: PackedLocators) -> None:
        seen = FieldPart(evidence={found.entity: found.evidence})
        if found.tokenised:
            readings = Readings.of(self._tokens, found.entity, found.keys, self._region)
            self._locate(name, readings, found, locators)
            seen.sketches[found.entity] = sketch(readings.first)
            found.evidence.samples = _samples(found, readings.first)
        else:
            found.evidence.samples = tuple(f"- {mask}" for mask in found.evidence.samples)
            if len(found.rows) and said(name, found.detector.header_words)[0] is None:
                # the name of a column says where all its values are; a code in a note is located, but not by its value
                rows = np.unique(found.rows)
                one = tokens_of(self._tokens.token(found.entity, ""))
                self._found.add(name, np.repeat(one, len(rows), axis=0), locators.of(rows))
        part.add(seen)

    def _locate(self, name: str, readings: Readings, found: ColumnMatches, locators: PackedLocators) -> None:
        """Note where each value lies, under each of its readings."""
        if readings.ambiguous is None:
            self._found.add(name, readings.tokens[found.index], locators.of(found.rows))
            return
        match, which = readings.at(found.index)
        self._found.add(name, readings.tokens[which], locators.of(found.rows[match]), readings.ambiguous[which])


@dataclass(frozen=True, repr=False)
class _Waiting:
    """A small batch of a thing in a pack, until there are enough of them."""

    digest: _Digest
    batch: Batch
    first: bool


def _together(detector: ColumnDetector, waiting: Sequence[_Waiting]) -> None:
    """Detect in small batches of different things: columns of one name are looked through as one."""
    columns: dict[tuple[str, bool], list[tuple[int, int, pa.Array]]] = {}
    for number, one in enumerate(waiting):
        for place, (name, column) in enumerate(
            zip(one.batch.columns.schema.names, one.batch.columns.columns, strict=True)
        ):
            columns.setdefault((name, one.first), []).append((number, place, column.cast(pa.string())))
    found: list[list[list[ColumnMatches]]] = [[[] for _ in one.batch.columns.schema.names] for one in waiting]
    for (name, first), several in columns.items():
        whole = pa.concat_arrays([column for _, _, column in several])
        groups = detector.detect_groups(whole, [len(column) for _, _, column in several], name, first=first)
        for (number, place, _), matches in zip(several, groups, strict=True):
            found[number][place] = matches
    for one, detected in zip(waiting, found, strict=True):
        one.digest.take(one.batch, detected)


def _samples(found: ColumnMatches, tokens: Octets) -> tuple[str, ...]:
    """Mask a few values, picked by their tokens, so that the same are shown however an asset was cut."""
    picked = [(tokens[at].tobytes(), found.keys[at].as_py()) for at in smallest(tokens, SAMPLES).tolist()]
    masked = ((token[:4].hex(), key.partition(BETWEEN_READINGS)[0]) for token, key in picked)
    return tuple(f"{head} {found.detector.mask(canonical)}" for head, canonical in masked)


FEW_CELLS = 50
"""Cells that are counted sooner one by one."""


def filled(column: pa.Array) -> int:
    """Count the cells of a text column that hold more than nothing."""
    if len(column) == column.null_count:
        return 0
    if len(column) <= FEW_CELLS:
        return sum(map(bool, column.to_pylist()))
    return int(pc.sum(pc.cast(pc.greater(pc.binary_length(column), 0), pa.int64())).as_py() or 0)


def _first(batch: Batch, rows: int) -> Batch:
    """Give the first records of a batch whose rows are its records; of any other, nothing."""
    kept = rows if batch.columns.num_rows == batch.rows else 0
    share = batch.size * kept // max(1, batch.rows)
    return replace(take(batch, range(kept)), rows=kept, size=share)


def _enough(result: Result, found: Found, started: float) -> bool:
    return time.perf_counter() - started >= TASK_SECONDS or result.size >= TASK_BYTES or found.count >= TASK_LOCATIONS


_worker: Worker | None = None


def run(task: Task) -> Result:
    """Carry out a task in this process; what the executor calls."""
    global _worker  # noqa: PLW0603 a process has one worker, and executors call functions
    if _worker is None:
        keep_heap()
        _worker = Worker()
    return _worker.run(task)
