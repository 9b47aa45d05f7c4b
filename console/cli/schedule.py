"""`recense schedule`: runs scans when they are due, and shows the next ones."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.app import App, cores
from console.entities import check_detection
from console.show import format_option, show
from inventory.database import database_path
from inventory.lock import held
from scanner.due import due
from scanner.entries import Entry, entries
from scanner.errors import SettingsError

if TYPE_CHECKING:
    from inventory.runs import LastRun
    from scanner.schedule import Scheduler
    from scanner.turn import Setup

_COLUMNS = {
    "source": "source",
    "next": "next",
    "why": "why",
    "window": "window",
    "timezone": "time zone",
    "last_started": "last began",
    "last_finished": "last ended",
    "last_status": "last status",
}


@click.group("schedule", epilog="Example: recense schedule next")
def command() -> None:
    """Run scans when they are due, and show the next ones.

    Each [[source]] with a `schedule` in the settings is scanned when its cron line says so, inside of its `window`.
    """


@command.command("run", epilog="Example: recense schedule run --metrics-file /var/lib/node_exporter/recense.prom")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that read and detect; one for each core.")
@click.option("--metrics-file", metavar="FILE", help="Write metrics for Prometheus to this file (*.prom).")
@click.option("--metrics-address", metavar="HOST:PORT", help="Serve metrics over HTTP, say at 127.0.0.1:9464.")
@click.pass_obj
def run(app: App, workers: int | None, metrics_file: str | None, metrics_address: str | None) -> None:
    """Run scans when they are due, one at a time, until SIGTERM; a running scan then stops at its next mark.

    SIGHUP reads the settings anew. What was missed is caught up once, what was interrupted goes on. Events go to
    stderr, a line of JSON each.
    """
    from scanner.clock import Clock  # noqa: PLC0415 `next` needs neither Prometheus nor the engine
    from scanner.journal import Journal  # noqa: PLC0415
    from scanner.metrics import Board, serve, write  # noqa: PLC0415
    from scanner.schedule import Scheduler  # noqa: PLC0415

    clock, board = Clock(), Board()
    journal = Journal(sys.stderr, clock)
    if not any(source.schedule for source in app.settings.scan.sources):
        raise SettingsError("nothing to run: no [[source]] in the settings has a `schedule`")

    def load() -> Setup:
        return _setup(app, workers or cores())

    def publish(shown: Board) -> None:
        if metrics_file is not None:
            write(shown, Path(metrics_file))

    if metrics_address is not None:
        journal.info("metrics_served", port=serve(board, metrics_address), address=metrics_address)
    scheduler = Scheduler(load, journal, clock, board, publish)
    with _signals(scheduler):
        scheduler.run()


def _setup(app: App, workers: int) -> Setup:
    from scanner.turn import Setup  # noqa: PLC0415 likewise

    fresh = replace(app, quiet=True)  # one of its own reads the settings anew, and lines of JSON are all that is said
    check_detection(fresh.settings.scan.detect)
    return Setup(fresh.settings.scan, lambda: fresh.open(create=True), workers)


@contextmanager
def _signals(scheduler: Scheduler) -> Iterator[None]:
    """Let signals speak to the scheduler; a second one that asks for an end does not wait for the mark."""
    asked: list[int] = []

    def on_end(number: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        scheduler.end()

    def on_hangup(_number: int, _frame: object) -> None:
        scheduler.reload()

    handlers = {signal.SIGTERM: on_end, signal.SIGINT: on_end, signal.SIGHUP: on_hangup}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@command.command("next", epilog="Example: recense schedule next --format json")
@format_option()
@click.pass_obj
def following(app: App, form: str) -> None:
    """Show when each source is scanned next, in its own time zone, and how its last scan ended.

    `why` says what the next run is: scheduled; first, of a source that was never scanned; missed, and caught up;
    interrupted, and going on.
    """
    found = entries(app.settings.scan)
    path = database_path(app.url)
    if path.exists():
        with app.open() as inventory:
            last = {name: entry.last(inventory) for name, entry in found.items()}
    else:
        last = dict.fromkeys(found)
    busy = held(path)
    rows = [_row(entry, last[name], busy=busy) for name, entry in found.items()]
    show(sorted(rows, key=lambda row: str(row["next"] or "9")), form, _COLUMNS, "No source in the settings.")


def _row(entry: Entry, last: LastRun | None, *, busy: bool) -> dict[str, object]:
    from scanner.window import zone_of  # noqa: PLC0415 likewise

    zone = zone_of(entry.source.timezone)

    def local(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")

    status = last.status if last is not None else None
    if status == "running" and not busy:
        status = "interrupted"  # it was killed
    running = status == "running"
    coming = None if entry.table is None or running else due(entry.table, last, datetime.now(UTC))
    return {
        "source": entry.public,
        "next": local(coming.at) if coming else None,
        "why": coming.why if coming else "running" if running else "no schedule",
        "schedule": entry.source.schedule,
        "window": entry.source.window,
        "timezone": str(zone),
        "last_started": local(last.started) if last is not None else None,
        "last_finished": local(last.finished) if last is not None else None,
        "last_status": status,
    }
