"""`recense findings`: what was found, one row for each asset, field and entity."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from console.app import App
from console.show import format_option, show
from inventory.model import Finding

_COLUMNS = {
    "id": "id",
    "client": "client",
    "source": "source",
    "asset": "asset",
    "field": "field",
    "entity": "entity",
    "count": "count",
    "distinct": "distinct",
    "rows_scanned": "rows",
    "confidence": "confidence",
    "score": "score",
    "samples": "sample",
    "status": "status",
}
_EMPTY = "Nothing was found; `recense coverage` says what was read."


@click.command(
    "findings", epilog="Example: recense findings --client alice --entity CREDIT_CARD --asset '*.orders' --format csv"
)
@click.option("--client", metavar="C", help="Of this client only.")
@click.option("--entity", metavar="E", help="Of this kind only, such as CREDIT_CARD or EMAIL_ADDRESS.")
@click.option("--asset", metavar="GLOB", help="In assets of such names only.")
@format_option()
@click.pass_obj
def command(app: App, client: str | None, entity: str | None, asset: str | None, form: str) -> None:
    """List what was found: one row for each asset, field and entity.

    `high` and `medium` confidence are claims; `low` is a hint for a person to look at. Samples are masked; the reasons
    of each verdict stand in the JSON output.
    """
    with app.open() as inventory:
        app.warn_of_unknown_client(inventory, client)
        rows = [_row(finding) for finding in inventory.findings(client=client, entity=entity, asset=asset)]
    if form == "table":
        rows = [{**row, "samples": row["samples"][:1]} for row in rows]
    show(rows, form, _COLUMNS if form == "csv" else _narrow(rows), _EMPTY)


def _row(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "score": round(finding.score, 3)}


def _narrow(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Leave out of a table what says the same in every row, the rows, and the score, whose word stands beside it."""
    alike = {key for key in ("client", "source", "status") if len({row[key] for row in rows}) <= 1}
    return {key: head for key, head in _COLUMNS.items() if key not in alike | {"score", "rows_scanned"}}
