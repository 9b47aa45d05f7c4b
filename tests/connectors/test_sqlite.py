"""SQLite: the contract, and what a file that anybody may upload can do to a reader."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from connectors.errors import ReadError, SourceError, TargetError
from connectors.interface import Chunk, SourceSpec
from connectors.registry import open_source
from connectors.sqlite_file import quoted
from connectors.sqlite_image import SQLiteImage
from tests.connectors.contract import Store, TableContract, load, records


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        load(connection.execute, quoted, lambda n: f"replace(hex(zeroblob({n // 2})), '0', 'x')")
    return Store(SourceSpec("shop", f"sqlite:///{path}"), "", has_rights=False, state=lambda: snapshot(path.parent))


class TestContract(TableContract):
    """What every database connector does."""


def snapshot(folder):
    return {entry.name: (entry.stat().st_size, entry.stat().st_mtime_ns) for entry in folder.iterdir()}


def make(path, *statements):
    """Make a database; a statement may be (SQL, values)."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    return connection


def opened(path, **settings):
    return open_source(SourceSpec("store", f"sqlite:///{path}", **settings))


def listed(source):
    return {entry.name: entry for entry in source.assets()}


def read(source, name):
    return records(source.read(listed(source)[name], Chunk()))


def test_every_cell_of_a_dynamic_column_becomes_text(tmp_path):
    cells = [("x@example.org",), (7,), (4111111111111111.0,), (b"caf\xe9",), (b"\0a@example.org\xff",), (None,)]
    with make(tmp_path / "a.db", "CREATE TABLE t (a INTEGER)") as connection:
        connection.executemany("INSERT INTO t VALUES (?)", cells)
    connection.close()
    with opened(tmp_path / "a.db") as source:
        values = [values[0] for _, values in read(source, "t")]
    assert values == ["x@example.org", "7", "4111111111111111", "café", " a@example.org ", None]


def test_a_key_that_may_be_null_is_read_and_fetched(tmp_path):
    make(tmp_path / "a.db", "CREATE TABLE t (k TEXT PRIMARY KEY)", "INSERT INTO t VALUES ('a'), (NULL), (NULL)").close()
    with opened(tmp_path / "a.db") as source:
        assert [locator for locator, _ in read(source, "t")] == [("a",), (None,), (None,)]
        assert len(records(source.fetch(listed(source)["t"], [(None,)]))) == 2


@pytest.mark.parametrize("columns", ["rowid", "rowid, _rowid_", "rowid, _rowid_, oid"])
def test_columns_that_hide_the_row_id_hide_no_rows(tmp_path, columns):
    names = columns.split(", ")
    row = ", ".join(f"'{name}'" for name in names)
    make(tmp_path / "a.db", f"CREATE TABLE t ({columns})", f"INSERT INTO t VALUES ({row}), ({row})").close()
    with opened(tmp_path / "a.db") as source:
        assert read(source, "t") == [((1,), tuple(names)), ((2,), tuple(names))]


