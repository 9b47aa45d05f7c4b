"""The parts of a document that is a ZIP file (OOXML, OpenDocument): listed, and read piece by piece within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from abc import abstractmethod
from collections.abc import Iterator, Sequence

from connectors.errors import ReadError
from connectors.formats import recognition
from connectors.formats.embedded import Carried, Carrier
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pages import Progress, Record, paged
from connectors.formats.zipped import directory_place
from connectors.interface import Asset, Batch, Cause, Mark, Unread

_BLOCK = 64 * 1024
_DIRECTORY_BYTES = 8 << 20
"""Bytes of the list of parts; a document of a thousand slides has 1 MB."""
_PASSED = frozenset(
    {
        "xml",
        "rels",
        "vml",
        "mimetype",
        "emf",
        "wmf",
        "svg",
        "fntdata",
        "odttf",
        "ttf",
        "otf",
        "wdp",
        "ico",
        "rdf",
        "psmdcp",
        "sigs",
        "txt",
    }
)
"""Suffixes of parts that are read, drawings, or letters' shapes: no files of their own that a document carries."""
_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "webp"})
"""Suffixes of pictures, which are files of their own where their characters are recognised."""
_MACROS = "macros of a document; nothing here reads them"


class Parts:
    """A document's parts."""

    def __init__(self, file: Opened, progress: Progress) -> None:
        """Read the list of parts.

        Raises:
            ReadError: it is damaged, or far too long.
        """
        place = directory_place(file)
        if place is not None and place[1] > _DIRECTORY_BYTES:
            raise ReadError(Cause.CORRUPT, "its list of parts is longer than any document's; it was not read")
        self._stream = file.stream
        self._progress = progress
        self._meter = Meter(Limits(), file.size)
        try:
            self._zip = zipfile.ZipFile(io.BufferedReader(_Unclosed(file.stream)))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
            reason = "the document is damaged: the list of its parts, at the end of the file, is missing or broken"
            raise ReadError(Cause.CORRUPT, reason) from None
        self._names = {name.lstrip("/").replace("\\", "/"): name for name in self._zip.namelist()}
        self._lower = {name.lower(): name for name in self._names}

    @property
    def names(self) -> Sequence[str]:
        """Names of the parts, in the order of the file's list."""
        return list(self._names)

    def find(self, name: str) -> str:
        """Give a part's name as it is written, whatever the case; empty where there is none."""
        return self._lower.get(name.lower().lstrip("/"), "")

    def foreign(self) -> Iterator[Carried]:
        """Give the files that the document carries."""
        without = _PASSED | _PICTURES if recognition.missing() else _PASSED
        for name in self._names:
            base = name.rpartition("/")[2]
            passed = base.rpartition(".")[2].lower() in without or "printersettings" in name.lower()
            passed = passed or base.lower().startswith("thumbnail.")  # a small picture of the first page
            if base and not passed:
                yield Carried(name, name, _MACROS if base == "vbaProject.bin" else "")

    def blocks(self, name: str) -> Iterator[bytes]:
        """Give a part's bytes.

        Raises:
            ReadError: it is encrypted, damaged, or more comes out of it than is sane.
        """
        info = self._zip.getinfo(self._names[name])
        if info.flag_bits & 1:
            raise ReadError(Cause.DENIED, "the document is encrypted; without its password it cannot be read")
        try:
            with self._zip.open(info) as part:
                while block := part.read(_BLOCK):
                    self._meter.count(len(block))
                    self._progress.place = max(self._progress.place, self._stream.tell())
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, OverflowError, ValueError):
            raise ReadError(Cause.CORRUPT, "a part of the document is damaged; it was read up to there") from None
        except (NotImplementedError, RuntimeError):
            raise ReadError(Cause.OTHER, "a part of the document is packed in a way that nothing here opens") from None

    def content(self, name: str, most: int) -> bytes:
        """Give the first bytes of a part, as far as it can be read."""
        found = b""
        for block in self.blocks(name):
            found += block
            if len(found) >= most:
                break
        return found[:most]


class PartsDocument(Carrier):
    """A format whose documents are parts in a ZIP file."""

    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        """Give the document, and what lies in the files that it carries."""
        try:
            Parts(file, Progress())
        except ReadError as error:
            yield Unread("", self.kind, "", error.cause, error.reason, file.size)
            return
        yield Asset("", self.kind, "", self.locator, size=file.size)
        yield from self.carried_assets(file)

    def carried(self, file: Opened) -> Iterator[Carried]:
        yield from Parts(file, Progress()).foreign()

    def bytes_of(self, file: Opened, key: int | str) -> Iterator[bytes]:
        yield from Parts(file, Progress()).blocks(str(key))

    def read_own(self, file: Opened, after: Mark | None) -> Iterator[Batch]:
        progress = Progress()
        yield from paged(file, self.records(Parts(file, progress), progress), progress, after)

    @abstractmethod
    def records(self, parts: Parts, progress: Progress) -> Iterator[Record]:
        """Give the document's texts.

        Raises:
            ReadError: a part is damaged; what could be read of all was given.
        """


class _Unclosed(io.RawIOBase):
    """A stream that its owner closes, and nobody else."""

    def __init__(self, stream: io.RawIOBase) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset < 0 and whence == io.SEEK_SET:
            raise ValueError("a part that begins before the file")
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        return self._stream.readinto(buffer)
