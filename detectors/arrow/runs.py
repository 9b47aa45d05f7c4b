"""Runs of digits in a column, and the chains that separators make of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detectors.arrow.cells import Bytes, Cells, Integers, Mask

_FARTHEST = 9
"""Bytes between two runs of a chain at most: three separators of three bytes each."""


def table(characters: str) -> Mask:
    """Make a look-up table over bytes that is true for some ASCII characters."""
    found = np.zeros(256, np.bool_)
    found[[ord(one) for one in characters]] = True
    return found


ALNUM = table("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_ODD = table("%")
_MARKS = "\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u3000\uff08\uff09\uff0b\uff0d\uff0e\uff0f"
_ODD[list(_MARKS.encode())] = True
"""Bytes that may be a part of a separator outside ASCII, or of a URL's `%20`."""


class Runs:
    """Where digits begin and end; no run reaches over a cell's end."""

    def __init__(self, cells: Cells, starts: Integers, ends: Integers) -> None:
        self.cells = cells
        self.starts = starts
        self.ends = ends

    @classmethod
    def of(cls, cells: Cells) -> Runs:
        """Find all runs of a column."""
        # no digit stands first or last, so that beginnings and ends take turns
        turns = np.flatnonzero(cells.digit[1:] != cells.digit[:-1]) + 1
        return cls(cells, turns[::2], turns[1::2])

    @cached_property
    def sizes(self) -> Integers:
        """Digits of each run."""
        sizes: Integers = self.ends - self.starts
        return sizes

    @cached_property
    def before(self) -> Integers:
        """How many digits stand in the runs in front of each; one longer than the runs."""
        counted = np.zeros(len(self.starts) + 1, np.int64)
        np.cumsum(self.sizes, out=counted[1:])
        return counted

    @cached_property
    def places(self) -> Integers:
        """Where each digit stands."""
        return np.arange(self.before[-1]) + np.repeat(self.starts - self.before[:-1], self.sizes)

    def chains(self, separators: str, most: int, fewest: int) -> Chains:
        """Join runs with few separators between; chains of too few digits are left out.

        Args:
            separators: ASCII characters that may stand between.
            most: how many of them.
            fewest: digits of a chain that matters.
        """
        between, strange = table(separators), self.cells.strange
        if strange:
            between |= _ODD
        if not len(self.starts):
            none = self.starts
            return Chains(self, none, none, np.zeros(0, np.bool_), none, none, none)
        data, ends = self.cells.data, self.ends[:-1]
        gaps = self.starts[1:] - ends
        linked = between[data[ends]] & (gaps <= (_FARTHEST if strange else most))
        far = np.flatnonzero(linked & (gaps > 1))
        for step in range(1, most):
            far = far[gaps[far] > step]
            linked[far[~between[data[ends[far] + step]]]] = False
        return Chains.of(self, linked, self._odd(linked, gaps, between, most) if strange else None, fewest)

    def _odd(self, linked: Mask, gaps: Integers, between: Mask, most: int) -> Mask:
        """Find links through something outside ASCII, or a URL's escapes; unlinks what is too far apart otherwise."""
        data, ends = self.cells.data, self.ends[:-1]
        odd = np.zeros(len(gaps), np.bool_)
        near = np.flatnonzero(linked)
        for step in range(_FARTHEST):
            near = near[gaps[near] > step]
            byte = data[ends[near] + step]
            odd[near] |= _ODD[byte]
            if step >= most:
                linked[near[~between[byte]]] = False
        linked &= odd | (gaps <= most)
        return odd & linked


@dataclass(frozen=True, repr=False)
class Chains:
    """Chains of runs, in order; `first` and `last` are numbers of runs."""

    runs: Runs
    first: Integers
    last: Integers
    odd: Mask
    """Some separator is none of ASCII's."""
    starts: Integers
    """Place of the first digit."""
    ends: Integers
    """Place behind the last digit."""
    cells: Integers
    """The cell of each."""

    @classmethod
    def of(cls, runs: Runs, linked: Mask, odd: Mask | None, fewest: int) -> Chains:
        """Make chains from what says which runs belong to the next."""
        opens = np.ones(len(runs.starts), np.bool_)
        opens[1:] = ~linked
        first = np.flatnonzero(opens)
        last = np.append(first[1:], len(opens)) - 1
        keep = np.flatnonzero(runs.before[last + 1] - runs.before[first] >= fewest)
        first, last = first[keep], last[keep]
        if odd is not None and odd.any():
            strange = np.zeros(len(opens) + 1, np.int32)
            strange[2:] = np.cumsum(odd, dtype=np.int32)
            crooked = strange[last + 1] > strange[first + 1]
        else:
            crooked = np.zeros(len(first), np.bool_)
        starts = runs.starts[first]
        return cls(runs, first, last, crooked, starts, runs.ends[last], runs.cells.at(starts))

    def __len__(self) -> int:
        return len(self.first)

    def crowded(self) -> Runs:
        """Give the runs of these chains; chains of fewer kinds of separators stay whole among them."""
        return Runs(self.runs.cells, self.runs.starts[self.every], self.runs.ends[self.every])

    def take(self, mask: Mask | Integers) -> Chains:
        """Keep some."""
        at = np.flatnonzero(mask) if mask.dtype == np.bool_ else mask
        if len(at) == len(self.first):
            return self
        return Chains(
            self.runs,
            *(self.first[at], self.last[at], self.odd[at], self.starts[at], self.ends[at], self.cells[at]),
        )

    @cached_property
    def every(self) -> Integers:
        """The numbers of all their runs, in order."""
        shift = np.repeat(self.first - self.offsets, self.groups)
        every: Integers = np.arange(len(shift)) + shift
        return every

    @cached_property
    def offsets(self) -> Integers:
        """Where the runs of each begin in `every`."""
        return np.cumsum(self.groups) - self.groups

    @cached_property
    def digits(self) -> Integers:
        """Digits of each."""
        digits: Integers = self.runs.before[self.last + 1] - self.runs.before[self.first]
        return digits

    @cached_property
    def groups(self) -> Integers:
        """Runs of each."""
        groups: Integers = self.last - self.first + 1
        return groups

    def size(self, nth: int) -> Integers:
        """Digits of the nth run (from 0) of each; 0 where there are fewer."""
        at = self.first + nth
        inside = at <= self.last
        return np.where(inside, self.runs.sizes[np.minimum(at, self.last)], 0)

    def lead(self, nth: int) -> Bytes:
        """First digit of the nth run (from 0) of each, as a byte; that of the last run where there are fewer."""
        return self.runs.cells.data[self.runs.starts[np.minimum(self.first + nth, self.last)]]

    def gap(self, nth: int) -> Bytes:
        """First byte behind the nth run of each; that of the last run where there are fewer."""
        return self.runs.cells.data[self.runs.ends[np.minimum(self.first + nth, self.last)]]

    def wide_gap(self, nth: int) -> Integers:
        """Bytes between the nth run and the next; 0 where there is none."""
        at = np.minimum(self.first + nth, self.last)
        behind = np.minimum(at + 1, self.last)
        return np.where(at < self.last, self.runs.starts[behind] - self.runs.ends[at], 0)
