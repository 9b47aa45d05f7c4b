"""What the servers' own programs dump reads as the rows that were put in."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess

import pytest

from connectors.errors import ReadError
from connectors.formats import pgdump, sql_tables
from connectors.formats.limits import Limits, Meter
from connectors.formats.pgdump import PgDump
from connectors.interface import LocatorKind
from connectors.text import decode
from tests.connectors.formats.dumps import opened, tables
from tests.servers.mariadb import program

ROWS = 400
PIECES = [
    "'",
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    ",",
    "(",
    ")",
    ";",
    "),(",
    "');",
    "--",
    "/*",
    "*/",
    "#",
    "`",
    "$$",
    "é",
    "語",
    "😀",
]
PIECES += [
    "NULL",
    "\\N",
    "\\.",
    "0x61",
    "zoe@example.org",
    " ",
    "x",
    "\x1a",
    "%",
    "_",
    "\\'",
    "''",
    "VALUES (",
    "\n\\.\n",
    "E'",
]


@pytest.fixture(autouse=True)
def json_stays_closed(monkeypatch):
    monkeypatch.setattr(sql_tables, "expand", lambda batch: [batch])


def made(seed: int) -> list[tuple[int, str | None, bytes | None, str]]:
    """Make rows with all that may trouble a reader of dumps."""
    rng = random.Random(seed)

    def words(most):
        return "".join(rng.choice(PIECES) for _ in range(rng.randrange(most)))

    found = []
    for number in range(1, ROWS + 1):
        raw = rng.randbytes(rng.randrange(30)) if rng.random() < 0.7 else None
        found.append((number, words(12) if rng.random() < 0.9 else None, raw, words(3)))
    return found


def seen(row):
    """Give a row as a person would see it."""
    number, text, raw, other = row
    return (str(number), text, None if raw is None else decode(raw), other)


@pytest.fixture(scope="module")
def shop(mariadb_server):
    rows = made(1)
    mariadb_server.execute(
        "CREATE DATABASE dumped CHARACTER SET utf8mb4",
        "CREATE TABLE dumped.`odd ``name` (id INT PRIMARY KEY, t TEXT COMMENT 'it''s; (a)', r BLOB, o TEXT NOT NULL)",
        "CREATE TABLE dumped.plain (a INT, f DOUBLE, d DATETIME, b BIT(3), e ENUM('x','y'))",
        "INSERT INTO dumped.plain VALUES (1, -1.5, '2024-02-03 04:05:06', 5, 'y'), (NULL, NULL, NULL, NULL, NULL)",
        "CREATE TABLE dumped.empty_one (a INT)",
        "CREATE VIEW dumped.seen AS SELECT * FROM dumped.plain",
        "CREATE TRIGGER dumped.noted AFTER INSERT ON dumped.plain FOR EACH ROW BEGIN"
        " INSERT INTO empty_one VALUES (1); INSERT INTO empty_one VALUES (2); END",
    )
    connection = mariadb_server.connect("dumped")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO `odd ``name` VALUES (%s, %s, %s, %s)", rows)
    connection.close()
    yield mariadb_server, rows
    mariadb_server.execute("DROP DATABASE dumped")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--skip-extended-insert"],
        ["--complete-insert"],
        ["--complete-insert", "--skip-extended-insert"],
        ["--hex-blob"],
        ["--replace", "--hex-blob", "--skip-extended-insert"],
        ["--insert-ignore"],
        ["--compact"],
        ["--skip-comments", "--skip-opt"],
        ["--databases"],
        ["--routines", "--events", "--triggers", "--no-autocommit"],
        ["--tz-utc", "--order-by-primary", "--skip-lock-tables", "--skip-add-drop-table", "--add-drop-database"],
        ["--net-buffer-length=4096"],
    ],
    ids=" ".join,
)
def test_mariadb_dump_reads_as_the_rows(shop, options):
    server, rows = shop
    command = [program("mariadb-dump", "mysqldump"), "--no-defaults", f"--socket={server.socket}", "--user=root"]
    dump = subprocess.run([*command, *options, "dumped"], check=True, capture_output=True).stdout
    found = tables(dump)
    before = "" if options in (["--compact"], ["--skip-comments", "--skip-opt"]) else "dumped."
    odd = found[f"{before}odd `name"]
    assert odd.cells == [seen(row) for row in rows]
    assert (odd.asset.locator, odd.asset.key) == (LocatorKind.KEY, ("id",))
    plain = found[f"{before}plain"].cells
    assert plain[0][:3] == ("1", "-1.5", "2024-02-03 04:05:06")
    assert plain[0][4] == "y"
    assert plain[1] == (None,) * 5
    assert found[f"{before}empty_one"].counted == 0
    assert set(found) == {f"{before}{name}" for name in ("odd `name", "plain", "empty_one")} | {""}
    assert all(one.error is None for one in found.values())


@pytest.fixture(scope="module")
def market(postgresql_server):
    rows = made(2)
    with postgresql_server.database("dumped") as name:
        written = ",".join(
            "({}, {}, {}, {})".format(
                number,
                "NULL" if text is None else quoted(text),
                "NULL" if raw is None else f"'\\x{raw.hex()}'",
                quoted(other),
            )
            for number, text, raw, other in rows
        )
        postgresql_server.psql(
            'CREATE SCHEMA "S x"; CREATE TABLE "S x"."odd ""name" '
            "(id integer PRIMARY KEY, t text, r bytea, o character varying(400) NOT NULL);"
            f'INSERT INTO "S x"."odd ""name" VALUES {written};'
            "CREATE TABLE plain (a integer[], b boolean, c timestamptz, d double precision);"
            "INSERT INTO plain VALUES ('{1,2}', true, NULL, 'NaN'), (NULL, false, NULL, -1.5);"
            "COMMENT ON TABLE plain IS 'ask ben@example.org';"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plain VALUES (NULL);"
            " RETURN NEW; END; $$;"
            "SELECT lo_from_bytea(0, 'large@example.org'::bytea);",
            name,
        )
        yield postgresql_server, name, rows


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def pg(server, name, *options):
    command = [server.binaries / name, "-h", str(server.folder), "-p", str(server.port), "-U", "postgres", *options]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--inserts"],
        ["--column-inserts"],
        ["--rows-per-insert=7"],
        ["--inserts", "--on-conflict-do-nothing"],
        ["--create"],
        ["--quote-all-identifiers", "--no-comments"],
        ["--encoding=UTF8", "--if-exists", "--clean"],
    ],
    ids=" ".join,
)
def test_pg_dump_reads_as_the_rows(market, options):
    server, name, rows = market
    check(tables(pg(server, "pg_dump", *options, "-b", name)), rows, f"{name}." if "--create" in options else "")


def check(found, rows, before=""):
    odd = found[f'{before}S x.odd "name']
    assert odd.cells == [seen(row) for row in rows]
    assert (odd.asset.locator, odd.asset.key) == (LocatorKind.KEY, ("id",))
    plain = found[f"{before}public.plain"].cells
    assert [tuple(cell and cell.replace("true", "t").replace("false", "f") for cell in row) for row in plain] == [
        ("{1,2}", "t", None, "NaN"),
        (None, "f", None, "-1.5"),
    ]
    assert [row[1] for row in found[f"{before}pg_catalog.pg_largeobject"].cells] == ["large@example.org"]
    if "--no-comments" not in before:
        assert any("INSERT INTO plain" in line for line in found[""].values)
    assert len(found) == 4
    assert all(one.error is None for one in found.values())


def test_pg_dumpall_names_each_database(market):
    server, name, rows = market
    found = tables(pg(server, "pg_dumpall"))
    assert found[f'{name}.S x.odd "name'].cells == [seen(row) for row in rows]


@pytest.mark.parametrize("on_disk", [True, False])
@pytest.mark.parametrize("options", [[], ["--compress=0"], ["--no-comments"]], ids=" ".join)
def test_the_custom_format_reads_as_the_rows(market, tmp_path, options, on_disk):
    server, name, rows = market
    dump = pg(server, "pg_dump", "--format=custom", *options, name)
    (tmp_path / "a.dump").write_bytes(dump)
    check(tables(tmp_path / "a.dump" if on_disk else dump, PgDump()), rows, f"{name}.")


def noting(members, met):
    """Note the names of members as they come, whatever happens then."""
    for member in members:
        met.append(member.asset.name)
        yield from ()


def test_a_damaged_archive_is_said_to_be_one(market):
    server, name, _ = market
    dump = pg(server, "pg_dump", "--format=custom", name)
    with pytest.raises(ReadError) as caught:
        tables(dump[:300], PgDump())
    assert caught.value.cause in ("cut", "corrupt")
    members = PgDump().members(opened(dump[: len(dump) * 2 // 3]), Meter(Limits(), 1 << 30))
    met = []
    with pytest.raises(ReadError) as caught:
        met.extend(noting(members, met))
    assert caught.value.cause in ("cut", "corrupt")
    assert len(met) > 1
    newer = dump[:6] + b"\x7f" + dump[7:]
    with pytest.raises(ReadError, match="newer") as caught:
        tables(newer, PgDump())
    assert caught.value.cause == "format"


def test_a_folder_of_dumps_and_a_missing_program_are_told(market, tmp_path, monkeypatch):
    server, name, _ = market
    dump = pg(server, "pg_dump", "--format=custom", name)
    pg(server, "pg_dump", "--format=directory", f"--file={tmp_path / 'd'}", name)
    with pytest.raises(ReadError, match="several files"):
        tables(tmp_path / "d" / "toc.dat", PgDump())
    monkeypatch.setattr(pgdump, "find_program", lambda: None)
    with pytest.raises(ReadError, match="postgresql-client") as caught:
        tables(dump, PgDump())
    assert caught.value.cause.skipped


def test_sqlite_dump_reads_as_the_rows(tmp_path):
    shell = shutil.which("sqlite3")
    if not shell:
        pytest.skip("no sqlite3 program here")
    rows = made(3)
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute('CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, t TEXT, r BLOB, o TEXT NOT NULL)')
        database.executemany('INSERT INTO "odd ""name" VALUES (?, ?, ?, ?)', rows)
        database.execute("CREATE TABLE plain (a REAL, b)")
        database.execute("INSERT INTO plain VALUES (-1.5, x'7a6f65'), (NULL, 12345678901)")
        database.execute("CREATE TRIGGER x AFTER INSERT ON plain BEGIN INSERT INTO plain VALUES (1, 2); SELECT 1; END")
    database.close()
    dump = subprocess.run([shell, tmp_path / "a.db", ".dump"], check=True, capture_output=True).stdout
    found = tables(dump)
    assert found['odd "name'].cells == [seen(row) for row in rows]
    assert found['odd "name'].asset.key == ("id",)
    assert found["plain"].cells == [("-1.5", "zoe"), (None, "12345678901")]
    assert set(found) == {'odd "name', "plain", ""}
