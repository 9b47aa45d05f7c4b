"""What an account may do in a tree of files: what a scan would miss, and which rights it does not need."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from connectors.account import account
from connectors.interface import Cause, Right
from connectors.walk import Found, walk

_LOOKED_AT = 100_000
"""Entries that are looked at; a right shows in the first of them or hardly at all."""
_NAMED = 20
"""Folders and files that are named one by one."""


def check_tree(root: int, name: str) -> Iterator[Right]:
    """Say what may be read below an open root folder, and what could be written.

    Args:
        root: descriptor; it stays open.
        name: of the source.
    """
    if os.geteuid() == 0:
        yield Right(name, "warning", "runs as root, and nothing of it needs root; run it as an account of its own")
    elif os.access(".", os.W_OK, dir_fd=root, effective_ids=True):
        yield Right(name, "warning", "this account may write to the folder itself; reading is enough")
    denied, writable, seen = [], [], 0
    for found in islice(walk(root), _LOOKED_AT):
        seen += 1
        if found.error:
            denied += [found] if found.error.cause is Cause.DENIED else []
        elif not _may(found, os.R_OK):
            denied.append(found)
        elif os.geteuid() and _may(found, os.W_OK):
            writable.append(found)
    yield from _denied(denied)
    if writable:
        first = writable[0].name
        files = "1 file" if len(writable) == 1 else f"{len(writable):,} files"
        yield Right(name, "warning", f"this account may write to {files} ({first!r} first); reading is enough")
    yield Right(name, "ok", _summary(seen, len(denied)))


def _may(found: Found, mode: int) -> bool:
    return os.access(found.path.rpartition(b"/")[2], mode, dir_fd=found.parent, effective_ids=True)


def _denied(denied: list[Found]) -> Iterator[Right]:
    for found in denied[:_NAMED]:
        what = "folder" if found.folder else "file"
        yield Right(
            found.name or ".", "error", f"no right to read this {what}; see the commands for the least that gives it"
        )
    if len(denied) > _NAMED:
        yield Right(".", "error", f"likewise {len(denied) - _NAMED:,} more")


def _summary(seen: int, denied: int) -> str:
    entries = "1 entry was" if seen == 1 else f"{seen:,} entries were"
    looked = f"the first {entries} looked at" if seen >= _LOOKED_AT else f"{entries} looked at"
    return f"{looked}; {seen - denied:,} can be read"


def grants_for(path: bytes) -> list[str]:
    """Give the commands that let this account read a file or tree, now and later, and nothing more.

    Args:
        path: of the file or the root folder, absolute. What cannot be looked at yet is taken for a folder.
    """
    who, notes = account()
    place, user = Path(os.fsdecode(path)), shlex.quote(who)
    above = [folder for folder in reversed(place.parents) if not _open_to_all(folder)]
    steps = [*notes, *(f"setfacl -m u:{user}:x {_quoted(folder)}" for folder in above)]
    if _is_file(place):
        return [*steps, f"setfacl -m u:{user}:r {_quoted(place)}"]
    return [
        *steps,
        f"setfacl -R -m u:{user}:rX {_quoted(place)}",
        f"find {_quoted(place)} -type d -exec setfacl -d -m u:{user}:rX {{}} +",
    ]


def _is_file(place: Path) -> bool:
    try:
        return stat.S_ISREG(place.stat().st_mode)
    except OSError:
        return False


def _open_to_all(folder: Path) -> bool:
    """Tell whether every account may pass through a folder."""
    try:
        return bool(folder.stat().st_mode & 0o001)
    except OSError:
        return False


def _quoted(path: Path) -> str:
    return shlex.quote(os.fsencode(path).decode("utf-8", "surrogateescape"))
