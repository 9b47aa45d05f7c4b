"""OpenDocument spreadsheets: each sheet an asset, and what lies beside the sheets one more."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import ReadError
from connectors.formats import beside
from connectors.formats.csv_dialect import distinct
from connectors.formats.interface import Format, Opened
from connectors.formats.ods_sheet import CONTENT, TableReader, tables
from connectors.formats.package import Package
from connectors.formats.sheet import batches
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread

_MANIFEST = "META-INF/manifest.xml"
_APART = frozenset({CONTENT, "settings.xml", _MANIFEST.lower(), "manifest.rdf"})


class Ods(Format):
    """The rows of a sheet, streamed; comments and links in fields of their own.

    The asset of the file itself has what lies beside the sheets: properties, headers and footers, embedded objects. A
    mark is the number of the last row that was read; reading on goes through the sheet from its start.
    """

    kind = "ods"
    locator = LocatorKind.ROW
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        package = _opened(file)
        names = distinct(tables(package))
        for place, name in enumerate(names):
            size = package.size(CONTENT) // len(names)
            yield Asset(name, self.kind, "", self.locator, size=size, detail={"place": place})
        try:
            said = next(beside.texts(package, _parts(package)), None)
        except ReadError:
            said = ("", "")
        if said:
            yield Asset("", self.kind, "", LocatorKind.RECORD, size=0)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a sheet is one chunk
        package = _opened(file)
        if not asset.name:
            yield from beside.batches(beside.texts(package, _parts(package)), after)
            return
        reader = TableReader(package, int(asset.detail["place"]))
        yield from batches(reader.rows(), _later(reader), after, asset.size or 0, lambda: reader.cut)


def _later(reader: TableReader) -> Iterator[tuple[int, str, str]]:
    yield from reader.notes()


def _opened(file: Opened) -> Package:
    """Open a document.

    Raises:
        ReadError: DENIED where it is encrypted, CORRUPT where it has no content.
    """
    package = Package(file)
    if b"encryption-data" in package.content(_MANIFEST, 4 << 20):
        raise ReadError(Cause.DENIED, "it is encrypted, and nothing here has its password")
    if CONTENT not in package:
        raise ReadError(Cause.CORRUPT, "its content is missing")
    return package


def _parts(package: Package) -> list[str]:
    return [name for name in package.names() if name.lower().endswith(".xml") and name.lower() not in _APART]
