"""IP addresses at once: four dotted numbers with clear surroundings; what could be version 6 is left open.

Sources: RFC 4291 2.2, RFC 6943 3.1.1 (no leading zeros).
"""

from __future__ import annotations

import numpy as np

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.outcome import Hits, Outcome, slices
from detectors.arrow.runs import ALNUM, Runs, table
from detectors.ip_address import is_version

_WINDOW = 41
_NEAR = 5
"""Most characters between two colons of a version 6 address, one of them included."""


class Addresses:
    """One column seen as addresses."""

    def __init__(self, cells: Cells, runs: Runs, versions: dict[bytes, bool]) -> None:
        """Look at a column.

        Args:
            cells: the column.
            runs: its runs of digits.
            versions: kept between columns: what stood in front of four numbers, and whether it calls them a version.
        """
        self._cells = cells
        self._runs = runs
        self._versions = versions
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through four dotted numbers, and leave open what has colons as version 6 has."""
        self._sixes()
        self._fours()
        return self.outcome

    def _sixes(self) -> None:
        data = self._cells.data
        colons = np.flatnonzero(data == 58)
        if len(colons) < 2:
            return
        apart = np.diff(colons)
        twins = colons[:-1][apart == 1]
        near = apart <= _NEAR
        row = near[:-4] & near[1:-3] & near[2:-2] & near[3:-1] & near[4:] if len(near) > 4 else near[:0]
        many = colons[: len(row)][row]
        places = np.concatenate([twins, many])
        if len(places):
            self.outcome.leave(self._cells.at(places))

    def _fours(self) -> None:
        first = self._quads()
        if not len(first):
            return
        data, starts, ends = self._cells.data, self._runs.starts, self._runs.ends
        start, end = starts[first], ends[first + 3]
        before, behind, after = data[start - 1], data[end], data[np.minimum(end + 1, len(data) - 1)]
        third = data[np.maximum(start - 3, 0)]
        cells = self._cells.at(start)
        open_ = (before == 37) | (before >= 0x80) | (ALNUM[before] & (third == 37)) | (behind >= 0x80)
        open_ |= (before == 64) | ((behind == 46) & ((after | 0x20) == 105))
        self.outcome.leave(cells[open_])
        digit_after = (after >= 48) & (after <= 57)
        dotted = (before == 46) & ALNUM[data[np.maximum(start - 2, 0)]]
        bounded = ~open_ & ~ALNUM[before] & ~dotted & ~ALNUM[behind] & ~((behind == 46) & digit_after)
        keep = np.flatnonzero(bounded)
        self._decide(first[keep], start[keep], end[keep], cells[keep])

    def _quads(self) -> Integers:
        """Find the first of exactly four runs that single dots join."""
        starts, ends = self._runs.starts, self._runs.ends
        if len(starts) < 4:
            return starts[:0]
        dotted = (starts[1:] - ends[:-1] == 1) & (self._cells.data[ends[:-1]] == 46)
        three = dotted[:-2] & dotted[1:-1] & dotted[2:]
        three[1:] &= ~dotted[: len(three) - 1]
        three[:-1] &= ~dotted[3:]
        first = np.flatnonzero(three)
        small = self._runs.sizes <= 3
        escaped = (self._cells.data[starts[first] - 1] == 37) & (self._runs.sizes[first] <= 5)
        return first[(small[first] | escaped) & small[first + 1] & small[first + 2] & small[first + 3]]

    def _decide(self, first: Integers, start: Integers, end: Integers, cells: Integers) -> None:
        parts = [self._value(first + nth) for nth in range(4)]
        right = np.ones(len(first), np.bool_)
        for nth, part in enumerate(parts):
            lead = self._cells.data[self._runs.starts[first + nth]]
            right &= (part <= 255) & ((lead != 48) | (self._runs.sizes[first + nth] == 1))
        highest = np.maximum(np.maximum(parts[0], parts[1]), np.maximum(parts[2], parts[3]))
        right &= highest > 0
        beyond = np.sum([part > 31 for part in parts], axis=0) >= 3
        right &= ~self._versioned(start, cells, right & ~beyond)
        open_ = self.outcome.open
        right &= ~open_[cells]
        explicit = (highest > 31) & (parts[0] != 127)
        whole = self._filling(start, end, cells)
        keep = np.flatnonzero(right)
        if len(keep):
            keys = slices(self._cells, start[keep], end[keep])
            weak = np.zeros(len(keep), np.bool_)
            self.outcome.hits.append(
                Hits(cells[keep], keys, explicit[keep], weak, whole[keep], False, (start[keep], end[keep]))
            )

    def _filling(self, start: Integers, end: Integers, cells: Integers) -> Mask:
        """Say which addresses fill their cells; with blanks or a prefix length beside them the plain way says so."""
        data, first, last = self._cells.data, self._cells.starts[cells], self._cells.ends[cells]
        short = (data[end] == 47) & (last - end <= 3)
        filling = (start == first) & (end == last)
        blank = ((start == first) | _SPACE[data[first]]) & ((end == last) | _SPACE[data[last - 1]])
        self.outcome.leave(cells[short | (blank & ~filling)])
        return filling

    def _value(self, run: Integers) -> Integers:
        start, size = self._runs.starts[run], self._runs.sizes[run]
        data = self._cells.data
        value = data[start].astype(np.int64) - 48
        for step in (1, 2):
            digit = data[np.minimum(start + step, len(data) - 1)].astype(np.int64) - 48
            value = np.where(size > step, value * 10 + digit, value)
        return value

    def _versioned(self, start: Integers, cells: Integers, among: Mask) -> Mask:
        """Say which the words in front call a version; leaves open what has characters outside ASCII there."""
        found = np.zeros(len(start), np.bool_)
        data, begin = self._cells.data, self._cells.starts[cells]
        behind = np.flatnonzero(among & (start > begin))
        slash = (data[start[behind] - 1] == 47) & ~self._cells.wide[cells[behind]]
        product, joined = self._products(start[behind[slash]])
        found[behind[slash]] = product
        words = behind[~slash]
        words = np.concatenate([words[self._named(start[words])], behind[slash][joined]])
        self._ask(found, words, start, begin)
        return found

    def _products(self, start: Integers) -> tuple[Mask, Mask]:
        """Say which stand behind a product and a slash, a word that begins with a capital; and which to ask about."""
        data, at = self._cells.data, start - 2
        going = np.arange(len(start))
        joined = np.zeros(len(start), np.bool_)
        for _ in range(_WINDOW - 3):
            byte = data[at[going]]
            going, byte = going[_PRODUCT[byte]], byte[_PRODUCT[byte]]
            joined[going[byte == 43]] = True
            at[going] -= 1
        joined[going] = True
        first = data[at + 1]
        product = ~_INSIDE[data[at]] & (first >= 65) & (first <= 90) & (at + 1 < start - 1)
        return product & ~joined, joined

    def _named(self, start: Integers) -> Mask:
        """Say which could stand behind a word for a version, by its last two letters."""
        data, at = self._cells.data, start - 1
        for _ in range(3):
            at = at - _GAP[data[at]]
        last, before = data[at] | 0x20, data[at - 1] | 0x20
        return _ENDINGS[before, last] | (data[at] >= 0x80) | (data[start - 1] == 47)

    def _ask(self, found: Mask, which: Integers, start: Integers, begin: Integers) -> None:
        """Ask the plain way, once for each different text in front."""
        known = self._versions
        for at, low, high in zip(which.tolist(), begin[which].tolist(), start[which].tolist(), strict=True):
            window = self._cells.front(low, high, _WINDOW)
            told = known.get(window)
            if told is None:
                text = window.decode(errors="ignore")[-_WINDOW:]
                told = is_version(text, len(text))
                if len(known) > 50_000:
                    known.clear()
                known[window] = told
            found[at] = told


def _endings() -> Mask:
    """Spread out the last two letters of the words that `ip_address` takes for a version's."""
    found = np.zeros((256, 256), np.bool_)
    for ending in VERSION_ENDINGS:
        if len(ending) == 1:
            found[:, ord(ending)] = True
        else:
            found[ord(ending[0]), ord(ending[1])] = True
    return found


VERSION_ENDINGS = ("v", "er", "rs", "on", "ns", "se", "el", "ld", "re", "fw", "ec", "le", "rt", "xe", "ex", "id")
_ENDINGS = _endings()
_SPACE = table(" \t\n\r\v\f\x1c\x1d\x1e\x1f")
_GAP = table(". \t\r\v\f\x1c\x1d\x1e\x1f:=#\"'-").astype(np.int64)
_PRODUCT = table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-")
_INSIDE = table("/:")
"""What may not stand in front of a product beside what it is made of."""
