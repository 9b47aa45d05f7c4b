"""The way to an SSH server: its key must be known, and the account's proof is a key, an agent or a password.

Sources: RFC 4252, RFC 4253; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import paramiko

from connectors.errors import SourceError
from connectors.interface import SourceSpec
from connectors.sftp_url import Target

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
"""Before the others: three times as fast here."""
_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_OWN_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
_WINDOW = 8 << 20
"""Bytes that a server may send before it is told to go on."""
_ALIVE_SECONDS = 30
_MOST_KEYS = 5
"""Keys that are tried; a server closes after six attempts, by default."""


def login(spec: SourceSpec, target: Target) -> paramiko.Transport:
    """Connect, look at the server's key, and log in.

    Raises:
        SourceError: the server does not answer, is not known, or does not take the account.
    """
    _quiet()
    known = _known(target)
    groups = [[name] for name in ("ssh-ed25519", "ecdsa", "rsa")] if target.host_key else [list(known)]
    seen = []
    for group in groups:
        transport = _greeted(spec, target, group)
        if transport is None:
            continue
        key = transport.get_remote_server_key()
        told = fingerprint(key)
        if told == target.host_key or (not target.host_key and key.asbytes() in known.get(key.get_name(), ())):
            try:
                _authenticate(transport, target)
            except BaseException:
                transport.close()
                raise
            transport.set_keepalive(_ALIVE_SECONDS)
            return transport
        transport.close()
        seen.append(told)
    if not seen:
        raise SourceError(f"{target.place}: the server has no key of a kind that is known of it; {_HOW}")
    raise SourceError(
        f"{target.place}: the server shows another key ({', '.join(seen)}) than the one that is known; "
        "if it was not changed by its owner, somebody stands in between"
    )


_HOW = (
    "have its fingerprint from its owner (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there) and give it as "
    "?host_key=SHA256:…, or add it to ~/.ssh/known_hosts"
)


def fingerprint(key: paramiko.PKey) -> str:
    """Give a key's fingerprint as OpenSSH prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def _known(target: Target) -> dict[str, set[bytes]]:
    """Give the keys that the server is known by, by their kind; those that were revoked are none.

    Raises:
        SourceError: it is not known at all.
    """
    if target.host_key:
        return {}
    files = [target.known_hosts] if target.known_hosts else [Path("~/.ssh/known_hosts").expanduser(), _SYSTEM]
    keys: list[paramiko.hostkeys.HostKeyEntry] = []
    revoked: set[bytes] = set()
    for path in files:
        with suppress(OSError):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                _take(line.split(), keys, revoked)
    found: dict[str, set[bytes]] = {}
    for entry in keys:
        if paramiko.HostKeys()._hostname_matches(target.place, entry) and entry.key.asbytes() not in revoked:  # noqa: SLF001 knows names that are hashed
            found.setdefault(entry.key.get_name(), set()).add(entry.key.asbytes())
    if not found:
        raise SourceError(f"{target.place}: the server's key is not known here; {_HOW}")
    return found


def _take(fields: list[str], keys: list[paramiko.hostkeys.HostKeyEntry], revoked: set[bytes]) -> None:
    """Take note of a line; one that is damaged, or of an authority, makes nothing known."""
    if fields[:1] == ["@revoked"] and len(fields) > 3:
        with suppress(ValueError):
            revoked.add(base64.b64decode(fields[3]))
    elif len(fields) >= 3 and not fields[0].startswith(("#", "@")):
        with suppress(paramiko.SSHException, ValueError, TypeError):
            entry = paramiko.hostkeys.HostKeyEntry.from_line(" ".join(fields[:3]))
            if entry is not None and entry.key is not None:
                keys.append(entry)


_SYSTEM = Path("/etc/ssh/ssh_known_hosts")


