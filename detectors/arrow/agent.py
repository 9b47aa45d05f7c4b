"""User agents at once: each different one is read once, however many lines of a log hold it.

A browser's text ends at a quote or with its cell, so that what stands around it changes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from detectors.arrow.cells import Cells, Integers
from detectors.arrow.outcome import Hits, Outcome, slices
from detectors.arrow.runs import table
from detectors.user_agent import UserAgent

_FIRST = (b"Mozilla", b"Opera", b"Dalvik")
_MOST = 20_000
"""Different texts that are kept between columns."""
_SPACE = table(" \t\n\r\v\f\x1c\x1d\x1e\x1f")


class Agent(NamedTuple):
    """A browser in a piece of text."""

    start: int
    end: int
    canonical: str

    def __repr__(self) -> str:
        return f"Agent({self.start}:{self.end})"


class Read(NamedTuple):
    """What a piece of text holds."""

    agents: tuple[Agent, ...]
    robots: int


class Agents:
    """One column seen as user agents."""

    def __init__(self, cells: Cells, detector: UserAgent, known: dict[str, Read]) -> None:
        """Look at a column.

        Args:
            cells: the column.
            detector: reads a text the plain way.
            known: kept between columns: what each text holds.
        """
        self._cells = cells
        self._detector = detector
        self._known = known
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through what begins as a browser does."""
        starts = self._begun()
        if len(starts):
            self._read(starts)
        return self.outcome

    def _begun(self) -> Integers:
        data = self._cells.data
        slashes = np.flatnonzero((data[1:] == 47) & ((data[:-1] == 97) | (data[:-1] == 107))) + 1
        found = []
        for word in _FIRST:
            at = slashes[slashes > len(word)] - len(word)
            for step in reversed(range(len(word))):
                at = at[data[at + step] == word[step]]
            found.append(at)
        return np.sort(np.concatenate(found))

    def _read(self, starts: Integers) -> None:
        data = self._cells.data
        stops = np.flatnonzero((data == 34) | (data == 10))
        ends = stops[np.searchsorted(stops, starts)]
        first = np.ones(len(starts), np.bool_)
        first[1:] = ends[1:] != ends[:-1]
        starts, ends = starts[first], ends[first]
        cells = self._cells.at(starts)
        wide = self._cells.wide[cells]
        self.outcome.leave(cells[wide])
        starts, ends, cells = starts[~wide], ends[~wide], cells[~wide]
        encoded = slices(self._cells, starts, ends).dictionary_encode()
        index = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        held = [self._of(text) for text in encoded.dictionary.to_pylist()]
        self._note(held, index, starts, cells)

    def _of(self, text: str) -> Read:
        read = self._known.get(text)
        if read is None:
            shapes = list(self._detector.shapes(text))
            agents = [Agent(one.match.start, one.match.end, one.match.readings[0]) for one in shapes if one.match]
            read = Read(tuple(agents), len(shapes) - len(agents))
            if len(self._known) > _MOST:
                self._known.clear()
            self._known[text] = read
        return read

    def _note(self, held: list[Read], index: Integers, starts: Integers, cells: Integers) -> None:
        """Spread what each different text holds over the cells."""
        for nth in range(max((len(read.agents) for read in held), default=0)):
            some = [read.agents[nth] if len(read.agents) > nth else None for read in held]
            there = np.array([one is not None for one in some], np.bool_)[index]
            at = index[there]
            low = starts[there] + np.array([one.start if one else 0 for one in some])[at]
            high = starts[there] + np.array([one.end if one else 0 for one in some])[at]
            keys = pa.array([one.canonical if one else "" for one in some], pa.string()).take(pa.array(at))
            self._hit(cells[there], low, high, keys)
        robots = np.array([read.robots for read in held], np.int64)[index]
        missed = np.repeat(cells, robots)
        self.outcome.miss(missed, np.ones(len(missed), np.bool_))

    def _hit(self, cells: Integers, low: Integers, high: Integers, keys: pa.Array) -> None:
        begin, end, data = self._cells.starts[cells], self._cells.ends[cells], self._cells.data
        whole = (low == begin) & (high == end)
        blank = ((low == begin) | _SPACE[data[begin]]) & ((high == end) | _SPACE[data[end - 1]])
        self.outcome.leave(cells[blank & ~whole])
        size = len(cells)
        told, weak = np.ones(size, np.bool_), np.zeros(size, np.bool_)
        self.outcome.hits.append(Hits(cells, keys, told, weak, whole, certain=True, spans=(low, high)))
