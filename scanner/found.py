"""Matches on their way to the inventory: tokens, fields and packed locators as columns, sorted at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.interface import Locators
from inventory.handover import Handover
from inventory.keys import TOKEN_BYTES, Sealer
from inventory.locators import PLAIN_BELOW, pack

Integers = npt.NDArray[np.int64]


class PackedLocators:
    """The packed locators of a batch's rows, made when they are asked for; a record's fields share the work."""

    def __init__(self, locators: Locators, sealer: Sealer) -> None:
        self._locators = locators
        self._sealer = sealer
        self._packed: dict[int, bytes] = {}
        self._numbers = _numbers(locators)

    def of(self, rows: Integers) -> list[bytes]:
        """Give the locators of some rows, from 0."""
        if self._numbers is not None:
            return _varints(self._numbers[rows])
        return [self._one(row) for row in rows.tolist()]

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


def _varints(numbers: Integers) -> list[bytes]:
    """Pack small numbers as `inventory.locators.pack` does."""
    lengths = 1 + (numbers >= 1 << 7) + (numbers >= 1 << 14) + (numbers >= 1 << 21)
    table = np.empty((len(numbers), 5), np.uint8)
    table[:, 0] = ord("I")
    for step in range(4):
        table[:, step + 1] = (numbers >> 7 * step & 0x7F) | np.where(lengths > step + 1, 0x80, 0)
    raw, ends = table.tobytes(), (np.arange(len(numbers)) * 5 + 1 + lengths).tolist()
    return [raw[at * 5 : end] for at, end in enumerate(ends)]


@dataclass(repr=False)
class Found:
    """What a task found so far."""

    fields: list[str] = field(default_factory=list)
    """Names of fields that hold something."""
    count: int = 0
    _tokens: list[bytes] = field(default_factory=list)
    _fields: list[Integers] = field(default_factory=list)
    _ambiguous: list[Integers] = field(default_factory=list)
    _locators: list[bytes] = field(default_factory=list)

    def add(
        self, name: str, tokens: Sequence[bytes], locators: Sequence[bytes], ambiguous: Sequence[int] | None = None
    ) -> None:
        """Take in locations of one field; `ambiguous`: 1 for each that is one of several readings."""
        if not tokens:
            return
        if name not in self.fields:
            self.fields.append(name)
        self.count += len(tokens)
        self._tokens.extend(tokens)
        self._locators.extend(locators)
        self._fields.append(np.full(len(tokens), self.fields.index(name)))
        self._ambiguous.append(np.zeros(len(tokens), np.int64) if ambiguous is None else np.array(ambiguous))

    def handover(self) -> Handover:
        """Sort and pack all of it."""
        if not self.count:
            return Handover()
        heads = np.frombuffer(b"".join(self._tokens), ">u8").reshape(-1, TOKEN_BYTES // 8)
        order = np.lexsort((heads[:, 1], heads[:, 0]))
        places = order.tolist()
        return Handover.of(
            [self._tokens[at] for at in places],
            np.concatenate(self._fields)[order].tolist(),
            [self._locators[at] for at in places],
            np.concatenate(self._ambiguous)[order].tolist(),
        )
