"""The role of a connector: one store, walked into assets and read as Arrow batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

BATCH_ROWS = 65_536
"""Rows that a batch may hold at most."""
BATCH_BYTES = 64 * 1024 * 1024
"""Bytes of text that a batch may hold at most, save for one single record that is larger by itself."""

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with string keys."""
Mark = Mapping[str, Json]
"""A position inside a chunk, opaque to all but its connector. It may hold key values, so it is encrypted at rest."""
Part = int | str | None
"""One slot of a locator: a position (int), or a key part or JSON member name as text (None: SQL NULL in a key)."""


class Cause(StrEnum):
    """Why an asset was not read, or not to its end; the coverage turns it into a status."""

    VIEW = "view"  # skipped, and nothing is missing: its rows lie in tables
    SYSTEM = "system"  # skipped: the server's own schema
    FORMAT = "format"  # skipped: no reader for this kind of file
    LINK = "link"  # skipped: a symbolic link, or a device, socket or pipe
    EMPTY = "empty"  # skipped: nothing in it
    POLICY = "policy"  # skipped: the caller keeps it closed; it was not opened
    DENIED = "denied"  # failed: seen, and not readable with these rights
    LOCKED = "locked"  # failed: another process holds it
    CORRUPT = "corrupt"  # failed: damaged, or not what it claims to be
    TIMEOUT = "timeout"  # failed: the statement time-out cut it off
    LOST = "lost"  # failed: the connection broke
    GONE = "gone"  # failed: was listed, and is no longer there
    CUT = "cut"  # truncated: some cell or record was read only in part
    OTHER = "other"  # failed: see the reason

    @property
    def skipped(self) -> bool:
        """Whether the asset was left out on purpose rather than failed."""
        return self in _SKIPPED


_SKIPPED = frozenset({Cause.VIEW, Cause.SYSTEM, Cause.FORMAT, Cause.LINK, Cause.EMPTY, Cause.POLICY})


class LocatorKind(StrEnum):
    """How a record of an asset is addressed; the names are those of the contract, and all count from 1."""

    KEY = "key"
    ROW = "row"
    RECORD = "record"
    LINE = "line"
    PATH = "path"
    PAGE = "page"
    PARAGRAPH = "paragraph"
    SLIDE = "slide"
    PART = "part"


@dataclass(frozen=True)
class SourceSpec:
    """All that a connector needs to know to open a source."""

    name: str
    """The source's name in results: as in `recense.toml`, or the URL without password and query."""
    url: str
    """URL without password; the query holds the connector's options."""
    password: str | None = field(default=None, repr=False)
    """Shown nowhere."""
    statement_timeout: float = 600.0
    """Seconds that the server may work on one statement or page."""
    connect_timeout: float = 15.0
    """Seconds to wait for a connection."""
    bounds: tuple[tuple[str, float], ...] = ()
    """What opening one file may take, by the settings' names; what is not named has its default."""


@dataclass(frozen=True)
class Asset:
    """The smallest thing with a name of its own: a table, a file, a table in a file."""

    name: str
    """As the contract writes it: `database.schema.table`, `database.table`, `folder/file.csv`, `site.db!users`."""
    kind: str
    """`table`, `partitioned table`, `foreign table`, `csv`, `json`, `jsonl`, `text`…"""
    container: str
    """What a client owns: the database's name, or the first folder below the root (empty at the root)."""
    locator: LocatorKind
    """How its records are addressed."""
    key: tuple[str, ...] = ()
    """Names of the key columns, in key order, where `locator` is KEY."""
    rows: int | None = None
    """The store's own estimate of its records; None where it has none."""
    size: int | None = None
    """Bytes, as the store says; None where it does not."""
    fingerprint: str | None = None
    """Equal fingerprints mean unchanged content. None: the store cannot tell. Holds no value from the data."""
    detail: Mapping[str, Json] = field(default_factory=dict)
    """The connector's own notes for `read`; must survive pickling. Never stored."""
    exposed: tuple[str, ...] = ()
    """What kind of place it lies in, as `connectors.exposed` names them."""
    pack: bool = False
    """It holds other assets, which are met only as it is read: by `contents` rather than by `read`."""
    file: str = ""
    """Name of the file that it lies in, in a store of files; what lies in a pack has none of its own."""


@dataclass(frozen=True)
class Unread:
    """An asset that was met and cannot or need not be read; a line in the coverage."""

    name: str
    kind: str
    container: str
    cause: Cause
    reason: str
    """A sentence for a person; no value from the data."""
    size: int | None = None
    fingerprint: str | None = None
    """Equal fingerprints mean that looking into it again would tell the same. None: not known."""
    file: str = ""
    """As in `Asset`."""


@dataclass(frozen=True)
class Ended:
    """The asset inside a pack that was told of last has come to its end."""

    cause: Cause | None = None
    """Why it could not be read, or not whole."""
    reason: str = ""
    """The same, for a person."""


@dataclass(frozen=True)
class Chunk:
    """A part of an asset that can be read by itself, in any process, in any order."""

    number: int = 0
    """From 0, stable for an unchanged asset: what was read of a chunk is remembered under it."""
    detail: Mapping[str, Json] = field(default_factory=dict)
    """The connector's own bounds; may hold key values, so never stored in the clear."""


@dataclass(frozen=True, repr=False)
class Locators:
    """The addresses of a batch's rows: one array a slot, each as long as the batch.

    Slots are, by the asset's locator kind: KEY one text array for each key column, in key order; ROW, RECORD, LINE,
    PAGE, PARAGRAPH and SLIDE one int64 array; PART one text array (`1.2`); PATH one array for each wildcard of the
    field's name, in order (`[*]`: int64, from 0; `*`: text).
    """

    slots: tuple[pa.Array, ...]

    def at(self, row: int) -> tuple[Part, ...]:
        """Give the slots' values for one row of the batch, `row` from 0."""
        return tuple(slot[row].as_py() for slot in self.slots)


