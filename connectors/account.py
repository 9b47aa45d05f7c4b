"""The account that a scan runs as, for the commands that give it rights to files."""

from __future__ import annotations

import os
import pwd

STAND_IN = "recense"
"""Stands in commands where root asks for them: nothing of a scan needs root."""
_NOTE = f"# {STAND_IN} stands for the account that is to run scans: make it, or write another's name in its place."


def account() -> tuple[str, list[str]]:
    """Name the account that runs this, by its number where the system knows no name for it.

    Returns:
        the name as `setfacl` takes it, and lines to say before the commands that use it.
    """
    running = os.geteuid()
    if not running:
        return STAND_IN, [_NOTE]
    try:
        return pwd.getpwuid(running).pw_name, []
    except KeyError:
        return str(running), []
