"""All detectors over one column of an Arrow batch: gates first, then each distinct text once.

The seam for speed: whatever replaces the inside must give the same `ColumnMatches` as this plain way does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.context import ContextDetector, near_gate
from detectors.header import said
from detectors.interface import ColumnMatches, DetectSettings, Evidence, Match
from detectors.names import NameExaminers
from detectors.registry import make
from detectors.shape import ShapeDetector, overlaps

SHORT_TEXT = 64
"""Mean bytes of a cell up to which looking for repeated texts costs less than it saves."""

WEAK = 0.3
"""Score below which a match says little by itself."""

Spans = list[tuple[int, int]]
Integers = npt.NDArray[np.int64]


class ColumnDetector:
    """Finds every entity that the settings ask for, column by column."""

    def __init__(self, settings: DetectSettings) -> None:
        """Make the detectors, the user's own included.

        Raises:
            UnknownEntityError: the settings name an entity that nothing finds.
            DetectorError: a bad phone region, or a recognizer file that cannot be loaded.
        """
        self._detectors: list[ShapeDetector] = make(settings)
        self._names = NameExaminers(settings)
        if settings.recognizers is not None:
            from detectors.own import own_detectors  # noqa: PLC0415 Presidio takes seconds to import

            self._detectors += own_detectors(settings)

    def detect(
        self, column: pa.Array | pa.ChunkedArray, header: str = "", *, first: bool = True
    ) -> list[ColumnMatches]:
        """Look through a text column; entities without any candidate are left out.

        Args:
            column: `string` or `large_string`, nulls allowed.
            header: the column's name, or the path of a JSON member; empty where there is none.
            first: whether this is the batch that a chunk begins with: names in free text are sampled there.
        """
        texts = _Texts.of(column)
        tallies: dict[str, _Tally] = {}
        taken: dict[int, Spans] = {}
        for detector in self._detectors:
            headed = bool(header) and said(header, detector.header_words)[0] is not None
            tally = tallies.setdefault(detector.entity, _Tally(detector, headed=headed))
            for at, text in texts.passing(_gate(detector, headed=headed)):
                tally.read(at, text, int(texts.counts[at]), taken)
        found = [tally.result(texts) for tally in tallies.values() if tally.seen]
        return found + self._names.examine(texts.values, texts.counts, header, first=first)


def _gate(detector: ShapeDetector, *, headed: bool) -> str:
    """Give the pattern that a text with a match passes, header considered."""
    if headed or not isinstance(detector, ContextDetector):
        return detector.gate
    near = near_gate(detector.near)
    return f"{near}|(?:{detector.sure_gate})" if detector.sure_gate else near


@dataclass(frozen=True, repr=False)
class _Texts:
    """The different texts of a column, and which rows hold each."""

    values: pa.Array
    rows: Integers
    """Position in `values` for each row; the length of `values` where the cell is null."""
    counts: Integers
    """Rows for each of `values`."""
    cells: int
    """Rows with some text."""

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> _Texts:
        """Take a column apart; long texts are not compared with one another."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if whole.nbytes <= SHORT_TEXT * max(1, len(whole)):
            encoded = whole.dictionary_encode()
            values = encoded.dictionary
            rows = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
        else:
            values, rows = whole, np.arange(len(whole), dtype=np.int64)
        counts = np.bincount(rows, minlength=len(values) + 1)[: len(values)].astype(np.int64)
        filled = pc.fill_null(pc.match_substring_regex(values, r"\S"), fill_value=False)
        return cls(values, rows, counts, int(counts[filled.to_numpy(zero_copy_only=False)].sum()))

    def passing(self, gate: str) -> Iterator[tuple[int, str]]:
        """Give position and text of the values that pass a gate."""
        mask = pc.fill_null(pc.match_substring_regex(self.values, gate), fill_value=False)
        positions = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
        for start in range(0, len(positions), 1024):
            some = positions[start : start + 1024]
            yield from zip(some.tolist(), self.values.take(pa.array(some)).to_pylist(), strict=True)


@dataclass(repr=False)
class _Tally:
    """What one entity has in a column so far."""

    detector: ShapeDetector
    headed: bool = False
    """The column's name speaks for the entity."""
    values: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Readings of each distinct value, and its number."""
    found: dict[int, list[int]] = field(default_factory=dict)
    """Text's position to the numbers of the values in it."""
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def seen(self) -> bool:
        """Whether anything had at least the shape."""
        return bool(self.evidence.candidates)

    def read(self, at: int, text: str, count: int, taken: dict[int, Spans]) -> None:
        """Look through one text that `count` cells hold; spans in `taken` belong to other entities already."""
        spans = taken.get(at)
        if spans:
            spans.sort()
        matches: list[Match] = []
        tried = told = 0
        for explicit, match in self.detector.shapes_under(text, headed=self.headed):
            if match is not None:
                if spans and overlaps(spans, match.start, match.end):
                    continue
                matches.append(match)
            tried += 1
            told += explicit
        if tried:
            self.evidence.candidates += count * tried
            self.evidence.explicit_candidates += count * told
        if matches:
            self._add(at, text, count, matches)
            taken.setdefault(at, []).extend((match.start, match.end) for match in matches)

    def _add(self, at: int, text: str, count: int, matches: Sequence[Match]) -> None:
        evidence = self.evidence
        evidence.matches += count * len(matches)
        for match in matches:
            evidence.explicit += count * match.explicit
            evidence.weak += count * (match.score < WEAK)
        evidence.whole += count * (len(matches) == 1 and _fills(matches[0], text))
        numbers = self.found.get(at)
        if numbers is None:
            evidence.matched_cells += count
            numbers = self.found[at] = []
        numbers.extend(self.values.setdefault(match.readings, len(self.values)) for match in matches)

    def result(self, texts: _Texts) -> ColumnMatches:
        """Spread the texts' values over the rows that hold them."""
        self.evidence.cells = texts.cells
        masks = {self.detector.mask(readings[0]) for readings in self.values}
        self.evidence.samples = tuple(nsmallest(3, masks))
        rows, index = _spread(texts, self.found)
        return ColumnMatches(
            self.detector.entity, rows, index, list(self.values), self.detector.tokenised, self.evidence
        )


def _fills(match: Match, text: str) -> bool:
    whole = match.end - match.start == len(text)
    return whole or (not text[: match.start].strip() and not text[match.end :].strip())


def _spread(texts: _Texts, found: dict[int, list[int]]) -> tuple[list[int], list[int]]:
    """Give the row of each match, ascending, and the number of its value."""
    held = np.zeros(len(texts.values) + 1, dtype=np.int64)
    positions = np.fromiter(found, np.int64, len(found))
    held[positions] = np.fromiter(map(len, found.values()), np.int64, len(found))
    starts = np.zeros(len(held), dtype=np.int64)
    starts[positions] = np.cumsum(held[positions]) - held[positions]
    numbers = np.fromiter((number for group in found.values() for number in group), np.int64)
    rows = np.flatnonzero(held[texts.rows])
    times = held[texts.rows[rows]]
    repeated = np.repeat(rows, times)
    step = np.arange(len(repeated)) - np.repeat(np.cumsum(times) - times, times)
    return repeated.tolist(), numbers[starts[texts.rows[repeated]] + step].tolist()
