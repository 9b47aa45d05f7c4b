"""Members of office packages (ZIP), read as streams whose promises are not believed, and their XML without entities."""

from __future__ import annotations

import errno
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.interface import Cause

_STEP = 256 << 10
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, lzma.LZMAError, NotImplementedError, KeyError, ValueError)
_MEMBERS = 50_000
"""Members that a package may have."""
_DEPTH = 256
"""Levels of elements."""
_TOKEN = 16 << 20
"""Bytes of one tag or text that may pass without an end."""


class Package:
    """The members of a package, by name.

    Args:
        file: with a stream that can jump.

    Raises:
        ReadError: CORRUPT, its directory is damaged.
    """

    def __init__(self, file: Opened) -> None:
        file.stream.seek(0)
        try:
            self._zip = zipfile.ZipFile(file.stream)
        except OSError as error:
            # A place before the file's start: the directory lies about where it is.
            if error.errno != errno.EINVAL:
                raise
            raise ReadError(Cause.CORRUPT, "its list of members is damaged or cut off") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise ReadError(Cause.CORRUPT, "its list of members is damaged or cut off") from error
        self._meter = Meter(Limits(), file.size)
        self._names: dict[str, str] = {}
        for info in self._zip.infolist()[:_MEMBERS]:
            self._names.setdefault(info.filename.replace("\\", "/").lstrip("/").lower(), info.filename)

    def names(self) -> Iterator[str]:
        """Give the members' names as they are written."""
        yield from self._names.values()

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._names

    @staticmethod
    def _key(name: str) -> str:
        return name.replace("\\", "/").lstrip("/").lower()

    def size(self, name: str) -> int:
        """Give a member's bytes as they are stored."""
        return self._zip.getinfo(self._names[self._key(name)]).compress_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give a member's content piece by piece.

        Raises:
            ReadError: CORRUPT, it is damaged; DENIED, it is encrypted; CUT, more comes out than may.
        """
        try:
            info = self._zip.getinfo(self._names[self._key(name)])
            with self._zip.open(info) as member:
                # zipfile would withhold the last piece of a member whose check sum is wrong; here it counts first.
                member._expected_crc = None  # type: ignore[attr-defined]  # noqa: SLF001
                seen = 0
                while piece := member.read(_STEP):
                    self._meter.count(len(piece))
                    seen = zlib.crc32(piece, seen)
                    yield piece
            if seen != info.CRC:
                raise ReadError(Cause.CORRUPT, "the check sum of a part of it is wrong; it was read nevertheless")
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise ReadError(Cause.CORRUPT, "a part of it is damaged; it was read up to there") from error
        except _BROKEN as error:
            raise ReadError(Cause.CORRUPT, "a part of it is damaged; it was read up to there") from error
        except RuntimeError as error:
            raise ReadError(Cause.DENIED, "it is encrypted, and nothing here has its password") from error

    def content(self, name: str, limit: int) -> bytes:
        """Give a member's content up to a limit; nothing where there is no such member.

        Raises:
            ReadError: as `pieces` does.
        """
        if name not in self:
            return b""
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) >= limit:
                break
        return bytes(found[:limit])


class Xml:
    """Feeds a parser that knows no entities but XML's own five, and no document type.

    Args:
        start: called with an element's local name and its attributes.
        end: called with an element's local name.
        text: called with pieces of text; None where nobody wants them.
    """

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None,
    ) -> None:
        self._parser = expat.ParserCreate(namespace_separator=None)
        self._unended = 0
        self._parser.buffer_text = True
        self._parser.buffer_size = 64 << 10
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._handlers(start, end)
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse

    def _handlers(
        self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
    ) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
        """Make handlers that do the least: they are called for each element, of which a sheet has millions."""
        depth = 0
        bare: dict[str, str] = {}

        def local(name: str) -> str:
            found = name.rpartition(":")[2]
            if len(bare) < 4096:
                bare[name] = found
            return found

        def on_start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEPTH:
                raise ReadError(Cause.CORRUPT, f"its elements lie more than {_DEPTH} deep; it was read up to there")
            start(bare.get(name) or local(name), attributes)

        def on_end(name: str) -> None:
            nonlocal depth
            depth -= 1
            end(bare.get(name) or local(name))

        return on_start, on_end

    def feed(self, piece: bytes) -> None:
        """Take in a piece.

        Raises:
            ReadError: CORRUPT, it is no XML, or uses what hurts.
        """
        try:
            before = self._parser.CurrentByteIndex
            self._parser.Parse(piece, False)
        except (expat.ExpatError, LookupError, ValueError) as error:  # unknown encodings are the latter two
            raise ReadError(Cause.CORRUPT, "a part of it is damaged XML; it was read up to there") from error
        self._unended = self._unended + len(piece) if self._parser.CurrentByteIndex == before else 0
        if self._unended > _TOKEN:
            raise ReadError(Cause.CORRUPT, "one tag in it has no end; it was read up to there")

    def close(self) -> None:
        """Say that this was all.

        Raises:
            ReadError: CORRUPT, elements are still open.
        """
        try:
            self._parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise ReadError(Cause.CORRUPT, "a part of it ends early; it was read up to there") from error


def _refuse(*_: Any) -> None:
    raise ReadError(Cause.CORRUPT, "it declares entities, as no office program does; it was read up to there")


def relations(package: Package, part: str) -> dict[str, tuple[str, str, bool]]:
    """Give what a part points at, by id: the last word of the relation's type, the target, whether it lies outside.

    Targets inside are names of members.

    Raises:
        ReadError: as `Package.pieces` does.
    """
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str, bool]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and len(found) < 200_000:
            target, outside = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
            if not outside:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, target, outside)

    try:
        parse(package, f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels", start)
    except ReadError:
        # A wrong check sum costs no more than what could not be read.
        if not found:
            raise
    return found


def parse(
    package: Package,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a member whole; one that is not there has nothing in it.

    Raises:
        ReadError: as `Package.pieces` and `Xml.feed` do.
    """
    if name not in package:
        return
    xml = Xml(start, end, text)
    fed = False
    for piece in package.pieces(name):
        xml.feed(piece)
        fed = True
    if fed:
        xml.close()
