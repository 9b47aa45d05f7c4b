"""Telephone numbers at once: chains that cannot be one, and cells that one number fills.

Every rule here repeats one of `detectors.phone_number`, for the clear cases alone. Numbers inside longer texts are left
open as soon as they could be valid.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors import numbering
from detectors.arrow.cells import Bytes, Cells, Integers, Mask
from detectors.arrow.dialling import Dialling, Digits
from detectors.arrow.outcome import Outcome
from detectors.arrow.runs import ALNUM, Chains, Runs, table
from detectors.phone_groups import segments
from detectors.phone_number import COUNTING, PHONE_LABEL, PhoneNumber

SEPARATORS, MOST_SEPARATORS = " ().-/", 3
FEWEST, MOST = 7, 15
_SPACE = table(" \t\r\n\v\f\x1c\x1d\x1e\x1f")
_WINDOW = 32
_SHORT = 36
"""Characters of a chain from which one that is no number counts for nothing."""
_SHAPES = 2000
"""Shapes that are kept between columns."""
_LABEL_GAP = table(" \t\r\n\v\f\x1c\x1d\x1e\x1f\"'=:.,/_-").astype(np.int64)
_SOCIAL = (1, 2, 2, 2, 3, 3)
"""Groups of a French social security number."""
LABEL_ENDINGS = (
    *("el", "ne", "ob", "bi", "il", "le", "ll", "re", "rt", "ax", "dy", "sm", "ms", "pp", "ck", "pe", "er", "ez"),
    *("no", "nr", "um", "ro", "is", "at", "sk", "dn", "me"),
)
"""The last two letters of all that `PHONE_LABEL` takes for a word for telephone."""
_ENDINGS = np.zeros((256, 256), np.bool_)
for _ending in LABEL_ENDINGS:
    _ENDINGS[ord(_ending[0]), ord(_ending[1])] = True


class PhonePlan:
    """What is kept between columns."""

    def __init__(self, detector: PhoneNumber) -> None:
        """Look at the regions of a detector's settings."""
        self.detector = detector
        self.dialling = Dialling(detector.settings.phone_regions)
        self.labels: dict[bytes, bool] = {}
        self.shapes: dict[str, int] = {}

    def fitting(self, text: str, groups: list[tuple[int, int]]) -> int:
        """Give the codes under which somebody would group a number so, a bit for each."""
        codes = {numbering.region(name).code for name in self.detector.fitting(text, groups)}
        return sum(1 << bit for bit, code in enumerate(self.dialling.codes) if code in codes)


