"""The data inventory of a client: what is held, where, for what, and what is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from inventory.model import ClientInfo, CoverageLine, Finding, SourceInfo
from reports import figures
from reports.documents import READ, AssetEntry, DataInventory, Sighting, Store
from reports.interface import Inventory, Particulars, UnknownClientError
from reports.reasons import whole
from reports.risks import risks


def collect(inventory: Inventory, client: str | None, particulars: Particulars) -> DataInventory:
    """Gather a client's data inventory; with None, of all clients together.

    Raises:
        UnknownClientError: the inventory knows no such client.
    """
    roles = _roles(inventory.clients(), client)
    found = inventory.findings(client=client)
    claims = [one for one in found if one.claimed]
    lines = inventory.coverage(client=client)
    known = inventory.sources()
    stores = _stores(inventory, client, claims, lines, known)
    changes = tuple(inventory.changes(client))
    read = figures.coverage(lines, known)
    return DataInventory(
        client=client,
        roles=roles,
        made_at=timestamp(particulars.made_at),
        version=particulars.version,
        contact=particulars.contact,
        mandate=particulars.mandate,
        persons=figures.persons(estimates := inventory.estimates(client=client)),
        records=figures.records(claims),
        kinds=figures.kinds(estimates, claims),
        stores=stores,
        coverage=read,
        hints=_hints(found),
        dismissed=sum(one.status == "dismissed" for one in found),
        changes=changes,
        risks=risks(claims, stores, read, changes),
    )


def timestamp(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _roles(clients: Sequence[ClientInfo], client: str | None) -> tuple[str, ...]:
    names = {one.name for one in clients}
    if client is not None and client not in names:
        known = ", ".join(repr(name) for name in sorted(names)[:10]) or "none yet; run a scan first"
        raise UnknownClientError(f"inventory: no client {client!r}. Known clients: {known}")
    return tuple(sorted({one.role for one in clients if client in (None, one.name)}))


def _stores(
    inventory: Inventory,
    client: str | None,
    claims: Sequence[Finding],
    lines: Sequence[CoverageLine],
    known: Sequence[SourceInfo],
) -> tuple[Store, ...]:
    found: dict[str, list[Finding]] = defaultdict(list)
    met: dict[str, list[CoverageLine]] = defaultdict(list)
    for one in claims:
        found[one.source].append(one)
    for line in lines:
        met[line.source].append(line)
    described = {source.name: source for source in known}
    return tuple(
        _store(inventory, client, described.get(name) or _undescribed(name), found[name], met[name])
        for name in sorted(found.keys() | met.keys())
    )


def _undescribed(name: str) -> SourceInfo:
    return SourceInfo(name, None, None, (), None, None, None)


def _store(
    inventory: Inventory, client: str | None, place: SourceInfo, found: Sequence[Finding], met: Sequence[CoverageLine]
) -> Store:
    return Store(
        source=place.name,
        region=place.region,
        purpose=place.purpose,
        recipients=place.recipients,
        retention=place.retention,
        last_scan=place.last_scan,
        last_status=place.last_status,
        persons=figures.persons_in(inventory.estimates(client=client, source=place.name) if found else (), found),
        assets=_assets(found),
        assets_met=sum(not whole(line) for line in met),
        assets_missing=sum(line.missing and not whole(line) for line in met),
        places_missing=sum(line.missing and whole(line) for line in met),
        read=any(line.status in READ for line in met),
    )


def _assets(found: Iterable[Finding]) -> tuple[AssetEntry, ...]:
    assets: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in found:
        assets[one.asset, one.client].append(one)
    return tuple(
        AssetEntry(client, asset, tuple(figures.field_entry(one) for one in sorted(fields, key=_by_field)))
        for (asset, client), fields in sorted(assets.items())
    )


def _by_field(one: Finding) -> tuple[str, str]:
    return (one.field, one.entity)


def _hints(found: Iterable[Finding]) -> tuple[Sighting, ...]:
    hints = [Sighting(one.source, one.asset, one.client, figures.field_entry(one)) for one in found if one.hinted]
    return tuple(sorted(hints, key=lambda hint: (hint.source, hint.asset, hint.entry.field, hint.entry.entity)))
