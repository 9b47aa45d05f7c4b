"""Telephone numbers at once: chains that cannot be one, and cells that one number fills.

Every rule here repeats one of `detectors.phone_number`, for the clear cases alone. Numbers inside longer texts are left
open as soon as they could be valid.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors import numbering
from detectors.arrow.cells import Bytes, Cells, Integers, Mask
from detectors.arrow.outcome import Outcome
from detectors.arrow.plans import Walker, walker
from detectors.arrow.runs import ALNUM, Chains, Runs, table
from detectors.interface import BETWEEN_READINGS
from detectors.phone_groups import segments
from detectors.phone_number import _COUNTING, _PHONE_LABEL, PhoneNumber

SEPARATORS, MOST_SEPARATORS = " ().-/", 3
FEWEST, MOST = 7, 15
_SPACE = table(" \t\r\n\v\f\x1c\x1d\x1e\x1f")
_EXTENSION_STARTS = table(" ,;xX#eEpPdDiI")
_ENDS_LABEL = table("\"'=:.,/- \t\r\v\f\x1c\x1d\x1e\x1f" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_WINDOW = 32
_SHORT = 36
"""Characters of a chain, or of a cell, from which a bare number counts for nothing."""
_SHAPES = 2000
"""Different shapes of a column up to which each is looked at."""


class PhonePlan:
    """What is known of the configured regions."""

    def __init__(self, detector: PhoneNumber) -> None:
        """Look at the regions of a detector's settings."""
        self.detector = detector
        self.regions = detector.settings.phone_regions
        plans = [numbering.region(name) for name in self.regions]
        self.codes = tuple(dict.fromkeys(plan.code for plan in plans))
        """Country codes in the order of the regions; each gives one reading."""
        self.walker: Walker | None = walker(self.codes) if all(map(_simple, plans)) else None
        by_code = {code: [plan for plan in plans if plan.code == code] for code in self.codes}
        self.stripped = {code: np.any([_stripped(plan) for plan in several], 0) for code, several in by_code.items()}
        self.prefixed = {code: np.any([_prefixed(plan) for plan in several], 0) for code, several in by_code.items()}
        self.longest = {code: max(max(plan.area.lengths, default=0) for plan in by_code[code]) for code in self.codes}
        self.trunk = {plan.code: plan.trunk for plan in plans}
        self.rare = {code: _alternatives(several[0])[1:] for code, several in by_code.items()}
        """Longer prefixes that are taken off as well."""
        self.american = "US" in self.regions or "CA" in self.regions
        self.labels: dict[bytes, bool] = {}
        self.shapes: dict[str, tuple[str, int]] = {}


def _alternatives(plan: numbering.Region) -> list[str]:
    """Give what is taken off in front of a number, if that is but a few literal digits."""
    return plan.strip.pattern.split("|") if plan.strip is not None else []


def _simple(plan: numbering.Region) -> bool:
    """Say whether a region's numbers are dialled with one digit in front that none of them begins with."""
    taken, digit = _alternatives(plan), plan.trunk
    return (
        not plan.irregular
        and digit == ("1" if plan.code == numbering.NORTH_AMERICA else "0")
        and taken[:1] == [digit]
        and all(one.isdigit() for one in taken)
        and bool(plan.area.lengths)
        and all(area.general.match(digit) is None for area in numbering._areas(plan.code))  # noqa: SLF001 one room
    )


def _stripped(plan: numbering.Region) -> Mask:
    """Say by the length of dialled digits whether the digit in front is taken off."""
    lengths = plan.area.lengths
    most = max(lengths, default=0)
    return np.array([size - 1 in lengths or size - 1 > most for size in range(32)])


def _prefixed(plan: numbering.Region) -> Mask:
    """Say by the length of digits that begin with the country code whether the rest could be a number by itself."""
    rest = range(-len(str(plan.code)), 32 - len(str(plan.code)))
    return np.array([size in plan.area.lengths or size - 1 in plan.area.lengths for size in rest])