def _greeted(spec: SourceSpec, target: Target, kinds: Sequence[str]) -> paramiko.Transport | None:
    """Connect and have the server show a key of some kinds; None where it has none.

    Raises:
        SourceError: it does not answer as an SSH server.
    """
    try:
        link = socket.create_connection((target.host, target.port), spec.connect_timeout)
    except socket.gaierror:
        raise SourceError(f"{target.place}: no such host is known; check the URL, or the name service") from None
    except TimeoutError:
        raise SourceError(f"{target.place}: no answer in time; check host, port and firewall") from None
    except OSError:
        raise SourceError(f"{target.place}: nothing answers there; check host, port and that sshd runs") from None
    transport = None
    try:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # requests are small, and wait for each other else
        transport = paramiko.Transport(link, default_window_size=_WINDOW)
        transport.banner_timeout = transport.auth_timeout = transport.channel_timeout = spec.connect_timeout
        options = transport.get_security_options()
        options.ciphers = [*_CIPHERS, *(one for one in options.ciphers if one not in _CIPHERS)]
        wanted = [kind for kind in options.key_types if any(_fits(kind, one) for one in kinds)]
        if not wanted:
            link.close()
            return None
        options.key_types = wanted
        transport.start_client(timeout=spec.connect_timeout)
        transport.get_remote_server_key()  # an error where the time was up, which the line before keeps to itself
    except paramiko.ssh_exception.IncompatiblePeer as error:
        _abandon(transport, link)
        if "host key" in str(error).lower():
            return None
        raise SourceError(f"{target.place}: the server and this have no cipher in common; update the server") from None
    except (paramiko.SSHException, EOFError, OSError):
        _abandon(transport, link)
        raise SourceError(
            f"{target.place}: what answers there is no SSH server, or it is too busy; check the port"
        ) from None
    return transport


def _abandon(transport: paramiko.Transport | None, link: socket.socket) -> None:
    if transport is not None:
        transport.close()
    link.close()


def _fits(kind: str, known: str) -> bool:
    return (
        kind == known
        or (known == "ecdsa" and kind.startswith("ecdsa-"))
        or (known in ("rsa", "ssh-rsa") and kind in _RSA)
    )


def _authenticate(transport: paramiko.Transport, target: Target) -> None:
    """Log in.

    Raises:
        SourceError: the server does not take the account.
    """
    user = target.user or getpass.getuser()
    more: list[str] = []
    try:
        if target.password is not None and target.key_file is None:
            more = transport.auth_password(user, target.password)
        else:
            for key in _keys(target):
                with suppress(paramiko.AuthenticationException):
                    more = transport.auth_publickey(user, key)
                    break
    except (paramiko.SSHException, EOFError, OSError):
        more = []
    if transport.is_authenticated():
        return
    if more:
        raise SourceError(f"{target.place}: the server wants more than one proof of {user}, which a scan cannot give")
    tried = "the password" if target.password is not None and target.key_file is None else "the key"
    raise SourceError(
        f"{target.place}: the server does not take {tried} for {user}; look at password_env or password_file, "
        "?key_file=, the agent, and the account's authorized_keys there"
    )


def _keys(target: Target) -> Iterator[paramiko.PKey]:
    """Give the keys to try, one at a time.

    Raises:
        SourceError: the one that was named cannot be used.
    """
    if target.key_file is not None:
        try:
            yield paramiko.PKey.from_path(target.key_file, (target.password or "").encode() or None)
        except paramiko.PasswordRequiredException:
            raise SourceError(f"{target.key_file}: the key is encrypted; give its password by password_env") from None
        except (paramiko.SSHException, ValueError, TypeError, OSError):
            reason = "no private key that can be read, or its password is another one"
            raise SourceError(f"{target.key_file}: {reason}; check the path and its rights") from None
        return
    tried = 0
    with suppress(paramiko.SSHException, OSError):
        for key in paramiko.Agent().get_keys()[:_MOST_KEYS]:
            tried += 1
            yield key
    for name in _OWN_KEYS:
        path = Path("~/.ssh").expanduser() / name
        if tried < _MOST_KEYS and path.exists():
            with suppress(paramiko.SSHException, ValueError, TypeError, OSError):  # encrypted: the agent has it, or not
                key = paramiko.PKey.from_path(path)
                tried += 1
                yield key


@cache
def _quiet() -> None:
    """Keep the library from logging: its lines hold paths."""
    logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
