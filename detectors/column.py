"""All detectors over one column of an Arrow batch.

Clear cells are decided at once (`detectors.arrow`); the others are read by the plain detectors, each different text
once. `plain=True` reads every cell the plain way: the two give the same matches, and tests hold them to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from operator import add

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors import long_cell
from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.gates import Gates, Opened, gate_of
from detectors.arrow.kinds import Kinds
from detectors.arrow.outcome import Hits, Outcome
from detectors.described import describe
from detectors.grouped import COUNTS, Parted
from detectors.header import said
from detectors.interface import BETWEEN_READINGS, SAMPLES, ColumnMatches, DetectSettings, Evidence, Match
from detectors.names import NameExaminers
from detectors.registry import make
from detectors.remembered import Remembered
from detectors.shape import Shape, ShapeDetector, overlaps

WEAK = 0.3
"""Score below which a match says little by itself."""
PIECE = 4 * 1024 * 1024
"""Bytes of a column that are looked at together: numpy's arrays over digits take up to fifty times as much."""
LARGE = 256 * 1024
"""Bytes of a cell from which it is cut in pieces."""
HEADERS = 10_000
"""Names of columns that are kept with what they say."""
NAMED_GROUPS = 8
"""Small things that are looked through together, of which free text is searched for names."""
_NO_CELLS = np.zeros(0, np.int64)

CERTAIN = 0.9
"""Score from which a match is believed without its column."""

Spans = list[tuple[int, int]]


