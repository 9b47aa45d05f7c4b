"""Which connector answers to which URL scheme; a connector is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import urlsplit

from connectors.errors import TargetError
from connectors.interface import Source, SourceSpec

CONNECTORS: dict[str, tuple[str, str]] = {
    "file": ("connectors.files", "FileTree"),
    "mysql": ("connectors.mysql", "MySQL"),
    "mariadb": ("connectors.mysql", "MySQL"),
    "postgresql": ("connectors.postgresql", "PostgreSQL"),
    "postgres": ("connectors.postgresql", "PostgreSQL"),
    "s3": ("connectors.s3", "S3Store"),
    "sftp": ("connectors.sftp", "SftpStore"),
    "sqlite": ("connectors.sqlite", "SQLite"),
}


def open_source(spec: SourceSpec) -> Source:
    """Open a source by its URL's scheme.

    Raises:
        TargetError: no connector answers to the scheme, or it refuses the URL.
    """
    scheme = urlsplit(spec.url).scheme
    try:
        module, name = CONNECTORS[scheme]
    except KeyError:
        known = ", ".join(f"{one}://" for one in CONNECTORS)
        raise TargetError(f"{spec.name}: no connector for {scheme}://. Valid schemes are: {known}") from None
    source: Source = getattr(import_module(module), name)(spec)
    return source
