"""PDF: the text of each page, what hangs on it, and the document's properties."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats import recognition
from connectors.formats.embedded import MOST_BYTES, Carried, Carrier
from connectors.formats.interface import Opened
from connectors.formats.pages import PAGE_BYTES, batches_of
from connectors.interface import Asset, Batch, Cause, LocatorKind, Mark, Part, Unread
from connectors.json_fields import finish

_PAGES = 250
"""Pages after which a batch is handed on, however little they hold."""
_SECONDS = 5.0
"""Likewise, so that whoever waits hears something."""
_NONE = (pa.array([], pa.int64()),)


class Pdf(Carrier):
    """The pages of a PDF document.

    Fields: `text`, `link` (targets), `form` (values of fields), `annotation` and `annotation.author` (notes), `outline`
    (bookmarks), all by page; `properties.Author` and its like at page 1. XMP metadata is not read: it repeats these.

    A page that holds images and no text is drawn, and its characters are recognised: the field `image`. Without
    recognition (see `recognition`) such pages are counted, and said as cut off: what they show was not read. Files that
    are attached are read as any other. Encrypted documents are read where the empty password opens them. A mark is the
    number of the last page read, and what is known by then of pages without text.
    """

    kind = "pdf"
    locator = LocatorKind.PAGE
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        """Give the document, and a line for each file attached to it."""
        from connectors.formats.pdf_pages import PdfPages  # noqa: PLC0415 the library is loaded for who has a PDF

        try:
            document = PdfPages(file)
        except ReadError as error:
            yield Unread("", self.kind, "", error.cause, error.reason, file.size)
            return
        with document as pages:
            yield Asset("", self.kind, "", self.locator, rows=pages.count, size=file.size)
        yield from self.carried_assets(file)

    def carried(self, file: Opened) -> Iterator[Carried]:
        from connectors.formats.pdf_pages import PdfPages  # noqa: PLC0415 likewise

        with PdfPages(file) as pages:
            names = list(pages.attachments())
        yield from (Carried(name, place) for place, name in enumerate(names))

    def bytes_of(self, file: Opened, key: int | str) -> Iterator[bytes]:
        from connectors.formats.pdf_pages import PdfPages  # noqa: PLC0415 likewise

        with PdfPages(file) as pages:
            yield pages.attachment(int(key), MOST_BYTES)

    def read_own(self, file: Opened, after: Mark | None) -> Iterator[Batch]:
        from connectors.formats.pdf_pages import PdfPages  # noqa: PLC0415 likewise

        state = _State(**after) if after else _State()
        with PdfPages(file) as pages:
            held, size, since, first = pages.properties() if state.page == 0 else [], 0, time.monotonic(), state.page
            while state.page < pages.count:
                state.page += 1
                found = pages.page(state.page)
                state.note(found.bare, found.broken, found.late)
                held += found.records
                size += sum(len(one.text) for one in found.records)
                many = state.page - first >= _PAGES or size >= PAGE_BYTES or time.monotonic() - since > _SECONDS
                if many and state.page < pages.count:
                    share = _share(file.size, pages.count, first, state.page)
                    yield from finish(batches_of(held), state.mark(), share, state.page - first, _NONE)
                    held, size, since, first = [], 0, time.monotonic(), state.page
            share = _share(file.size, pages.count, first, state.page)
            cut = state.words(pages.count)
            yield from finish(batches_of(held, cut), state.mark(), share, state.page - first, _NONE)
        if state.broken:
            raise ReadError(Cause.CORRUPT, f"{state.broken:,} of {pages.count:,} pages are damaged and were not read")

    def fetch_own(self, file: Opened, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch] | None:
        return _fetch(file, sorted({one[0] for one in locators if isinstance(one[0], int)}))


def _fetch(file: Opened, numbers: Sequence[int]) -> Iterator[Batch]:
    from connectors.formats.pdf_pages import PdfPages  # noqa: PLC0415 likewise

    with PdfPages(file) as pages:
        for number in numbers:
            if 1 <= number <= pages.count:
                properties = pages.properties() if number == 1 else []
                yield from batches_of(properties + pages.page(number).records)


def _share(size: int, count: int, first: int, last: int) -> int:
    """Give the bytes that stand for some pages; together they are those of the file."""
    return size * last // count - size * first // count if count else size


@dataclass
class _State:
    """How far reading has come."""

    page: int = 0
    bare: int = 0
    """Pages with images and no text."""
    first: int = 0
    """The first of them."""
    broken: int = 0
    late: int = 0
    """Pages that there was no time to recognise."""

    def note(self, bare: bool, broken: bool, late: bool) -> None:
        self.first = self.first or (self.page if bare else 0)
        self.bare += bare
        self.broken += broken
        self.late += late

    def mark(self) -> Mark:
        return asdict(self)

    def words(self, count: int) -> str | None:
        """Say what was not read of pages that are images."""
        if self.late and not self.bare:
            return (
                f"{self.late:,} of {count:,} pages took too long to recognise; what was recognised until then was read"
            )
        if not self.bare:
            return None
        pages = f"all {count:,} pages hold" if self.bare == count else f"{self.bare:,} of {count:,} pages hold"
        pages = "the page holds" if count == 1 else pages
        return f"{pages} images and no text (from page {self.first:,} on); {recognition.missing()}"
