"""MySQL and MariaDB: what an account may do, and what is said of the rest."""

from __future__ import annotations

import pytest

from connectors.interface import Asset, Cause, Chunk, SourceSpec
from connectors.mysql_rights import parse, statements
from connectors.registry import open_source
from tests.connectors.contract import records


@pytest.fixture
def server(mariadb_server):
    """Two databases, one of whose names looks like a pattern, and an account without rights."""
    mariadb_server.execute(
        "CREATE DATABASE a_b",
        "CREATE DATABASE axb",
        "CREATE TABLE a_b.t (id INT PRIMARY KEY, open TEXT, secret TEXT)",
        "INSERT INTO a_b.t VALUES (1, 'yes', 'no')",
        "CREATE TABLE axb.t (id INT PRIMARY KEY)",
        "CREATE USER reader IDENTIFIED BY 'pw'",
    )
    yield mariadb_server
    mariadb_server.execute(
        "DROP DATABASE a_b", "DROP DATABASE axb", "DROP USER reader", "DROP ROLE IF EXISTS staff, boss"
    )


def as_reader(server, database="", **more):
    return open_source(SourceSpec("server", server.url_of(database, "reader"), "pw", **more))


def listed(source):
    return {entry.name: entry for entry in source.assets()}


def test_the_grants_that_it_asks_for_are_enough_and_name_one_database(server):
    with as_reader(server, "a_b") as source:
        server.execute(*[grant.rstrip(";") for grant in source.grants()])
    with as_reader(server) as source:
        assets = [entry for entry in source.assets() if isinstance(entry, Asset)]
        assert [asset.name for asset in assets] == ["a_b.t"]
        assert len(records(source.read(assets[0], Chunk()))) == 1
        assert not [right for right in source.check() if right.level != "ok"]


def apply(server, grants):
    server.execute(*[grant.rstrip(";") for grant in grants if not grant.startswith("--")])


def test_the_grants_for_a_whole_server_are_enough_and_open_no_hashes(server):
    with as_reader(server) as source:
        assert [right.level for right in source.check() if "no database is visible" in right.message] == ["error"]
        first = source.grants()
        apply(server, first)
    with as_reader(server) as source:
        apply(server, source.grants())
        assert first[-1].startswith("-- Then check again")
        assert not any("SELECT ON *.*" in grant or "`mysql`" in grant for grant in (*first, *source.grants()))
    with as_reader(server) as source:
        assert {"a_b.t", "axb.t"} <= {entry.name for entry in source.assets() if isinstance(entry, Asset)}


def test_a_table_that_may_be_written_and_not_read_is_denied(server):
    server.execute("GRANT INSERT ON a_b.t TO reader")
    with as_reader(server) as source:
        line = listed(source)["a_b.t"]
    assert line.cause is Cause.DENIED
    assert "GRANT SELECT" in line.reason


def test_columns_that_may_not_be_read_are_named_and_the_others_read(server):
    server.execute("GRANT SELECT (id, open), INSERT (secret) ON a_b.t TO reader")
    with as_reader(server) as source:
        (batch,) = source.read(listed(source)["a_b.t"], Chunk())
    assert records(iter([batch])) == [(("1",), ("1", "yes"))]
    assert "secret" in (batch.cut or "")


@pytest.mark.parametrize("key", ["", "(a, b)", "(b, a)", "(a)", "(b)"])
def test_columns_without_any_right_are_said_to_be_missing(server, key):
    server.execute(
        f"CREATE TABLE a_b.u (a INT NOT NULL, b INT NOT NULL, c TEXT{', PRIMARY KEY ' + key if key else ''})",
        "INSERT INTO a_b.u VALUES (1, 2, 'x')",
        "GRANT SELECT (b) ON a_b.u TO reader",
    )
    with as_reader(server, "a_b") as source:
        asset = listed(source)["a_b.u"]
        (batch,) = source.read(asset, Chunk())
        assert [right.subject for right in source.check() if right.level == "error"] == ["a_b.u"]
    assert asset.key == (("b",) if key == "(b)" else ())
    assert records(iter([batch])) == [(("2",) if asset.key else (1,), ("2",))]
    assert "some of its columns only" in batch.cut


def test_single_columns_beside_the_whole_table_hide_nothing(server):
    server.execute("GRANT SELECT (id), SELECT ON a_b.t TO reader")
    with as_reader(server) as source:
        assert listed(source)["a_b.t"].detail["cut"] is None


