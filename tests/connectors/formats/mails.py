"""Going through mail as the engine does."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents
from connectors.formats.registry import recognise
from connectors.interface import Asset, Batch, Ended, Unread
from tests.connectors.formats.opening import cells


@dataclass
class Told:
    """What was told, by the asset's name."""

    cells: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """Field, part (or number) and value."""
    ended: dict[str, Ended] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)
    cut: dict[str, str] = field(default_factory=dict)

    def body(self, name: str = "") -> list[str]:
        return [value for one, _, value in self.cells[name] if one == "body"]

    def header(self, header: str, name: str = "") -> list[str]:
        return [value for one, _, value in self.cells[name] if one == header]


def opened(content: bytes, name: str = "a.eml") -> Opened:
    stream = io.FileIO(os.memfd_create("test"), "r+")
    stream.write(content)
    stream.seek(0)
    return Opened(stream, name, len(content))


def kind(content: bytes, name: str = "a") -> str:
    file = opened(content, name)
    with file.stream:
        return recognise(file).words


def told(content: bytes, name: str = "a.eml", limits: Limits | None = None) -> Told:
    file = opened(content, name)
    with file.stream:
        if recognise(file).format not in ("eml", "mbox"):
            return Told()
        return gathered(contents(file, Meter(limits or Limits(), file.size)))


def gathered(events: Iterable[Asset | Batch | Ended | Unread]) -> Told:
    """Gather what is told of mail."""
    result, now = Told(), ""
    for event in events:
        if isinstance(event, Asset):
            now = event.name
            assert now not in result.cells
            result.cells[now] = []
        elif isinstance(event, Batch):
            result.cells[now] += [
                (one, str(where[0]) if where else "", value or "") for one, where, value in cells([event])
            ]
            if event.cut:
                result.cut[now] = event.cut
        elif isinstance(event, Ended):
            result.ended[now] = event
        else:
            result.unread[event.name] = event
    return result
