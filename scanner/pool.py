"""Workers as processes: one executor of one process each, so that a chunk stays with the worker that began it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from scanner.tasks import Result, Task
from scanner.work import run

STOPPING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""Signals that a terminal or a service manager sends to parent and workers alike."""


class Pool:
    """A fixed number of slots; each runs one handful of tasks at a time."""

    def __init__(self, slots: int) -> None:
        self._executors: list[Executor] = [_executor() for _ in range(slots)]
        self._workers = list(range(slots))
        """Numbers of the workers that the slots have now."""

    def __len__(self) -> int:
        return len(self._executors)

    def submit(self, slot: int, tasks: Sequence[Task]) -> tuple[Future[list[Result]], int]:
        """Hand tasks to a slot, behind those that it has; a worker that died before is replaced.

        Returns:
            their future, and the number of the worker that has it.
        """
        with _deaf():
            try:
                return self._executors[slot].submit(run, tasks), self._workers[slot]
            except BrokenProcessPool:
                self.renew(slot, self._workers[slot])
                return self._executors[slot].submit(run, tasks), self._workers[slot]

    def renew(self, slot: int, worker: int) -> None:
        """Replace a slot's worker, if it still is the one with this number: all its tasks break at once."""
        if self._workers[slot] == worker:
            self._executors[slot].shutdown(wait=False, cancel_futures=True)
            self._executors[slot] = _executor()
            self._workers[slot] = max(self._workers) + 1

    def close(self) -> None:
        """End all workers, once their running task is done."""
        for executor in self._executors:
            executor.shutdown(wait=True, cancel_futures=True)

    def kill(self) -> None:
        """End all workers at once."""
        for executor in self._executors:
            for process in list((getattr(executor, "_processes", None) or {}).values()):
                process.kill()
            executor.shutdown(wait=False, cancel_futures=True)


def _executor() -> Executor:
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
    )


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back while a process may be started: it inherits that, and so never dies half-way into its start."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    """Prepare a worker: to stop is the parent's business, and a worker without a parent ends."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    # a crash must leave no core file: it would hold what was being read
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def first_done(futures: list[Future[list[Result]]], seconds: float) -> set[Future[list[Result]]]:
    """Wait until one of some tasks is done, or so long."""
    return wait(futures, timeout=seconds, return_when="FIRST_COMPLETED").done
