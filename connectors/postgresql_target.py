"""A `postgresql://` URL taken apart: which server, which database, how to reach it, and why that failed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from connectors.errors import TargetError
from connectors.interface import Cause, SourceSpec

_REACHING = (
    "host",
    "hostaddr",
    "port",
    "user",
    "passfile",
    "service",
    "connect_timeout",
    "tcp_user_timeout",
    "options",
)
_CHOOSING = ("target_session_attrs", "load_balance_hosts", "channel_binding", "require_auth", "requirepeer")
_KEEPING = ("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")
_KERBEROS = ("gssencmode", "gsslib", "krbsrvname")
_TLS = ("sslmode", "sslnegotiation", "sslcert", "sslkey", "sslpassword", "sslcertmode", "sslrootcert", "sslcrl")
_TLS_MORE = ("sslcrldir", "sslsni", "sslcompression", "ssl_min_protocol_version", "ssl_max_protocol_version")
OPTIONS = frozenset((*_REACHING, *_CHOOSING, *_KEEPING, *_KERBEROS, *_TLS, *_TLS_MORE))
"""libpq's own options that may stand in the URL; what a scan sets itself or must not have (replication) is left out.

Source: PostgreSQL documentation, "Database Connection Control Functions", parameter key words."""

_REFUSALS: tuple[tuple[str, Cause, str], ...] = (
    ("password authentication failed", Cause.DENIED, "wrong user or password; look at password_env or password_file"),
    ("no password supplied", Cause.DENIED, "the server wants a password; give password_env or password_file"),
    ("no pg_hba.conf entry", Cause.DENIED, "the server takes no such connection; add a line to its pg_hba.conf"),
    ("permission denied for database", Cause.DENIED, "the role may not connect; GRANT CONNECT ON DATABASE to it"),
    ("not currently accepting connections", Cause.DENIED, "the database takes no connections; ALTER DATABASE says so"),
    ("is not permitted to log in", Cause.DENIED, "the role may not log in; ALTER ROLE … LOGIN"),
    ("authentication failed", Cause.DENIED, "the server does not accept the role; look at its pg_hba.conf"),
    ("certificate", Cause.LOST, "its TLS certificate is not as the URL demands; look at sslrootcert and host"),
    ("does not exist", Cause.GONE, "no such database or role on the server; check the URL"),
    ("could not translate host name", Cause.LOST, "no such host is known; check the URL, or the name service"),
    ("Connection refused", Cause.LOST, "nothing answers at that address; check host, port and that the server runs"),
    ("No such file or directory", Cause.LOST, "no server's socket or no such certificate file there; check the path"),
    ("timeout expired", Cause.LOST, "no answer in time; check host, port and firewall"),
    ("does not support SSL", Cause.LOST, "the server speaks no TLS and the URL demands it; switch it on there"),
    ("too many clients", Cause.LOST, "the server has no connection left; scan at a quieter hour"),
    ("remaining connection slots", Cause.LOST, "the server has no connection left; scan at a quieter hour"),
    ("too many connections", Cause.LOST, "the role or database has no connection left; scan at a quieter hour"),
    ("starting up", Cause.LOST, "the server is just starting; try again"),
    ("shutting down", Cause.LOST, "the server is just shutting down; try again later"),
    ("nreachable", Cause.LOST, "no way to that address from here; check host and network"),
    ("invalid sslmode", Cause.OTHER, "the URL's sslmode is none; use require, verify-ca or verify-full"),
    ("invalid connection option", Cause.OTHER, "libpq does not understand an option of the URL; check its value"),
)


@dataclass(frozen=True)
class Target:
    """A server, as a URL names it."""

    name: str
    """The source's name, for errors."""
    user: str
    host: str
    """Host names, addresses or the folder of a Unix socket; empty: libpq's default."""
    database: str
    """Empty: the whole server."""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()
    password: str | None = field(default=None, repr=False)

    def conninfo(self, database: str) -> str:
        """Write the connection string for one database; it holds the password, so it is shown nowhere."""
        settings = {
            "application_name": "recense",
            "client_encoding": "UTF8",
            "user": self.user,
            "password": self.password or "",
            "host": self.host,
            "port": self.port,
            **dict(self.options),
        }
        query = urlencode({name: value for name, value in settings.items() if value}, quote_via=quote)
        return f"postgresql:///{quote(database, safe='')}?{query}"

    @property
    def place(self) -> str:
        """Where the server is, for people."""
        return f"{self.host or 'the local server'}{':' + self.port if self.port else ''}"

    def refusal(self, message: str, database: str) -> tuple[Cause, str]:
        """Say why no connection came about, and what to do; libpq's message is not passed on."""
        where = f"database {database} at {self.place} as {self.user or 'the login name'}"
        for words, cause, advice in _REFUSALS:
            if words in message:
                return cause, f"{where}: {advice}"
        state = re.search(r"SQLSTATE: (\w{5})", message)
        return Cause.LOST, f"{where}: no connection ({state[1] if state else 'unknown reason'}); see the server's log"


def parse_target(spec: SourceSpec) -> Target:
    """Take a URL apart.

    Raises:
        TargetError: an option that libpq does not know, or a broken URL.
    """
    parts = urlsplit(spec.url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for option in options:
        if option not in OPTIONS:
            near = get_close_matches(option, OPTIONS, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(sorted(OPTIONS))}"
            raise TargetError(f"{spec.name}: unknown option {option!r}{hint}")
    address = parts.netloc.rpartition("@")[2]
    bracket = re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(?::(\d*))?", address)
    if bracket is None:
        raise TargetError(f"{spec.name}: host and port cannot be read; write postgresql://user@host:5432/database")
    options.setdefault("connect_timeout", str(max(2, round(spec.connect_timeout))))
    return Target(
        spec.name,
        options.pop("user", "") or unquote(parts.username or ""),
        options.pop("host", "") or unquote(bracket[1].strip("[]")),
        unquote(parts.path.removeprefix("/")),
        options.pop("port", "") or bracket[2] or "",
        tuple(options.items()),
        spec.password if spec.password is not None else unquote(parts.password) if parts.password else None,
    )
