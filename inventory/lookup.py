"""Where a person is: one probe of the locations for each token."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from inventory.base import Store
from inventory.locators import render, typed, unpack
from inventory.model import Record

_PROBE = """
    SELECT l.locator, l.ambiguous, f.name, v.locator_kind, v.key_names, v.finished,
           a.name, a.client_id, c.name, s.name, s.region
    FROM locations AS l
    JOIN versions AS v ON v.id = l.version_id AND v.state = 'live'
    JOIN assets AS a ON a.id = v.asset_id
    JOIN fields AS f ON f.id = l.field_id
    JOIN clients AS c ON c.id = a.client_id
    JOIN sources AS s ON s.id = a.source_id
    WHERE l.token = ? AND (? IS NULL OR c.id = ?)
    ORDER BY s.name, a.name, f.name, l.locator
"""


def locate(store: Store, probes: Iterable[tuple[int, str, bytes]], client: str | None) -> Iterator[Record]:
    """Find where tokens lie; probes are (position in the question, entity, token).

    A record that several readings of one identifier find comes once, as unambiguous if any reading is.
    """
    whose = store.client_id(client)
    met: dict[tuple[object, ...], Record] = {}
    for position, entity, token in probes:
        for row in store.connection.execute(_PROBE, (token, whose, whose)):
            record = _record(store, position, entity, row)
            key = (
                position,
                record.source,
                record.asset,
                record.field,
                entity,
                json.dumps(record.locator, sort_keys=True),
            )
            if key not in met or not record.ambiguous:
                met[key] = record
    yield from met.values()


def _record(store: Store, position: int, entity: str, row: tuple[object, ...]) -> Record:
    locator, ambiguous, field, kind, names, finished, asset, client_id, client, source, region = row
    sealer = store.client_key(int(str(client_id))).sealer()
    field_name = sealer.open_name(str(field))
    slots = unpack(locator if isinstance(locator, bytes) else b"", sealer)
    key_names = [sealer.open_name(name) for name in json.loads(str(names))]
    return Record(
        identifier=position,
        client=store.house.open_name(str(client)),
        source=store.house.open_name(str(source)),
        region=None if region is None else str(region),
        asset=sealer.open_name(str(asset)),
        field=field_name,
        entity=entity,
        locator=render(str(kind), key_names, field_name, slots),
        slots=typed(str(kind), field_name, slots),
        last_seen=str(finished),
        ambiguous=bool(ambiguous),
    )
