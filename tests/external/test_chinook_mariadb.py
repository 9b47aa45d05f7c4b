"""Chinook, a public sample database, as MySQL's own script makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.interface import Asset, Chunk, SourceSpec, Unread
from connectors.registry import open_source

SCRIPT = Path(__file__).parents[3] / "shared" / "fixtures" / "db" / "chinook" / "Chinook_MySql.sql"


@pytest.fixture(scope="module")
def chinook(mariadb_server):
    if not SCRIPT.is_file():
        pytest.skip("the sample databases are not beside this checkout")
    mariadb_server.load(SCRIPT)
    yield mariadb_server
    mariadb_server.execute("DROP DATABASE Chinook")


def test_every_table_is_read_with_all_its_rows(chinook):
    tables = [name for (name,) in chinook.execute("SHOW TABLES", database="Chinook")]
    expected = {f"Chinook.{name}": chinook.execute(f"SELECT COUNT(*) FROM Chinook.`{name}`")[0][0] for name in tables}
    with open_source(SourceSpec("chinook", chinook.url_of("Chinook"))) as source:
        entries = list(source.assets())
        assert not [entry for entry in entries if isinstance(entry, Unread)]
        assets = [entry for entry in entries if isinstance(entry, Asset)]
        found = {asset.name: sum(batch.rows for batch in source.read(asset, Chunk())) for asset in assets}
    assert found == expected
    assert len(found) == 11


def test_every_table_is_keyed_and_names_keep_their_accents(chinook):
    with open_source(SourceSpec("chinook", chinook.url_of("Chinook"))) as source:
        assets = {entry.name: entry for entry in source.assets() if isinstance(entry, Asset)}
        assert all(asset.key for asset in assets.values())
        (batch,) = source.read(assets["Chinook.Customer"], Chunk())
    assert "Gonçalves" in batch.columns.column("LastName").to_pylist()
