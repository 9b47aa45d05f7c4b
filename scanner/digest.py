"""From batches to results: detects in them, small ones of different things together, and notes what was found where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import Batch, declared_type
from detectors import registry
from detectors.column import ColumnDetector
from detectors.header import said
from detectors.interface import BETWEEN_READINGS, SAMPLES, ColumnMatches
from detectors.record import beside_cards
from inventory.keys import Sealer, Tokens
from inventory.locations import Octets, smallest, tokens_of
from inventory.sketch import sketch
from scanner.found import Found, PackedLocators
from scanner.partial import FieldPart
from scanner.readings import Readings
from scanner.tasks import Inner, Result, Task

SMALL_BATCH = 64 * 1024
"""Bytes up to which batches of different things are looked through together."""
TOGETHER = 4 * 1024 * 1024
"""Bytes of such batches that wait for each other."""


class Digest:
    """Turns batches into locations and evidence."""

    def __init__(self, task: Task, result: Result | Inner, found: Found) -> None:
        self._tokens = Tokens(task.lookup_key)
        self._sealer = Sealer(task.client_key)
        self._region = task.region
        self._settings = task.detect
        self._result = result
        self._found = found

    def meet(self, batch: Batch) -> None:
        """Count a batch, before anything in it is looked for."""
        self._result.rows += batch.rows
        self._result.size += batch.size

    def take(self, batch: Batch, detected: Sequence[list[ColumnMatches]]) -> None:
        """Take in what was found in each column of a batch."""
        locators = PackedLocators(batch.locators, self._sealer)
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
    """A small batch, until there are enough of them."""

    digest: Digest
    batch: Batch
    first: bool
    within: bool


class Gather:
    """Looks through batches: large ones at once, small ones when there are enough of them.

    One look costs some milliseconds however little there is.
    """

    def __init__(self, detector: ColumnDetector) -> None:
        self._detector = detector
        self._waiting: list[_Waiting] = []
        self._bytes = 0
        """Of what is waiting."""

    def add(self, digest: Digest, batch: Batch, *, first: bool, within: bool = False) -> None:
        """Take in a batch.

        Args:
            digest: takes what is found.
            batch: to be looked through.
            first: whether it is the one that its chunk, or its thing in a pack, begins with.
            within: whether it is of one of many things in a pack, so that names in free text are sampled over these.
        """
        digest.meet(batch)
        size = batch.columns.nbytes
        if size > SMALL_BATCH:
            digest.take(batch, self._alone(batch, first=first))
            return
        self._waiting.append(_Waiting(digest, batch, first, within))
        self._bytes += size
        if self._bytes > TOGETHER:
            self.look()

    def look(self) -> None:
        """Look through the batches that wait."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if len(waiting) == 1:
            one = waiting[0]
            one.digest.take(one.batch, self._alone(one.batch, first=one.first))
            return
        columns: dict[tuple[str, bool, bool], list[tuple[int, int, pa.Array]]] = {}
        for number, one in enumerate(waiting):
            for place, (name, column) in enumerate(
                zip(one.batch.columns.schema.names, one.batch.columns.columns, strict=True)
            ):
                alike = columns.setdefault((name, one.first, one.within), [])
                alike.append((number, place, column.cast(pa.string())))
        found: list[list[list[ColumnMatches]]] = [[[] for _ in one.batch.columns.schema.names] for one in waiting]
        for (name, first, within), several in columns.items():
            whole = pa.concat_arrays([column for _, _, column in several])
            sizes = [len(column) for _, _, column in several]
            groups = self._detector.detect_groups(whole, sizes, name, first=first, named=None if within else len(sizes))
            for (number, place, _), matches in zip(several, groups, strict=True):
                found[number][place] = matches
        for one, detected in zip(waiting, found, strict=True):
            one.digest.take(one.batch, detected)

    def _alone(self, batch: Batch, *, first: bool) -> list[list[ColumnMatches]]:
        columns = zip(batch.columns.schema.names, batch.columns.columns, strict=True)
        return [self._detector.detect(column, name, first=first) for name, column in columns]


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
