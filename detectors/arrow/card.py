"""Card numbers at once: runs and groups that fail the check, and cells that one number fills.

The rules are those of `detectors.credit_card`, for the clear cases. Source: ISO/IEC 7812-1, annex B.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.outcome import Outcome, slices
from detectors.arrow.runs import ALNUM, Chains, Runs, table
from detectors.credit_card import GROUPINGS, labelled_card
from detectors.issuers import PREFIXES
from detectors.text import LABEL_WINDOW, labelled_otherwise

SEPARATORS, MOST_SEPARATORS = " .+-", 2
FEWEST, MOST = 13, 19
_ARTICLE = 13
"""Digits of an EAN (GS1 General Specifications 7.9)."""
_BEGIN = frozenset(grouping[0] for grouping in GROUPINGS)
_EXACT = frozenset(GROUPINGS)


def _issued() -> npt.NDArray[np.uint32]:
    """Spread the issuers' prefixes over all heads of six digits: a bit for each length that is issued."""
    table = np.zeros(10**6, np.uint32)
    for size, row in PREFIXES.items():
        for prefix, lengths in row.items():
            low = int(prefix) * 10 ** (6 - size)
            table[low : low + 10 ** (6 - size)] |= np.uint32(sum(1 << length for length in lengths))
    return table


