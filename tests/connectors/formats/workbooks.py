"""Workbooks and packages for tests, where no library writes what is wanted."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

ROWS = (("id", "name", "mail"), ("1", "Ann", "ann@example.org"), ("2", "Bob", "bob@example.org"))
OPEN_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for prefix, space in [("office", "office"), ("table", "table"), ("text", "text"), ("meta", "meta")]
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def pack(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def ods(path: Path, tables: str, **parts: str) -> Path:
    content = f"<office:document-content {SPACES}><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
    content += "</office:body></office:document-content>"
    return pack(path, {"mimetype": OPEN_TYPE, "content.xml": content, **parts})


def table(rows: Sequence[Sequence[str]], name: str = "Sheet1") -> str:
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        for row in rows
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return f'<table:table table:name="{name}">{lines}</table:table>'


def xlsx(path: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return path


def xml_sheet(path: Path, sheet: str | bytes, **parts: str | bytes) -> Path:
    """Write a workbook whose only sheet has the XML that is given."""
    spaces = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = "<Relationships>{}</Relationships>"
    one = '<Relationship Id="rId{}" Type="{}/{}" Target="{}"/>'
    return pack(
        path,
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": related.format(one.format(1, kinds, "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {spaces}><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": related.format(
                one.format(1, kinds, "worksheet", "worksheets/sheet1.xml")
                + one.format(2, kinds, "sharedStrings", "sharedStrings.xml")
            ),
            "xl/worksheets/sheet1.xml": sheet,
            **parts,
        },
    )


def _record(kind: int, body: bytes = b"") -> bytes:
    """One record of [MS-XLSB] 2.1.4: its type and length in seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return head + bytes([len(body)]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def xlsb(path: Path, rows: Sequence[Sequence[str]] = ROWS) -> Path:
    book = _record(131) + _record(143) + _record(156, struct.pack("<2L", 0, 1) + _wide("rId1") + _wide("Sheet1"))
    book += _record(144) + _record(132)
    sheet = _record(129) + _record(148, struct.pack("<4L", 0, len(rows) - 1, 0, 2)) + _record(145)
    for number, row in enumerate(rows):
        sheet += _record(0, struct.pack("<L", number) + bytes(13))
        for column, cell in enumerate(row):
            sheet += _record(6, struct.pack("<2L", column, 0) + _wide(cell))
    sheet += _record(146) + _record(130)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = '<Relationships><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    return pack(
        path,
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": related.format(kinds, "officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": related.format(kinds, "worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": sheet,
        },
    )
