"""From what a person typed to the source it means: a path, a URL, or a name from the settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

from connectors.interface import SourceSpec
from connectors.registry import open_source
from scanner.errors import SettingsError
from scanner.settings import ScanSource
from scanner.urls import public_name, read_password, split_password

_PORTS = {"mysql": 3306, "mariadb": 3306, "postgresql": 5432, "postgres": 5432, "sftp": 22}
TREES = ("file", "s3", "sftp")
"""Schemes of stores whose assets are named by their path below the target."""
_SAME = {"mariadb": "mysql", "postgres": "postgresql"}


@dataclass(frozen=True)
class Target:
    """A source, or a part of one."""

    source: ScanSource
    """What the result is told under."""
    spec: SourceSpec
    """What is opened."""
    prefix: str = ""
    """Stands before every asset's name, where a part of a configured file tree was named."""
    part: str = ""
    """What the names of all that was meant begin with, where a part of a store elsewhere was named."""
    whole: bool = True
    """Whether the whole source is meant; only then is what was not met gone."""


def resolve(
    names: Sequence[str], sources: Sequence[ScanSource], bounds: tuple[tuple[str, float], ...] = ()
) -> list[Target]:
    """Turn what was typed into targets; nothing typed means every configured source.

    Args:
        names: paths, URLs, names of sources.
        sources: that are configured.
        bounds: what opening one file may take, as in `SourceSpec`.

    Raises:
        SettingsError: a name that is neither a path, a URL nor a configured source; a password that is not there.
        TargetError: a URL that no connector understands.
    """
    if not names and not sources:
        raise SettingsError(
            "nothing to scan: name a path or a URL, or write [[source]] into recense.toml (recense init)"
        )
    if names:
        found = _apart([_resolve(name, sources) for name in names])
    else:
        found = [_configured(source) for source in sources]
    return [replace(target, spec=replace(target.spec, bounds=bounds)) for target in found]


def _apart(targets: Sequence[Target]) -> list[Target]:
    """Leave out what is named twice, or lies inside another target: nothing is read twice in one run."""
    kept = []
    for n, target in enumerate(targets):
        others = [(m, other) for m, other in enumerate(targets) if m != n and _holds(other, target)]
        if not any(m < n or not _holds(target, other) for m, other in others):
            kept.append(target)
    return kept


def _holds(outer: Target, inner: Target) -> bool:
    """Say whether a target is, or contains, another."""
    if outer.spec.url == inner.spec.url or (outer.whole and outer.source.name == inner.source.name):
        return True
    around, within = urlsplit(outer.spec.url), urlsplit(inner.spec.url)
    if around.scheme not in TREES or _place(around) != _place(within) or around.query != within.query:
        return False
    return bool(_below(within.path, around.path, tree=True))


def _resolve(name: str, sources: Sequence[ScanSource]) -> Target:
    for source in sources:
        if name == source.name:
            return _configured(source)
    asked, password = split_password(name if "://" in name else _path_url(name))
    found = [inside for source in sources if (inside := _inside(asked, password, source)) is not None]
    if found:  # of sources inside each other, the innermost
        return max(found, key=lambda inside: (inside.whole, len(urlsplit(inside.source.url).path.rstrip("/"))))
    source = ScanSource(name=public_name(asked), url=asked)
    target = Target(source, SourceSpec(source.name, asked, password))
    _try(target)
    return target


def _try(target: Target) -> None:
    """Refuse a typed URL that can mean nothing, before anything is written: no such scheme, option or file.

    Raises:
        TargetError: saying what and where.
        SettingsError: a database file that is not there.
    """
    open_source(target.spec).close()
    url = urlsplit(target.spec.url)
    if url.scheme == "sqlite" and not os.path.lexists(unquote(url.path[1:])):
        raise SettingsError(f"{target.source.name}: no such file")


def named(source: ScanSource) -> Target:
    """Give the target that a source means, to be told of and not opened: its password is not looked for."""
    return Target(source, SourceSpec(source.name, split_password(source.url)[0], None))


def _configured(source: ScanSource) -> Target:
    url, password = split_password(source.url)
    if password is None and source.password_from is not None:
        password = read_password(*source.password_from)
    return Target(source, SourceSpec(source.name, url, password))


def _path_url(path: str) -> str:
    if not os.path.lexists(path):
        raise SettingsError(f"{path}: no such file or folder, no URL, and no source of that name in the settings")
    return Path(os.path.realpath(path)).as_uri()


def _inside(url: str, password: str | None, source: ScanSource) -> Target | None:
    """Give the target if the URL names a configured source or a part of it."""
    asked, known = urlsplit(url), urlsplit(split_password(source.url)[0])
    if _place(asked) != _place(known):
        return None
    below = _below(asked.path, known.path, tree=asked.scheme in TREES)
    if below is None or not _same_endpoint(asked, known):
        return None
    secret = password if password is not None else _configured(source).spec.password
    merged = url if asked.query else urlunsplit(asked._replace(query=known.query))
    if not asked.username and known.username:
        merged = urlunsplit(urlsplit(merged)._replace(netloc=known.netloc))
    if asked.scheme in ("s3", "sftp") and below:
        # Whether it is a folder or a file only the store knows; so the whole is opened, and only this part walked.
        options = f"{known.query}&" if known.query else ""
        url = urlunsplit(known._replace(query=f"{options}only={quote(below, safe='/')}"))
        return Target(source, SourceSpec(source.name, url, secret), part=below, whole=False)
    if asked.scheme != "file" or not below:
        return Target(source, SourceSpec(source.name, merged, secret), whole=not below)
    parent = below if os.path.isdir(unquote(asked.path)) else os.path.dirname(below)  # noqa: PTH112, PTH120 bytes of names survive
    return Target(source, SourceSpec(source.name, merged, secret), f"{parent}/" if parent else "", whole=False)


def _same_endpoint(asked: SplitResult, known: SplitResult) -> bool:
    """Say whether a URL that names an endpoint names that of a source; one that names none means the source's."""
    one, other = (dict(parse_qsl(parts.query)).get("endpoint_url") for parts in (asked, known))
    return one is None or one == other


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    scheme = _SAME.get(parts.scheme, parts.scheme)
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)


def _below(path: str, root: str, *, tree: bool) -> str | None:
    """Give what a path adds to a root, empty where it is the same; None where it lies elsewhere."""
    path, root = unquote(path).rstrip("/"), unquote(root).rstrip("/")
    if path == root:
        return ""
    if path.startswith(f"{root}/") and (tree or not root):
        return path[len(root) + 1 :]
    return None
