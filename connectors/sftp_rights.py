"""What an account may do over SFTP: what a scan would miss, whether it could write, and the least that it needs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from itertools import islice

from connectors.account import STAND_IN
from connectors.errors import ReadError
from connectors.interface import Cause, Right
from connectors.paths import shown
from connectors.sftp_session import Session
from connectors.sftp_url import Target
from connectors.store import Entry

_LOOKED_AT = 10_000
_OPENED = 200
"""Files that are opened to see whether they can be; each takes two questions to the server."""
_NAMED = 20
_NOWHERE = b"recense-check/none"


def check_tree(session: Session, target: Target, root: bytes, met: Iterable[Entry]) -> Iterator[Right]:
    """Say what may be read below a root, and whether anything could be written.

    Args:
        session: to the server.
        target: the server and the account.
        root: absolute path.
        met: the walk below it.
    """
    name = target.name
    if target.user == "root":
        yield Right(name, "warning", "logs in as root, and nothing of a scan needs root; use an account of its own")
    if session.may_open_for_writing(root.rstrip(b"/") + b"/" + _NOWHERE):
        reason = "the server lets this account write what its rights allow; internal-sftp -R makes it read-only"
        yield Right(name, "warning", reason)
    denied, seen, opened = [], 0, 0
    for entry in islice(met, _LOOKED_AT):
        seen += 1
        if entry.error is not None:
            denied += [entry] if entry.error.cause is Cause.DENIED else []
        elif opened < _OPENED:
            opened += 1
            try:
                session.shut(session.open(root.rstrip(b"/") + b"/" + os.fsencode(entry.place["path"]))[0])
            except (OSError, ReadError):
                denied.append(entry)
    for entry in denied[:_NAMED]:
        what = "folder" if entry.folder else "file"
        yield Right(entry.name, "error", f"no right to read this {what}; see the commands for the least that gives it")
    if len(denied) > _NAMED:
        yield Right(".", "error", f"likewise {len(denied) - _NAMED:,} more")
    entries = "1 entry was" if seen == 1 else f"{seen:,} entries were"
    tried = f", {opened:,} opened" if opened else ""
    yield Right(name, "ok", f"{entries} looked at{tried}; {seen - len(denied):,} can be read")


def grants_for(target: Target) -> list[str]:
    """Write what gives an account of its own, on the server, the right to read and no more.

    Args:
        target: what is to be read; its path is written as the server has it without a chroot.
    """
    user = target.user if target.user and target.user != "root" else STAND_IN
    place, who = shlex.quote(shown(target.path)), shlex.quote(user)
    return [
        f"# On {target.host}, as root; {user} is the account that scans, and does nothing else:",
        *([f"useradd --system --create-home --shell /usr/sbin/nologin {who}"] if user == STAND_IN else []),
        f"setfacl -R -m u:{who}:rX {place}",
        f"find {place} -type d -exec setfacl -d -m u:{who}:rX {{}} +",
        "# In its sshd_config; with ChrootDirectory, paths in the URL count from there:",
        f"Match User {user}",
        "    ForceCommand internal-sftp -R",
        f"    # ChrootDirectory {shown(target.path)}   (where it and all above it belong to root alone)",
        "    AuthenticationMethods publickey",
        "    DisableForwarding yes",
        "    PermitTTY no",
    ]
