"""How long `recense --help` and `recense locate` take to start, in times of `python -c "import click"`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
LIMITS = {"--help": 4.0, "locate": 8.0}


def seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    program = str(Path(sys.executable).with_name("recense"))
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "RECENSE_INVENTORY": f"sqlite:///{folder}/recense.db",
            "RECENSE_KEY_FILE": f"{folder}/recense.key",
        }
        (Path(folder) / "mail.txt").write_text("jo@example.org\n", encoding="utf-8")
        subprocess.run([program, "scan", f"{folder}/mail.txt"], env=environment, check=True, stdout=subprocess.DEVNULL)
        commands = {
            "click": [sys.executable, "-c", "import click"],
            "--help": [program, "--help"],
            "locate": [program, "locate", "jo@example.org"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        # In turn, so that what else the machine does falls on all alike.
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(seconds(command, environment))
    return report({name: statistics.median(taken) for name, taken in times.items()})


def report(medians: dict[str, float]) -> int:
    """Print each median and its ratio; 1 where a limit is passed."""
    print(f"{'import click':>14} {medians['click'] * 1000:7.0f} ms")
    late = 0
    for name, limit in LIMITS.items():
        ratio = medians[name] / medians["click"]
        late |= ratio > limit
        print(f"{name:>14} {medians[name] * 1000:7.0f} ms  {ratio:.1f} times (at most {limit:.0f})")
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
