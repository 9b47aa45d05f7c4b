"""Older Excel workbooks (xls) and binary ones (xlsb), read by calamine; each sheet an asset.

calamine holds a sheet whole, so that files beyond a size are not opened. Comments and links are not read.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator
from typing import Any

from connectors.errors import ReadError
from connectors.formats.csv_dialect import distinct
from connectors.formats.interface import Format, Opened
from connectors.formats.ole import MAGIC, Compound
from connectors.formats.scalars import number
from connectors.formats.sheet import MAX_CELL, Row, batches
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread

_MOST_BYTES = 48 << 20
"""Of a file that is opened; a sheet takes some ten times as much in memory."""

_FIRST_BYTES = 4096
"""In which the record stands that says that the others are encrypted."""
_RECORD, _ENCRYPTED = struct.Struct("<HH"), 0x002F


class Xls(Format):
    """The rows of a sheet. A mark is the number of the last row that was read."""

    kind = "xls"
    locator = LocatorKind.ROW
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        import python_calamine  # noqa: PLC0415 only these files need it

        book = _opened(file)
        names = book.sheet_names
        for place, (name, met) in enumerate(zip(distinct(names), book.sheets_metadata, strict=True)):
            # Charts of binary workbooks have no cells; those of older ones hold a copy of theirs.
            if self.kind == "xls" or met.typ == python_calamine.SheetTypeEnum.WorkSheet:
                yield Asset(name, self.kind, "", self.locator, size=file.size // len(names), detail={"place": place})

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a sheet is one chunk
        book = _opened(file)
        with _Told():
            sheet = book.get_sheet_by_index(int(asset.detail["place"]))
        yield from batches(_rows(sheet), (), after, asset.size or 0, lambda: None)


class Xlsb(Xls):
    """The same for binary workbooks."""

    kind = "xlsb"


class _Told:
    """Puts calamine's errors into a sentence; their own texts may quote values."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        import python_calamine  # noqa: PLC0415 only these files need it

        if isinstance(error, python_calamine.PasswordError):
            raise ReadError(Cause.DENIED, "it is encrypted, and nothing here has its password") from error
        if error is not None and (type(error).__name__ == "PanicException" or isinstance(error, Exception)):
            raise ReadError(Cause.CORRUPT, "the workbook is damaged, or its sheet cannot be read") from error


def _opened(file: Opened) -> Any:
    if file.size > _MOST_BYTES:
        reason = f"workbooks of this kind are held whole in memory; this one has more than {_MOST_BYTES >> 20} MB"
        raise ReadError(Cause.OTHER, reason)
    import python_calamine  # noqa: PLC0415 only these files need it

    if _sealed(file):
        raise ReadError(Cause.DENIED, "it is encrypted, and nothing here has its password")
    file.stream.seek(0)
    with _Told():
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.stream.read(file.size)))


def _sealed(file: Opened) -> bool:
    """Tell an encrypted older workbook by its first records: calamine takes it for damaged."""
    if not file.head.startswith(MAGIC):
        return False
    try:
        box = Compound(file)
        name = next((name for name in box.streams if name.lower() in ("workbook", "book")), None)
        records = box.content(name, _FIRST_BYTES) if name else b""
    except ReadError:
        return False
    place = 0
    while place + _RECORD.size <= len(records):
        kind, size = _RECORD.unpack_from(records, place)
        if kind == _ENCRYPTED:
            return True
        place += _RECORD.size + size
    return False


def _rows(sheet: Any) -> Iterator[Row]:
    first = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    with _Told():
        for place, row in enumerate(sheet.iter_rows(), 1 + first):
            cells = {left + column: _shown(cell)[:MAX_CELL] for column, cell in enumerate(row) if cell != ""}
            if cells:
                yield place, cells


def _shown(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return number(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(cell)
