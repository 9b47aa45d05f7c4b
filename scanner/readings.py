"""The tokens of a column's values: all readings of all values at once, and which of them counts as the value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.interface import BETWEEN_READINGS
from inventory.keys import Tokens
from inventory.locations import Integers, Octets, tokens_of
from scanner.settled import prefix


@dataclass(frozen=True, repr=False)
class Readings:
    """Tokens of distinct values, those of one value behind each other: first the one that counts as the value."""

    tokens: Octets
    """A row for each reading."""
    counts: Integers
    """Readings of each value, at least one."""
    ambiguous: Integers | None
    """1 for each reading that nothing settles, of values with more than one, else 0; None: every value has one."""

    @classmethod
    def of(cls, tokens: Tokens, entity: str, keys: pa.Array, region: str | None) -> Readings:
        """Make the tokens of values.

        Args:
            tokens: that makes them.
            entity: of the values.
            keys: distinct values as text: canonical readings, joined by `BETWEEN_READINGS`.
            region: of the source (`CH`, `CA-QC`); it settles readings that are of it.
        """
        if not pc.any(pc.match_substring(keys, BETWEEN_READINGS)).as_py():
            return cls(_tokens(tokens, entity, keys), np.ones(len(keys), np.int64), None)
        parts = pc.split_pattern(keys, BETWEEN_READINGS)
        counts = pc.list_value_length(parts).to_numpy().astype(np.int64)
        readings = parts.flatten()
        settled = _settled(readings, region)
        # stable: readings of the same standing keep the order of the settings' regions
        order = np.lexsort((~settled, np.repeat(np.arange(len(counts)), counts)))
        ambiguous = ~settled[order] & np.repeat(counts > 1, counts)
        return cls(_tokens(tokens, entity, readings)[order], counts, ambiguous.astype(np.int64))

    @property
    def first(self) -> Octets:
        """The token of each value."""
        return self.tokens if self.ambiguous is None else self.tokens[np.cumsum(self.counts) - self.counts]

    def at(self, values: Integers) -> tuple[Integers, Integers]:
        """Say which readings some values have.

        Args:
            values: their places, from 0.

        Returns:
            Of each reading of each value, in order: its place in `values`, and its place in `tokens`.
        """
        times = self.counts[values]
        place = np.repeat(np.arange(len(values)), times)
        starts = np.cumsum(self.counts) - self.counts
        return place, np.arange(len(place)) + np.repeat(starts[values] - (np.cumsum(times) - times), times)


def _tokens(tokens: Tokens, entity: str, values: pa.Array) -> Octets:
    return tokens_of(tokens.many(entity, values.cast(pa.binary()).to_pylist()))


def _settled(readings: pa.Array, region: str | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    start = prefix(region)
    if not start:
        return np.zeros(len(readings), bool)
    return np.asarray(pc.starts_with(readings, start).to_numpy(zero_copy_only=False))
