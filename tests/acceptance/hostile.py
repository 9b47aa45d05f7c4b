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
import socket
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import py7zr

from tests.connectors.formats.image_bombs import BOMBS

FIXTURES = Path(__file__).parents[1] / "connectors" / "formats" / "fixtures"


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


FULL = Sizes(200_000_000, 50_000_000, 10_000_000_000, 20_000, 2_000_000_000)


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
    with zipfile.ZipFile(folder / "many.zip", "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.txt", "")


def _sealed(folder: Path) -> None:
    folder.mkdir()
    for name, hidden in (("data.7z", False), ("names.7z", True)):
        with py7zr.SevenZipFile(folder / name, "w", password="secret", header_encryption=hidden) as archive:
            archive.writestr("sealed@example.org\n", "a.txt")


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
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000))
    (folder / "deep.eml").write_text(f"From: a@example.org\nTo: b@example.org\nSubject: x\nMIME-Version: 1.0\n{parts}")
    (folder / "flat.json").write_text(json.dumps({"k" * 100_000: "v"}))
    (folder / "quotes.csv").write_text("a,b\n" + '"' * 300_001)


def _broken(folder: Path) -> None:
    folder.mkdir()
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
