"""`recense findings`: what was found, one row for each asset, field and entity."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from console.app import App
from console.entities import check_entity
from console.show import format_option, plain, show, varying
from inventory.model import Finding, Places
from reports.safety import visible

_COLUMNS = {
    "id": "id",
    "client": "client",
    "source": "source",
    "asset": "asset",
    "field": "field",
    "entity": "entity",
    "count": "count",
    "distinct": "distinct",
    "confidence": "confidence",
    "risk": "risk",
    "samples": "sample",
    "status": "status",
}
_MORE = {
    key: key for key in ("rows_scanned", "score", "category", "places", "rule", "evidence", "first_seen", "last_seen")
}
"""Columns that a table has no room for."""
_PLACES = 100
"""Places of a finding that are shown at most."""
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
    of each verdict stand in the JSON output. With --asset, codes, dates and passwords in free text are shown with their
    places, for they cannot be looked up.
    """
    with app.open() as inventory:
        check_entity(entity, app.settings.scan.detect)
        app.warn_of_unknown_client(inventory, client)
        found = inventory.findings(client=client, entity=entity, asset=asset)
        placed = {
            finding.id: places
            for finding in found
            if asset is not None and not finding.distinct and (places := inventory.places(finding, _PLACES)).number
        }
    rows = [_row(finding, placed.get(finding.id)) for finding in found]
    if form == "table":
        rows = [{**row, "samples": row["samples"][:1]} for row in rows]
        same = ("client", "source") if any(row["status"] != "open" for row in rows) else ("client", "source", "status")
        show(rows, form, varying(rows, _COLUMNS, *same), _EMPTY)
        for finding in found:
            if finding.id in placed:
                _show_places(finding, placed[finding.id])
    else:
        show(rows, form, _COLUMNS | _MORE, _EMPTY)


def _row(finding: Finding, places: Places | None) -> dict[str, Any]:
    row = {**asdict(finding), "score": round(finding.score, 3)}
    return row if places is None else row | {"located": places.number, "locators": list(places.locators)}


def _show_places(finding: Finding, places: Places) -> None:
    shown = ", ".join(plain(locator) for locator in places.locators)
    more = places.number - len(places.locators)
    rest = f", and {more:,} more" if more else ""
    click.echo(visible(f"{finding.entity} in {finding.asset}, {finding.field}: {shown}{rest}"))
