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
import pyarrow.compute as pc

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

    def texts(self) -> pa.Array:
        """Give the numbers as text."""
        offsets = np.zeros(len(self.first) + 1, np.int32)
        np.cumsum(self.length, out=offsets[1:])
        shift = np.repeat(self.first - offsets[:-1], self.length)
        text = self.values[np.arange(offsets[-1]) + shift] + np.uint8(48)
        return pa.StringArray.from_buffers(len(self.first), pa.py_buffer(offsets), pa.py_buffer(text))

    def valid(self, plans: Walker) -> npt.NDArray[np.int32]:
        """Say under which plans each is valid, a bit for each."""
        return plans.walk(self.values, self.first, self.length)


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

    def led_out(self, digits: Digits, keys: pa.Array) -> pa.Array:
        """Put in the readings of numbers behind 00; null where only the plain way reads them."""
        here = np.flatnonzero(digits.begin("00") & (digits.digit(2) != 0))
        if not len(here):
            return keys
        mask = np.zeros(len(digits.first), np.bool_)
        mask[here] = True
        return pc.replace_with_mask(keys, pa.array(mask), self.international(digits.take(here).behind(2))[0])

    def national(self, digits: Digits) -> tuple[npt.NDArray[np.int32], pa.Array, Mask]:
        """Read digits as dialled in each configured region.

        Returns:
            a bit for each code under which they are valid; the joined readings, null where there are none; and which
            of them only the plain way decides.
        """
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
        return bits, self._keys(bits, digits, offsets), undecided

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

    def _keys(self, bits: npt.NDArray[np.int32], digits: Digits, offsets: dict[int, Integers]) -> pa.Array:
        """Write the readings of each number, joined; null where there is none."""
        none = pa.nulls(len(bits), pa.string())
        some = np.flatnonzero(bits)
        if not len(some):
            return none
        parts = []
        for bit, code in enumerate(self.codes):
            here = (bits[some] >> bit & 1).astype(np.bool_)
            if here.any():
                number = digits.take(some[here]).behind(offsets[code][some[here]]).texts()
                number = pc.binary_join_element_wise(f"+{code}", number, "")
                whole = pa.nulls(len(some), pa.string()) if not here.all() else number
                parts.append(number if here.all() else pc.replace_with_mask(whole, pa.array(here), number))
        joined = parts[0]
        if len(parts) > 1:
            joined = pc.binary_join_element_wise(*parts, BETWEEN_READINGS, null_handling="skip")
        return joined if len(some) == len(bits) else pc.replace_with_mask(none, pa.array(bits > 0), joined)

    def international(self, digits: Digits) -> tuple[pa.Array, Mask]:
        """Read digits behind a `+`.

        Returns:
            E.164 of each, null where it is not surely a number; and which of them surely are none.
        """
        keys = pa.nulls(len(digits.first), pa.string())
        invalid = np.zeros(len(digits.first), np.bool_)
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
            valid = right & ~unclear
            invalid[here] = ~right & ~unclear & ~taken & (rest.length > 3)
            number = pc.binary_join_element_wise(f"+{code}", rest.take(np.flatnonzero(valid)).texts(), "")
            mask = np.zeros(len(keys), np.bool_)
            mask[here[valid]] = True
            keys = pc.replace_with_mask(keys, pa.array(mask), number)
        return keys, invalid


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
