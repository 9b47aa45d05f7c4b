"""What the engine asks of a worker and what it gets back: tokens, packed locators, masked samples and counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.interface import Asset, Chunk, Mark, SourceSpec, Unread
from detectors.interface import DetectSettings
from inventory.handover import Handover
from scanner.partial import Partial


@dataclass(frozen=True)
class Task:
    """A chunk to be read on from where the last task of it stopped."""

    reading: tuple[int, int]
    """Version and chunk: what is being read, over several tasks."""
    spec: SourceSpec
    asset: Asset
    chunk: Chunk
    after: Mark | None
    """Where to begin when this worker is not in the middle of the chunk."""
    first: bool
    """Begin anew at `after`, even if this worker has been reading the chunk."""
    detect: DetectSettings
    region: str | None
    """Of the source: it settles which country a national phone number is of."""
    lookup_key: bytes = field(repr=False)
    client_key: bytes = field(repr=False)
    rows_left: int | None = None
    """Rows that may still be read of the asset in `sample` mode; None: all."""
    max_bytes_per_s: float | None = None


@dataclass
class Result:
    """What a task brought."""

    reading: tuple[int, int]
    fields: list[str] = field(default_factory=list)
    locations: Handover = field(default_factory=Handover)
    partial: Partial = field(default_factory=Partial)
    inner: list[Inner] = field(default_factory=list)
    """Of a pack: what it holds, in order; the last may go on in the next result. What it has itself, as a message does
    beside its attachments, stands in the result as for any other asset."""
    own_error: tuple[str, str] | None = None
    """Of a pack: cause and reason, where what it has itself could not be read to its end; the rest goes on."""
    anew: bool = False
    """The worker had let go of the reading, and began again behind the last mark: what came since is told again."""
    mark: Mark | None = None
    """Where reading can resume; None where it cannot yet."""
    done: bool = False
    rows: int = 0
    size: int = 0
    seconds: float = 0.0
    pause: float = 0.0
    """Seconds to wait before the chunk goes on, to hold a rate limit."""
    sampled: bool = False
    """It stopped because the sample was full."""
    error: tuple[str, str] | None = None
    """Cause and reason, where the asset could not be read or not to its end."""
    lost: bool = False
    """The source as a whole has gone."""


@dataclass
class Inner:
    """What a task brought of one thing inside a pack."""

    number: int
    """From 0, over all that the pack holds."""
    told: Asset | Unread
    fields: list[str] = field(default_factory=list)
    locations: Handover = field(default_factory=Handover)
    partial: Partial = field(default_factory=Partial)
    rows: int = 0
    size: int = 0
    done: bool = False
    sampled: bool = False
    error: tuple[str, str] | None = None
