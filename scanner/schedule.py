"""The scheduler: runs each source when it is due, one at a time, until it is told to end.

What it knows of the past is what the inventory knows, so that nothing is lost when it is down. The queue is the
standard library's `sched`; while a scan runs, it looks up between the engine's steps.
"""

from __future__ import annotations

import sched
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.errors import ConnectorError
from detectors.interface import DetectorError
from detectors.redact import redact
from inventory.errors import BusyError, InventoryError
from scanner.clock import Clock
from scanner.due import Due, due
from scanner.entries import Entry, entries
from scanner.errors import ScannerError, where_from
from scanner.journal import Journal
from scanner.metrics import Board, MetricsError
from scanner.turn import Scan, Setup, Turn, scan_whole

RETRY = timedelta(seconds=60)
"""When to try again where another process is writing to the inventory, or the inventory cannot be opened."""
BEAT = timedelta(seconds=60)
"""How often metrics are written at least."""
LONGEST_WAIT = 30.0
"""Seconds; the machine may sleep meanwhile, or its clock be set."""


class Scheduler:
    """Runs scans when they are due.

    Args:
        load: reads the settings; called at the beginning and for each reload.
        journal: told what happens.
        clock: to go by.
        board: shown to Prometheus.
        publish: writes the board somewhere, may be called often.
        scan: carries out one run.
    """

    def __init__(  # noqa: PLR0913, PLR0917 each can be another in a test
        self,
        load: Callable[[], Setup],
        journal: Journal,
        clock: Clock,
        board: Board | None = None,
        publish: Callable[[Board], None] = lambda _board: None,
        scan: Scan = scan_whole,
    ) -> None:
        self._load = load
        self._journal = journal
        self._clock = clock
        self._board = board or Board()
        self._publish = publish
        self._scan = scan
        self._events = sched.scheduler(lambda: self._clock.now().timestamp(), self._wait)
        self._planned: dict[str, sched.Event] = {}
        self._resting: dict[str, datetime] = {}
        """When a source's run last broke, or was interrupted by a person."""
        self._own: set[int] = set()
        """Runs that this scheduler carried out."""
        self._busy: set[str] = set()
        """Sources that wait for another process, which has been said."""
        self._ending = False
        self._reloading = False
        self._settings_good = True
        self._unpublished = False
        self._turn: Turn | None = None
        """The scan that is going on."""

    # what signals ask for

    def end(self) -> None:
        """Stop a running scan at its next mark, and come back from `run`; safe in a signal's handler."""
        self._ending = True
        if (turn := self._turn) is not None:
            turn.stop.set()
        self._clock.wake()

    def reload(self) -> None:
        """Read the settings anew, soon; safe in a signal's handler."""
        self._reloading = True
        self._clock.wake()

    # the queue

    def run(self) -> None:
        """Run scans until `end` is called.

        Raises:
            SettingsError, DetectorError: the settings are wrong.
            InventoryError: the inventory cannot be opened.
            MetricsError: the metrics cannot be written.
        """
        self._begun = self._beaten = self._clock.now()
        self._setup = self._load()
        self._entries = entries(self._setup.settings)
        with self._setup.open() as inventory:
            if inventory.made_key:
                self._journal.warning("key_made", file=str(inventory.key_file))
        self._publish(self._board)
        self._plan()
        self._journal.info("scheduler_started", sources=len(self._planned), next=self._next())
        self._events.enter(0, 0, self._beat)
        self._events.run()
        self._journal.info("scheduler_ended")

    def _wait(self, seconds: float) -> None:
        if not self._attend() and seconds > 0:
            self._clock.wait(min(seconds, LONGEST_WAIT))
            self._attend()

    def _attend(self) -> bool:
        """Do what a signal has asked for; says whether one has."""
        if self._ending:
            for event in self._events.queue:
                self._events.cancel(event)
            return True
        if self._reloading:
            self._reloading = False
            self._reload()
            return True
        return False

    def _beat(self) -> None:
        self._show()
        self._events.enterabs((self._clock.now() + BEAT).timestamp(), 0, self._beat)

    def _show(self) -> None:
        self._beaten = self._clock.now()
        self._board.beat(self._beaten, settings_good=self._settings_good)
        try:
            self._publish(self._board)
        except MetricsError as error:
            if not self._unpublished:
                self._journal.error("metrics_not_written", error=str(error))
            self._unpublished = True
        else:
            self._unpublished = False

    def _reload(self) -> None:
        try:
            setup = self._load()
            found = entries(setup.settings)
        except Exception as error:  # noqa: BLE001 whatever is wrong with the new settings, the old ones stand
            self._settings_good = False
            self._journal.error("settings_kept", error=_told(error))
            return
        self._setup, self._entries, self._settings_good = setup, found, True
        self._plan()
        self._journal.info("settings_reloaded", sources=len(self._planned), next=self._next())
        if self._turn is not None:
            entry = found.get(self._turn.entry.source.name)
            self._turn.keep_to(None if entry is None else entry.table)

    def _plan(self) -> None:
        """Put every source into the queue, by the settings and the inventory of now."""
        self._board.names([entry.public for entry in self._entries.values()])
        for name in list(self._planned):
            self._cancel(name)
        if not any(entry.table for entry in self._entries.values()):
            self._journal.warning("nothing_scheduled")
        for entry in self._entries.values():
            self._enter(entry)

    def _cancel(self, name: str) -> None:
        if (event := self._planned.pop(name, None)) is not None:
            with suppress(ValueError):  # it is no longer in the queue
                self._events.cancel(event)

    def _next(self) -> str | None:
        """Give when the first of the planned runs begins."""
        times = [event.time for event in self._planned.values()]
        return datetime.fromtimestamp(min(times), self._begun.tzinfo).isoformat() if times else None

    def _enter(self, entry: Entry, at: datetime | None = None) -> None:
        """Put a source into the queue: when it is due, or for another look at a time."""
        name = entry.source.name
        self._cancel(name)
        since = at = at or self._clock.now()
        try:
            coming = self._due(entry, count=True)
        except InventoryError as error:
            self._journal.error("inventory_not_read", source=entry.public, error=_told(error))
            since = at = at + RETRY
        else:
            if coming is None:
                return
            at, since = max(at, coming.at), coming.since
        if self._ending:
            return
        self._board.put(entry.public, replace(self._board.figures(entry.public), next=at))
        self._planned[name] = self._events.enterabs(at.timestamp(), int(since.timestamp()), self._begin, (name,))

    def _due(self, entry: Entry, *, count: bool) -> Due | None:
        """Say when a source's next run begins; with `count`, look also at what the inventory knows of it."""
        with self._setup.open() as inventory:
            last = entry.last(inventory)
            figures = replace(self._board.figures(entry.public), last=last, next=None)
            self._board.put(entry.public, replace(figures, tally=entry.tally(inventory)) if count else figures)
        if entry.table is None:
            return None
        name, stopped = entry.source.name, last.finished if last is not None and last.unfinished else None
        if stopped is not None and stopped > self._begun and last is not None and last.scan_id not in self._own:
            self._resting[name] = stopped
        return due(entry.table, last, self._clock.now(), self._resting.get(name))

    # a run

    def _begin(self, name: str) -> None:
        """Run a source if it still is due; others may have run it meanwhile, and its window may have ended."""
        entry = self._entries[name]
        self._planned.pop(name, None)
        if self._ending:
            return
        again: datetime | None = None
        try:
            coming = self._due(entry, count=False)
        except InventoryError:
            self._enter(entry)  # which says so, and tries again
            return
        try:
            if coming is None or coming.at > self._clock.now():
                self._busy.discard(name)
            else:
                self._run(entry, coming)
        except BusyError:
            again = self._clock.now() + RETRY
            if name not in self._busy:
                self._busy.add(name)
                self._journal.warning("inventory_busy", source=entry.public, retry_seconds=RETRY.total_seconds())
        except Exception as error:  # noqa: BLE001 one source that breaks must not end the others
            self._resting[name] = self._clock.now()
            self._journal.error("scan_failed", source=entry.public, error=_told(error))
        if name in self._entries:
            self._enter(self._entries[name], again)
        self._show()

    def _run(self, entry: Entry, coming: Due) -> None:
        if entry.table is None:
            return
        turn = Turn(entry, entry.table, self._clock, self._journal, self._board, self._look_up)
        self._turn = turn
        self._beaten -= BEAT  # so that the first look amid the scan shows that it runs
        if self._ending:  # a signal that came before there was a turn to stop
            turn.stop.set()
        try:
            summary = turn.take(self._setup, coming, self._scan)
        finally:
            self._turn = None
        self._busy.discard(entry.source.name)
        self._own.add(summary.scan_id)
        if summary.status == "interrupted" and not turn.stop.is_set():
            self._resting[entry.source.name] = self._clock.now()

    def _look_up(self) -> None:
        self._attend()
        if self._clock.now() - self._beaten >= BEAT:
            self._show()


def _told(error: Exception) -> str:
    """Say what went wrong; only messages of our own are known to quote no value."""
    ours = (ScannerError, InventoryError, ConnectorError, DetectorError)
    return redact(str(error)) if isinstance(error, ours) else where_from(error)
