"""Whole scans of 120 MB: MB/s, memory, workers, beside ripgrep, datafog and Presidio, with the bar of each figure.

`make bench-scan`, or `python -m benchmarks.bench_scan [--megabytes N] [--folder DIR] [--rounds N]` with what the extra
`bench` names installed. Files made in a given folder stay there and serve the next run.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks import peers
from benchmarks.bench_peers import IN_PYTHON, NEEDS, head
from benchmarks.data import Columns, access_log, cells, halves, shop, size, write_log, write_table
from benchmarks.measure import Program, Taken, apart, best, run_program
from benchmarks.peers import ENTITIES

SLICES = {"Presidio BatchAnalyzerEngine": 50_000, "datafog, regex": 1_000_000, "datafog core (Rust)": 2_000_000}
FIRST_THREE = ENTITIES[:3]
"""Card, e-mail, phone: what the bar for ripgrep was set with."""
TIMES_PRESIDIO, TIMES_DATAFOG, TIMES_RIPGREP, AIM_RIPGREP = 500, 3, 12, 5
MORE_WORKERS, MEMORY = 1.5, 500_000_000


@dataclass
class Scanned:
    """Several scans of the same targets."""

    programs: list[Program] = field(default_factory=list)
    locations: int = 0

    def seconds(self, start: float = 0.0) -> float:
        """Give the median of the wall clock, start-up taken out."""
        return median(one.wall for one in self.programs) - start

    def cpu(self) -> float:
        return median(one.cpu for one in self.programs)

    def peak(self, whose: str) -> int:
        return max(one.peaks[whose] for one in self.programs)


def scan(*targets: Path, workers: int = 1, rounds: int = 1) -> Scanned:
    """Run `recense scan` as a program, each time into a new inventory; the machine's cores are all there for it.

    Raises:
        RuntimeError: a scan did not end with 0.
    """
    done = Scanned()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            words = ["--inventory", f"sqlite:///{folder}/bench.db", "--key-file", f"{folder}/bench.key", "--quiet"]
            command = [sys.executable, "-m", "console", *words, "scan", *map(str, targets)]
            program = run_program([*command, "--workers", str(workers)])
            if program.code:
                raise RuntimeError(f"the scan ended with {program.code}: {program.out}")
            done.programs.append(program)
            done.locations = locations(Path(folder, "bench.db"))
    return done


def locations(path: Path) -> int:
    """Count the locations in an inventory."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as inventory:
        (count,) = inventory.execute("SELECT count(*) FROM locations").fetchone()
    inventory.close()
    return int(count)


@dataclass(frozen=True)
class Speed:
    """MB/s, by the clock on the wall and by CPU time; where others use the machine too, the second is the fairer."""

    wall: float
    cpu: float

    @classmethod
    def of(cls, megabytes: float, taken: Taken) -> Speed:
        return cls(megabytes / taken.wall, megabytes / taken.cpu)


def ripgrep_speed(path: Path, entities: tuple[str, ...], folder: Path) -> Speed:
    """Measure how ripgrep extracts some entities from a file, one after the other."""

    def run() -> int:
        for entity in entities:
            peers.extract(path, folder / "rg.out", peers.PATTERNS[entity])
        return 0

    return Speed.of(path.stat().st_size / 1e6, best(run))