class Phones:
    """One column seen as telephone numbers."""

    def __init__(self, cells: Cells, runs: Runs, plan: PhonePlan) -> None:
        self._cells = cells
        self._runs = runs
        self._plan = plan
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through the chains of seven digits and more."""
        chains = self._runs.chains(SEPARATORS, MOST_SEPARATORS, FEWEST)
        if not len(chains):
            return self.outcome
        if not self._plan.dialling.simple or self._plan.detector.fewest != FEWEST:
            self.outcome.leave(chains.cells)
            return self.outcome
        chains = self._without_parts(self._without_strange(chains))
        plus = self._plus(chains)
        whole = self._whole(chains, plus)
        self.outcome.leave(chains.cells[(plus > 0) & ~whole])
        single, signed = chains.groups == 1, plus > 0
        self._bare(chains.take(single & ~signed), whole[single & ~signed])
        self._grouped(chains.take(~single & ~signed), whole[~single & ~signed])
        self._international(chains.take(whole & signed), plus[whole & signed])
        return self.outcome

    def _byte(self, places: Integers) -> Bytes:
        """Give the bytes at some places; those before the first and behind the last are line ends."""
        return self._cells.data[np.clip(places, 0, len(self._cells.data) - 1)]

    # what is none

    def _without_strange(self, chains: Chains) -> Chains:
        """Leave chains open that touch URL escapes or characters outside ASCII."""
        if not self._cells.strange:
            return chains
        before, behind = self._byte(chains.starts - 1), self._byte(chains.ends)
        third = self._byte(chains.starts - 3)
        strange = chains.odd | (before == 37) | (before >= 0x80) | (behind == 37) | (behind >= 0x80)
        strange |= ALNUM[before] & (third == 37)
        self.outcome.leave(chains.cells[strange])
        return chains.take(~strange)

    def _without_parts(self, chains: Chains) -> Chains:
        """Drop what its neighbours make a part of something else, long runs, and the dates of machines."""
        before = self._byte(chains.starts - 1)
        part = ALNUM[before] | ((chains.groups == 1) & (chains.ends - chains.starts > MOST))
        moments = self._moments(chains)
        part[moments] = True
        marks = np.flatnonzero((before == 44) | (before == 45) | (before == 46))
        second, third = self._byte(chains.starts[marks] - 2), self._byte(chains.starts[marks] - 3)
        decimal = (before[marks] == 44) & (second == 48) & ~((third >= 48) & (third <= 57))
        part[marks[decimal]] = True
        joined = marks[(before[marks] != 44) & (ALNUM[second] | (second >= 0x80)) & ~part[marks]]
        part[joined[~self._labelled(chains.starts[joined], chains.cells[joined])]] = True
        part[moments] = False
        self._leave_rest(chains.take(part & (chains.groups > 1)))
        part[moments] = True
        return chains.take(~part)

    def _leave_rest(self, parts: Chains) -> None:
        """Leave open what has a blank inside: behind it a number may begin."""
        if len(parts):
            ends = self._runs.ends[parts.every]
            gaps = np.append(self._runs.starts[parts.every][1:], ends[-1:]) - ends
            blank = np.zeros(len(ends), np.bool_)
            for step in range(MOST_SEPARATORS):
                blank |= (gaps > step) & (self._byte(ends + step) == 32)
            blank[parts.offsets + parts.groups - 1] = False
            self.outcome.leave(parts.cells[np.logical_or.reduceat(blank, parts.offsets)])

    def _moments(self, chains: Chains) -> Integers:
        """Find the dates of machines, alone or before an hour: `_IDLE` there."""
        at = np.flatnonzero((chains.groups == 3) | (chains.groups == 4))
        at = at[(chains.size(0)[at] == 4)]
        some = chains.take(at)
        gap, first = some.gap(0), some.starts
        found = (some.size(1) == 2) & (some.size(2) == 2) & (gap == some.gap(1)) & (gap >= 45) & (gap <= 47)
        found &= (some.wide_gap(0) == 1) & (some.wide_gap(1) == 1)
        found &= self._century(first) & (self._byte(first + 5) <= 49) & (self._byte(first + 8) <= 51)
        hour = (some.size(3) == 2) & (some.gap(2) == 32) & (some.wide_gap(2) == 1) & (self._byte(first + 11) <= 50)
        return at[found & ((some.groups == 3) | hour)]

    def _century(self, places: Integers) -> Mask:
        """Say where 19 or 20 stands."""
        first, second = self._byte(places), self._byte(places + 1)
        found: Mask = ((first == 49) & (second == 57)) | ((first == 50) & (second == 48))
        return found

    def _dates(self, chains: Chains) -> Mask:
        """Find dates that end with a year of four digits, alone or before an hour."""
        sizes, gap = [chains.size(nth) for nth in range(4)], chains.gap(0)
        shaped = (sizes[0] <= 2) & (sizes[1] <= 2) & (sizes[2] == 4) & (gap == chains.gap(1))
        shaped &= (chains.wide_gap(0) == 1) & (chains.wide_gap(1) == 1)
        shaped &= ((gap >= 45) & (gap <= 47)) | (gap == 32)
        shaped &= (chains.groups == 3) | ((chains.groups == 4) & (sizes[3] <= 2))
        shaped &= self._century(self._runs.starts[np.minimum(chains.first + 2, chains.last)])
        day, month = self._small(chains, 0), self._small(chains, 1)
        return shaped & (day >= 1) & (month >= 1) & (day <= 31) & (month <= 31) & (np.minimum(day, month) <= 12)

    def _small(self, chains: Chains, nth: int) -> Integers:
        """Read a run of one or two digits; of longer ones, nothing that means anything."""
        at = np.minimum(chains.first + nth, chains.last)
        start, size = self._runs.starts[at], self._runs.sizes[at]
        one, two = self._byte(start).astype(np.int64) - 48, self._byte(start + 1).astype(np.int64) - 48
        return np.where(size == 1, one, one * 10 + two)

    # where it stands

    def _plus(self, chains: Chains) -> Integers:
        """Give how many bytes before the first digit a `+` stands, 0 where none does."""
        found = np.zeros(len(chains), np.int64)
        open_ = np.arange(len(chains))
        for step in (1, 2, 3):
            byte = self._byte(chains.starts[open_] - step)
            found[open_[byte == 43]] = step
            open_ = open_[(byte == 32) | (byte == 40)]
        return found

    def _whole(self, chains: Chains, plus: Integers) -> Mask:
        """Say which chains fill their cell, with `+` and an opening bracket."""
        starts = chains.starts - plus
        bracket = (self._byte(starts - 1) == 40) & (plus == 0)
        cells = chains.cells
        return (starts - bracket == self._cells.starts[cells]) & (chains.ends == self._cells.ends[cells])

    def _labelled(self, starts: Integers, cells: Integers) -> Mask:
        """Say whether a word for telephone stands right in front."""
        found = np.zeros(len(starts), np.bool_)
        at = starts - 1
        for _ in range(4):
            at = at - _LABEL_GAP[self._byte(at)]
        wide = (self._byte(at) >= 0x80) | (self._byte(at - 1) >= 0x80) | (self._byte(starts - 1) >= 0x80)
        maybe = np.flatnonzero(_ENDINGS[self._byte(at - 1) | 0x20, self._byte(at) | 0x20] | wide)
        known, begin = self._plan.labels, self._cells.starts[cells[maybe]]
        for one, low, high in zip(maybe.tolist(), begin.tolist(), starts[maybe].tolist(), strict=True):
            window = self._cells.front(low, high, _WINDOW)
            told = known.get(window)
            if told is None:
                told = PHONE_LABEL.search(window.decode(errors="ignore")[-_WINDOW:].lower()) is not None
                if len(known) > 50_000:
                    known.clear()
                known[window] = told
            found[one] = told
        return found

    # bare digits

    def _bare(self, chains: Chains, whole: Mask) -> None:
        bracketed = whole & (self._byte(chains.starts - 1) == 40)
        self.outcome.leave(chains.cells[bracketed])
        self._bare_cells(chains.take(whole & ~bracketed))
        self._bare_inside(chains.take(~whole))

    def _bare_cells(self, chains: Chains) -> None:
        """Decide cells of nothing but 7 to 15 digits."""
        if not len(chains):
            return
        cells, digits = chains.cells, Digits.of(self._cells.data, chains.starts, chains.ends)
        _, keys, undecided = self._plan.dialling.national(digits)
        keys = self._plan.dialling.led_out(digits, keys)
        valid = np.asarray(pc.is_valid(keys))
        valid[self._counting(digits, chains, valid)] = False
        zero = digits.digit(0) == 0
        for trunk in (True, False):
            here = np.flatnonzero(valid & (zero == trunk))
            self.outcome.hit(cells[here], keys.take(pa.array(here)), explicit=False, weak=not trunk)
        self.outcome.miss(cells[~valid])
        self.outcome.leave(cells[undecided | (self._plan.dialling.out(digits) & ~valid)])

    def _bare_inside(self, chains: Chains) -> None:
        """Decide runs inside longer texts: without label a number without trunk prefix is none."""
        cells, starts, ends = chains.cells, chains.starts, chains.ends
        behind, zero = self._byte(ends), self._byte(starts) == 48
        taken = ALNUM[behind] | (behind == 64) | ((behind == 45) & ALNUM[self._byte(ends + 1)])
        maybe = ~taken & self._extends(ends)
        maybe |= ~taken & ~zero & self._alone(chains)
        trunk = np.flatnonzero(~taken & ~maybe & zero)
        if len(trunk):
            digits = Digits.of(self._cells.data, starts[trunk], ends[trunk])
            bits, _, undecided = self._plan.dialling.national(digits)
            maybe[trunk] = (bits != 0) | undecided | self._plan.dialling.out(digits)
        other = np.flatnonzero(~taken & ~maybe & ~zero)
        maybe[other] = self._labelled(starts[other], cells[other])
        self.outcome.miss(cells[~maybe])
        self.outcome.leave(cells[maybe])

    def _extends(self, ends: Integers) -> Mask:
        """Say whether an extension could follow: blanks and commas, then its word or sign."""
        found = np.zeros(len(ends), np.bool_)
        open_ = np.arange(len(ends))
        for step in range(3):
            byte = self._byte(ends[open_] + step)
            found[open_] |= _EXTENSION[byte]
            open_ = open_[(byte == 32) | (byte == 44) | (byte == 59)]
        return found

    def _alone(self, chains: Chains) -> Mask:
        """Say whether nothing but white space could stand beside a run."""
        cells = chains.cells
        begin, end = self._cells.starts[cells], self._cells.ends[cells]
        first, last = self._byte(begin), self._byte(end - 1)
        in_front = (begin == chains.starts) | _SPACE[first] | (first >= 0x80)
        behind = (end == chains.ends) | _SPACE[last] | (last >= 0x80)
        return in_front & behind

    def _counting(self, digits: Digits, chains: Chains, among: Mask) -> Integers:
        """Find 0123456789 and its parts."""
        ahead = np.flatnonzero(among)
        for step in range(FEWEST - 1):
            some = digits.take(ahead)
            ahead = ahead[(some.digit(step) + 1) % 10 == some.digit(step + 1)]
        raw = self._cells.raw
        told = [raw[chains.starts[at] : chains.ends[at]].decode() in COUNTING for at in ahead.tolist()]
        return ahead[np.array(told, np.bool_)]

    # groups

    def _grouped(self, chains: Chains, whole: Mask) -> None:
        viable = self._viable(chains)
        self.outcome.miss(chains.cells[~viable & (chains.ends - chains.starts < _SHORT)])
        chains, whole = chains.take(viable), whole[viable]
        decimal = (chains.groups == 2) & (chains.gap(0) == 46) & (chains.wide_gap(0) == 1)
        out = decimal & (self._byte(chains.starts) == 48) & (self._byte(chains.starts + 1) <= 49)
        self.outcome.leave(chains.cells[out])
        self._decimals(chains.take(decimal & ~out & (chains.digits <= MOST)))
        rest = ~decimal & ~self._dates(chains)
        self.outcome.leave(chains.cells[rest & ~whole])
        self._written(chains.take(rest & whole))

    def _viable(self, chains: Chains) -> Mask:
        """Say which chains are worth a closer look: `_VIABLE` there."""
        if not len(chains):
            return np.zeros(0, np.bool_)
        data, every = self._cells.data, chains.every
        start, end, size = self._runs.starts[every], self._runs.ends[every], self._runs.sizes[every]
        lead = data[start]
        inner = np.ones(len(every), np.bool_)
        inner[chains.offsets] = False
        more = np.ones(len(every), np.bool_)
        more[chains.offsets + chains.groups - 1] = False
        long_ = (size >= FEWEST) & ~(inner & _dotted(data[start - 1])) & ~(more & _dotted(data[end]))
        counted = self._cells.digits_before
        last = np.repeat(counted[chains.ends], chains.groups)
        found = long_ | ((lead == 48) & (last - counted[start] >= FEWEST))
        high = lead >= 50
        pair = (size == 3) & high & more
        ahead = np.append(size[1:], 0)
        pair &= np.append(high[1:], False)
        found |= pair & (ahead == 7)
        found |= pair & (ahead == 3) & np.append(more[1:], False) & (np.append(ahead[1:], 0) == 4)
        viable: Mask = np.logical_or.reduceat(found, chains.offsets)
        return viable

    def _decimals(self, chains: Chains) -> None:
        """Note two groups with a dot: no number, but of the sizes of one where somebody would group so."""
        if not len(chains):
            return
        first, second, lead = chains.size(0), chains.size(1), self._byte(chains.starts)
        codes = (np.minimum(first, 20) * 21 + np.minimum(second, 20)) * 3 + np.minimum(lead - 48, 2)
        known, back = np.unique(codes, return_inverse=True)
        told = []
        for code in known.tolist():
            sizes, head = divmod(code, 3)
            one, other = divmod(sizes, 21)
            text = f"{head}{'5' * (one - 1)}.{'5' * other}"
            told.append(self._plan.fitting(text, [(0, one), (one + 1, one + 1 + other)]) != 0)
        self.outcome.miss(chains.cells, np.array(told, np.bool_)[back])

    def _written(self, chains: Chains) -> None:
        """Decide cells that one number in groups fills."""
        if not len(chains):
            return
        digits = Digits.of(self._cells.data, chains.starts, chains.ends)
        codes = self._shapes(chains)
        bits, keys, undecided = self._plan.dialling.national(digits)
        out = self._plan.dialling.out(digits)
        keys = self._plan.dialling.led_out(digits, keys)
        abroad = out & np.asarray(pc.is_valid(keys)) & (chains.size(0) > 1) & (codes >= 0)
        clear = abroad | ((codes > 0) & ((bits & codes) != 0) & ~undecided & ~digits.begin("00") & ~out)
        hit = np.flatnonzero(clear)
        self.outcome.hit(chains.cells[hit], keys.take(pa.array(hit)), explicit=True)
        self.outcome.leave(chains.cells[~clear])

    def _international(self, chains: Chains, plus: Integers) -> None:
        """Decide cells that one number with a `+` fills."""
        if not len(chains):
            return
        keys = self._plan.dialling.international(Digits.of(self._cells.data, chains.starts, chains.ends))
        clear = np.asarray(pc.is_valid(keys)) & (plus == 1) & (self._shapes(chains) >= 0)
        hit = np.flatnonzero(clear)
        self.outcome.hit(chains.cells[hit], keys.take(pa.array(hit)), explicit=True, certain=True)
        self.outcome.leave(chains.cells[~clear])

    def _shapes(self, chains: Chains) -> Integers:
        """Say for cells under which codes somebody would group a number so; -1 where that is not clear."""
        encoded = _masked(self._cells, chains).dictionary_encode()
        kept = self._plan.shapes
        if len(kept) > _SHAPES:
            kept.clear()
        kinds = []
        for shape in encoded.dictionary.to_pylist():
            if shape not in kept:
                kept[shape] = self._shape(shape)
            kinds.append(kept[shape])
        return np.array(kinds, np.int64)[encoded.indices.to_numpy(zero_copy_only=False)]

    def _shape(self, shape: str) -> int:
        lead = len(shape) - len(shape.lstrip("+ ("))
        parts = list(segments(shape, lead, len(shape), plus="+" in shape[:lead]))
        if len(parts) != 1 or len(parts[0]) > 9:
            return -1
        groups = parts[0]
        sizes = [end - start for start, end in groups]
        if _dated(sizes) or tuple(sizes) in ((4, 3, 3), _SOCIAL) or (shape.count(".") > 2 and shape[lead] != "0"):
            return -1
        if "+" in shape[:lead]:
            return -1 if "(0)" in shape or "(5)" in shape else 0
        closed = ")" in shape[groups[0][1] : groups[1][0]]
        return self._plan.fitting(shape, groups) if shape[:lead] == ("(" if closed else "") else -1


def _dated(sizes: list[int]) -> bool:
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


_EXTENSION = table("xX#eEpPdDiI;")
_FIVES = np.arange(256, dtype=np.uint8)
_FIVES[48:58] = 53
_LEADS = _FIVES.copy()
_LEADS[48:50] = [48, 49]
