"""Which cells the detectors without a fast way have to see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.hints import HINTS, OPENED_BY
from detectors.arrow.outcome import Outcome
from detectors.context import COMBINING, ContextDetector, near_gate
from detectors.shape import ShapeDetector


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
        self._sought = sought

    def open(self, cells: Cells, headed: set[str], decided: Mapping[str, Outcome] | None = None) -> Mask:
        """Say which cells pass some gate.

        Args:
            cells: the column.
            headed: entities for which the column's name speaks.
            decided: what is known already; a hit there opens no cell for the same entity.
        """
        found = np.zeros(cells.count, np.bool_)
        for detector in self._free:
            if _promising(detector, cells, headed=detector.entity in headed):
                self._pass(found, cells, detector.gate, cells.digits >= detector.min_digits)
        bare = []
        for detector in self._bound:
            if detector.entity in headed:
                among = cells.digits >= detector.min_digits
                if decided and detector.entity in decided:
                    among[decided[detector.entity].hit_cells()] = False
                self._pass(found, cells, detector.gate, among)
                continue
            bare.append(detector)
            if detector.sure_gate and _promising(detector, cells, headed=False):
                self._sure(found, cells, detector)
        if bare and self._near:
            self._told(found, cells, bare)
        return found

    def _sure(self, found: Mask, cells: Cells, detector: ContextDetector) -> None:
        other, rest = OPENED_BY.get(detector.entity, ("", detector.sure_gate))
        opened = not other or other in self._sought
        gate = rest if opened else detector.sure_gate
        enough = cells.digits >= detector.min_digits
        if gate is None or not enough.any():
            return
        hint = HINTS.get(detector.entity) if opened else None
        self._pass(found, cells, gate, enough & hint(cells) if hint else enough)

    def _pass(self, found: Mask, cells: Cells, gate: str, among: Mask) -> None:
        maybe = np.flatnonzero(~found & among & (cells.lengths > 0))
        found[maybe[cells.matching(maybe, gate)]] = True

    def _told(self, found: Mask, cells: Cells, detectors: Sequence[ContextDetector]) -> None:
        """Let pass what holds a telling word of some detector, and what that one looks for."""
        maybe = np.flatnonzero(~found & (cells.digits >= self._least) & cells.lettered)
        if not len(maybe):
            return
        told = self._holding(cells, maybe, str(self._near))
        for detector in detectors if len(told) else ():
            rest = told[~found[told] & (cells.digits[told] >= detector.min_digits)]
            rest = self._holding(cells, rest, near_gate(detector.near))
            found[rest[cells.matching(rest, detector.gate)]] = True

    def _holding(self, cells: Cells, maybe: Integers, near: str) -> Integers:
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


def gate_of(detector: ShapeDetector, *, headed: bool) -> str:
    """Give the pattern that a text with a match passes, header considered; texts with `COMBINING` are read anyway."""
    if headed or not isinstance(detector, ContextDetector):
        return detector.gate
    near = f"{near_gate(detector.near)}|{COMBINING}"
    return f"{near}|(?:{detector.sure_gate})" if detector.sure_gate else near
