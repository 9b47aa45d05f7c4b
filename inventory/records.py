"""What a scan hands to the inventory: names, lines of the coverage, versions, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.keys import ClientKey, Sealer


@dataclass(frozen=True)
class Name:
    """A name from a store; `masked` is set where it is personal by itself, and then it is stored sealed."""

    text: str
    masked: str | None = None

    def stored(self, sealer: Sealer) -> str:
        """Give the form in which it stands in the database."""
        if self.masked is not None or self.text.startswith("\x02") or "\x03" in self.text:
            masked = self.masked if self.masked is not None else self.text
            return sealer.seal_name(self.text, masked.replace("\x02", "\\x02").replace("\x03", "\\x03"))
        return self.text


@dataclass(frozen=True)
class Line:
    """A line of the coverage, to be written."""

    name: Name
    kind: str
    status: str
    cause: str = ""
    reason: str = ""
    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    within: int | None = None
    """Number of the asset that holds it."""
    fingerprint: str | None = None
    """Of what is skipped: equal means that it would be skipped again."""
    file: str = ""
    """Name of the file that it lies in, from the root of the source; empty where there is none."""


@dataclass(frozen=True)
class AssetToRead:
    """What makes an asset's reading one that can be resumed or saved."""

    name: Name
    kind: str
    locator_kind: str
    key_names: tuple[Name, ...]
    fingerprint: str | None
    """Of the content; None: the store cannot tell whether it changed."""
    settings: str
    """Of the detectors and the mode; a reading under others is no reading of the same."""
    within: int | None = None
    """Number of the asset that holds it."""
    exposed: tuple[str, ...] = ()
    """What kind of place it lies in."""
    file: str = ""
    """As in `Line`."""


@dataclass
class Version:
    """A generation that is being built."""

    id: int
    asset_id: int
    client: ClientKey
    done: set[int] = field(default_factory=set)
    """Chunks that were read to their end."""
    marks: dict[int, Mapping[str, object] | None] = field(default_factory=dict)
    """Where to go on in the others."""
    partials: dict[int, bytes] = field(default_factory=dict)
    """What the engine kept with each chunk's mark."""
    bounds: dict[int, Mapping[str, object]] = field(default_factory=dict)
    """Of an asset in parts: what each chunk is of it."""
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    field_ids: dict[str, int] = field(default_factory=dict)


class Counted(NamedTuple):
    """How many findings of a version are shown; dismissed ones are neither."""

    claims: int
    hints: int


@dataclass(frozen=True)
class Unchanged:
    """An asset whose live version still holds."""

    rows: int
    bytes: int
    cut_cause: str
    """Empty where it was read whole."""
    cut: str
    counted: Counted
    """What it holds."""
    asset_id: int = 0
    """Its number."""
    told: bool = False
    """This very run read it before it was interrupted, and has told so: its line in the coverage stays."""


@dataclass(frozen=True)
class StillTrue:
    """Something that an earlier scan met and that did not change."""

    status: str
    """`unchanged`, `truncated` or `skipped`."""
    version: int | None = None
    asset: int | None = None
    pack: bool = False
    """Other things lie in it."""


@dataclass(frozen=True)
class ResultRow:
    """One finding of a version."""

    field: Name
    entity: str
    category: str
    count: int
    records: int
    distinct: int
    score: float
    confidence: str
    evidence: tuple[str, ...]
    samples: tuple[str, ...]
    sketch: bytes
    facts: str = "{}"
    """As JSON: what a review compares later (`candidates`, `explicit`, `declared` of `inventory.returns.Basis`), and
    `sampled` of `inventory.model.Finding`."""
