"""`recense client`: the clients, and how one is forgotten."""

from __future__ import annotations

from dataclasses import asdict

import click

from console.app import App
from console.show import counted, format_option, show, show_json
from detectors.redact import mask_name

_COLUMNS = {"name": "client", "role": "role", "assets": "assets", "findings": "findings", "last_scan": "last scan"}


@click.group("client", epilog="Example: recense client list")
def command() -> None:
    """List clients, or forget one."""


@command.command("list", epilog="Example: recense client list --format json")
@format_option()
@click.pass_obj
def list_clients(app: App, form: str) -> None:
    """List the clients that the inventory knows."""
    with app.open() as inventory:
        rows = [asdict(client) for client in inventory.clients()]
    show(rows, form, _COLUMNS, "No client; `recense scan` meets some.")


@command.command("forget", epilog="Example: recense client forget alice --confirm")
@click.argument("client")
@click.option("--confirm", is_flag=True, help="Really do it; without it, only say what would go.")
@format_option()
@click.pass_obj
def forget(app: App, client: str, confirm: bool, form: str) -> None:
    """Delete what the inventory knows of a CLIENT and destroy its key.

    What lies in backups of the inventory goes with their expiry. The client's own data is not touched.
    """
    with app.open() as inventory:
        if not confirm and inventory.knows_client(client):
            known = next(one for one in inventory.clients() if one.name in (client, mask_name(client)))
            held = f"{counted(known.assets, 'asset')} and {counted(known.findings, 'finding')}"
            click.echo(f"{client}: {held} would be forgotten,")
            click.echo("and the key destroyed, for good. Add --confirm to do it.")
            return
        if inventory.knows_client(client):  # told before it is done: nobody is forgotten without a word
            inventory.audit.append("forget", {"client": mask_name(client)})
        gone = inventory.forget_client(client)
    if form == "json":
        show_json({"client": client, "forgotten": dict(gone)})
    else:
        held = f"{counted(gone['assets'], 'asset')} and {counted(gone['locations'], 'location')}"
        click.echo(f"{client}: forgotten; {held}, and the key.")
