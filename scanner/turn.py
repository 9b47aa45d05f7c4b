"""A source's turn: one scan of it, with an eye on the clock and on whoever asks for an end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from inventory.errors import BusyError
from inventory.lock import held
from inventory.store import Inventory
from scanner.clock import Clock
from scanner.due import Due, Timetable
from scanner.engine import Engine
from scanner.entries import Entry
from scanner.journal import Journal
from scanner.metrics import Board
from scanner.progress import Progress, Watcher
from scanner.settings import ScanOptions, ScanSource, Settings
from scanner.summary import Summary
from scanner.targets import resolve

_COUNTS = ("scanned", "unchanged", "skipped", "failed", "truncated", "rows", "bytes", "findings", "hints")


@dataclass(frozen=True)
class Setup:
    """What the scheduler works with until it reloads."""

    settings: Settings
    open: Callable[[], Inventory]
    """Opens the inventory, and makes it where it is not there yet."""
    workers: int = 1


Scan = Callable[[Setup, Inventory, ScanSource, Watcher, threading.Event], Summary]
"""Carries out one run: told what to scan into what, whom to tell of the progress, and what ends it."""


def scan_whole(
    setup: Setup, inventory: Inventory, source: ScanSource, watcher: Watcher, stop: threading.Event
) -> Summary:
    """Scan all of a source, or go on where its last run was interrupted."""
    settings = setup.settings
    options = ScanOptions(workers=setup.workers, nightly=True)
    engine = Engine(inventory, settings, options, watcher, stop)
    return engine.run(resolve([source.name], settings.sources, settings.bounds))


class Turn(Watcher):
    """One scan of a source.

    Args:
        entry: the source.
        table: when it may be read.
        clock: to go by.
        journal: told of beginning and end.
        board: shown to Prometheus.
        look_up: called amid the scan, many times a second.
    """

    def __init__(  # noqa: PLR0913, PLR0917 each is said once, by the scheduler
        self,
        entry: Entry,
        table: Timetable,
        clock: Clock,
        journal: Journal,
        board: Board,
        look_up: Callable[[], None],
    ) -> None:
        self.entry = entry
        self.stop = threading.Event()
        """Set it to end the scan at its next mark; safe in a signal's handler."""
        self._clock = clock
        self._journal = journal
        self._board = board
        self._look_up = look_up
        self._closes = table.closes(clock.now())
        self._before = replace(board.figures(entry.public), running=True, next=None)

    def take(self, setup: Setup, coming: Due, scan: Scan) -> Summary:
        """Scan.

        Raises:
            BusyError: another process is writing to the inventory.
        """
        with setup.open() as inventory:
            if held(inventory.path):
                raise BusyError(f"{inventory.path}: another process is writing to this inventory")
            self._begin(coming)
            try:
                summary = scan(setup, inventory, self.entry.source, self, self.stop)
                self._put(self._before.rows + summary.rows, self._before.size + summary.bytes)
            finally:
                figures = self._board.figures(self.entry.public)
                self._board.put(self.entry.public, replace(figures, running=False))
        self._board.put(self.entry.public, self._board.figures(self.entry.public).counted(summary.status))
        self._end(summary)
        return summary

    def keep_to(self, table: Timetable | None) -> None:
        """Go by another timetable from now on; None: end, since the source is no longer scheduled."""
        if table is None:
            self._stop("no_longer_scheduled")
        else:
            self._closes = table.closes(self._clock.now())

    def update(self, progress: Progress) -> None:
        """Look up: the window may end, a signal may have come."""
        self._look_up()
        self._put(self._before.rows + progress.rows, self._before.size + progress.size)
        if self._closes is not None and self._clock.now() >= self._closes:
            self._stop("window_ended")

    def _put(self, rows: int, size: int) -> None:
        self._board.put(self.entry.public, replace(self._before, rows=rows, size=size))

    def _stop(self, why: str) -> None:
        if not self.stop.is_set():
            self.stop.set()
            self._journal.info(why, source=self.entry.public)

    def _begin(self, coming: Due) -> None:
        self._board.put(self.entry.public, self._before)
        late = max(0.0, (self._clock.now() - coming.planned).total_seconds())
        ends = None if self._closes is None else self._closes.isoformat()
        self._journal.info(
            "scan_began", source=self.entry.public, why=coming.why, late_seconds=round(late), window_ends=ends
        )

    def _end(self, summary: Summary) -> None:
        write = self._journal.info if summary.status in ("complete", "interrupted") else self._journal.warning
        write(
            "scan_ended",
            source=self.entry.public,
            scan=summary.scan_id,
            status=summary.status,
            **{name: getattr(summary, name) for name in _COUNTS},
            seconds=round(summary.seconds, 3),
            errors=list(summary.errors),
        )