class ColumnDetector:
    """Finds every entity that the settings ask for, column by column."""

    def __init__(self, settings: DetectSettings, *, plain: bool = False) -> None:
        """Make the detectors, the user's own included.

        Args:
            settings: what to look for.
            plain: read every cell with the plain detectors.

        Raises:
            UnknownEntityError: the settings name an entity that nothing finds.
            DetectorError: a bad phone region, or a recognizer file that cannot be loaded.
        """
        self._detectors: list[ShapeDetector] = make(settings)
        self._names = NameExaminers(settings)
        if settings.recognizers is not None:
            from detectors.own import own_detectors  # noqa: PLC0415 Presidio takes seconds to import

            self._detectors += own_detectors(settings)
        self._plainly = plain
        self._known_headers: dict[str, set[str]] = {}
        self._remembered = Remembered()
        self._kinds = Kinds([] if plain else self._detectors)
        rest = [one for one in self._detectors if one not in self._kinds]
        self._gates = Gates(rest, {one.entity for one in self._detectors})

    def detect(
        self, column: pa.Array | pa.ChunkedArray, header: str = "", *, first: bool = True
    ) -> list[ColumnMatches]:
        """Look through a text column; entities without any candidate are left out.

        Args:
            column: `string` or `large_string`, nulls allowed, less than 2 GB.
            header: the column's name, or the path of a JSON member; empty where there is none.
            first: whether this is the batch that a chunk begins with: names in free text are sampled there.
        """
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        large = np.flatnonzero(_lengths(whole) > LARGE) if not self._plainly else _NO_CELLS
        rest = _without(whole, large)
        pieces = list(_pieces(rest))
        if len(pieces) == 1 and not len(large):
            return self._detect(rest, header, first=first)
        parts = [(start, self._detect(piece, header, first=first and start == 0)) for start, piece in pieces]
        return _together([*parts, *((0, self._detect_long(whole[row], row, header)) for row in large.tolist())])

    def detect_groups(
        self, column: pa.Array, sizes: Sequence[int], header: str = "", *, first: bool = True, named: int | None = None
    ) -> list[list[ColumnMatches]]:
        """Look through the columns of several small things that lie end to end, as `detect` does through each alone.

        One look costs some milliseconds however little there is: a message of a mailbox has twenty columns of a cell.

        Args:
            column: `string`, the columns of all, nulls allowed.
            sizes: rows of each.
            header: the name that all have.
            first: whether the things begin here.
            named: in how many of the things names in free text are looked for; None: in a few.
        """
        stops = np.cumsum(np.asarray(sizes, np.int64))
        if len(sizes) == 1 or len(list(_pieces(column))) > 1 or (_lengths(column) > LARGE).any():
            slices = [column.slice(stop - size, size) for stop, size in zip(stops.tolist(), sizes, strict=True)]
            return [self.detect(one, header, first=first) for one in slices]
        groups = np.repeat(np.arange(len(sizes)), sizes)
        cells, headed = Cells(column), self._headed(header)
        outcomes = self._kinds.decide(cells, headed)
        opened = self._opened(cells, headed, outcomes)
        tallies = self._plain(cells.column, opened, headed)
        parted = Parted(cells.column, groups, stops)
        for entity, detector in {one.entity: one for one in self._detectors}.items():
            outcome, tally = outcomes.get(entity), tallies.get(entity)
            matches = _joined(detector, cells, opened.cells, outcome, tally)
            if matches is not None:
                parted.add(matches, _counts(outcome, tally, opened.cells, groups, len(sizes)))
        if self._names:
            self._name_groups(parted, header, first=first, named=named or NAMED_GROUPS)
        return parted.found

    def _name_groups(self, parted: Parted, header: str, *, first: bool, named: int) -> None:
        """Look for persons and places in what lies end to end; each thing by itself where there is anything at all."""
        texts = _Texts.of(parted.column)
        some = bool(self._names.examine(texts.values, texts.counts, header, first=False))
        count = len(parted.found)
        sampled = set(range(0, count, max(1, count // named))) if first else set()
        for number in range(count) if some else sorted(sampled):
            texts = _Texts.of(parted.slice(number))
            parted.found[number] += self._names.examine(texts.values, texts.counts, header, first=number in sampled)

    def _detect(self, whole: pa.Array, header: str, *, first: bool) -> list[ColumnMatches]:
        """Look through some cells at once."""
        filled = pc.fill_null(whole, "") if whole.null_count else whole
        found = self._values(filled, header)
        if self._names:
            texts = _Texts.of(filled)
            found += self._names.examine(texts.values, texts.counts, header, first=first)
        return found

    def _values(self, whole: pa.Array, header: str) -> list[ColumnMatches]:
        """Look for what is found value by value."""
        cells, headed = Cells(whole), self._headed(header)
        outcomes = self._kinds.decide(cells, headed)
        opened = self._opened(cells, headed, outcomes)
        open_ = opened.cells
        tallies = self._plain(cells.column, opened, headed)
        found = [
            matches
            for entity, detector in {one.entity: one for one in self._detectors}.items()
            if (matches := _joined(detector, cells, open_, outcomes.get(entity), tallies.get(entity))) is not None
        ]
        describe(whole, found)
        return found

    def _detect_long(self, cell: pa.Scalar, row: int, header: str) -> list[ColumnMatches]:
        """Look through one very long cell piece by piece; names are not looked for in it."""
        parts = []
        for pieces in long_cell.columns(cell.as_buffer()):
            different = pieces.dictionary_encode().dictionary
            # what says the same over and over, as bombs do, is looked at once where there is nothing in it
            if 2 * len(different) > len(pieces) or self._values(different, header):
                parts.append((0, self._values(pieces, header)))
        return [long_cell.as_one(one, row) for one in _together(parts)]

    def _headed(self, header: str) -> set[str]:
        """Give the entities for which a column's name speaks."""
        known = self._known_headers.get(header)
        if known is None:
            known = {one.entity for one in self._detectors if header and said(header, one.header_words)[0] is not None}
            if len(self._known_headers) >= HEADERS:
                self._known_headers.clear()
            self._known_headers[header] = known
        return known

    def _opened(self, cells: Cells, headed: set[str], outcomes: dict[str, Outcome]) -> Opened:
        """Say which cells the plain detectors read, and where each of them has to look."""
        if self._plainly:
            return Opened(cells.lengths > 0)
        opened = self._gates.open(cells, headed, outcomes)
        unusual = self._kinds.unusual(cells)
        opened.cells |= unusual
        for outcome in outcomes.values():
            opened.cells |= outcome.open
        looks = self._kinds.looks(outcomes, unusual)
        self._gates.beside(opened, {one.entity: mask for one, mask in looks.items()})
        opened.looks |= looks
        return opened

    def _plain(self, column: pa.Array, opened: Opened, headed: set[str]) -> dict[str, _Read]:
        """Read the open cells with every detector that could find something there."""
        found: dict[str, _Read] = {}
        places = np.flatnonzero(opened.cells)
        if not len(places):
            return found
        texts = _Texts.of(column.take(pa.array(places)))
        taken: dict[int, Spans] = {}
        for detector in self._detectors:
            known = found.get(detector.entity)
            tally = known[0] if known else _Tally()
            look, gate = opened.looks.get(detector), gate_of(detector, headed=detector.entity in headed)
            several = texts.passing(gate) if look is None else texts.at(look[places])
            shapes = self._remembered.of(detector, headed=detector.entity in headed)
            for at, text in several:
                tally.read(at, text, int(texts.counts[at]), shapes(text), taken)
            if tally.seen:
                found[detector.entity] = (tally, places, texts)
        return found


def _lengths(column: pa.Array) -> Integers:
    lengths: Integers = pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths


def _without(column: pa.Array, rows: Integers) -> pa.Array:
    """Empty some cells."""
    if not len(rows):
        return column
    emptied = np.zeros(len(column), np.bool_)
    emptied[rows] = True
    return pc.if_else(pa.array(emptied), pa.scalar("", column.type), column)


def _pieces(column: pa.Array) -> Iterator[tuple[int, pa.Array]]:
    """Cut a column so that what is looked at together stays small; gives the first row of each piece too."""
    lengths = _lengths(column)
    number = np.cumsum(lengths) // PIECE
    starts = np.flatnonzero(np.diff(number, prepend=-1)) if len(number) else np.zeros(1, np.int64)
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(column)], strict=True):
        yield start, column.slice(start, stop - start)


def _together(parts: Sequence[tuple[int, list[ColumnMatches]]]) -> list[ColumnMatches]:
    """Put the matches of a column's pieces together again."""
    by_entity: dict[str, list[tuple[int, ColumnMatches]]] = {}
    for start, found in parts:
        for one in found:
            by_entity.setdefault(one.entity, []).append((start, one))
    whole = []
    for entity, several in by_entity.items():
        evidence = several[0][1].evidence
        for _, one in several[1:]:
            evidence = evidence.merge(one.evidence)
        rows = np.concatenate([one.rows + start for start, one in several])
        order = np.argsort(rows, kind="stable")
        keys = pa.concat_arrays([one.keys.take(pa.array(one.index)) for _, one in several]).dictionary_encode()
        index = keys.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        whole.append(
            ColumnMatches(entity, rows[order], index[order], keys.dictionary, several[0][1].detector, evidence)
        )
    return whole


@dataclass(frozen=True, repr=False)
class _Texts:
    """The different texts of some cells, and which cells hold each."""

    values: pa.Array
    rows: Integers
    """Position in `values` for each cell."""
    counts: Integers
    """Cells for each of `values`."""

    @classmethod
    def of(cls, column: pa.Array) -> _Texts:
        """Take cells apart."""
        encoded = column.dictionary_encode()
        rows = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(encoded.dictionary, rows, np.bincount(rows, minlength=len(encoded.dictionary)))

    def passing(self, gate: str) -> Iterator[tuple[int, str]]:
        """Give position and text of the values that pass a gate."""
        mask = pc.match_substring_regex(self.values, gate)
        return self._of(np.flatnonzero(mask.to_numpy(zero_copy_only=False)))

    def at(self, mask: Mask) -> Iterator[tuple[int, str]]:
        """Give position and text of the values of some of the cells."""
        held = np.zeros(len(self.values), np.bool_)
        held[self.rows[mask]] = True
        return self._of(np.flatnonzero(held))

    def _of(self, positions: Integers) -> Iterator[tuple[int, str]]:
        for start in range(0, len(positions), 1024):
            some = positions[start : start + 1024]
            yield from zip(some.tolist(), self.values.take(pa.array(some)).to_pylist(), strict=True)


@dataclass(repr=False)
class _Tally:
    """What one entity has in the texts read the plain way."""

    values: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Readings of each distinct value, and its number."""
    found: dict[int, list[int]] = field(default_factory=dict)
    """Text's position to the numbers of the values in it."""
    evidence: Evidence = field(default_factory=Evidence)
    told: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Text's position to what one cell of it adds to the evidence, in the order of `grouped.COUNTS`."""

    @property
    def seen(self) -> bool:
        """Whether anything had at least the shape."""
        return bool(self.evidence.candidates)

    def read(self, at: int, text: str, count: int, shapes: Iterable[Shape], taken: dict[int, Spans]) -> None:
        """Take what has the shape in a text that `count` cells hold; spans in `taken` belong to other entities."""
        spans = taken.get(at)
        if spans:
            spans.sort()
        matches: list[Match] = []
        tried = told = 0
        for outspoken, match in shapes:
            if match is not None:
                if spans and overlaps(spans, match.start, match.end):
                    continue
                matches.append(match)
            tried += 1
            told += outspoken
        if not tried:
            return
        explicit = weak = certain = whole = 0
        if matches:
            for match in matches:
                explicit += match.explicit
                weak += match.score < WEAK
                certain += match.score >= CERTAIN
            whole = int(len(matches) == 1 and _fills(matches[0], text))
            self._add(at, count, matches)
            taken.setdefault(at, []).extend([(match.start, match.end) for match in matches])
        evidence = self.evidence
        evidence.candidates += count * tried
        evidence.explicit_candidates += count * told
        evidence.explicit += count * explicit
        evidence.weak += count * weak
        evidence.certain += count * certain
        evidence.whole += count * whole
        counts, known = (tried, told, explicit, weak, certain, whole), self.told.get(at)
        self.told[at] = counts if known is None else tuple(map(add, known, counts))

    def _add(self, at: int, count: int, matches: Sequence[Match]) -> None:
        self.evidence.matches += count * len(matches)
        numbers = self.found.get(at)
        if numbers is None:
            self.evidence.matched_cells += count
            numbers = self.found[at] = []
        numbers.extend([self.values.setdefault(match.readings, len(self.values)) for match in matches])

    def spread(self, places: Integers, texts: _Texts) -> tuple[Integers, pa.Array]:
        """Give the row and the key of each match."""
        rows, index = _spread(texts, self.found)
        keys = pa.array([BETWEEN_READINGS.join(readings) for readings in self.values], pa.string())
        return places[rows], keys.take(pa.array(index))


_Read = tuple[_Tally, Integers, _Texts]
"""What was read the plain way: the tally, the cells, and their texts."""


def _fills(match: Match, text: str) -> bool:
    whole = match.end - match.start == len(text)
    return whole or (not text[: match.start].strip() and not text[match.end :].strip())


def _spread(texts: _Texts, found: dict[int, list[int]]) -> tuple[Integers, Integers]:
    """Give the row of each match, ascending, and the number of its value."""
    held = np.zeros(len(texts.values), dtype=np.int64)
    positions = np.fromiter(found, np.int64, len(found))
    held[positions] = np.fromiter(map(len, found.values()), np.int64, len(found))
    starts = np.zeros(len(held), dtype=np.int64)
    starts[positions] = np.cumsum(held[positions]) - held[positions]
    numbers = np.fromiter((number for group in found.values() for number in group), np.int64)
    rows = np.flatnonzero(held[texts.rows])
    times = held[texts.rows[rows]]
    repeated = np.repeat(rows, times)
    step = np.arange(len(repeated)) - np.repeat(np.cumsum(times) - times, times)
    return repeated, numbers[starts[texts.rows[repeated]] + step]


def _joined(
    detector: ShapeDetector,
    cells: Cells,
    open_: Mask,
    outcome: Outcome | None,
    read: _Read | None,
) -> ColumnMatches | None:
    """Put together what was decided at once and what was read the plain way; None where nothing had the shape."""
    evidence = read[0].evidence if read else Evidence()
    rows: list[Integers] = []
    keys: list[pa.Array] = []
    if outcome is not None:
        for hits in outcome.hits:
            _count(evidence, hits, ~open_[hits.cells])
            if len(hits.cells):
                rows.append(hits.cells)
                keys.append(hits.keys)
        if rows:
            evidence.matched_cells += len(np.unique(np.concatenate(rows)))
        for missed, explicit in outcome.misses:
            closed = ~open_[missed]
            evidence.candidates += int(closed.sum())
            evidence.explicit_candidates += int(explicit[closed].sum())
    if read:
        places, values = read[0].spread(read[1], read[2])
        rows.append(places)
        keys.append(values)
    if not evidence.candidates:
        return None
    evidence.cells = cells.filled
    return _matches(detector, rows, keys, evidence)


def _count(evidence: Evidence, hits: Hits, closed: Mask) -> None:
    """Count hits in cells that nothing left open; the others are thrown away."""
    if not closed.all():
        hits.keep(closed)
    size, explicit = len(hits.cells), int(hits.explicit.sum())
    evidence.matches += size
    evidence.candidates += size
    evidence.explicit += explicit
    evidence.explicit_candidates += explicit
    evidence.weak += int(hits.weak.sum())
    evidence.certain += size * hits.certain
    evidence.whole += int(hits.whole.sum())


def _counts(outcome: Outcome | None, read: _Read | None, open_: Mask, groups: Integers, number: int) -> Integers:
    """Give what `_joined` counted by group: a row for each of `grouped.COUNTS`.

    Args:
        outcome: as `_joined` left it.
        read: likewise.
        open_: cells that were read the plain way.
        groups: of each cell.
        number: of groups.
    """
    counts = np.zeros((len(COUNTS), number), np.int64)

    def add(cells: Integers, *weights: Integers | Mask | int) -> None:
        for place, one in enumerate(weights):
            held = np.broadcast_to(np.asarray(one, np.int64), len(cells))
            counts[place] += np.bincount(groups[cells], held, number).astype(np.int64)

    if outcome is not None:
        for hits in outcome.hits:
            add(hits.cells, 1, hits.explicit, hits.explicit, hits.weak, int(hits.certain), hits.whole)
        for missed, explicit in outcome.misses:
            closed = ~open_[missed]
            add(missed[closed], 1, explicit[closed])
    if read:
        tally, places, texts = read
        table = np.zeros((len(texts.values), len(COUNTS)), np.int64)
        for at, told in tally.told.items():
            table[at] = told
        add(places, *table[texts.rows].T)
    return counts


def _matches(
    detector: ShapeDetector, rows: Sequence[Integers], keys: Sequence[pa.Array], evidence: Evidence
) -> ColumnMatches:
    every = np.concatenate(rows) if rows else _NO_CELLS
    encoded = pa.concat_arrays(
        [key.cast(pa.string()) for key in keys] or [pa.array([], pa.string())]
    ).dictionary_encode()
    index = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    if len(every) and (every[1:] < every[:-1]).any():
        order = np.argsort(every, kind="stable")
        every, index = every[order], index[order]
    if not detector.tokenised:
        masks = {detector.mask(key.split(BETWEEN_READINGS)[0]) for key in encoded.dictionary.to_pylist()}
        evidence.samples = tuple(nsmallest(SAMPLES, masks))
    return ColumnMatches(detector.entity, every, index, encoded.dictionary, detector, evidence)
