"""A large compressed dump: `zcat | wc -c`, our way of reading it, and a whole scan, one after the other.

`python -m benchmarks.bench_dumps [--gb 2] [--folder DIR] [--no-scan]`. The dump is what mysqldump writes of four tables
(customers, an access log, notes, numbers) in turns of 64 MB, `--gb` being the size of its text; its ids are all
different, its other cells repeat after 40 MB of a table. `zcat` runs before each of ours, so that they meet the same
machine; ratios are to that run. A dump made in a given folder stays there and serves the next run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from benchmarks.bench_scan import scan
from benchmarks.data import access_log, notes, numbers, shop
from benchmarks.dumps import MYSQL, create, mysql_cell
from benchmarks.measure import Program, run_program

INSERT, TURN, DIFFERENT = 1_000_000, 64_000_000, 40_000_000
"""Bytes of a statement, of a table before the next one comes, and of cells until they come again."""
TABLES = {"customers": (shop, 280), "log": (access_log, 200), "notes": (notes, 190), "numbers": (numbers, 290)}
"""Name to maker, and bytes of a row."""


def statements(size: int) -> Iterator[str]:
    """Write a dump of about a size: definitions and statements."""
    yield MYSQL
    each = min(size // len(TABLES), DIFFERENT)
    sizes = dict.fromkeys(TABLES, size // len(TABLES))
    tuples = {}
    for name, (make, row) in TABLES.items():
        columns = make(each // row + 1)
        heads = [f"{head}_" if head == "id" else head for head in columns]
        yield create(name, ["id", *heads])
        rows = zip(*columns.values(), strict=True)
        tuples[name] = enumerate(cycle([",".join(map(mysql_cell, cells)) for cells in rows]), 1)
    while sizes:
        for name in list(sizes):
            turn = min(TURN, sizes[name])
            sizes[name] -= turn
            while turn > 0:
                some, filled = [], 0
                for number, cells in tuples[name]:
                    some.append(f"({number},{cells})")
                    filled += len(some[-1]) + 1
                    if filled >= INSERT:
                        break
                turn -= filled
                yield f"INSERT INTO `{name}` VALUES {','.join(some)};\n"
            if sizes[name] <= 0:
                del sizes[name]


def write(path: Path, gigabytes: float) -> None:
    """Write the dump, compressed as `gzip` does without options."""
    part = path.with_suffix(".part")
    with part.open("wb") as out, subprocess.Popen(["gzip", "-c"], stdin=subprocess.PIPE, stdout=out) as packing:
        assert packing.stdin is not None
        for statement in statements(int(gigabytes * 1e9)):
            packing.stdin.write(statement.encode())
        packing.stdin.close()
    part.rename(path)


def zcat(path: Path) -> tuple[Program, int]:
    """Give what `zcat | wc -c` took, and the bytes that it counted."""
    program = run_program(["sh", "-c", 'zcat "$0" | wc -c', str(path)])
    return program, int(program.out)


def say(what: str, program: Program, size: int, beside: Program) -> None:
    """Print a line."""
    wall, cpu = program.wall / beside.wall, program.cpu / beside.cpu
    print(
        f"{what:24}{program.wall:9.1f}{size / 1e6 / program.wall:9.1f}{wall:9.1f}"
        f"{program.cpu:12.1f}{size / 1e6 / program.cpu:9.1f}{cpu:9.1f}{program.peaks['all'] / 1e6:12.0f}",
        flush=True,
    )


def measure(path: Path, *, whole: bool) -> None:
    """Measure all and print it."""
    bare, size = zcat(path)
    print(f"{path.stat().st_size / 1e9:.2f} GB, {size / 1e9:.2f} GB of SQL; load before: {os.getloadavg()[0]:.1f}")
    print(f"{'':24}{'seconds':>9}{'MB/s':>9}{'times':>9}{'CPU seconds':>12}{'MB/s':>9}{'times':>9}{'MB of memory':>14}")
    say("zcat | wc -c", bare, size, bare)
    reading = run_program([sys.executable, "-m", "benchmarks.reading", str(path)])
    say("read to batches", reading, size, bare)
    if whole:
        bare, _ = zcat(path)
        say("zcat | wc -c", bare, size, bare)
        done = scan(path)
        say("scan --workers 1", done.programs[0], size, bare)
        print(f"  {int(reading.out):,} records, {done.locations:,} locations")


def main() -> None:
    """Make the dump and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gb", type=float, default=2, help="of SQL, uncompressed")
    parser.add_argument("--folder", type=Path, help="where the dump lies and stays; without it it is made and removed")
    parser.add_argument("--no-scan", action="store_true", help="leave off the scan")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recense-bench-") as made:
        path = (words.folder or Path(made)) / f"{words.gb:g}GB.sql.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write(path, words.gb)
        measure(path, whole=not words.no_scan)


if __name__ == "__main__":
    main()