def test_keys_of_mixed_types_are_paged_in_the_order_of_the_store(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.sqlite_pages.BATCH_ROWS", 1)
    keys = [(7,), (1.5,), ("é",), ("7a",), (b"\x00\x01\xff",)]
    connection = make(tmp_path / "a.db", "CREATE TABLE t (k PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO t VALUES (?)", keys)
    connection.close()
    with opened(tmp_path / "a.db") as source:
        assert [values[0] for _, values in read(source, "t")] == ["1.5", "7", "7a", "é", "   "]


def test_a_giant_cell_is_read_in_part_and_said_so(tmp_path):
    giant = "INSERT INTO t VALUES (1, 'small'), (2, CAST(zeroblob(20000000) AS BLOB)), (3, 'small')"
    make(tmp_path / "a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, body)", giant).close()
    with opened(tmp_path / "a.db") as source:
        batches = list(source.read(listed(source)["t"], Chunk()))
    assert [row for batch in batches for row in batch.columns["id"].to_pylist()] == ["1", "2", "3"]
    assert [len(batch.columns["body"][0].as_py()) for batch in batches if batch.cut] == [16 * 1024 * 1024]


def test_shadow_tables_are_read_in_place_of_a_search_index(tmp_path):
    make(
        tmp_path / "a.db", "CREATE VIRTUAL TABLE f USING fts5(body)", "INSERT INTO f VALUES ('ada@example.org')"
    ).close()
    with opened(tmp_path / "a.db") as source:
        assert listed(source)["f"].cause == "view"
        assert ("1", "ada@example.org") in [values for _, values in read(source, "f_content")]


@pytest.mark.parametrize("situation", ["writer at work", "writer killed", "index missing", "log empty"])
def test_a_write_ahead_log_is_read_and_nothing_written_beside_it(tmp_path, situation):
    path = tmp_path / "a.db"
    writer = make(path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('late')")
    if situation == "log empty":
        writer.close()
    elif situation != "writer at work":
        path = copied(path, tmp_path / "copy", "-wal", *(["-shm"] if situation == "writer killed" else []))
    before = snapshot(path.parent)
    with opened(path) as source:
        assert read(source, "t") == [((1,), ("late",))]
    assert snapshot(path.parent) == before
    writer.close()


def copied(path, folder, *suffixes):
    folder.mkdir()
    for suffix in ("", *suffixes):
        shutil.copy(f"{path}{suffix}", folder)
    return folder / path.name


def test_a_locked_database_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.sqlite_file._BUSY_SECONDS", 0.1)
    writer = make(tmp_path / "a.db", "CREATE TABLE t (a)", "BEGIN EXCLUSIVE")
    with opened(tmp_path / "a.db") as source:
        (line,) = source.assets()
    assert (line.name, line.cause) == ("a.db", "locked")
    writer.close()


def test_a_database_that_is_cut_off_within_its_last_page_is_read_and_said_to_be(tmp_path):
    path, image = tmp_path / "a.db", tmp_path / "b.db"
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    make(path, "CREATE TABLE t (a, b)", f"INSERT INTO t {numbers} SELECT i, hex(i) FROM n").close()
    image.write_bytes(path.read_bytes()[:-100])
    with opened(path) as source:
        assert len(read(source, "t")) == 2000
        assert not any(batch.cut for batch in source.read(listed(source)["t"], Chunk()))
    with opened(image) as source:
        assert "cut off" in {batch.cut for batch in source.read(listed(source)["t"], Chunk())}.pop()
        assert len(read(source, "t")) == 2000
    with closing(SQLiteImage(bytearray(image.read_bytes()), "b.db")) as held:
        assert "cut off" in (held.cut() or "")


def test_a_damaged_table_does_not_end_the_others(tmp_path):
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    rows = f"INSERT INTO {{}} {numbers} SELECT i, hex(i) FROM n"
    connection = make(
        tmp_path / "a.db",
        "CREATE TABLE bad (a, b)",
        "CREATE TABLE good (a, b)",
        rows.format("bad"),
        rows.format("good"),
    )
    page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'bad'").fetchone()[0]
    connection.close()
    with (tmp_path / "a.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    with opened(tmp_path / "a.db") as source:
        assert len(read(source, "good")) == 2000
        with pytest.raises(ReadError, match="damaged") as refusal:
            read(source, "bad")
    assert refusal.value.cause == "corrupt"


@pytest.mark.parametrize("content", [None, b"\x8f" * 4096])
def test_what_is_no_database_is_an_error_of_the_source(tmp_path, content):
    if content:
        (tmp_path / "a.db").write_bytes(content)
    with opened(tmp_path / "a.db") as source, pytest.raises(SourceError, match=r"no SQLite database|No such file"):
        list(source.assets())


def test_a_statement_that_takes_too_long_is_cut_off(tmp_path):
    slow = "CREATE TABLE t (a, b AS (length(replace(hex(zeroblob(20000)), char(48), a))))"
    numbers = (
        "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n"
    )
    make(tmp_path / "a.db", slow, numbers).close()
    with opened(tmp_path / "a.db", statement_timeout=0.1) as source, pytest.raises(ReadError) as refusal:
        read(source, "t")
    assert refusal.value.cause == "timeout"


def test_a_fingerprint_changes_with_a_commit(tmp_path):
    connection = make(tmp_path / "a.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    prints = []
    for value in (1, 2, 3):
        connection.execute("UPDATE t SET a = ?", (value,))
        with opened(tmp_path / "a.db") as source:
            prints.append(listed(source)["t"].fingerprint)
    connection.close()
    assert len(set(prints)) == 3


@pytest.mark.parametrize("url", ["sqlite://host/x.db", "sqlite:///", "sqlite:///x.db?mode=rw"])
def test_a_url_that_makes_no_sense_says_what_to_write(url):
    with pytest.raises(TargetError, match=r"write|%3F"):
        open_source(SourceSpec("store", url))
