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
from benchmarks.measure import Program, apart, best, run_program
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
            if program.code not in {0, 3}:
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


def ripgrep_seconds(path: Path, entities: tuple[str, ...], folder: Path) -> float:
    """Give the seconds in which ripgrep extracts some entities, one after the other."""

    def run() -> int:
        for entity in entities:
            peers.extract(path, folder / "rg.out", peers.PATTERNS[entity])
        return 0

    return best(run).wall


def peer_speed(peer: str, kind: str) -> float:
    """Give a peer's MB/s over the first cells of a table or a log, all five entities."""
    peers.go_offline()
    columns: Columns = {"table": shop, "log": access_log}[kind](SLICES[peer] // 150)
    texts = head(cells(columns), SLICES[peer])
    run = IN_PYTHON[peer][0](ENTITIES)
    run(texts[:20])
    return size(texts) / 1e6 / best(partial(run, texts)).wall


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


def say(what: str, figure: str, bar: str = "", *, held: bool | None = None) -> None:
    """Print a line: what, how much, the bar, whether it is held."""
    verdict = "" if held is None else "  held" if held else "  NOT HELD"
    print(f"  {what:44}{figure:>24}  {bar}{verdict}".rstrip(), flush=True)


def report(kind: str, path: Path, folder: Path, rounds: int, empty: Scanned) -> None:
    """Measure one file and print all about it."""
    megabytes = path.stat().st_size / 1e6
    one = scan(path, rounds=rounds)
    start = empty.seconds()
    seconds, cpu = one.seconds(start), one.cpu() - empty.cpu()
    speed = megabytes / seconds
    rows = sum(1 for _ in path.open("rb"))
    print(f"\n{kind}: {megabytes:.0f} MB, {rows:,} lines, {megabytes * 1e6 / rows:.0f} bytes a line")
    say("scan --workers 1, start-up taken out", f"{seconds:.1f} s   {speed:.2f} MB/s")
    say("  CPU of all its processes", f"{cpu:.1f} s   {megabytes / cpu:.2f} MB/s")
    say("  locations written", f"{one.locations:,}")
    memory(one)
    absent = peers.missing()
    if "ripgrep" in absent:
        say("ripgrep", "not here", absent["ripgrep"])
    else:
        three, five = (apart(ripgrep_seconds, path, some, folder) for some in (FIRST_THREE, ENTITIES))
        say("ripgrep -o, card, e-mail, phone", f"{three:.2f} s   {megabytes / three:.0f} MB/s")
        bar = f"at most {TIMES_RIPGREP}, aim {AIM_RIPGREP}"
        held = seconds <= TIMES_RIPGREP * three
        say("  ours takes longer", f"{seconds / three:.1f} x", bar, held=held)
        say("  with IBAN and IP too", f"{five:.2f} s   {seconds / five:.1f} x")
    for peer, times in (
        ("Presidio BatchAnalyzerEngine", TIMES_PRESIDIO),
        ("datafog, regex", TIMES_DATAFOG),
        ("datafog core (Rust)", None),
    ):
        if NEEDS[peer] in absent:
            say(peer, "not here", absent[NEEDS[peer]])
            continue
        theirs = apart(peer_speed, peer, kind)
        say(f"{peer}, {SLICES[peer] / 1e6:g} MB of it", f"{theirs:.3g} MB/s")
        enough = speed >= times * theirs if times else None
        say("  ours is faster", f"{speed / theirs:,.1f} x", f"at least {times}" if times else "", held=enough)
    two_workers(path, folder, rounds, start, seconds)


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
    say("  faster than one worker with both files", f"{times:.2f} x", bar, held=times >= MORE_WORKERS)
    say("--workers 2, the one file", f"{whole.seconds(start):.1f} s   {seconds / whole.seconds(start):.2f} x")
    memory(split)


def memory(scanned: Scanned) -> None:
    """Print the peaks of a scan's processes."""
    peaks = {whose: scanned.peak(whose) for whose in ("parent", "worker", "all")}
    figure = "parent {parent} MB, worker {worker} MB".format(**{whose: peak // 10**6 for whose, peak in peaks.items()})
    larger = max(peaks["parent"], peaks["worker"])
    say("  peak memory", figure, f"below {MEMORY // 10**6} MB", held=larger < MEMORY)


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
                report(kind, path, Path(made), words.rounds, empty)
        if len(os.sched_getaffinity(0)) > 1:
            one, two = (median(detection(workers) for _ in range(3)) for workers in (1, 2))
            print("\ndetection alone, the table's cells in memory")
            say("one process", f"{one:.2f} MB/s")
            say("two at once", f"{two:.2f} MB/s   {two / one:.2f} x", "at least 1.8", held=two >= 1.8 * one)


if __name__ == "__main__":
    main()
