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
        bounded = ~open_ & ~ALNUM[before] & (before != 46) & ~ALNUM[behind] & ~((behind == 46) & digit_after)
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
        return first[small[first] & small[first + 1] & small[first + 2] & small[first + 3]]

    def _decide(self, first: Integers, start: Integers, end: Integers, cells: Integers) -> None:
        parts = [self._value(first + nth) for nth in range(4)]
        right = np.ones(len(first), np.bool_)
        for nth, part in enumerate(parts):
            lead = self._cells.data[self._runs.starts[first + nth]]
            right &= (part <= 255) & ((lead != 48) | (self._runs.sizes[first + nth] == 1))
        highest = np.maximum(np.maximum(parts[0], parts[1]), np.maximum(parts[2], parts[3]))
        right &= highest > 0
        right &= ~self._versioned(start, cells, right)
        open_ = self.outcome.open
        right &= ~open_[cells]
        explicit = (highest > 31) & (parts[0] != 127)
        whole = (start == self._cells.starts[cells]) & self._ending(end, cells)
        keep = np.flatnonzero(right)
        if len(keep):
            keys = slices(self._cells, start[keep], end[keep])
            weak = np.zeros(len(keep), np.bool_)
            self.outcome.hits.append(Hits(cells[keep], keys, explicit[keep], weak, whole[keep]))

    def _ending(self, end: Integers, cells: Integers) -> Mask:
        """Say whether an address ends its cell; one with a prefix length behind is left open for the plain way."""
        slash = self._cells.data[end] == 47
        short = slash & (self._cells.ends[cells] - end <= 3)
        self.outcome.leave(cells[short])
        ending: Mask = end == self._cells.ends[cells]
        return ending

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
        found[behind[slash]] = self._products(start[behind[slash]])
        words = behind[~slash]
        words = words[self._named(start[words])]
        self._ask(found, words, start, begin, cells)
        return found

    def _products(self, start: Integers) -> Mask:
        """Say which stand behind a product and a slash: a word that begins with a capital, alone in front."""
        data, at = self._cells.data, start - 2
        going = np.arange(len(start))
        for _ in range(_WINDOW - 3):
            going = going[_PRODUCT[data[at[going]]]]
            at[going] -= 1
        first = data[at + 1]
        product: Mask = _BOUNDARY[data[at]] & (first >= 65) & (first <= 90) & (at + 1 < start - 1)
        return product

    def _named(self, start: Integers) -> Mask:
        """Say which could stand behind a word for a version, by its last two letters."""
        data, at = self._cells.data, start - 1
        for _ in range(3):
            at = at - _GAP[data[at]]
        last, before = data[at] | 0x20, data[at - 1] | 0x20
        return _ENDINGS[before, last] | (data[at] >= 0x80) | (data[start - 1] == 47)

    def _ask(self, found: Mask, which: Integers, start: Integers, begin: Integers, cells: Integers) -> None:
        """Ask the plain way, once for each different text in front."""
        raw, known = self._cells.raw, self._versions
        for at, low, high in zip(which.tolist(), begin[which].tolist(), start[which].tolist(), strict=True):
            window = raw[max(low, high - _WINDOW) : high]
            told = known.get(window)
            if told is None:
                if not window.isascii():
                    self.outcome.open[cells[at]] = True
                    continue
                text = window.decode()
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
_GAP = table(". \t\r\v\f\x1c\x1d\x1e\x1f:=#\"'-").astype(np.int64)
_PRODUCT = table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-")
_BOUNDARY = table("\n \t\r\v\f\x1c\x1d\x1e\x1f(\"';,")
