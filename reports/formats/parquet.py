"""A document as Parquet: the rows of `reports.rows` in typed columns.

Numbers are int64, times timestamps in UTC to the second's millionth, recipients lists of text. The schema's metadata
names the document, the client, the program's version and when it was made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from reports.documents import DataInventory, Document
from reports.language import Words
from reports.rows import Value, columns, rows
from reports.safety import encodable

_TYPES = {
    "text": pa.string(),
    "number": pa.int64(),
    "list": pa.list_(pa.string()),
    "time": pa.timestamp("us", tz="UTC"),
}


def render(document: Document, lang: str, out: BinaryIO) -> None:
    """Write a document's rows; names and values are the same in each language.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    Words(lang)
    types = columns(document)
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in types.items()], metadata=_metadata(document))
    listed = list(rows(document))
    arrays = [pa.array([_value(row[name], kind) for row in listed], _TYPES[kind]) for name, kind in types.items()]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), sink, compression="zstd")
    out.write(sink.getvalue().to_pybytes())


def _metadata(document: Document) -> dict[str, str]:
    inventory = isinstance(document, DataInventory)
    facts = {
        "document": "data_inventory" if inventory else "exposure",
        "made_at": document.made_at,
        "version": document.version,
        "persons_low": str(document.persons.low),
        "persons_high": str(document.persons.high),
    }
    return {**facts, **({"client": encodable(document.client or "")} if isinstance(document, DataInventory) else {})}


def _value(value: Value, kind: str) -> object:
    if kind == "time":
        return _moment(value)
    if isinstance(value, tuple):
        return [encodable(one) for one in value]
    return encodable(value) if isinstance(value, str) else value


def _moment(value: Value) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
