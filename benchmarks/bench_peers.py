"""Ours beside its peers on the same cells, one core: MB/s by entity and by kind of data, and where our time goes.

`make bench-peers`, or `python -m benchmarks.bench_peers [--json FILE]` with what the extra `bench` names installed.
Slow peers read only the first cells of each kind, as the column `slice` says.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks import peers
from benchmarks.data import KINDS, Columns, cells, size, write_log, write_table
from benchmarks.measure import Taken, apart, best, one_core
from benchmarks.peers import ENTITIES
from benchmarks.stages import stage_shares

ASKED: dict[str, tuple[str, ...]] = {
    **{name: (entity,) for name, entity in zip(("card", "e-mail", "phone", "IBAN", "IP"), ENTITIES, strict=True)},
    "together": ENTITIES,
}
EVERYTHING = "all kinds"
"""Ours with its default settings: every entity that it knows."""
IN_PYTHON: dict[str, tuple[Callable[..., peers.Peer], int]] = {
    "Presidio AnalyzerEngine": (peers.presidio_analyzer, 20_000),
    "Presidio BatchAnalyzerEngine": (peers.presidio_batch, 50_000),
    "Presidio's recognizers alone": (peers.presidio_alone, 100_000),
    "datafog, regex": (peers.datafog, 1_000_000),
    "datafog core (Rust)": (peers.datafog_core, 2_000_000),
}
"""Peer to its maker and the bytes of each kind that it reads."""
RIPGREP, ONE_PASS, OURS = "ripgrep -o, one by one", "ripgrep -o, in one pass", "recense"
NEEDS = {
    "Presidio AnalyzerEngine": "presidio",
    "Presidio BatchAnalyzerEngine": "presidio",
    "datafog, regex": "datafog",
    "datafog core (Rust)": "datafog core",
    RIPGREP: "ripgrep",
}


@dataclass(frozen=True)
class Line:
    """One figure."""

    peer: str
    kind: str
    asked: str
    bytes: int
    cells: int
    taken: Taken

    @property
    def speed(self) -> float:
        """Give MB of cells a second of CPU."""
        return self.bytes / 1e6 / max(self.taken.cpu, 1e-6)


def head(texts: list[str], limit: int) -> list[str]:
    """Give the first texts, up to so many bytes."""
    kept: list[str] = []
    total = 0
    for text in texts:
        total += len(text.encode())
        if kept and total > limit:
            break
        kept.append(text)
    return kept


def in_python(peer: str) -> list[Line]:
    """Measure a peer that takes texts."""
    peers.go_offline()
    maker, limit = IN_PYTHON[peer]
    parts = {kind: head(cells(made(kind, limit // 100 + 100)), limit) for kind in KINDS}
    lines = []
    for asked, entities in ASKED.items():
        run = maker(entities)
        run([text for part in parts.values() for text in part[:20]])
        for kind, part in parts.items():
            lines.append(Line(peer, kind, asked, size(part), len(part), best(partial(run, part))))
    return lines


def made(kind: str, most: int | None = None) -> Columns:
    """Make the cells of a kind, at most so many rows."""
    maker, rows = KINDS[kind]
    return maker(min(rows, most or rows))


def ours() -> list[Line]:
    """Measure `ColumnDetector.detect`, all columns of a kind with their headers."""
    tables = {kind: made(kind) for kind in KINDS}
    lines = []
    for asked, entities in (ASKED | {EVERYTHING: ()}).items():
        run = peers.ours(entities)
        run({name: pa.array(column[:1000]) for columns in tables.values() for name, column in columns.items()})
        for kind, columns in tables.items():
            arrays = {name: pa.array(column) for name, column in columns.items()}
            texts = cells(columns)
            lines.append(Line(OURS, kind, asked, size(texts), len(texts), best(partial(run, arrays))))
    return lines


def by_column(rows: int = 4000) -> dict[str, float]:
    """Give our MB/s of CPU for each column of the shop's table and of the hashes and numbers, all kinds of data."""
    run = peers.ours(())
    speeds = {}
    for kind in ("shop table", "hashes, numbers"):
        for name, column in made(kind, rows).items():
            part = {name: pa.array(column)}
            run(part)
            speeds[f"{kind}: {name}"] = size(column) / 1e6 / best(partial(run, part)).cpu
    return speeds


