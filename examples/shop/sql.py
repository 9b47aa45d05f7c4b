"""The shop in SQL: its tables and rows as each of the three engines wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .planted import compact
from .rows import Row, Shop
from .schema import TABLES, VIEW, Column, Table

KINDS = {
    "sqlite": {
        "int": "INTEGER", "bigint": "INTEGER", "money": "DECIMAL(10,2)", "real": "REAL", "bool": "BOOLEAN",
        "time": "DATETIME", "ip": "VARCHAR(45)", "json": "JSON", "word": "VARCHAR(120)", "text": "TEXT",
    },
    "postgresql": {
        "int": "integer", "bigint": "bigint", "money": "numeric(10,2)", "real": "double precision", "bool": "boolean",
        "time": "timestamp", "ip": "inet", "json": "jsonb", "word": "varchar(120)", "text": "text",
    },
    "mariadb": {
        "int": "INT", "bigint": "BIGINT", "money": "DECIMAL(10,2)", "real": "DOUBLE", "bool": "BOOLEAN",
        "time": "DATETIME", "ip": "VARCHAR(45)", "json": "JSON", "word": "VARCHAR(120)", "text": "TEXT",
    },
}  # fmt: skip
"""The type of each kind of column."""

OLD_TABLES = ("reviews", "addresses")
"""What MariaDB keeps in latin1, as a shop does whose first tables are older than its charset."""


def schema(engine: str) -> Iterator[str]:
    """The statements that make the tables and the view; `engine` is a key of KINDS."""
    for table in TABLES:
        yield create(table, engine)
    name, query = VIEW
    yield f"CREATE VIEW {name} AS {query}"


def create(table: Table, engine: str) -> str:
    lines = [f"{column.name} {KINDS[engine][column.kind]}{needed(column, table)}" for column in table.columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    lines += [f"FOREIGN KEY ({one.name}) REFERENCES {one.refers} (id)" for one in table.columns if one.refers]
    charset = "latin1" if table.name in OLD_TABLES else "utf8mb4"
    options = f" ENGINE=InnoDB DEFAULT CHARSET={charset}" if engine == "mariadb" else ""
    return f"CREATE TABLE {table.name} ({', '.join(lines)}){options}"


def needed(column: Column, table: Table) -> str:
    return " NOT NULL" if column.name in table.key else ""


def insert(table: Table, placeholder: str) -> str:
    """One row's INSERT, with the driver's placeholder for each value."""
    names = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([placeholder] * len(table.columns))})"


def stored(table: Table, row: Row) -> tuple[Any, ...]:
    """A row as plain values that every driver takes."""
    return tuple(plain(cell, column.kind) for cell, column in zip(row, table.columns, strict=True))


def plain(cell: Any, kind: str) -> Any:
    if cell is None:
        return None
    if kind == "json":
        return compact(cell)
    return str(cell) if isinstance(cell, str) else cell


def contents(shop: Shop) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """Every table with its rows as plain values."""
    for table in TABLES:
        yield table, [stored(table, row) for row in shop.rows[table.name]]


def copy_text(rows: list[tuple[Any, ...]]) -> str:
    """Rows in the text format of PostgreSQL's COPY."""
    return "".join("\t".join(copy_cell(cell) for cell in row) + "\n" for row in rows)


def copy_cell(cell: Any) -> str:
    if cell is None:
        return "\\N"
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
    return str(cell).translate(escapes)
