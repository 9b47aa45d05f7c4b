"""`recense audit`: who did what, and whether the trail of it is whole."""

from __future__ import annotations

from dataclasses import asdict

import click

from console.app import App
from console.show import counted, format_option, show, show_json, varying

_COLUMNS = {
    "n": "line",
    "at": "at",
    "actor": "actor",
    "uid": "uid",
    "login": "login",
    "sudo_user": "sudo user",
    "action": "action",
    "detail": "detail",
}


@click.group("audit", epilog="Example: recense audit verify")
def command() -> None:
    """Show or verify the audit trail."""


@command.command("show", epilog="Example: recense audit show --format csv")
@format_option()
@click.pass_obj
def show_trail(app: App, form: str) -> None:
    """Show who scanned, looked up, exported, reviewed and forgot, the oldest first."""
    with app.open() as inventory:
        rows = [asdict(line) for line in inventory.audit.lines()]
    columns = varying(rows, _COLUMNS, "uid", "login", "sudo_user") if form == "table" else _COLUMNS
    show(rows, form, columns, "The trail is empty.")


@command.command("verify", epilog="Example: recense audit verify")
@format_option()
@click.pass_obj
def verify(app: App, form: str) -> None:
    """Check that no line of the trail was changed, cut or reordered; exit code 1 if one was."""
    with app.open() as inventory:
        lines = inventory.audit.verify()
    if form == "json":
        show_json({"status": "whole", "lines": lines})
    else:
        click.echo(f"The audit trail is whole: {counted(lines, 'line')}.")
