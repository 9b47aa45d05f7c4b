"""`recense scan`: reads targets or every configured source, and keeps what was found."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from console.app import App, cores
from console.entities import check_detection
from console.failures import DONE, FAILED, INTERRUPTED, PARTLY
from console.progress import Display
from console.show import counted, format_option, show, show_json
from detectors import models
from detectors.redact import mask_name
from scanner.engine import Engine
from scanner.plan import Met, Plan, public_source
from scanner.settings import ScanOptions, Settings
from scanner.summary import Summary
from scanner.targets import Target, resolve
from scanner.window import parse_window, zone_of

_MB_PER_S = 5.0
"""What a worker reads and detects in a second, for a first guess at the time; measured on mixed tables."""


@click.command("scan", epilog="Example: recense scan /home/alice postgresql://scanner@db1/shop --workers 2")
@click.argument("targets", metavar="[TARGET…]", nargs=-1)
@click.option("--client", metavar="NAME", help="Only what belongs to this client.")
@click.option("--mode", type=click.Choice(["full", "sample"]), help="Read everything (the default), or a part.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that read and detect; one for each core.")
@click.option("--fresh", is_flag=True, help="Read unchanged assets again, and begin interrupted ones anew.")
@click.option("--dry-run", is_flag=True, help="Say what would be read; read nothing.")
@format_option()
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 the contract's options
    ctx: click.Context,
    targets: tuple[str, ...],
    client: str | None,
    mode: str | None,
    workers: int | None,
    fresh: bool,
    dry_run: bool,
    form: str,
) -> None:
    """Scan TARGETs: paths, URLs, or names from the settings; without any, every source in the settings.

    Reads everything unless told otherwise. An interrupted scan goes on where it stopped; unchanged assets are not read
    again. Exit code 3 says that something could not be read; `recense coverage` names it.
    """
    app: App = ctx.obj
    settings = app.settings.scan
    options = ScanOptions(client, mode, workers or cores(), fresh)
    check_detection(settings.detect)
    resolved = resolve(targets, settings.sources, settings.bounds)
    if dry_run:
        _dry_run(resolved, settings, options, form)
        return
    for outside in _outside(resolved):
        app.say(outside)
    with app.open(create=True) as inventory, Display.on(sys.stderr, quiet=app.quiet) as display, _stopper() as stop:
        summary = Engine(inventory, settings, options, display, stop).run(resolved)
        app.warn_of_unknown_client(inventory, client)
    _show(summary, form, models.state(settings.detect))
    if unsearched := models.unsearched(settings.detect):
        app.say(models.SENTENCES[unsearched])
    for error in summary.errors:
        app.tell(error)
    unread = summary.truncated + summary.failed
    if unread and summary.status != "failed":
        were = "asset was" if unread == 1 else "assets were"
        app.say(f"{unread:,} {were} not read, or not to the end; see: recense coverage")
    ctx.exit(_exit_code(summary))


def _outside(targets: list[Target]) -> list[str]:
    """Say which sources have a window that is not open: whoever scans by hand means now."""
    now, said = datetime.now(UTC), []
    for target in targets:
        if (text := target.source.window) is not None:
            window = parse_window(text, zone_of(target.source.timezone))
            if not window.span(now).holds(now):
                said.append(
                    f"{public_source(target)}: outside of its window {text} ({window.zone});"
                    " only scheduled runs keep to it, this one begins now"
                )
    return said


def _exit_code(summary: Summary) -> int:
    if summary.status == "interrupted":
        return INTERRUPTED
    return {"complete": DONE, "failed": FAILED}.get(summary.status, PARTLY)


def _show(summary: Summary, form: str, ner: str) -> None:
    row = {
        "scan_id": summary.scan_id,
        "status": "partial" if summary.status == "interrupted" else summary.status,
        "assets": {
            "scanned": summary.scanned,
            "unchanged": summary.unchanged,
            "skipped": summary.skipped,
            "failed": summary.failed,
        },
        "rows": summary.rows,
        "bytes": summary.bytes,
        "seconds": round(summary.seconds, 3),
        "findings": summary.findings,
        "hints": summary.hints,
        "ner": ner,
    }
    if form == "json":
        show_json(row)
    elif form == "csv":
        flat = {key: value for key, value in row.items() if key != "assets"} | dict(row["assets"])  # type: ignore[call-overload]
        show([flat], form, {key: key for key in flat}, "")
    else:
        click.echo(_sentence(summary))


def _sentence(summary: Summary) -> str:
    speed = summary.bytes / 1e6 / summary.seconds if summary.seconds else 0.0
    found = (
        f"{counted(summary.findings, 'finding')} and {counted(summary.hints, 'hint')} for a person to look at"
        if summary.hints
        else counted(summary.findings, "finding")
    )
    return (
        f"Scan {summary.scan_id} {summary.status}: {counted(summary.scanned, 'asset')} scanned,"
        f" {summary.unchanged:,} unchanged, {summary.skipped:,} skipped, {summary.failed:,} failed;"
        f" {counted(summary.rows, 'row')}, {summary.bytes / 1e6:,.1f} MB"
        f" in {summary.seconds:,.1f} s ({speed:,.1f} MB/s); {found}."
    )


@contextmanager
def _stopper() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C or SIGTERM sets; a second Ctrl-C ends at once."""
    stop = threading.Event()

    def on_signal(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        sys.stderr.write("\nrecense: stopping; what was read is kept, and the next scan goes on from there\n")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_DRY = {
    "client": "client",
    "source": "source",
    "assets": "assets",
    "left_out": "left out",
    "rows": "rows (estimate)",
    "bytes": "bytes",
    "seconds": "seconds (guess)",
}


def _dry_run(targets: list[Target], settings: Settings, options: ScanOptions, form: str) -> None:
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for target in targets:
        for met in Plan(target, settings, options).expected():
            empty = {
                "client": mask_name(met.client),
                "source": public_source(target),
                "assets": 0,
                "left_out": 0,
                "rows": 0,
                "bytes": 0,
            }
            row = rows.setdefault((met.client, target.source.name), empty)
            _count(row, met)
    for row in rows.values():
        row["seconds"] = round(float(str(row["bytes"])) / 1e6 / _MB_PER_S / options.workers, 1)
    show(list(rows.values()), form, _DRY, "Nothing would be read.")


def _count(row: dict[str, object], met: Met) -> None:
    asset = met.asset
    added = {"assets": int(asset is not None), "left_out": int(asset is None)}
    if asset is not None:
        added |= {"rows": asset.rows or 0, "bytes": asset.size or 0}
    for key, number in added.items():
        row[key] = int(str(row[key])) + number
