"""No socket is opened but to the sources, in any process that the program starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Scanned
from tests.acceptance.engines import Loaded
from tests.acceptance.program import Program
from tests.acceptance.strace import connections

SPY = '''
"""Writes down every address that Python code in this process connects or sends to, or looks up."""
import os, sys
def spy(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[0 if "get" in event else 1]
        with open(os.environ["SPY_LOG"], "a") as log:
            log.write(f"{event} {address!r}\\n")
sys.addaudithook(spy)
'''


@pytest.fixture
def spied(tmp_path: Path) -> tuple[Program, Path]:
    """A program whose every process reports its sockets, workers and guests included."""
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY, encoding="utf-8")
    log = tmp_path / "sockets.log"
    log.touch()
    program = Program(tmp_path / "program")
    program.extra = {"PYTHONPATH": f"{tmp_path / 'spy'}:{program.environment['PYTHONPATH']}", "SPY_LOG": str(log)}
    return program, log


def outside(log: Path) -> list[str]:
    """Lines that speak of the network; a socket with a path stays on this machine."""
    return [line for line in log.read_text(encoding="utf-8").splitlines() if "(" in line or "getaddrinfo" in line]


def test_scanning_files_opens_no_socket(spied: tuple[Program, Path], account: Scanned) -> None:
    program, log = spied
    program.ask("scan", account.target, expect=(3,))
    program.ask("findings")
    program.run("inventory", "--format", "html", "-o", str(program.folder / "page.html"))
    program.run("locate", "jo@example.org", "--format", "json")
    assert outside(log) == []


def test_scanning_mariadb_speaks_to_that_server_only(
    spied: tuple[Program, Path], loaded_mariadb: Loaded, mariadb_server: Any
) -> None:
    program, log = spied
    program.ask("scan", loaded_mariadb.url)
    lines = outside(log)
    assert f"socket.connect ('127.0.0.1', {mariadb_server.port})" in lines
    assert [
        line for line in lines if str(mariadb_server.port) not in line and "getaddrinfo '127.0.0.1'" not in line
    ] == []


def test_the_kernel_saw_no_connection_either(program: Program, account: Scanned, tmp_path: Path) -> None:
    assert connections(program, tmp_path / "trace", "scan", account.target, "--format", "json") == set()


def test_the_kernel_saw_postgresql_only(
    program: Program, loaded_postgresql: Loaded, postgresql_server: Any, tmp_path: Path
) -> None:
    seen = connections(program, tmp_path / "trace", "scan", loaded_postgresql.url, "--format", "json")
    assert seen == {f"127.0.0.1:{postgresql_server.port}"}