@pytest.mark.parametrize("key", ["", "PRIMARY KEY"])
def test_a_table_of_which_no_row_is_seen_says_what_is_hidden(server, key):
    server.execute(f"CREATE TABLE a_b.u (a INT {key}, b INT)", "GRANT SELECT (a) ON a_b.u TO reader")
    with as_reader(server, "a_b") as source:
        asset = listed(source)["a_b.u"]
        (batch,) = source.read(asset, Chunk())
        assert list(source.read(asset, Chunk(), batch.mark)) == []
    assert (batch.rows, batch.columns.num_rows) == (0, 0)
    assert "some of its columns only" in batch.cut


def test_an_emptied_table_with_older_versions_says_so(server):
    server.execute(
        "CREATE TABLE a_b.u (a INT PRIMARY KEY) WITH SYSTEM VERSIONING",
        "INSERT INTO a_b.u VALUES (1)",
        "DELETE FROM a_b.u",
        "GRANT SELECT ON a_b.* TO reader",
    )
    with as_reader(server, "a_b") as source:
        (batch,) = source.read(listed(source)["a_b.u"], Chunk())
    assert "older versions" in batch.cut


def test_without_the_key_rows_are_numbered(server):
    server.execute("GRANT SELECT (open), INSERT (id, secret) ON a_b.t TO reader")
    with as_reader(server) as source:
        (batch,) = source.read(listed(source)["a_b.t"], Chunk())
    assert records(iter([batch])) == [((1,), ("yes",))]


def test_rights_through_a_role_count(server):
    server.execute(
        "CREATE ROLE staff",
        "GRANT SELECT, DELETE ON a_b.* TO staff",
        "GRANT staff TO reader",
        "SET DEFAULT ROLE staff FOR reader",
    )
    with as_reader(server) as source:
        assert isinstance(listed(source)["a_b.t"], Asset)
        warnings = [right for right in source.check() if right.level == "warning"]
    assert any("DELETE" in right.message for right in warnings)


def test_a_role_that_is_not_active_is_warned_of_too(server):
    server.execute("CREATE ROLE boss", "GRANT UPDATE ON *.* TO boss", "GRANT boss TO reader")
    with as_reader(server) as source:
        warnings = [right.message for right in source.check() if right.level == "warning"]
    assert any("UPDATE" in message for message in warnings)


@pytest.mark.parametrize("right", ["INSERT", "FILE", "SUPER", "CREATE", "LOCK TABLES", "ALL PRIVILEGES"])
def test_every_right_beyond_reading_is_warned_of(server, right):
    where = "*.*" if right in ("FILE", "SUPER") else "a_b.*"
    server.execute(f"GRANT {right} ON {where} TO reader")
    with as_reader(server) as source:
        warnings = [line.message for line in source.check() if line.level == "warning"]
    assert any(right in message for message in warnings)


def test_hidden_databases_are_spoken_of(server):
    with as_reader(server) as source:
        assert any("invisible" in right.message for right in source.check())
    server.execute("GRANT SHOW DATABASES ON *.* TO reader")
    with as_reader(server) as source:
        assert not any("invisible" in right.message for right in source.check())
        line = listed(source)["a_b"]
    assert (line.kind, line.cause) == ("database", Cause.DENIED)


def test_a_hash_of_a_password_is_never_shown(server):
    server.execute("GRANT INSERT ON *.* TO reader")
    with as_reader(server) as source:
        shown = repr([*source.check(), *source.grants()])
    assert "IDENTIFIED" not in shown
    assert "*D8" not in shown


def test_a_line_of_grants_is_read_whatever_names_stand_in_it():
    grant = parse(
        "GRANT SELECT (`a`, `x ON y`), INSERT ON `d` TO b`.`t``TO` TO `u`@`%` WITH GRANT OPTION".replace(
            "`d` TO b`", "`d TO b`"
        )
    )
    assert grant.privileges == ("SELECT", "INSERT")
    assert grant.target == "`d TO b`.`t``TO`"
    assert grant.beyond == ("INSERT", "GRANT OPTION")
    assert parse("GRANT `r1`@`%`,`r2`@`%` TO `u`@`%`").roles == ("r1", "r2")


def test_names_in_grants_are_quoted_and_are_no_patterns():
    given = statements("o'x", "%", ["a_b`c%", "mysql"], whole=True)
    assert given == [
        "GRANT SHOW DATABASES ON *.* TO 'o''x'@'%';",
        "GRANT SELECT ON `a\\_b``c\\%`.* TO 'o''x'@'%';",
    ]