class Phones:
    """One column seen as telephone numbers."""

    def __init__(self, cells: Cells, runs: Runs, plan: PhonePlan) -> None:
        self._cells = cells
        self._plan = plan
        self._runs = runs
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through the chains of seven digits and more."""
        chains = self._runs.chains(SEPARATORS, MOST_SEPARATORS, FEWEST)
        if not len(chains):
            return self.outcome
        if self._plan.walker is None:
            self.outcome.leave(chains.cells)
            return self.outcome
        chains = self._without_strange(chains)
        chains = self._without_parts(chains)
        plus = self._plus(chains)
        whole = self._whole(chains, plus)
        self.outcome.leave(chains.cells[(plus > 0) & ~whole])
        single = (chains.groups == 1) & (plus == 0)
        grouped = (chains.groups > 1) & (plus == 0)
        self._bare(chains.take(single), whole[single])
        self._grouped(chains.take(grouped), whole[grouped])
        written = whole & (plus > 0)
        self._international(chains.take(written), plus[written])
        return self.outcome

    def _byte(self, places: Integers) -> Bytes:
        return self._cells.data[np.maximum(places, 0)]

    def _without_strange(self, chains: Chains) -> Chains:
        """Leave chains open that touch URL escapes or characters outside ASCII."""
        before, behind = self._byte(chains.starts - 1), self._byte(np.minimum(chains.ends, len(self._cells.data) - 1))
        third = self._byte(chains.starts - 3)
        strange = chains.odd | (before == 37) | (before >= 0x80) | (behind == 37) | (behind >= 0x80)
        strange |= ALNUM[before] & (third == 37)
        self.outcome.leave(chains.cells[strange])
        return chains.take(~strange)

    def _without_parts(self, chains: Chains) -> Chains:
        """Drop chains that what stands in front makes a part of something else: `_is_part` and `_IDLE` there."""
        before, second = self._byte(chains.starts - 1), self._byte(chains.starts - 2)
        third = self._byte(chains.starts - 3)
        part = ALNUM[before]
        joined = ((before == 45) | (before == 46)) & (ALNUM[second] | (second >= 0x80))
        for at in np.flatnonzero(joined).tolist():
            labelled = self._labelled(int(chains.starts[at]))
            part[at] |= labelled is False
            if labelled is None:
                self.outcome.leave(chains.cells[at : at + 1])
        part |= (before == 44) & (second == 48) & ~((third >= 48) & (third <= 57))
        part |= (chains.groups == 1) & (chains.size(0) > MOST)
        part |= self._moments(chains)
        return chains.take(~part)

    def _moments(self, chains: Chains) -> Mask:
        """Find the dates of machines, alone or before an hour."""
        sizes = [chains.size(nth) for nth in range(4)]
        gaps = [chains.gap(nth) for nth in range(3)]
        count = chains.groups
        single = (chains.wide_gap(0) == 1) & (chains.wide_gap(1) == 1) & (gaps[0] == gaps[1])
        hour = (count == 3) | ((count == 4) & (sizes[3] == 2) & (gaps[2] == 32) & (chains.wide_gap(2) == 1))
        data, first = self._cells.data, chains.starts
        two = (data[first].astype(np.int16) - 48) * 10 + data[first + 1] - 48
        year_first = (sizes[0] == 4) & (sizes[1] == 2) & (sizes[2] == 2) & ((two == 19) | (two == 20))
        year_first &= (gaps[0] == 45) | (gaps[0] == 46) | (gaps[0] == 47)
        month, day = self._byte(first + 5), self._byte(np.minimum(first + 8, len(data) - 1))
        year_first &= (month <= 49) & (day <= 51)
        last_hour = self._byte(np.minimum(first + 11, len(data) - 1))
        found = single & hour & year_first & ((count == 3) | (last_hour <= 50))
        return found

    def _day_first(self, chains: Chains) -> Mask:
        """Find dates that end with a year of four digits, alone or before an hour."""
        sizes = [chains.size(nth) for nth in range(4)]
        gaps = [chains.gap(nth) for nth in range(3)]
        data = self._cells.data
        low = np.minimum(chains.first + 2, chains.last)
        year = self._runs.starts[low]
        century = (data[year].astype(np.int16) - 48) * 10 + self._byte(np.minimum(year + 1, len(data) - 1)) - 48
        shaped = (sizes[0] <= 2) & (sizes[1] <= 2) & (sizes[2] == 4) & ((century == 19) | (century == 20))
        shaped &= (gaps[0] == 45) | (gaps[0] == 46) | (gaps[0] == 47) | (gaps[0] == 32)
        shaped &= (chains.wide_gap(0) == 1) & (chains.wide_gap(1) == 1) & (gaps[0] == gaps[1])
        shaped &= (chains.groups == 3) | ((chains.groups == 4) & (sizes[3] <= 2))
        day, month = self._small(chains, 0), self._small(chains, 1)
        shaped &= (day >= 1) & (month >= 1) & (day <= 31) & (month <= 31) & (np.minimum(day, month) <= 12)
        return shaped

    def _small(self, chains: Chains, nth: int) -> Integers:
        """Read a run of one or two digits; of longer ones, nothing that means anything."""
        at = np.minimum(chains.first + nth, chains.last)
        start, size = self._runs.starts[at], self._runs.sizes[at]
        data = self._cells.data
        one = data[start].astype(np.int64) - 48
        two = data[np.minimum(start + 1, len(data) - 1)].astype(np.int64) - 48
        return np.where(size == 1, one, one * 10 + two)

    def _plus(self, chains: Chains) -> Integers:
        """Give how many bytes before the first digit a `+` stands, 0 where none does."""
        found = np.zeros(len(chains), np.int64)
        open_ = np.ones(len(chains), np.bool_)
        for step in (1, 2, 3):
            byte = self._byte(chains.starts - step)
            found[open_ & (byte == 43)] = step
            open_ &= (byte == 32) | (byte == 40)
        return found

    def _whole(self, chains: Chains, plus: Integers) -> Mask:
        """Say which chains fill their cell, with `+` and an opening bracket."""
        starts = chains.starts - plus
        bracket = (self._byte(starts - 1) == 40) & (plus == 0)
        cells = chains.cells
        return (starts - bracket == self._cells.starts[cells]) & (chains.ends == self._cells.ends[cells])

    # bare digits

    def _bare(self, chains: Chains, whole: Mask) -> None:
        filling = chains.take(whole)
        self._bare_cells(filling.take(self._byte(filling.starts - 1) != 40))
        self.outcome.leave(filling.cells[self._byte(filling.starts - 1) == 40])
        self._bare_inside(chains.take(~whole))

    def _bare_cells(self, chains: Chains) -> None:
        """Decide cells of nothing but 7 to 15 digits."""
        cells, first = chains.cells, chains.starts
        length, lead = chains.digits, self._byte(chains.starts)
        keys, abroad = self._dialled(first, length)
        hit = np.asarray(pc.is_valid(keys))
        hit &= ~self._counting(first, length, hit)
        for zero in (True, False):
            here = np.flatnonzero(hit & ((lead == 48) == zero))
            self.outcome.hit(cells[here], keys.take(pa.array(here)), explicit=False, weak=not zero)
        self.outcome.miss(cells[~hit])
        self.outcome.leave(cells[abroad])

    def _bare_inside(self, chains: Chains) -> None:
        """Decide runs inside longer texts: without label a number without trunk prefix is none."""
        cells, starts, ends = chains.cells, chains.starts, chains.ends
        behind, after = self._byte(ends), self._byte(np.minimum(ends + 1, len(self._cells.data) - 1))
        taken = ALNUM[behind] | (behind == 64) | ((behind == 45) & ALNUM[after])
        none = taken.copy()
        zero = self._byte(starts) == 48
        maybe = ~taken & (_EXTENSION_STARTS[behind] & self._extends(ends))
        maybe |= ~taken & ~zero & self._alone(chains)
        rest = np.flatnonzero(~taken & ~maybe & zero)
        if len(rest):
            keys, abroad = self._dialled(starts[rest], chains.digits[rest])
            possible = np.asarray(pc.is_valid(keys)) | abroad
            maybe[rest[possible]] = True
            none[rest[~possible]] = True
        ends_label = _ENDS_LABEL[self._byte(starts - 1)] | (self._byte(starts - 1) >= 0x80)
        for at in np.flatnonzero(~taken & ~maybe & ~zero & ends_label).tolist():
            maybe[at] = self._labelled(int(starts[at])) is not False
        none |= ~maybe & ~zero
        self.outcome.miss(cells[none & ~maybe])
        self.outcome.leave(cells[maybe])

    def _extends(self, ends: Integers) -> Mask:
        """Say whether an extension could follow: blanks and commas, then its word or sign."""
        found = np.zeros(len(ends), np.bool_)
        open_ = np.ones(len(ends), np.bool_)
        for step in range(3):
            byte = self._byte(np.minimum(ends + step, len(self._cells.data) - 1))
            lower = byte | 0x20
            found |= open_ & ((lower == 120) | (byte == 35) | (lower == 101) | (lower == 112) | (lower == 100))
            found |= open_ & ((lower == 105) | (byte == 59))
            open_ &= (byte == 32) | (byte == 44) | (byte == 59)
        return found

    def _alone(self, chains: Chains) -> Mask:
        """Say whether nothing but white space could stand beside a run in a short cell."""
        cells = chains.cells
        begin, end = self._cells.starts[cells], self._cells.ends[cells]
        first, last = self._byte(begin), self._byte(end - 1)
        in_front = (begin == chains.starts) | _SPACE[first] | (first >= 0x80)
        behind = (end == chains.ends) | _SPACE[last] | (last >= 0x80)
        return in_front & behind

    def _labelled(self, start: int) -> bool | None:
        """Say whether a word for telephone stands right in front; None where the plain way has to say."""
        cells = self._cells
        begin = int(cells.starts[cells.at(np.array([start]))[0]])
        window = cells.raw[max(begin, start - _WINDOW) : start]
        found = self._plan.labels.get(window)
        if found is None:
            if not window.isascii():
                return None
            found = _PHONE_LABEL.search(window.decode().lower()) is not None
            if len(self._plan.labels) > 50_000:
                self._plan.labels.clear()
            self._plan.labels[window] = found
        return found

    def _counting(self, first: Integers, length: Integers, among: Mask) -> Mask:
        """Find 0123456789 and its parts."""
        found = np.zeros(len(first), np.bool_)
        values = self._values
        ahead = among.copy()
        for step in range(6):
            at = np.flatnonzero(ahead)
            if not len(at):
                return found
            here = self._index(first[at]) + step
            ahead[at] = (values[here] + 1) % 10 == values[here + 1]
        for at in np.flatnonzero(ahead).tolist():
            found[at] = self._cells.raw[first[at] : first[at] + length[at]].decode() in _COUNTING
        return found

    # groups

    def _grouped(self, chains: Chains, whole: Mask) -> None:
        lengths = chains.ends - chains.starts
        viable, explicit = self._viable(chains)
        decimal = (chains.groups == 2) & (chains.gap(0) == 46) & (chains.wide_gap(0) == 1) & viable
        shaped = chains.digits <= MOST
        noted = ~viable & (lengths < _SHORT)
        self.outcome.miss(chains.cells[noted])
        self.outcome.miss(chains.cells[decimal & shaped], explicit[decimal & shaped])
        rest = viable & ~decimal & ~self._day_first(chains)
        self.outcome.leave(chains.cells[rest & ~whole])
        self._written(chains.take(rest & whole))

    def _viable(self, chains: Chains) -> tuple[Mask, Mask]:
        """Say which chains are worth a closer look, as `_VIABLE` there does; and what two groups with a dot count as."""
        runs, sizes, data = self._runs, self._runs.sizes, self._cells.data
        viable = np.zeros(len(chains), np.bool_)
        counted = self._cells.digits_before
        total = counted[chains.ends]
        for nth in range(int(chains.groups.max(initial=0))):
            here = np.flatnonzero((chains.groups > nth) & ~viable)
            if not len(here):
                break
            run = chains.first[here] + nth
            start, end, size = runs.starts[run], runs.ends[run], sizes[run]
            lead = data[start]
            left = total[here] - counted[start]
            found = (lead == 48) & (left >= 8)
            beside = _dotted(data[start - 1]) & (nth > 0) | _dotted(data[end]) & (run < chains.last[here])
            found |= (size >= 7) & ~beside
            second = np.minimum(run + 1, chains.last[here])
            third = np.minimum(run + 2, chains.last[here])
            there = (run < chains.last[here]) & (size == 3) & (lead >= 50) & (data[runs.starts[second]] >= 50)
            seven = there & (sizes[second] == 7)
            parted = there & (sizes[second] == 3) & (run + 1 < chains.last[here]) & (sizes[third] == 4)
            found |= seven | parted
            viable[here] |= found
        return viable, self._fitting_decimals(chains)

    def _fitting_decimals(self, chains: Chains) -> Mask:
        """Say whether two groups would be sizes in which somebody writes numbers: what an invalid one counts as."""
        first, second, lead = chains.size(0), chains.size(1), self._byte(chains.starts)
        codes = (np.minimum(first, 20) * 21 + np.minimum(second, 20)) * 3 + np.minimum(lead - 48, 2)
        table_ = np.zeros(21 * 21 * 3, np.bool_)
        two = (chains.groups == 2) & (chains.wide_gap(0) == 1)
        for code in np.unique(codes[two]).tolist():
            sizes, head = divmod(code, 3)
            one, other = divmod(sizes, 21)
            text = f"{head}{'5' * (one - 1)}.{'5' * other}"
            table_[code] = any(self._plan.detector._fitting(text, [(0, one), (one + 1, one + 1 + other)]))
        found: Mask = table_[codes]
        return found

    def _written(self, chains: Chains) -> None:
        """Decide cells that one number in groups fills."""
        if not len(chains):
            return
        codes, shapes = self._shapes(chains)
        kinds = np.array([self._plan.shapes[shape][1] for shape in shapes], np.int64)
        regions = kinds[codes]
        cells, first, length = chains.cells, chains.starts, chains.digits
        open_ = regions < 0
        open_ |= self._way_out(chains)
        index = np.flatnonzero(~open_)
        bits, keys, abroad = self._national(first[index], length[index])
        known = (bits & regions[index]) != 0
        hit = np.flatnonzero(known & ~abroad)
        self.outcome.hit(cells[index[hit]], keys.take(pa.array(hit)), explicit=True)
        open_[index[~known | abroad]] = True
        self.outcome.leave(cells[open_])

    def _way_out(self, chains: Chains) -> Mask:
        """Find digits that may begin with what leads out of a country."""
        first = self._index(chains.starts)
        values = self._values
        zeros = (values[first] == 0) & (values[first + 1] == 0)
        out = (values[first] == 0) & (values[first + 1] == 1) & (values[first + 2] == 1) & (chains.digits > 12)
        return zeros | (out if self._plan.american else np.zeros(len(first), np.bool_))

    def _shapes(self, chains: Chains) -> tuple[Integers, list[str]]:
        """Give each cell's shape: digits as 5, the first of its first group as 0, 1 or 5; and what it means."""
        encoded = _masked(self._cells, chains).dictionary_encode()
        shapes = encoded.dictionary.to_pylist()
        for shape in shapes:
            if shape not in self._plan.shapes:
                if len(self._plan.shapes) > _SHAPES:
                    self._plan.shapes.clear()
                    for one in shapes:
                        self._plan.shapes[one] = self._shape(one)
                self._plan.shapes[shape] = self._shape(shape)
        return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), shapes

    def _shape(self, shape: str) -> tuple[str, int]:
        """Say in which of the codes somebody would write a number so, a bit for each; -1 where that is not clear."""
        lead = len(shape) - len(shape.lstrip("+ ("))
        parts = list(segments(shape, lead, len(shape)))
        if len(parts) != 1 or len(parts[0]) > 9:
            return shape, -1
        groups = parts[0]
        sizes = [end - start for start, end in groups]
        dated = any(
            size == 4 and min(len(sizes) - at, 3) >= 3 and max(sizes[at + 1 : at + 3]) <= 2
            for at, size in enumerate(sizes)
        ) or any(size == 4 and at >= 2 and max(sizes[at - 2 : at]) <= 2 for at, size in enumerate(sizes))
        if dated or tuple(sizes) == (4, 3, 3):
            return shape, -1
        if "+" in shape[:lead]:
            return shape, 0
        if shape[:lead] not in ("", "(") or (shape[:lead] == "(" and ")" not in shape[groups[0][1] : groups[1][0]]):
            return shape, -1
        names = set(self._plan.detector._fitting(shape, groups))
        codes = {numbering.region(name).code for name in names}
        return shape, sum(1 << bit for bit, code in enumerate(self._plan.codes) if code in codes)

    # digits to readings

    @cached_property
    def _values(self) -> Bytes:
        """All digits of the column, 0 to 9, one behind the other, and a few zeros."""
        return np.append(self._cells.data[self._cells.digit] - np.uint8(48), np.zeros(20, np.uint8))

    def _index(self, places: Integers) -> Integers:
        """Give where the digits from a place on stand among all."""
        return self._cells.digits_before[places].astype(np.int64)

    def _dialled(self, first: Integers, length: Integers) -> tuple[pa.Array, Mask]:
        """Read bare digits as dialled: keys, null where they are no number; and which only the plain way reads."""
        _, keys, abroad = self._national(first, length)
        index = self._index(first)
        values = self._values
        out = (values[index] == 0) & (values[index + 1] == 0) & (values[index + 2] != 0)
        if self._plan.american:
            out |= (values[index] == 0) & (values[index + 1] == 1) & (values[index + 2] == 1) & (length > 12)
        return keys, abroad | out

    def _national(self, first: Integers, length: Integers) -> tuple[npt.NDArray[np.int32], pa.Array, Mask]:
        """Read digits in every configured region: bits by code, joined readings, and what is not decided here."""
        plan, index, values = self._plan, self._index(first), self._values
        assert plan.walker is not None  # noqa: S101 decided before anything else
        lead = values[index]
        zero = lead == 0
        offset = zero.astype(np.int64)
        bits = plan.walker.walk(values, index + offset, length - offset)
        undecided = np.zeros(len(first), np.bool_)
        offsets = {}
        for bit, code in enumerate(plan.codes):
            mask, sizes = np.int32(1 << bit), np.minimum(length, 31)
            for prefix in plan.rare[code]:
                undecided |= self._begins(index, prefix)
            if code == numbering.NORTH_AMERICA:
                bits[zero | (lead == 1)] &= ~mask
                offsets[code] = offset.copy()
                self._behind_one(bits, index, length, mask, offsets[code])
                continue
            bits[zero & ~plan.stripped[code][sizes]] &= ~mask
            prefixed = ~zero & self._begins(index, str(code))
            undecided |= prefixed & plan.prefixed[code][sizes]
            bits[prefixed & (length > plan.longest[code])] &= ~mask
        keys = self._keys(bits, index, length, {code: offsets.get(code, offset) for code in plan.codes})
        return bits, keys, undecided

    def _behind_one(
        self, bits: npt.NDArray[np.int32], index: Integers, length: Integers, mask: np.int32, offset: Integers
    ) -> None:
        """Read North American numbers behind the 1 that is dialled in front of them."""
        one, strips = walker((numbering.NORTH_AMERICA,)), self._plan.stripped[numbering.NORTH_AMERICA]
        ones = np.flatnonzero((self._values[index] == 1) & strips[np.minimum(length, 31)])
        again = (self._values[index[ones] + 1] == 1) & strips[np.minimum(length[ones] - 1, 31)]
        offset[ones] = 1 + again
        if one is not None and len(ones):
            valid = one.walk(self._values, index[ones] + offset[ones], length[ones] - offset[ones])
            bits[ones] |= np.where(valid > 0, mask, 0)

    def _begins(self, index: Integers, code: str) -> Mask:
        found = np.ones(len(index), np.bool_)
        for step, digit in enumerate(code):
            found &= self._values[index + step] == int(digit)
        return found

    def _keys(
        self, bits: npt.NDArray[np.int32], index: Integers, length: Integers, offsets: dict[int, Integers]
    ) -> pa.Array:
        """Write the readings of each number, joined; null where there is none."""
        none = pa.nulls(len(bits), pa.string())
        some = np.flatnonzero(bits)
        if not len(some):
            return none
        parts = []
        for bit, code in enumerate(self._plan.codes):
            here = (bits[some] >> bit & 1).astype(np.bool_)
            if here.any():
                size = length[some]
                taken = np.where(here, offsets[code][some], size)
                number = _texts(self._values, index[some] + taken, size - taken)
                number = pc.binary_join_element_wise(f"+{code}", number, "")
                parts.append(pc.if_else(pa.array(here), number, pa.scalar(None, pa.string())))
        joined = pc.binary_join_element_wise(*parts, BETWEEN_READINGS, null_handling="skip")
        return pc.replace_with_mask(none, pa.array(bits > 0), joined)

    # international

    def _international(self, chains: Chains, plus: Integers) -> None:
        """Decide cells that one number with a `+` fills."""
        if not len(chains):
            return
        codes, shapes = self._shapes(chains)
        kinds = np.array([self._plan.shapes[shape][1] for shape in shapes], np.int64)
        bracketed = np.array(["(0)" in shape or "(5)" in shape for shape in shapes], np.bool_)
        open_ = (kinds[codes] < 0) | bracketed[codes] | (plus > 1)
        for code in self._plan.codes:
            here = np.flatnonzero(~open_ & self._begins(self._index(chains.starts), str(code)))
            open_[here] = ~self._abroad(chains, here, code)
        known = np.zeros(len(chains), np.bool_)
        for code in self._plan.codes:
            known |= self._begins(self._index(chains.starts), str(code))
        self.outcome.leave(chains.cells[open_ | ~known])

    def _abroad(self, chains: Chains, here: Integers, code: int) -> Mask:
        """Decide the numbers of one country code; gives which of them were valid."""
        one = walker((code,))
        index = self._index(chains.starts[here]) + len(str(code))
        length = chains.digits[here] - len(str(code))
        trunk = self._values[index] == int(self._plan.trunk[code])
        strip = trunk & self._plan.stripped[code][np.minimum(length, 31)]
        index, length = index + strip, length - strip
        if one is None or not len(here):
            return np.zeros(len(here), np.bool_)
        valid = (one.walk(self._values, index, length) > 0) & (length > 3)
        for prefix in self._plan.rare[code]:
            valid &= ~self._begins(index, prefix)
        hit = np.flatnonzero(valid)
        number = _texts(self._values, index[hit], length[hit])
        keys = pc.binary_join_element_wise(f"+{code}", number, "")
        self.outcome.hit(chains.cells[here[hit]], keys, explicit=True)
        return valid


