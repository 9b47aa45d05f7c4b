"""The role of a pack: a file that holds other things (archive, mailbox, dump), read through once from its start."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.formats.interface import Format, Opened
from connectors.formats.limits import Meter
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Mark, Unread


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
