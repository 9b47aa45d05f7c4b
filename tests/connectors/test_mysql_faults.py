"""MySQL and MariaDB: locks, broken connections, broken tables, silent servers."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing

import pytest

from connectors import mysql_read
from connectors.errors import ReadError, SourceError
from connectors.interface import Asset, Cause, Chunk, SourceSpec, Unread
from connectors.registry import open_source
from tests.connectors.contract import records


@pytest.fixture
def server(mariadb_server):
    """A database with a keyed and a keyless table of 20,000 rows."""
    fill(mariadb_server)
    yield mariadb_server
    mariadb_server.execute("DROP DATABASE faults")


def fill(server):
    server.execute("CREATE DATABASE faults")
    server.execute(
        "CREATE TABLE keyed (id INT PRIMARY KEY, v VARCHAR(200))",
        "INSERT INTO keyed SELECT seq, REPEAT('x', 200) FROM seq_1_to_20000",
        "CREATE TABLE bare (id INT, v VARCHAR(200))",
        "INSERT INTO bare SELECT * FROM keyed",
        database="faults",
    )


def source_of(server, **more):
    return open_source(SourceSpec("faults", server.url_of("faults"), **more))


def listed(source):
    return {entry.name.removeprefix("faults."): entry for entry in source.assets()}


def others(server):
    """The threads of the scan."""
    query = "SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER = 'root'"
    return [thread for (thread,) in server.execute(query)]


@pytest.mark.parametrize("table", ["keyed", "bare"])
def test_a_locked_table_is_said_to_be_locked_and_does_not_hang(server, table):
    with source_of(server, statement_timeout=2) as source, closing(server.connect("faults")) as other:
        assets = listed(source)
        other.cursor().execute(f"LOCK TABLES {table} WRITE")
        started = time.monotonic()
        assert isinstance(listed(source)[table], Asset)
        with pytest.raises(ReadError) as refusal:
            list(source.read(assets[table], Chunk()))
        assert refusal.value.cause is Cause.LOCKED
        assert time.monotonic() - started < 5


def test_a_broken_connection_is_made_again_and_no_row_is_lost(server):
    with source_of(server) as source:
        reading = source.read(listed(source)["keyed"], Chunk())
        first = next(reading)
        for thread in others(server):
            server.execute(f"KILL {thread}")
        found = records(iter([first, *reading]))
    assert [locator for locator, _ in found] == [(str(n),) for n in range(1, 20001)]


def test_a_broken_stream_cannot_go_on_and_says_so(server, monkeypatch):
    monkeypatch.setattr(mysql_read, "PAGE_BYTES", 1000)
    server.execute("INSERT INTO bare SELECT a.id, a.v FROM bare a, seq_1_to_10", database="faults")
    with source_of(server) as source:
        reading = source.read(listed(source)["bare"], Chunk())
        next(reading)
        for thread in others(server):
            server.execute(f"KILL {thread}")
        with pytest.raises(ReadError) as refusal:
            list(reading)
    assert refusal.value.cause is Cause.LOST


def test_a_statement_that_takes_too_long_is_cut_off(server):
    with source_of(server, statement_timeout=1) as source:
        session = source._session
        started = time.monotonic()
        with pytest.raises(mysql_read.FAILURES) as refusal:
            session.rows("SELECT SLEEP(30) FROM faults.keyed")
    assert time.monotonic() - started < 5
    assert mysql_read.cause(refusal.value) is Cause.TIMEOUT


def test_a_stream_may_take_longer_than_a_statement(server):
    with source_of(server, statement_timeout=1) as source:
        session = source._session
        query = session.unlimited("SELECT id, SLEEP(0.35) FROM faults.keyed WHERE id <= 8 ")
        pages = list(session.pages(query, 1, 100))
    assert sum(len(page[0]) for page in pages) == 8


@pytest.mark.parametrize("select", ["SELECT SLEEP(20)", "SELECT id, SLEEP(id - 1) FROM faults.keyed"])
def test_a_silent_server_is_given_up_and_its_statement_ended(server, select):
    with source_of(server) as source:
        session = source._session
        session.wire.settle(1.0)
        with pytest.raises(TimeoutError):
            list(session.pages(session.unlimited(select), 1, 100))
        running = server.execute(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SLEEP(%' AND ID <> CONNECTION_ID()"
        )
        assert running == ((0,),)
        assert session.rows("SELECT 1") == ((1,),)


def test_a_damaged_table_is_a_line_and_the_rest_goes_on(server):
    server.execute(
        "CREATE TABLE bad (id INT PRIMARY KEY, v TEXT) ENGINE=MyISAM",
        "INSERT INTO bad VALUES (1, 'x')",
        "CREATE TABLE headless (id INT) ENGINE=MyISAM",
        "FLUSH TABLES",
        database="faults",
    )
    folder = server.folder / "data" / "faults"
    (folder / "bad.MYD").write_bytes(b"\xff" * 7)
    (folder / "headless.MYI").write_bytes(b"")
    with source_of(server) as source:
        lines = listed(source)
        causes = {name: cause_of(source, lines[name]) for name in ("bad", "headless")}
        assert len(records(source.read(lines["keyed"], Chunk()))) == 20000
    assert causes == {"bad": Cause.CORRUPT, "headless": Cause.CORRUPT}


def cause_of(source, line):
    if isinstance(line, Unread):
        return line.cause
    try:
        list(source.read(line, Chunk()))
    except ReadError as error:
        return error.cause
    return None


def test_a_lost_innodb_file_is_a_line_and_the_rest_goes_on(server):
    server.execute(
        "CREATE TABLE lost (id INT PRIMARY KEY)",
        "INSERT INTO lost VALUES (1)",
        "ALTER TABLE lost DISCARD TABLESPACE",
        database="faults",
    )
    with source_of(server) as source:
        lines = listed(source)
        assert cause_of(source, lines["lost"]) is Cause.CORRUPT
        assert isinstance(lines["keyed"], Asset)


def test_reading_two_tables_in_turn_mixes_nothing_up(server):
    with source_of(server) as source:
        lines = listed(source)
        together = zip(source.read(lines["keyed"], Chunk()), source.read(lines["bare"], Chunk()), strict=False)
        for keyed, bare in together:
            assert keyed.columns.column(0)[0].as_py() == "1" == bare.columns.column(0)[0].as_py()
            break
        assert len(records(source.read(lines["keyed"], Chunk()))) == 20000


def test_the_session_cannot_write(server):
    with source_of(server) as source, pytest.raises(mysql_read.FAILURES) as refusal:
        source._session.rows("DELETE FROM faults.keyed")
    assert refusal.value.args[0] == 1792


@pytest.mark.parametrize(
    "answer", [b"", b"\x05\x00\x00\x00hello", b"\x00\x00\x00\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n"]
)
def test_what_is_no_database_server_is_a_source_error(answer):
    with socket.create_server(("127.0.0.1", 0)) as liar:

        def lie():
            caller, _ = liar.accept()
            with caller:
                caller.sendall(answer)

        thread = threading.Thread(target=lie)
        thread.start()
        port = liar.getsockname()[1]
        with (
            pytest.raises(SourceError),
            open_source(SourceSpec("x", f"mysql://u@127.0.0.1:{port}/", connect_timeout=2)) as source,
        ):
            list(source.assets())
        thread.join()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@127.0.0.1:1/", "nobody answers"),
        ("mysql://root@localhost/?unix_socket=/nonexistent/s", "nobody answers"),
        ("mysql://root@nowhere.invalid/", "nobody answers"),
    ],
)
def test_a_server_that_is_not_there_is_said_so(url, said):
    with pytest.raises(SourceError, match=said), open_source(SourceSpec("x", url, connect_timeout=3)) as source:
        list(source.assets())


def test_a_database_that_is_not_there_is_said_so(server):
    with pytest.raises(SourceError, match="no such database"):
        list(open_source(SourceSpec("x", server.url_of("absent"))).assets())
