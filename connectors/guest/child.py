"""What runs in a guest: opens one file after the other, and tells of it.

Each comes as a descriptor that was handed over: of the file itself or, of one that lies elsewhere, of a socket by which
parts of it are asked for.
"""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.errors import ConnectorError, ReadError
from connectors.formats import recognition
from connectors.formats.compressed import unpacked
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents, fitting
from connectors.formats.packing import Pack
from connectors.formats.registry import AT_HOME, FORMATS, reader, recognise
from connectors.formats.remote import Remote
from connectors.guest import sandbox, wire
from connectors.guest.ranges import ask
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Unread
from connectors.paths import translate

_BLOCK = 512
"""Bytes that `stat` counts by."""
_PARTS = 10_000
"""Of a sparse file that are looked at."""
_HEAD = struct.Struct("!II")


def main() -> None:
    """Serve until the host is gone: `child.py <descriptor> <host's process> <bytes of memory>`."""
    descriptor, parent, memory = map(int, sys.argv[1:4])
    link = socket.socket(fileno=descriptor)
    sandbox.enclose(memory, parent)
    wire.tell(link, wire.Done())
    while (request := _hear(link)) is not None:
        told, file = request
        try:
            _serve(link, told, file)
        finally:
            os.close(file)


def _hear(link: socket.socket) -> tuple[dict[str, Any], int] | None:
    """Hear a request and take the descriptor that comes with it; the host is trusted."""
    head, descriptors, _, _ = socket.recv_fds(link, _HEAD.size, 1)
    while 0 < len(head) < _HEAD.size:
        head += link.recv(_HEAD.size - len(head))
    if not head or not descriptors:
        return None
    length, _ = _HEAD.unpack(head)
    line = b""
    while len(line) < length:
        line += link.recv(length - len(line))
    return json.loads(line), descriptors[0]


def _serve(link: socket.socket, told: dict[str, Any], descriptor: int) -> None:
    """Answer one request; whatever a file does, the guest says so and goes on."""
    try:
        size = told.get("remote")
        with io.FileIO(descriptor, closefd=False) if size is None else Remote(partial(ask, descriptor), size) as stream:
            file = Opened(stream, told["name"], held(descriptor) if size is None else size, told["timeout"])
            meter = Meter(Limits(**told["limits"]), file.size)
            recognition.settle(meter.limits.ocr)
            for event in _ANSWERS[told["ask"]](unpacked(file, meter), {**told, "meter": meter, "size": file.size}):
                wire.tell(link, event)
        wire.tell(link, wire.Done())
    except ReadError as error:
        wire.tell_error(link, error)
    except (BrokenPipeError, ConnectionError):
        sys.exit(0)
    except OSError as error:
        wire.tell_error(link, translate(error))
    except ConnectorError as error:
        wire.tell_error(link, ReadError(Cause.CORRUPT, str(error)))
    except MemoryError:
        wire.tell_error(link, ReadError(Cause.OTHER, "opening it takes more memory than a file may have"))
    except RecursionError:
        wire.tell_error(link, ReadError(Cause.CORRUPT, "it is nested too deeply to be read"))
    except Exception as error:  # noqa: BLE001 one bad file never ends a scan
        reason = f"recense failed on it ({type(error).__name__}); please report this"
        wire.tell_error(link, ReadError(Cause.OTHER, reason))


def held(descriptor: int) -> int:
    """Give the size of a file without the hole at its end, so that a sparse one costs what it holds."""
    status = os.fstat(descriptor)
    if status.st_blocks * _BLOCK >= status.st_size:
        return status.st_size
    end = at = 0
    for _ in range(_PARTS):
        try:
            at = end = os.lseek(descriptor, os.lseek(descriptor, at, os.SEEK_DATA), os.SEEK_HOLE)
        except OSError as error:
            return end if error.errno == errno.ENXIO else status.st_size  # no data behind this place, or it cannot tell
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
    return status.st_size


def _look(file: Opened, told: dict[str, Any]) -> Iterator[wire.Event | wire.Kind]:
    """Say what a file is and what lies in it."""
    size = told["size"]
    if not file.head:
        yield Unread("", "file", "", Cause.EMPTY, "nothing lies in it", size)
        return
    kind = recognise(file)
    if kind.format is None:
        yield Unread("", kind.words, "", kind.cause, f"{kind.words}; {kind.reason}", size)
        return
    form = reader(kind.format)
    if kind.format in AT_HOME and not file.layers and "remote" not in told:
        yield wire.Kind(kind.format)
    elif isinstance(form, Pack):
        yield Asset("", form.kind, "", form.locator, size=size, detail={"format": kind.format}, pack=True)
    else:
        with fitting(file, form, told["meter"]) as (fit, _):
            for inner in form.assets(fit):
                if isinstance(inner, Asset):
                    yield _with_format(replace(inner, size=size) if file.layers else inner, kind.format)
                else:
                    yield inner


def _with_format(asset: Asset, form: str) -> Asset:
    return Asset(
        asset.name,
        asset.kind,
        "",
        asset.locator,
        asset.key,
        asset.rows,
        asset.size,
        asset.fingerprint,
        {"format": form, "own": dict(asset.detail)},
    )


def _asset(told: dict[str, Any]) -> Asset:
    """Take an asset as its format made it."""
    one = told["asset"]
    key = tuple(one["key"])
    detail = one["detail"].get("own", {})
    return Asset(one["name"], one["kind"], "", LocatorKind(one["locator"]), key, one["rows"], one["size"], None, detail)


def _format(file: Opened, told: dict[str, Any]) -> str:
    """Give the format that the file was listed under.

    Raises:
        ReadError: GONE, another kind of file took its place.
    """
    form: str = told["asset"]["detail"]["format"]
    if form not in FORMATS or (told["changed"] and recognise(file).format != form):
        raise ReadError(Cause.GONE, "a file of another kind took its place since it was listed; scan again")
    return form


def _chunks(file: Opened, told: dict[str, Any]) -> Iterator[Chunk]:
    yield from reader(_format(file, told)).chunks(_asset(told))


def _read(file: Opened, told: dict[str, Any]) -> Iterator[Batch]:
    chunk = Chunk(told["chunk"]["number"], told["chunk"]["detail"])
    form = reader(_format(file, told))
    with fitting(file, form, told["meter"]) as (fit, late):
        yield from form.read(fit, _asset(told), chunk, told["after"])
        if late is not None:
            raise late


def _fetch(file: Opened, told: dict[str, Any]) -> Iterator[Batch | wire.Kind]:
    locators = [tuple(one) for one in told["locators"]]
    form = reader(_format(file, told))
    with fitting(file, form, told["meter"]) as (fit, _):
        found = form.fetch(fit, _asset(told), locators)
        if found is None:
            yield wire.Kind("")
        else:
            yield from found


def _contents(file: Opened, told: dict[str, Any]) -> Iterator[wire.Event]:
    """Tell what lies in a pack, without what was told before."""
    form = reader(_format(file, told))
    left, passing = told["skip"], False
    with fitting(file, form, told["meter"]) as (fit, late):
        for event in contents(fit, told["meter"]):
            if isinstance(event, Asset | Unread):
                passing = left > 0
                left -= passing
            if not passing:
                yield event
        if late is not None:
            raise late


_ANSWERS = {"look": _look, "chunks": _chunks, "read": _read, "fetch": _fetch, "contents": _contents}

if __name__ == "__main__":
    main()
