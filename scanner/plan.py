"""What there is to read: walks a target and says for each asset met whether and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.interface import Asset, Cause, Kept, Known, Source, Unread, all_new
from connectors.registry import open_source
from detectors import registry
from detectors.redact import mask_name, personal, redact
from inventory.clients import UNASSIGNED
from inventory.model import SourceInfo
from inventory.records import AssetToRead, Line, Name
from scanner.ownership import client_of, closed, closed_wholly, left_out, rule_for
from scanner.settings import ScanOptions, Settings
from scanner.targets import TREES, Target

_PLACES = ("unix_socket", "host", "hostaddr", "port", "endpoint_url")
"""Options of a URL that say where, rather than how."""


@dataclass(frozen=True)
class Met:
    """An asset that was met: to be read, or to be told of only."""

    client: str
    role: str
    line: Line
    """For the coverage; of an asset to be read it has no status yet."""
    asset: Asset | None = None
    """To be read, under its own name inside the source that was opened."""
    to_read: AssetToRead | None = None


def name_of(text: str) -> Name:
    """Make a name for the inventory, masked where it is personal by itself."""
    masked = mask_name(text)
    return Name(text, masked if masked != text else None)


def source_name(target: Target) -> Name:
    """Make a source's name; its path or user may be personal (a mailbox's), a server's address is not."""
    name = target.source.name
    parts = urlsplit(name)
    if not parts.scheme or parts.scheme in ("file", "sqlite"):
        return Name(name, mask_name(unquote(name))) if personal(unquote(name)) else Name(name)
    told = unquote(f"{parts.username or ''} {parts.path}")
    return Name(name, redact(unquote(name))) if personal(told) else Name(name)


def place_of(target: Target) -> str:
    """Give what a URL's query says of where a source is; its name leaves that out."""
    options = parse_qsl(urlsplit(target.spec.url).query)
    return "&".join(f"{key}={value}" for key, value in sorted(options) if key in _PLACES)


def public_source(target: Target) -> str:
    """Give a source's name as the audit trail and the screen may show it."""
    name = source_name(target)
    return name.text if name.masked is None else name.masked


def info_of(target: Target) -> SourceInfo:
    """Give what the settings say of a source."""
    source = target.source
    return SourceInfo(source.name, source.region, source.purpose, source.recipients, source.retention, None, None)


def mode_of(target: Target, options: ScanOptions) -> str:
    """Say how a target is read: `full` or `sample`."""
    return options.mode or target.source.mode


@dataclass(frozen=True)
class Plan:
    """A target with all that decides what is read of it and how."""

    target: Target
    settings: Settings
    options: ScanOptions
    hashed: Callable[[str], str] = str
    """Makes of a fingerprint what is kept: a store's own sum over one short row is as good as the row."""

    @cached_property
    def read_with(self) -> str:
        """All of the settings that could change what is found in the same content."""
        detect = registry.fingerprint(self.settings.detect)
        return f"{detect} {mode_of(self.target, self.options)} {self.target.source.region or ''}"

    def file(self, container: str, name: str) -> tuple[str, str] | None:
        """Give client and role of a file that may be read; None where policy or settings keep it closed."""
        client, full = self._owner(container), self.target.prefix + name
        rule = rule_for(client, self.settings.clients)
        if left_out(full, self.target.source) is not None or closed(full, rule, self.settings.policy) is not None:
            return None
        return client, rule.role

    def within_source(self, file: str) -> str:
        """Name a file from the root of the source, wherever the target begins; nothing stays nothing."""
        return self.target.prefix + file if file else ""

    def kept(self, fingerprint: str | None) -> str | None:
        """Give what is kept of a fingerprint."""
        return None if fingerprint is None else self.hashed(fingerprint)

    def walk(self, source: Source, known: Known = all_new) -> Iterator[Met | None]:
        """Walk the opened source; assets of other clients than the one asked for are passed over.

        Args:
            source: that was opened.
            known: says what need not be looked into; None is given for it.

        Raises:
            SourceError: the source cannot be opened, or has gone.
        """
        for met in source.assets(self._gate, known):
            if isinstance(met, Kept):
                yield None
                continue
            name = self.target.prefix + met.name
            client = self._client(met)
            if self.options.client is None or self.options.client == client:
                yield self._met(met, name_of(name), client)

    def _client(self, met: Asset | Unread) -> str:
        if isinstance(met, Unread) and met.cause is Cause.SYSTEM:
            return self.target.source.client or UNASSIGNED
        return self._owner(met.container)

    def _owner(self, container: str) -> str:
        inside = self.target.prefix.partition("/")[0] or container
        return client_of(inside, self.target.source, self.settings.clients)

    def _gate(self, container: str) -> str | None:
        """Say which containers are not opened: those of other clients than asked for, and what policy keeps closed."""
        client = self._owner(container)
        if self.options.client is not None and self.options.client != client:
            return ""
        rule = rule_for(client, self.settings.clients)
        # in a database names can be listed without opening anything; in a tree what lies inside a file cannot
        names_only = rule.scan == "names" and urlsplit(self.target.spec.url).scheme not in TREES
        return None if names_only else closed_wholly(rule, self.settings.policy)

    def expected(self) -> Iterator[Met]:
        """Walk the target for a dry run: nothing is read and nothing written.

        Raises:
            SourceError: the source cannot be opened.
        """
        with open_source(self.target.spec) as source:
            yield from (met for met in self.walk(source) if met is not None)

    def inside(self, met: Asset | Unread, within: int) -> Met:
        """Say what is done with something inside a pack.

        Args:
            met: named from the root of the source.
            within: number of the pack.
        """
        told = self._met(met, name_of(self.target.prefix + met.name), self._client(met))
        to_read = replace(told.to_read, within=within) if told.to_read is not None else None
        return replace(told, line=replace(told.line, within=within), to_read=to_read)

    def _met(self, met: Asset | Unread, name: Name, client: str) -> Met:
        rule, file = rule_for(client, self.settings.clients), self.within_source(met.file)
        if isinstance(met, Unread):
            status = "skipped" if met.cause.skipped else "truncated" if met.cause is Cause.CUT else "failed"
            told = (status, met.cause.value, redact(met.reason))
            line = Line(name, met.kind, *told, bytes=met.size, fingerprint=self.kept(met.fingerprint), file=file)
            return Met(client, rule.role, line)
        for cause, why in (
            ("excluded", left_out(name.text, self.target.source)),
            ("policy", closed(name.text, rule, self.settings.policy, met.kind)),
        ):
            if why is not None:
                line = Line(name, met.kind, "skipped", cause, why, bytes=met.size, file=file)
                return Met(client, rule.role, line)
        line = Line(name, met.kind, "", bytes=met.size, file=file)
        return Met(client, rule.role, line, met, self._to_read(met, name))

    def _to_read(self, asset: Asset, name: Name) -> AssetToRead:
        return AssetToRead(
            name=name,
            kind=asset.kind,
            locator_kind=asset.locator.value,
            key_names=tuple(name_of(key) for key in asset.key),
            fingerprint=self.kept(asset.fingerprint),
            exposed=asset.exposed,
            file=self.within_source(asset.file),
            settings=self.read_with,
        )
