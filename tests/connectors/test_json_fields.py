"""JSON in the cells of a database column."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from connectors.interface import Batch, Locators
from connectors.json_fields import expand
from tests.connectors.formats.opening import cells


def batch_of(*settings, **others):
    columns = {"settings": pa.array(settings, pa.string()), **others}
    keys = pa.array([f"k{n}" for n in range(len(settings))])
    return Batch(pa.RecordBatch.from_pydict(columns), Locators((keys,)), {"after": 7}, len(settings), 100, "cut")


def test_leaves_are_fields_under_the_column_with_the_records_own_key():
    extra, whole = list(expand(batch_of("plain", '{"contact": {"email": "zoe@example.org"}}')))
    assert cells([extra]) == [("settings$.contact.email", ("k1",), "zoe@example.org")]
    assert whole.columns.column(0).to_pylist() == ["plain", None]


def test_the_mark_is_on_the_last_batch_and_each_row_and_byte_counts_once():
    found = list(expand(batch_of('{"a": "x", "b": ["y", "z"]}', '[{"a": "w"}]')))
    assert [batch.mark for batch in found[:-1]] == [None] * (len(found) - 1)
    assert found[-1].mark == {"after": 7}
    assert [sum(batch.rows for batch in found), sum(batch.size for batch in found)] == [2, 100]
    assert found[-1].cut == "cut"


@pytest.mark.parametrize("cell", ["[broken", "{}x", "{'a': 1}", "[" * 100_000, '"text"', "12", "", " ", "[] []"])
def test_what_is_no_json_container_stays_as_it_is(cell):
    assert cells(expand(batch_of(cell))) == [("settings", ("k0",), cell)]


def test_a_batch_without_json_is_passed_on_untouched():
    batch = batch_of("a", None, "{")
    (same,) = expand(batch)
    assert same.columns.equals(batch.columns)


def test_slices_of_larger_arrays_are_read_at_their_place():
    batch = batch_of("x", None, '{"a": "b"}', '["c"]')
    part = Batch(batch.columns.slice(2), Locators((batch.locators.slots[0].slice(2),)), None, 2, 0)
    assert cells(expand(part)) == [("settings$.a", ("k2",), "b"), ("settings$[*]", ("k3",), "c")]


def test_a_document_with_too_many_levels_stays_text():
    deep = "[" * 250 + '"zoe@example.org"' + "]" * 250
    assert cells(expand(batch_of(deep))) == [("settings", ("k0",), deep)]


def test_names_that_are_data_are_values_too():
    found = cells(expand(batch_of(json.dumps({"zoe@example.org": 1, "+33 1 99 00 12 34": {"n": "x"}}))))
    assert ("settings$.*", ("k0",), "zoe@example.org") in found
    assert ("settings$.*.n", ("k0",), "x") in found


def test_a_large_column_keeps_the_limits_and_all_leaves():
    document = json.dumps({"a": "x" * 1000})
    found = list(expand(batch_of(*[document] * 20_000)))
    assert sum(batch.columns.num_rows for batch in found if batch.rows == 0) == 20_000
    assert all(batch.columns.nbytes <= 64 * 1024 * 1024 for batch in found)
