"""`recense exposure`: the breach sheet."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from console.app import App
from console.documents import FORM, LANG, particulars, write
from detectors.redact import redact
from reports.exposure import collect


@click.command(
    "exposure", epilog="Example: recense exposure --source sql7 --asset 'alice_*' --as-of 2026-11-20 --lang fr"
)
@click.option("--source", metavar="S", help="Of this source only.")
@click.option("--asset", metavar="GLOB", help="Of assets of such names only.")
@click.option("--as-of", metavar="TIME", help="As it was then (ISO 8601; a date alone means its end).")
@LANG
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write to a file.")
@FORM
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 the contract's options
    app: App, source: str | None, asset: str | None, as_of: str | None, lang: str, output: str | None, form: str | None
) -> None:
    """Tell what would be in the wrong hands: kinds of data, persons, records, clients, countries, what was unread."""
    with app.open() as inventory:
        document = collect(inventory, particulars(), source, asset, _moment(as_of))
        scope = {"source": redact(source or ""), "asset": redact(asset or ""), "as_of": as_of}
        inventory.audit.append("export", {"document": "exposure", **scope})
    write(document, form, lang, output)


def _moment(text: str | None) -> str | None:
    """Turn a time into the inventory's notation (UTC); local where it names no zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no ISO 8601 time; write 2026-11-20 or 2026-11-20T14:30", param_hint="--as-of"
        ) from None
    if len(text) <= len("2026-11-20"):
        moment = datetime.combine(moment.date(), time.max)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
