"""Small files: milliseconds a file for reading alone, for a first scan and for a second one of the same tree.

`python -m benchmarks.bench_small [--share 0.02] [--only NAME]`: a tree of tiny texts, a Maildir and a tree of mails, in
folders of 500. Beside it, what Python takes to list the tree and read each file.
The start of the program is in all of ours: a second, and another for the worker of a first scan.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.data import SEED, customer, message, note
from benchmarks.measure import Program, run_program, timed

FOLDER = 500
"""Files of one folder."""
DIFFERENT = 2000
"""Files until they come again."""


def texts() -> Iterator[bytes]:
    rng = random.Random(SEED)
    while True:
        yield (note(rng) + "\n").encode()


def mails() -> Iterator[bytes]:
    rng, number = random.Random(SEED), 0
    while True:
        number += 1
        yield message(rng, customer(rng, number))


TREES: dict[str, tuple[int, str, Callable[[], Iterator[bytes]]]] = {
    "tiny texts": (20_000, "{0}/{1}.txt", texts),
    "Maildir": (20_000, ".Folder.{0}/cur/{1}.M1P1.mx:2,S", mails),
    "tiny mails": (5_000, "{0}/{1}.eml", mails),
}
"""Name to files, their names by folder and number, and what lies in them."""


def write(folder: Path, name: str, count: int) -> int:
    """Make a tree; gives its bytes."""
    _, pattern, make = TREES[name]
    total = 0
    for number, data in enumerate(islice(cycle(list(islice(make(), min(count, DIFFERENT)))), count)):
        path = folder / pattern.format(number // FOLDER, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes(data)
    return total


def plainly(folder: Path) -> int:
    """List a tree and read its files."""
    return sum(len(Path(top, name).read_bytes()) for top, _, names in os.walk(folder) for name in names)


def say(what: str, count: int, wall: float, cpu: float, memory: int = 0) -> None:
    """Print a line."""
    peak = f"{memory / 1e6:10.0f} MB" if memory else ""
    print(f"  {what:24}{wall / count * 1e3:10.2f} ms{cpu / count * 1e3:10.2f} ms{peak}", flush=True)


def run(*words: str) -> Program:
    """Run a program of ours.

    Raises:
        RuntimeError: it did not end with 0.
    """
    program = run_program([sys.executable, "-m", *words])
    if program.code:
        raise RuntimeError(f"{words[0]} ended with {program.code}: {program.out}")
    return program


def measure(folder: Path, name: str, count: int) -> None:
    """Measure one tree."""
    tree = folder / "tree"
    size = write(tree, name, count)
    print(f"{name}: {count:,} files of {size / count:.0f} bytes; a file by the clock, by CPU")
    plain = timed(lambda: plainly(tree))
    say("listed and read", count, plain.wall, plain.cpu)
    options = ["--inventory", f"sqlite:///{folder}/bench.db", "--key-file", f"{folder}/bench.key", "--quiet"]
    command = ["console", *options, "scan", str(tree), "--workers", "1"]
    for what, words in (
        ("our reading", ["benchmarks.reading", str(tree)]),
        ("scan", command),
        ("scan again", command),
    ):
        program = run(*words)
        say(what, count, program.wall, program.cpu, program.peaks["all"])


def main() -> None:
    """Measure all trees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.02, help="share of 20,000 texts, 20,000 and 5,000 mails")
    parser.add_argument("--only", default="", help="those whose name holds this")
    words = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    for name, (files, *_) in TREES.items():
        if words.only in name:
            with tempfile.TemporaryDirectory(prefix="recense-bench-") as folder:
                measure(Path(folder), name, int(files * words.share))


if __name__ == "__main__":
    main()
