"""Files that a document carries: attached to a PDF, embedded in a Word document. They are read as any file is.

One level deep: what such a file carries itself is told and not opened, and so are archives.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from connectors.errors import ReadError
from connectors.formats.interface import Format, Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.stream import spooled
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Part, Unread

MOST_BYTES = 64 << 20
"""Bytes that a file inside a document may have: it is held in memory whole."""
MOST_FILES = 1_000
"""Files of one document that are opened; further ones are told by the last line."""
_LATER = "a file inside a file inside a document; such files are not opened"


@dataclass(frozen=True)
class Embedded(Opened):
    """A file that lies in a document."""


@dataclass(frozen=True)
class Carried:
    """One file that a document carries."""

    name: str
    """As it stands behind `!`."""
    key: int | str
    """How the document finds it again."""
    reason: str = ""
    """Why it cannot be opened, where that is known."""


class Recognised(Protocol):
    """What a file is, as the registry tells it."""

    @property
    def words(self) -> str: ...
    @property
    def format(self) -> str | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def cause(self) -> Cause: ...


@dataclass(frozen=True)
class Openers:
    """What the registry can do; it names all formats, so that none of them can import it."""

    recognise: Callable[[Opened], Recognised]
    reader: Callable[[str], Format]
    at_home: frozenset[str]


class Carrier(Format):
    """A format whose files carry others; its own asset has an empty name."""

    openers: ClassVar[Openers]
    """Set by the registry."""

    def carried(self, file: Opened) -> Iterator[Carried]:
        """Say what it carries, in an order that repeats."""
        raise NotImplementedError

    def bytes_of(self, file: Opened, key: int | str) -> Iterable[bytes]:
        """Give what one of those files holds.

        Raises:
            ReadError: it is damaged, or larger than a document's word for it may be.
        """
        raise NotImplementedError

    def carried_assets(self, file: Opened) -> Iterator[Asset | Unread]:
        """Give what lies in the files that it carries."""
        names: dict[str, int] = {}
        for count, one in enumerate(self.carried(file)):
            names[one.name] = names.get(one.name, 0) + 1
            name = f"{one.name}~{names[one.name]}" if names[one.name] > 1 else one.name
            if count >= MOST_FILES:
                reason = f"more than {MOST_FILES:,} files lie in the document; from this one on they were not opened"
                yield Unread(name, "file inside", "", Cause.CUT, reason)
                return
            if one.reason or isinstance(file, Embedded):
                yield Unread(name, "file inside", "", Cause.FORMAT, one.reason or _LATER)
                continue
            yield from self._look(file, replace(one, name=name))

    def _look(self, file: Opened, one: Carried) -> Iterator[Asset | Unread]:
        try:
            with self._opened(file, one.key, one.name) as inner:
                if not inner.size:
                    yield Unread(one.name, "file", "", Cause.EMPTY, "an empty file", 0)
                    return
                kind = self.openers.recognise(inner)
                if kind.format is None or not self._alone(kind.format):
                    reason = kind.reason if kind.format is None else "inside a document it is not opened yet"
                    yield Unread(one.name, kind.words, "", kind.cause, f"{kind.words}; {reason}", inner.size)
                    return
                for asset in self.openers.reader(kind.format).assets(inner):
                    name = f"{one.name}!{asset.name}" if asset.name else one.name
                    told = _told(asset, one, kind.format) if isinstance(asset, Asset) else asset
                    yield replace(told, name=name)
        except ReadError as error:
            yield Unread(one.name, "file inside", "", error.cause, error.reason)

    def _alone(self, form: str) -> bool:
        """Tell a format that needs no files beside it, and whose assets are known before it is read: no pack."""
        return form not in self.openers.at_home and not hasattr(self.openers.reader(form), "members")

    @contextmanager
    def _opened(self, file: Opened, key: int | str, name: str) -> Iterator[Opened]:
        meter = Meter(Limits(spooled=MOST_BYTES), file.size)
        stream, late = spooled(_Pieces(self.bytes_of(file, key)), meter)
        with stream:
            if late is not None:
                raise late
            size = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            yield Embedded(stream, name, size, file.timeout)

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        if "carried" in asset.detail:
            yield from self.openers.reader(asset.detail["format"]).chunks(_inner(asset))
        else:
            yield from super().chunks(asset)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:
        """Read the document, or what lies in a file that it carries."""
        if "carried" not in asset.detail:
            yield from self.read_own(file, after)
            return
        with self._opened(file, asset.detail["carried"], asset.name) as inner:
            yield from self.openers.reader(asset.detail["format"]).read(inner, _inner(asset), chunk, after)

    def read_own(self, file: Opened, after: Mark | None) -> Iterator[Batch]:
        """Read the document itself, as `read` does."""
        raise NotImplementedError

    def fetch(self, file: Opened, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch] | None:
        return None if "carried" in asset.detail else self.fetch_own(file, locators)

    def fetch_own(self, file: Opened, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch] | None:  # noqa: ARG002 as in `fetch`
        """Read single records of the document itself again."""
        return None


def _told(asset: Asset, one: Carried, form: str) -> Asset:
    """Note in an asset how it is found again, in words that pass between processes."""
    own = {"name": asset.name, "kind": asset.kind, "locator": asset.locator.value, "key": list(asset.key)}
    detail = {"carried": one.key, "format": form, "own": {**own, "detail": dict(asset.detail)}}
    return replace(asset, detail=detail)


def _inner(asset: Asset) -> Asset:
    own: dict[str, Any] = asset.detail["own"]
    return Asset(
        own["name"], own["kind"], "", LocatorKind(own["locator"]), tuple(own["key"]), size=None, detail=own["detail"]
    )


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)

    def read(self, _size: int = -1, /) -> bytes:
        return next(self._pieces, b"")

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        return 0  # it is gone through once, from its start
