"""Persons and places in one column: examiners of names, and a language model for free text."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest

import numpy as np
import pyarrow as pa

from detectors.columnar import ColumnExaminer
from detectors.interface import ColumnMatches, DetectSettings, Evidence
from detectors.models import state
from detectors.name_shapes import Integers, filled, spread_positions
from detectors.ner import Named, NameFinder, Plain, finder
from detectors.prose import anything, holds_prose, holds_remarks, prose, remark, several_words
from detectors.registry import examiners

SAMPLED = 200
"""Different texts of a column and chunk that are looked through in `sample` mode."""
AT_ONCE = 1000
"""Texts that are held as Python's at a time, so that memory stays flat in `all` mode."""


class NameExaminers:
    """Examines columns for persons and places.

    Args:
        settings: what to look for, and how free text is searched.
        names: finds names in free text; None: the models that are installed.
    """

    def __init__(self, settings: DetectSettings, names: NameFinder | None = None) -> None:
        self._examiners = examiners(settings)
        self._mode = settings.ner if names else state(settings)
        self._names = names

    def __bool__(self) -> bool:
        return bool(self._examiners)

    def examine(self, values: pa.Array, counts: Integers, header: str, *, first: bool) -> list[ColumnMatches]:
        """Examine a column's texts.

        Args:
            values: the different texts, `string` or `large_string`; nulls are passed over.
            counts: rows that hold each.
            header: the column's name, or the path of a JSON member.
            first: whether this is the batch that its chunk begins with, from which samples are taken.
        """
        found = {}
        for examiner in self._examiners:
            evidence = examiner.examine(values, counts, header)
            if evidence is not None:
                found[examiner.entity] = evidence
        if "PERSON" not in found and (self._mode == "all" or (self._mode == "sample" and first)):
            for entity, evidence in self._in_texts(values, counts, header).items():
                found.setdefault(entity, evidence)
        if found:
            cells = filled(values, counts)
            for evidence in found.values():
                evidence.cells = cells
        none, no_keys = np.zeros(0, np.int64), pa.array([], pa.string())
        known = {examiner.entity: examiner for examiner in self._examiners}
        return [ColumnMatches(entity, none, none, no_keys, known[entity], one) for entity, one in found.items()]

    def _in_texts(self, values: pa.Array, counts: Integers, header: str) -> dict[str, Evidence]:
        """Look through free text: all that has several words, or a sample of columns that hold prose or remarks."""
        if not len(values):
            return {}
        if self._mode == "all":
            at, plain_of = several_words(values), anything
        elif holds_remarks(values, header):
            at, plain_of = spread_positions(len(values), SAMPLED), remark
        elif holds_prose(values):
            at, plain_of = spread_positions(len(values), SAMPLED), prose
        else:
            return {}
        found: dict[str, Evidence] = {}
        for start in range(0, len(at), AT_ONCE):
            for entity, evidence in self._read(values, counts, at[start : start + AT_ONCE], plain_of).items():
                found[entity] = found.get(entity, Evidence()).merge(evidence)
        return found

    def _read(self, values: pa.Array, counts: Integers, at: Integers, plain_of: Plain) -> dict[str, Evidence]:
        """Look through the texts at some positions."""
        rows: dict[str, int] = {}
        for text, count in zip(values.take(pa.array(at)).to_pylist(), counts[at].tolist(), strict=True):
            if text:
                rows[text] = rows.get(text, 0) + count
        named = (self._names or finder()).read(rows, plain_of)
        return {one.entity: _evidence(one, named, rows) for one in self._examiners if named}


def _evidence(examiner: ColumnExaminer, named: Mapping[str, Named], rows: Mapping[str, int]) -> Evidence:
    """Count the texts that name one, and the rows that hold these."""
    hits = {
        text: hit
        for text, one in named.items()
        if (hit := one.person if examiner.entity == "PERSON" else one.place) is not None
    }
    cells = sum(rows[text] for text in hits)
    return Evidence(
        matched_cells=cells,
        matches=cells,
        candidates=len(named),
        samples=tuple(nsmallest(3, {examiner.mask(hit) for hit in hits.values()})),
        read=len(named),
        naming=len(hits),
    )
