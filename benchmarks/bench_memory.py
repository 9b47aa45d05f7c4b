"""The worst inputs: peak memory and time of `recense scan --workers 1` for each.

`python -m benchmarks.bench_memory [--share 0.1] [--only NAME]`; with a share, files are that much smaller.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.bench_scan import MEMORY, scan
from benchmarks.data import SEED, note, phone
from tests.detectors.columns import digits, email

MEGA = 1_000_000
Blocks = Iterator[str]
"""A file's text, piece by piece."""


def one_line(size: int) -> Blocks:
    """Notes without a line's end."""
    rng = random.Random(SEED)
    while size > 0:
        block = " ".join(note(rng) for _ in range(1000)) + " "
        size -= len(block.encode())
        yield block


def one_cell(size: int) -> Blocks:
    """A CSV of two rows, one cell of which is all there is."""
    yield 'id,notes\n1,"'
    yield from one_line(size)
    yield '"\n2,short\n'


def lines(make: Callable[[random.Random], str]) -> Callable[[int], Blocks]:
    """Give a file with a value in each line."""

    def blocks(size: int) -> Blocks:
        rng = random.Random(SEED)
        while size > 0:
            block = "".join(make(rng) + "\n" for _ in range(10_000))
            size -= len(block.encode())
            yield block

    return blocks


def nothing_but(unit: str, width: int = 0) -> Callable[[int], Blocks]:
    """Give a file of the same characters over and over, in lines of some width, or in one."""

    def blocks(size: int) -> Blocks:
        block = (unit * (width // len(unit)) + "\n") * (MEGA // width) if width else unit * (MEGA // len(unit))
        for _ in range(max(1, size // len(block))):
            yield block

    return blocks


def wide_cells(size: int) -> Blocks:
    """A CSV with cells of a kilobyte, as many as a batch holds."""
    rng = random.Random(SEED)
    yield "id,notes\n"
    for number in range(size // 1024):
        text = ""
        while len(text) < 1000:
            text += note(rng) + " "
        yield f'{number},"{text[:1000]}"\n'


WORST: dict[str, tuple[str, int, Callable[[int], Blocks]]] = {
    "200 MB on one line": ("line.txt", 200 * MEGA, one_line),
    "50 MB in one CSV cell": ("cell.csv", 50 * MEGA, one_cell),
    "64k cells of 1 KB": ("cells.csv", 65_536 * 1024, wide_cells),
    "nothing but phones": ("phones.txt", 20 * MEGA, lines(phone)),
    "nothing but e-mails": ("mails.txt", 20 * MEGA, lines(email)),
    "16 digits a line": ("cards.txt", 20 * MEGA, lines(lambda rng: digits(rng, 16))),
    "digits on one line": ("digits.txt", 20 * MEGA, nothing_but("0147250369")),
    "digits and blanks": ("blanks.txt", 20 * MEGA, nothing_but("06 12 34 56 78 ", 900)),
    "nothing but @": ("at.txt", 20 * MEGA, nothing_but("@")),
    "nothing but a@": ("aat.txt", 20 * MEGA, nothing_but("a@", 1000)),
    "nothing but separators": ("marks.txt", 20 * MEGA, nothing_but(" -./()+")),
    "separators in lines": ("marked.txt", 20 * MEGA, nothing_but(" -./()+:;,", 1000)),
}
"""Name to file, bytes and maker."""


def main() -> None:
    """Scan each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full sizes")
    parser.add_argument("--only", default="", help="those whose name holds this")
    words = parser.parse_args()
    heads = f"{'MB':>6}{'seconds':>10}{'MB/s':>8}{'locations':>12}{'parent':>10}{'worker':>10}"
    print(f"{'':26}{heads}   below {MEMORY // MEGA} MB each")
    for name, (file, size, make) in WORST.items():
        if words.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, file)
            with path.open("w", encoding="utf-8") as out:
                out.writelines(make(int(size * words.share)))
            megabytes, done = path.stat().st_size / MEGA, scan(path)
        parent, worker = done.peak("parent"), done.peak("worker")
        verdict = "held" if max(parent, worker) < MEMORY else "NOT HELD"
        if done.programs[0].code:
            verdict += ", and not all of it was read"
        print(
            f"{name:26}{megabytes:6.0f}{done.seconds():10.1f}{megabytes / done.seconds():8.2f}{done.locations:12,}"
            f"{parent // MEGA:7} MB{worker // MEGA:7} MB   {verdict}",
            flush=True,
        )


if __name__ == "__main__":
    main()
