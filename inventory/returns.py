"""When a dismissed finding comes back: what its evidence was at the review, and what of it is no longer so.

A table that grows as it was does not bring a finding back; one whose evidence says something else does.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import asdict, dataclass, fields

from inventory.clock import now
from inventory.keys import ClientKey

DISMISSED, RETURNED = "dismissed", "returned"
"""Verdicts as `reviews` holds them; the second is the program's own and shown as `open`."""
TWICE = 2
MANY = 10
"""A share has grown when it is twice what it was, on at least so many more cells or values."""

_CLASSES = ("low", "medium", "high")
_FIGURES = re.compile(r"[0-9][0-9.,]*|less than ")


@dataclass(frozen=True)
class Basis:
    """What a finding rested on; None where it is not known."""

    confidence: str
    count: int
    """Matches."""
    records: int
    """Cells or lines with a match."""
    rows: int
    """Records read."""
    reason: str
    """The weightiest one."""
    settings: str
    """Of the detectors: under others the words of a reason are no evidence."""
    candidates: int | None = None
    """What had the shape, valid or not."""
    explicit: int | None = None
    """Matches whose notation says what they are."""
    declared: str | None = None
    """The field's type."""

    def pack(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def unpack(cls, packed: str) -> Basis:
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in json.loads(packed).items() if name in known})


def basis(connection: sqlite3.Connection, finding: int, version: int | None = None) -> Basis | None:
    """Give what a finding rests on in one version, or in the live one; None where it is not in it."""
    row = connection.execute(
        "SELECT r.confidence, r.count, r.records, v.rows, r.evidence, v.settings, r.facts"
        " FROM results AS r JOIN versions AS v ON v.id = r.version_id"
        " WHERE r.finding_id = :finding AND iif(:version IS NULL, v.state = 'live', v.id = :version)",
        {"finding": finding, "version": version},
    ).fetchone()
    if row is None:
        return None
    confidence, count, records, rows, evidence, settings, facts = row
    reason = next(iter(json.loads(evidence)), "")
    known = json.loads(facts)
    compared = {name: known.get(name) for name in ("candidates", "explicit", "declared")}
    return Basis(confidence, count, records, rows, reason, settings, **compared)


def bring_back(connection: sqlite3.Connection, finding: int, version: int, client: ClientKey) -> None:
    """Open a dismissed finding again if what a version says of it is no longer what was dismissed."""
    row = connection.execute(
        "SELECT verdict, basis, reason, at FROM reviews WHERE finding_id = ? ORDER BY id DESC LIMIT 1", (finding,)
    ).fetchone()
    present = basis(connection, finding, version)
    if row is None or present is None or row[0] != DISMISSED or row[1] is None:
        return
    since = changes(Basis.unpack(row[1]), present)
    if since:
        why = json.dumps({**asdict(present), "dismissed": row[3], "since": since})
        connection.execute(
            "INSERT INTO reviews (finding_id, verdict, reason, actor, at, basis) VALUES (?, ?, ?, 'recense', ?, ?)",
            (finding, RETURNED, client.sealer().seal(b""), now(), why),
        )


def sentence(packed: str) -> str:
    """Say when a finding that came back was dismissed, and what has changed since."""
    value = json.loads(packed)
    return f"dismissed on {value['dismissed'][:10]}; since then {', '.join(value['since'])}"


def changes(before: Basis, after: Basis) -> list[str]:
    """Say what of the evidence has changed so that a person should look again; empty where nothing has."""
    found = []
    if _CLASSES.index(after.confidence) > _CLASSES.index(before.confidence):
        found.append(f"the confidence has risen from {before.confidence} to {after.confidence}")
    if _grown(before.records, before.rows, after.records, after.rows):
        found.append(f"{after.records:,} of {after.rows:,} records match instead of {_of(before.records, before.rows)}")
    if (
        before.candidates
        and after.candidates
        and _grown(before.count, before.candidates, after.count, after.candidates)
    ):
        found.append(f"{_percent(after)} of what has the shape is valid instead of {_percent(before)}")
    if before.explicit == 0 and after.explicit:
        found.append(f"{after.explicit:,} stand in a notation that says what they are")
    if before.declared and after.declared and before.declared != after.declared:
        found.append(f"the column's type is {after.declared} instead of {before.declared}")
    if after.confidence != "low" and before.settings == after.settings and _bare(before) != _bare(after):
        found.append("the main reason is another")
    return found


def _grown(part: int, whole: int, part_now: int, whole_now: int) -> bool:
    return part_now - part >= MANY and part_now * whole >= TWICE * part * whole_now


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _percent(one: Basis) -> str:
    return f"{100 * one.count / max(1, one.candidates or 1):.0f} %"


def _bare(one: Basis) -> str:
    """Give a reason without its figures."""
    return _FIGURES.sub("", one.reason)
