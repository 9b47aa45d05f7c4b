"""Which cells the detectors without a fast way have to see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.hints import HINTS, OPENED_BY
from detectors.arrow.outcome import Outcome
from detectors.arrow.search import Search
from detectors.context import COMBINING, ContextDetector, folded_gate, near_gate
from detectors.shape import ShapeDetector

_Found = dict[str, Mask]


@dataclass(repr=False)
class Opened:
    """What is left to the plain way."""

    cells: Mask
    """Cells that some detector has to read."""
    looks: dict[ShapeDetector, Mask] = field(default_factory=dict)
    """Cells in which a detector could find something, if they are open at all; of a detector that is not named here
    nothing is known."""


class Gates:
    """Opens cells for the plain way.

    Args:
        detectors: those without a fast way.
        sought: all entities that are looked for, here or the fast way.
    """

    def __init__(self, detectors: Sequence[ShapeDetector], sought: Collection[str]) -> None:
        self._free = [one for one in detectors if not isinstance(one, ContextDetector)]
        self._bound = [one for one in detectors if isinstance(one, ContextDetector)]
        self._near = near_gate(frozenset().union(*(one.near for one in self._bound))) if self._bound else None
        self._least = min((one.min_digits for one in self._bound), default=0)
        self._others = {
            entity: other for entity, (other, _) in OPENED_BY.items() if other in sought and entity in sought
        }
        self._sure = {
            one.entity: gate
            for one in self._bound
            if (gate := OPENED_BY[one.entity][1] if one.entity in self._others else one.sure_gate)
        }
        self._forms = Search(self._sure | {one.entity: one.gate for one in self._free if one.literals})
        self._words = Search({one.entity: folded_gate(one.near) for one in self._bound}, ascii_only=True)

    def open(self, cells: Cells, headed: set[str], decided: Mapping[str, Outcome] | None = None) -> Opened:
        """Say which cells pass some gate.

        Args:
            cells: the column.
            headed: entities for which the column's name speaks.
            decided: what is known already; a hit there opens no cell for the same entity.
        """
        opened = Opened(np.zeros(cells.count, np.bool_))
        seen = self._forms.find(cells.raw, cells.ends)
        for detector in self._free:
            self._freely(opened, cells, detector, seen, headed=detector.entity in headed)
        bare = []
        for detector in self._bound:
            if detector.entity not in headed:
                bare.append(detector)
                continue
            among = cells.digits >= detector.min_digits
            if decided and detector.entity in decided:
                among[decided[detector.entity].hit_cells()] = False
            opened.cells |= _passing(cells, among & ~opened.cells, detector.gate)
        near = self._near_words(cells, bare)
        for detector in bare:
            self._barely(opened, cells, detector, near[detector.entity], seen)
        return opened

    def beside(self, opened: Opened, looks: Mapping[str, Mask]) -> None:
        """Let a detector look where the one does beside which its values count.

        Args:
            opened: as `open` gave it.
            looks: where other detectors could find something.
        """
        known = {one.entity: mask for one, mask in opened.looks.items()} | dict(looks)
        for detector in self._bound:
            other = self._others.get(detector.entity)
            if other is None or detector not in opened.looks:
                continue
            if other in known:
                opened.looks[detector] = opened.looks[detector] | known[other]
            else:
                del opened.looks[detector]

    def _freely(
        self, opened: Opened, cells: Cells, detector: ShapeDetector, seen: _Found | None, *, headed: bool
    ) -> None:
        """Look for what needs no telling word."""
        enough = cells.digits >= detector.min_digits
        if seen is not None and detector.literals:
            look = seen[detector.entity] & enough
        elif _promising(detector, cells, headed=headed):
            look = _passing(cells, enough, detector.gate)
        else:
            look = np.zeros(cells.count, np.bool_)
        opened.looks[detector] = look
        opened.cells |= look

    def _barely(
        self,
        opened: Opened,
        cells: Cells,
        detector: ContextDetector,
        near: Mask,
        seen: _Found | None,
    ) -> None:
        """Look for what counts beside a telling word, or where its own form is sure."""
        enough = cells.digits >= detector.min_digits
        rest = np.flatnonzero(near & enough & ~opened.cells)
        opened.cells[rest[cells.matching(rest, detector.gate)]] = True
        look = near
        if (gate := self._sure.get(detector.entity)) is not None:
            if seen is not None:
                sure = seen[detector.entity] & enough
            elif _promising(detector, cells, headed=False):
                known = detector.entity not in OPENED_BY or detector.entity in self._others
                hint = HINTS.get(detector.entity) if known else None
                sure = _passing(cells, enough & hint(cells) if hint else enough, gate)
            else:
                sure = np.zeros(cells.count, np.bool_)
            opened.cells |= sure
            look = near | sure
        opened.looks[detector] = look

    def _near_words(self, cells: Cells, detectors: Sequence[ContextDetector]) -> dict[str, Mask]:
        """Say for each detector which cells hold a telling word of it."""
        none = np.zeros(cells.count, np.bool_)
        maybe = np.flatnonzero((cells.digits >= self._least) & cells.lettered)
        if not detectors or self._near is None or not len(maybe):
            return {one.entity: none for one in detectors}
        words = self._words.find(*cells.folded)
        if words is not None:
            return {one.entity: words[one.entity] | cells.apart for one in detectors}
        told = _holding(cells, maybe, self._near)
        near = {}
        for detector in detectors:
            near[detector.entity] = none.copy() if len(told) else none
            here = _holding(cells, told, near_gate(detector.near)) if len(told) else told
            near[detector.entity][here] = True
        return near


def _passing(cells: Cells, among: Mask, gate: str) -> Mask:
    """Say which of some cells pass a gate."""
    found = np.zeros(cells.count, np.bool_)
    maybe = np.flatnonzero(among & (cells.lengths > 0))
    found[maybe[cells.matching(maybe, gate)]] = True
    return found


def _holding(cells: Cells, maybe: Integers, near: str) -> Integers:
    """Give the cells with some word; the whole column is looked through first, since most have none."""
    if not len(maybe):
        return maybe
    apart = cells.apart
    if not apart.any() and 2 * len(maybe) > cells.count and not _any(cells, near):
        return maybe[:0]
    return maybe[cells.matching(maybe, near) | apart[maybe]]


def _any(cells: Cells, pattern: str) -> bool:
    """Say whether the joined text matches an RE2 pattern anywhere."""
    size = len(cells.data)
    offsets = pa.py_buffer(np.array([0, size], np.int32))
    whole = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(cells.data))
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


def _promising(detector: ShapeDetector, cells: Cells, *, headed: bool) -> bool:
    """Say whether a column holds one of the literals without which there is no match."""
    literals = detector.headed_literals if headed and detector.headed_literals else detector.literals
    return not literals or any(one.encode() in cells.lower for one in literals)


@cache
def gate_of(detector: ShapeDetector, *, headed: bool) -> str:
    """Give the pattern that a text with a match passes, header considered; texts with `COMBINING` are read anyway."""
    if headed or not isinstance(detector, ContextDetector):
        return detector.gate
    near = f"{near_gate(detector.near)}|{COMBINING}"
    return f"{near}|(?:{detector.sure_gate})" if detector.sure_gate else near
