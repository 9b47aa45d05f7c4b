"""A private OpenSSH server for tests of SFTP: loopback, keys of its own, and an account without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.servers.mariadb import ServerMissingError, _die_with_parent, free_port

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/bin")
_START_SECONDS = 20.0


@dataclass
class SshServer:
    """A running server; `user` can log in, by `key`."""

    port: int
    user: str
    folder: Path
    home: Path
    """Belongs to the account."""
    key: Path
    process: subprocess.Popen[bytes]
    program: str
    options: tuple[str, ...] = ()

    def url(self, path: Path | str, query: str = "") -> str:
        """Give the URL of a path, the server being known by its fingerprint; `query` begins with `&`."""
        host_key = quote(self.fingerprint("ed25519"), safe=":")
        tail = f"?host_key={host_key}&key_file={self.key}{query}"
        return f"sftp://{self.user}@127.0.0.1:{self.port}{quote(os.fsencode(str(path)))}{tail}"

    def fingerprint(self, kind: str) -> str:
        """Give the fingerprint of one of its keys, `ed25519` or `rsa`, as `ssh-keygen` prints it."""
        said = subprocess.run(
            ["ssh-keygen", "-lf", self.folder / f"host_{kind}.pub"], check=True, capture_output=True, text=True
        )
        return said.stdout.split()[1]

    def known_hosts(self, kind: str) -> str:
        """Give the line of `known_hosts` for one of its keys."""
        return f"[127.0.0.1]:{self.port} {(self.folder / f'host_{kind}.pub').read_text().rsplit(' ', 1)[0]}\n"

    def run(self) -> None:
        """Start it, also once more."""
        with (self.folder / "log").open("ab") as log:
            self.process = _launch(self.program, self.folder, self.port, self.options, log)
        _wait(self)

    def sessions(self) -> list[int]:
        """Give the processes of all its sessions, which lead groups of their own."""
        return list(_below(self.process.pid))

    def stop(self) -> None:
        """End it and every session at once, also those that stand still, and remove its folder."""
        running = [] if self.process.poll() is not None else [*self.sessions(), self.process.pid]
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def _below(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from _below(child)


def start(*options: str) -> SshServer:
    """Start a private server with further lines for its configuration.

    Raises:
        ServerMissingError: the programs are not installed.
        RuntimeError: it did not come up.
    """
    program = shutil.which("sshd", path=os.pathsep.join(_PLACES))
    if program is None or shutil.which("ssh-keygen") is None:
        raise ServerMissingError("sshd is not installed; on Debian: apt-get install openssh-server")
    folder = Path(tempfile.mkdtemp(prefix="rssh-"))
    for name, kind in (("host_ed25519", "ed25519"), ("host_rsa", "rsa"), ("key", "ed25519")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", folder / name], check=True)
    (folder / "key.pub").rename(folder / "authorized")
    home = folder / "home"
    home.mkdir()
    account = _account()
    for path in (folder, *folder.iterdir()):
        if os.geteuid() == 0 and path.name in (folder.name, "home", "authorized"):
            os.chown(path, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    server = SshServer(free_port(), account.pw_name, folder, home, folder / "key", None, program, options)  # type: ignore[arg-type]
    server.run()
    return server


def _account() -> pwd.struct_passwd:
    return pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")


def _launch(program: str, folder: Path, port: int, options: tuple[str, ...], log: object) -> subprocess.Popen[bytes]:
    lines = [
        "ListenAddress 127.0.0.1",
        f"Port {port}",
        f"HostKey {folder / 'host_ed25519'}",
        f"HostKey {folder / 'host_rsa'}",
        f"AuthorizedKeysFile {folder / 'authorized'}",
        "PidFile none",
        f"UsePAM {'no' if os.geteuid() == 0 else 'yes'}",  # without rights it takes an account for locked otherwise
        "StrictModes no",
        *(["Subsystem sftp internal-sftp"] if "Subsystem" not in " ".join(options) else []),
        "MaxStartups 100",
        *options,
    ]
    (folder / "config").write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:  # where it gives up its rights to
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return subprocess.Popen(
        [program, "-D", "-e", "-f", folder / "config"],
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 no other thread runs when a test run starts it
    )


def _wait(server: SshServer) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(5)
            if probe.connect_ex(("127.0.0.1", server.port)) == 0 and probe.recv(4) == b"SSH-":
                return
        time.sleep(0.05)
    tail = (server.folder / "log").read_text(errors="replace")[-2000:]
    server.stop()
    raise RuntimeError(f"the private sshd did not start:\n{tail}")


@pytest.fixture(scope="session")
def ssh_server() -> Iterator[SshServer]:
    """One private OpenSSH server for the whole run."""
    try:
        server = start()
    except ServerMissingError as error:
        if os.environ.get("RECENSE_REQUIRE_SERVERS") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield server
    server.stop()
