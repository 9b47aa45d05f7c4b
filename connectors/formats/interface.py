"""The role of a format: one kind of file, read from an open descriptor as Arrow batches.

Adding one costs a file here with a subclass of `Format`, a line in `registry.FORMATS`, and a fixture that
`tests/connectors/formats/test_registry.py` finds by itself: `tests/connectors/formats/fixtures/<kind>/…`.
"""

from __future__ import annotations

import io
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from connectors.formats.remote import Remote
from connectors.formats.stream import HEAD_BYTES, Piped
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Mark, Part, Unread


@dataclass(frozen=True)
class Opened:
    """One file, open for reading. A format sees this and never a path of its own making."""

    stream: io.RawIOBase
    """Unbuffered and seekable: a file, a `Remote` one, which has no descriptor, or a `Piped` stream, which goes back to
    its start and no further where it lies inside another file; its owner closes it."""
    name: str
    """As the asset is called, for its suffix."""
    size: int
    """Bytes when it was opened; what is appended later belongs to the next scan. `UNKNOWN_SIZE` for a stream."""
    timeout: float = 600.0
    """Seconds that one page may take, for formats with a clock of their own."""
    layers: int = 0
    """Compressions that were taken off it; they count as depth."""

    @cached_property
    def head(self) -> bytes:
        """The first `HEAD_BYTES`."""
        return self.sample(0, HEAD_BYTES)

    @property
    def whole_head(self) -> bool:
        """Whether `head` is all there is."""
        return len(self.head) < HEAD_BYTES or len(self.head) >= self.size

    @property
    def anywhere(self) -> bool:
        """Whether any part of it can be read at any time; what comes out of another file is read forward."""
        return isinstance(self.stream, io.FileIO | Remote)

    def sample(self, offset: int, length: int) -> bytes:
        """Read some bytes without moving the stream; of a `Piped` one, only of its first `HEAD_BYTES`.

        Raises:
            OSError: where the disk does.
        """
        if isinstance(self.stream, Piped | Remote):
            return self.stream.sample(offset, length)
        return os.pread(self.stream.fileno(), min(length, max(0, self.size - offset)), offset)


class Format(ABC):
    """Reads one kind of file. Without state, so that one instance serves all files.

    Assets that it makes are named from the inside: an empty name is the file itself, any other stands behind `!`.
    """

    WHOLE: ClassVar[Chunk] = Chunk(detail={"start": 0, "end": None})
    """A file as one piece."""
    kind: ClassVar[str]
    """As the coverage calls it."""
    locator: ClassVar[LocatorKind]

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        """Say what lies in the file; most hold just one thing.

        Raises:
            ReadError: where nothing of it can be listed.
        """
        yield Asset("", self.kind, "", self.locator, size=file.size)

    def chunks(self, asset: Asset) -> Iterator[Chunk]:  # noqa: ARG002 what others cut by
        """Cut an asset into parts; `start` and `end` are byte offsets, `end` None meaning the file's."""
        yield self.WHOLE

    jumps: ClassVar[bool] = False
    """Whether it reads here and there, or more than once: what lies inside another file is held in memory for it, up
    to a limit, with a descriptor of its own; a `Remote` file is asked for in parts. Others read from the start to the
    end."""

    @abstractmethod
    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:
        """Read a chunk of an asset, from its start or from behind a mark.

        Raises:
            ReadError: where it cannot be read, or not to its end; batches yielded before stand.
            OSError: where the disk does; the caller translates it.
        """

    def fetch(self, file: Opened, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch] | None:  # noqa: ARG002 what others look up by
        """Read single records again, where the file has an index; None where it must be read through."""
        return None
