"""What a fast look at a column decided for one entity, and which cells it leaves to the plain way."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from detectors.arrow.cells import Cells, Integers, Mask

_NONE = np.zeros(0, np.int64)


@dataclass(repr=False)
class Hits:
    """Values found: arrays of equal length."""

    cells: Integers
    keys: pa.Array
    """Canonical readings of each, joined."""
    explicit: Mask
    weak: Mask
    whole: Mask
    certain: bool
    """They need no column to be believed."""
    spans: tuple[Integers, Integers] | None = None
    """Where each begins and ends in the joined text; None where each fills its cell."""

    def keep(self, mask: Mask) -> None:
        """Throw away the others."""
        self.cells, self.explicit = self.cells[mask], self.explicit[mask]
        self.weak, self.whole = self.weak[mask], self.whole[mask]
        self.keys = self.keys.filter(pa.array(mask))
        self.spans = (self.spans[0][mask], self.spans[1][mask]) if self.spans else None


@dataclass(repr=False)
class Outcome:
    """For one entity. What concerns an open cell is thrown away: there the plain way looks at everything."""

    open: Mask
    """Cells that the plain way has to look at."""
    hits: list[Hits] = field(default_factory=list)
    misses: list[tuple[Integers, Mask]] = field(default_factory=list)
    """Cells with something that has the shape and is no value, once for each, and whether its notation is explicit."""
    touched: Mask | None = None
    """Cells with any of these, before other entities took theirs; set by `touch`."""

    @classmethod
    def of(cls, cells: Cells) -> Outcome:
        """Begin with nothing found and nothing open."""
        return cls(np.zeros(cells.count, np.bool_))

    def hit(
        self, cells: Integers, keys: pa.Array, *, explicit: bool, certain: bool = False, weak: bool = False
    ) -> None:
        """Note values that fill their cells and are all of a kind."""
        size = len(cells)
        if size:
            self.hits.append(
                Hits(cells, keys, np.full(size, explicit), np.full(size, weak), np.ones(size, np.bool_), certain)
            )

    def miss(self, cells: Integers, explicit: Mask | None = None) -> None:
        """Note what has the shape and is no value."""
        if len(cells):
            self.misses.append((cells, np.zeros(len(cells), np.bool_) if explicit is None else explicit))

    def leave(self, cells: Integers) -> None:
        """Leave cells to the plain way."""
        self.open[cells] = True

    def touch(self) -> None:
        """Note which cells hold anything for the entity."""
        touched = self.open.copy()
        for hits in self.hits:
            touched[hits.cells] = True
        for missed, _ in self.misses:
            touched[missed] = True
        self.touched = touched

    def hit_cells(self) -> Integers:
        """Give the cells of all hits."""
        return np.concatenate([one.cells for one in self.hits]) if self.hits else _NONE


def slices(cells: Cells, starts: Integers, ends: Integers) -> pa.Array:
    """Take pieces of the joined text as an Arrow array; they are valid UTF-8 by themselves."""
    lengths = ends - starts
    offsets = np.zeros(len(starts) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    shift = np.repeat(starts - offsets[:-1], lengths)
    text = cells.data[np.arange(offsets[-1]) + shift]
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(text))
