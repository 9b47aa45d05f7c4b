"""How many different values of each entity lie in many places together: a value in two tables counts once."""

from __future__ import annotations

from collections import defaultdict

from inventory import findings
from inventory.base import Store
from inventory.model import Estimate, Finding
from inventory.sketch import estimate, merge


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
    estimates = [_estimate(store, group, as_of) for group in groups.values()]
    return sorted(estimates, key=lambda one: (-one.distinct, one.entity))


def _estimate(store: Store, group: list[Finding], as_of: str | None) -> Estimate:
    records, sketches = 0, []
    for finding in group:
        cells, sketch = _result(store, finding.id, as_of)
        records += cells
        sketches.append(sketch)
    distinct, exact = estimate(merge(sketches))
    return Estimate(
        entity=group[0].entity,
        category=group[0].category,
        distinct=distinct,
        exact=exact,
        count=sum(finding.count for finding in group),
        records=records,
        fields=len(group),
        assets=len({(finding.source, finding.asset) for finding in group}),
    )


def _result(store: Store, finding: str, as_of: str | None) -> tuple[int, bytes]:
    when = findings.AS_OF if as_of else findings.LIVE
    row = store.connection.execute(
        "SELECT r.records, r.sketch FROM results AS r JOIN versions AS v ON v.id = r.version_id"
        f" WHERE r.finding_id = :finding AND {when}",
        {"finding": int(finding), "seen": as_of or findings.FOREVER},
    ).fetchone()
    return (row[0], row[1]) if row else (0, b"")
