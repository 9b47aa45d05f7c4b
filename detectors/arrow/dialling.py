"""Digits to telephone numbers: the readings of many numbers at once, in the configured regions.

The rules are those of `numbering.national` and `numbering.international`, for regions that dial one digit in front of
their numbers (0, or 1 in North America); other regions are left to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from detectors import numbering
from detectors.arrow.cells import Bytes, Integers, Mask
from detectors.arrow.plans import Walker, walker
from detectors.interface import BETWEEN_READINGS

_LONGEST = 32
_AHEAD = 20
"""Digits that may be looked at behind the last number."""
_WORTH = 16
"""Numbers of a column from which the plan of a country that is not configured is worth its making."""
NORTH_AMERICA = numbering.NORTH_AMERICA


@dataclass(frozen=True, repr=False)
class Digits:
    """Numbers as digits: values 0 to 9, one number behind the other."""

    values: Bytes
    """Some zeros stand behind the last."""
    first: Integers
    """Where each number starts."""
    length: Integers

    @classmethod
    def of(cls, data: Bytes, starts: Integers, ends: Integers) -> Digits:
        """Take the digits out of pieces of text; each piece has some."""
        lengths = ends - starts
        begin = np.cumsum(lengths) - lengths
        text = data[np.arange(int(lengths.sum())) + np.repeat(starts - begin, lengths)] - np.uint8(48)
        digit = text < 10
        if digit.all():
            return cls(np.append(text, np.zeros(_AHEAD, np.uint8)), begin, lengths)
        counted = np.add.reduceat(digit, begin, dtype=np.int64) if len(begin) else lengths
        return cls(np.append(text[digit], np.zeros(_AHEAD, np.uint8)), np.cumsum(counted) - counted, counted)

    def take(self, at: Integers) -> Digits:
        """Keep some of the numbers."""
        return Digits(self.values, self.first[at], self.length[at])

    def behind(self, count: Integers | int) -> Digits:
        """Leave off digits in front."""
        return Digits(self.values, self.first + count, self.length - count)

    def digit(self, nth: int) -> Bytes:
        """Give the nth digit of each number, from 0; what it is where there are fewer says nothing."""
        return self.values[self.first + nth]

    def begin(self, prefix: str) -> Mask:
        """Say which begin with some digits."""
        found = self.length >= len(prefix)
        for step, digit in enumerate(prefix):
            found &= self.digit(step) == int(digit)
        return found

    def valid(self, plans: Walker) -> npt.NDArray[np.int32]:
        """Say under which plans each is valid, a bit for each."""
        return plans.walk(self.values, self.first, self.length)


@dataclass(frozen=True, repr=False)
class Readings:
    """What numbers are read as; arrays of equal length, one entry for each number."""

    digits: Digits
    codes: tuple[int, ...]
    bits: npt.NDArray[np.int32]
    """Codes under which it is valid as dialled, a bit for each."""
    offsets: dict[int, Integers]
    """By code: how many digits are left off in front of it."""
    single: Integers
    """The code of a number in international notation, which has no other reading; 0 for others."""
    behind: Integers
    """How many digits are left off in front of that one."""
    undecided: Mask
    """Only the plain way decides."""

    @property
    def valid(self) -> Mask:
        """Which are a number."""
        found: Mask = (self.bits > 0) | (self.single > 0)
        return found

    def keys(self, at: Integers) -> pa.Array:
        """Write the readings of some numbers, joined; each of them is valid."""
        single = self.single[at]
        bits = np.where(single > 0, 0, self.bits[at])
        some = np.flatnonzero(single)
        rows, codes, offsets = [some], [single[some]], [self.behind[at[some]]]
        for bit, code in enumerate(self.codes):
            some = np.flatnonzero(bits >> bit & 1)
            if len(some):
                rows.append(some)
                codes.append(np.full(len(some), code))
                offsets.append(self.offsets[code][at[some]])
        row = np.concatenate(rows)
        order = np.argsort(row, kind="stable")
        row = row[order]
        return _written(
            self.digits.take(at[row]).behind(np.concatenate(offsets)[order]), row, np.concatenate(codes)[order]
        )


class Dialling:
    """What is known of the configured regions."""

    def __init__(self, regions: tuple[str, ...]) -> None:
        """Look at regions, ISO 3166-1 alpha-2."""
        plans = [numbering.region(name) for name in regions]
        self.codes = tuple(dict.fromkeys(plan.code for plan in plans))
        """Country codes in the order of the regions; each gives one reading."""
        self.american = not {"US", "CA"}.isdisjoint(regions)
        self._walker: Walker | None = walker(self.codes) if all(map(_simple, plans)) else None
        several = {code: [plan for plan in plans if plan.code == code] for code in self.codes}
        self._stripped = {code: np.any([_stripped(plan) for plan in some], 0) for code, some in several.items()}
        self._prefixed = {code: np.any([_prefixed(plan) for plan in some], 0) for code, some in several.items()}
        self._longest = {
            code: max(max(plan.area.lengths, default=0) for plan in some) for code, some in several.items()
        }
        self._trunk = {plan.code: plan.trunk for plan in plans}
        self._rare = {code: _alternatives(some[0])[1:] for code, some in several.items()}

    @property
    def simple(self) -> bool:
        """Whether the regions are such that anything is decided here."""
        return self._walker is not None

    def out(self, digits: Digits) -> Mask:
        """Say which begin with what may lead out of a country."""
        zeros = digits.begin("00") & (digits.digit(2) != 0)
        return zeros | (digits.begin("011") & (digits.length > 12)) if self.american else zeros

    def led_out(self, read: Readings) -> Readings:
        """Read numbers behind 00 anew, as what stands behind a `+`; those that are none there have no reading left."""
        here = np.flatnonzero(read.digits.begin("00") & (read.digits.digit(2) != 0))
        if not len(here):
            return read
        abroad, _ = self.international(read.digits.take(here).behind(2))
        read.bits[here], read.single[here], read.behind[here] = 0, abroad.single, abroad.behind + 2
        return read

    def national(self, digits: Digits) -> Readings:
        """Read digits as dialled in each configured region."""
        assert self._walker is not None  # noqa: S101 `simple` was asked
        lead, sizes = digits.digit(0), np.minimum(digits.length, _LONGEST - 1)
        zero = lead == 0
        offset = zero.astype(np.int64)
        bits = digits.behind(offset).valid(self._walker)
        undecided = np.zeros(len(bits), np.bool_)
        offsets = dict.fromkeys(self.codes, offset)
        for bit, code in enumerate(self.codes):
            mask = np.int32(1 << bit)
            for prefix in self._rare[code]:
                undecided |= digits.begin(prefix)
            if code == NORTH_AMERICA:
                bits[zero | (lead == 1)] &= ~mask
                offsets[code] = self._behind_one(bits, digits, mask, offset.copy())
                continue
            bits[zero & ~self._stripped[code][sizes]] &= ~mask
            prefixed = np.flatnonzero(~zero & digits.begin(str(code)))
            undecided[prefixed] |= self._prefixed[code][sizes[prefixed]]
            bits[prefixed[digits.length[prefixed] > self._longest[code]]] &= ~mask
        none = np.zeros(len(bits), np.int64)
        return Readings(digits, self.codes, bits, offsets, none, none.copy(), undecided)

    def _behind_one(self, bits: npt.NDArray[np.int32], digits: Digits, mask: np.int32, offset: Integers) -> Integers:
        """Read North American numbers behind the 1 that is dialled in front of them."""
        one, strips = walker((NORTH_AMERICA,)), self._stripped[NORTH_AMERICA]
        ones = np.flatnonzero((digits.digit(0) == 1) & strips[np.minimum(digits.length, _LONGEST - 1)])
        if one is not None and len(ones):
            some = digits.take(ones)
            again = (some.digit(1) == 1) & strips[np.minimum(some.length - 1, _LONGEST - 1)]
            offset[ones] = 1 + again
            bits[ones] |= np.where(some.behind(1 + again).valid(one) > 0, mask, 0)
        return offset

    def international(self, digits: Digits) -> tuple[Readings, Mask]:
        """Read digits behind a `+`.

        Returns:
            their readings, none where they are not surely a number; and which of them surely are none.
        """
        size = len(digits.first)
        invalid, single, behind = np.zeros(size, np.bool_), np.zeros(size, np.int64), np.zeros(size, np.int64)
        codes = _codes(digits)
        for code, count in zip(*(one.tolist() for one in np.unique(codes, return_counts=True)), strict=True):
            plan = abroad(code) if code in self.codes or count >= _WORTH else None
            if plan is None:
                continue
            here = np.flatnonzero(codes == code)
            rest = digits.take(here).behind(len(str(code)))
            taken = np.zeros(len(here), np.bool_)
            for prefix in plan.prefixes:
                taken |= rest.begin(prefix)
            if code in self._trunk:
                # what is dialled in front inside the country is sometimes written behind its code too
                strips = self._stripped[code][np.clip(rest.length, 0, _LONGEST - 1)]
                rest = rest.behind((rest.digit(0) == int(self._trunk[code])) & strips)
                unclear = np.zeros(len(here), np.bool_)
                for prefix in self._rare[code]:
                    unclear |= rest.begin(prefix)
            else:
                unclear = taken
            right = (rest.valid(plan.walker) > 0) & (rest.length > 3)
            single[here[right & ~unclear]] = code
            behind[here] = rest.first - digits.first[here]
            invalid[here] = ~right & ~unclear & ~taken & (rest.length > 3)
        bits = np.zeros(size, np.int32)
        return Readings(digits, (), bits, {}, single, behind, np.zeros(size, np.bool_)), invalid


def _written(numbers: Digits, rows: Integers, codes: Integers) -> pa.Array:
    """Write numbers in E.164, those of a row joined.

    Args:
        numbers: national numbers.
        rows: the row of each, ascending from 0 without a gap.
        codes: the country code of each.

    Returns:
        a text for each row.
    """
    size = 2 + (codes > 9) + (codes > 99)
    joined = np.append(rows[1:] == rows[:-1], np.zeros(min(1, len(rows)), np.bool_))
    whole = size + numbers.length + joined * len(BETWEEN_READINGS)
    ends = np.cumsum(whole)
    starts = ends - whole
    text = np.empty(int(whole.sum()), np.uint8)
    text[starts] = ord("+")
    for code in np.unique(codes).tolist():
        here = starts[codes == code]
        for step, digit in enumerate(str(code), 1):
            text[here + step] = ord(digit)
    for step, byte in enumerate(reversed(BETWEEN_READINGS.encode()), 1):
        text[ends[joined] - step] = byte
    counted = np.cumsum(numbers.length) - numbers.length
    every = np.arange(int(numbers.length.sum()))
    source = every + np.repeat(numbers.first - counted, numbers.length)
    text[every + np.repeat(starts + size - counted, numbers.length)] = numbers.values[source] + np.uint8(48)
    opens = np.flatnonzero(np.diff(rows, prepend=-1))
    offsets = np.append(starts[opens], len(text)).astype(np.int32)
    return pa.StringArray.from_buffers(len(opens), pa.py_buffer(offsets), pa.py_buffer(text))


@dataclass(frozen=True, repr=False)
class Abroad:
    """How numbers of a country code are written behind a `+`."""

    walker: Walker
    prefixes: tuple[str, ...]
    """What may be taken off in front of a number: literal digits."""


@cache
def abroad(code: int) -> Abroad | None:
    """Give what is known of a country code; None where only the plain way reads its numbers."""
    plan, walks = numbering.main_region(code), walker((code,))
    prefixes = _alternatives(plan) if plan is not None else []
    if plan is None or plan.irregular or walks is None or not all(one.isdigit() for one in prefixes):
        return None
    return Abroad(walks, tuple(prefixes))


def _codes(digits: Digits) -> Integers:
    """Give the country code with which digits begin, 0 where there is none."""
    first, second, third = (digits.digit(nth).astype(np.int64) for nth in range(3))
    return _begun()[first * 100 + second * 10 + third]


@cache
def _begun() -> Integers:
    """Make a table from three digits to the country code with which they begin; none begins as another does."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415 160 ms, and only phones need it

    found = np.zeros(1000, np.int64)
    for code in COUNTRY_CODE_TO_REGION_CODE:
        step = 10 ** (3 - len(str(code)))
        found[code * step : (code + 1) * step] = code
    return found


