"""What a role can see and not read is failed, with a reason; views change nothing; partitions are no assets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.engines import PASSWORD, postgresql_url
from tests.acceptance.program import Program

POSTGRESQL = """
CREATE TABLE open_people (id integer PRIMARY KEY, email text);
INSERT INTO open_people SELECT n, 'person' || n || '@example.org' FROM generate_series(1, 50) n;
CREATE TABLE closed_people (id integer PRIMARY KEY, email text);
CREATE SCHEMA closed;
CREATE TABLE closed.people (id integer PRIMARY KEY, email text);
CREATE VIEW people_view AS SELECT * FROM open_people;
CREATE MATERIALIZED VIEW people_copy AS SELECT * FROM open_people;
CREATE TABLE visits (id integer, day date, ip inet, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO visits SELECT n, DATE '2025-07-01' + n, '192.0.2.7' FROM generate_series(1, 300) n;
GRANT USAGE ON SCHEMA public TO halfreader;
GRANT SELECT ON open_people, visits, people_view, people_copy TO halfreader;
"""


@pytest.fixture(scope="module")
def half_open(postgresql_server: Any) -> Iterator[str]:
    """A database that its role may read in part."""
    postgresql_server.create_role("halfreader", PASSWORD)
    with postgresql_server.database("rights") as name:
        postgresql_server.psql("GRANT CONNECT ON DATABASE rights TO halfreader")
        postgresql_server.psql(POSTGRESQL, name)
        yield postgresql_url(postgresql_server, name, "halfreader")


@pytest.fixture(scope="module")
def half_read(half_open: str, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program after a scan that could not read everything."""
    program = Program(tmp_path_factory.mktemp("half-read"))
    answer = program.ask("scan", half_open, expect=(3,))
    assert answer["status"] == "partial"
    return program


@pytest.fixture(scope="module")
def scanned(half_read: Program) -> dict[str, dict[str, Any]]:
    """The coverage of that scan."""
    return {line["asset"]: line for line in half_read.ask("coverage")}


def test_a_table_without_permission_is_failed_with_a_reason(scanned: dict[str, dict[str, Any]]) -> None:
    line = scanned["rights.public.closed_people"]
    assert line["status"] == "failed"
    assert line["reason"]


def test_a_schema_without_permission_is_failed_with_a_reason(scanned: dict[str, dict[str, Any]]) -> None:
    closed = [line for name, line in scanned.items() if name.startswith("rights.closed")]
    assert [line["status"] for line in closed] == ["failed"]


def test_what_can_be_read_is_read_all_the_same(scanned: dict[str, dict[str, Any]]) -> None:
    assert scanned["rights.public.open_people"]["status"] == "scanned"
    assert scanned["rights.public.open_people"]["rows"] == 50


def test_a_partitioned_table_is_one_asset(scanned: dict[str, dict[str, Any]]) -> None:
    visits = {name: line for name, line in scanned.items() if "visits" in name}
    assert {name: line["rows"] for name, line in visits.items()} == {"rights.public.visits": 300}


def test_views_are_skipped_and_no_failure(scanned: dict[str, dict[str, Any]]) -> None:
    assert scanned["rights.public.people_view"]["status"] == "skipped"
    assert scanned["rights.public.people_copy"]["status"] == "skipped"


def test_locate_says_that_it_could_not_look_everywhere(half_read: Program) -> None:
    answer = half_read.ask("locate", "person7@example.org", expect=(0, 3))
    assert [(record["asset"], record["locator"]) for record in answer["records"]] == [
        ("rights.public.open_people", {"key": {"id": "7"}})
    ]
    assert answer["coverage"]["complete"] is False
    assert answer["coverage"]["assets_not_read"] == 2


def test_a_mariadb_table_without_permission_is_failed(program: Program, mariadb_server: Any) -> None:
    mariadb_server.execute(
        "CREATE DATABASE rights",
        "CREATE TABLE rights.open_people (id INT PRIMARY KEY, email TEXT)",
        "INSERT INTO rights.open_people VALUES (1, 'jo@example.org')",
        "CREATE TABLE rights.closed_people (id INT PRIMARY KEY, email TEXT)",
        f"CREATE USER halfreader IDENTIFIED BY '{PASSWORD}'",
        "GRANT SELECT ON rights.open_people TO halfreader",
        "GRANT INSERT ON rights.closed_people TO halfreader",
    )
    url = mariadb_server.url_of("rights").replace("root@", f"halfreader:{PASSWORD}@")
    program.ask("scan", url, expect=(3,))
    lines = {line["asset"]: line["status"] for line in program.ask("coverage")}
    assert lines["rights.open_people"] == "scanned"
    assert lines["rights.closed_people"] == "failed"


def test_a_wrong_password_fails_with_one_line_that_does_not_show_it(program: Program, half_open: str) -> None:
    program.run("scan", str(program.folder))
    done = program.run("scan", half_open.replace(PASSWORD, "wrong-violet-gate"))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "wrong-violet-gate" not in done.stderr + done.stdout


def test_the_password_of_a_url_is_shown_and_stored_nowhere(program: Program, half_open: str) -> None:
    program.ask("scan", half_open, expect=(3,))
    for words in (("coverage",), ("findings",), ("audit", "show"), ("inventory",)):
        program.run(*words, "--format", "json")
    assert [
        path for path in program.folder.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ] == []
