"""Rows as the programs that write dumps write them: mysqldump, phpMyAdmin, pg_dump in its three manners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, islice

from benchmarks.data import HEADER

Row = tuple[str, ...]
MYSQL = "-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n--\n"
POSTGRESQL = "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n"
COLUMNS = ", ".join(HEADER)


def mysql_cell(cell: str) -> str:
    """Write a cell as mysqldump does."""
    return "'" + cell.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"') + "'" if cell else "NULL"


def plain_cell(cell: str) -> str:
    """Write a cell as standard SQL has it."""
    return "'" + cell.replace("'", "''") + "'" if cell else "NULL"


def create(table: str, names: Iterable[str]) -> str:
    """Define a table of texts as mysqldump does; its key is the first column."""
    several = list(names)
    cells = ", ".join(f"`{name}` text" for name in several)
    return f"CREATE TABLE `{table}` ({cells}, PRIMARY KEY (`{several[0]}`));\n"


def mysqldump(rows: Iterator[Row]) -> Iterator[str]:
    yield MYSQL
    yield create("c", HEADER)
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
    "two tables in turns": in_turns,
    "pg_dump, COPY": copy,
    "pg_dump --inserts": inserts,
    "pg_dump --column-inserts": column_inserts,
}
"""Of rows in the order of `HEADER`."""
