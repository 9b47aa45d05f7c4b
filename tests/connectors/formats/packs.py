"""Going through packs as the engine does, and putting what comes out into plain lists."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from pathlib import Path

from connectors.errors import ReadError
from connectors.formats.compressed import unpacked
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents, fitting
from connectors.formats.registry import reader, recognise
from connectors.interface import Asset, Batch, Ended, Unread
from tests.connectors.formats.opening import cells


@dataclass
class Told:
    """What was told of one file and all in it, by name."""

    assets: dict[str, Asset] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, ReadError] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)
    error: ReadError | None = None
    """What the whole ended with."""
    count: int = 0

    def causes(self) -> dict[str, str]:
        return {name: str(line.cause) for name, line in self.unread.items()}


class _File(io.FileIO):
    def __del__(self):
        self.close()


def opened(content: bytes | Path, name: str = "") -> Opened:
    """Open bytes, or a file, as something that has a descriptor."""
    if isinstance(content, Path):
        return Opened(_File(os.fspath(content)), name or content.name, content.stat().st_size)
    stream = _File(os.memfd_create("test"), "r+")
    stream.write(content)
    stream.seek(0)
    return Opened(stream, name, len(content))


def told(content: bytes | Path, name: str = "", limits: Limits | None = None, *, keep: bool = True) -> Told:
    """Go through a pack; without `keep`, events are only counted."""
    result = Told()
    file = opened(content, name)
    meter = Meter(limits or Limits(), file.size)
    try:
        _tell(file, meter, result, keep=keep)
    except ReadError as error:
        result.error = error
    assert meter.held == 0
    return result


def _tell(file: Opened, meter: Meter, result: Told, *, keep: bool) -> None:
    file = unpacked(file, meter)
    form = reader(recognise(file).format or "")
    now = ""
    with fitting(file, form, meter) as (fit, late):
        for event in contents(fit, meter):
            result.count += 1
            if isinstance(event, Batch):
                if keep:
                    result.values[now] += [value or "" for _, _, value in cells([event])]
            elif isinstance(event, Ended):
                if event.cause is not None and keep:
                    result.errors[now] = ReadError(event.cause, event.reason)
            elif keep:
                now = event.name
                assert now not in {**result.assets, **result.unread} if result.count < 100 else True
                if isinstance(event, Asset):
                    result.assets[now], result.values[now] = event, []
                else:
                    result.unread[now] = event
        if late:
            raise late
