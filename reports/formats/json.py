r"""A document as JSON: every figure, unrounded, under keys that stay.

Data inventory: `document` ("data_inventory"), `client` (null: all), `roles`, `made_at`, `version`, `contact`,
`mandate`, `persons` {`low`, `high`, `counted_by`, `kinds`, `exact`, `how`}, `records` {`low`, `high`,
`sampled`, `how`}, `assets`, `kinds` [{`entity`, `label`, `category`, `distinct`, `exact`, `count`, `records`, `fields`,
`assets`, `sources`, `hashed` (of passwords, how many are hashes), `sampled` (null, or what samples of texts
showed besides: {`texts`, `count`, `fields`, `assets`, `sources`})}],
`stores` [{`source`, `region`, `purpose`, `recipients`, `retention`, `last_scan`, `last_status`,
`persons`, `assets_met`, `assets_missing`, `places_missing`, `read`, `gaps`, `assets` [{`client`, `asset`,
`fields` [{`field`, `entity`, `category`, `count`, `distinct`, `rows_scanned`, `confidence`, `status`, `first_seen`,
`last_seen`, `hashed`, `sampled` (texts of the sample)}]}]}],
`coverage` {`complete`, `assets`, `statuses`, `places` (of the assets, whole servers, databases,
schemas and folders), `rows`,
`bytes`, `aside`, `unfinished` [{`source`, `status`}], `unreached`, `unsearched` (why free text was not
searched for names of persons)},
`unread` [{`client`, `source`, `asset`, `kind`, `status`, `cause`, `why`, `reason`}], `hints` (as fields, with
`client`, `source`, `asset`), `dismissed`, `changes` (as `inventory.model.Change`), `risks` [{`code`, `level`,
`number`, `fields`, `title`, `places`}], `gaps`.

Breach sheet: `document` ("exposure"), `scope` {`source`, `asset`, `as_of`}, `made_at`, `version`, `persons`, `records`,
`assets`, `kinds`, `clients` [{`client`, `role`, `persons`, `records`, `kinds`}], `countries` [{`region`, `country`,
`sources`, `persons`, `records`, `entities`}], `coverage`, `unread`, `hints` (a number), `dismissed`.

`distinct` is null for kinds whose values are not told apart. `how`, `label`, `why`, `title` and `country` are text in
the language asked for; all else is the same in each. Characters that could steer a terminal or turn the direction of
writing stand as `\uXXXX`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any, BinaryIO

from inventory.model import CoverageLine
from reports import phrases
from reports.documents import (
    ClientShare,
    Country,
    Coverage,
    DataInventory,
    Document,
    Exposure,
    Kind,
    Persons,
    Records,
    Risk,
    Store,
)
from reports.language import Words, capital
from reports.reasons import meaning

_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def render(document: Document, lang: str, out: BinaryIO) -> None:
    """Write a document as one JSON value and a line's end.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    words = Words(lang)
    value = _inventory(document, words) if isinstance(document, DataInventory) else _exposure(document, words)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    out.write(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n")


def _inventory(document: DataInventory, w: Words) -> dict[str, Any]:
    return {
        "document": "data_inventory",
        "client": document.client,
        "roles": document.roles,
        "made_at": document.made_at,
        "version": document.version,
        "contact": document.contact,
        "mandate": document.mandate,
        "persons": _persons(document.persons, w),
        "records": _records(document.records, w),
        "assets": document.assets,
        "kinds": [_kind(kind, w) for kind in document.kinds],
        "stores": [_store(store, w) for store in document.stores],
        "coverage": _coverage(document.coverage),
        "unread": [_unread(line, w) for line in document.coverage.missing],
        "hints": [
            {"client": one.client, "source": one.source, "asset": one.asset, **asdict(one.entry)}
            for one in document.hints
        ],
        "dismissed": document.dismissed,
        "changes": [asdict(change) for change in document.changes],
        "risks": [_risk(risk, w) for risk in document.risks],
        "gaps": [{"source": store.source, "missing": store.gaps} for store in document.stores if store.gaps],
    }


def _exposure(document: Exposure, w: Words) -> dict[str, Any]:
    return {
        "document": "exposure",
        "scope": {"source": document.source, "asset": document.asset, "as_of": document.as_of},
        "made_at": document.made_at,
        "version": document.version,
        "persons": _persons(document.persons, w),
        "records": _records(document.records, w),
        "assets": document.assets,
        "kinds": [_kind(kind, w) for kind in document.kinds],
        "clients": [_share(share, w) for share in document.clients],
        "countries": [_country(country, w) for country in document.countries],
        "coverage": _coverage(document.coverage),
        "unread": [_unread(line, w) for line in document.coverage.missing],
        "hints": document.hints,
        "dismissed": document.dismissed,
    }


def _persons(persons: Persons, w: Words) -> dict[str, Any]:
    nothing = persons.high == 0
    return {**asdict(persons), "how": w("glance.none") if nothing else phrases.how_persons(w, persons)}


def _records(records: Records, w: Words) -> dict[str, Any]:
    return {**asdict(records), "how": phrases.how_records(w, records)}


def _kind(kind: Kind, w: Words) -> dict[str, Any]:
    return {"entity": kind.entity, "label": capital(phrases.kind_name(w, kind)), **asdict(kind)}


def _store(store: Store, w: Words) -> dict[str, Any]:
    return {**asdict(store), "persons": _persons(store.persons, w), "gaps": store.gaps}


def _share(share: ClientShare, w: Words) -> dict[str, Any]:
    return {
        "client": share.client,
        "role": share.role,
        "persons": _persons(share.persons, w),
        "records": _records(share.records, w),
        "kinds": [_kind(kind, w) for kind in share.kinds],
    }


def _country(country: Country, w: Words) -> dict[str, Any]:
    return {
        "region": country.region,
        "country": w.country(country.region),
        "sources": country.sources,
        "persons": _persons(country.persons, w),
        "records": _records(country.records, w),
        "entities": country.entities,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "complete": coverage.complete,
        "assets": coverage.assets,
        "statuses": dict(coverage.statuses),
        "places": coverage.places,
        "rows": coverage.rows,
        "bytes": coverage.bytes,
        "aside": dict(coverage.aside),
        "unfinished": [{"source": source, "status": status} for source, status in coverage.unfinished],
        "unreached": coverage.unreached,
        "unsearched": coverage.unsearched,
    }


def _unread(line: CoverageLine, w: Words) -> dict[str, Any]:
    return {
        "client": line.client,
        "source": line.source,
        "asset": line.asset,
        "kind": line.kind,
        "status": line.status,
        "cause": line.cause,
        "why": meaning(w, line),
        "reason": line.reason,
    }


def _risk(risk: Risk, w: Words) -> dict[str, Any]:
    places = [{"source": source, "asset": asset or None} for source, asset in risk.places]
    return {**asdict(risk), "title": w(f"risk.{risk.code}.title", risk.number), "places": places}
