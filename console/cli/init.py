"""`recense init`: a commented recense.toml for a host."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from console.app import App


@click.command("init", epilog="Example: recense init /etc/recense.toml")
@click.argument("path", metavar="[FILE]", default="recense.toml", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def command(app: App, path: Path) -> None:
    """Write a commented recense.toml for a host, with the strict policy on; an existing file is never touched."""
    text = files("console").joinpath("templates/recense.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.UsageError(f"{path} is there already; name another file, or move it away") from None
    app.say(f"wrote {path}; fill in the sources, then run: recense sources check")
