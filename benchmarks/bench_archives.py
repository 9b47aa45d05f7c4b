"""Reading text through a tar.gz and a zip, against `zcat | wc -c`, the bare standard library, and the files themselves.

`python -m benchmarks.bench_archives [MEGABYTES]`: how fast `contents` goes through an archive and makes batches of it;
nothing is looked for in them.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from connectors.formats.compressed import unpacked
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.pack import contents
from connectors.interface import Batch

_FILES = 20
_LINES = 65_536


def _text(chance: random.Random, size: int) -> bytes:
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(2, 10))) for _ in range(5000)]
    lines = [f"{number} {' '.join(chance.choices(words, k=9))} {number}@example.org" for number in range(_LINES)]
    text = ("\n".join(lines) + "\n").encode()
    return (text * (size // len(text) + 1))[:size]


def _make(folder: Path, size: int) -> tuple[Path, Path, Path]:
    plain, tgz, packed = folder / "a.tar", folder / "a.tar.gz", folder / "a.zip"
    chance = random.Random(1)
    with tarfile.open(plain, "w") as tar, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(_FILES):
            data = _text(chance, size // _FILES)
            info = tarfile.TarInfo(f"log/{number}.txt")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
            archive.writestr(f"log/{number}.txt", data)
    with plain.open("rb") as read, tgz.open("wb") as out:
        subprocess.run(["gzip", "-c"], stdin=read, stdout=out, check=True)
    return plain, tgz, packed


def _read(path: Path) -> int:
    with io.FileIO(str(path)) as stream:
        size = path.stat().st_size
        meter = Meter(Limits(), size)
        file = unpacked(Opened(stream, path.name, size), meter)
        return sum(event.columns.nbytes for event in contents(file, meter) if isinstance(event, Batch))


def _zcat(path: Path) -> int:
    return int(subprocess.run(f"zcat '{path}' | wc -c", shell=True, capture_output=True, check=True).stdout)


def _zipfile(path: Path) -> int:
    total = 0
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                total += sum(len(part) for part in iter(lambda: member.read(1 << 20), b""))
    return total


def _tarfile(path: Path) -> int:
    total = 0
    with tarfile.open(path, "r|*") as tar:
        for info in tar:
            member = tar.extractfile(info)
            total += sum(len(part) for part in iter(lambda: member.read(1 << 20), b"")) if member else 0  # noqa: B023
    return total


def _show(words: str, size: int, run: Callable[[], int]) -> None:
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - began)
    print(f"{words:36} {size / best / 1e6:7.0f} MB/s of content")


def main() -> None:
    size = int(sys.argv[1] if len(sys.argv) > 1 else 200) * 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="recense-bench-"))
    try:
        plain, tgz, packed = _make(folder, size)
        _show("tar, read to batches", size, lambda: _read(plain))
        _show("tar.gz, read to batches", size, lambda: _read(tgz))
        _show("tar.gz, zcat | wc -c", size, lambda: _zcat(tgz))
        _show("tar.gz, tarfile alone", size, lambda: _tarfile(tgz))
        _show("zip, read to batches", size, lambda: _read(packed))
        _show("zip, zipfile alone", size, lambda: _zipfile(packed))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
