"""Passwords stored as hashes, at once: cells under a telling header that are one hash and nothing else.

The forms are those of `detectors.password_hash` that hosted applications use most; others are left to the plain way.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from detectors.arrow.cells import Cells
from detectors.arrow.outcome import Hits, Outcome

_FORMS = (
    (r"^\$2[abxy]\$[0-3][0-9]\$[0-9A-Za-z./]+$", (60,)),
    (r"^\$[PH]\$[0-9A-Za-z./]+$", (34,)),
    (r"^[0-9a-f]+$", (32, 40, 64)),
)
"""Pattern without counts, which make RE2 slow, and the lengths."""


def hashes(cells: Cells) -> Outcome:
    """Find the cells that are one hash; all of a kind stand for one value, since no value is kept."""
    outcome = Outcome.of(cells)
    for pattern, lengths in _FORMS:
        for length in lengths:
            maybe = np.flatnonzero(cells.lengths == length)
            hit = maybe[cells.matching(maybe, pattern)]
            if len(hit):
                keys = cells.column.take(pa.array(np.repeat(hit[:1], len(hit)))).cast(pa.string())
                told, weak = np.ones(len(hit), np.bool_), np.zeros(len(hit), np.bool_)
                outcome.hits.append(Hits(hit, keys, told, weak, told.copy(), certain=True))
    return outcome
