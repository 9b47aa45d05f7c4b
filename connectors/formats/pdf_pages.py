"""The pages of a PDF document by PDFium: text, links, notes, form fields; no script runs, nothing is fetched."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Self

import pypdfium2 as pdfium
from pypdfium2 import raw

from connectors.errors import ReadError
from connectors.formats import recognition
from connectors.formats.interface import Opened
from connectors.formats.pages import Record
from connectors.interface import Cause

_SLICE = 1024 * 1024
"""Characters of a page that are taken at once."""
_PER_PAGE = 20_000
"""Links or notes of a page that are read."""
_OUTLINE = 100_000
"""Bookmarks that are read."""
_OBJECTS = 2_000
"""Objects of a page without text that are looked at for an image."""
_ATTACHED = 10_000
"""Attached files that are told."""
_STRING = 16 * 1024 * 1024
"""Bytes that one string of a document may have; what is longer is left out."""
_KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of the file after which the document is opened anew: PDFium keeps what it has parsed."""
_DOTS = 300
"""An inch, at which a page is drawn to be recognised: what Tesseract was taught with."""
_POINTS = 72
_PROPERTIES = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")


class _Source(io.RawIOBase):
    """The file as PDFium asks for it; an error of the disk reads as an end, since it cannot pass through C."""

    def __init__(self, stream: io.RawIOBase) -> None:
        super().__init__()
        self._stream = stream
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        view, done = memoryview(buffer).cast("B"), 0
        try:
            while done < len(view) and (part := self._stream.readinto(view[done:])):
                done += part
        except OSError as error:
            self.error = error
        return done


@dataclass
class Page:
    """What was read of a page."""

    records: list[Record] = field(default_factory=list)
    bare: bool = False
    """It holds an image and no text, and its characters were not recognised."""
    late: bool = False
    """There was no time to recognise all of them."""
    broken: bool = False


class PdfPages:
    """One document; a context manager."""

    def __init__(self, file: Opened) -> None:
        """Open a document.

        Raises:
            ReadError: it is encrypted or damaged.
        """
        self._source = _Source(file.stream)
        self._size = file.size
        self._outline: dict[int, list[str]] | None = None
        self._open()

    def _open(self) -> None:
        try:
            self._document = pdfium.PdfDocument(self._source)
            self._document.init_forms()
        except pdfium.PdfiumError as error:
            if self._source.error:
                raise self._source.error from None
            raise _refusal(error.err_code) from None
        self.count = len(self._document)
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def attachments(self) -> Iterator[str]:
        """Give the names of the files attached to it."""
        for place in range(min(_ATTACHED, self._document.count_attachments())):
            try:
                name = self._document.get_attachment(place).get_name()
            except (pdfium.PdfiumError, UnicodeDecodeError):
                name = ""
            yield name.rpartition("/")[2].rpartition("\\")[2].strip() or f"attachment {place + 1}"

    def attachment(self, place: int, most: int) -> bytes:
        """Give an attached file.

        Raises:
            ReadError: it is damaged, or has more than `most` bytes.
        """
        try:
            attached, size = self._document.get_attachment(place), ctypes.c_ulong()
        except pdfium.PdfiumError:
            raise ReadError(Cause.CORRUPT, "a file attached to the PDF is damaged") from None
        if not raw.FPDFAttachment_GetFile(attached.raw, None, 0, size):
            raise ReadError(Cause.CORRUPT, "a file attached to the PDF is damaged")
        if size.value > most:
            raise ReadError(Cause.OTHER, f"a file attached to the PDF has more than {most >> 20} MB; it was not opened")
        room = ctypes.create_string_buffer(size.value)
        if size.value and not raw.FPDFAttachment_GetFile(attached.raw, room, size.value, size):
            raise ReadError(Cause.CORRUPT, "a file attached to the PDF is damaged")
        return room.raw[: size.value]

    def properties(self) -> list[Record]:
        """Give who wrote it, and what else it says of itself."""
        document = self._document.raw
        found = []
        for key in _PROPERTIES:
            text = _wide(partial(raw.FPDF_GetMetaText, document, key.encode()))
            if text.strip():
                found.append(Record(f"properties.{key}", 1, text))
        return found

    def page(self, number: int) -> Page:
        """Read a page, from 1; one that cannot be opened is said to be broken."""
        self._seen += self._size // max(1, self.count)
        if self._seen > _KEPT_BYTES:
            self._document.close()
            self._open()
        found = Page([Record("outline", number, title) for title in self._titles(number)])
        try:
            page = self._document.get_page(number - 1)
        except pdfium.PdfiumError:
            found.broken = True
            return found
        try:
            self._fill(found, page, number)
        except pdfium.PdfiumError:
            found.broken = True
        finally:
            page.close()
        if self._source.error:
            raise self._source.error
        return found

    def _fill(self, found: Page, page: Any, number: int) -> None:
        textpage = page.get_textpage()
        try:
            texts = list(_texts(textpage))
        finally:
            textpage.close()
        found.records += [Record("text", number, text) for text in texts]
        found.records += [Record("link", number, target) for target in self._links(page)]
        found.records += self._notes(page, number)
        if not texts and not any(one.field in ("form", "annotation") for one in found.records):
            images = page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            found.bare = any(True for _ in islice(images, 1))
        if found.bare and not recognition.missing():
            self._recognise(found, page, number)

    @staticmethod
    def _recognise(found: Page, page: Any, number: int) -> None:
        """Draw a page, and read what it shows."""
        width, height = (max(1.0, side / _POINTS) for side in page.get_size())
        dots = min(_DOTS, (recognition.MOST_PIXELS / (width * height)) ** 0.5)
        drawn = page.render(scale=dots / _POINTS, grayscale=True, may_draw_forms=False)
        try:
            grey = recognition.Grey(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride)
        finally:
            drawn.close()
        told = recognition.text_of(grey)
        found.bare, found.late = False, not told.whole
        if told.text:
            found.records.append(Record("image", number, told.text))

    def _links(self, page: Any) -> Iterator[str]:
        """Give the addresses that links of a page lead to."""
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        for _ in range(_PER_PAGE):
            if not raw.FPDFLink_Enumerate(page.raw, place, link):
                return
            action = raw.FPDFLink_GetAction(link)
            if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
                target = _narrow(partial(raw.FPDFAction_GetURIPath, self._document.raw, action))
                if target:
                    yield target

    def _notes(self, page: Any, number: int) -> Iterator[Record]:
        """Give notes and values of form fields."""
        form = self._document.formenv.raw if self._document.formenv else None
        for place in range(min(_PER_PAGE, raw.FPDFPage_GetAnnotCount(page.raw))):
            note = raw.FPDFPage_GetAnnot(page.raw, place)
            if not note:
                continue
            try:
                yield from _note(note, form, number)
            finally:
                raw.FPDFPage_CloseAnnot(note)

    def _titles(self, number: int) -> list[str]:
        """Give the bookmarks that lead to a page; those that lead nowhere count as the first's."""
        if self._outline is None:
            self._outline = {}
            for one in islice(self._document.get_toc(), _OUTLINE):
                target = one.get_dest()
                place = target.get_index() if target else None
                title = one.get_title().strip()
                if title:
                    self._outline.setdefault((place or 0) + 1, []).append(title[:_SLICE])
        return self._outline.get(number, [])