def ripgrep(folder: str) -> list[Line]:
    """Measure ripgrep on files with a cell a line, which the disk's cache holds."""
    lines = []
    out = Path(folder, "out")
    for kind in KINDS:
        texts, path = cells(made(kind)), Path(folder, "cells")
        path.write_text("\n".join(texts), encoding="utf-8")
        for asked, entities in ASKED.items():
            patterns = [peers.PATTERNS[entity] for entity in entities]

            def run(*passes: list[str]) -> int:
                for several in passes:
                    peers.extract(path, out, *several)  # noqa: B023 called at once
                return 0

            one_by_one = partial(run, *([pattern] for pattern in patterns))
            lines.append(Line(RIPGREP, kind, asked, size(texts), len(texts), best(one_by_one)))
            if len(patterns) > 1:
                lines.append(Line(ONE_PASS, kind, asked, size(texts), len(texts), best(partial(run, patterns))))
    return lines


def show(lines: list[Line]) -> None:
    """Print a table for each kind of data."""
    columns = [*ASKED, EVERYTHING]
    figures = {(line.peer, line.kind, line.asked): line for line in lines}
    for kind in KINDS:
        heads = [*columns, "wall clock", "slice, MB", "ours/it"]
        print(f"\n{kind + ': MB/s':30}" + "".join(f"{name:>13}" for name in heads))
        reference = figures.get((OURS, kind, "together"))
        for peer in dict.fromkeys(line.peer for line in lines):
            speeds = [figures[key].speed if (key := (peer, kind, asked)) in figures else None for asked in columns]
            whole = figures[peer, kind, "together"]
            megabytes = whole.bytes / 1e6
            ratio = reference.speed / whole.speed if reference else None
            print(f"{peer:30}" + "".join(map(number, [*speeds, megabytes / whole.taken.wall, megabytes, ratio])))
    print("\nMB of cells a second of CPU; wall clock, slice and the last column are of `together`.")


def number(value: float | None) -> str:
    """Write a figure with three digits that count."""
    if value is None:
        return f"{'':13}"
    return f"{value:13,.0f}" if value >= 100 else f"{value:13.3g}"


def show_columns(speeds: dict[str, float]) -> None:
    """Print what each column costs."""
    print("\nrecense by column, MB/s, all kinds of data looked for")
    for name, speed in speeds.items():
        print(f"  {name:30}{number(speed)}")


def show_stages(folder: Path, megabytes: float) -> dict[str, dict[str, float]]:
    """Print where the CPU time of a whole scan goes, for a table and a log."""
    shares = {}
    table, log, warm = folder / "table.csv", folder / "access.log", folder / "warm.csv"
    write_table(warm, 0.1)
    write_table(table, megabytes)
    write_log(log, megabytes)
    print(f"\nshare of a scan's CPU time by stage, {megabytes:g} MB each, all kinds of data looked for")
    for path in (table, log):
        shares[path.name] = apart(stage_shares, str(path), str(warm))
        print(f"{path.name:12}" + ", ".join(f"{stage} {share:.0%}" for stage, share in shares[path.name].items()))
    return shares


def main() -> None:
    """Measure all that is here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    parser.add_argument("--only", help="a peer whose name begins so; ours is `recense`")
    words = parser.parse_args()
    began = time.perf_counter()
    one_core()
    absent = peers.missing()
    lines: list[Line] = []

    def wanted(peer: str) -> bool:
        if words.only and not peer.startswith(words.only):
            return False
        if NEEDS.get(peer) in absent:
            print(f"{peer}: not here ({absent[NEEDS[peer]]}); make bench-peers brings it")
            return False
        return True

    print(f"load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    for peer in filter(wanted, IN_PYTHON):
        print(f"… {peer}", file=sys.stderr, flush=True)
        lines += apart(in_python, peer)
    with tempfile.TemporaryDirectory() as folder:
        if wanted(RIPGREP):
            lines += apart(ripgrep, folder)
        shares: dict[str, Any] = {}
        if wanted(OURS):
            lines += apart(ours)
            show_columns(apart(by_column))
            shares = show_stages(Path(folder), 12)
    show(lines)
    print(f"\nbest of 3 on one core, once where a run takes long; {time.perf_counter() - began:.0f} s in all")
    if words.json:
        words.json.write_text(json.dumps({"lines": [asdict(line) for line in lines], "stages": shares}, indent=1))


if __name__ == "__main__":
    main()
