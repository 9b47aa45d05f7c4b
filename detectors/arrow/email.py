"""E-mail addresses at once: cells that one fills, and plain ones in clear surroundings.

The rules are those of `detectors.email_address`, for the clear cases.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.outcome import Hits, Outcome, slices
from detectors.arrow.runs import ALNUM, table
from detectors.domains import FILE_SUFFIXES
from detectors.email_address import named_otherwise

_ESCAPES = {
    ord("%"): (table("24"), table("05")),
    ord("&"): (table("#cC"), table("06xXoO")),
    ord("\\"): (table("u"), table("0")),
    0xEF: (np.arange(256) == 0xBC, np.arange(256) == 0xA0),
}
"""First byte of a sign's escape to what may follow: %40, %2540, &#64;, &#x40;, &commat;, \\u0040, full width."""
_PLAIN = r"^[A-Za-z0-9_](?:\.?[A-Za-z0-9_+-])*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z]+$"
"""Without counted repeats, which make RE2 slow; lengths are looked at apart."""
_SUFFIXES = pa.array(sorted(FILE_SUFFIXES))
_LONGEST_SUFFIX = max(map(len, FILE_SUFFIXES))
_LONGEST_LOCAL, _LONGEST_DOMAIN = 62, 63
_LOCAL = table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-'~")
_DOMAIN = table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_BEFORE = table("\n\t \"'<>(),;[=|:")
_BEHIND = table("\n\t \"'<>(),;]|:&?")
_USER_INFO = table(":(),;[=|")
"""What may stand in front also in a URL's user part."""
_WINDOW = 32


