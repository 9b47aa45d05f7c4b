"""Telephone numbers at once: chains that cannot be one, and cells that one number fills.

Every rule here repeats one of `detectors.phone_number`, for the clear cases alone. Numbers inside longer texts are left
open as soon as they could be valid.
"""

from __future__ import annotations

import numpy as np

from detectors.arrow.cells import Bytes, Cells, Integers, Mask
from detectors.arrow.dialling import Dialling, Digits
from detectors.arrow.grouping import FEWEST, Groupings, viable
from detectors.arrow.outcome import Outcome
from detectors.arrow.runs import ALNUM, Chains, Runs, table
from detectors.phone_number import COUNTING, MOST_DIGITS, PHONE_LABEL, PhoneNumber

SEPARATORS, MOST_SEPARATORS = " ().-/", 3
MOST = 15
"""Digits of a number; E.164 has no more."""
_SPACE = table(" \t\r\n\v\f\x1c\x1d\x1e\x1f")
_WINDOW = 32
_SHORT = 36
"""Characters of a chain from which one that is no number counts for nothing."""
_LABEL_GAP = table(" \t\r\n\v\f\x1c\x1d\x1e\x1f\"'=:.,/_-").astype(np.int64)
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
        self.groupings = Groupings(detector, self.dialling)


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
        read = self._plan.dialling.led_out(self._plan.dialling.national(digits))
        valid = read.valid
        valid[self._counting(digits, chains, valid)] = False
        zero = digits.digit(0) == 0
        for trunk in (True, False):
            here = np.flatnonzero(valid & (zero == trunk))
            self.outcome.hit(cells[here], read.keys(here), explicit=False, weak=not trunk)
        self.outcome.miss(cells[~valid])
        self.outcome.leave(cells[read.undecided | (self._plan.dialling.out(digits) & ~valid)])

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
            read = self._plan.dialling.national(digits)
            maybe[trunk] = read.valid | read.undecided | self._plan.dialling.out(digits)
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
        promising = viable(chains)
        self.outcome.miss(chains.cells[~promising & (chains.ends - chains.starts < _SHORT)])
        chains, whole = chains.take(promising), whole[promising]
        decimal = (chains.groups == 2) & (chains.gap(0) == 46) & (chains.wide_gap(0) == 1)
        # of two groups with a dot only what leads out of a country can be a number, and not behind a single 0
        out = decimal & (chains.size(0) > 1) & (self._byte(chains.starts) == 48) & (self._byte(chains.starts + 1) <= 49)
        self.outcome.leave(chains.cells[out])
        self._decimals(chains.take(decimal & ~out & (chains.digits <= MOST)))
        rest = ~decimal & ~self._dates(chains)
        self.outcome.leave(chains.cells[rest & ~whole])
        self._written(chains.take(rest & whole))

    def _decimals(self, chains: Chains) -> None:
        """Note two groups with a dot: no number, but of the sizes of one where somebody would group so."""
        if len(chains):
            self.outcome.miss(chains.cells, self._plan.groupings.decimals(chains, self._byte(chains.starts)))

    def _written(self, chains: Chains) -> None:
        """Decide cells that one number in groups fills, or none."""
        if not len(chains):
            return
        digits = Digits.of(self._cells.data, chains.starts, chains.ends)
        codes, fits, sole = self._plan.groupings.of(self._cells, chains)
        read = self._plan.dialling.led_out(self._plan.dialling.national(digits))
        bits, out = read.bits, self._plan.dialling.out(digits)
        abroad = out & read.valid & (chains.size(0) > 1) & (codes >= 0)
        inside = ~read.undecided & ~digits.begin("00") & ~out
        clear = abroad | (inside & (codes > 0) & ((bits & codes) != 0))
        hit = np.flatnonzero(clear)
        self.outcome.hit(chains.cells[hit], read.keys(hit), explicit=True)
        # without a 0 in front only the grouping tells a number, so that one of another code's grouping is none
        foreign = (digits.digit(0) != 0) & (digits.length > FEWEST) & ((bits & fits) == 0)
        none = inside & sole & ~clear & (digits.length <= MOST_DIGITS) & ((bits == 0) | foreign)
        self._missed(chains, none, fits != 0)
        self.outcome.leave(chains.cells[~clear & ~none])

    def _missed(self, chains: Chains, none: Mask, explicit: Mask) -> None:
        """Note what has the shape of a number by its count of digits too."""
        shaped = none & (chains.digits <= MOST)
        self.outcome.miss(chains.cells[shaped], explicit[shaped])

    def _international(self, chains: Chains, plus: Integers) -> None:
        """Decide cells that one number with a `+` fills, or none."""
        if not len(chains):
            return
        codes, _, sole = self._plan.groupings.of(self._cells, chains)
        digits = Digits.of(self._cells.data, chains.starts, chains.ends)
        read, invalid = self._plan.dialling.international(digits)
        clear = read.valid & (plus == 1) & (codes >= 0)
        hit = np.flatnonzero(clear)
        self.outcome.hit(chains.cells[hit], read.keys(hit), explicit=True, certain=True)
        none = invalid & sole & ~clear & (digits.length <= MOST_DIGITS)
        self._missed(chains, none, none)
        self.outcome.leave(chains.cells[~clear & ~none])


_EXTENSION = table("xX#eEpPdDiI;")
