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
_ODD[0x80:] = True
"""Bytes that may be a part of a separator outside ASCII, or of a URL's `%20`."""


class Runs:
    """Where digits begin and end; no run reaches over a cell's end."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        digit = cells.digit
        self.starts: Integers = np.flatnonzero(digit[1:] & ~digit[:-1]) + 1
        self.ends: Integers = np.flatnonzero(digit[:-1] & ~digit[1:]) + 1

    @cached_property
    def sizes(self) -> Integers:
        """Digits of each run."""
        sizes: Integers = self.ends - self.starts
        return sizes

    def chains(self, separators: str, most: int, fewest: int) -> Chains:
        """Join runs with few separators between; chains of too few digits are left out.

        Args:
            separators: ASCII characters that may stand between.
            most: how many of them.
            fewest: digits of a chain that matters.
        """
        data, between = self.cells.data, table(separators) | _ODD
        ends, gaps = self.ends[:-1], self.starts[1:] - self.ends[:-1]
        linked = between[data[ends]] & (gaps <= _FARTHEST)
        for step in range(1, most):
            linked &= (gaps <= step) | between[data[np.minimum(ends + step, len(data) - 1)]]
        odd = np.zeros(len(gaps), np.bool_)
        near = np.flatnonzero(linked)
        for step in range(_FARTHEST):
            here = near[gaps[near] > step]
            if not len(here):
                break
            byte = data[ends[here] + step]
            odd[here] |= _ODD[byte]
            if step >= most:
                linked[here[~between[byte]]] = False
        linked &= odd | (gaps <= most)
        return Chains.of(self, linked, odd & linked, fewest)


@dataclass(frozen=True, repr=False)
class Chains:
    """Chains of runs, in order; `first` and `last` are numbers of runs."""

    runs: Runs
    first: Integers
    last: Integers
    odd: Mask
    """Some separator is none of ASCII's."""

    @classmethod
    def of(cls, runs: Runs, linked: Mask, odd: Mask, fewest: int) -> Chains:
        """Make chains from what says which runs belong to the next."""
        opens = np.ones(len(runs.starts), np.bool_)
        opens[1:] = ~linked
        first = np.flatnonzero(opens)
        last = np.append(first[1:], len(opens)) - 1
        counted = runs.cells.digits_before
        keep = np.flatnonzero(counted[runs.ends[last]] - counted[runs.starts[first]] >= fewest)
        first, last = first[keep], last[keep]
        strange = np.zeros(len(opens) + 1, np.int32)
        if odd.any():
            strange[2:] = np.cumsum(odd, dtype=np.int32)
        return cls(runs, first, last, strange[last + 1] > strange[first + 1])

    def __len__(self) -> int:
        return len(self.first)

    def take(self, mask: Mask | Integers) -> Chains:
        """Keep some."""
        return Chains(self.runs, self.first[mask], self.last[mask], self.odd[mask])

    @cached_property
    def starts(self) -> Integers:
        """Place of the first digit."""
        return self.runs.starts[self.first]

    @cached_property
    def ends(self) -> Integers:
        """Place behind the last digit."""
        return self.runs.ends[self.last]

    @cached_property
    def cells(self) -> Integers:
        """The cell of each."""
        return self.runs.cells.at(self.starts)

    @cached_property
    def digits(self) -> Integers:
        """Digits of each."""
        counted = self.runs.cells.digits_before
        return (counted[self.ends] - counted[self.starts]).astype(np.int64)

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

    def gap(self, nth: int) -> Bytes:
        """First byte behind the nth run of each; that of the last run where there are fewer."""
        return self.runs.cells.data[self.runs.ends[np.minimum(self.first + nth, self.last)]]

    def wide_gap(self, nth: int) -> Integers:
        """Bytes between the nth run and the next; 0 where there is none."""
        at = np.minimum(self.first + nth, self.last)
        behind = np.minimum(at + 1, self.last)
        return np.where(at < self.last, self.runs.starts[behind] - self.runs.ends[at], 0)
