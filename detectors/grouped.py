"""What was found in the columns of several small things that lie end to end, given to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import nsmallest

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.interface import BETWEEN_READINGS, SAMPLES, ColumnMatches, Evidence
from detectors.placeholders import KINDS, placeholders
from detectors.profile import DIGIT_KINDS, Profile

Integers = npt.NDArray[np.int64]
COUNTS = ("candidates", "explicit_candidates", "explicit", "weak", "certain", "whole")
"""Of the evidence, what cannot be told from the matches."""
CANDIDATES = 0


@dataclass(repr=False)
class Parted:
    """Columns end to end, and what was found in each."""

    column: pa.Array
    groups: Integers
    """Which thing each cell is of, ascending."""
    stops: Integers
    """Behind the last row of each."""
    found: list[list[ColumnMatches]] = field(default_factory=list)
    """By thing; rows count in the thing itself."""

    def __post_init__(self) -> None:
        self.found = [[] for _ in self.stops]
        filled = np.asarray(pc.fill_null(pc.greater(pc.binary_length(self.column), 0), False), np.int64)
        self._filled = np.bincount(self.groups, filled, len(self.stops)).astype(np.int64)
        self._profiles: dict[int, Profile] = {}

    def slice(self, number: int) -> pa.Array:
        """Give the column of one thing."""
        start = int(self.stops[number - 1]) if number else 0
        return self.column.slice(start, int(self.stops[number]) - start)

    def add(self, whole: ColumnMatches, counts: Integers) -> None:
        """Give each thing its part of an entity's matches.

        Args:
            whole: over the column, rows ascending.
            counts: by `COUNTS` and thing.
        """
        ends = np.searchsorted(whole.rows, self.stops)
        starts = np.concatenate(([0], ends[:-1]))
        held = np.asarray(placeholders(whole.entity, whole.keys)) if whole.entity in KINDS and len(whole.keys) else None
        for number in np.flatnonzero(counts[CANDIDATES]).tolist():
            part = slice(int(starts[number]), int(ends[number]))
            first = int(self.stops[number - 1]) if number else 0
            rows, index = whole.rows[part] - first, whole.index[part]
            matched = {"cells": self._filled[number], "matched_cells": len(set(rows.tolist())), "matches": len(rows)}
            evidence = Evidence()
            for name, count in [*matched.items(), *zip(COUNTS, counts[:, number].tolist(), strict=True)]:
                setattr(evidence, name, int(count))
            if len(rows) and whole.entity in DIGIT_KINDS:
                evidence.profile = self._profile(number)
            if held is not None:
                evidence.placeholders = int(held[index].sum())
            self.found[number].append(_part(whole, rows, index, evidence))

    def _profile(self, number: int) -> Profile:
        if number not in self._profiles:
            self._profiles[number] = Profile.of(self.slice(number))
        return self._profiles[number]


def _part(whole: ColumnMatches, rows: Integers, index: Integers, evidence: Evidence) -> ColumnMatches:
    """Make the matches of one thing, with its own keys in the order in which it has them."""
    places: dict[int, int] = {}
    own = np.fromiter((places.setdefault(one, len(places)) for one in index.tolist()), np.int64, len(index))
    keys = whole.keys.take(pa.array(list(places), pa.int64()))
    if not whole.tokenised:
        masks = {whole.detector.mask(key.split(BETWEEN_READINGS)[0]) for key in keys.to_pylist()}
        evidence.samples = tuple(nsmallest(SAMPLES, masks))
    return ColumnMatches(whole.entity, rows, own, keys, whole.detector, evidence)
