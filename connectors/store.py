"""What all stores of files have in common, whatever their files lie in: they are walked, opened and read in guests.

A store of a kind walks (`_walk`) and opens (`_open`), and no more. Names, formats, packs, chunks and single records are
the same for all of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ReadError, SourceError
from connectors.exposed import MAILBOX, in_order, is_mail, places
from connectors.formats.interface import Format, Opened
from connectors.formats.registry import AT_HOME, FORMATS, reader, readers
from connectors.guest.host import Guest, asset_words, bounds_of
from connectors.guest.ranges import Ranged
from connectors.guest.wire import Event, Kind
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Ended,
    Gate,
    Json,
    Kept,
    Known,
    LocatorKind,
    Mark,
    Part,
    Source,
    SourceSpec,
    Unread,
    all_new,
    closed,
    open_gate,
    take,
)
from connectors.paths import translate

_NONSENSE = "what opened it gave an answer that makes no sense; the file may be made to break it"
_KNOWN = "\0"
"""No reason that a gate could give."""
_NUMBERED = frozenset({LocatorKind.LINE, LocatorKind.ROW, LocatorKind.RECORD})


@dataclass(frozen=True)
class Entry:
    """One thing that the walk met."""

    name: str
    """From the root of the store, with `/`; unlike any other's."""
    place: Mapping[str, Json] = field(default_factory=dict)
    """Where the store finds it again; becomes a part of `Asset.detail`. `called` in it is the name for its suffix."""
    size: int | None = None
    """Bytes; None where it could not be had."""
    fingerprint: str | None = None
    """As `Body.fingerprint`, where the walk knows it already."""
    error: ReadError | None = None
    """Why it is not read: a link, a device, no right."""
    folder: bool = False
    """Whether it is a folder, which is met only where it cannot be entered."""

    @property
    def container(self) -> str:
        """The first folder below the root; empty at the root."""
        return self.name.partition("/")[0] if "/" in self.name or self.folder else ""


class Body:
    """A file of a store, open for reading."""

    size: int
    """Bytes when it was opened; what is appended later belongs to the next scan."""
    state: str
    """Changes when the file does."""
    fingerprint: str | None
    """The same, where it is sure to; None where the store cannot tell."""
    mode: int | None = None
    """Of the file, as `stat` gives it; None where the store has none."""

    def handle(self) -> int | Ranged:
        """Give what a guest can read it by."""
        raise NotImplementedError

    def settle(self) -> None:
        """Look at it again once it was read to its end.

        Raises:
            ReadError: CUT, it was changed meanwhile.
        """

    def close(self) -> None:
        """Give it back; closing twice does no harm."""


