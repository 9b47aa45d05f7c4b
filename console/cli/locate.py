"""`recense locate`: every record that holds an identifier."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from console.app import App
from console.show import counted, format_option, show, show_json, varying
from detectors import registry
from subjects.locate import Located, demand_reason, identify, locate

_COLUMNS = {
    "identifier": "identifier",
    "client": "client",
    "source": "source",
    "region": "region",
    "asset": "asset",
    "field": "field",
    "entity": "entity",
    "locator": "locator",
    "ambiguous": "ambiguous",
    "last_seen": "last seen",
}
_OPTIONAL = ("identifier", "client", "source", "region", "entity", "ambiguous")
"""Columns that a table leaves out where they say the same in every row."""


@click.command("locate", epilog="Example: recense locate jane@example.org '+41 44 668 18 00' --client alice")
@click.argument("identifiers", metavar="IDENTIFIER…", nargs=-1, required=True)
@click.option("--client", metavar="C", help="With this client only.")
@click.option("--entity", metavar="E", help="What the identifiers are, where bare digits leave it open.")
@click.option("--live", is_flag=True, help="Read each record again, and say whether it still holds the identifier.")
@click.option("--all-clients", is_flag=True, help="Over all clients; a strict policy demands it, with a reason.")
@click.option("--reason", metavar="TEXT", help="Why; kept in the audit trail.")
@format_option()
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 the contract's options
    app: App,
    identifiers: tuple[str, ...],
    client: str | None,
    entity: str | None,
    live: bool,
    all_clients: bool,
    reason: str | None,
    form: str,
) -> None:
    """Find every record that holds any of the identifiers, in any notation.

    An identifier that is `-` reads them from standard input, a line each, so that none stands in the list of processes.
    Each look-up is kept in the audit trail, masked.
    """
    settings = app.settings.scan
    demand_reason(strict=settings.policy.strict, client=client, all_clients=all_clients, reason=reason)
    with app.open() as inventory:
        app.warn_of_unknown_client(inventory, client)
        texts = _texts(identifiers)
        asked = identify(inventory, texts, entity, settings.detect)
        configured = [one.name for one in settings.sources if client is None or one.client in (None, client)]
        located = locate(inventory, asked, client=client, reason=reason, configured=configured)
        records = _rows(located)
        if live:
            from subjects.live import look_again  # noqa: PLC0415 it reads the stores, and so loads Arrow

            for row, holds in zip(records, look_again(inventory, located, settings), strict=True):
                row["live"] = holds
    if form == "json":
        show_json(_answer(located, records))
        return
    columns = _COLUMNS | ({"live": "live"} if live else {})
    if form == "csv":
        show(records, form, columns, "")
        return
    show(records, form, varying(records, columns, *_OPTIONAL), "No record holds this.")
    if entity is None:
        _say_readings(app, texts, located)
    _say_gaps(located)


def _texts(identifiers: tuple[str, ...]) -> list[str]:
    texts: list[str] = []
    for text in identifiers:
        texts += [line.strip() for line in sys.stdin if line.strip()] if text == "-" else [text]
    if not texts:
        raise click.UsageError("no identifier came on standard input")
    return texts


def _rows(located: Located) -> list[dict[str, object]]:
    return [{key: value for key, value in asdict(record).items() if key != "slots"} for record in located.records]


def _answer(located: Located, records: list[dict[str, object]]) -> dict[str, object]:
    for row in records:
        if not row["ambiguous"]:
            del row["ambiguous"]
    return {
        "identifiers": [
            {"entity": one.entities[0], "masked": one.masked, "entities": one.entities} for one in located.identifiers
        ],
        "records": records,
        "coverage": {
            "complete": located.complete,
            "assets_not_read": located.assets_not_read,
            "assets_skipped": located.assets_skipped,
        },
    }


def _say_readings(app: App, texts: list[str], located: Located) -> None:
    """Where nothing holds an identifier, say what else it could be read as."""
    held = {record.identifier for record in located.records}
    for number, (text, one) in enumerate(zip(texts, located.identifiers, strict=True)):
        if number in held:
            continue
        others = [kind for kind in registry.readable_as(text, app.settings.scan.detect) if kind not in one.entities]
        if others:
            taken = " or ".join(one.entities)
            click.echo(f"{one.masked} was taken for {taken}; if it is {' or '.join(others)}, say so with --entity.")


def _say_gaps(located: Located) -> None:
    click.echo(f"{counted(len(located.records), 'record')} in what was read.")
    if not located.known:
        click.echo("This says nothing: no scan has met this client, or anything at all.")
    elif not located.complete:
        unread = counted(located.assets_not_read, "asset")
        click.echo(f"Not read: {unread} that may hold more; see `recense coverage --status failed`.")
    if located.assets_skipped:
        click.echo(f"Skipped: {counted(located.assets_skipped, 'asset')}; see `recense coverage --status skipped`.")
