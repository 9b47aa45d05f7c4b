"""A private MariaDB server for the tests: loopback and Unix socket, its own folder, gone with the test run."""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pymysql
import pytest

_PLACES = ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec")
_START_SECONDS = 30.0
_FAST = (
    "--no-defaults",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=128M",
    "--innodb-log-file-size=48M",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--innodb-buffer-pool-load-at-startup=0",
    "--performance-schema=0",
    "--max-allowed-packet=64M",
    "--lower-case-table-names=0",
    "--character-set-server=utf8mb4",
)


_INSTALL = ("--auth-root-authentication-method=normal", "--skip-test-db")
_PDEATHSIG = 1
"""`PR_SET_PDEATHSIG` of prctl(2)."""


class ServerMissingError(RuntimeError):
    """The server's programs are not installed here."""


@dataclass
class MariaDBServer:
    """A running server; `root` may do all and has no password."""

    host: str
    port: int
    socket: str
    folder: Path
    process: subprocess.Popen[bytes]
    options: Sequence[str] = field(default_factory=tuple)

    @property
    def url(self) -> str:
        """The whole server as `root`, over TCP."""
        return f"mysql://root@{self.host}:{self.port}/"

    def url_of(self, database: str = "", user: str = "root", query: str = "") -> str:
        """Give the URL of one database for one user; `query` without the question mark."""
        tail = f"?{query}" if query else ""
        return f"mysql://{quote(user, safe='')}@{self.host}:{self.port}/{quote(database, safe='')}{tail}"

    def connect(
        self, database: str | None = None, user: str = "root", password: str = ""
    ) -> pymysql.connections.Connection:
        """Open a connection of its own, in autocommit, for what a test must hold open."""
        return pymysql.connect(
            unix_socket=self.socket,
            user=user,
            password=password,
            database=database,
            charset="utf8mb4",
            autocommit=True,
            ssl_disabled=True,
        )

    def execute(self, *statements: str, database: str | None = None) -> tuple[tuple[object, ...], ...]:
        """Run statements as `root`, one a string, and give the rows of the last."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return tuple(cursor.fetchall())
        finally:
            connection.close()

    def load(self, script: Path, database: str | None = None) -> None:
        """Run a file of statements through the server's own client."""
        client = program("mariadb", "mysql")
        command = [client, "--no-defaults", f"--socket={self.socket}", "--user=root", "--default-character-set=utf8mb4"]
        with script.open("rb") as statements:
            subprocess.run([*command, *([database] if database else [])], stdin=statements, check=True, timeout=120)

    def stop(self) -> None:
        """End the server at once and remove its folder; stopping twice does no harm."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def program(*names: str) -> str:
    """Find the first of some programs, also where the path of a plain user does not look.

    Raises:
        ServerMissingError: none of them is installed.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    raise ServerMissingError(f"{names[0]} is not installed; on Debian: apt-get install mariadb-server")


def free_port() -> int:
    """Ask the system for a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*options: str) -> MariaDBServer:
    """Start a private server with further options of `mariadbd`.

    Raises:
        ServerMissingError: the programs are not installed.
        RuntimeError: it did not come up; the message holds the end of its log.
    """
    daemon, install = program("mariadbd", "mysqld"), program("mariadb-install-db", "mysql_install_db")
    folder = Path(tempfile.mkdtemp(prefix="rmy-"))
    account = _account(folder)
    data = folder / "data"
    with (folder / "install.log").open("wb") as log:
        subprocess.run(
            [install, "--no-defaults", f"--datadir={data}", *_INSTALL, *([f"--user={account}"] if account else [])],
            check=True,
            stdout=log,
            stderr=log,
            timeout=60,
        )
    server = _launch(daemon, folder, account, options)
    atexit.register(server.stop)
    _wait(server)
    return server


def _account(folder: Path) -> str | None:
    """Give the folder to an unprivileged account where the tests run as root, and name it."""
    if os.geteuid() != 0:
        return None
    for account in ("mysql", "nobody"):
        try:
            shutil.chown(folder, account)
        except LookupError:
            continue
        return account
    raise RuntimeError("the tests run as root, and there is neither an account mysql nor nobody for the server")


def _launch(daemon: str, folder: Path, account: str | None, options: Sequence[str]) -> MariaDBServer:
    port, path = free_port(), str(folder / "s")
    command = [daemon, *_FAST, f"--datadir={folder / 'data'}", f"--socket={path}", f"--port={port}"]
    command += [f"--pid-file={folder / 'pid'}", f"--tmpdir={folder}", "--bind-address=127.0.0.1", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            user=account,
            group=pwd.getpwnam(account).pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 no other thread runs when a test run starts it
        )
    return MariaDBServer("127.0.0.1", port, path, folder, process, options)


def _die_with_parent() -> None:
    """Ask Linux to end the server also when the test run is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


def _wait(server: MariaDBServer) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        if _answers(server.socket):
            return
        time.sleep(0.05)
    tail = (server.folder / "log").read_text(errors="replace")[-2000:]
    server.stop()
    raise RuntimeError(f"the private MariaDB did not start:\n{tail}")


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        probe.settimeout(5)
        return len(probe.recv(5)) == 5


def start_or_skip(*options: str) -> MariaDBServer:
    """Start a server; without its programs skip the test, or fail where RECENSE_REQUIRE_SERVERS=1 asks for it."""
    try:
        return start(*options)
    except ServerMissingError as error:
        if os.environ.get("RECENSE_REQUIRE_SERVERS") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDBServer]:
    """One private MariaDB for the whole run."""
    server = start_or_skip()
    yield server
    server.stop()
