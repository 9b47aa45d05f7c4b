"""How fast files are read, by format, beside the bare library that reads the same file: MB/s and peak memory.

`python -m benchmarks.bench_formats [--size MB] [--only NAME] [--rounds N]`. Ours is the whole way of a file into the
worker: walk, guest, batches, checked; nothing is looked for in them. It and the bare library read in turn, each in one
thread, and medians count; MB are those of the content without any compression. The ratio by CPU counts the guest
too, and is the fairer one on a machine with other work; by the clock, guest and worker run side by side.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import median

from benchmarks.formats import KINDS, Shop
from benchmarks.measure import Taken, run_program, timed
from benchmarks.reading import read, tree
from connectors.guest.host import Guest
from scanner.heap import keep_heap


@dataclass(frozen=True)
class Measured:
    """A format."""

    ours: list[Taken]
    bare: list[Taken]
    unread: list[str]
    """Reasons why something was not read."""

    def seconds(self, which: str) -> float:
        """Give the median by the clock; `which` is `ours` or `bare`."""
        return median(one.wall for one in getattr(self, which))

    def times(self, clock: str) -> float:
        """Give how many times as long as the bare library we take, by one clock: the median over the rounds."""
        return median(
            getattr(ours, clock) / max(getattr(bare, clock), 1e-9)
            for ours, bare in zip(self.ours, self.bare, strict=True)
        )


@cache
def _guest() -> Guest:
    """Start one guest for all formats, as a worker has it."""
    return Guest()


def measure(name: str, path: Path, rounds: int) -> Measured:
    """Measure one format, in this process."""
    keep_heap()  # as in a worker
    unread: list[str] = []
    ours: list[Taken] = []
    bare: list[Taken] = []
    with tree(path, _guest()) as source:
        read(source, unread)  # what is loaded once is loaded now
        for _ in range(rounds):
            ours.append(timed(lambda: read(source)))
            bare.append(timed(lambda: KINDS[name].bare(path)))
    return Measured(ours, bare, unread)


def report(pool: Pool, name: str, content: int, path: Path, rounds: int) -> None:
    """Measure one format and print its line."""
    kind, done = KINDS[name], pool.apply(measure, (name, path, rounds))
    memory = run_program([sys.executable, "-m", "benchmarks.reading", str(path)]).peaks["all"]
    files = [one for one in path.rglob("*") if one.is_file()] if kind.many else [path]
    disk, megabytes = sum(one.stat().st_size for one in files) / 1e6, content / 1e6
    own, other = done.seconds("ours"), done.seconds("bare")
    each = f"{own / len(files) * 1e3:8.2f} ms a file, {other / len(files) * 1e3:.2f}" if kind.many else ""
    print(
        f"{name:26}{disk:8.1f}{megabytes:8.1f}{megabytes / own:9.1f}{megabytes / other:9.1f}"
        f"{done.times('wall'):8.1f}{done.times('cpu'):8.1f}{memory / 1e6:9.0f}  {kind.library}{each}",
        flush=True,
    )
    if done.unread:
        print(f"  NOT READ: {len(done.unread)} things; {done.unread[0]}")


def made(folder: Path, name: str, shop: Shop, size: int) -> tuple[Path, int]:
    """Make a format's file in a folder of its own; gives it, and the bytes of what lies in it."""
    kind = KINDS[name]
    path = folder / f"{list(KINDS).index(name):02}" / kind.file
    path.parent.mkdir()
    return path, kind.write(path, shop, int(size * kind.share))


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=6, help="MB of a file; slow formats have a part of it")
    parser.add_argument("--only", default="", help="formats whose name holds this")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    words = parser.parse_args()
    size = int(words.size * 1e6)
    chosen = [name for name in KINDS if words.only.lower() in name.lower()]
    print(f"medians of {words.rounds}, in turn; load of the machine before: {os.getloadavg()[0]:.1f}")
    print(f"{'':26}{'MB on':>8}{'MB of':>8}{'ours':>9}{'bare':>9}{'ours takes longer':>16}{'memory':>8}")
    print(f"{'':26}{'disk':>8}{'content':>8}{'MB/s':>9}{'MB/s':>9}{'clock':>8}{'CPU':>8}{'MB':>9}  bare library")
    shop = Shop(size)
    # What files are made of stays out of the process that reads them.
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="recense-bench-") as folder, spawn.Pool(1) as pool:
        for name in chosen:
            path, content = made(Path(folder), name, shop, size)
            report(pool, name, content, path, words.rounds)


if __name__ == "__main__":
    main()
