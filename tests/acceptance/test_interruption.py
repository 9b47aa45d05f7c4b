"""A scan that was killed or interrupted goes on where it stopped, and ends as an uninterrupted one does."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.acceptance.program import Program

SIZES = {"people_a": 9_000, "people_b": 80_000, "people_c": 9_000, "people_d": 9_000}
"""Rows of each table; the large one comes in two batches."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that takes some seconds to scan."""
    path = tmp_path_factory.mktemp("large") / "large.db"
    with closing(sqlite3.connect(path)) as database:
        for table, size in SIZES.items():
            database.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, email TEXT, note TEXT)")
            rows = ((n, f"p{n}@{table[-1]}.example.org", "called 01 99 00 12 34") for n in range(1, size + 1))
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        database.commit()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def whole(large: str, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The same store, scanned without an interruption."""
    program = Program(tmp_path_factory.mktemp("whole"))
    program.ask("scan", large)
    return program


@pytest.fixture
def program(program: Program, whole: Program) -> Program:
    """A fresh inventory under the same key: estimates of large numbers depend on the tokens, and so on the key."""
    shutil.copy2(whole.folder / "keys" / "recense.key", program.folder / "keys" / "recense.key")
    return program


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


def test_a_scan_goes_on_after_it_was_killed(program: Program, large: str, whole: Program) -> None:
    interrupted(program, large, signal.SIGKILL)
    answer = program.ask("scan", large)
    assert answer["status"] == "complete"
    assert answer["rows"] < sum(SIZES.values())
    assert program.claims() == whole.claims()


def test_a_scan_that_the_user_stops_says_so_and_goes_on(program: Program, large: str, whole: Program) -> None:
    assert interrupted(program, large, signal.SIGINT) == 130
    assert program.ask("scan", large)["status"] == "complete"
    assert program.claims() == whole.claims()


def test_an_interrupted_scan_leaves_no_process_behind(program: Program, large: str) -> None:
    scan = program.start("scan", large)
    wait_for_findings(program.database, scan)
    scan.send_signal(signal.SIGINT)
    scan.communicate(timeout=60)
    time.sleep(1)
    assert alive(scan.pid) == []


def alive(group: int) -> list[str]:
    """The processes of a group that still run; a dead one that nobody has collected yet does not count."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = path.read_text(errors="replace").rpartition(")")
            state, _, its_group = rest.split()[:3]
            found += [name] if int(its_group) == group and state != "Z" else []
    return found


def test_every_record_is_located_once_after_a_resumed_scan(program: Program, large: str) -> None:
    interrupted(program, large, signal.SIGKILL)
    program.ask("scan", large)
    people = [f"p{n}@{table[-1]}.example.org" for table, size in SIZES.items() for n in range(1, size + 1, 997)]
    located = program.located("EMAIL_ADDRESS", people)
    assert [len(places) for places in located] == [1] * len(people)
