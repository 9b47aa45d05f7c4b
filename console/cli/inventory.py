"""`recense inventory`: the data inventory of a client, as a document."""

from __future__ import annotations

import click

from console.app import App
from console.documents import FORM, LANG, particulars, write
from detectors.redact import mask_name
from reports.data_inventory import collect
from scanner.ownership import rule_for


@click.command("inventory", epilog="Example: recense inventory --client alice --lang fr -o alice.html")
@click.option("--client", metavar="C", help="Of this client; of all of them by default.")
@LANG
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write to a file.")
@FORM
@click.pass_obj
def command(app: App, client: str | None, lang: str, output: str | None, form: str | None) -> None:
    """Write the data inventory of a client: what is held, where, for what, and what could not be read.

    The file's suffix chooses the format, unless --format does: html, pdf, json, csv, parquet or a table as text.
    """
    rule = rule_for(client or "", app.settings.scan.clients)
    with app.open() as inventory:
        shown = mask_name(client) if client is not None else None
        inventory.audit.append("export", {"document": "inventory", "client": shown, "lang": lang})
        document = collect(inventory, shown, particulars(rule.contact, rule.mandate))
    write(document, form, lang, output)
