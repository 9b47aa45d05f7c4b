"""Findings: what was found, one row for each asset, field and entity."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

from inventory.base import Store
from inventory.keys import shown
from inventory.model import Finding
from inventory.returns import RETURNED, sentence
from inventory.risk import risk_of

_QUERY = """
    SELECT d.id, c.name, s.name, a.name, f.name, d.entity, d.category, r.count, r.distinct_values, v.rows,
           r.score, r.confidence, r.samples, r.evidence, w.verdict, w.basis, d.first_seen, v.finished, a.client_id,
           r.facts, (SELECT group_concat(place, '/') FROM exposures WHERE version_id = v.id),
           (SELECT group_concat(DISTINCT o.entity) FROM results AS q JOIN findings AS o ON o.id = q.finding_id
            WHERE q.version_id = v.id AND d.entity IN ('CVV', 'CREDIT_CARD') AND o.entity IN ('CVV', 'CREDIT_CARD')
            AND q.confidence <> 'low')
    FROM results AS r
    JOIN versions AS v ON v.id = r.version_id
    JOIN findings AS d ON d.id = r.finding_id
    JOIN fields AS f ON f.id = d.field_id
    JOIN assets AS a ON a.id = v.asset_id
    JOIN clients AS c ON c.id = a.client_id
    JOIN sources AS s ON s.id = a.source_id
    LEFT JOIN reviews AS w ON w.id = (SELECT max(id) FROM reviews WHERE finding_id = d.id AND at <= :seen)
    WHERE {when}
      AND (:client IS NULL OR c.id = :client)
      AND (:entity IS NULL OR d.entity = :entity)
      AND (:finding IS NULL OR d.id = :finding)
    ORDER BY c.name, s.name, a.name, f.name, d.entity
"""
LIVE = "v.state = 'live'"
AS_OF = "v.finished <= :seen AND (v.ended IS NULL OR v.ended > :seen)"
FOREVER = "9999"
"""A time after all others, as text."""


def list_all(  # noqa: PLR0913 the filters of the question
    store: Store,
    *,
    client: str | None = None,
    entity: str | None = None,
    asset: str | None = None,
    source: str | None = None,
    as_of: str | None = None,
    finding: int | None = None,
) -> list[Finding]:
    """List findings, of live readings or of those that were live at a time (ISO 8601, UTC)."""
    query = _QUERY.format(when=AS_OF if as_of else LIVE)
    values = {"client": store.client_id(client), "entity": entity, "finding": finding, "seen": as_of or FOREVER}
    rows = store.connection.execute(query, values)
    return [
        _finding(store, row)
        for row in rows
        if named(store, row[2], source, None) and named(store, row[3], asset, int(row[18]))
    ]


def named(store: Store, stored: str, glob: str | None, client_id: int | None) -> bool:
    """Say whether a stored name fits a glob; the real name counts, not its masked form."""
    if glob is None:
        return True
    sealer = store.house if client_id is None else store.client_key(client_id).sealer()
    name = sealer.open_name(stored)
    return name == glob or fnmatchcase(name, glob)


def _finding(store: Store, row: tuple[object, ...]) -> Finding:
    number, client, source, asset, field, entity, category, count, distinct, rows = row[:10]
    score, confidence, samples, evidence, verdict, basis, first, last, client_id, facts, places, beside = row[10:]
    known = json.loads(str(facts))
    opened = store.client_key(int(str(client_id))).sealer().open(samples if isinstance(samples, bytes) else b"")
    returned = verdict == RETURNED
    lies_in = tuple(sorted(str(places or "").split("/"))) if places else ()
    hashed = (known.get("explicit") or 0) >= int(str(count))
    risk = risk_of(str(entity), lies_in, str(beside or "").split(","), hashed=hashed)
    return Finding(
        id=str(number),
        client=shown(str(client)),
        source=shown(str(source)),
        asset=shown(str(asset)),
        field=shown(str(field)),
        entity=str(entity),
        category=str(category),
        count=int(str(count)),
        distinct=int(str(distinct)),
        rows_scanned=int(str(rows)),
        score=float(str(score)),
        confidence=str(confidence),
        samples=tuple(json.loads(opened or b"[]")),
        evidence=(*json.loads(str(evidence)), *([sentence(str(basis))] if returned else [])),
        status="open" if returned else str(verdict or "open"),
        first_seen=str(first),
        last_seen=str(last),
        explicit=known.get("explicit"),
        sampled=known.get("sampled"),
        places=lies_in,
        risk=risk.level,
        rule=risk.rule,
    )
