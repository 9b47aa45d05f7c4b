"""The role of a pack: a file that holds other things (archive, mailbox, dump), read through once from its start.

What a pack meets is told as events, in order, at all depths together, so that nobody has to find a place twice:
`Unread`, or an `Asset`, its batches, and `Ended`.
"""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.errors import ConnectorError, ReadError
from connectors.formats.interface import Format, Opened
from connectors.formats.limits import Meter
from connectors.formats.registry import reader, recognise
from connectors.formats.remote import Remote
from connectors.formats.stream import spooled
from connectors.interface import Asset, Batch, Cause, Chunk, Ended, LocatorKind, Mark, Unread
from connectors.paths import translate


@dataclass(frozen=True)
class Inner:
    """A file inside a pack: a member of an archive, an attachment; it is recognised and read as any other."""

    file: Opened
    """Named as it stands behind `!`, relative to the pack; its stream holds until the next member is asked for."""


@dataclass(frozen=True)
class Table:
    """Something inside that the pack itself reads: a table of a dump, a message of a mailbox."""

    asset: Asset
    """Named relative to the pack; an empty name is the pack's own."""
    batches: Iterator[Batch] = field(repr=False)
    """Read to its end, or thrown away, before the next member is asked for. Marks in it are not looked at."""


Event = Asset | Batch | Ended | Unread


class Pack(Format):
    """A file that holds other things. Its own asset stands for it in the walk; what it holds is met in reading it."""

    locator = LocatorKind.RECORD

    @abstractmethod
    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        """Go through what lies in the file, in an order that repeats.

        Names are as the contract has them, relative to the file: a member's path without a leading `./`, and what
        leads out of the archive (`../x`, `/x`) as it is written, since nothing is ever written anywhere.

        Args:
            file: from its first byte.
            meter: to be told of bytes that a decompressor of the pack's own gives out (`meter.count`).

        Raises:
            ReadError: nothing more of it can be listed; what was given before stands.
        """

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:
        raise NotImplementedError("what a pack holds is met through `contents`")


def contents(file: Opened, meter: Meter, *, depth: int = 1) -> Iterator[Event]:
    """Tell all that lies in a file which is a pack, at all depths, in an order that repeats.

    Args:
        file: recognised as a pack before.
        meter: for the outermost file and all inside.
        depth: of this file; 1 for the outermost.

    Raises:
        ReadError: not even the list of what it holds could be had, or not to its end.
    """
    form = reader(recognise(file).format or "")
    if not isinstance(form, Pack):
        raise TypeError(f"{form.kind} is no pack")
    taken: dict[str, int] = {}
    for member in form.members(file, meter):
        meter.member(depth)
        if isinstance(member, Unread):
            yield replace(member, name=_unique(member.name, taken))
        elif isinstance(member, Table):
            yield from _told(replace(member.asset, name=_unique(member.asset.name, taken)), member.batches)
        else:
            name = _unique(member.file.name, taken)
            yield from _below(name, replace(member.file, name=name), meter, depth)


def _unique(name: str, taken: dict[str, int]) -> str:
    """Tell things of one name apart: the second becomes `x~2`."""
    taken[name] = taken.get(name, 0) + 1
    return f"{name}~{taken[name]}" if taken[name] > 1 else name


def _told(asset: Asset, batches: Iterator[Batch]) -> Iterator[Event]:
    """Tell an asset with its batches; what goes wrong in it ends it and nothing else."""
    yield asset
    error = None
    try:
        yield from batches
    except ReadError as one:
        error = one
    except OSError as one:
        error = translate(one)
    except ConnectorError as one:
        error = ReadError(Cause.CORRUPT, str(one))
    except Exception as one:  # noqa: BLE001 a member made to break a parser must not end the others
        error = ReadError(Cause.OTHER, f"recense failed on it ({type(one).__name__}); please report this")
    yield Ended() if error is None else Ended(error.cause, error.reason)


def _below(name: str, file: Opened, meter: Meter, depth: int) -> Iterator[Event]:
    """Tell what a file inside is, or holds."""
    try:
        yield from _opened(name, file, meter, depth)
    except ReadError as error:
        yield Unread(name, "file", "", error.cause, error.reason)
    except OSError as error:
        refusal = translate(error)
        yield Unread(name, "file", "", refusal.cause, refusal.reason)


def _opened(name: str, file: Opened, meter: Meter, depth: int) -> Iterator[Event]:
    if not file.head:
        yield Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
        return
    kind = recognise(file)
    if kind.format is None:
        yield Unread(name, kind.words, "", Cause.FORMAT, f"{kind.words}; {kind.reason}")
        return
    form = reader(kind.format)
    if form.jumps and not isinstance(file.stream, io.FileIO | Remote):
        stream = spooled(file.stream, meter.limits.spooled)
        file = replace(file, stream=stream, size=stream.seek(0, io.SEEK_END))
    if isinstance(form, Pack):
        for event in contents(file, meter, depth=depth + 1):
            yield event if isinstance(event, Batch | Ended) else replace(event, name=_joined(name, event.name))
        return
    for inner in form.assets(file):
        if isinstance(inner, Unread):
            yield replace(inner, name=_joined(name, inner.name))
            continue
        named = replace(inner, name=_joined(name, inner.name))
        yield from _told(named, _batches(form, file, inner))


def _joined(outer: str, inner: str) -> str:
    return f"{outer}!{inner}" if inner else outer


def _batches(form: Format, file: Opened, asset: Asset) -> Iterator[Batch]:
    for chunk in form.chunks(asset):
        yield from form.read(file, asset, chunk, None)
