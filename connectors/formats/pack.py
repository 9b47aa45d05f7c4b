"""Going through packs: files that hold other things (see `packing`), and what those hold.

What a pack meets is told as events, in order, at all depths together, so that nobody has to find a place twice:
`Unread`, or an `Asset`, its batches, and `Ended`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b

from connectors.errors import ConnectorError, ReadError
from connectors.formats.compressed import unpacked
from connectors.formats.interface import Format, Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.registry import reader, recognise
from connectors.formats.stream import spooled
from connectors.interface import Asset, Batch, Cause, Ended, Unread
from connectors.paths import translate

__all__ = ["Event", "Inner", "Pack", "Table", "contents", "fitting"]

NAME_LENGTH = 4096
"""Characters of a name inside that are kept; Linux has no longer paths."""

Event = Asset | Batch | Ended | Unread


def contents(file: Opened, meter: Meter, *, depth: int = 1) -> Iterator[Event]:
    """Tell all that lies in a file which is a pack, at all depths, in an order that repeats.

    Args:
        file: recognised as a pack before, with its compression taken off (`compressed.unpacked`), and fit for its
            format (`fitting`).
        meter: for the outermost file and all inside.
        depth: of this file; 1 for the outermost.

    Raises:
        ReadError: not even the list of what it holds could be had, or not to its end.
    """
    form = reader(recognise(file).format or "")
    if not isinstance(form, Pack):
        raise TypeError(f"{form.kind} is no pack")
    depth += file.layers
    names = _Names()
    for member in form.members(file, meter):
        meter.member(depth)
        if isinstance(member, Unread):
            yield replace(member, name=names.free(member.name))
        elif isinstance(member, Table):
            yield from _told(replace(member.asset, name=names.free(member.asset.name)), member.batches)
        else:
            yield from _below(names.free(member.file.name), member.file, meter, depth)


class _Names:
    """Tells things of one name apart: the second becomes `x~2`."""

    def __init__(self) -> None:
        self._taken: dict[str | bytes, int] = {}

    def free(self, name: str) -> str:
        """Give a name that was not given before; one without end is cut."""
        if len(name) > NAME_LENGTH:
            name = name[:NAME_LENGTH] + "…"
        times = self._taken[_short(name)] = self._taken.get(_short(name), 0) + 1
        if times == 1:
            return name
        while _short(other := f"{name}~{times}") in self._taken:
            times += 1
        self._taken[_short(name)], self._taken[_short(other)] = times, 1
        return other


def _short(name: str) -> str | bytes:
    """Keep long names as digests, so that a million of them fit in memory."""
    return name if len(name) <= 32 else blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _told(asset: Asset, batches: Iterator[Batch]) -> Iterator[Event]:
    """Tell an asset with its batches; what goes wrong in it ends it and nothing else."""
    yield asset
    error = None
    try:
        yield from batches
    except Exception as one:  # noqa: BLE001 a member made to break a parser must not end the others
        error = _refusal(one)
    yield Ended() if error is None else Ended(error.cause, error.reason)


def _refusal(error: Exception) -> ReadError:
    """Put what went wrong with one thing inside into the words of its coverage line."""
    if isinstance(error, ReadError):
        return error
    if isinstance(error, OSError) and not isinstance(error, io.UnsupportedOperation):
        return translate(error)
    if isinstance(error, ConnectorError):
        return ReadError(Cause.CORRUPT, str(error))
    return ReadError(Cause.OTHER, f"recense failed on it ({type(error).__name__}); please report this")


def _below(name: str, file: Opened, meter: Meter, depth: int) -> Iterator[Event]:
    """Tell what a file inside is, or holds."""
    try:
        yield from _opened(name, file, meter, depth)
    except Exception as error:  # noqa: BLE001 likewise
        refusal = _refusal(error)
        yield Unread(name, "file", "", refusal.cause, refusal.reason)


def _opened(name: str, file: Opened, meter: Meter, depth: int) -> Iterator[Event]:
    file = unpacked(file, meter, depth)
    if not file.head:
        yield Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
        return
    kind = recognise(file)
    if kind.format is None:
        yield Unread(name, kind.words, "", kind.cause, f"{kind.words}; {kind.reason}")
        return
    form = reader(kind.format)
    with fitting(file, form, meter) as (fit, late):
        if isinstance(form, Pack):
            for event in contents(fit, meter, depth=depth + 1):
                yield event if isinstance(event, Batch | Ended) else replace(event, name=_joined(name, event.name))
            if late is not None:
                raise late
            return
        if late is not None:
            raise late
        for inner in form.assets(fit):
            named = replace(inner, name=_joined(name, inner.name))
            if isinstance(inner, Unread):
                yield named
            else:
                yield from _told(replace(inner, name=named.name), _batches(form, fit, inner))


@contextmanager
def fitting(file: Opened, form: Format, meter: Meter) -> Iterator[tuple[Opened, ReadError | None]]:
    """Give a file whose stream is fit for its format: one that jumps gets a copy in memory of what is no real file.

    Gives also what the stream ended with, where only a part of it could be copied: a pack is worth reading then.

    Raises:
        ReadError: it is too large for that.
    """
    if not form.jumps or file.anywhere:
        yield file, None
        return
    stream, late = spooled(file.stream, meter)
    size = stream.seek(0, io.SEEK_END)
    try:
        yield replace(file, stream=stream, size=size), late
    finally:
        meter.held -= size
        stream.close()


def _joined(outer: str, inner: str) -> str:
    return f"{outer}!{inner}" if inner else outer


def _batches(form: Format, file: Opened, asset: Asset) -> Iterator[Batch]:
    for chunk in form.chunks(asset):
        yield from form.read(file, asset, chunk, None)
