"""From a `file://` URL to the path that it names."""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import unquote_to_bytes, urlsplit

from connectors.errors import TargetError
from connectors.interface import SourceSpec


def path_of(spec: SourceSpec) -> bytes:
    """Take the path from the URL.

    Raises:
        TargetError: no absolute path, another machine, or options, none of which exist.
    """
    parts = urlsplit(spec.url)
    path = unquote_to_bytes(parts.path)
    if parts.netloc not in ("", "localhost"):
        raise TargetError(f"{spec.name}: files of another machine cannot be read; mount them and give file:///path")
    if parts.query or parts.fragment:
        raise TargetError(f"{spec.name}: file:// takes no options; write ? and # in a path as %3F and %23")
    if not path.startswith(b"/") or b"\0" in path:
        raise TargetError(f"{spec.name}: give an absolute path, file:///srv/data say")
    with suppress(PermissionError):
        _look_for(path, spec.name)
    return path


def _look_for(path: bytes, name: str) -> None:
    """Ask for a path, since a wrong one is a wrong command rather than a store that fails.

    Raises:
        TargetError: nothing is there.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise TargetError(f"{name}: there is no such file or folder; check the path") from None
