"""The role of a detector: one entity, found in a text, checked, brought into its canonical form, masked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from detectors.profile import Profile

NER_MODES = ("sample", "all", "off")
"""How free text is looked through for names: some texts of each column, every text, or none."""

DEFAULT_REGIONS = ("FR", "CH", "CA", "BE", "US", "GB")
"""Regions (ISO 3166-1 alpha-2) whose national phone numbers are understood when the settings name none."""


SAMPLES = 3
"""Masked values that are kept of each entity in a field."""

BETWEEN_READINGS = "\x1f"
"""Parts the readings of a value where they stand in one text; no canonical form holds it."""


class DetectorError(Exception):
    """Root of what this room raises."""


class UnknownEntityError(DetectorError):
    """An entity that no detector here finds."""


class IdentifierError(DetectorError):
    """A text that was to be looked up is no valid value of any known entity."""


@dataclass(frozen=True, repr=False)
class Match:
    """One value found in a text. Its `repr` never shows the value."""

    start: int
    """Offset of the first character, from 0."""
    end: int
    """Offset behind the last character."""
    score: float
    """0 to 1: how sure the value by itself is, without its column."""
    readings: tuple[str, ...]
    """Canonical forms, at least one. More than one where the notation leaves open which is meant (a national phone
    number that is valid in several regions), in the order of the settings' regions."""
    explicit: bool = False
    """The notation itself says what it is (a `+` and separators, a grouped card), rather than a bare run of digits."""

    def __repr__(self) -> str:
        return f"Match({self.start}:{self.end}, score={self.score:.2f}, readings={len(self.readings)})"


class Detector(ABC):
    """Finds one entity. Stateless after construction; cheap to make; picklable."""

    entity: ClassVar[str]
    """Presidio's name, or one made in its manner."""
    category: ClassVar[str]
    """`contact`, `financial`, `identity`, `technical`, `purchases`, `opinions`, `browsing`, `social`, `credentials`."""
    header_words: ClassVar[frozenset[str]]
    """Words in a column's name that speak for it, lower case without accents: English, French, German, Italian."""
    tokenised: ClassVar[bool] = True
    """False for spaces so small that a token would be the value itself; these are counted and located only."""
    version: ClassVar[int] = 1
    """Raised when what it finds changes, so that unchanged assets are read again."""

    @property
    @abstractmethod
    def gate(self) -> str:
        """An RE2 pattern that every text with a match matches; it may let too much through, never too little."""

    @abstractmethod
    def find(self, text: str) -> Iterator[Match]:
        """Find all values in a text, from left to right, without overlap."""

    def candidates(self, text: str) -> int:
        """Count what has the shape of a value, valid or not: how often chance had a try."""
        return sum(1 for _ in self.find(text))

    @abstractmethod
    def parse(self, text: str) -> tuple[str, ...]:
        """Bring one identifier, in any notation, into its canonical readings; empty where it is none."""

    @abstractmethod
    def mask(self, canonical: str) -> str:
        """Show a canonical value so that a person recognises its kind and nobody the person."""

    def rule(self, case: Case) -> Ruling:
        """Judge a column from its evidence: a score with the weightiest reason; without a rule of its own, a claim.

        Scores and helpers stand in `detectors.ruling`.
        """
        whole = case.evidence.whole / case.evidence.cells if case.evidence.cells else 0.0
        return (0.9 if whole >= 0.5 else 0.65), "found by your own recognizer"


@dataclass(frozen=True)
class DetectSettings:
    """What to look for; part of what makes two scans comparable."""

    entities: tuple[str, ...] | None = None
    """None: all that the program knows."""
    phone_regions: tuple[str, ...] = DEFAULT_REGIONS
    recognizers: str | None = None
    """Path of a Presidio recognizer file of the user's own."""
    ner: str = "sample"
    """Whether names are looked for in free text: `sample`, `all` or `off`."""


