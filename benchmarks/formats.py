"""The shop's data in every format that files come in, and the bare library that reads each without us.

A bare reader gives every value to Python or Arrow, and does nothing with it.
"""

from __future__ import annotations

import bz2
import csv
import email
import email.policy
import gzip
import io
import json
import lzma
import mailbox
import os
import random
import sqlite3
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

import docx
import fastavro
import fpdf
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.orc as arrow_orc
import pyarrow.parquet as arrow_parquet
import pypdfium2
import python_calamine
import xlsxwriter
from backports import zstd

from benchmarks import dumps
from benchmarks.data import HEADER, SEED, customer, message, note, request

Row = tuple[str, ...]
ROW, LINE, NOTE, MAIL = 270, 170, 120, 1500
"""Bytes of each, or a little less, so that there are enough of them."""
MEMBERS = 20
"""Of an archive."""
PIECE = 1 << 20
NUMBERS = {"id": pa.int64(), "total": pa.float64(), "created": pa.timestamp("s")}
"""Columns of typed files that are no texts."""


class Shop:
    """What files are made of, enough of everything for files of some size, and the same each time.

    Args:
        size: bytes of the largest file.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    @cached_property
    def rows(self) -> list[Row]:
        rng = random.Random(SEED)
        return [customer(rng, number) for number in range(self.size // ROW + 1)]

    @cached_property
    def lines(self) -> list[str]:
        rng = random.Random(SEED + 1)
        return [request(rng) + "\n" for _ in range(self.size // LINE + 1)]

    @cached_property
    def notes(self) -> list[str]:
        rng = random.Random(SEED + 2)
        return [note(rng) for _ in range(self.size // NOTE + 1)]

    def mails(self, size: int) -> Iterator[bytes]:
        rng = random.Random(SEED + 4)
        return _some((message(rng, row) for row in self.rows), size)

    def table(self, size: int) -> pa.Table:
        """Give rows as Arrow has them, typed where the shop's are."""
        rows = self.rows[: size // ROW + 1]
        columns = zip(HEADER, map(pa.array, zip(*rows, strict=True)), strict=True)
        return pa.table({name: array.cast(NUMBERS[name]) if name in NUMBERS else array for name, array in columns})


def _some(units: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Give of some pieces as many as have some size."""
    for unit in units:
        yield unit
        size -= len(unit)
        if size <= 0:
            return


# What writes each: where, of what, how many bytes. Gives the bytes of what lies in it, without any compression.

Write = Callable[[Path, Shop, int], int]


def texts(units: Callable[[Shop], Iterable[str]], before: str = "", after: str = "", between: str = "") -> Write:
    """Write texts one behind the other."""

    def write(path: Path, shop: Shop, size: int) -> int:
        some = (unit.encode() for unit in units(shop))
        body = between.encode().join(_some(some, size)) if between else b"".join(_some(some, size))
        return path.write_bytes(before.encode() + body + after.encode())

    return write


def csv_rows(shop: Shop, quoting: int = csv.QUOTE_MINIMAL, ragged: int = 0) -> Iterator[str]:
    """Give lines of CSV; `ragged`: of so many rows one has a cell too many."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=quoting)
    writer.writerow(HEADER)
    for number, row in enumerate(shop.rows):
        writer.writerow((*row, "x") if ragged and number % ragged == ragged - 1 else row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def documents(shop: Shop) -> Iterator[str]:
    """Give customers as JSON documents with others inside."""
    for row in shop.rows:
        cells = dict(zip(HEADER, row, strict=True))
        inner = {name: cells.pop(name) for name in ("address", "postal_code", "city")}
        contact = {"email": cells.pop("email"), "phones": [cells.pop("phone")]}
        told = {**cells, "id": int(row[0]), "total": float(row[6]), "contact": contact, "address": inner}
        yield json.dumps(told, ensure_ascii=False) + "\n"


def elements(shop: Shop) -> Iterator[str]:
    for row in shop.rows:
        cells = "".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in zip(HEADER[1:], row[1:], strict=True))
        yield f'<customer id="{row[0]}">{cells}</customer>\n'


def page_rows(shop: Shop) -> Iterator[str]:
    for row in shop.rows:
        cells = "".join(f'<td class="c">{escape(cell)}</td>' for cell in row)
        yield f'<tr id="r{row[0]}">{cells}<td><a href="mailto:{row[2]}">{escape(row[1])}</a></td></tr>\n'


def parquet(path: Path, shop: Shop, size: int) -> int:
    table = shop.table(size)
    arrow_parquet.write_table(table, path)
    return int(table.nbytes)


def orc(path: Path, shop: Shop, size: int) -> int:
    table = shop.table(size)
    arrow_orc.write_table(table, path, compression="zlib")
    return int(table.nbytes)


def arrow(path: Path, shop: Shop, size: int) -> int:
    table = shop.table(size)
    with pa.ipc.new_file(path, table.schema) as out:
        out.write_table(table, 65_536)
    return int(table.nbytes)


def avro(path: Path, shop: Shop, size: int) -> int:
    types: dict[pa.DataType, Any] = {pa.int64(): "long", pa.float64(): "double"}
    types[NUMBERS["created"]] = {"type": "long", "logicalType": "timestamp-millis"}
    table = shop.table(size)
    fields = [{"name": one.name, "type": types.get(one.type, "string")} for one in table.schema]
    with path.open("wb") as out:
        schema = fastavro.parse_schema({"type": "record", "name": "customer", "fields": fields})
        fastavro.writer(out, schema, table.to_pylist(), codec="deflate")
    return int(table.nbytes)


def xlsx(path: Path, shop: Shop, size: int) -> int:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("customers")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(shop.rows[: size // ROW], 1):
            sheet.write_row(number, 0, (int(row[0]), *row[1:6], float(row[6]), *row[7:]))
    return _unzipped(path)


def ods(path: Path, shop: Shop, size: int) -> int:
    names = ("office:1.0", "table:1.0", "text:1.0")
    spaces = " ".join(f'xmlns:{one[:-4]}="urn:oasis:names:tc:opendocument:xmlns:{one}"' for one in names)
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        "<table:table-row>" + "".join(cell.format(escape(one)) for one in row) + "</table:table-row>"
        for row in (tuple(HEADER), *shop.rows[: size // ROW])
    )
    kind, table = "application/vnd.oasis.opendocument.spreadsheet", f'<table:table table:name="c">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    top = '<?xml version="1.0" encoding="UTF-8"?>'
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<m:file-entry m:full-path="{one}" m:media-type="{what}"/>'
        for one, what in (("/", kind), ("content.xml", "text/xml"))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", kind, zipfile.ZIP_STORED)
        out.writestr("content.xml", f"{top}<office:document-content {spaces}>{body}</office:document-content>")
        out.writestr("META-INF/manifest.xml", f'{top}<m:manifest xmlns:m="{manifest}">{entries}</m:manifest>')
    return _unzipped(path)


def word(path: Path, shop: Shop, size: int) -> int:
    document = docx.Document()
    for text in shop.notes[: size // (NOTE + 60)]:
        document.add_paragraph(text)
    document.save(str(path))
    return _unzipped(path, "word/document.xml")


def _unzipped(path: Path, only: str = "") -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(info.file_size for info in archive.infolist() if only in info.filename)


def pdf(path: Path, shop: Shop, size: int) -> int:
    document, lines = fpdf.FPDF(), iter(shop.notes)
    document.set_font("helvetica", size=8)
    written = 0
    while written < size and (page := list(islice(lines, 50))):
        document.add_page()
        for number, line in enumerate(page):
            document.text(10, 10 + 5 * number, line)
        written += sum(map(len, page))
    document.output(str(path))
    return written


def sqlite(path: Path, shop: Shop, size: int) -> int:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE c ({', '.join(HEADER)}, PRIMARY KEY (id))")
        database.executemany(f"INSERT INTO c VALUES ({', '.join('?' * len(HEADER))})", shop.rows[: size // ROW])
    database.close()
    return path.stat().st_size


def dump(kind: str) -> Write:
    """Write a dump, and its rows as CSV beside the folder, for the bare library."""

    def write(path: Path, shop: Shop, size: int) -> int:
        rows = shop.rows[: int(size / ROW / 1.15)]
        written = path.write_text("".join(dumps.KINDS[kind](iter(rows))), encoding="utf-8")
        with _beside(path).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
        return path.stat().st_size if written else 0

    return write


def _beside(path: Path) -> Path:
    return path.parent.with_suffix(".csv")


def packed(write: Write, into: Callable[[Path], Any]) -> Write:
    """Write what another writes, compressed."""

    def both(path: Path, shop: Shop, size: int) -> int:
        plain = path.with_suffix("")
        content = write(plain, shop, size)
        with into(path) as out:
            out.write(plain.read_bytes())
        plain.unlink()
        return content

    return both


def _log_members(shop: Shop, size: int) -> Iterator[tuple[str, bytes]]:
    lines = iter(shop.lines)
    for number in range(MEMBERS):
        yield f"log/{number}.log", b"".join(_some((line.encode() for line in lines), size // MEMBERS))


def zipped(path: Path, shop: Shop, size: int) -> int:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in _log_members(shop, size):
            out.writestr(name, data)
    return _unzipped(path)


def tarred(path: Path, shop: Shop, size: int) -> int:
    total = 0
    with tarfile.open(path, "w:gz", compresslevel=6) as out:
        for name, data in _log_members(shop, size):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            total += len(data)
            out.addfile(info, io.BytesIO(data))
    return total


def mbox(path: Path, shop: Shop, size: int) -> int:
    with path.open("wb") as out:
        for mail in shop.mails(size):
            out.write(b"From shop@example.org Mon Jan  1 10:00:00 2024\n" + mail.replace(b"\r\n", b"\n") + b"\n")
    return path.stat().st_size


def maildir(path: Path, shop: Shop, size: int) -> int:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    return _many(path / "cur", "{}.M1P1.mx:2,S", (one.replace(b"\r\n", b"\n") for one in shop.mails(size)))


def emls(path: Path, shop: Shop, size: int) -> int:
    return _many(path, "{}.eml", shop.mails(size))


def tiny_texts(path: Path, shop: Shop, size: int) -> int:
    return _many(path, "{}.txt", _some((text.encode() for text in shop.notes), size))


def _many(folder: Path, name: str, files: Iterable[bytes]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return sum((folder / name.format(number)).write_bytes(data) for number, data in enumerate(files))


# What reads each without us; gives how many things it gave.


def by_lines(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return sum(1 for _ in file)


def bare_csv(path: Path) -> int:
    read = arrow_csv.ReadOptions(use_threads=False)
    parse = arrow_csv.ParseOptions(invalid_row_handler=lambda _row: "skip")
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(HEADER, pa.string()))
    return sum(batch.num_rows for batch in arrow_csv.open_csv(path, read, parse, convert))


def bare_rows(path: Path) -> int:
    """Read the rows of a dump where they stand as CSV."""
    read = arrow_csv.ReadOptions(use_threads=False, column_names=HEADER)
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(HEADER, pa.string()))
    return sum(batch.num_rows for batch in arrow_csv.open_csv(_beside(path), read, None, convert))


def bare_jsonl(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(json.loads(line)) > 0 for line in file)


def bare_json(path: Path) -> int:
    return len(json.loads(path.read_bytes()))


def bare_xml(path: Path) -> int:
    count = 0
    for _, element in ET.iterparse(path):
        count += 1
        if element.tag == "customer":
            element.clear()
    return count


class _Counting(HTMLParser):
    count = 0

    def handle_data(self, data: str) -> None:
        self.count += len(data) > 0


def bare_html(path: Path) -> int:
    parser = _Counting()
    with path.open(encoding="utf-8") as file:
        while text := file.read(PIECE):
            parser.feed(text)
    return parser.count


def bare_parquet(path: Path) -> int:
    with arrow_parquet.ParquetFile(path) as file:
        return sum(batch.num_rows for batch in file.iter_batches(65_536, use_threads=False))


def bare_orc(path: Path) -> int:
    file = arrow_orc.ORCFile(path)
    return sum(file.read_stripe(number).num_rows for number in range(file.nstripes))


def bare_arrow(path: Path) -> int:
    """Read an Arrow file through a file object: a mapped one would not be read at all."""
    with pa.OSFile(str(path)) as stream, pa.ipc.open_file(stream) as file:
        return sum(file.get_batch(number).num_rows for number in range(file.num_record_batches))


def bare_avro(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in fastavro.reader(file))


def bare_sheets(path: Path) -> int:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def bare_docx(path: Path) -> int:
    return sum(len(paragraph.text) > 0 for paragraph in docx.Document(str(path)).paragraphs)


def bare_pdf(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as document:
        return sum(len(page.get_textpage().get_text_range()) > 0 for page in document)


def bare_sqlite(path: Path) -> int:
    with sqlite3.connect(path) as database:
        count = sum(1 for _ in database.execute("SELECT * FROM c"))
    database.close()
    return count


def zcat(path: Path) -> int:
    with subprocess.Popen(["zcat", path], stdout=subprocess.PIPE) as zipped_text:
        return int(subprocess.run(["wc", "-c"], stdin=zipped_text.stdout, check=True, capture_output=True).stdout)


def bare_stream(open_: Callable[[Path], BinaryIO], path: Path) -> int:
    with open_(path) as file:
        return _through(file)


def _through(file: Any) -> int:
    return sum(len(part) for part in iter(lambda: file.read(PIECE), b""))


def bare_zip(path: Path) -> int:
    total = 0
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                total += _through(member)
    return total


def bare_tar(path: Path) -> int:
    with tarfile.open(path, "r|gz") as archive:
        return sum(_through(archive.extractfile(info)) for info in archive)


def bare_mail(open_: Callable[[Path], Any], path: Path) -> int:
    box = open_(path)
    try:
        return sum(map(_parts, box))
    finally:
        box.close()


def _parts(mail: Any) -> int:
    """Decode every header and part of a message."""
    total = sum(len(str(email.header.make_header(email.header.decode_header(value)))) > 0 for value in mail.values())
    return total + sum(len(part.get_payload(decode=True) or b"") > 0 for part in mail.walk())


def bare_emls(path: Path) -> int:
    total = 0
    for entry in sorted(os.scandir(path), key=lambda one: one.name):
        with Path(entry.path).open("rb") as file:
            total += _parts(email.message_from_binary_file(file))
    return total


def bare_texts(path: Path) -> int:
    return sum(by_lines(Path(entry.path)) for entry in os.scandir(path))


@dataclass(frozen=True)
class Kind:
    """A format."""

    file: str
    """Name of the file, or of the folder of many."""
    write: Write
    library: str
    bare: Callable[[Path], int]
    share: float = 1.0
    """Of the size asked for, where the format takes long, to be written or to be read."""
    many: bool = False
    """Whether it is a folder of small files."""


_LOG: Callable[[Shop], Iterable[str]] = lambda shop: shop.lines  # noqa: E731 the same in many places
_DUMP = "pyarrow.csv, same rows"
_GZIP = partial(gzip.open, mode="wb", compresslevel=6)
KINDS: dict[str, Kind] = {
    "text (access log)": Kind("access.log", texts(_LOG), "lines of a text file", by_lines),
    "CSV": Kind("plain.csv", texts(csv_rows), "pyarrow.csv", bare_csv),
    "CSV, all quoted": Kind("quoted.csv", texts(partial(csv_rows, quoting=csv.QUOTE_ALL)), "pyarrow.csv", bare_csv),
    "CSV, a row in 1000 ragged": Kind("ragged.csv", texts(partial(csv_rows, ragged=1000)), "pyarrow.csv", bare_csv),
    "JSON lines": Kind("records.jsonl", texts(documents), "json.loads by line", bare_jsonl),
    "JSON": Kind("array.json", texts(documents, "[", "]", ","), "json.loads", bare_json),
    "XML": Kind(
        "customers.xml",
        texts(elements, '<?xml version="1.0"?>\n<customers>\n', "</customers>\n"),
        "ElementTree.iterparse",
        bare_xml,
        0.5,
    ),
    "HTML": Kind(
        "customers.html",
        texts(page_rows, "<!DOCTYPE html>\n<html><body><table>\n", "</table></body></html>\n"),
        "html.parser",
        bare_html,
        0.5,
    ),
    "Parquet (snappy)": Kind("c.parquet", parquet, "pyarrow.parquet", bare_parquet),
    "Avro (deflate)": Kind("c.avro", avro, "fastavro", bare_avro, 0.5),
    "ORC (zlib)": Kind("c.orc", orc, "pyarrow.orc", bare_orc),
    "Arrow": Kind("c.arrow", arrow, "pyarrow.ipc", bare_arrow),
    "xlsx": Kind("c.xlsx", xlsx, "python-calamine", bare_sheets, 0.2),
    "ods": Kind("c.ods", ods, "python-calamine", bare_sheets, 0.2),
    "docx": Kind("notes.docx", word, "python-docx", bare_docx, 0.1),
    "PDF": Kind("notes.pdf", pdf, "pypdfium2", bare_pdf, 0.05),
    "SQLite": Kind("shop.db", sqlite, "sqlite3", bare_sqlite),
    **{kind: Kind("dump.sql", dump(kind), _DUMP, bare_rows) for kind in dumps.KINDS},
    "mysqldump, .sql.gz": Kind("dump.sql.gz", packed(dump("mysqldump"), _GZIP), "zcat | wc -c", zcat),
    "mbox": Kind("mail.mbox", mbox, "mailbox + email", partial(bare_mail, mailbox.mbox), 0.2),
    "Maildir": Kind("Maildir", maildir, "mailbox + email", partial(bare_mail, mailbox.Maildir), 0.05, many=True),
    "eml files": Kind("mails", emls, "email", bare_emls, 0.05, many=True),
    "tiny text files": Kind("notes", tiny_texts, "lines of each", bare_texts, 0.01, many=True),
    "zip of 20 logs": Kind("logs.zip", zipped, "zipfile", bare_zip),
    "tar.gz of 20 logs": Kind("logs.tar.gz", tarred, "tarfile", bare_tar),
    "log.gz": Kind(
        "a.log.gz", packed(texts(_LOG), partial(gzip.open, mode="wb", compresslevel=6)), "zcat | wc -c", zcat
    ),
    "log.bz2": Kind(
        "a.log.bz2", packed(texts(_LOG), partial(bz2.open, mode="wb")), "bz2", partial(bare_stream, bz2.open), 0.5
    ),
    "log.xz": Kind(
        "a.log.xz",
        packed(texts(_LOG), partial(lzma.open, mode="wb", preset=1)),
        "lzma",
        partial(bare_stream, lzma.open),
    ),
    "log.zst": Kind(
        "a.log.zst",
        packed(texts(_LOG), partial(zstd.open, mode="wb")),
        "backports.zstd",
        partial(bare_stream, zstd.open),
    ),
}
"""By the name that it has in the table."""