def _alternatives(plan: numbering.Region) -> list[str]:
    """Give what is taken off in front of a number, if that is but a few literal digits."""
    return plan.strip.pattern.split("|") if plan.strip is not None else []


def _simple(plan: numbering.Region) -> bool:
    """Say whether a region's numbers are dialled with one digit in front that none of them begins with."""
    taken, digit = _alternatives(plan), plan.trunk
    return (
        not plan.irregular
        and (not plan.bare_forms or plan.code == NORTH_AMERICA)
        and digit == ("1" if plan.code == NORTH_AMERICA else "0")
        and taken[:1] == [digit]
        and all(one.isdigit() for one in taken)
        and bool(plan.area.lengths)
        and all(area.general.match(digit) is None for area in numbering.areas(plan.code))
    )


def _stripped(plan: numbering.Region) -> Mask:
    """Say by the length of dialled digits whether the digit in front is taken off."""
    lengths = plan.area.lengths
    most = max(lengths, default=0)
    return np.array([size - 1 in lengths or size - 1 > most for size in range(_LONGEST)])


def _prefixed(plan: numbering.Region) -> Mask:
    """Say by the length of digits that begin with the country code whether the rest could be a number by itself."""
    rest = range(-len(str(plan.code)), _LONGEST - len(str(plan.code)))
    return np.array([size in plan.area.lengths or size - 1 in plan.area.lengths for size in rest])
