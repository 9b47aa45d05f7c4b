"""Chinook and Sakila, public sample databases, as the scripts that their projects give away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.connectors.formats.dumps import tables

FOLDER = Path(__file__).parents[3] / "shared" / "fixtures" / "db"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample databases are not beside this checkout")


@pytest.mark.parametrize(("script", "name"), [("MySql", "Chinook.Customer"), ("PostgreSql", "chinook.customer")])
def test_chinook_is_read_with_all_its_rows_and_keys(script, name):
    found = tables(FOLDER / "chinook" / f"Chinook_{script}.sql")
    rows = json.loads((FOLDER / "chinook" / "ChinookData.json").read_text(encoding="utf-8-sig"))
    counts = {table.lower(): len(records) for table, records in rows.items()}
    read = {one.lower().partition(".")[2].replace("_", ""): found[one].counted for one in found if one}
    assert read == counts
    assert all(one.asset.key for table, one in found.items() if table)
    assert any("luisg@embraer.com.br" in row for row in found[name].cells)


def test_sakila_is_read_with_all_its_rows():
    found = tables((FOLDER / "sakila" / "postgres-sakila-insert-data-using-copy.sql").read_bytes())
    counts = {name: one.counted for name, one in found.items() if name}
    assert counts["public.customer"] == 599
    assert counts["public.payment"] == 16_049
    assert sum(counts.values()) == 46_273
    assert all(one.error is None for one in found.values())


def test_a_schema_alone_has_tables_without_rows():
    found = tables((FOLDER / "sakila" / "postgres-sakila-schema.sql").read_bytes())
    assert found["public.film_actor"].asset.key == ("actor_id", "film_id")
    assert not any(one.counted for name, one in found.items() if name)
