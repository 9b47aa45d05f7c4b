"""Avro: codecs, logical types, nested records, marks, damage and bombs."""

from __future__ import annotations

import bz2
import datetime as dt
import decimal
import io
import json
import lzma
import zlib

import fastavro
import pyarrow as pa
import pytest

from connectors.formats import avro, avro_blocks
from connectors.formats.avro_blocks import written
from tests.connectors.formats.opening import assert_resumes, batches, read

SYNC = b"0123456789abcdef"
MAIL = {"type": "record", "name": "R", "fields": [{"name": "mail", "type": "string"}]}


def write(tmp_path, fields, records, **options):
    path = tmp_path / "a.avro"
    with path.open("wb") as file:
        fastavro.writer(file, {"type": "record", "name": "R", "fields": fields}, records, **options)
    return path


def framed(tmp_path, blocks, codec="null", schema=MAIL, sync=SYNC):
    texts = [b"avro.schema", json.dumps(schema).encode(), b"avro.codec", codec.encode()]
    head = b"Obj\x01" + written(2) + b"".join(written(len(one)) + one for one in texts) + written(0) + SYNC
    path = tmp_path / "a.avro"
    path.write_bytes(head + b"".join(written(count) + written(len(data)) + data + sync for count, data in blocks))
    return path


def encoded(mails):
    stream = io.BytesIO()
    for mail in mails:
        fastavro.schemaless_writer(stream, MAIL, {"mail": mail})
    return stream.getvalue()


def snappy(data):
    return bytes(pa.compress(data, codec="snappy", asbytes=True)) + zlib.crc32(data).to_bytes(4, "big")


def deflated(data):
    return zlib.compress(data)[2:-4]


CODECS = {
    "null": bytes,
    "deflate": deflated,
    "snappy": snappy,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstandard": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_read(tmp_path, codec):
    data = CODECS[codec](encoded(["a@example.org", "b@example.org"]))
    found, error = read(framed(tmp_path, [(2, data)], codec))
    assert error is None
    assert found == [("mail", (1,), "a@example.org"), ("mail", (2,), "b@example.org")]


def test_types_read_as_a_person_would_see_them(tmp_path):
    logical = [
        ("born", {"type": "int", "logicalType": "date"}, dt.date(1980, 2, 29), "1980-02-29"),
        (
            "sum",
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            decimal.Decimal("1.50"),
            "1.50",
        ),
        ("phone", "double", 33612345678.0, "33612345678"),
        ("raw", "bytes", b"caf\xe9", "café"),
        ("none", ["null", "string"], None, None),
        ("ok", "boolean", True, "true"),
    ]
    fields = [{"name": name, "type": kind} for name, kind, _, _ in logical]
    found, _ = read(write(tmp_path, fields, [{name: value for name, _, value, _ in logical}]))
    assert found == [(name, (1,), shown) for name, _, _, shown in logical if shown]


def test_nested_records_lists_and_maps_are_fields(tmp_path):
    contact = {
        "type": "record",
        "name": "C",
        "fields": [{"name": "email", "type": {"type": "array", "items": "string"}}],
    }
    fields = [{"name": "who", "type": contact}, {"name": "m", "type": {"type": "map", "values": "long"}}]
    found, _ = read(write(tmp_path, fields, [{"who": {"email": ["a@example.org"]}, "m": {"k": 33612345678}}]))
    assert found == [("who$.email[*]", (1,), "a@example.org"), ("m$.k", (1,), "33612345678")]


def test_dates_out_of_range_cost_no_record(tmp_path):
    schema = {"type": "record", "name": "R", "fields": [{"name": "d", "type": {"type": "int", "logicalType": "date"}}]}
    found, error = read(framed(tmp_path, [(3, written(1) + written(2_000_000_000) + written(2))], schema=schema))
    assert error is None
    assert [value for _, _, value in found] == ["1", "2000000000", "2"]


def test_reading_goes_on_behind_every_mark(tmp_path, monkeypatch):
    mails = [f"u{n}@example.org" for n in range(40_000)]
    path = write(tmp_path, MAIL["fields"], [{"mail": mail} for mail in mails], sync_interval=100_000)
    assert_resumes(path)
    assert [value for _, _, value in read(path)[0]] == mails
    assert sum(batch.size for batch in batches(path)) <= path.stat().st_size


def test_damage_ends_a_file_and_what_came_before_counts(tmp_path):
    good = (2, encoded(["a@example.org", "b@example.org"]))
    path = framed(tmp_path, [good, good, (2, encoded(["c@example.org"]))])
    found, error = read(path)
    assert [value for _, _, value in found][:4] == ["a@example.org", "b@example.org"] * 2
    assert (error.cause, "example" in error.reason) == ("corrupt", False)
    path.write_bytes(path.read_bytes()[:-30])
    found, error = read(path)
    assert (len(found), error.cause) == (4, "corrupt")
    assert read(framed(tmp_path, [good], sync=b"x" * 16))[1].cause == "corrupt"


def test_bombs_are_cut(tmp_path, monkeypatch):
    bomb = deflated(bytes(avro_blocks._UNPACKED_BYTES + 10))
    assert read(framed(tmp_path, [(5, bomb)], "deflate"))[1].cause == "cut"
    nothing = {"type": "record", "name": "R", "fields": [{"name": "n", "type": "null"}]}
    assert read(framed(tmp_path, [(1 << 50, b"")], schema=nothing))[1].cause == "corrupt"
    assert read(framed(tmp_path, [(1, written(1 << 40))]))[1] is not None
    assert read(framed(tmp_path, [], "lzo"))[1].cause == "other"


@pytest.mark.parametrize("schema", ["x", {"type": "record"}, {"type": "record", "name": "R", "fields": 3}, [], {}])
def test_a_schema_that_is_none_is_said_to_be_damaged(tmp_path, schema):
    assert read(framed(tmp_path, [(1, b"\2a")], schema=schema))[1].cause == "corrupt"


def test_single_values_have_a_field_of_their_own(tmp_path):
    found, _ = read(framed(tmp_path, [(1, written(13) + b"a@example.org")], schema="string"))
    assert found == [("value", (1,), "a@example.org")]
    assert avro.Avro.kind == "avro"
