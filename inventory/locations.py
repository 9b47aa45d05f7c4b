"""Locations as columns: where values lie, one entry of each column a location, with no Python object for each.

Only who has a whole column in hand loads this (numpy comes with it); looking a person up does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inventory.keys import TOKEN_BYTES

Octets = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Packed:
    """Byte strings of any lengths, one behind the other."""

    data: Octets
    """All of them, joined."""
    lengths: Integers
    """Bytes of each; their sum is the size of `data`."""

    @classmethod
    def of(cls, several: Sequence[bytes]) -> Packed:
        """Join byte strings."""
        lengths = np.fromiter(map(len, several), np.int64, len(several))
        return cls(np.frombuffer(b"".join(several), np.uint8), lengths)

    @classmethod
    def joined(cls, parts: Sequence[Packed]) -> Packed:
        """Put some behind others; at least one."""
        return cls(np.concatenate([part.data for part in parts]), np.concatenate([part.lengths for part in parts]))

    def take(self, places: npt.NDArray[np.integer[Any]]) -> Packed:
        """Give those at some places, from 0, in that order."""
        lengths = self.lengths[places]
        ends = np.cumsum(lengths)
        starts = (np.cumsum(self.lengths) - self.lengths)[places]
        return Packed(self.data[np.repeat(starts - (ends - lengths), lengths) + np.arange(lengths.sum())], lengths)

    def tolist(self) -> list[bytes]:
        """Give each by itself."""
        raw, ends = self.data.tobytes(), np.cumsum(self.lengths)
        return [raw[start:end] for start, end in zip((ends - self.lengths).tolist(), ends.tolist(), strict=True)]


@dataclass(frozen=True, repr=False)
class Locations:
    """Where values lie: columns as long as each other."""

    tokens: Octets
    """`TOKEN_BYTES` a row."""
    fields: Integers
    """Positions in the list of field names that goes with them."""
    locators: Packed
    """As `inventory.locators.pack` makes them."""
    ambiguous: Integers
    """1 for one of several readings, else 0."""

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def joined(cls, parts: Sequence[Locations]) -> Locations:
        """Put some behind others; at least one."""
        return cls(
            np.concatenate([part.tokens for part in parts]),
            np.concatenate([part.fields for part in parts]),
            Packed.joined([part.locators for part in parts]),
            np.concatenate([part.ambiguous for part in parts]),
        )

    def sorted(self) -> Locations:
        """Order them by token; those with the same token stay in the order that they have."""
        order = by_token(self.tokens)
        return Locations(self.tokens[order], self.fields[order], self.locators.take(order), self.ambiguous[order])


def tokens_of(raw: bytes) -> Octets:
    """Give joined tokens as rows of `TOKEN_BYTES`."""
    return np.frombuffer(raw, np.uint8).reshape(-1, TOKEN_BYTES)


def by_token(tokens: Octets) -> npt.NDArray[np.intp]:
    """Give the order of tokens (rows of `TOKEN_BYTES`), equal ones as they stand."""
    heads, tails = halves(tokens)
    order = np.argsort(heads, kind="stable")
    same = heads[order[1:]] == heads[order[:-1]]
    if (tails[order[1:]] != tails[order[:-1]])[same].any():  # as good as never: 64 bits alike, and not the others
        return np.lexsort((tails, heads))
    return order


def smallest(tokens: Octets, count: int) -> npt.NDArray[np.intp]:
    """Give the places of the first tokens (rows of `TOKEN_BYTES`) in their order, at most `count`."""
    heads, _ = halves(tokens)
    near = np.flatnonzero(heads <= np.partition(heads, count)[count]) if len(heads) > count else np.arange(len(heads))
    return near[by_token(tokens[near])][:count]


def halves(tokens: Octets) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Give tokens (rows of `TOKEN_BYTES`) as two numbers each, which sort as their bytes do."""
    numbers = np.ascontiguousarray(tokens).view(">u8").astype(np.uint64)
    return np.ascontiguousarray(numbers[:, 0]), np.ascontiguousarray(numbers[:, 1])