@dataclass(frozen=True, repr=False)
class Batch:
    """Some records' values as text, with their addresses. Its `repr` shows no values."""

    columns: pa.RecordBatch
    """Text columns only (`string` or `large_string`), all valid UTF-8, named by field; the declared type of each,
    where the store has one, is in the field's metadata (see `declared_type`)."""
    locators: Locators
    mark: Mark | None
    """Where reading can resume after this batch; None where it cannot (then it goes with the next that has one)."""
    rows: int
    """Records that this batch is the first to show; 0 where it adds fields to records already counted."""
    size: int
    """Bytes read from the store for it."""
    cut: str | None = None
    """Why some of its cells or records hold only a part of what the store has; the asset counts as truncated."""


def text_field(name: str, declared: str = "") -> pa.Field:
    """Make the schema field of a text column that remembers its declared type."""
    return pa.field(name, pa.string(), metadata={b"declared": declared.encode()} if declared else None)


def declared_type(schema_field: pa.Field) -> str:
    """Give the type that the store declares for a column, in lower case; empty where it declares none."""
    metadata = schema_field.metadata or {}
    return bytes(metadata.get(b"declared", b"")).decode().lower()


@dataclass(frozen=True)
class Right:
    """One thing that `sources check` found out about a source."""

    subject: str
    """What it is about: an asset, a database, the session, the server."""
    level: str
    """`ok`, `warning` (a right that a scan does not need) or `error` (what a scan will miss)."""
    message: str
    """For a person; says what to do where something is to be done."""


Gate = Callable[[str], str | None]
"""Asked for each container before anything in it is opened: None opens it, a text says why it stays closed (its assets
are told as `policy`, by name), an empty text passes over it without a word."""


Known = Callable[[str, str, str], bool]
"""Asked for each file before it is opened, with its container, name and fingerprint: True where an earlier scan met
just that, and it was told already."""


@dataclass(frozen=True)
class Kept:
    """Something that was known already, so that whoever walks has a moment for other things."""


def all_new(_container: str, _name: str, _fingerprint: str) -> bool:
    """Know nothing."""
    return False


def open_gate(_container: str) -> None:
    """Keep nothing closed."""


def closed(name: str, kind: str, container: str, why: str) -> Iterator[Unread]:
    """Give the line of something that a gate keeps closed, if it is to be told at all."""
    if why:
        yield Unread(name, kind, container, Cause.POLICY, why)


class Source(ABC):
    """A store, opened with rights to read.

    Use it as a context manager. One instance serves one thread of one process; a worker opens its own from the
    same `SourceSpec`. Opening it makes no connection until something is asked of it.
    """

    def __init__(self, spec: SourceSpec) -> None:
        self.spec = spec

    @abstractmethod
    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Kept | Unread]:
        """Walk the store; everything met is yielded, readable or not, once.

        Args:
            gate: says which containers stay closed.
            known: says what need not be looked into; stores that open nothing to list it do not ask.

        Raises:
            SourceError: where the source cannot be opened at all.
        """

    def chunks(self, asset: Asset) -> Iterator[Chunk]:  # noqa: ARG002 the slow way: one part
        """Cut an asset into parts that may be read side by side."""
        yield Chunk()

    @abstractmethod
    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a chunk, from its start or from behind a mark that an earlier read gave.

        Every record comes exactly once, in an order that repeats for unchanged content.

        Raises:
            ReadError: where the asset cannot be read, or not to its end; batches yielded before stand.
            SourceError: where the source as a whole has gone.
        """

    def contents(self, asset: Asset, skip: int = 0) -> Iterator[Asset | Batch | Ended | Unread]:
        """Go through a pack in an order that repeats: each asset in it, its batches and its end, or why it is not read.

        Args:
            asset: one whose `pack` is set.
            skip: assets and unread things at the beginning that are passed over.

        Raises:
            ReadError: what lies in it cannot be told, or not to its end.
            SourceError: where the source as a whole has gone.
        """
        raise NotImplementedError(f"{asset.kind} holds no other assets")

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records again by their locators; those that are gone are left out.

        This slow way reads the asset through; stores with an index override it.
        """
        wanted = set(locators)
        for chunk in self.chunks(asset):
            for batch in self.read(asset, chunk):
                rows = [row for row in range(batch.columns.num_rows) if batch.locators.at(row) in wanted]
                if rows:
                    yield take(batch, rows)

    @abstractmethod
    def check(self) -> Iterator[Right]:
        """Say what may be read, the smallest rights that a scan needs, and which rights go beyond.

        Raises:
            SourceError: where the source cannot be opened at all.
        """

    @abstractmethod
    def grants(self) -> Sequence[str]:
        """Give the statements or commands that an administrator runs to give a scan the least it needs."""

    def close(self) -> None:  # noqa: B027 most have something to give back, some nothing
        """Give back what was opened; closing twice does no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def take(batch: Batch, rows: Sequence[int]) -> Batch:
    """Pick rows (from 0) of a batch, with their locators; the result has no mark."""
    index = pa.array(rows, pa.int64())
    return Batch(
        batch.columns.take(index),
        Locators(tuple(slot.take(index) for slot in batch.locators.slots)),
        mark=None,
        rows=len(rows) if batch.rows else 0,
        size=batch.size,
        cut=batch.cut,
    )