class FileStore(Source):
    """A store of files.

    What is read is decided by content. Files are opened here and read in a guest, which sees nothing but their
    descriptors, or asks for parts of them.
    """

    AHEAD = 0
    """Files that are opened side by side while the walk goes on, where opening takes a while."""

    def __init__(self, spec: SourceSpec, guest: Guest | None = None) -> None:
        """Prepare a store.

        Args:
            spec: of the source.
            guest: to ask about files; stays the caller's. None: one of its own.
        """
        super().__init__(spec)
        self._own_guest = guest is None
        bounds = bounds_of(spec.bounds)
        self._guest = guest or Guest(bounds)
        self._readers = readers(ocr=bounds.inside.ocr > 0)

    @abstractmethod
    def _walk(self, gate: Gate) -> Iterator[Entry]:
        """Walk the store in an order that repeats; containers for which the gate gives an empty text are passed over.

        Raises:
            SourceError: the source cannot be opened, or has gone.
        """

    @abstractmethod
    def _open(self, place: Mapping[str, Json], name: str) -> Body:
        """Open a file by the place that an entry gave.

        Raises:
            ReadError: it cannot be opened.
            OSError: likewise, for a system error that `paths.translate` puts into words.
            SourceError: the source has gone.
        """

    def _enter(self, entry: Entry) -> Body:
        """Open a file that the walk has just met."""
        return self._open(entry.place, entry.name)

    def _exposed(self, name: str, body: Body) -> tuple[str, ...]:
        return places(name, body.mode)

    # the walk

    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Kept | Unread]:
        """Walk the store; in folders that the gate keeps closed, files are met by name and not opened."""
        for entry, why, opened in self._ahead(gate, known):
            if why is None:
                yield from self._look(entry, opened)
            elif why == _KNOWN:
                yield Kept()
            else:
                yield from closed(entry.name, _kind(entry), entry.container, why)

    def _ahead(self, gate: Gate, known: Known) -> Iterator[tuple[Entry, str | None, Future[Body] | None]]:
        """Walk, with some files of what comes next being opened already: entry, why it stays closed, file."""
        if not self.AHEAD:
            for entry in self._walk(gate):
                yield entry, _why_not(entry, gate, known, self._readers), None
            return
        waiting: deque[tuple[Entry, str | None, Future[Body] | None]] = deque()
        gone: list[SourceError] = []
        pool = ThreadPoolExecutor(self.AHEAD, "ahead")
        try:
            for entry in _until_gone(self._walk(gate), gone):
                why = _why_not(entry, gate, known, self._readers)
                wanted = why is None and entry.error is None and entry.size
                waiting.append((entry, why, pool.submit(self._enter, entry) if wanted else None))
                if len(waiting) > self.AHEAD:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            for *_, future in waiting:
                if future is not None and not future.cancelled() and future.exception() is None:
                    future.result().close()
        if gone:
            raise gone[0]

    def _look(self, entry: Entry, opened: Future[Body] | None) -> Iterator[Asset | Unread]:
        """Give the lines for one thing that was met.

        Raises:
            SourceError: the source has gone.
        """
        name, container, kind, size = entry.name, entry.container, _kind(entry), entry.size
        try:
            _refuse(entry)
            body = self._enter(entry) if opened is None else opened.result()
            try:
                yield from self._inside(entry, body)
            finally:
                body.close()
        except ReadError as error:
            kind = "link" if error.cause is Cause.LINK else kind
            yield Unread(name, kind, container, error.cause, error.reason, size)
        except OSError as error:
            refusal = translate(error)
            yield Unread(name, kind, container, refusal.cause, refusal.reason, size)
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001 a file made to break a parser must not end the walk
            reason = f"what it is could not be told ({type(error).__name__}); report it"
            yield Unread(name, kind, container, Cause.OTHER, reason, size)

    def _inside(self, entry: Entry, body: Body) -> Iterator[Asset | Unread]:
        """Recognise a file and give what it holds."""
        detail = {**entry.place, "name": entry.name}
        exposed = self._exposed(entry.name, body)
        met = False
        for inner in self._lying_in(body, _called(detail)):
            met = True
            told = _outside(inner, entry.container, detail, body, self._readers)
            yield _exposed_as(told, exposed) if isinstance(told, Asset) else told
        if not met:
            yield Unread(entry.name, "file", entry.container, Cause.EMPTY, "nothing lies in it", body.size)

    def _lying_in(self, body: Body, name: str) -> Iterator[Asset | Unread]:
        """Ask what lies in a file; what is read here is listed here."""
        for told in list(self._ask("look", body, name)):
            if isinstance(told, Kind):
                with _at_home(body, name, told.format, self.spec.statement_timeout) as file:
                    for inner in reader(told.format).assets(file):
                        if isinstance(inner, Asset):
                            home = {"format": told.format, "own": inner.detail, "home": True}
                            yield replace(inner, detail=home)
                        else:
                            yield inner
            elif isinstance(told, Asset | Unread):
                yield told

    def _ask(
        self, question: str, body: Body, name: str, asset: Asset | None = None, **told: Any
    ) -> Iterator[Event | Kind]:
        """Ask the guest about a file, or about an asset in it."""
        if asset is not None:
            told |= {"asset": asset_words(asset.detail["inner"]), "changed": body.state != asset.detail["file"]}
        return self._guest.ask(question, body.handle(), name=name, timeout=self.spec.statement_timeout, **told)

    # one asset

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        """Cut an asset as its format does; a pack is one piece."""
        if asset.pack or self._is_at_home(asset):
            yield Chunk()
            return
        if type(reader(_format(asset))).chunks is Format.chunks:
            yield Format.WHOLE
            return
        with self._translated(), self._asset(asset) as body:
            told = list(self._ask("chunks", body, _called(asset.detail), asset))
        yield from (one for one in told if isinstance(one, Chunk))

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a chunk of a file.

        Raises:
            ReadError: CUT where the file was changed while it was read; else as its format says.
            SourceError: the source has gone.
        """
        name = _called(asset.detail)
        with self._translated(), self._asset(asset) as body:
            if self._is_at_home(asset):
                with _at_home(body, name, _format(asset), self.spec.statement_timeout) as file:
                    yield from reader(_format(asset)).read(file, _own(asset), chunk, after)
                return
            words = {"number": chunk.number, "detail": dict(chunk.detail)}
            mark = None if after is None else dict(after)
            for told in self._ask("read", body, name, asset, chunk=words, after=mark):
                if isinstance(told, Batch):
                    yield told
            body.settle()

    def contents(self, asset: Asset, skip: int = 0) -> Iterator[Asset | Batch | Ended | Unread]:
        """Go through a pack.

        Raises:
            ReadError: CUT where the file was changed while it was read; else as its format says.
            SourceError: the source has gone.
        """
        name, container = asset.name, asset.container
        with self._translated(), self._asset(asset) as body:
            for told in self._ask("contents", body, _called(asset.detail), asset, skip=skip):
                if isinstance(told, Asset):
                    inner = f"{name}!{told.name}" if told.name else name
                    own = replace(told, name=inner, container=container, detail={"inside": name})
                    yield _exposed_as(replace(own, fingerprint=asset.fingerprint), asset.exposed)
                elif isinstance(told, Unread):
                    yield replace(told, name=f"{name}!{told.name}" if told.name else name, container=container)
                elif isinstance(told, Batch | Ended):
                    yield told
            body.settle()

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records again: by the format's index, by number up to the last that is wanted, or through."""
        name = _called(asset.detail)
        with self._translated(), self._asset(asset) as body:
            indexed = True
            for told in self._fetched(body, name, asset, locators):
                if isinstance(told, Batch):
                    yield told
                else:
                    indexed = False
            if indexed:
                return
        yield from self._by_number(asset, locators) if asset.locator in _NUMBERED else super().fetch(asset, locators)

    def _fetched(
        self, body: Body, name: str, asset: Asset, locators: Sequence[tuple[Part, ...]]
    ) -> Iterator[Event | Kind]:
        """Read records by a format's index; tells a kind of its own where it has none."""
        if not self._is_at_home(asset):
            yield from self._ask("fetch", body, name, asset, locators=[list(one) for one in locators])
            return
        with _at_home(body, name, _format(asset), self.spec.statement_timeout) as file:
            found = reader(_format(asset)).fetch(file, _own(asset), locators)
            yield from [Kind("")] if found is None else found

    def _by_number(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        wanted = pa.array(sorted({one[0] for one in locators if isinstance(one[0], int)}), pa.int64())
        if not len(wanted):
            return
        # Behind a mark only higher numbers follow, but for sheets: what hangs on rows comes when the rows are through.
        ascending = asset.locator is not LocatorKind.ROW or asset.kind == "csv"
        for chunk in self.chunks(asset):
            for batch in self.read(asset, chunk):
                numbers = batch.locators.slots[0]
                rows = pc.indices_nonzero(pc.is_in(numbers, wanted)).to_pylist()
                if rows:
                    yield take(batch, rows)
                if ascending and batch.mark and len(numbers) and numbers[-1].as_py() > wanted[-1].as_py():
                    break

    def close(self) -> None:
        """Let the guest go."""
        if self._own_guest:
            self._guest.close()

    def _is_at_home(self, asset: Asset) -> bool:
        """Tell whether an asset is read here rather than in a guest."""
        return _format(asset) in AT_HOME and asset.detail["inner"].detail.get("home") is True

    @contextmanager
    def _asset(self, asset: Asset) -> Iterator[Body]:
        """Open an asset's file again."""
        body = self._open(asset.detail, asset.detail["name"])
        try:
            yield body
        finally:
            body.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Put system errors into the words of one asset."""
        try:
            yield
        except OSError as error:
            raise translate(error) from error


def compare(before: int, after: int, *, changed: bool) -> None:
    """Say so where a file was changed while it was read; what was only appended belongs to the next scan.

    Args:
        before: bytes when it was opened.
        after: bytes once it was read.
        changed: whether the time of its last change is another.

    Raises:
        ReadError: CUT.
    """
    if after < before:
        left = f"{after:,} of {before:,} bytes were left"
        raise ReadError(Cause.CUT, f"it became shorter while it was read ({left}); scan again")
    if after == before and changed:
        reason = "it was written to while it was read; what was changed may be missed; scan again"
        raise ReadError(Cause.CUT, reason)


def _until_gone(entries: Iterator[Entry], gone: list[SourceError]) -> Iterator[Entry]:
    """Give what is met before a source goes, so that it can be told first."""
    try:
        yield from entries
    except SourceError as error:
        gone.append(error)


@contextmanager
def _at_home(body: Body, name: str, form: str, timeout: float) -> Iterator[Opened]:
    """Give a file as a format sees it that is read here.

    Raises:
        ReadError: it cannot be read here; the source that it is for itself cannot be opened.
    """
    opened = getattr(body, "opened", None)
    if opened is None or form not in AT_HOME:
        raise ReadError(Cause.CORRUPT, _NONSENSE)
    try:
        yield opened(name, timeout)
    except SourceError as error:
        raise ReadError(Cause.CORRUPT, str(error)) from error


def _kind(entry: Entry) -> str:
    return "folder" if entry.folder else "file"


def _called(detail: Mapping[str, Json]) -> str:
    """Give the name that a file bears itself, for its suffix; the store may tell it apart from others by another."""
    return str(detail.get("called") or detail["name"])


def _format(asset: Asset) -> str:
    return str(asset.detail["format"])


def _own(asset: Asset) -> Asset:
    """Give an asset as its format made it."""
    inner: Asset = asset.detail["inner"]
    return replace(inner, detail=inner.detail["own"])


def _outside(
    inner: Asset | Unread, container: str, detail: Mapping[str, Json], body: Body, reading: str
) -> Asset | Unread:
    """Name what a format met as the store sees it."""
    name = f"{detail['name']}!{inner.name}" if inner.name else detail["name"]
    fingerprint = None if body.fingerprint is None else f"{body.fingerprint}-{reading}"
    if isinstance(inner, Unread):
        kept = fingerprint if inner.cause is Cause.FORMAT else None
        return replace(inner, name=name, container=container, fingerprint=kept, file=detail["name"])
    if inner.detail.get("format") not in FORMATS:
        raise ReadError(Cause.CORRUPT, _NONSENSE)
    noted = {**detail, "format": inner.detail["format"], "file": body.state, "inner": inner}
    if inner.fingerprint is not None:
        # a table knows its content, and not who may read its file
        fingerprint = inner.fingerprint if body.mode is None else f"{inner.fingerprint}-{body.mode:o}"
    place = {"name": name, "container": container, "file": detail["name"]}
    return replace(inner, **place, fingerprint=fingerprint, detail=noted)


def _exposed_as(asset: Asset, exposed: Collection[str]) -> Asset:
    """Say where something lies: where its file does, and what its own path and kind add."""
    more = [MAILBOX] if is_mail(asset.name, asset.kind) else []
    return replace(asset, exposed=in_order({*exposed, *more}))


def _why_not(entry: Entry, gate: Gate, known: Known, reading: str) -> str | None:
    """Say why a file is not opened; `_KNOWN` where an earlier scan has read it as it is."""
    why = gate(entry.container)
    if why is None and entry.fingerprint and known(entry.container, entry.name, f"{entry.fingerprint}-{reading}"):
        return _KNOWN
    return why


def _refuse(entry: Entry) -> None:
    """Turn away from what is no file, or nothing in it.

    Raises:
        ReadError: with the cause.
    """
    if entry.error:
        raise entry.error
    if not entry.size:
        raise ReadError(Cause.EMPTY, "an empty file")
