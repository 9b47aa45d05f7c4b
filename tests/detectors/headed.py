"""What a detector finds in a cell under a telling header, and what is claimed of a whole column."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings, Verdict
from detectors.shape import ShapeDetector
from detectors.verdict import judge


def found_under_header(detector: ShapeDetector, text: str) -> tuple[str, ...]:
    """Give the first reading of each match in a cell of a column whose name speaks for the entity."""
    return tuple(one.match.readings[0] for one in detector.shapes_under(text, headed=True) if one.match)


def verdict(entity: str, header: str, cells: Sequence[str | None]) -> Verdict | None:
    """Judge one entity in a column; None where nothing of it was found."""
    found = ColumnDetector(DetectSettings(entities=(entity,))).detect(pa.array(cells, pa.string()), header)
    for one in found:
        if one.evidence.matches:
            return judge(one.entity, header, "", one.evidence, len(one.values), len(cells))
    return None


def confidence(entity: str, header: str, cells: Sequence[str | None]) -> str | None:
    """Say how sure a column is to hold an entity; None where nothing of it was found."""
    judged = verdict(entity, header, cells)
    return judged.confidence if judged else None
