"""A person's verdicts on findings, kept over rescans as long as their evidence holds (`inventory.returns`)."""

from __future__ import annotations

from inventory import findings
from inventory.base import Store
from inventory.clock import now
from inventory.errors import NotFoundError
from inventory.keys import ClientKey, encode
from inventory.model import Finding
from inventory.returns import basis


def add(store: Store, finding: str, verdict: str, reason: str) -> Finding:
    """Keep a verdict (`dismissed`, `confirmed` or `open`, which undoes) and give the finding as it is then.

    Raises:
        NotFoundError: there is no such finding, or its data is gone.
    """
    found = findings.list_all(store, finding=int(finding)) if finding.isdecimal() and len(finding) < 18 else []
    if not found:
        raise NotFoundError(f"{finding}: no such finding; `recense findings` lists them with their id")
    sealer = _client_of(store, int(finding)).sealer()
    with store.transaction():
        rests_on = basis(store.connection, int(finding))
        store.connection.execute(
            "INSERT INTO reviews (finding_id, verdict, reason, actor, at, basis) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(int(finding), verdict, sealer.seal(encode(reason)), store.audit.actor, now()),
                rests_on.pack() if rests_on else None,
            ),
        )
    return findings.list_all(store, finding=int(finding))[0]


def _client_of(store: Store, finding: int) -> ClientKey:
    row = store.connection.execute(
        "SELECT a.client_id FROM findings AS d JOIN fields AS f ON f.id = d.field_id"
        " JOIN assets AS a ON a.id = f.asset_id WHERE d.id = ?",
        (finding,),
    ).fetchone()
    return store.client_key(row[0])
