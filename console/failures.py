"""From what went wrong to one line on stderr and the contract's exit code."""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, USAGE, PARTLY, INTERRUPTED = 0, 1, 2, 3, 130


def run(command: click.Command, args: Sequence[str] | None = None) -> None:
    """Run a command and leave the process with its exit code; nothing but this ends in a traceback."""
    try:
        code = command.main(args=args, prog_name="recense", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has gone; python would complain once more when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("recense: interrupted\n")
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.exceptions.Exit as done:
        code = done.exit_code
    except Exception as error:  # noqa: BLE001 an error's message might quote data, so no traceback is ever shown
        code = tell(error, verbose="--verbose" in sys.argv)
    sys.exit(code if isinstance(code, int) else DONE)


def tell(error: Exception, *, verbose: bool) -> int:
    """Write one line about an error and give the exit code."""
    from scanner.errors import stack, where_from  # noqa: PLC0415 only where something went wrong

    known = _known(error)
    if known is None:
        sys.stderr.write(f"recense: internal error, {where_from(error)}; please report this\n")
        if verbose:
            sys.stderr.writelines(f"  {line}\n" for line in stack(error))
        return FAILED
    from reports.safety import visible  # noqa: PLC0415 only where something went wrong

    sys.stderr.write(f"recense: {visible(str(error))}\n")
    return known


def _known(error: Exception) -> int | None:
    """Give the exit code of an error of ours, None for any other."""
    from importlib import import_module  # noqa: PLC0415 only where something went wrong

    for code, module, names in (
        (USAGE, "connectors.errors", ("TargetError",)),
        (FAILED, "connectors.errors", ("ConnectorError",)),
        (USAGE, "detectors.interface", ("DetectorError",)),
        (FAILED, "inventory.errors", ("InventoryError",)),
        (USAGE, "scanner.errors", ("SettingsError",)),
        (FAILED, "scanner.errors", ("ScannerError",)),
        (USAGE, "subjects.errors", ("PolicyError",)),
        (FAILED, "subjects.errors", ("SubjectError",)),
        (FAILED, "reports.interface", ("ReportError",)),
    ):
        if module.partition(".")[0] in {base.__module__.partition(".")[0] for base in type(error).__mro__}:
            classes = tuple(getattr(import_module(module), name) for name in names)
            if isinstance(error, classes):
                return code
    return _system_error(error)


def _system_error(error: Exception) -> int | None:
    return FAILED if isinstance(error, OSError | sqlite3.Error) else None
