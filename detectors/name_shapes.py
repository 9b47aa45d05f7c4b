"""Texts that look like names: what they are made of, for whole columns and for a few texts of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from heapq import nsmallest

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

LOOKED_AT = 256
"""Texts, spread over the column, that decide whether the rest is worth a look."""
LISTED_AT_MOST = 1024
"""Texts, spread over the column, that are held against the lists of names."""

_LETTER = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u1fff\u2c00-\ud7ff\uf900-\U0010ffff"
"""Letters of all scripts, in a few ranges: RE2 takes 6 ms to compile the exact class, at each call of Arrow's.

No separator below may be one of them: that alone keeps the patterns linear for Python's engine too.
"""
_MARKS = "'\u2019\u00b7"
"""Apostrophes, and the dot that joins foreign names in Chinese."""
_WORD = rf"(?:[{_LETTER}][{_LETTER}{_MARKS}-]*|(?:[{_LETTER}]{{1,4}}\.)+)"
PERSON = rf"^\s*{_WORD}(?:,? {_WORD})*(?: \([{_LETTER} '.-]+\)?)?\s*$"
"""Words of letters in any script, initials, a comma behind the family name, a maiden name in brackets."""
PLACE = (
    rf"^\s*(?:(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}} )?[{_LETTER}][{_LETTER}{_MARKS}.-]*"
    rf"(?:[ /,]{{1,3}}\(?[{_LETTER}{_MARKS}.0-9-]+\)?)*\s*$"
)
"""Words of letters, perhaps a post code before them, a district's number, a canton or a second language behind."""
MOST_LETTERS = 64
MOST_BLANKS = 6
"""What no name of a person or a town is longer than, in characters and blanks."""

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def spread_positions(length: int, at_most: int) -> Integers:
    """Give some positions of a column, evenly."""
    taken = min(length, at_most)
    return (np.arange(taken) * (length / max(1, taken))).astype(np.int64)


def spread(values: pa.Array, at_most: int) -> list[str]:
    """Take some texts of a column, evenly; nulls and blanks are passed over."""
    some = values if len(values) <= at_most else values.take(pa.array(spread_positions(len(values), at_most)))
    return [text for text in some.to_pylist() if text and not text.isspace()]


def filled(values: pa.Array, counts: Integers) -> int:
    """Count the cells with some text."""
    some = pc.fill_null(pc.greater(pc.binary_length(values), 0), fill_value=False).to_numpy(zero_copy_only=False)
    return int(counts[some].sum())


def looks_like(text: str, pattern: str) -> bool:
    """Say of one text what `fitting` says of many."""
    return len(text) <= MOST_LETTERS and text.count(" ") <= MOST_BLANKS and re.match(pattern, text) is not None


def mostly(texts: list[str], pattern: str, least: float) -> bool:
    """Say whether at least a share of some texts match."""
    return sum(looks_like(text, pattern) for text in texts) >= max(1.0, least * len(texts))


def fitting(values: pa.Array, pattern: str) -> Flags:
    """Say which texts are as short as names and match a pattern; nulls do not."""
    brief = pc.less_equal(pc.utf8_length(values), MOST_LETTERS)
    few = pc.less_equal(pc.count_substring(values, " "), MOST_BLANKS)
    mask = pc.and_(pc.and_(brief, few), pc.match_substring_regex(values, pattern))
    flags: Flags = pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False)
    return flags


def chosen(values: pa.Array, flags: Flags) -> pa.Array:
    """Take the texts that are flagged."""
    return values.filter(pa.array(flags))


def samples(texts: list[str], mask: Callable[[str], str]) -> tuple[str, ...]:
    """Mask some texts, and give the first three in sorted order."""
    return tuple(nsmallest(3, {mask(text) for text in texts[:: max(1, len(texts) // 64)]}))