def _note(note: Any, form: Any, number: int) -> Iterator[Record]:
    if form and raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_WIDGET:
        value = _wide(partial(raw.FPDFAnnot_GetFormFieldValue, form, note))
        if value.strip():
            yield Record("form", number, value)
    for name, key in (("annotation", b"Contents"), ("annotation.author", b"T")):
        # In a form field, T is its name.
        if name != "annotation" and raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_WIDGET:
            continue
        text = _wide(partial(raw.FPDFAnnot_GetStringValue, note, key))
        if text.strip():
            yield Record(name, number, text)


def _texts(textpage: Any) -> Iterator[str]:
    """Give a page's text, mostly in one piece."""
    count = textpage.count_chars()
    for start in range(0, max(0, count), _SLICE):
        # PDFium writes U+FFFE for a hyphen at the end of a line, and joins the lines.
        text = textpage.get_text_range(start, min(_SLICE, count - start), errors="replace")
        text = text.replace("\ufffe", "-").replace("\r\n", "\n")
        if text.strip():
            yield text


def _refusal(code: int | None) -> ReadError:
    if code == raw.FPDF_ERR_PASSWORD:
        return ReadError(Cause.DENIED, "the PDF is encrypted; without its password it cannot be read")
    if code == raw.FPDF_ERR_SECURITY:
        return ReadError(Cause.DENIED, "the PDF is encrypted in a way that nothing here opens")
    return ReadError(Cause.CORRUPT, "the PDF is damaged: it cannot be opened")


def _sized(fill: Callable[[Any, int], int]) -> bytes:
    """Ask for a string's length first, then for the string."""
    size = int(fill(None, 0))
    if not 2 < size <= _STRING:
        return b""
    room = ctypes.create_string_buffer(size)
    fill(ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size)
    return room.raw


def _wide(fill: Callable[[Any, int], int]) -> str:
    return _sized(fill).decode("utf-16-le", "replace").rstrip("\0")


def _narrow(fill: Callable[[Any, int], int]) -> str:
    return _sized(fill).decode("utf-8", "replace").rstrip("\0")
