"""A scan that was killed or interrupted goes on where it stopped, and ends as an uninterrupted one does."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.program import Place, Program

TABLES = 12
ROWS = 20_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that takes some seconds to scan."""
    path = tmp_path_factory.mktemp("large") / "large.db"
    with closing(sqlite3.connect(path)) as database:
        for table in range(TABLES):
            database.execute(f"CREATE TABLE people_{table:02d} (id INTEGER PRIMARY KEY, email TEXT, note TEXT)")
            rows = (
                (n, f"p{n}.{table}@example.org", f"called 01 99 00 {n % 100:02d} {table:02d}") for n in range(1, ROWS)
            )
            database.executemany(f"INSERT INTO people_{table:02d} VALUES (?, ?, ?)", rows)
        database.commit()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def uninterrupted(large: str, tmp_path_factory: pytest.TempPathFactory) -> dict[Place, tuple[int, int]]:
    program = Program(tmp_path_factory.mktemp("uninterrupted"))
    program.ask("scan", large)
    return program.claims()


def interrupted(program: Program, target: str, number: signal.Signals) -> int:
    """Start a scan, wait until some of it is in the inventory, send a signal, and give the exit code."""
    scan = program.start("scan", target, "--workers", "1")
    wait_for_findings(program.database, scan)
    if number == signal.SIGKILL:
        os.killpg(scan.pid, number)
    else:
        scan.send_signal(number)
    scan.communicate(timeout=60)
    return scan.returncode


def wait_for_findings(database: Path, scan: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and scan.poll() is None:
        if database.exists() and locations(database) > 0:
            return
        time.sleep(0.01)
    pytest.fail(f"the scan came to nothing, or to its end: {scan.poll()}")


def locations(database: Path) -> int:
    """How many locations are written so far."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=1)) as connection:
            return int(connection.execute("SELECT count(*) FROM (SELECT 1 FROM locations LIMIT 1)").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_scan_goes_on_after_it_was_killed(
    program: Program, large: str, uninterrupted: dict[Place, tuple[int, int]]
) -> None:
    interrupted(program, large, signal.SIGKILL)
    answer = program.ask("scan", large)
    assert answer["status"] == "complete"
    assert answer["rows"] < TABLES * (ROWS - 1)
    assert program.claims() == uninterrupted


def test_a_scan_that_the_user_stops_says_so_and_goes_on(
    program: Program, large: str, uninterrupted: dict[Place, tuple[int, int]]
) -> None:
    assert interrupted(program, large, signal.SIGINT) == 130
    assert program.ask("scan", large)["status"] == "complete"
    assert program.claims() == uninterrupted


def test_an_interrupted_scan_leaves_no_process_behind(program: Program, large: str) -> None:
    scan = program.start("scan", large)
    wait_for_findings(program.database, scan)
    scan.send_signal(signal.SIGINT)
    scan.communicate(timeout=60)
    time.sleep(0.5)
    with pytest.raises(ProcessLookupError):
        os.killpg(scan.pid, 0)


def test_every_record_is_located_once_after_a_resumed_scan(program: Program, large: str) -> None:
    interrupted(program, large, signal.SIGKILL)
    program.ask("scan", large)
    people = [f"p{n}.{n % TABLES}@example.org" for n in range(1, ROWS, 997)]
    located = program.located("EMAIL_ADDRESS", people)
    assert [len(places) for places in located] == [1] * len(people)
