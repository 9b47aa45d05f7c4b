"""The shop in each of the three engines, loaded with the engine's own client or driver."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.shop import sql, sqlite
from examples.shop.rows import Shop

DATABASE = "boutique"
ROLE = "shopreader"
PASSWORD = "zq7-plum-orchard"


@dataclass(frozen=True)
class Loaded:
    """A database with the shop in it."""

    url: str
    prefix: str
    """What stands before a table's name in an asset's name."""


def load_sqlite(shop: Shop, folder: Path) -> Loaded:
    sqlite.write(shop, folder / f"{DATABASE}.db")
    return Loaded(f"sqlite:///{folder / DATABASE}.db", "")


def load_postgresql(shop: Shop, server: Any) -> Loaded:
    """Through psql: its COPY is how such a database is restored. The scan's role may read, and nothing else."""
    server.psql(f"CREATE DATABASE {DATABASE}")
    script = [f"{statement};\n" for statement in sql.schema("postgresql")]
    for table, rows in sql.contents(shop):
        script += [f"COPY {table.name} FROM stdin;\n", sql.copy_text(rows), "\\.\n"]
    server.psql("".join(script), DATABASE)
    server.create_role(ROLE, PASSWORD)
    server.psql(
        f"GRANT USAGE ON SCHEMA public TO {ROLE}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}", DATABASE
    )
    return Loaded(postgresql_url(server, DATABASE), f"{DATABASE}.public.")


def postgresql_url(server: Any, database: str = "", role: str = ROLE) -> str:
    """A URL with the role's password in it, which must be shown nowhere."""
    return str(server.url(database, f"{role}:{PASSWORD}"))


def load_mariadb(shop: Shop, server: Any) -> Loaded:
    server.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
    connection = server.connect(DATABASE)
    with closing(connection), connection.cursor() as cursor:
        for statement in sql.schema("mariadb"):
            cursor.execute(statement)
        cursor.execute("SET autocommit = 0")
        for table, rows in sql.contents(shop):
            cursor.executemany(sql.insert(table, "%s"), rows)
        cursor.execute("COMMIT")
    server.execute(
        f"CREATE USER {ROLE} IDENTIFIED BY '{PASSWORD}'", f"GRANT SELECT, SHOW VIEW ON {DATABASE}.* TO {ROLE}"
    )
    return Loaded(server.url_of(DATABASE).replace("root@", f"{ROLE}:{PASSWORD}@"), f"{DATABASE}.")


def table_of(asset: str) -> str:
    """The table's own name, whatever stands before it."""
    return asset.rpartition(".")[2]
