"""The inventory: one door to all that it is asked and told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from inventory import changes, clients, coverage, estimates, findings, lookup, places, reviews, runs, sources
from inventory.base import Store
from inventory.keys import ClientKey
from inventory.model import Change, ClientInfo, CoverageLine, Estimate, Finding, Places, Record, SourceInfo
from inventory.records import Name
from inventory.runs import LastRun, Tally


class Inventory(Store):
    """The one store, with its questions; see `Store` for how it is opened."""

    # clients and their keys

    def client(self, name: Name | str, role: str | None = None) -> ClientKey:
        """Give a client by name, made with a new key when it is met for the first time."""
        return clients.ensure(self, name if isinstance(name, Name) else Name(name), role)

    def knows_client(self, name: str) -> bool:
        """Say whether a client of this name was ever met and is not forgotten."""
        return bool(self.client_id(name))

    def forget_client(self, name: str) -> Mapping[str, int]:
        """Delete what is known of a client and destroy its key; gives the number of rows by table."""
        return clients.forget(self, name)

    # questions

    def clients(self) -> list[ClientInfo]:
        return clients.list_all(self)

    def sources(self) -> list[SourceInfo]:
        return sources.list_all(self)

    def last_run(self, name: Name, place: str) -> LastRun | None:
        """Give the latest run over all of a source; see `inventory.runs.last`."""
        return runs.last(self, name, place)

    def tally(self, name: Name, place: str) -> Tally:
        """Count what is known of a source; arguments as in `last_run`."""
        return runs.tally(self, name, place)

    def findings(
        self,
        client: str | None = None,
        entity: str | None = None,
        asset: str | None = None,
        source: str | None = None,
        as_of: str | None = None,
    ) -> list[Finding]:
        """List what was found; `asset` is a glob, `as_of` an ISO 8601 time in UTC."""
        return findings.list_all(self, client=client, entity=entity, asset=asset, source=source, as_of=as_of)

    def places(self, finding: Finding, most: int) -> Places:
        """Give where the values of a finding without tokens lie, as far as its field's name does not say it.

        Args:
            finding: of an entity whose values get no token.
            most: locators to give at most.
        """
        return places.of_finding(self, finding.id, self.tokens.token(finding.entity, ""), most)

    def coverage(
        self,
        client: str | None = None,
        status: str | None = None,
        source: str | None = None,
        asset: str | None = None,
        as_of: str | None = None,
    ) -> list[CoverageLine]:
        """List every asset met by the latest scan of its source; arguments as in `findings`."""
        return coverage.list_all(self, client=client, status=status, source=source, asset=asset, as_of=as_of)

    def gaps(self, client: str | None = None, configured: Iterable[str] = ()) -> tuple[int, int]:
        """Count what a look-up could not see: assets not read (or not to their end), and assets skipped.

        Of the sources named in `configured`, each that no scan ever met counts as one that was not read.
        """
        missing, skipped = coverage.gaps(self, client)
        return missing + sources.unknown(self, configured), skipped

    def estimates(
        self,
        client: str | None = None,
        source: str | None = None,
        asset: str | None = None,
        as_of: str | None = None,
    ) -> list[Estimate]:
        """Count different values by entity over all findings that are claims; arguments as in `findings`."""
        return estimates.by_entity(self, client=client, source=source, asset=asset, as_of=as_of)

    def changes(self, client: str | None = None) -> list[Change]:
        """Say what differs between the two latest readings of each asset."""
        return changes.list_all(self, client=client)

    def locate(self, probes: Iterable[tuple[int, str, bytes]], client: str | None = None) -> Iterator[Record]:
        """Find where tokens lie: probes are (position in the question, entity, token)."""
        return lookup.locate(self, probes, client)

    # a person's word

    def review(self, finding_id: str, verdict: str, reason: str) -> Finding:
        """Keep a person's verdict (`dismissed`, `confirmed`, `open`) on a finding.

        Raises:
            NotFoundError: there is no such finding.
        """
        return reviews.add(self, finding_id, verdict, reason)
