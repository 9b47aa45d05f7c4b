"""IBANs at once: cells that one number fills; whatever else begins as one is left open.

Source: ISO 13616-1; check digits after ISO/IEC 7064, MOD 97-10.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.outcome import Outcome
from detectors.arrow.runs import ALNUM, Runs, table
from detectors.iban_registry import STRUCTURES

_LONGEST, _SHORTEST = 34, 15
_SEPARATOR = table(" .+-%")
_SEPARATOR[0x80:] = True
_FOLLOWS = ALNUM | _SEPARATOR
_WIDE = table("%")
_WIDE[0x80:] = True
_PLAIN_SEPARATOR = table(" .+-").astype(np.int64)
_MOST_SEPARATORS = 2
"""Between two characters of a number."""
_REST = np.zeros((256, 256), np.int64)
"""Characters behind the check digits, by the two letters of the country; 0 where it has no IBAN."""
for _country, (_length, _) in STRUCTURES.items():
    for _first in (_country[0], _country[0].lower()):
        for _second in (_country[1], _country[1].lower()):
            _REST[ord(_first), ord(_second)] = _length - 4
_COUNTRY = _REST > 0
_LOWER = table("abcdefghijklmnopqrstuvwxyz")
_VALUES = np.zeros(256, np.int64)
_VALUES[48:58] = np.arange(10)
_VALUES[65:91] = np.arange(10, 36)
_GROUPED = r"^[A-Z]{2}[0-9]{2}(?: [0-9A-Z]{4}){2,7}(?: [0-9A-Z]{1,3})?$"


@cache
def _structures() -> str:
    """Join the registry's structures into one pattern for RE2."""
    several = "|".join(country + pattern.pattern.removeprefix(country) for country, (_, pattern) in STRUCTURES.items())
    return f"^(?:{several})$"


class Ibans:
    """One column seen as account numbers."""

    def __init__(self, cells: Cells, runs: Runs) -> None:
        self._cells = cells
        self._runs = runs
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through the runs of digits with a country in front."""
        begun = self._begun()
        begun = begun[self._possible(begun)]
        if len(begun):
            cells = np.unique(self._cells.at(begun))
            self.outcome.leave(cells[~self._whole(cells)])
        return self.outcome

    def _begun(self) -> Integers:
        """Find the digits behind a country's letters that are followed by enough of what an IBAN has."""
        data, starts = self._cells.data, self._runs.starts
        before = data[starts - 1]
        lettered = before >= 65
        close = starts[lettered]
        close = close[_COUNTRY[data[close - 2], data[close - 1]]]
        close = close[self._begins(close - 2)]
        apart = starts[~lettered & (data[starts - 2] >= 65)]
        apart = apart[_SEPARATOR[data[apart - 1]]]
        apart = apart[_COUNTRY[data[apart - 3], data[apart - 2]]]
        apart = apart[self._begins(apart - 3)]
        apart = apart[~(_LOWER[data[apart - 3]] & _LOWER[data[apart - 2]])]
        if self._cells.strange:
            apart = np.concatenate([apart, starts[_WIDE[before]]])
        found = np.concatenate([close, apart])
        last = len(data) - 1
        for step in range(1, 11):
            found = found[_FOLLOWS[data[np.minimum(found + step, last)]]]
        return found

    def _possible(self, begun: Integers) -> Mask:
        """Say where as many characters follow as the country's numbers have, and nothing that goes on behind them.

        Args:
            begun: places of the first check digit.
        """
        data, last = self._cells.data, len(self._cells.data) - 1
        gap = (~ALNUM[data[begun - 1]]).astype(np.int64)
        first = begun - 2 - gap
        rest = _REST[data[first], data[first + 1]]
        # blanks of several bytes, and letters behind a URL's escape, are left to the plain way
        unclear = (rest == 0) | _WIDE[data[begun - 1]] | (data[first - 3] == 37)
        small = _LOWER[data[first]] | _LOWER[data[first + 1]]
        inside = ~unclear & self._cells.digit[np.minimum(begun + 1, last)]
        at = np.minimum(begun + 2, last)
        for step in range(int(rest.max(initial=0))):
            some = np.flatnonzero(inside & (step < rest))
            place = at[some]
            for _ in range(_MOST_SEPARATORS):
                place = np.minimum(place + _PLAIN_SEPARATOR[data[place]], last)
            byte = data[place]
            wide = _WIDE[byte]
            unclear[some[wide]] = True
            inside[some[~ALNUM[byte]]] = False
            small[some] |= _LOWER[byte]
            at[some] = np.minimum(place + 1, last)
        behind, before = data[at], data[first - 1]
        worded = (before | 0x20) == 110  # perhaps the word IBAN
        goes_on = (ALNUM[behind] & ~_LOWER[behind]) | (small & (_LOWER[behind] | (_LOWER[before] & ~worded)))
        possible: Mask = unclear | (inside & ~goes_on)
        return possible

    def _begins(self, head: Integers) -> Mask:
        """Say where a country's first letter may begin a number: no word goes on there, or one that may touch it."""
        data = self._cells.data
        before = data[head - 1]
        word = (data[head - 4] | 0x20) == 105
        for step, letter in ((3, 98), (2, 97), (1, 110)):
            word &= (data[head - step] | 0x20) == letter
        capital = _LOWER[before] & ~_LOWER[data[head]]
        return ~ALNUM[before] | (data[head - 3] == 37) | capital | word

    def _whole(self, cells: Integers) -> Mask:
        """Decide the cells that are one IBAN in capitals, compact or in groups of four."""
        texts = self._cells.column.take(pa.array(cells)).cast(pa.string())
        grouped = np.asarray(pc.match_substring_regex(texts, _GROUPED))
        compact = pc.replace_substring(texts, " ", "") if grouped.any() else texts
        spaced = np.asarray(pc.match_substring(texts, " "))
        shaped = np.asarray(pc.match_substring_regex(compact, _structures())) & (grouped | ~spaced)
        index = np.flatnonzero(shaped)
        if not len(index):
            return shaped
        keys = compact.take(pa.array(index))
        right = _mod97(keys)
        hit = index[right]
        self.outcome.hit(cells[hit], keys.filter(pa.array(right)), explicit=True, certain=True)
        done = np.zeros(len(cells), np.bool_)
        done[hit] = True
        return done


def _mod97(keys: pa.Array) -> Mask:
    """Check the digits of compact numbers: the remainder of the rearranged number is 1, and 02 to 98 are used."""
    offsets = np.frombuffer(keys.buffers()[1], np.int32)[keys.offset : keys.offset + len(keys) + 1].astype(np.int64)
    data = np.frombuffer(keys.buffers()[2], np.uint8)
    first, length = offsets[:-1], offsets[1:] - offsets[:-1]
    rest = np.zeros(len(keys), np.int64)
    for step in range(_LONGEST):
        inside = step < length
        at = np.where(inside, first + (step + 4) % np.maximum(length, 1), 0)
        value = _VALUES[data[at]]
        rest = np.where(inside, np.where(value > 9, rest * 100 + value, rest * 10 + value) % 97, rest)
    check = _VALUES[data[first + 2]] * 10 + _VALUES[data[first + 3]]
    right: Mask = (rest == 1) & (check >= 2) & (check <= 98)
    return right
