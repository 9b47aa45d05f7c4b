"""A tree of files made to hurt whoever opens them, with good files among them.

`python -m tests.acceptance.hostile FOLDER [--full]` builds it, with `--full` at the sizes of the bar.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import socket
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import lz4.frame
import ncompress
import py7zr
from backports import zstd

from tests.acceptance.sealed import FIXTURES, sealed, unreadable
from tests.connectors.formats.image_bombs import BOMBS
from tests.connectors.formats.test_zip import closed, entry, local


@dataclass(frozen=True)
class Sizes:
    """How large the large things are."""

    line: int = 20_000_000
    """Bytes on one line."""
    cell: int = 8_000_000
    """Bytes in a cell of CSV."""
    bomb: int = 300_000_000
    """Bytes that come out of a bomb."""
    tiny: int = 300
    """Tiny files."""
    sparse: int = 2_000_000_000
    """Bytes of a file without any."""
    again: int = 400_000
    """Bytes of a text that says the same over and over; of one that says by chance, an eighth."""


FULL = Sizes(200_000_000, 50_000_000, 10_000_000_000, 20_000, 2_000_000_000, 8_000_000)


def build(root: Path, sizes: Sizes | None = None) -> dict[str, str]:
    """Build the tree; gives what has to be found all the same: the file, and the address in it."""
    sizes = sizes or Sizes()
    root.mkdir()
    good = {}
    for number in range(5):
        path = root / f"home{number}" / "good.csv"
        path.parent.mkdir()
        path.write_text(f"id,mail\n1,good{number}@example.org\n")
        good[f"home{number}/good.csv"] = f"good{number}@example.org"
    _links(root)
    _bombs(root / "bombs", sizes)
    _nested(root / "nested")
    _sealed(root / "sealed")
    _texts(root / "texts", sizes)
    good["texts/one-line.txt"] = "lineend@example.org"
    good["texts/one-cell.csv"] = "cellend@example.org"
    _broken(root / "broken")
    for number in range(sizes.tiny):
        folder = root / "tiny" / str(number % 100)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"tiny{number}@example.org\n")
    return good


def _links(root: Path) -> None:
    (root / "passwd").symlink_to("/etc/passwd")
    (root / "loop").symlink_to(root)
    (root / "neighbour").symlink_to(root.parent / "neighbour")
    (root / "self").symlink_to("self")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(root)
        made.bind("socket")
        os.chdir(here)
    (root / "-rf").write_text("a name\n")
    (root / "\x1b[31mred\n.txt").write_text("terminal\n")
    os.close(os.open(os.fsencode(root) + b"/caf\xe9'; DROP TABLE x;--.txt", os.O_CREAT | os.O_WRONLY))


def _bombs(folder: Path, sizes: Sizes) -> None:
    folder.mkdir()
    block, blocks = b"a" * 10_000_000, sizes.bomb // 10_000_000
    with gzip.open(folder / "letters.txt.gz", "wb", 6) as file:
        for _ in range(blocks):
            file.write(block)
    (folder / "letters.txt.bz2").write_bytes(bz2.compress(block) * (blocks // 10))
    (folder / "letters.csv.xz").write_bytes(lzma.compress(block, preset=0) * (blocks // 10))
    (folder / "letters.txt.zst").write_bytes(zstd.compress(block) * (blocks // 10))
    (folder / "letters.txt.lz4").write_bytes(lz4.frame.compress(block) * (blocks // 10))
    (folder / "letters.txt.Z").write_bytes(ncompress.compress(block * (blocks // 100)))
    with (
        zipfile.ZipFile(folder / "letters.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w") as file,
    ):
        for _ in range(blocks // 10):
            file.write(block)
    inner = (folder / "letters.zip").read_bytes()
    for _ in range(12):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("again.zip", inner)
        inner = made.getvalue()
    (folder / "again.zip").write_bytes(inner)
    with py7zr.SevenZipFile(folder / "letters.7z", "w", filters=[{"id": py7zr.FILTER_LZMA2, "preset": 0}]) as archive:
        for number in range(blocks // 10):
            archive.writestr(block, f"{number}.txt")
    with (folder / "sparse.bin").open("wb") as file:
        file.truncate(sizes.sparse)
    with (folder / "sparse.csv").open("wb") as file:
        file.write(b"id,mail\n1,s@example.org\n")
        file.truncate(sizes.sparse)
    for name, content in BOMBS.items():
        (folder / name).write_bytes(content)
    _documents(folder, block, max(1, blocks // 300))


def _documents(folder: Path, block: bytes, blocks: int) -> None:
    """Documents that are small until they are opened."""
    for source, part, around in (
        ("xlsx/customers.xlsx", "xl/worksheets/sheet1.xml", (b"<worksheet><sheetData>", b"<row><c><v>1</v></c></row>")),
        ("docx/minutes.docx", "word/document.xml", (b"<w:document><w:body>", b"<w:p><w:r><w:t>a</w:t></w:r></w:p>")),
        ("odt/letter.odt", "content.xml", (b"<office:document-content>", b"<text:p>a</text:p>")),
    ):
        target = folder / f"swollen-{Path(source).name}"
        with (
            zipfile.ZipFile(FIXTURES / source) as before,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name in before.namelist():
                if name != part:
                    archive.writestr(name, before.read(name))
            with archive.open(part, "w") as file:
                file.write(around[0])
                for _ in range(blocks):
                    file.write(around[1] * (len(block) // len(around[1])))
    stream = zlib.compress(b"BT (a) Tj ET " * (blocks * len(block) // 13))
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    head += b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    (folder / "swollen.pdf").write_bytes(head + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n")


def _overlapping() -> bytes:
    """Many members that all unpack the same bytes, as David Fifield's bombs do."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(20_000_000)) + packer.flush()
    body = local(b"0", packed, method=8, size=20_000_000)
    names = [b"%d" % number for number in range(10)]
    return closed(body, [entry(name, 0, len(packed), 20_000_000, method=8) for name in names])


