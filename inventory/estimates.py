"""How many different values of each entity lie in many places together: a value in two tables counts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory import findings
from inventory.base import Store
from inventory.model import Estimate, Finding, Sampled
from inventory.sketch import estimate, merge

_MERGED_AT_ONCE = 64
"""Sketches held at a time; each may have 80 kB."""


def by_entity(
    store: Store,
    *,
    client: str | None = None,
    source: str | None = None,
    asset: str | None = None,
    as_of: str | None = None,
) -> list[Estimate]:
    """Count over the findings that are claims (neither dismissed nor mere hints), the most values first."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings.list_all(store, client=client, source=source, asset=asset, as_of=as_of):
        if finding.claimed:
            groups[finding.entity].append(finding)
    wanted = {
        int(finding.id): finding.entity for group in groups.values() for finding in group if finding.sampled is None
    }
    sums = _sums(store, wanted, as_of)
    estimates = [_estimate(group, sums[entity]) for entity, group in groups.items()]
    return sorted(estimates, key=lambda one: (-one.distinct, one.entity))


@dataclass
class _Sum:
    """Records and different values of one entity so far."""

    records: int = 0
    sketches: list[bytes] = field(default_factory=list)

    at_least: int = 0
    """Different values of the field that has most: all that is left of readings whose sketch was wiped."""

    def add(self, records: int, sketch: bytes, distinct: int) -> None:
        self.records += records
        self.at_least = max(self.at_least, distinct)
        self.sketches.append(sketch)
        if len(self.sketches) >= _MERGED_AT_ONCE:
            self.sketches = [merge(self.sketches)]


def _sums(store: Store, wanted: Mapping[int, str], as_of: str | None) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = defaultdict(_Sum)
    rows = store.connection.execute(
        "SELECT r.finding_id, r.records, r.sketch, r.distinct_values"
        " FROM versions AS v CROSS JOIN results AS r ON r.version_id = v.id"
        f" WHERE {findings.AS_OF if as_of else findings.LIVE}",
        {"seen": as_of or findings.FOREVER},
    )
    for number, records, sketch, distinct in rows:
        if number in wanted:
            sums[wanted[number]].add(records, sketch, distinct)
    return sums


def _estimate(found: list[Finding], total: _Sum) -> Estimate:
    group = [finding for finding in found if finding.sampled is None]
    distinct, exact = estimate(merge(total.sketches))
    count = sum(finding.count for finding in group)
    return Estimate(
        entity=found[0].entity,
        category=found[0].category,
        distinct=min(max(distinct, total.at_least), count),
        exact=exact and distinct >= total.at_least,
        count=count,
        records=total.records,
        fields=len(group),
        assets=len({(finding.source, finding.asset) for finding in group}),
        explicit=_explicit(group),
        sampled=_sampled([finding for finding in found if finding.sampled is not None]),
    )


def _sampled(group: list[Finding]) -> Sampled | None:
    if not group:
        return None
    return Sampled(
        texts=sum(finding.sampled or 0 for finding in group),
        count=sum(finding.count for finding in group),
        fields=len(group),
        assets=len({(finding.source, finding.asset) for finding in group}),
    )


def _explicit(group: list[Finding]) -> int | None:
    known = [finding.explicit for finding in group if finding.explicit is not None]
    return sum(known) if len(known) == len(group) else None
