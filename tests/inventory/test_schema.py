"""The schema explains itself, and old or foreign databases are met."""

import sqlite3

import pytest

from inventory.errors import StoreError
from inventory.schema import TABLES, VERSION
from inventory.store import Inventory


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_its_comment_in_the_database(inventory, table):
    ddl = inventory.connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)).fetchone()[0]
    for column in table.columns:
        assert any(line.split()[0] == column.name and line.endswith(column.comment) for line in ddl.splitlines()[1:-1])


def test_locations_are_kept_in_the_order_of_their_tokens(inventory):
    plan = inventory.connection.execute("EXPLAIN QUERY PLAN SELECT * FROM locations WHERE token = x'00'").fetchall()
    assert "USING PRIMARY KEY (token=?)" in plan[0][3]


def test_a_database_of_a_newer_program_is_refused(inventory, tmp_path):
    inventory.connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="newer"):
        Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "r.db").write_text("hello, I am a text and no database at all")
    (tmp_path / "k").write_text("")
    with pytest.raises(Exception, match="key"):
        Inventory(f"sqlite:///{tmp_path}/r.db", tmp_path / "k")


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path, inventory):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE clients (x)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(StoreError, match="no inventory of recense"):
        Inventory(f"sqlite:///{tmp_path}/other.db", tmp_path / "recense.key", create=True)
    assert (tmp_path / "other.db").read_bytes() == before


@pytest.mark.parametrize("url", ["postgresql://h/db", "mysql://h/db", "recense.db", "sqlite://", "sqlite://host/x.db"])
def test_an_inventory_that_is_no_sqlite_file_is_refused(tmp_path, url):
    with pytest.raises(StoreError, match="sqlite:///"):
        Inventory(url, tmp_path / "k", create=True)


def test_the_inventory_is_readable_by_its_owner_only(inventory):
    inventory.client("alice")
    assert {path.stat().st_mode & 0o777 for path in inventory.path.parent.glob("recense.db*")} == {0o600}


def test_an_inventory_that_lost_its_own_description_is_refused(inventory, tmp_path):
    inventory.connection.execute("DELETE FROM meta WHERE name = 'id'")
    with pytest.raises(StoreError, match="says of itself"):
        Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key")
