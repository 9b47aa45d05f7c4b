"""Many patterns over a column in one pass, where so much is read that preparing them pays.

pyarrow compiles an RE2 pattern anew at each call and looks for one at a time. Hyperscan takes a third of a second to
compile all of them, once a process, and finds them together (Wang et al., "Hyperscan: A Fast Multi-pattern Regex
Matcher for Modern CPUs", NSDI 2019). Both understand the patterns alike, save that here a match may begin in the cell
before: that lets more through, never less.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from detectors.arrow.cells import Integers, Mask

if TYPE_CHECKING:
    from hyperscan import Database

AFTER = 8 * 1024 * 1024
"""Bytes that a process has looked through one pattern at a time before it prepares all of them."""
_CALL = 64 * 1024
"""Bytes that a call counts for besides its text: so much could be looked through while patterns are compiled."""
_BITS = 6
"""Of a match's number that name the pattern."""


class Search:
    """Patterns that are looked for together."""

    def __init__(self, patterns: Mapping[str, str], *, ascii_only: bool = False) -> None:
        """Note the patterns.

        Args:
            patterns: at most 64, each under a name, in the syntax that RE2 and PCRE share; `^` and `$` stand for the
                ends of a cell or a line.
            ascii_only: nothing outside ASCII stands in them, so that bytes may be looked at instead of characters.
        """
        self._patterns = tuple(patterns.items())
        self._ascii_only = ascii_only
        self._seen = 0

    def find(self, text: bytes, ends: Integers) -> dict[str, Mask] | None:
        """Say for each pattern which cells hold it; None where it is not worth preparing them yet, or cannot be done.

        Args:
            text: cells with a line end in front of the first and behind each; valid UTF-8, as Arrow's text is.
            ends: the place of the line end behind each cell.
        """
        self._seen += len(text) + _CALL
        database = _prepared(self._patterns, ascii_only=self._ascii_only) if self._seen > AFTER else None
        if database is None:
            return None
        matches: list[int] = []
        add = matches.append

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add(end << _BITS | number)

        database.scan(text, match_event_handler=note)
        found = np.array(matches, np.int64)
        # a match may take the line end behind its cell, and nothing further
        places = np.searchsorted(ends, (found >> _BITS) - 1, side="left")
        masks = np.zeros((len(self._patterns), len(ends) + 1), np.bool_)
        masks[found & (1 << _BITS) - 1, places] = True
        return {name: masks[number, :-1] for number, (name, _) in enumerate(self._patterns)}


@cache
def _prepared(patterns: tuple[tuple[str, str], ...], *, ascii_only: bool) -> Database | None:
    """Compile patterns; None where Hyperscan is not there, or not for this processor."""
    try:
        import hyperscan  # noqa: PLC0415 small scans do without
    except ImportError:
        return None
    if not patterns or len(patterns) > 1 << _BITS:
        return None
    flags = hyperscan.HS_FLAG_MULTILINE | (0 if ascii_only else hyperscan.HS_FLAG_UTF8)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[pattern.encode() for _, pattern in patterns],
            ids=list(range(len(patterns))),
            flags=[flags] * len(patterns),
        )
    except hyperscan.error:
        return None
    return database
