"""A private PostgreSQL server for tests: loopback and a Unix socket, in a temporary folder, from installed binaries."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "logging_collector": "off",
}
_STARTING_SECONDS = 30
_PDEATHSIG = 1


@dataclass(frozen=True)
class PostgreSQLServer:
    """A running server; its superuser is `postgres`."""

    folder: Path
    """Of the Unix socket."""
    port: int
    binaries: Path
    password: str
    """The superuser's, over TCP."""

    def url(self, database: str = "", user: str = "postgres", query: str = "") -> str:
        """Give a URL without password: over TCP, or over the socket with `query=f"host={server.folder}"`."""
        host = "" if "host=" in query else "127.0.0.1"
        return f"postgresql://{user}@{host}:{self.port}/{database}{'?' + query if query else ''}"

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run statements as superuser and give what they print, unaligned; raises where one fails."""
        arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(self.port)]
        run = subprocess.run(
            [self.binaries / "psql", *arguments, "-U", "postgres", "-d", database],
            input=sql.encode(),
            capture_output=True,
            check=False,
        )
        if run.returncode:
            raise RuntimeError(run.stderr.decode(errors="replace"))
        return run.stdout.decode(errors="replace")

    @contextmanager
    def holding(self, statement: str, database: str) -> Iterator[None]:
        """Keep a transaction open in which a statement was run, a LOCK say."""
        arguments = ["-X", "-q", "-A", "-t", "-h", str(self.folder), "-p", str(self.port), "-U", "postgres"]
        with subprocess.Popen(
            [self.binaries / "psql", *arguments, "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as session:
            session.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n".encode())
            session.stdin.flush()
            session.stdout.readline()
            yield
            session.stdin.close()

    def create_role(self, name: str, password: str) -> None:
        """Make a role that may log in and nothing else; one of that name goes first."""
        self.psql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")

    @contextmanager
    def database(self, name: str, options: str = "") -> Iterator[str]:
        """Make a database for a while; no role but its owner may connect to it until granted."""
        self.psql(f'CREATE DATABASE "{name}" {options}')
        self.psql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        try:
            yield name
        finally:
            self.psql(f'DROP DATABASE "{name}" WITH (FORCE)')


def find_binaries() -> Path | None:
    """Find the folder with `initdb` and `postgres`: the newest of a distribution's, or that in PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).resolve().parent] if found else []
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def running(folder: Path, binaries: Path) -> Iterator[PostgreSQLServer]:
    """Run a server below a folder; it ends with the block, and with the process even where that is killed."""
    account = _unprivileged()
    if account:
        shutil.chown(folder, account.pw_uid, account.pw_gid)
    secret = folder / "password"
    secret.write_text("superuser-secret")
    data, port = folder / "data", _free_port()
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    secret.chmod(0o644)
    subprocess.run(
        [
            *(binaries / "initdb", "-D", data, "-U", "postgres", "--pwfile", secret, "--no-sync", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions"),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        env=environment,
        **identity,
    )
    settings = {**_SETTINGS, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "port": str(port)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 the tests start no threads before their servers
            **identity,
        )
    try:
        _wait(folder / f".s.PGSQL.{port}", process, folder / "log")
        yield PostgreSQLServer(folder, port, binaries, "superuser-secret")
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)


def _unprivileged() -> pwd.struct_passwd | None:
    """Give the account that the server runs under where the tests run as root, which it refuses."""
    if os.geteuid():
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    """Ask the kernel to end the server should the tests die without a word; and keep Ctrl-C from it."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGQUIT)


def _wait(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server takes connections on its socket."""
    until = time.monotonic() + _STARTING_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as probe:
            if (
                path.exists()
                and "ready to accept" in log.read_text(errors="replace")
                and not probe.connect_ex(str(path))
            ):
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """A PostgreSQL server for the whole run; skips where none is installed, unless servers are required."""
    binaries = find_binaries()
    if binaries is None:
        word = "no PostgreSQL server here: apt-get install postgresql"
        if os.environ.get("RECENSE_REQUIRE_SERVERS") == "1":
            pytest.fail(word)
        pytest.skip(word)
    folder = Path(tempfile.mkdtemp(prefix="recense-pg-"))
    try:
        with running(folder, binaries) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
