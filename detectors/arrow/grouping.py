"""How the digits of chains are grouped: what is worth a closer look, and what the plain way says of each grouping.

A grouping is a cell with its digits left out, so that a column has few of them; the plain way is asked once for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from detectors import numbering
from detectors.arrow.cells import Bytes, Cells, Integers, Mask
from detectors.arrow.dialling import Dialling
from detectors.arrow.runs import Chains
from detectors.phone_groups import MOST_GROUPS, Group, parted, segments, windows
from detectors.phone_number import MOST_DIGITS, PhoneNumber

FEWEST = 7
"""Digits of what is worth a look."""
_KEPT = 2000
"""Groupings that are kept between columns."""
_SOCIAL, _ACCOUNT = (1, 2, 2, 2, 3, 3), (5, 5, 11, 2)
"""Groups of French social security and account numbers."""
_COMPANY = (4, 3, 3)
"""Groups of a Belgian company's number."""
_UNCLEAR = (-1, 0, False, 0)
_ADDRESSED = 5
"""Groups from which an IPv4 address may stand among others."""


class Grouping(NamedTuple):
    """What the plain way says of a cell that one chain fills, by its groups and marks alone."""

    hit: int
    """Codes under which a valid number is one, a bit for each; -1 where that is not clear."""
    fits: int
    """Codes under which somebody would group a number so."""
    sole: bool
    """All groups are one number or there is none, if no group of `zeros` begins with 0."""
    zeros: int
    """Groups with which a part of them that could be a number begins, if it begins with 0: a bit for each."""


class Groupings:
    """What is known of groupings; kept between columns."""

    def __init__(self, detector: PhoneNumber, dialling: Dialling) -> None:
        self._detector = detector
        self._dialling = dialling
        self._known: dict[str, Grouping] = {}

    def of(self, cells: Cells, chains: Chains) -> tuple[Integers, Integers, Mask]:
        """Look at cells that one chain fills, with `+` and an opening bracket in front.

        Returns:
            `hit` and `fits` of each chain's `Grouping`, and whether no part of its groups is a number.
        """
        encoded = _masked(cells, chains).dictionary_encode()
        if len(self._known) > _KEPT:
            self._known.clear()
        told = [self._grouping(one) for one in encoded.dictionary.to_pylist()]
        index = encoded.indices.to_numpy(zero_copy_only=False)
        hit, fits, sole, zeros = np.array(told, np.int64).reshape(-1, 4).T
        alone = (sole > 0)[index]
        for nth in range(int(zeros.max(initial=0)).bit_length()):
            alone &= ~((zeros[index] >> nth & 1 > 0) & (chains.lead(nth) == 48))
        return hit[index], fits[index], alone

    def fitting(self, text: str, groups: list[Group]) -> int:
        """Give the codes under which somebody would group a number so, a bit for each."""
        codes = {numbering.region(name).code for name in self._detector.fitting(text, groups)}
        return sum(1 << bit for bit, code in enumerate(self._dialling.codes) if code in codes)

    def decimals(self, chains: Chains, leads: Bytes) -> Mask:
        """Say of two groups each with a dot between whether somebody would group a number so.

        Args:
            chains: of two groups.
            leads: the first byte of each.
        """
        sizes = np.minimum(chains.size(0), 20) * 21 + np.minimum(chains.size(1), 20)
        known, back = np.unique(sizes * 3 + np.minimum(leads - 48, 2), return_inverse=True)
        told = []
        for code in known.tolist():
            both, head = divmod(code, 3)
            one, other = divmod(both, 21)
            text = f"{head}{'5' * (one - 1)}.{'5' * other}"
            told.append(self.fitting(text, [(0, one), (one + 1, one + 1 + other)]) != 0)
        fits: Mask = np.array(told, np.bool_)[back]
        return fits

    def _grouping(self, shape: str) -> Grouping:
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = self._asked(shape)
        return known

    def _asked(self, shape: str) -> Grouping:
        lead = len(shape) - len(shape.lstrip("+ ("))
        plus = "+" in shape[:lead]
        parts = list(segments(shape, lead, len(shape), plus=plus))
        if len(parts) != 1 or len(parts[0]) > MOST_GROUPS:
            return Grouping(*_UNCLEAR)
        groups = parts[0]
        sizes = tuple(end - start for start, end in groups)
        dotted = shape.count(".") > 2
        whole = not (_dated(sizes) or sizes[: len(_SOCIAL)] == _SOCIAL or sizes == _ACCOUNT)
        clear = whole and sizes != _COMPANY and not (dotted and shape[lead] != "0")
        sole, zeros = self._parts(shape, groups, plus=plus)
        sole = sole and whole and not (dotted and len(sizes) >= _ADDRESSED)
        if plus:
            dropped = "(0)" in shape or "(5)" in shape  # the masked 5 may be the 0 that is not dialled from abroad
            return Grouping(0 if clear and not dropped else -1, 0, sole and not dropped, zeros)
        fits = self.fitting(shape, groups)
        closed = ")" in shape[groups[0][1] : groups[1][0]]
        clear = clear and shape[:lead] == ("(" if closed else "")
        return Grouping(fits if clear else -1, fits, sole, zeros)

    def _parts(self, shape: str, groups: list[Group], *, plus: bool) -> tuple[bool, int]:
        """Say whether no part of some groups could be a number that begins with another digit than 0.

        Returns:
            that, and the groups with which parts begin that could be one with 0 in front, a bit for each.
        """
        free, ones = list(shape), list(shape)
        for start, _ in groups[1:]:
            free[start] = "0"  # a run with 0 in front is parted from its neighbours by less
            ones[start] = "1"
        zeros = 0
        for low, high in windows(0, len(groups)):
            some = groups[low:high]
            counted = sum(end - start for start, end in some)
            if len(some) == len(groups) or not FEWEST <= counted <= MOST_DIGITS:
                continue
            if not parted("".join(free), groups, low, high, fresh=low == 0):
                continue
            # without 0 in front a run is one only where it fills its cell, and groups only as North America has them
            fits = len(some) > 1 and (self.fitting(shape, some) or self.fitting("".join(ones), some))
            if fits or (low == 0 and (plus or shape[groups[0][0]] == "0")):
                return False, 0
            zeros |= 1 << low
        return True, zeros