class Cards:
    """One column seen as card numbers."""

    _table: npt.NDArray[np.uint32] | None = None

    def __init__(self, cells: Cells, runs: Runs, labels: dict[bytes, tuple[bool, bool]]) -> None:
        """Look at a column.

        Args:
            cells: the column.
            runs: its runs of digits.
            labels: kept between columns: what stood in front of a number, whether it calls it something else, and
                whether it calls it a card.
        """
        self._cells = cells
        self._runs = runs
        self._labels = labels
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through the chains of thirteen digits and more."""
        chains = self._runs.chains(SEPARATORS, MOST_SEPARATORS, FEWEST)
        if not len(chains):
            return self.outcome
        strange = self._strange(chains)
        self.outcome.leave(chains.cells[strange])
        account = self._of_iban(chains)
        chains = chains.take(~(strange | account))
        single = chains.groups == 1
        decimal = (chains.groups == 2) & (chains.gap(0) == 46) & (chains.wide_gap(0) == 1)
        self._bare(chains.take(single))
        self._grouped(chains.take(~single & ~decimal))
        return self.outcome

    def _strange(self, chains: Chains) -> Mask:
        """Find chains beside URL escapes or characters outside ASCII."""
        data = self._cells.data
        before, behind = data[chains.starts - 1], data[chains.ends]
        third = data[np.maximum(chains.starts - 3, 0)]
        found: Mask = chains.odd | (before == 37) | (before >= 0x80) | (behind >= 0x80)
        return found | (ALNUM[before] & (third == 37))

    def _of_iban(self, chains: Chains) -> Mask:
        """Find chains that begin with an IBAN's check digits: the chain is its account number."""
        data, starts = self._cells.data, chains.starts
        letters = _LETTER[data[starts - 1]] & _LETTER[data[np.maximum(starts - 2, 0)]]
        found: Mask = (chains.size(0) == 2) & letters & ~ALNUM[data[np.maximum(starts - 3, 0)]]
        if not found.any():
            return found
        longest = np.maximum.reduceat(self._runs.sizes[chains.every], chains.offsets)
        self.outcome.leave(chains.cells[found & (longest >= FEWEST)])
        return found

    def _touching(self, chains: Chains) -> Mask:
        data = self._cells.data
        found: Mask = ALNUM[data[chains.starts - 1]] | ALNUM[data[chains.ends]]
        return found

    def _bare(self, chains: Chains) -> None:
        """Decide runs of 13 to 19 digits; a valid one inside a longer text is left open for its label."""
        fits = (chains.digits <= MOST) & ~self._touching(chains)
        chains = chains.take(fits)
        valid = self._bare_valid(chains)
        cells = chains.cells
        whole = (chains.starts == self._cells.starts[cells]) & (chains.ends == self._cells.ends[cells])
        other, told = self._labelled(chains, whole)
        self.outcome.leave(cells[valid & ~whole & ~other])
        missed = ~valid & ~other
        self.outcome.miss(cells[missed], told[missed])
        hit = valid & whole
        self.outcome.hit(cells[hit], slices(self._cells, chains.starts[hit], chains.ends[hit]), explicit=False)

    def _labelled(self, chains: Chains, whole: Mask) -> tuple[Mask, Mask]:
        """Say what a word in front calls something else, or a card."""
        found = [np.zeros(len(chains), np.bool_) for _ in range(2)]
        data, at = self._cells.data, chains.starts - 1
        for _ in range(4):
            at = at - _LABEL_GAP[data[at]]
        maybe = np.flatnonzero(~whole & (_LETTER[data[at]] | (data[at] >= 0x80) | (data[chains.starts - 1] >= 0x80)))
        begin = self._cells.starts[chains.cells[maybe]]
        for one, low, high in zip(maybe.tolist(), begin.tolist(), chains.starts[maybe].tolist(), strict=True):
            window = self._cells.front(low, high, LABEL_WINDOW)
            told = self._labels.get(window)
            if told is None:
                text = window.decode(errors="ignore")[-LABEL_WINDOW:]
                told = (labelled_otherwise(text, len(text)), labelled_card(text, len(text)))
                if len(self._labels) > 50_000:
                    self._labels.clear()
                self._labels[window] = told
            found[0][one], found[1][one] = told
        return found[0], found[1]

    def _grouped(self, chains: Chains) -> None:
        """Decide chains in which no group and no grouping has a card's length, and cells that one grouping fills."""
        if not len(chains):
            return
        codes = np.zeros(len(chains), np.int64)
        uniform = np.ones(len(chains), np.bool_)
        for nth in range(9):
            codes = codes * 21 + np.minimum(chains.size(nth), 20)
            inside = chains.groups > nth + 1
            uniform &= ~inside | ((chains.gap(nth) == chains.gap(0)) & (chains.wide_gap(nth) == 1))
        known, back = np.unique(codes, return_inverse=True)
        kinds = np.array([_kind(code) for code in known.tolist()], np.int8)[back]
        cells = chains.cells
        whole = (chains.starts == self._cells.starts[cells]) & (chains.ends == self._cells.ends[cells])
        exact = whole & uniform & (kinds == _WHOLE) & (chains.groups <= 5)
        long_ = (chains.groups > 9) | ((kinds != _NONE) & ~exact)
        self.outcome.leave(cells[long_])
        self._exact(chains.take(exact))

    def _exact(self, chains: Chains) -> None:
        every = chains.runs.places
        places = every[np.minimum(chains.runs.before[chains.first][:, None] + np.arange(MOST), len(every) - 1)]
        valid = self._check(self._cells.data[places] - np.uint8(48), chains.digits)
        hit = np.flatnonzero(valid)
        lengths = chains.digits[hit]
        inside = np.arange(MOST) < lengths[:, None]
        text = self._cells.data[places[hit]][inside]
        offsets = np.zeros(len(hit) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        keys = pa.StringArray.from_buffers(len(hit), pa.py_buffer(offsets), pa.py_buffer(text))
        self.outcome.hit(chains.cells[hit], keys, explicit=True, certain=True)
        missed = chains.cells[~valid]
        self.outcome.miss(missed, np.ones(len(missed), np.bool_))

    def _bare_valid(self, chains: Chains) -> Mask:
        """Check single runs: cards, and no articles."""
        places = np.minimum(chains.starts[:, None] + np.arange(MOST), len(self._cells.data) - 1)
        digits = self._cells.data[places] - np.uint8(48)
        valid = self._check(digits, chains.digits)
        short = np.flatnonzero(valid & (chains.digits == _ARTICLE))
        if len(short):
            total = digits[short, :_ARTICLE].astype(np.int64) @ np.tile([1, 3], 7)[:_ARTICLE]
            valid[short[total % 10 == 0]] = False
        return valid

    @classmethod
    def _check(cls, digits: npt.NDArray[np.uint8], lengths: Integers) -> Mask:
        if cls._table is None:
            cls._table = _issued()
        inside = np.arange(MOST) < lengths[:, None]
        digits = np.where(inside, digits, 0)
        head = digits[:, :6].astype(np.int64) @ np.array([100000, 10000, 1000, 100, 10, 1])
        found = cls._table[head] >> lengths.astype(np.uint32) & 1 == 1
        doubled = (lengths[:, None] - 1 - np.arange(MOST)) % 2 == 1
        total = np.where(doubled, _DOUBLED[digits], digits).sum(axis=1)
        same = (np.where(inside, digits, digits[:, :1]) == digits[:, :1]).all(axis=1)
        valid: Mask = found & (total % 10 == 0) & ~same
        return valid


_LETTER = table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_LABEL_GAP = table(" \t\r\v\f\x1c\x1d\x1e\x1f\"'=:#.,/_-").astype(np.int64)
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)
_NONE, _WHOLE, _SOME = 0, 1, 2


def _kind(code: int) -> int:
    """Say of the sizes of groups whether they are one grouping, hold something worth a look, or nothing."""
    sizes: list[int] = []
    for _ in range(9):
        code, size = divmod(code, 21)
        sizes.insert(0, size)
    held = tuple(size for size in sizes if size)
    windows = [held[at : at + count] for at in range(len(held)) for count in range(2, 6) if at + count <= len(held)]
    inside = any(FEWEST <= size <= MOST for size in held) or any(one in _EXACT and one != held for one in windows)
    return _SOME if inside else _WHOLE if held in _EXACT else _NONE
