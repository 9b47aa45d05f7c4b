"""Images: the text that they show, by recognition of characters (OCR)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats import recognition
from connectors.formats.interface import Format, Opened
from connectors.formats.kinds import signature_of
from connectors.formats.pages import Record, batches_of
from connectors.formats.pictures import SMALLEST, Pictures
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Part, Unread
from connectors.json_fields import finish

MOST_PAGES = 10_000
"""Of a TIFF file that are read."""
_SECONDS = 5.0
"""After which a batch is handed on, so that whoever waits hears something."""
_NONE = (pa.array([], pa.int64()),)


class Image(Format):
    """What an image shows: PNG, JPEG, WebP, BMP, the first one of a GIF, every page of a TIFF.

    Field: `text`, addressed by its page; an image that is no TIFF has one. An image without characters is read, and
    holds nothing. The registry gives this format only where recognition is there and wanted. What a file says beside
    its pixels (EXIF, comments) is not read. A mark is the number of the last page read, and what is known by then of
    those before.
    """

    kind = "image"
    locator = LocatorKind.PAGE
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        signature = signature_of(file.head, text=False)
        words = signature.words if signature else self.kind
        try:
            with Pictures(file) as opened:
                (width, height), rows = opened.size, None if opened.several else 1
        except ReadError as error:
            yield Unread("", words, "", error.cause, error.reason, file.size)
            return
        if width < SMALLEST[0] or height < SMALLEST[1]:
            reason = f"{words}; its {width} by {height} pixels are too few for words"
            yield Unread("", words, "", Cause.FORMAT, reason, file.size)
            return
        yield Asset("", words, "", self.locator, rows=rows, size=file.size)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset, one chunk
        state = _State(**after) if after else _State()
        held, first, size, since = list[Record](), state.page, 0 if after else file.size, time.monotonic()
        with Pictures(file) as opened:
            while state.next(opened):
                held += state.records(opened)
                if opened.several and time.monotonic() - since > _SECONDS:
                    yield from finish(batches_of(held), asdict(state), size, state.page - first, _NONE)
                    held, first, size, since = [], state.page, 0, time.monotonic()
        yield from finish(batches_of(held, state.words()), asdict(state), size, state.page - first, _NONE)
        if state.broken:
            raise ReadError(Cause.CORRUPT, state.broken)

    def fetch(self, file: Opened, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:  # noqa: ARG002 one asset
        with Pictures(file) as opened:
            for number in sorted({one[0] for one in locators if isinstance(one[0], int) and one[0] > 0}):
                state = _State(number - 1)
                if state.next(opened):
                    yield from batches_of(state.records(opened))


@dataclass
class _State:
    """How far reading has come."""

    page: int = 0
    late: int = 0
    """Pages whose time was up before all their characters were recognised."""
    broken: str = ""
    """What was wrong with the first damaged page."""
    cut: bool = False
    """Whether there are more pages than are read."""

    def next(self, opened: Pictures) -> bool:
        """Go to the next page; says whether there is one."""
        try:
            there = opened.turn_to(self.page + 1)
        except ReadError as error:  # what stands behind it cannot be found either
            self.broken = self.broken or f"{error.reason}, from page {self.page + 1:,} on"
            return False
        self.cut = there and self.page >= MOST_PAGES
        self.page += there and not self.cut
        return there and not self.cut

    def records(self, opened: Pictures) -> list[Record]:
        """Give what the page shows."""
        try:
            grey, whole = opened.grey()
        except ReadError as error:
            if not opened.several and error.cause is not Cause.CORRUPT:
                raise
            self.broken = self.broken or (f"page {self.page:,}: {error.reason}" if opened.several else error.reason)
            return []
        if not whole:
            self.broken = "the image is damaged or cut off; what is left of it was read"
        if grey is None:
            return []
        found = recognition.text_of(grey)
        self.late += not found.whole
        return [Record("text", self.page, found.text)] if found.text else []

    def words(self) -> str | None:
        """Say what was not read."""
        if self.cut:
            return f"it has more than {MOST_PAGES:,} pages; the others were not read"
        if not self.late:
            return None
        pages = "the image" if self.page == 1 else f"{self.late:,} of {self.page:,} pages"
        return f"{pages} took too long to recognise; what was recognised until then was read"
