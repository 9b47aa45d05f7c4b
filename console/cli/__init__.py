"""The command line: one command a file, imported when it is called, so that `--help` starts at once."""

from __future__ import annotations

from importlib import import_module

import click

from console.app import App
from console.failures import run

COMMANDS = {
    "scan": ("scan", "Scan targets, or every source in the settings."),
    "findings": ("findings", "List what was found: one row for each asset, field and entity."),
    "coverage": ("coverage", "List every asset met, also those that could not be read, and why."),
    "exposure": ("exposure", "Tell for a breach: kinds of data, persons, countries, what was unread."),
    "inventory": ("inventory", "Write the data inventory of a client."),
    "locate": ("locate", "Find every record that holds an identifier."),
    "client": ("client", "List clients, or forget one."),
    "review": ("review", "Dismiss or confirm a finding."),
    "sources": ("sources", "Say what may be read in each source, and the least rights that do."),
    "schedule": ("schedule", "Run scans when they are due, and show the next ones."),
    "audit": ("audit", "Show or verify the audit trail."),
    "init": ("init", "Write a commented recense.toml for a host."),
}
"""Command to (module in this package, one line of help), in the order of the help."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called and lists all without."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 likewise
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"console.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 likewise
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: recense scan /home/alice && recense findings --client alice",
)
@click.option("--config", metavar="FILE", envvar="RECENSE_CONFIG", help="Settings; recense.toml here by default.")
@click.option(
    "--inventory", metavar="URL", envvar="RECENSE_INVENTORY", help="The inventory; sqlite:///recense.db by default."
)
@click.option(
    "--key-file", metavar="FILE", envvar="RECENSE_KEY_FILE", help="The master key; beside the inventory by default."
)
@click.option("--actor", metavar="NAME", envvar="RECENSE_ACTOR", help="Who asks, for the audit trail.")
@click.option("--quiet", is_flag=True, help="No progress, no hints; errors are still told.")
@click.option("--verbose", is_flag=True, help="Say more about errors (never a value from the data).")
@click.version_option(package_name="recense", prog_name="recense")
@click.pass_context
def cli(ctx: click.Context, /, **options: object) -> None:
    """Take the census of personal data in hosted databases and files.

    recense reads every row, keeps an inventory of where personal data lies without keeping the data, says what it
    could not read, and finds a person in milliseconds.
    """
    ctx.obj = App(**options)  # type: ignore[arg-type]  # click gives each option by its name


def main() -> None:
    """Run the program; the exit code is that of the contract."""
    run(cli)
