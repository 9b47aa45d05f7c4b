"""What a `mysql://` URL says: where the server is, who asks, which database, and how TLS is done."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from getpass import getuser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.errors import TargetError
from connectors.interface import SourceSpec

PORT = 3306
MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
"""Values of `ssl-mode`, named as MySQL's own clients name them."""
FILES = ("ssl-ca", "ssl-cert", "ssl-key")
OPTIONS = ("unix_socket", "ssl-mode", *FILES, "password_env", "password_file")
"""What may stand in the query; the last two are settled before a connector sees the URL."""


@dataclass(frozen=True)
class Address:
    """A server, an account on it, and what of it is meant."""

    host: str
    port: int
    user: str
    """The login name where the URL names none, as MySQL's own clients do it."""
    database: str | None
    """None: every database that the account may see."""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def unix_socket(self) -> str | None:
        """Path of a Unix socket, instead of host and port."""
        return self.options.get("unix_socket")

    @property
    def mode(self) -> str:
        """How TLS is done. Files for it ask for it: an authority to be verified against, a certificate to be shown."""
        if "ssl-ca" in self.options and self.options.get("ssl-mode", "REQUIRED") == "REQUIRED":
            return "VERIFY_CA"
        if "ssl-mode" in self.options:
            return self.options["ssl-mode"]
        if "ssl-cert" in self.options:
            return "REQUIRED"
        return "DISABLED" if self.unix_socket else "PREFERRED"

    @property
    def place(self) -> str:
        """The server in words, for messages."""
        return self.unix_socket or f"{self.host}:{self.port}"


def parse(spec: SourceSpec) -> Address:
    """Read the URL of a source.

    Raises:
        TargetError: it says what no server can be asked, or contradicts itself.
    """
    try:
        parts = urlsplit(spec.url)
        port = parts.port
    except ValueError as error:
        raise TargetError(f"{spec.name}: no valid URL. Write mysql://USER@HOST:PORT/DATABASE") from error
    if parts.fragment:
        raise TargetError(f"{spec.name}: '#' ends a URL. Write it as %23 in a name")
    database = unquote(parts.path.removeprefix("/"))
    if "/" in parts.path.removeprefix("/"):
        raise TargetError(f"{spec.name}: a MySQL URL names one database. Write mysql://HOST/DATABASE, a '/' as %2F")
    return Address(
        host=unquote(parts.hostname or "localhost"),
        port=port or PORT,
        user=unquote(parts.username) if parts.username else _login(spec.name),
        database=database or None,
        options=_options(spec.name, parts.query),
    )


def _login(name: str) -> str:
    try:
        return getuser()
    except (KeyError, OSError, ImportError) as error:
        raise TargetError(f"{name}: the URL names no account. Write mysql://USER@HOST/DATABASE") from error


def _options(name: str, query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in OPTIONS:
            near = get_close_matches(key.replace("_", "-"), OPTIONS, 1, 0.4) or get_close_matches(key, OPTIONS, 1, 0)
            raise TargetError(f"{name}: unknown option {key!a}. The nearest known one is {near[0]}")
        if not value:
            raise TargetError(f"{name}: the option {key} has no value. Give it one or leave it out")
        if options.setdefault(key, value) != value:
            raise TargetError(f"{name}: the option {key} stands there twice. Leave one")
    _agree(name, options)
    return options


def _agree(name: str, options: dict[str, str]) -> None:
    """Refuse options that contradict each other, so that nobody believes in a verification that is not done."""
    if "ssl-mode" in options:
        options["ssl-mode"] = options["ssl-mode"].upper().replace("-", "_")
        if options["ssl-mode"] not in MODES:
            raise TargetError(f"{name}: unknown ssl-mode. Valid values are: {', '.join(MODES)}")
    given = [one for one in FILES if one in options]
    if given and options.get("ssl-mode") in ("DISABLED", "PREFERRED"):
        raise TargetError(f"{name}: {given[0]} asks for TLS and ssl-mode={options['ssl-mode']} does not. Leave one out")
    if "ssl-key" in options and "ssl-cert" not in options:
        raise TargetError(f"{name}: ssl-key without ssl-cert. Name the certificate that belongs to the key")
    for one in given:
        if not Path(options[one]).is_file():
            raise TargetError(f"{name}: {one} names no file: {options[one]!a}. Give the path of a PEM file")


def tls(name: str, address: Address) -> ssl.SSLContext | None:
    """Make the context for TLS that was demanded; None where it was not.

    Raises:
        TargetError: a file holds no certificate or key.
    """
    if address.mode in ("DISABLED", "PREFERRED"):
        return None
    options = address.options
    try:
        context = ssl.create_default_context(cafile=options.get("ssl-ca"))
        context.check_hostname = address.mode == "VERIFY_IDENTITY"
        context.verify_mode = ssl.CERT_NONE if address.mode == "REQUIRED" else ssl.CERT_REQUIRED
        if "ssl-cert" in options:
            context.load_cert_chain(options["ssl-cert"], options.get("ssl-key"), password=_no_passphrase)
    except (ssl.SSLError, OSError) as error:
        files = ", ".join(one for one in FILES if one in options)
        raise TargetError(
            f"{name}: no usable certificate or key in {files}. Give PEM files without a passphrase"
        ) from error
    return context


def _no_passphrase() -> str:
    """Answer for OpenSSL, which would ask the terminal."""
    return ""