def _nested(folder: Path) -> None:
    folder.mkdir()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in ("../../../etc/cron.d/evil", "/etc/evil", "a/../../b"):
            entry = tarfile.TarInfo(name)
            entry.size = 5
            archive.addfile(entry, io.BytesIO(b"evil\n"))
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard"), (tarfile.CHRTYPE, "device")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    (folder / "escape.tar").write_bytes(made.getvalue())
    with zipfile.ZipFile(folder / "escape.zip", "w") as archive:
        archive.writestr("../../../tmp/evil", "evil\n")
    (folder / "overlapping.zip").write_bytes(_overlapping())
    with zipfile.ZipFile(folder / "many.zip", "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.txt", "")


def _sealed(folder: Path) -> None:
    folder.mkdir()
    for name, content in {**sealed(), **unreadable()}.items():
        (folder / name).write_bytes(content)


def _texts(folder: Path, sizes: Sizes) -> None:
    folder.mkdir()
    with (folder / "one-line.txt").open("w") as file:
        for _ in range(sizes.line // 1_000_000):
            file.write("lorem 12 " * 111_111)
        file.write(" lineend@example.org\n")
    with (folder / "one-cell.csv").open("w") as file:
        file.write('id,text,mail\n1,"')
        for _ in range(sizes.cell // 1_000_000):
            file.write("lorem 12\n" * 111_111)
        file.write('",cellend@example.org\n')
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "deep2.json").write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
    (folder / "deep.xml").write_text("<a>" * 100_000)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    (folder / "laughs.xml").write_text(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x>&l11;</x>')
    xxe = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]><x>&p;</x>'
    (folder / "xxe.xml").write_text(xxe)
    (folder / "redos.txt").write_text(
        "0" * 200_000 + "\n" + "a@" * 200_000 + "\n" + "1." * 200_000 + "\n" + "+" * 200_000
    )
    (folder / "spaces.txt").write_text(" " * 2_000_000 + "x\n" + "(" * 500_000 + "\n" + "-1" * 500_000)
    for number, unit in enumerate(("a@", "1.", "-1", "a@b.", "1 ", "FR76 ", "1%20", "<a ", "+1 (")):
        (folder / f"again{number}.txt").write_text(unit * (sizes.again // len(unit)))
    chance = random.Random(3)
    for number, some in enumerate(("a@.-", "0123456789 ./-()+", "0123456789abcdef:.", "FRDEGB0123456789 ")):
        (folder / f"chance{number}.txt").write_text("".join(chance.choices(some, k=sizes.again // 8)))
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000))
    (folder / "deep.eml").write_text(f"From: a@example.org\nTo: b@example.org\nSubject: x\nMIME-Version: 1.0\n{parts}")
    (folder / "flat.json").write_text(json.dumps({"k" * 100_000: "v"}))
    (folder / "quotes.csv").write_text("a,b\n" + '"' * 300_001)


def _streams() -> dict[str, bytes]:
    """Give a table in each kind of compressed stream."""
    plain = b"id,mail\n" + b"".join(b"%d,row%d@example.org\n" % (number, number) for number in range(5_000))
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        member = tarfile.TarInfo("table.csv")
        member.size = len(plain)
        archive.addfile(member, io.BytesIO(plain))
    return {
        "table.csv.gz": gzip.compress(plain),
        "table.csv.bz2": bz2.compress(plain),
        "table.csv.xz": lzma.compress(plain),
        "table.csv.zst": zstd.compress(plain),
        "table.csv.lz4": lz4.frame.compress(plain),
        "table.csv.Z": ncompress.compress(plain),
        "table.tar.gz": tar.getvalue(),
    }


def _broken(folder: Path) -> None:
    folder.mkdir()
    for name, data in _streams().items():
        (folder / f"half-{name}").write_bytes(data[: len(data) // 2])
        (folder / f"turned-{name}").write_bytes(data[:400] + bytes(byte ^ 0x55 for byte in data[400:450]) + data[450:])
    for path in sorted(FIXTURES.glob("*/*")):
        data = path.read_bytes()
        name = f"{path.parent.name.replace(' ', '-')}-{path.name}"
        (folder / f"half-{name}").write_bytes(data[: len(data) // 2])
        (folder / f"turned-{name}").write_bytes(data[:40] + bytes(byte ^ 0x55 for byte in data[40:90]) + data[90:])
        (folder / f"empty-{name}").write_bytes(b"")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    print(build(asked.folder, FULL if asked.full else None))
