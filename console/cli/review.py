"""`recense review`: a person's verdict on a finding."""

from __future__ import annotations

from dataclasses import asdict

import click

from console.app import App
from console.show import format_option, show, show_json
from detectors.redact import redact

_COLUMNS = {
    "id": "id",
    "asset": "asset",
    "field": "field",
    "entity": "entity",
    "confidence": "confidence",
    "status": "status",
}
_VERDICTS = {"dismiss": "dismissed", "confirm": "confirmed", "undo": "open"}


@click.command("review", epilog="Example: recense review dismiss 12 --reason 'order numbers, not cards'")
@click.argument("verdict", type=click.Choice(list(_VERDICTS)))
@click.argument("finding")
@click.option("--reason", metavar="TEXT", default="", help="Why; kept encrypted with the verdict.")
@format_option()
@click.pass_obj
def command(app: App, verdict: str, finding: str, reason: str, form: str) -> None:
    """Dismiss or confirm a FINDING (its id), or undo that; the verdict is kept over rescans."""
    with app.open() as inventory:
        inventory.audit.append("review", {"finding": redact(finding), "verdict": _VERDICTS[verdict]})
        found = inventory.review(finding, _VERDICTS[verdict], reason)
    if form == "json":
        show_json(asdict(found))
    else:
        show([asdict(found)], form, _COLUMNS, "")