def _dotted(byte: Bytes) -> Mask:
    found: Mask = (byte == 45) | (byte == 46)
    return found


def _texts(values: Bytes, index: Integers, length: Integers) -> pa.Array:
    """Give runs of digits as text."""
    offsets = np.zeros(len(index) + 1, np.int32)
    np.cumsum(length, out=offsets[1:])
    shift = np.repeat(index - offsets[:-1], length)
    text = values[np.arange(offsets[-1]) + shift] + np.uint8(48)
    return pa.StringArray.from_buffers(len(index), pa.py_buffer(offsets), pa.py_buffer(text))


def _masked(cells: Cells, chains: Chains) -> pa.Array:
    """Give the cells with each digit as 5, but for the very first, which stays 0 or 1."""
    begin, end = cells.starts[chains.cells], cells.ends[chains.cells]
    lengths = end - begin
    offsets = np.zeros(len(begin) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    shift = np.repeat(begin - offsets[:-1], lengths)
    text = _FIVES[cells.data[np.arange(offsets[-1]) + shift]]
    lead = offsets[:-1] + (chains.starts - begin)
    text[lead] = _LEADS[cells.data[chains.starts]]
    return pa.StringArray.from_buffers(len(begin), pa.py_buffer(offsets), pa.py_buffer(text))


_FIVES = np.arange(256, dtype=np.uint8)
_FIVES[48:58] = 53
_LEADS = _FIVES.copy()
_LEADS[48:50] = [48, 49]
