"""The units in `examples/systemd`: systemd understands them, and what they call exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[1] / "examples/systemd"
PROGRAM = "/opt/recense/bin/recense"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, str(Path(sys.executable).with_name("recense")))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
        (tmp_path / unit.name).chmod(0o644)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "recense" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", ["recense-schedule.service", "recense-scan.service"])
def test_a_unit_calls_a_command_that_exists_and_has_its_options(unit: str) -> None:
    (line,) = re.findall(r"^ExecStart=.*", (UNITS / unit).read_text(encoding="utf-8"), re.MULTILINE)
    words = line.partition(f"{PROGRAM} ")[2].split()
    command = [word for word in words if not word.startswith(("-", "/"))]
    shown = subprocess.run(
        [sys.executable, "-m", "console", *command, "--help"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0
    assert [word for word in words if word.startswith("--") and word != "--quiet" and word not in shown.stdout] == []