class Emails:
    """One column seen as addresses."""

    def __init__(self, cells: Cells, messages: dict[bytes, bool]) -> None:
        """Look at a column.

        Args:
            cells: the column.
            messages: kept between columns: what stood in front, and whether it says that a message's name follows.
        """
        self._cells = cells
        self._messages = messages
        self.outcome = Outcome.of(cells)

    def decide(self) -> Outcome:
        """Go through the signs."""
        self._escaped()
        signs = np.flatnonzero(self._cells.data == 64)
        if len(signs):
            cells = self._cells.at(signs)
            first = np.ones(len(cells), np.bool_)
            first[1:] = cells[1:] != cells[:-1]
            rest = ~self._whole(signs[first], cells[first])[cells]
            self._inside(signs[rest], cells[rest])
        return self.outcome

    def _escaped(self) -> None:
        data = self._cells.data
        for first, allowed in _ESCAPES.items():
            places = np.flatnonzero(data[:-3] == first)
            for step, bytes_ in enumerate(allowed, 1):
                places = places[bytes_[data[places + step]]]
            self.outcome.leave(self._cells.at(places))

    def _plain(self, texts: pa.Array, starts: Integers, signs: Integers, ends: Integers) -> Mask:
        """Say which texts are plain addresses, given where each begins, has its sign and ends."""
        data = self._cells.data
        plain = np.asarray(pc.match_substring_regex(texts, _PLAIN))
        plain &= (signs - starts <= _LONGEST_LOCAL) & (ends - signs <= _LONGEST_DOMAIN)
        plain &= (data[signs + 1] - np.uint8(48)) >= 10  # `vue@3.0.0-beta.next`
        at = np.flatnonzero(plain)
        dots = ends[at] - 3
        going = np.arange(len(at))
        for _ in range(_LONGEST_SUFFIX):
            going = going[data[dots[going]] != 46]
            if not len(going):
                break
            dots[going] -= 1
        short = np.ones(len(at), np.bool_)
        short[going] = False
        names = at[short]
        files = np.asarray(pc.is_in(slices(self._cells, dots[short] + 1, ends[names]), _SUFFIXES))
        plain[names[files]] = False
        return plain

    def _whole(self, signs: Integers, cells: Integers) -> Mask:
        """Decide the cells that one plain address fills; gives a mask over all cells."""
        done = np.zeros(self._cells.count, np.bool_)
        starts, ends = self._cells.starts[cells], self._cells.ends[cells]
        likely = np.flatnonzero(ends - starts <= _LONGEST_LOCAL + 1 + _LONGEST_DOMAIN)
        if not len(likely):
            return done
        cells, signs, starts, ends = cells[likely], signs[likely], starts[likely], ends[likely]
        texts = self._cells.column if len(cells) == self._cells.count else self._cells.column.take(pa.array(cells))
        plain = self._plain(texts, starts, signs, ends)
        hit = cells[plain]
        if len(hit):
            keys = pc.ascii_lower(texts if plain.all() else texts.filter(pa.array(plain)))
            self.outcome.hit(hit, keys.cast(pa.string()), explicit=True, certain=True)
            done[hit] = True
        return done

    def _inside(self, signs: Integers, cells: Integers) -> None:
        """Decide plain addresses in longer texts whose neighbours are clear."""
        if not len(signs):
            return
        data = self._cells.data
        start = self._reach(signs, -1, _LOCAL, 66)
        end = self._reach(signs, 1, _DOMAIN, 140)
        end -= (data[end - 1] == 46) & _SPACES[data[end]]
        before, behind = data[start - 1], data[end]
        none = self._nowhere(signs, end, cells)
        clear = _BEFORE[before] & _BEHIND[behind] & (ALNUM[data[start]] | (data[start] == 95))
        clear &= signs > start
        clear &= ~self._cells.wide[cells]
        clear &= ~_USER_INFO[before] | ~self._cells.holding(b"://")[cells]
        clear &= behind != 58
        twice = np.concatenate([[False], cells[1:] == cells[:-1]]) & np.concatenate([[False], start[1:] < end[:-1]])
        clear &= ~twice & ~none
        keep = np.flatnonzero(clear)
        if len(keep):
            texts = slices(self._cells, start[keep], end[keep])
            plain = self._plain(texts, start[keep], signs[keep], end[keep])
            clear[keep[~plain]] = False
            named = self._named(start[keep], cells[keep], plain)
            hit = keep[plain & ~named]
            keys = pc.ascii_lower(texts.filter(pa.array(plain & ~named)))
            size = len(hit)
            yes, no = np.ones(size, np.bool_), np.zeros(size, np.bool_)
            whole = self._fills(start[hit], end[hit], cells[hit])
            self.outcome.hits.append(Hits(cells[hit], keys, yes, no, whole, True, (start[hit], end[hit])))
        self.outcome.leave(cells[~clear & ~none])

    def _nowhere(self, signs: Integers, end: Integers, cells: Integers) -> Mask:
        """Say which signs surely have no domain behind them: no dot, or a file's suffix behind the only one."""
        data = self._cells.data
        sure = (data[end] < 0x80) & (data[end] != 37) & ~self._cells.wide[cells]
        dots = np.concatenate([[0], np.cumsum(data == 46, dtype=np.int32)])
        count = dots[end] - dots[signs + 1]
        one = np.flatnonzero(sure & (count == 1))
        last = end[one] - 1
        going = np.arange(len(one))
        for _ in range(_LONGEST_SUFFIX + 1):
            going = going[data[last[going]] != 46]
            last[going] -= 1
        files = np.asarray(pc.is_in(slices(self._cells, last + 1, np.maximum(end[one], last + 1)), _SUFFIXES))
        plain = _DOMAIN[data[signs[one] + 1]] & (data[end[one]] != 95)
        files[going] = False
        found = sure & (count == 0)
        found[one[files & plain]] = True
        return found

    def _fills(self, start: Integers, end: Integers, cells: Integers) -> Mask:
        """Say whether nothing but blanks stands beside an address; whether it is alone there, the caller sees."""
        found: Mask = (start == self._cells.starts[cells]) & (end == self._cells.ends[cells])
        blank = _SPACES[self._cells.data[self._cells.starts[cells]]] | (start == self._cells.starts[cells])
        blank &= _SPACES[self._cells.data[self._cells.ends[cells] - 1]] | (end == self._cells.ends[cells])
        self.outcome.leave(cells[blank & ~found])
        return found

    def _reach(self, signs: Integers, step: int, allowed: Mask, most: int) -> Integers:
        """Walk from each sign while bytes are allowed; gives the first place, or the place behind the last."""
        data, at = self._cells.data, signs + step
        going = np.arange(len(signs))
        for _ in range(most):
            going = going[allowed[data[at[going]]]]
            if not len(going):
                break
            at[going] += step
        return at + 1 if step < 0 else at

    def _named(self, start: Integers, cells: Integers, among: Mask) -> Mask:
        """Say which a label in front calls the name of a message."""
        found = np.zeros(len(start), np.bool_)
        begin, raw, known = self._cells.starts[cells], self._cells.raw, self._messages
        labels = (b"id", b"references", b"reply", b"ssh", b"sftp")
        if not any(label in self._cells.lower for label in labels):
            return found
        before = self._cells.data[start - 1]
        quoted = _QUOTES[before] | _SPACES[before] | (before == 58) | (before == 61)
        for at in np.flatnonzero(among & quoted & (start > begin)).tolist():
            window = raw[max(int(begin[at]), int(start[at]) - _WINDOW) : int(start[at])]
            told = known.get(window)
            if told is None:
                told = named_otherwise(window.decode().lower())
                if len(known) > 50_000:
                    known.clear()
                known[window] = told
            found[at] = told
        return found


_SPACES = table(" \t\n\r\v\f\x1c\x1d\x1e\x1f")
_QUOTES = table("\"'<")
