"""Chinook and Sakila, two public sample databases, are read to their last row; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.interface import Asset, SourceSpec
from connectors.registry import open_source

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "db"
CHINOOK_ROWS = {
    "album": 347, "artist": 275, "customer": 59, "employee": 8, "genre": 25, "invoice": 412,
    "invoiceline": 2240, "mediatype": 5, "playlist": 18, "playlisttrack": 8715, "track": 3503,
}  # fmt: skip
"""As its ChinookData.json has them; underscores left out of the names."""
SAKILA_ROWS = {
    "actor": 200, "address": 603, "category": 16, "city": 600, "country": 109, "customer": 599, "film": 1000,
    "film_actor": 5462, "film_category": 1000, "inventory": 4581, "language": 6, "rental": 16044, "staff": 2,
    "store": 2,
}  # fmt: skip
"""As the COPY blocks of its data file have them."""


def fixture(path):
    """Give a sample's file, or skip with a word."""
    if not (FIXTURES / path).exists():
        pytest.skip(f"{path} is not at hand")
    return FIXTURES / path


def rows_read(url):
    """Read every asset of a source, and count the rows by the table's name."""
    with open_source(SourceSpec("sample", url)) as source:
        assets = [entry for entry in source.assets() if isinstance(entry, Asset)]
        return {
            asset.name.rpartition(".")[2].lower(): sum(
                batch.rows for chunk in source.chunks(asset) for batch in source.read(asset, chunk)
            )
            for asset in assets
        }


def test_chinook_is_read_from_sqlite():
    assert rows_read(f"sqlite:///{fixture('chinook/Chinook_Sqlite.sqlite')}") == CHINOOK_ROWS


def test_chinook_is_read_from_postgresql(request):
    script = fixture("chinook/Chinook_PostgreSql.sql").read_text()
    server = request.getfixturevalue("postgresql_server")
    server.psql(script)
    found = rows_read(server.url("chinook", query=f"host={server.folder}"))
    server.psql("DROP DATABASE chinook")
    assert {name.replace("_", ""): rows for name, rows in found.items()} == CHINOOK_ROWS


def test_sakila_is_read_from_postgresql(request):
    schema = fixture("sakila/postgres-sakila-schema.sql").read_text()
    data = fixture("sakila/postgres-sakila-insert-data-using-copy.sql").read_text()
    server = request.getfixturevalue("postgresql_server")
    with server.database("sakila") as database:
        # The dump is of PostgreSQL 8: two of its statements are no longer known.
        server.psql(
            schema.replace("SET default_with_oids = false;", "").replace("PROCEDURAL LANGUAGE", "LANGUAGE"), database
        )
        server.psql(data, database)
        found = rows_read(server.url(database, query=f"host={server.folder}"))
    assert {name: rows for name, rows in found.items() if name in SAKILA_ROWS} == SAKILA_ROWS
    assert sum(rows for name, rows in found.items() if name.startswith("payment")) == 16049
