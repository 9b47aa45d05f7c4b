"""How fast rows leave MariaDB, by driver: `python -m benchmarks.bench_mysql [ROWS]` starts its own private server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import pyarrow as pa
import pymysql
import pymysql.converters
import pymysql.cursors

from connectors.interface import BATCH_ROWS, Asset, SourceSpec
from connectors.mysql_wire import Wire
from connectors.registry import open_source
from connectors.tables import PAGE_BYTES
from connectors.text import repair
from tests.servers import mariadb

TABLE = (
    "CREATE TABLE shop.people (id INT PRIMARY KEY, name VARCHAR(60), email VARCHAR(80), phone VARCHAR(30), "
    "total DECIMAL(10,2), born DATE, note TEXT, payload VARBINARY(80) NULL)"
)
FILL = (
    "INSERT INTO shop.people SELECT seq, CONCAT('Élodie Exemple ', seq), CONCAT('person', seq, '@example.org'), "
    "CONCAT('+33 1 99 00 ', LPAD(seq % 10000, 4, '0')), seq / 7, DATE_ADD('1950-01-01', INTERVAL seq % 20000 DAY), "
    "REPEAT(MD5(seq), 4), CONCAT(MD5(seq), SHA1(seq)) FROM shop.numbers"
)
RAW = {kind: way for kind, way in pymysql.converters.conversions.items() if isinstance(kind, type)}
SELECT = "SELECT id, name, email, phone, total, born, note, payload FROM shop.people"


def fill(server: mariadb.MariaDBServer, rows: int) -> None:
    """Make the table."""
    server.execute(
        "CREATE DATABASE shop",
        "USE shop",
        TABLE,
        "CREATE TABLE shop.numbers (seq INT PRIMARY KEY)",
        f"INSERT INTO shop.numbers SELECT seq FROM seq_1_to_{rows}",
        FILL,
    )


def client(server: mariadb.MariaDBServer) -> int:
    command = [mariadb.program("mariadb", "mysql"), "--no-defaults", f"--socket={server.socket}", "-uroot", "-q", "-B"]
    subprocess.run([*command, "-e", SELECT], check=True, stdout=subprocess.DEVNULL)
    return 0


def pymysql_cursor(server: mariadb.MariaDBServer) -> int:
    connection = pymysql.connect(
        unix_socket=server.socket, user="root", use_unicode=False, conv=RAW, cursorclass=pymysql.cursors.SSCursor
    )
    size = 0
    with connection, connection.cursor() as cursor:
        cursor.execute(SELECT)
        while rows := cursor.fetchmany(BATCH_ROWS):
            size += arrow(rows)
    return size


def asyncmy_cursor(server: mariadb.MariaDBServer) -> int:
    import asyncmy.cursors  # noqa: PLC0415  compared with, and not needed otherwise

    async def run() -> int:
        connection = await asyncmy.connect(unix_socket=server.socket, user="root", use_unicode=False, conv={})
        size = 0
        async with connection.cursor(asyncmy.cursors.SSCursor) as cursor:
            await cursor.execute(SELECT)
            while rows := await cursor.fetchmany(BATCH_ROWS):
                size += arrow(rows)
        connection.close()
        return size

    return asyncio.run(run())


def arrow(rows: Sequence[Sequence[bytes | None]]) -> int:
    return sum(repair(pa.array(column, pa.binary())).nbytes for column in zip(*rows, strict=True))


def wire(server: mariadb.MariaDBServer) -> int:
    connection = Wire(unix_socket=server.socket, user="root", ssl_disabled=True)
    pages = connection.pages(SELECT, BATCH_ROWS, PAGE_BYTES)
    return sum(repair(column).nbytes for page in pages for column in page)


def connector(server: mariadb.MariaDBServer) -> int:
    size = 0
    with open_source(SourceSpec("bench", f"mysql://root@localhost/shop?unix_socket={server.socket}")) as source:
        (asset,) = [a for a in source.assets() if isinstance(a, Asset) and a.name == "shop.people"]
        for chunk in source.chunks(asset):
            size += sum(batch.columns.nbytes for batch in source.read(asset, chunk))
    return size


def main(rows: int) -> None:
    """Measure each way."""
    server = mariadb.start()
    try:
        fill(server, rows)
        ways: list[Callable[[mariadb.MariaDBServer], int]] = [client, pymysql_cursor, asyncmy_cursor, wire, connector]
        size = 0
        for way in reversed(ways):
            started, used = time.perf_counter(), time.process_time()
            try:
                size = way(server) or size
            except Exception as error:  # noqa: BLE001  one way that fails is a result too
                print(f"{way.__name__:16} fails: {type(error).__name__}: {error}")
                continue
            spent, own = time.perf_counter() - started, time.process_time() - used
            print(f"{way.__name__:16} {spent:6.2f} s ({own:5.2f} s of our own CPU)  {size / spent / 1e6:7.1f} MB/s")
    finally:
        server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
