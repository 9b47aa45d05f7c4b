"""Where a scan's time goes, by stage, seen from outside: a timer looks which function of ours is running.

The kernel's CPU timer interrupts the process; all CPU time since the last look goes to the stage of the innermost
function that has one. A long call into compiled code counts as a whole for the function that made it, so nothing in
the hot path is touched or slowed. Which function belongs to which stage stands in `STAGES`; `detectors.column` may
name its own functions with a `stages()` that gives a dict of the same form, whose entries win.
"""

from __future__ import annotations

import contextlib
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from unittest import mock

import detectors.column
from scanner.tasks import Result, Task
from scanner.work import Worker

STAGES = {
    "connectors": "reading",
    "scanner.digest.filled": "reading",
    "detectors.column": "decisions",
    "detectors.column._Texts.of": "gates",
    "detectors.column._Texts.passing": "gates",
    "detectors": "plain detectors",
    "scanner.readings": "tokens",
    "inventory.keys": "tokens",
    "inventory.sketch": "tokens",
    "inventory.keys.Sealer": "locators",
    "inventory.locators": "locators",
    "scanner.found": "locators",
    "scanner.work": "locators",
    "scanner.digest": "locators",
    "inventory": "writing",
    "scanner": "engine",
}
"""Start of a function's dotted name, module first, to its stage; the longest start wins."""
ORDER = ("reading", "gates", "decisions", "plain detectors", "tokens", "locators", "writing", "engine", "other")
INTERVAL = 0.001


class Sampler:
    """Adds up CPU seconds by stage while it is entered; for the main thread."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        own: Mapping[str, str] = getattr(detectors.column, "stages", dict)()
        self._stages: dict[str, str] = {**STAGES, **own, **(more or {})}
        self._known: dict[CodeType, str | None] = {}
        self._last = 0.0
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look until the block ends."""
        before = signal.signal(signal.SIGPROF, self._look)
        signal.siginterrupt(signal.SIGPROF, False)
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        now = time.process_time()
        self.seconds[self._stage(frame)] += now - self._last
        self._last = now

    def _stage(self, frame: FrameType | None) -> str:
        while frame is not None:
            code = frame.f_code
            if code not in self._known:
                self._known[code] = self.named(f"{frame.f_globals.get('__name__', '')}.{code.co_qualname}")
            if (stage := self._known[code]) is not None:
                return stage
            frame = frame.f_back
        return "other"

    def named(self, name: str) -> str | None:
        """Give the stage of a function by its dotted name, if it has one."""
        while name:
            if name in self._stages:
                return self._stages[name]
            name = name.rpartition(".")[0]
        return None

    def shares(self) -> dict[str, float]:
        """Give each stage's share of all, in the order of `ORDER`; stages that `stages()` added stand behind."""
        total = sum(self.seconds.values()) or 1.0
        return {stage: self.seconds[stage] / total for stage in dict.fromkeys((*ORDER, *self.seconds))}


class InlinePool:
    """What the engine hands its tasks to, here: carried out at once in the engine's own process."""

    def __init__(self, slots: int) -> None:
        self._workers = [Worker() for _ in range(slots)]

    def __len__(self) -> int:
        return len(self._workers)

    def submit(self, slot: int, tasks: Sequence[Task]) -> tuple[Future[list[Result]], int]:
        future: Future[list[Result]] = Future()
        future.set_result(self._workers[slot].run(tasks))
        return future, slot

    def renew(self, slot: int, _worker: int) -> None:
        self._workers[slot] = Worker()

    def close(self) -> None:
        pass

    def kill(self) -> None:
        pass


def scan_here(path: Path) -> None:
    """Scan a file into a new inventory, in this process and thread."""
    from console.cli import cli  # noqa: PLC0415 the command line loads what it needs

    with tempfile.TemporaryDirectory() as folder, mock.patch("scanner.engine.Pool", InlinePool):
        words = ["--inventory", f"sqlite:///{folder}/bench.db", "--key-file", f"{folder}/bench.key", "--quiet"]
        with contextlib.redirect_stdout(None):
            code = cli([*words, "scan", str(path), "--workers", "1"], standalone_mode=False)
    assert not code, f"the scan ended with {code}"


def stage_shares(path: str, warm: str) -> dict[str, float]:
    """Say where the CPU time of a scan goes; what is loaded once is loaded by scanning another file before."""
    scan_here(Path(warm))
    sampler = Sampler()
    with sampler.watching():
        scan_here(Path(path))
    return sampler.shares()