@dataclass(repr=False)
class Evidence:
    """What the cells of one field say about one entity; merges over batches and chunks in any order."""

    cells: int = 0
    """Cells with some text."""
    matched_cells: int = 0
    """Cells with at least one match."""
    matches: int = 0
    whole: int = 0
    """Matches that fill their cell, white space apart."""
    candidates: int = 0
    """What had the shape, valid or not."""
    explicit: int = 0
    """Matches whose notation says what they are."""
    samples: tuple[str, ...] = ()
    """Masked values, at most `SAMPLES`, the first in sorted order; a scan puts a part of the token in front of each."""
    explicit_candidates: int = 0
    """Candidates whose notation says what they should be, valid or not; of the same kind as `explicit`."""
    weak: int = 0
    """Matches that say little by themselves (score below 0.3): any number of that length would do."""
    certain: int = 0
    """Matches that need no column to be believed (score from 0.9): one in a hundred thousand notes is one."""
    placeholders: int = 0
    """Matches that stand for nobody (`detectors.placeholders`); they count among `matches` all the same."""
    profile: Profile | None = None
    """What the cells look like as numbers, for entities that other numbers are mistaken for."""
    different: int = 0
    """Of a column of names: different texts that were held against the lists of names."""
    listed: int = 0
    """Of `different`, those in which a known name stands where a name should."""
    read: int = 0
    """Of a column of free text: different texts that were looked through for persons and places."""
    naming: int = 0
    """Of `read`, those that name one."""

    def merge(self, other: Evidence) -> Evidence:
        """Add up two parts of a field."""
        return Evidence(
            self.cells + other.cells,
            self.matched_cells + other.matched_cells,
            self.matches + other.matches,
            self.whole + other.whole,
            self.candidates + other.candidates,
            self.explicit + other.explicit,
            tuple(sorted({*self.samples, *other.samples})[:SAMPLES]),
            self.explicit_candidates + other.explicit_candidates,
            self.weak + other.weak,
            self.certain + other.certain,
            self.placeholders + other.placeholders,
            self.profile.merge(other.profile) if self.profile and other.profile else self.profile or other.profile,
            self.different + other.different,
            self.listed + other.listed,
            self.read + other.read,
            self.naming + other.naming,
        )


class Masker(Protocol):
    """What a column's matches know of who found them: a detector, or an examiner of whole columns."""

    tokenised: ClassVar[bool]
    header_words: ClassVar[frozenset[str]]

    def mask(self, canonical: str) -> str:
        """Show a canonical value so that a person recognises its kind and nobody the person."""


@dataclass(frozen=True, repr=False)
class ColumnMatches:
    """All matches of one entity in one column; `keys` hold each distinct value once."""

    entity: str
    rows: Any
    """Row (from 0) of each match, ascending; an int64 array."""
    index: Any
    """Index into `keys` of each match; an int64 array as long as `rows`."""
    keys: Any
    """The distinct values as an Arrow array of text: canonical readings, joined by `BETWEEN_READINGS`."""
    detector: Masker
    """That found them."""
    evidence: Evidence
    """For the verdict; covers the cells of this column. Its samples are left to whoever makes tokens."""

    @property
    def tokenised(self) -> bool:
        """Whether the values may become tokens."""
        return self.detector.tokenised

    @property
    def values(self) -> list[tuple[str, ...]]:
        """The distinct values' canonical readings."""
        return [tuple(key.split(BETWEEN_READINGS)) for key in self.keys.to_pylist()]


@dataclass(frozen=True)
class Case:
    """All that a verdict rests on."""

    name: str
    """The column's, as words put together: `messageid`."""
    evidence: Evidence
    distinct: int
    """Different values found."""
    supporting: str | None
    """A word of the column's name that speaks for the entity."""
    counter: str | None
    """A word of the column's name that speaks for something else."""
    declared: str | None
    """The declared type, where it speaks against digits with a meaning of their own."""
    header: str = ""
    """The column's name, or the path of a JSON member, as it is."""
    beside: frozenset[str] | None = None
    """Words of the names of the fields beside it; None where they are not known."""

    @property
    def alone(self) -> bool:
        """Whether the values mostly fill their cells, rather than stand in longer texts."""
        return self.evidence.whole >= 0.8 * self.evidence.matches


Ruling = tuple[float, str]
"""Score, and the weightiest reason."""


@dataclass(frozen=True)
class Verdict:
    """What a column holds of one entity, how sure, and why."""

    score: float
    """0 to 1."""
    confidence: str
    """`high` and `medium` are claims; `low` is a hint for a person to look at."""
    evidence: tuple[str, ...] = field(default=())
    """Sentences in words, the weightiest first; no raw value."""
