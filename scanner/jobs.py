"""What is being read: an asset, and the chunks of it that workers have in hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.interface import Asset, Chunk, LocatorKind
from detectors.redact import redact
from inventory.records import Line, Version
from scanner.partial import Partial
from scanner.plan import Met
from scanner.targets import Target

ROW_BYTES = 150
"""Of a row in a table whose store tells rows and no bytes: a guess for the time left."""
SMALL = 256 * 1024
"""Bytes up to which an asset is small."""
UNKNOWN_BYTES = 64 * 1024
"""Of an asset whose store tells neither."""


@dataclass
class Job:
    """An asset that is being read."""

    target: Target
    source_id: int
    met: Met
    asset: Asset
    version: Version
    limit: int | None
    partial: Partial = field(default_factory=Partial)
    """Over all chunks, up to their marks."""
    chunk_parts: dict[int, Partial] = field(default_factory=dict)
    open_chunks: int = 0
    rows: int = 0
    size: int = 0
    error: tuple[str, str] | None = None
    sampled: bool = False
    within: int | None = None
    """Number of the asset that holds it."""
    inside: dict[int, Job | None] = field(default_factory=dict)
    """Of a pack: what of it is being read, by number; None for what is not."""

    @property
    def weight(self) -> int:
        """Give the bytes that it is thought to hold: as the store says, or guessed."""
        if self.asset.size is not None:
            return self.asset.size
        return ROW_BYTES * self.asset.rows if self.asset.rows is not None else UNKNOWN_BYTES

    def line(self) -> Line:
        """Give its line of the coverage, once it is read."""
        met, version = self.met.line, self.version
        if self.error is not None:
            status, cause, reason = "failed", *self.error
        elif self.sampled:
            records = "1 record" if version.rows == 1 else f"{version.rows:,} records"
            status, cause, reason = "truncated", "sample", f"a sample, as asked: {records}"
        elif self.partial.cut:
            status, cause, reason = "truncated", "cut", self.partial.cut
        else:
            status, cause, reason = "scanned", "", ""
        rows, size = (version.rows or None, self.asset.size) if self.asset.pack else (version.rows, version.bytes)
        told = (status, cause, redact(reason), rows, size, round(version.seconds, 3), self.within)
        return Line(met.name, met.kind, *told, file=met.file)


@dataclass(eq=False)
class ChunkRun:
    """A chunk that is being read, over several tasks."""

    job: Job
    chunk: Chunk
    mark: dict[str, object] | None
    first: bool = True
    pending: Partial = field(default_factory=Partial)
    """What came since the mark."""
    pending_rows: int = 0
    pending_size: int = 0
    pending_seconds: float = 0.0
    tries: int = 0
    long: bool = False
    """It took more than one task, so that nothing may come between this and the next."""
    written: bool = False
    """Whether something that was found in it stands in the inventory."""

    @property
    def small(self) -> bool:
        """Whether it is thought to be read in a moment, so that it goes together with others."""
        size, limit = self.job.asset.size, self.job.target.source.max_mb_per_s
        return size is not None and size <= SMALL and limit is None and not self.long and not self.tries

    @property
    def repeatable(self) -> bool:
        """Whether reading on behind the mark surely meets the same records at the same addresses."""
        return self.job.asset.fingerprint is not None or self.job.asset.locator is LocatorKind.KEY

    def forget_pending(self) -> None:
        """Drop what came since the mark: it was written with one, or its worker died."""
        self.pending, self.pending_rows, self.pending_size, self.pending_seconds = Partial(), 0, 0, 0.0
