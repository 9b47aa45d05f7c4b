"""Which format reads a file: told by its first bytes, its name and what its text looks like, in this order."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from connectors.formats import arrow_sniff, ole, recognition, zipped
from connectors.formats.archive_marks import is_seven, is_tar, is_zip
from connectors.formats.embedded import Carrier, Openers
from connectors.formats.encoding import encoding_of, is_text
from connectors.formats.interface import Format, Opened
from connectors.formats.kinds import UNKNOWN, Signature, signature_of
from connectors.formats.mail_marks import is_mailbox, is_message, is_pst
from connectors.formats.sealed import sealed
from connectors.formats.sniff import (
    Claim,
    Start,
    has_controls,
    is_calendar,
    is_card,
    is_csv,
    is_json,
    is_json_lines,
    is_sql,
    start_of,
)
from connectors.formats.sniff_markup import is_config, is_html, is_xml
from connectors.formats.stream import HEAD_BYTES
from connectors.interface import Cause

_TEXT_SUFFIXES = (
    ".asc",
    ".bash",
    ".bat",
    ".c",
    ".cpp",
    ".crt",
    ".cs",
    ".css",
    ".err",
    ".go",
    ".h",
    ".htaccess",
    ".java",
    ".js",
    ".key",
    ".ldif",
    ".less",
    ".log",
    ".lua",
    ".md",
    ".out",
    ".pem",
    ".php",
    ".pl",
    ".po",
    ".py",
    ".rb",
    ".rs",
    ".rst",
    ".scss",
    ".sh",
    ".tex",
    ".ts",
    ".txt",
)
_PAGES = (".htm", ".html", ".phtml", ".shtml", ".tpl", ".twig", ".vue", ".xht", ".xhtml")
_XML_SUFFIXES = (
    ".atom",
    ".gpx",
    ".kml",
    ".plist",
    ".rdf",
    ".rss",
    ".svg",
    ".wsdl",
    ".xlf",
    ".xliff",
    ".xml",
    ".xsd",
    ".xsl",
    ".xslt",
)
_SETTINGS = (".cfg", ".cnf", ".conf", ".env", ".ini", ".properties", ".toml", ".yaml", ".yml")
_COPY = re.compile(r"(~|[._-](bak|backup|copy|old|orig|save|sav|tmp|swp|\d{1,8}))+\Z")
"""What people and programs append to the name of a copy."""

_DUMPS = (
    b"-- MySQL dump ",
    b"-- MariaDB dump ",
    b"/*M!999999\\- enable the sandbox mode */",
    b"-- phpMyAdmin SQL Dump",
    b"--\n-- PostgreSQL database dump",
    b"--\n-- PostgreSQL database cluster dump",
)
"""First bytes of dumps, which may hold so many binary cells that they look like no text."""


@dataclass(frozen=True)
class Entry:
    """What is known of one format."""

    module: str
    name: str
    """Of the class."""
    magic: tuple[bytes, ...] = ()
    """First bytes, any of which settles it."""
    suffixes: tuple[str, ...] = ()
    """Ends of names, lower case."""
    fits: Callable[[Start, Claim], bool] | None = None
    """Whether the first part of a text looks like it, given what the name says. None: magic alone tells."""
    tells: Callable[[Opened], bool] | None = None
    """Whether a file that has the magic is one of them, where the magic alone does not settle it."""
    shows: Callable[[Opened], bool] | None = None
    """Whether its bytes tell it elsewhere than at the start."""


FORMATS: dict[str, Entry] = {
    "sqlite": Entry("connectors.formats.sqlite_file", "SqliteFile", (b"SQLite format 3\0",)),
    "parquet": Entry("connectors.formats.parquet", "Parquet", (b"PAR1", b"PARE"), tells=has_controls),
    "arrow": Entry("connectors.formats.arrow", "Arrow", (arrow_sniff.FILE,)),
    "arrow stream": Entry(
        "connectors.formats.arrow", "ArrowStream", (arrow_sniff.STREAM,), tells=arrow_sniff.is_stream
    ),
    "avro": Entry("connectors.formats.avro", "Avro", (b"Obj\x01",)),
    "orc": Entry("connectors.formats.orc", "Orc", (b"ORC",), tells=has_controls),
    "xlsx": Entry("connectors.formats.xlsx", "Xlsx"),
    "xlsb": Entry("connectors.formats.xls", "Xlsb"),
    "xls": Entry("connectors.formats.xls", "Xls"),
    "ods": Entry("connectors.formats.ods", "Ods"),
    "pdf": Entry("connectors.formats.pdf", "Pdf", (b"%PDF-",)),
    "rtf": Entry("connectors.formats.rtf", "Rtf", (b"{\\rtf",)),
    "docx": Entry("connectors.formats.docx", "Docx"),
    "pptx": Entry("connectors.formats.pptx", "Pptx"),
    "doc": Entry("connectors.formats.doc", "Doc"),
    "ppt": Entry("connectors.formats.ppt", "Ppt"),
    "odt": Entry("connectors.formats.odt", "Odt"),
    "odp": Entry("connectors.formats.odp", "Odp"),
    "pgdump": Entry("connectors.formats.pgdump", "PgDump", (b"PGDMP\x01",)),
    "image": Entry("connectors.formats.image", "Image"),
    "zip": Entry("connectors.formats.zip", "Zip", (b"PK\3\4", b"PK\5\6", b"PK\7\x08PK\3\4"), shows=is_zip),
    "7z": Entry("connectors.formats.seven", "Seven", shows=is_seven),
    "tar": Entry("connectors.formats.tar", "Tar", shows=is_tar),
    "mbox": Entry("connectors.formats.mbox", "Mbox", shows=is_mailbox),
    "eml": Entry("connectors.formats.eml", "Eml", shows=is_message),
    "msg": Entry("connectors.formats.msg", "Msg"),
    "pst": Entry("connectors.formats.pst", "Pst", (b"!BDN",), tells=is_pst),
    "vcard": Entry("connectors.formats.cards", "VCard", (), (".vcf", ".vcard"), is_card),
    "ical": Entry("connectors.formats.cards", "ICal", (), (".ics", ".ical", ".ifb"), is_calendar),
    "jsonl": Entry("connectors.formats.jsonl", "JsonLines", (), (".jsonl", ".ndjson"), is_json_lines),
    "json": Entry("connectors.formats.json", "Json", (), (".json", ".geojson", ".har"), is_json),
    "sql": Entry("connectors.formats.sql", "Sql", _DUMPS, (".sql", ".mysql", ".pgsql", ".psql", ".dump"), is_sql),
    "html": Entry("connectors.formats.html", "Html", (), _PAGES, is_html),
    "xml": Entry("connectors.formats.xml", "Xml", (), _XML_SUFFIXES, is_xml),
    "csv": Entry("connectors.formats.csv", "Csv", (), (".csv", ".tsv", ".tab", ".psv"), is_csv),
    "config": Entry("connectors.formats.config", "Config", (), _SETTINGS, is_config),
    "text": Entry("connectors.formats.text", "Text", (), _TEXT_SUFFIXES, lambda _start, _claim: True),
}
"""In the order in which they are asked; `text` takes all text that no other wanted."""

AT_HOME = frozenset({"sqlite"})
"""Formats that are read in the worker rather than in a guest, since they need the files beside them."""


@dataclass(frozen=True)
class Kind:
    """What a file is."""

    words: str
    """For a person: `csv`, "PNG image"."""
    format: str | None
    """Its key in `FORMATS`; None where nothing here reads it."""
    reason: str = UNKNOWN
    """Why it is not read, where it is not."""
    cause: Cause = Cause.FORMAT
    """The same in one word."""


_BOXES = ((zipped.MAGIC, zipped.kind_of_zip, zipped.WORDS), (ole.MAGIC, ole.kind_of_ole, ole.WORDS))
"""What holds documents of several kinds: its first bytes, what tells the kind, and what the kinds are called."""


def recognise(file: Opened) -> Kind:
    """Tell what a file is, whatever its name says.

    Raises:
        OSError: where the disk does.
    """
    head = file.head
    for magic, kind_of, words in _BOXES:
        if head.startswith(magic):
            return _boxed(kind_of(file), words)
    if by := sealed(head):
        return Kind(by, None, "nothing here has its key or password", Cause.DENIED)
    for key, entry in FORMATS.items():
        told = head.startswith(entry.magic) and (entry.tells is None or entry.tells(file))
        if told or (entry.shows and entry.shows(file)):
            return Kind(key, key)
    encoding = encoding_of(head)
    text = encoding.skip > 0 or not encoding.bytewise or _is_text(file)
    if signature := signature_of(head, text=text):
        return _signed(signature)
    if not text:
        return Kind("binary data", None)
    key = _of_text(start_of(file, encoding), file.name)
    return Kind(key, key)


def _signed(signature: Signature) -> Kind:
    if not signature.picture:
        return Kind(signature.words, None, signature.reason)
    reason = recognition.missing()
    return Kind(signature.words, None if reason else "image", reason)


def _boxed(key: str, words: Mapping[str, str]) -> Kind:
    if key == "encrypted":
        return Kind(words[key], None, "nothing here has its password", Cause.DENIED)
    return Kind(key, key) if key in FORMATS else Kind(words[key], None)


def _is_text(file: Opened) -> bool:
    """Judge by the start; where NULs fill it, by the middle and the end too."""
    head = file.head
    if head.count(0) * 10 <= len(head):
        return is_text(head, whole=file.whole_head)
    places = (file.size // 2, max(0, file.size - HEAD_BYTES))
    return is_text(head + b"".join(file.sample(place, HEAD_BYTES) for place in places), whole=False)


def _of_text(start: Start, name: str) -> str:
    """Choose among the formats of text: the first that fits, given what the suffix says."""
    stem = _COPY.sub("", name.lower())
    named = next((key for key, entry in FORMATS.items() if stem.endswith(entry.suffixes)), None)
    for key, entry in FORMATS.items():
        claim = Claim.OWN if key == named else Claim.OTHER if named else Claim.NONE
        if entry.fits and entry.fits(start, claim):
            return key
    raise AssertionError("`text` fits every text")


@cache
def reader(key: str) -> Format:
    """Give the format with this key, imported when it is first asked for."""
    entry = FORMATS[key]
    made: Format = getattr(import_module(entry.module), entry.name)()
    return made


READERS_VERSION = 2
"""Raised when a format reads a file otherwise than before, so that unchanged files are read again."""


@cache
def readers(*, ocr: bool = True) -> str:
    """Give a short text that changes whenever the same file could be read otherwise.

    Args:
        ocr: whether characters of images are recognised where that is installed.
    """
    told = [*FORMATS, recognition.installed() if ocr else ""]
    return f"{READERS_VERSION}.{zlib.crc32(','.join(told).encode()):08x}"


Carrier.openers = Openers(recognise, reader, AT_HOME)
