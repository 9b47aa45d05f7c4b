"""Documents made by hand, part by part, for what no library writes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.connectors.formats.opening import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def docx(path: Path, body: str, **parts: str | bytes) -> Path:
    """Write a Word document from its body's XML; further parts by name, `__` for a slash and `_xml` for the suffix."""
    document = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    made: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES, "word/document.xml": document}
    made |= {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    return packed(path, made)


def packed(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def found(path: Path) -> set[tuple[str, int, str]]:
    """Give field, number and text of all that is in a document that is whole."""
    cells, error = read(path)
    assert error is None
    return {(field, slots[0], value or "") for field, slots, value in cells}