def viable(chains: Chains) -> Mask:
    """Say which chains in ASCII are worth a closer look, as the plain way does before it looks at groups."""
    if not len(chains):
        return np.zeros(0, np.bool_)
    runs, every = chains.runs, chains.every
    data = runs.cells.data
    start, end, size = runs.starts[every], runs.ends[every], runs.sizes[every]
    lead = data[start]
    inner = np.ones(len(every), np.bool_)
    inner[chains.offsets] = False
    more = np.ones(len(every), np.bool_)
    more[chains.offsets + chains.groups - 1] = False
    long_ = (size >= FEWEST) & ~(inner & _dotted(data[start - 1])) & ~(more & _dotted(data[end]))
    last = np.repeat(runs.before[chains.last + 1], chains.groups)
    found = long_ | ((lead == 48) & (last - runs.before[every] >= FEWEST))
    high = lead >= 50
    pair = (size == 3) & high & more
    ahead = np.append(size[1:], 0)
    pair &= np.append(high[1:], False)
    found |= pair & (ahead == 7)
    found |= pair & (ahead == 3) & np.append(more[1:], False) & (np.append(ahead[1:], 0) == 4)
    promising: Mask = np.logical_or.reduceat(found, chains.offsets)
    return promising


def _dated(sizes: Sequence[int]) -> bool:
    """Say whether three groups of some sizes could be a date."""
    threes = (sizes[at : at + 3] for at in range(len(sizes) - 2))
    return any((max(three[1:]) <= 2 and three[0] == 4) or (max(three[:2]) <= 2 and three[2] == 4) for three in threes)


def _dotted(byte: Bytes) -> Mask:
    found: Mask = (byte == 45) | (byte == 46)
    return found


def _masked(cells: Cells, chains: Chains) -> pa.Array:
    """Give the cells with each digit as 5, but for the very first, which stays 0 or 1."""
    begin, end = cells.starts[chains.cells], cells.ends[chains.cells]
    lengths = end - begin
    offsets = np.zeros(len(begin) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    shift = np.repeat(begin - offsets[:-1], lengths)
    text = _FIVES[cells.data[np.arange(offsets[-1]) + shift]]
    text[offsets[:-1] + (chains.starts - begin)] = _LEADS[cells.data[chains.starts]]
    return pa.StringArray.from_buffers(len(begin), pa.py_buffer(offsets), pa.py_buffer(text))


_FIVES = np.arange(256, dtype=np.uint8)
_FIVES[48:58] = 53
_LEADS = _FIVES.copy()
_LEADS[48:50] = [48, 49]
