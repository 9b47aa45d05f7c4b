"""`recense sources`: what may be read where, and the least rights that do."""

from __future__ import annotations

from contextlib import suppress

import click

from connectors.errors import ConnectorError
from connectors.registry import open_source
from console.app import App
from console.entities import check_detection
from console.failures import DONE, FAILED, PARTLY
from console.show import format_option, show, varying
from detectors.redact import mask_name
from scanner.targets import Target, resolve

_COLUMNS = {"source": "source", "subject": "subject", "level": "level", "message": "message"}


@click.group("sources", epilog="Example: recense sources check")
def command() -> None:
    """Say what may be read in each source, and the least rights that do."""


@command.command("check", epilog="Example: recense sources check postgresql://scanner@db1/")
@click.argument("targets", metavar="[TARGET…]", nargs=-1)
@format_option()
@click.pass_context
def check(ctx: click.Context, targets: tuple[str, ...], form: str) -> None:
    """Connect to each source and say what may be read, what a scan will miss, and which rights go beyond its need.

    The smallest GRANTs that let a scan read everything follow (in JSON and CSV as rows of the level `grant`). Exit
    code 1 if a source cannot be opened, 3 if a scan would miss something.
    """
    app: App = ctx.obj
    rows: list[dict[str, object]] = []
    grants: dict[str, list[str]] = {}
    check_detection(app.settings.scan.detect)
    for target in resolve(targets, app.settings.scan.sources, app.settings.scan.bounds):
        rows += _check(target, grants)
    if form == "table":
        show(rows, form, varying(rows, _COLUMNS, "source"), "No source.")
        _show_grants(grants)
    else:
        needed: list[dict[str, object]] = [
            {"source": name, "subject": name, "level": "grant", "message": statement}
            for name, statements in grants.items()
            for statement in statements
        ]
        show(rows + needed, form, _COLUMNS, "")
    missing = PARTLY if any(row["level"] == "error" for row in rows) else DONE
    ctx.exit(FAILED if any(row["level"] == "error" and row["subject"] == row["source"] for row in rows) else missing)


def _check(target: Target, grants: dict[str, list[str]]) -> list[dict[str, object]]:
    name = target.source.name
    rows: list[dict[str, object]] = []
    with open_source(target.spec) as source:
        try:
            for right in source.check():
                subject = mask_name(right.subject)
                message = right.message.replace(right.subject, subject)
                rows.append({"source": name, "subject": subject, "level": right.level, "message": message})
        except ConnectorError as error:
            rows.append({"source": name, "subject": name, "level": "error", "message": str(error)})
        with suppress(ConnectorError):  # told above already
            grants[name] = list(source.grants())
    return rows


def _show_grants(grants: dict[str, list[str]]) -> None:
    from reports.safety import visible  # noqa: PLC0415 JSON and CSV do without

    for name, statements in grants.items():
        if statements:
            click.echo(f"The least that a scan of {visible(name)} needs, run by an administrator:")
            for statement in statements:
                click.echo(f"  {visible(statement)}")
