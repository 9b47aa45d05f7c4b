"""A document as flat rows, one for each finding or share: what CSV and Parquet carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.documents import DataInventory, Document, Exposure, Sighting, Store

Value = str | int | tuple[str, ...] | None
"""What a row's cell holds."""
INVENTORY_COLUMNS: Mapping[str, str] = {
    "client": "text",
    "source": "text",
    "country": "text",
    "asset": "text",
    "field": "text",
    "category": "text",
    "entity": "text",
    "standing": "text",
    "confidence": "text",
    "status": "text",
    "distinct": "number",
    "count": "number",
    "rows_scanned": "number",
    "purpose": "text",
    "recipients": "list",
    "retention": "text",
    "first_seen": "time",
    "last_seen": "time",
    "hashed": "number",
    "sampled": "number",
}
"""One row for each finding; `standing` is `claim` or `hint`: hints belong in no sum.

`hashed` is of passwords: how many of `count` are stored as hashes, the others being clear text. `sampled` is
how many texts were looked through where `count` is what a sample of them holds.
"""
EXPOSURE_COLUMNS: Mapping[str, str] = {
    "client": "text",
    "role": "text",
    "category": "text",
    "entity": "text",
    "distinct": "number",
    "count": "number",
    "records": "number",
    "fields": "number",
    "assets": "number",
    "persons_low": "number",
    "persons_high": "number",
    "hashed": "number",
    "sampled": "number",
    "sampled_count": "number",
}
"""One row for each client and kind; the range of persons is the client's, the same on each of its rows."""


def columns(document: Document) -> Mapping[str, str]:
    """Give the names and types of a document's columns: `text`, `number`, `list` (of text) or `time` (ISO 8601)."""
    return INVENTORY_COLUMNS if isinstance(document, DataInventory) else EXPOSURE_COLUMNS


def rows(document: Document) -> Iterator[dict[str, Value]]:
    """Walk a document's rows, in the order of its places and clients; keys are those of `columns`."""
    return _inventory(document) if isinstance(document, DataInventory) else _exposure(document)


def _inventory(document: DataInventory) -> Iterator[dict[str, Value]]:
    stores = {store.source: store for store in document.stores}
    for store in document.stores:
        for asset in store.assets:
            for entry in asset.fields:
                yield _finding(Sighting(store.source, asset.asset, asset.client, entry), "claim", store)
    for hint in document.hints:
        yield _finding(hint, "hint", stores.get(hint.source))


def _finding(found: Sighting, standing: str, store: Store | None) -> dict[str, Value]:
    entry = found.entry
    return {
        "client": found.client,
        "source": found.source,
        "country": store.region if store else None,
        "asset": found.asset,
        "field": entry.field,
        "category": entry.category,
        "entity": entry.entity,
        "standing": standing,
        "confidence": entry.confidence,
        "status": entry.status,
        "distinct": entry.distinct,
        "count": entry.count,
        "rows_scanned": entry.rows_scanned,
        "purpose": store.purpose if store else None,
        "recipients": store.recipients if store else (),
        "retention": store.retention if store else None,
        "first_seen": entry.first_seen,
        "last_seen": entry.last_seen,
        "hashed": entry.hashed,
        "sampled": entry.sampled,
    }


def _exposure(document: Exposure) -> Iterator[dict[str, Value]]:
    for share in document.clients:
        for kind in share.kinds:
            yield {
                "client": share.client,
                "role": share.role,
                "category": kind.category,
                "entity": kind.entity,
                "distinct": kind.distinct,
                "count": kind.count,
                "records": kind.records,
                "fields": kind.fields,
                "assets": kind.assets,
                "persons_low": share.persons.low,
                "persons_high": share.persons.high,
                "hashed": kind.hashed,
                "sampled": kind.sampled.texts if kind.sampled else None,
                "sampled_count": kind.sampled.count if kind.sampled else None,
            }
