"""URLs of sources: passwords taken out of them, paths made absolute, names made public."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from scanner.errors import SettingsError


def split_password(url: str) -> tuple[str, str | None]:
    """Take the password out of a URL: from the URL itself, `?password_env=NAME` or `?password_file=PATH`.

    A relative SQLite file and a path with links become absolute, so that one place has one name.

    Raises:
        SettingsError: the variable is not set, the file cannot be read, or the URL is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("a target is no valid URL: check its host and port") from error
    password = unquote(parts.password) if parts.password is not None else None
    options = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key in ("password_env", "password_file"):
            password = read_password(key, value)
        else:
            options.append((key, value))
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    user = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    netloc = f"{user}{host}" + (f":{port}" if port else "")
    path = _absolute(parts.scheme, parts.path)
    # urlunsplit drops the empty authority of file:///x otherwise
    clean = f"{parts.scheme}://{netloc}{path}" + (
        f"?{urlencode(options, quote_via=quote, safe='/:')}" if options else ""
    )
    return clean, password


def read_password(key: str, value: str) -> str:
    """Read a password from where a setting says: `password_env` a variable, `password_file` a file's first line.

    Raises:
        SettingsError: it is not there.
    """
    if key == "password_env":
        try:
            return os.environ[value]
        except KeyError:
            raise SettingsError(
                f"the variable {value} (password_env) is not set; export it, or use password_file"
            ) from None
    try:
        with Path(value).open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{value}: the password file cannot be read; check its path and mode") from error


def _absolute(scheme: str, path: str) -> str:
    if scheme == "sqlite" and len(path) > 1:
        return "/" + quote(os.path.realpath(unquote(path[1:])))
    if scheme == "file":
        return quote(os.path.realpath(unquote(path)))
    return path


def public_name(url: str) -> str:
    """Give the URL without password and query: the name of a source that has none of its own."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{user}{host}{parts.path}"
