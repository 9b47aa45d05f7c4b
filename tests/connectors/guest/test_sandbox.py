"""What a guest cannot do, tried in a process that has put up its fences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TRIALS = {
    "read a file": "open('/etc/passwd').read()",
    "read the environment of another process": "open('/proc/1/environ').read()",
    "list a folder": "os.listdir('/etc')",
    "write a file": "open({folder!r} + '/new', 'w').write('x')",
    "remove a file": "os.unlink({folder!r} + '/there')",
    "rename a file": "os.rename({folder!r} + '/there', {folder!r} + '/gone')",
    "make a folder": "os.mkdir({folder!r} + '/below')",
    "change a mode": "os.chmod({folder!r} + '/there', 0o777)",
    "open a connection": "socket.create_connection(('127.0.0.1', 1))",
    "make a socket": "socket.socket(socket.AF_UNIX)",
    "listen": "socket.socketpair()",
    "signal its host": "os.kill(os.getppid(), 0)",
    "let another program read a file": "subprocess.run(['/bin/cat', '/etc/passwd'], check=True, capture_output=True)",
    "take all memory": "bytearray(2 << 30)",
    "become another user": "os.setuid(12345)",
    "mount": "libc.mount(b'none', b'/', b'tmpfs', 0, None) == 0 or 1 / 0",
    "trace": "libc.ptrace(16, os.getppid(), 0, 0) == 0 or 1 / 0",
}
SCRIPT = """
import ctypes, json, os, socket, subprocess, sys
from connectors.guest import sandbox
libc = ctypes.CDLL(None)
fences = sandbox.enclose(1 << 30, os.getppid())
told = {"fences": [fences.landlock, fences.seccomp]}
for name, code in json.loads(sys.argv[1]).items():
    try:
        exec(code)
    except BaseException as error:
        told[name] = type(error).__name__
    else:
        told[name] = "done"
file = os.memfd_create("x")
os.write(file, b"abc")
told["memory with a descriptor"] = open(f"/proc/self/fd/{file}").read()
import wave, zipfile, sqlite3
print(json.dumps(told))
"""


def enclosed(folder: Path) -> dict[str, object]:
    (folder / "there").write_text("x")
    trials = {name: code.format(folder=str(folder)) for name, code in TRIALS.items()}
    words = [sys.executable, "-c", SCRIPT, json.dumps(trials)]
    run = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    told: dict[str, object] = json.loads(run.stdout)
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return enclosed(tmp_path_factory.mktemp("fenced"))


@pytest.mark.parametrize("what", TRIALS)
def test_a_guest_cannot(told, what):
    if what == "signal its host" and told["fences"][0] < 6:
        pytest.skip("this kernel's Landlock does not know signals")
    if what == "become another user" and os.geteuid() != 0:
        pytest.skip("only root could")
    assert told["fences"][1], "no seccomp on this machine"
    assert told[what] not in ("done", None)


def test_a_guest_can_load_modules_and_hold_things_in_memory(told):
    assert told["memory with a descriptor"] == "abc"
