"""Excel workbooks (xlsx, xlsm, and their templates): each sheet an asset, and what lies beside the sheets one more."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import ReadError
from connectors.formats import beside
from connectors.formats.csv_dialect import distinct
from connectors.formats.interface import Format, Opened
from connectors.formats.package import Package
from connectors.formats.sheet import batches
from connectors.formats.xlsx_book import Book, Texts, book_of, looks
from connectors.formats.xlsx_sheet import SheetReader
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread

_APART = ("/styles.xml", "/sharedstrings.xml", "/calcchain.xml", "/metadata.xml", "[content_types].xml")
_FOLDERS = ("/theme/", "/worksheets/", "/_rels/", "/tables/", "/comments", "/threadedcomments/", "/richdata/")


class Xlsx(Format):
    """The rows of a sheet, streamed; links, comments and formulas with texts in fields of their own.

    The asset of the file itself has what lies beside the sheets: properties, texts of drawings, caches of pivot tables.
    A mark is the number of the last row that was read; reading on goes through the sheet from its start.
    """

    kind = "xlsx"
    locator = LocatorKind.ROW
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        package = Package(file)
        book = book_of(package)
        names = distinct([name for name, _ in book.sheets])
        for name, (_, part) in zip(names, book.sheets, strict=True):
            if part in package:
                size = package.size(part)
                yield Asset(name, self.kind, "", self.locator, size=size, detail={"part": part})
            elif "/chartsheets/" not in f"/{part}":
                yield Unread(name, self.kind, "", Cause.CORRUPT, "the sheet is listed and is not there")
        try:
            said = next(beside.texts(package, _parts(package, book)), None)
        except ReadError:
            said = ("", "")
        if said:
            yield Asset("", self.kind, "", LocatorKind.RECORD, size=0)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a sheet is one chunk
        package = Package(file)
        book = book_of(package)
        if not asset.name:
            yield from beside.batches(beside.texts(package, _parts(package, book)), after)
            return
        shared = Texts(package, book.texts)
        part = asset.detail["part"]
        reader = SheetReader(package, part, shared.found, looks(package, book.styles), since_1904=book.since_1904)
        yield from batches(reader.rows(), _once(reader), after, asset.size or 0, lambda: reader.cut)


def _once(reader: SheetReader) -> Iterator[tuple[int, str, str]]:
    yield from reader.notes()


def _parts(package: Package, book: Book) -> list[str]:
    """Give the parts beside the sheets that can hold texts."""
    sheets = {part.lower() for _, part in book.sheets}
    found = []
    for name in package.names():
        plain = "/" + name.replace("\\", "/").lower().lstrip("/")
        told = plain.endswith(".xml") and not plain.endswith(_APART) and not any(one in plain for one in _FOLDERS)
        if told and plain[1:] not in sheets and plain[1:] != book.texts.lower():
            found.append(name)
    return found
