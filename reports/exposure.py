"""The breach sheet: what would be in the wrong hands if a part of the stores were.

After article 33(3)(a) GDPR: "the categories and approximate number of data subjects concerned and the categories and
approximate number of personal data records concerned".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from inventory.model import Finding, SourceInfo
from reports import figures
from reports.data_inventory import timestamp
from reports.documents import ClientShare, Country, Exposure
from reports.interface import Inventory, Particulars, UnknownSourceError


def collect(
    inventory: Inventory,
    particulars: Particulars,
    source: str | None = None,
    asset: str | None = None,
    as_of: str | None = None,
) -> Exposure:
    """Gather the breach sheet of the sources and assets that two globs name (None: all).

    Raises:
        UnknownSourceError: the inventory knows no such source.
    """
    found = inventory.findings(asset=asset, source=source, as_of=as_of)
    lines = inventory.coverage(source=source, asset=asset, as_of=as_of)
    places = _places(inventory, source, {one.source for one in found} | {line.source for line in lines})
    claims = [one for one in found if one.claimed]
    estimates = inventory.estimates(source=source, asset=asset, as_of=as_of)
    return Exposure(
        source=source,
        asset=asset,
        as_of=as_of,
        made_at=timestamp(particulars.made_at),
        version=particulars.version,
        persons=figures.persons(estimates),
        records=figures.records(claims),
        kinds=figures.kinds(estimates, claims),
        clients=_clients(inventory, claims, source, asset, as_of),
        countries=_countries(inventory, claims, places, asset, as_of),
        coverage=figures.coverage(lines, [] if as_of else places),  # scans of today say nothing of then
        hints=sum(one.hinted for one in found),
        dismissed=sum(one.status == "dismissed" for one in found),
        assets=len({(one.client, one.source, one.asset) for one in claims}),
    )


def _places(inventory: Inventory, source: str | None, met: Collection[str]) -> list[SourceInfo]:
    known = inventory.sources()
    if source is None:
        return known
    # A glob, or a personal name that is shown masked, is known by what it led to.
    asked = [one for one in known if one.name == source or one.name in met]
    if not asked:
        names = ", ".join(repr(one.name) for one in known[:10]) or "none yet; run a scan first"
        raise UnknownSourceError(f"exposure: no source {source!r} in the inventory. Known sources: {names}")
    return asked


def _clients(
    inventory: Inventory, claims: Sequence[Finding], source: str | None, asset: str | None, as_of: str | None
) -> tuple[ClientShare, ...]:
    roles = {one.name: one.role for one in inventory.clients()}
    shares = []
    for client, theirs in sorted(_grouped(claims, "client").items()):
        estimates = inventory.estimates(client=client, source=source, asset=asset, as_of=as_of)
        shares.append(
            ClientShare(
                client,
                roles.get(client),
                figures.persons(estimates),
                figures.records(theirs),
                figures.kinds(estimates, theirs),
            )
        )
    return tuple(shares)


def _countries(
    inventory: Inventory, claims: Sequence[Finding], places: Sequence[SourceInfo], asset: str | None, as_of: str | None
) -> tuple[Country, ...]:
    regions = {one.name: one.region or None for one in places}
    by_source = _grouped(claims, "source")
    by_region: dict[str | None, list[str]] = defaultdict(list)
    for name in sorted(by_source):
        by_region[regions.get(name)].append(name)
    return tuple(
        _country(inventory, region, {name: by_source[name] for name in names}, asset, as_of)
        for region, names in sorted(by_region.items(), key=lambda item: (item[0] is None, item[0] or ""))
    )


def _country(
    inventory: Inventory, region: str | None, found: dict[str, list[Finding]], asset: str | None, as_of: str | None
) -> Country:
    parts = [
        figures.persons_in(inventory.estimates(source=name, asset=asset, as_of=as_of), theirs)
        for name, theirs in found.items()
    ]
    claims = [one for theirs in found.values() for one in theirs]
    ordered = sorted({(figures.category_order(one.category), one.entity) for one in claims})
    return Country(
        region,
        tuple(found),
        figures.join_persons(parts),
        figures.records(claims),
        tuple(entity for _, entity in ordered),
    )


def _grouped(claims: Sequence[Finding], by: str) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for one in claims:
        groups[getattr(one, by)].append(one)
    return groups
