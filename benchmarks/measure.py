"""Time and memory of what is measured: in this process, of its children, and of a whole tree of processes."""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROUNDS, ENOUGH = 3, 2.0
"""Rounds of which the best counts, and seconds after which no further one is begun."""


@dataclass(frozen=True)
class Taken:
    """What a run took, in seconds."""

    cpu: float
    """Of this process and of its children, those that ended meanwhile and those that run on."""
    wall: float
    found: int
    """What the run gave: its matches."""


def best(run: Callable[[], int]) -> Taken:
    """Run something several times, or once where that takes long; the round with the least CPU counts."""
    rounds: list[Taken] = []
    began = time.perf_counter()
    while not rounds or (len(rounds) < ROUNDS and time.perf_counter() - began < ENOUGH):
        rounds.append(timed(run))
    return min(rounds, key=lambda one: one.cpu)


def timed(run: Callable[[], int]) -> Taken:
    """Run something once."""
    cpu, wall = _cpu(), time.perf_counter()
    found = run()
    return Taken(_cpu() - cpu, time.perf_counter() - wall, found)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(map(_clock, _tree(os.getpid())[1:]))
    return time.process_time() + children.ru_utime + children.ru_stime + living


def _clock(pid: int) -> float:
    """Give the CPU seconds of a process that runs."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the number that clock_getcpuclockid(3) gives on Linux
    except OSError:  # it has just ended
        return 0.0


def one_core() -> None:
    """Keep this process and its children on one core, the last that it may use."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def apart(work: Callable[..., T], *words: Any) -> T:
    """Do a piece of work in a new process, so that what it imports and keeps slows nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, words)


@dataclass
class Program:
    """A program that ran to its end."""

    wall: float
    cpu: float
    """Of the whole tree."""
    code: int
    out: str
    peaks: dict[str, int] = field(default_factory=dict)
    """Peak resident bytes: `parent`, `worker` (the largest), `all` (what the living had together at one time)."""


def run_program(command: Sequence[str], environment: dict[str, str] | None = None) -> Program:
    """Run a program and look at its tree of processes 50 times a second."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as run:
        peaks: dict[int, int] = {}
        together: list[int] = [0]
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(run.pid, peaks, together, ended))
        watch.start()
        out, _ = run.communicate()
        wall = time.perf_counter() - began
        ended.set()
        watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    workers = [peak for pid, peak in peaks.items() if pid != run.pid]
    sums = {"parent": peaks.get(run.pid, 0), "worker": max(workers, default=0), "all": max(together)}
    return Program(wall, cpu, run.returncode, out, sums)


def _watch(root: int, peaks: dict[int, int], together: list[int], ended: threading.Event) -> None:
    while not ended.wait(0.02):
        total = 0
        for pid in _tree(root):
            status = _read(Path(f"/proc/{pid}/status"))
            # VmHWM is the kernel's own high-water mark: only what rises after the last look is missed
            peaks[pid] = max(peaks.get(pid, 0), _bytes("VmHWM", status))
            total += _bytes("VmRSS", status)
        together[0] = max(together[0], total)


def _bytes(name: str, status: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _tree(root: int) -> list[int]:
    pids = [root]
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            pids += map(int, _read(task).split())
    return pids


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has just ended
        return ""
