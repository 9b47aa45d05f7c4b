"""Parquet, ORC and Arrow: every type as text, what is nested as fields, marks, damage, encryption."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from connectors.formats import columnar
from connectors.interface import Unread
from tests.connectors.formats.opening import assert_resumes, batches, lines, read

UTC = dt.UTC


def parquet(path, table, **options):
    pq.write_table(table, path / "a.parquet", **options)
    return path / "a.parquet"


def to_orc(path, table):
    orc.write_table(table, str(path / "a.orc"))
    return path / "a.orc"


def arrow(path, table, **options):
    with pa.ipc.new_file(path / "a.arrow", table.schema) as writer:
        writer.write_table(table, **options)
    return path / "a.arrow"


def stream(path, table, **options):
    with pa.ipc.new_stream(path / "a.arrows", table.schema) as writer:
        writer.write_table(table, **options)
    return path / "a.arrows"


WRITERS = [parquet, to_orc, arrow, stream]


def values(path):
    found, error = read(path)
    assert error is None
    return found


@pytest.mark.parametrize("write", WRITERS)
def test_simple_types_read_as_a_person_would_see_them(tmp_path, write):
    table = pa.table(
        {
            "phone": pa.array([33612345678.0, 6304000000000000000.0, 0.5]),
            "day": pa.array([dt.date(1980, 2, 29)] * 3),
            "at": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)] * 3, pa.timestamp("us", "UTC")),
            "sum": pa.array([decimal.Decimal("12345678901234.50")] * 3, pa.decimal128(20, 2)),
            "raw": pa.array([b"caf\xe9 x@example.org", b"\0\1y@example.org", None]),
            "ok": pa.array([True, False, None]),
        }
    )
    found = values(write(tmp_path, table))
    assert [value for field, _, value in found if field == "phone"] == ["33612345678", "6304000000000000000", "0.5"]
    first = {field: value for field, (record,), value in found if record == 1}
    assert (first["day"], first["at"], first["sum"]) == ("1980-02-29", "2024-01-02 03:04:05Z", "12345678901234.50")
    assert (first["raw"], first["ok"]) == ("café x@example.org", "true")
    assert ("raw", (2,), "  y@example.org") in found


@pytest.mark.parametrize("write", WRITERS)
def test_structs_and_lists_are_fields_named_by_their_place(tmp_path, write):
    who = {"name": "Ann", "contact": {"emails": ["a@example.org", "b@example.org"]}}
    table = pa.table({"id": [7, 8], "who": [None, who], "tags": [["x"], []]})
    assert sorted(values(write(tmp_path, table))) == [
        ("id", (1,), "7"),
        ("id", (2,), "8"),
        ("tags$[*]", (1,), "x"),
        ("who$.contact.emails[*]", (2,), "a@example.org"),
        ("who$.contact.emails[*]", (2,), "b@example.org"),
        ("who$.name", (2,), "Ann"),
    ]


@pytest.mark.parametrize("write", WRITERS)
def test_keys_of_a_map_are_members_or_data(tmp_path, write):
    maps = pa.array([[("phone", "1"), ("ann@example.org", "2")]], pa.map_(pa.string(), pa.string()))
    found = values(write(tmp_path, pa.table({"m": maps})))
    assert sorted(found) == [("m$.*", (1,), "2"), ("m$.*", (1,), "ann@example.org"), ("m$.phone", (1,), "1")]


def test_json_in_a_column_is_taken_out(tmp_path):
    found = values(parquet(tmp_path, pa.table({"j": ['{"mail": "a@example.org"}', "plain"]})))
    assert found == [("j$.mail", (1,), "a@example.org"), ("j", (2,), "plain")]


def test_types_that_only_arrow_has(tmp_path):
    number = uuid.UUID("12345678-1234-5678-1234-567812345678")
    table = pa.table(
        {
            "city": pa.array(["Paris", None, "Paris"]).dictionary_encode(),
            "view": pa.array(["a@example.org", "b", "c" * 50], pa.string_view()),
            "run": pa.RunEndEncodedArray.from_arrays(pa.array([3], pa.int32()), pa.array(["r@example.org"])),
            "id": pa.array([number.bytes] * 3, pa.uuid()),
            "large": pa.array(["x", "y", "z"], pa.large_string()),
            "time": pa.array([dt.time(1, 2, 3)] * 3),
            "half": pa.array([1.5, 2.0, 3.25], pa.float16()),
            "none": pa.nulls(3),
        }
    )
    first = {field: value for field, (record,), value in values(arrow(tmp_path, table)) if record == 1}
    assert first == {
        "city": "Paris",
        "view": "a@example.org",
        "run": "r@example.org",
        "id": str(number),
        "large": "x",
        "time": "01:02:03",
        "half": "1.5",
    }


def test_columns_of_one_name_stay_apart(tmp_path):
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"])
    assert values(arrow(tmp_path, table)) == [("a", (1,), "1"), ("a (2)", (1,), "2")]


@pytest.mark.parametrize("write", WRITERS)
def test_reading_goes_on_behind_every_mark(tmp_path, write):
    rows = 3 * columnar.PAGE_ROWS + 7
    table = pa.table({"n": range(rows), "l": [[str(n)] for n in range(rows)]})
    options = {"row_group_size": 20_000} if write is parquet else {"max_chunksize": 20_000}
    path = write(tmp_path, table) if write is to_orc else write(tmp_path, table, **options)
    assert_resumes(path)
    assert sum(batch.rows for batch in batches(path)) == rows


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_file_is_said_to_be_damaged(tmp_path, write, share):
    path = write(tmp_path, pa.table({"mail": [f"u{n}@example.org" for n in range(5000)]}))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    (line,) = lines(path).values()
    error = line if isinstance(line, Unread) else read(path)[1]
    assert error is not None
    assert error.cause in ("corrupt", "other")
    assert "example" not in error.reason


def test_what_is_left_of_an_arrow_file_without_its_index_is_read(tmp_path):
    path = arrow(tmp_path, pa.table({"mail": [f"u{n}@example.org" for n in range(9000)]}), max_chunksize=1000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    found, error = read(path)
    assert error is not None
    assert len(found) >= 5000


def test_a_few_bytes_that_stand_for_many_do_not_fill_the_memory(tmp_path):
    big = "x" * 1_000_000
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 500, pa.int32()), pa.array([big]))
    most = max(batch.columns.nbytes for batch in batches(arrow(tmp_path, pa.table({"w": words}))))
    assert most < 80_000_000


def test_an_encrypted_parquet_file_is_said_to_be_encrypted(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PARE" + bytes(100) + b"PARE")
    line = lines(tmp_path)["a.parquet"]
    assert (line.cause, "encrypted" in line.reason) == ("denied", True)


def test_a_text_that_begins_like_parquet_is_a_text(tmp_path):
    (tmp_path / "a.txt").write_text("PAR1 is a word\nORC too\n")
    (tmp_path / "b.bin").write_bytes(b"\xff" * 4 + bytes(range(256)) * 9)
    found = lines(tmp_path)
    assert (found["a.txt"].kind, found["b.bin"].kind) == ("text", "binary data")
