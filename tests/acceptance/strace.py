"""What the kernel saw: the network addresses to which a program and its children connected."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.program import COMMAND, Program


def connections(program: Program, trace: Path, *words: str) -> set[str]:
    """Run a command under strace and give `address:port` of each connection by IP."""
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed: what C libraries open cannot be seen")
    command = [
        strace,
        "-f",
        "-qq",
        "-e",
        "trace=connect,sendto",
        "-e",
        "signal=none",
        "-o",
        str(trace),
        *COMMAND,
        *words,
    ]
    done = subprocess.run(
        command, env=program.environment, cwd=program.folder, capture_output=True, check=False, timeout=300
    )
    if b"Operation not permitted" in done.stderr:
        pytest.skip("this machine does not let strace look")
    assert done.returncode in (0, 3), done.stderr
    return set(addresses(trace.read_text(encoding="utf-8", errors="replace")))


def addresses(text: str) -> list[str]:
    """Every IPv4 and IPv6 address in a trace, with its port."""
    four = re.findall(r"sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([^\"]+)\"\)", text)
    six = re.findall(r"sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, \"([^\"]+)\"", text)
    return [f"{address}:{port}" for port, address in four + six]
