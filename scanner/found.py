"""Matches on their way to the inventory: tokens, fields and packed locators as columns, sorted at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import Locators
from inventory.handover import Handover
from inventory.keys import Sealer
from inventory.locations import Integers, Locations, Octets, Packed
from inventory.locators import PLAIN_BELOW, pack


class PackedLocators:
    """The packed locators of a batch's rows, made when they are asked for; a record's fields share the work."""

    def __init__(self, locators: Locators, sealer: Sealer) -> None:
        self._locators = locators
        self._sealer = sealer
        self._packed: dict[int, bytes] = {}
        self._numbers = _numbers(locators)

    def of(self, rows: Integers) -> Packed:
        """Give the locators of some rows, from 0."""
        if self._numbers is not None:
            return _varints(self._numbers[rows])
        return Packed.of([self._one(row) for row in rows.tolist()])

    def _one(self, row: int) -> bytes:
        held = self._packed.get(row)
        if held is None:
            held = self._packed[row] = pack(self._locators.at(row), self._sealer)
        return held


def _numbers(locators: Locators) -> Integers | None:
    """Give the locators as numbers, where each is one small number; text counts if it is written as one is."""
    if len(locators.slots) != 1 or locators.slots[0].null_count:
        return None
    slot = locators.slots[0]
    if not pa.types.is_integer(slot.type):
        if not pc.all(pc.match_substring_regex(slot, "^(?:0|[1-9][0-9]{0,7})$")).as_py():
            return None
        slot = slot.cast(pa.int64())
    numbers: Integers = slot.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers if len(numbers) == 0 or (numbers.min() >= 0 and numbers.max() < PLAIN_BELOW) else None


def _varints(numbers: Integers) -> Packed:
    """Pack small numbers as `inventory.locators.pack` does."""
    lengths = 2 + (numbers >= 1 << 7) + (numbers >= 1 << 14) + (numbers >= 1 << 21)
    table = np.empty((len(numbers), 5), np.uint8)
    table[:, 0] = ord("I")
    for step in range(4):
        table[:, step + 1] = (numbers >> 7 * step & 0x7F) | np.where(lengths > step + 2, 0x80, 0)
    return Packed(table[np.arange(5) < lengths[:, None]], lengths)


@dataclass(repr=False)
class Found:
    """What a task found so far."""

    fields: list[str] = field(default_factory=list)
    """Names of fields that hold something."""
    count: int = 0
    _parts: list[Locations] = field(default_factory=list)

    def add(self, name: str, tokens: Octets, locators: Packed, ambiguous: Integers | None = None) -> None:
        """Take in locations of one field.

        Args:
            name: of the field.
            tokens: a row for each location.
            locators: likewise.
            ambiguous: 1 for each that is one of several readings, else 0; None: none is.
        """
        size = len(tokens)
        if not size:
            return
        if name not in self.fields:
            self.fields.append(name)
        self.count += size
        if ambiguous is None:
            ambiguous = np.zeros(size, np.int64)
        self._parts.append(Locations(tokens, np.full(size, self.fields.index(name)), locators, ambiguous))

    def handover(self) -> Handover:
        """Sort and pack all of it."""
        return Handover.of(Locations.joined(self._parts).sorted()) if self.count else Handover()
