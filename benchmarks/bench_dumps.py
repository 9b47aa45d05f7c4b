"""How fast dumps are read: MB/s of CPU time on one core, beside `zcat | wc -c` and pyarrow's CSV on the same rows.

Run it from the root of the checkout: `python -m benchmarks.bench_dumps [MB]`.
"""

from __future__ import annotations

import csv
import gzip
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pyarrow.csv as arrow_csv

from benchmarks.data import HEADER, SEED, customer
from benchmarks.measure import best, one_core
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.sql import Sql
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from scanner.heap import keep_heap

Row = tuple[str, ...]
ROWS = 20_000
MYSQL = "-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n--\n"
POSTGRESQL = "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n"
COLUMNS = ", ".join(HEADER)


def mysql_cell(cell: str) -> str:
    return "'" + cell.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"') + "'" if cell else "NULL"


def plain_cell(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'" if cell else "NULL"


def mysqldump(rows: Iterator[Row]) -> Iterator[str]:
    yield MYSQL
    yield "CREATE TABLE `c` (" + ", ".join(f"`{name}` text" for name in HEADER) + ", PRIMARY KEY (`id`));\n"
    while some := list(islice(rows, 3500)):
        yield "INSERT INTO `c` VALUES " + ",".join(f"({','.join(map(mysql_cell, row))})" for row in some) + ";\n"


def phpmyadmin(rows: Iterator[Row]) -> Iterator[str]:
    yield "-- phpMyAdmin SQL Dump\n--\n-- Database: `shop`\n--\n"
    names = ", ".join(f"`{name}`" for name in HEADER)
    while some := list(islice(rows, 180)):
        lines = ",\n".join(f"({', '.join(map(mysql_cell, row))})" for row in some)
        yield f"INSERT INTO `c` ({names}) VALUES\n{lines};\n"


def inserts(rows: Iterator[Row]) -> Iterator[str]:
    yield POSTGRESQL
    for row in rows:
        yield f"INSERT INTO public.c VALUES ({', '.join(map(plain_cell, row))});\n"


def column_inserts(rows: Iterator[Row]) -> Iterator[str]:
    yield POSTGRESQL
    for row in rows:
        yield f"INSERT INTO public.c ({COLUMNS}) VALUES ({', '.join(map(plain_cell, row))});\n"


def in_turns(rows: Iterator[Row]) -> Iterator[str]:
    yield MYSQL
    for name, row in zip(cycle("ab"), rows, strict=False):
        yield f"INSERT INTO `{name}` VALUES ({','.join(map(mysql_cell, row))});\n"


def copy(rows: Iterator[Row]) -> Iterator[str]:
    yield f"{POSTGRESQL}COPY public.c ({COLUMNS}) FROM stdin;\n"
    for row in rows:
        yield "\t".join(cell.replace("\\", "\\\\") or "\\N" for cell in row) + "\n"
    yield "\\.\n"


KINDS: dict[str, Callable[[Iterator[Row]], Iterator[str]]] = {
    "mysqldump": mysqldump,
    "phpMyAdmin": phpmyadmin,
    "pg_dump, COPY": copy,
    "pg_dump --inserts": inserts,
    "pg_dump --column-inserts": column_inserts,
    "two tables in turns": in_turns,
}


def write(path: Path, kind: str, rows: list[Row], megabytes: float) -> None:
    """Write a dump of about a size, the same rows again and again."""
    with path.open("w", encoding="utf-8") as file:
        size = sum(map(len, rows[0])) * 1.3
        file.writelines(KINDS[kind](islice(cycle(rows), int(megabytes * 1e6 / size))))


def read(file: Opened) -> int:
    """Read a dump; gives its rows."""
    return sum(batch.rows for table in Sql().members(file, Meter(Limits(), 1 << 40)) for batch in table.batches)


def read_plain(path: Path) -> int:
    with path.open("rb", buffering=0) as stream:
        return read(Opened(stream, path.name, path.stat().st_size))


def read_gzip(path: Path) -> int:
    with Piped(lambda: gzip.open(path, "rb"), again=True) as stream:
        return read(Opened(stream, path.name, UNKNOWN_SIZE))


def zcat(path: Path) -> int:
    with subprocess.Popen(["zcat", path], stdout=subprocess.PIPE) as zipped:
        return int(subprocess.run(["wc", "-c"], stdin=zipped.stdout, check=True, capture_output=True).stdout)


def told(what: str, size: int, run: Callable[[], int]) -> None:
    taken = best(run)
    print(f"{what:28} {size / 1e6:7.0f} MB {taken.found:>12,} {size / 1e6 / taken.cpu:8.0f} MB/s")


def main(megabytes: float) -> None:
    one_core()
    keep_heap()
    rng = random.Random(SEED)
    rows = [customer(rng, number) for number in range(ROWS)]
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / "dump.sql"
            write(path, kind, rows, megabytes)
            told(kind, path.stat().st_size, lambda path=path: read_plain(path))
            if kind == "mysqldump":
                zipped = path.with_suffix(".sql.gz")
                with gzip.open(zipped, "wb", compresslevel=1) as file:
                    file.write(path.read_bytes())
                told("mysqldump, .gz", path.stat().st_size, lambda path=zipped: read_gzip(path))
                told("  zcat | wc -c", path.stat().st_size, lambda path=zipped: zcat(path))
        path = Path(folder) / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            for some in batched_rows(rows, megabytes):
                csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerows(some)
        options = arrow_csv.ReadOptions(use_threads=False, autogenerate_column_names=True)
        told("pyarrow's CSV, same rows", path.stat().st_size, lambda: int(arrow_csv.read_csv(path, options).num_rows))


def batched_rows(rows: list[Row], megabytes: float) -> Iterator[list[Row]]:
    size = sum(map(len, rows[0])) * 1.3 * len(rows)
    for _ in range(max(1, int(megabytes * 1e6 / size))):
        yield rows


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 50)
