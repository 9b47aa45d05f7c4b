"""A clock that tests move through a night, and scans that take as long as they are told."""

import io
import json
from datetime import UTC, datetime, timedelta

from inventory import clock as inventory_clock
from inventory.lock import alone
from inventory.recorder import Recorder
from inventory.store import Inventory
from scanner.clock import Clock
from scanner.entries import entries
from scanner.journal import Journal
from scanner.metrics import Board
from scanner.plan import info_of, source_name
from scanner.progress import Progress
from scanner.schedule import Scheduler
from scanner.settings import ScanSource, Settings
from scanner.summary import Summary
from scanner.targets import named
from scanner.turn import Setup


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Moved(Clock):
    """Waits in no time; what is planned happens when its moment is passed."""

    def __init__(self, at):
        self.at = utc(at)
        self._plans = []

    def now(self):
        return self.at

    def wait(self, seconds):
        self.move(timedelta(seconds=seconds))

    def wake(self):
        pass

    def plan(self, at, action):
        self._plans.append((utc(at), action))
        self._plans.sort(key=lambda plan: plan[0])

    def move(self, by):
        """Move on; gives up at the first plan on the way, as a real wait is ended by a signal."""
        then = self.at + by
        if self._plans and self._plans[0][0] <= then:
            moment, action = self._plans.pop(0)
            self.at = max(self.at, moment)
            action()
        else:
            self.at = then


class House:
    """An inventory, settings, and schedulers that come and go."""

    def __init__(self, folder, monkeypatch, at, *sources):
        self.folder = folder
        self.clock = Moved(at)
        monkeypatch.setattr(inventory_clock, "moment", self.clock.now)
        self.settings = Settings(tuple(sources))
        self.minutes = {source.name: 30 for source in sources}
        """How long a whole scan of each takes."""
        self.done = {}
        """Minutes of an unfinished scan that are behind it."""
        self.began = []
        self.out = io.StringIO()
        self.board = Board()
        self.open().close()

    def open(self):
        return Inventory(f"sqlite:///{self.folder}/recense.db", self.folder / "recense.key", create=True)

    def load(self):
        return Setup(self.settings, self.open)

    def scheduler(self, scan=None, load=None):
        return Scheduler(
            load or self.load, Journal(self.out, self.clock), self.clock, self.board, scan=scan or self.scan
        )

    def run(self, until, scheduler=None):
        """Let a scheduler work until a moment."""
        scheduler = scheduler or self.scheduler()
        self.clock.plan(until, scheduler.end)
        scheduler.run()
        return self.told()

    def scan(self, _setup, inventory, source, watcher, stop):
        """Take the time that a scan of a source takes, a minute a step, and tell the inventory as the engine does."""
        self.began.append((source.name, self.clock.at.isoformat()[5:16]))
        with alone(inventory.path):
            recorder = Recorder(inventory, mode="full", scope=source.name, nightly=True)
            recorder.source(source_name(named(source)), info_of(named(source)))
            summary, progress = Summary(recorder.scan_id), Progress()
            behind = self.done.get(source.name, 0)
            while behind < self.minutes[source.name] and not stop.is_set():
                self.clock.move(timedelta(minutes=1))
                behind, progress.rows = behind + 1, progress.rows + 100
                watcher.update(progress)
            stopped = behind < self.minutes[source.name]
            self.done[source.name] = behind if stopped else 0
            summary.rows = progress.rows
            summary.end(60.0, stopped=stopped)
            recorder.finish(summary.status)
        return summary

    def scan_by_hand(self, name, stop_after=None):
        """Scan as a person would, in another process."""

        class Stop:
            left = stop_after

            def is_set(self):
                return self.left is not None and self.left <= 0

            def update(self, _progress):
                self.left = None if self.left is None else self.left - 1

        stop = Stop()
        source = next(one for one in self.settings.sources if one.name == name)
        with self.open() as inventory:
            self.scan(None, inventory, source, stop, stop)
        self.began.pop()

    def told(self, event=None):
        """What the journal says, of one event or of all."""
        lines = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [line for line in lines if event in (None, line["event"])]

    def last(self, name):
        with self.open() as inventory:
            return entries(self.settings)[name].last(inventory)


def source(name, schedule="0 2 * * *", window=None, timezone="UTC", **more):
    return ScanSource(name, f"file:///srv/{name}", schedule=schedule, window=window, timezone=timezone, **more)
