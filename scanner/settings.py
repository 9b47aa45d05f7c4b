"""What a scan is told: sources, clients, policy. Plain values; the console reads them from `recense.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.interface import DetectSettings


@dataclass(frozen=True)
class RetainRule:
    """What an erasure must keep."""

    assets: tuple[str, ...]
    """Globs on asset names."""
    years: int
    reason: str
    """A refusal code such as `legal_obligation`."""


@dataclass(frozen=True)
class ScanSource:
    """A configured place, or one that a target on the command line names."""

    name: str
    url: str = field(repr=False)
    """As it was given, perhaps with a password; the query holds the connector's options."""
    password_from: tuple[str, str] | None = None
    """Where the password is: (`password_env`, variable) or (`password_file`, path)."""
    region: str | None = None
    client: str | None = None
    """Whose everything here is."""
    client_pattern: str | None = None
    """Regular expression with a group `client`, on the database or the first folder."""
    erase_url: str | None = field(default=None, repr=False)
    erase_password_from: tuple[str, str] | None = None
    include: tuple[str, ...] = ()
    """Globs on asset names; empty: all."""
    exclude: tuple[str, ...] = ()
    mode: str = "full"
    schedule: str | None = None
    window: str | None = None
    timezone: str | None = None
    max_mb_per_s: float | None = None
    """Over all workers together, in 10^6 bytes."""
    purpose: str | None = None
    recipients: tuple[str, ...] = ()
    retention: str | None = None
    retention_field: str | None = None
    expires_after: str | None = None
    regions_allowed: tuple[str, ...] = ()
    retain: tuple[RetainRule, ...] = ()


@dataclass(frozen=True)
class ClientRule:
    """What the settings say of one client of the host."""

    name: str
    match: tuple[str, ...] = ()
    """Globs on accounts, databases, first folders."""
    role: str = "processor"
    contact: str | None = None
    mandate: str | None = None
    scan: str = "full"
    mail: bool = False


@dataclass(frozen=True)
class Policy:
    """How much is demanded before anything is done."""

    strict: bool = False


BOUNDS = ("memory_mb", "seconds", "depth", "members", "expanded_gb", "ratio")
"""What bounds the opening of one file: memory of the process that opens it, seconds without a result, and for what lies
inside how deep, how many, how many GB in all, and how many times the file's own size."""


@dataclass(frozen=True)
class Settings:
    """All that a settings file holds for this room and the ones below it."""

    sources: tuple[ScanSource, ...] = ()
    clients: tuple[ClientRule, ...] = ()
    policy: Policy = Policy()
    detect: DetectSettings = field(default_factory=DetectSettings)
    bounds: tuple[tuple[str, float], ...] = ()
    """What opening one file may take, as in `SourceSpec`."""


@dataclass(frozen=True)
class ScanOptions:
    """What one run is asked for."""

    client: str | None = None
    """Read only this client's assets."""
    mode: str | None = None
    """`full` or `sample`; None: as each source says."""
    workers: int = 1
    fresh: bool = False
    nightly: bool = False
    """The run goes on over nights: what it read in those before counts as read."""
