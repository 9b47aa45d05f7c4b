"""What is known of a column beyond its matches: its profile as numbers, and how many matches are placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detectors.interface import ColumnMatches
from detectors.placeholders import KINDS, placeholders
from detectors.profile import DIGIT_KINDS, Profile

if TYPE_CHECKING:
    import pyarrow as pa


def describe(column: pa.Array | pa.ChunkedArray, found: Sequence[ColumnMatches]) -> None:
    """Add to the evidence of a column's matches what the column as a whole says; the profile is made once at most."""
    profile: Profile | None = None
    for one in found:
        if not one.evidence.matches:
            continue
        if one.entity in DIGIT_KINDS:
            profile = one.evidence.profile = profile or Profile.of(column)
        if one.entity in KINDS:
            one.evidence.placeholders = _placeholders(one)


def _placeholders(one: ColumnMatches) -> int:
    """Count the matches that stand for nobody; each distinct value is looked at once."""
    import numpy as np  # noqa: PLC0415 only a scan counts them

    held = np.asarray(placeholders(one.entity, one.keys))
    return int(np.bincount(one.index, minlength=len(held))[held].sum()) if held.any() else 0
