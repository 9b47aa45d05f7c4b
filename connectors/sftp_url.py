"""An `sftp://` URL taken apart: which server, whose account, which folder, and how the server is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

from connectors.errors import TargetError
from connectors.interface import SourceSpec

OPTIONS = ("host_key", "key_file", "known_hosts", "only")
_HOST_KEY = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_PORT = 22


@dataclass(frozen=True)
class Target:
    """A folder or file on a server."""

    name: str
    """The source's name, for errors."""
    host: str
    port: int
    user: str | None
    """None: the login name."""
    path: bytes
    """Absolute, as the server has it."""
    only: bytes
    """What of it is walked, relative to it; empty for all."""
    host_key: str | None = None
    """`SHA256:…`, as `ssh-keygen -l` prints it; None: by the files of known hosts."""
    known_hosts: Path | None = None
    """In place of the user's and the system's own."""
    key_file: Path | None = None
    """The one key to log in with; None: the agent's and the user's own."""
    password: str | None = field(default=None, repr=False)
    """Of the account or, with `key_file`, of that file."""

    @property
    def place(self) -> str:
        """Where the server is, for people and in files of known hosts."""
        return self.host if self.port == _PORT else f"[{self.host}]:{self.port}"


def parse_target(spec: SourceSpec) -> Target:
    """Take a URL apart.

    Raises:
        TargetError: no host, no absolute path, an unknown option, or a value that none has.
    """
    parts = urlsplit(spec.url)
    options = _options(spec)
    path = unquote_to_bytes(parts.path)
    if not parts.hostname or not path.startswith(b"/") or b"\0" in path or parts.fragment:
        raise TargetError(
            f"{spec.name}: write sftp://user@host:22/absolute/path, with ? and # in a path as %3F and %23"
        )
    host_key = options.get("host_key", "").replace(" ", "+") or None  # a + in a query stands for a blank
    if host_key and not _HOST_KEY.fullmatch(host_key):
        raise TargetError(
            f"{spec.name}: host_key is the fingerprint that ssh-keygen -l prints: SHA256: and 43 characters"
        )
    key_file, known_hosts = options.get("key_file"), options.get("known_hosts")
    return Target(
        spec.name,
        parts.hostname,
        parts.port or _PORT,
        unquote(parts.username) if parts.username else None,
        b"/" + path.strip(b"/"),
        unquote_to_bytes(options.get("only", "")).strip(b"/"),
        host_key=host_key.rstrip("=") if host_key else None,
        known_hosts=Path(known_hosts).expanduser() if known_hosts else None,
        key_file=Path(key_file).expanduser() if key_file else None,
        password=spec.password if spec.password is not None else unquote(parts.password) if parts.password else None,
    )


def _options(spec: SourceSpec) -> dict[str, str]:
    options = dict(parse_qsl(urlsplit(spec.url).query, keep_blank_values=True))
    for option in options:
        if option not in OPTIONS:
            near = get_close_matches(option, OPTIONS, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(OPTIONS)}"
            raise TargetError(f"{spec.name}: unknown option {option!r}{hint}")
    return options
