"""`recense coverage`: every asset met, read or not, and why."""

from __future__ import annotations

from dataclasses import asdict

import click

from console.app import App
from console.show import format_option, show, varying
from detectors import models

_COLUMNS = {
    "client": "client",
    "source": "source",
    "asset": "asset",
    "kind": "kind",
    "status": "status",
    "reason": "reason",
    "rows": "rows",
    "bytes": "bytes",
    "seconds": "seconds",
}
_STATUSES = ["scanned", "unchanged", "skipped", "failed", "truncated"]


@click.command("coverage", epilog="Example: recense coverage --client alice --status failed")
@click.option("--client", metavar="C", help="Of this client only.")
@click.option("--status", type=click.Choice(_STATUSES), help="Of this status only.")
@format_option()
@click.pass_obj
def command(app: App, client: str | None, status: str | None, form: str) -> None:
    """List every asset met by the latest scan of each source, also those that could not be read, and why."""
    with app.open() as inventory:
        app.warn_of_unknown_client(inventory, client)
        rows = [asdict(line) for line in inventory.coverage(client=client, status=status)]
        met = {row["source"] for row in rows}
        unsearched = sorted({one.unsearched for one in inventory.sources() if one.name in met} - {""})
    columns = (
        varying(rows, _COLUMNS, "client", "source", "reason") if form == "table" else _COLUMNS | {"cause": "cause"}
    )
    show(rows, form, columns, "No asset; `recense scan` reads some.")
    for why in unsearched:
        app.say(models.SENTENCES.get(why, why))