def peer_speed(peer: str, kind: str) -> Speed:
    """Measure a peer over the first cells of a table or a log, all five entities."""
    peers.go_offline()
    columns: Columns = {"table": shop, "log": access_log}[kind](SLICES[peer] // 150)
    texts = head(cells(columns), SLICES[peer])
    run = IN_PYTHON[peer][0](ENTITIES)
    run(texts[:20])
    return Speed.of(size(texts) / 1e6, best(partial(run, texts)))


def files(folder: Path, megabytes: float) -> dict[str, Path]:
    """Make the files, or take those that are there from an earlier run."""
    made = {}
    for kind, name, write in (("table", "table.csv", write_table), ("log", "access.log", write_log)):
        path = folder / f"{megabytes:g}MB" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            write(part, megabytes)
            part.rename(path)
        made[kind] = path
    return made


def say(what: str, wall: str, cpu: str = "", bar: str = "", *, held: bool | None = None) -> None:
    """Print a line: what, by the clock, by CPU, the bar, whether it is held by the clock."""
    verdict = "" if held is None else "  held" if held else "  NOT HELD"
    print(f"  {what:44}{wall:>16}{cpu:>16}   {bar}{verdict}".rstrip(), flush=True)


def report(kind: str, path: Path, folder: Path, rounds: int, empty: Scanned) -> float:
    """Measure one file and print all about it; gives the seconds of one worker."""
    megabytes = path.stat().st_size / 1e6
    rows = sum(1 for _ in path.open("rb"))
    print(f"\n{kind}: {megabytes:.0f} MB, {rows:,} lines, {megabytes * 1e6 / rows:.0f} bytes a line")
    say("", "by the clock", "by CPU")
    one, start = scan(path, rounds=rounds), empty.seconds()
    seconds, cpu = one.seconds(start), one.cpu() - empty.cpu()
    ours = Speed(megabytes / seconds, megabytes / cpu)
    say("scan --workers 1, start-up taken out", f"{seconds:.1f} s", f"{cpu:.1f} s")
    say("  that is", f"{ours.wall:.3g} MB/s", f"{ours.cpu:.3g} MB/s")
    say("  locations written", f"{one.locations:,}")
    memory(one)
    absent = peers.missing()
    if "ripgrep" in absent:
        say("ripgrep", "not here", absent["ripgrep"])
    else:
        three, five = (apart(ripgrep_speed, path, some, folder) for some in (FIRST_THREE, ENTITIES))
        held = three.wall <= TIMES_RIPGREP * ours.wall
        bar = f"at most {TIMES_RIPGREP}, aim {AIM_RIPGREP}"
        say("ripgrep -o for card, e-mail, phone", f"{three.wall:.3g} MB/s", f"{three.cpu:.3g} MB/s")
        say("  ours takes longer", *ratio(three, ours), bar, held=held)
        say("  IBAN and IP too: ours takes longer", *ratio(five, ours))
    for peer, times in (
        ("Presidio BatchAnalyzerEngine", TIMES_PRESIDIO),
        ("datafog, regex", TIMES_DATAFOG),
        ("datafog core (Rust)", None),
    ):
        if NEEDS[peer] in absent:
            say(peer, "not here", absent[NEEDS[peer]])
            continue
        theirs = apart(peer_speed, peer, kind)
        say(f"{peer}, {SLICES[peer] / 1e6:g} MB of it", f"{theirs.wall:.3g} MB/s", f"{theirs.cpu:.3g} MB/s")
        enough = ours.wall >= times * theirs.wall if times else None
        say("  ours is faster", *ratio(ours, theirs), f"at least {times}" if times else "", held=enough)
    return seconds


def ratio(one: Speed, other: Speed) -> tuple[str, str]:
    """Write how many times as fast one is as the other."""
    return f"{one.wall / other.wall:,.1f} x", f"{one.cpu / other.cpu:,.1f} x"


def two_workers(path: Path, folder: Path, rounds: int, start: float, seconds: float) -> None:
    """Scan with two workers: the file as it is, and the same rows as two files."""
    if len(os.sched_getaffinity(0)) < 2:
        say("two workers", "not measured: one core only")
        return
    whole = scan(path, workers=2, rounds=rounds)
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        parts = halves(path, Path(inside))
        single = scan(*parts, rounds=rounds).seconds(start)
        split = scan(*parts, workers=2, rounds=rounds)
    times = single / split.seconds(start)
    say("--workers 2, two files of half the size", f"{split.seconds(start):.1f} s")
    bar = f"at least {MORE_WORKERS}"
    say("  faster than one worker with both files", f"{times:.2f} x", "", bar, held=times >= MORE_WORKERS)
    say("--workers 2, the one file", f"{whole.seconds(start):.1f} s")
    say("  faster than one worker", f"{seconds / whole.seconds(start):.2f} x")
    memory(split)


def memory(scanned: Scanned) -> None:
    """Print the peaks of a scan's processes."""
    parent, worker = scanned.peak("parent"), scanned.peak("worker")
    held = max(parent, worker) < MEMORY
    say(
        "  peak memory of parent and worker",
        f"{parent // 10**6} MB",
        f"{worker // 10**6} MB",
        "below 500 MB",
        held=held,
    )


def detection(workers: int, seconds: float = 4.0) -> float:
    """Give the MB/s of CPU-bound detection by several processes at once, each on cells of its own."""
    import multiprocessing  # noqa: PLC0415 only here

    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return sum(pool.starmap(_detect, [(seconds,)] * workers))


def _detect(seconds: float) -> float:
    import time  # noqa: PLC0415

    import pyarrow as pa  # noqa: PLC0415

    columns = shop(8_000)
    arrays = {name: pa.array(column) for name, column in columns.items()}
    run, one_round = peers.ours(()), size(cells(columns)) / 1e6
    run(arrays)
    began = time.perf_counter()
    rounds = 0
    while time.perf_counter() - began < seconds:
        run(arrays)
        rounds += 1
    return rounds * one_round / (time.perf_counter() - began)


def main() -> None:
    """Measure both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=120, help="size of each file")
    parser.add_argument("--folder", type=Path, help="where files lie and stay; without it they are made and removed")
    parser.add_argument("--rounds", type=int, default=3, help="scans of which the median counts")
    parser.add_argument("--one-worker", action="store_true", help="leave off what two workers do")
    parser.add_argument("--kind", choices=["table", "log"], help="only this one")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = words.folder or Path(made)
        several = files(folder, words.megabytes)
        (Path(made) / "empty.csv").touch()
        (Path(made) / "row.csv").write_bytes(b"".join(islice(several["table"].open("rb"), 2)))
        empty, row = (scan(Path(made) / name, rounds=5) for name in ("empty.csv", "row.csv"))
        print(f"medians of {words.rounds}; load of the machine before: {os.getloadavg()[0]:.1f}")
        print(f"start-up, taken out below: {empty.seconds():.2f} s (empty file; {row.seconds():.2f} s with one row)")
        for kind, path in several.items():
            if words.kind in {None, kind}:
                seconds = report(kind, path, Path(made), words.rounds, empty)
                if not words.one_worker:
                    two_workers(path, Path(made), words.rounds, empty.seconds(), seconds)
        if not words.one_worker and len(os.sched_getaffinity(0)) > 1:
            one, two = (median(detection(workers) for _ in range(3)) for workers in (1, 2))
            print("\ndetection alone, the table's cells in memory")
            say("one process", f"{one:.2f} MB/s")
            say("two at once", f"{two:.2f} MB/s")
            say("  faster than one", f"{two / one:.2f} x", "", "at least 1.8", held=two >= 1.8 * one)


if __name__ == "__main__":
    main()
