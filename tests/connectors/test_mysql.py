"""MySQL and MariaDB: the contract, and what their types, engines and character sets ask for."""

from __future__ import annotations

import time

import pytest

from connectors import mysql_fingerprint, mysql_read
from connectors.errors import ReadError
from connectors.interface import Asset, Cause, Chunk, SourceSpec, Unread
from connectors.mysql_fingerprint import SETTLED_SECONDS
from connectors.mysql_names import quote
from connectors.registry import open_source
from connectors.tables import CELL_CHARACTERS
from tests.connectors.contract import DENIED, SECRET, Store, TableContract, load, records

PASSWORD = "scan'n%ing: pass@word/€"


@pytest.fixture(scope="module")
def store(mariadb_server):
    server = mariadb_server
    server.execute("CREATE DATABASE contract_shop", f'CREATE USER scanner IDENTIFIED BY "{PASSWORD}"')
    statements: list[str] = []
    load(statements.append, quote, lambda n: f"REPEAT('x', {n})")
    server.execute(*statements, database="contract_shop")
    for (table,) in server.execute("SHOW TABLES", database="contract_shop"):
        right = "INSERT" if table == DENIED else "SELECT"
        server.execute(f"GRANT {right} ON contract_shop.{quote(table)} TO scanner")
    time.sleep(SETTLED_SECONDS + 0.1)
    spec = SourceSpec("shop", server.url_of("contract_shop", "scanner"), PASSWORD)
    checked = "CHECKSUM TABLE contract_shop.people, contract_shop.orders, contract_shop.journal"
    yield Store(
        spec,
        "contract_shop.",
        state=lambda: server.execute(checked),
        refused=SourceSpec("shop", spec.url, SECRET),
    )
    server.execute("DROP DATABASE contract_shop", "DROP USER scanner")


class TestContract(TableContract):
    """What every database connector does."""

    cut = frozenset({"people"})


@pytest.fixture
def shop(mariadb_server):
    """An empty database, and what opens it."""
    server = mariadb_server
    server.execute("CREATE DATABASE shop", "SET GLOBAL sql_mode = ''")
    yield server
    server.execute("DROP DATABASE shop", "SET GLOBAL sql_mode = DEFAULT")


def source_of(server, **more):
    return open_source(SourceSpec("shop", server.url_of("shop"), **more))


def listed(source):
    return {entry.name: entry for entry in source.assets()}


def values(server, table, *statements):
    """Read a table after some statements: (locator, values) of each record."""
    server.execute(*statements, database="shop")
    with source_of(server) as source:
        return records(source.read(listed(source)[f"shop.{table}"], Chunk()))


TYPES = [
    ("BIGINT UNSIGNED", "18446744073709551615", "18446744073709551615"),
    ("DECIMAL(20,4)", "1.5", "1.5000"),
    ("DOUBLE", "0.1e0 + 0.2e0", "0.30000000000000004"),
    ("DATE", "'0000-00-00'", "0000-00-00"),
    ("DATETIME(3)", "'0000-00-00'", "0000-00-00 00:00:00.000"),
    ("TIME", "'-838:59:59'", "-838:59:59"),
    ("YEAR", "1999", "1999"),
    ("BIT(20)", "b'101'", "5"),
    ("ENUM('x','é')", "'é'", "é"),
    ("SET('x','y')", "'x,y'", "x,y"),
    ("BLOB", "'name é'", "name é"),
    ("VARBINARY(9)", "X'E920'", "é "),
    ("TEXT CHARACTER SET latin1", "'é€'", "é€"),
    ("TEXT CHARACTER SET utf8mb3", "'é'", "é"),
    ("TEXT CHARACTER SET ucs2", "'é'", "é"),
    ("TEXT CHARACTER SET utf8mb4", "'😀'", "😀"),
    ("UUID", "'123e4567-e89b-12d3-a456-426655440000'", "123e4567-e89b-12d3-a456-426655440000"),
    ("INET6", "'2001:db8::1'", "2001:db8::1"),
    ("INT", "NULL", None),
]


@pytest.mark.parametrize(("declared", "literal", "text"), TYPES)
def test_every_type_comes_as_text(shop, declared, literal, text):
    found = values(shop, "t", f"CREATE TABLE t (v {declared})", f"INSERT INTO t VALUES ({literal})")
    assert found == [((1,), (text,))]


def test_geometry_does_no_harm(shop):
    ((_, (shape, mail)),) = values(
        shop, "t", "CREATE TABLE t (g POINT, v TEXT)", "INSERT INTO t VALUES (POINT(1, 2), 'a@example.org')"
    )
    assert isinstance(shape, str)
    assert mail == "a@example.org"


def test_json_in_a_cell_becomes_fields(shop):
    shop.execute(
        "CREATE TABLE t (j JSON)", """INSERT INTO t VALUES ('{"a": {"m": "x@example.org"}}')""", database="shop"
    )
    with source_of(shop) as source:
        batches = list(source.read(listed(source)["shop.t"], Chunk()))
    assert "j$.a.m" in {name for batch in batches for name in batch.columns.schema.names}
    assert batches[-1].mark == {"end": True}


KEYS = [
    ("INT", "(3), (-1), (2)"),
    ("INT(8) ZEROFILL", "(3), (20)"),
    ("FLOAT", "(1.1), (16777216), (16777218), (1e-30), (-3.4e38)"),
    ("FLOAT(10,2)", "(1.1), (3.33)"),
    ("DOUBLE", "(0.3), (0.1e0 + 0.2e0), (-1e-300)"),
    ("DECIMAL(30,10)", "(0.1), (-5), (12345678901234567890.5)"),
    ("BIT(64)", "(b'1'), (0xFFFFFFFFFFFFFFFF)"),
    ("ENUM('z','a','m')", "('a'), ('z'), ('m')"),
    ("SET('z','a','m')", "('a'), ('z,a'), ('m'), ('')"),
    ("DATETIME(6)", "('0000-00-00'), ('2020-01-01 10:00:00.123456')"),
    ("TIME", "('-838:59:59'), ('0:0:0'), ('838:59:59')"),
    ("UUID", "('ffffffff-0000-1000-8000-000000000001'), ('00000000-ffff-4000-8000-000000000001'), (UUID())"),
    ("INET6", "('::1'), ('2001:db8::1')"),
    ("BINARY(4)", "(X'FF00AA01'), ('abcd'), ('a''`;'), (X'00000000')"),
    ("VARBINARY(9)", "(''), (X'AB'), ('ab'), ('AB'), ('é')"),
    ("VARCHAR(20) COLLATE utf8mb4_general_ci", "('Anna'), ('bob'), ('BOBBY'), ('é'), ('a '), ('Z'), ('ß'), ('')"),
    ("VARCHAR(20) COLLATE utf8mb4_bin", "('Anna'), ('anna'), ('\\'; DROP TABLE t; --'), ('a\\\\b')"),
    ("VARCHAR(20) COLLATE utf8mb4_nopad_bin", "('a'), ('a '), ('a  ')"),
    ("VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci", "('ä'), ('ae2'), ('ÿ'), ('€')"),
    ("VARCHAR(20) CHARACTER SET utf8mb3", "('é'), ('z'), ('A')"),
    ("VARCHAR(20) CHARACTER SET utf16", "('é'), ('z'), ('😀')"),
    ("VARCHAR(20) CHARACTER SET gbk", "('中'), ('文'), ('a')"),
]


@pytest.mark.parametrize(("declared", "rows"), KEYS)
def test_a_table_is_paged_by_any_key_without_loss(shop, monkeypatch, declared, rows):
    monkeypatch.setattr(mysql_read, "FIRST_ROWS", 1)
    monkeypatch.setattr(mysql_read, "page_rows", lambda *_: 1)
    shop.execute(f"CREATE TABLE t (k {declared} PRIMARY KEY)", f"INSERT INTO t VALUES {rows}", database="shop")
    with source_of(shop) as source:
        asset = listed(source)["shop.t"]
        batches = list(source.read(asset, Chunk()))
        found = records(iter(batches))
        again = records(source.fetch(asset, [locator for locator, _ in found]))
        rest = records(source.read(asset, Chunk(), after=batches[0].mark))
    assert len(found) == len(dict(found)) == rows.count("(") - rows.count("UUID(")
    assert dict(again) == dict(found)
    assert rest == found[1:]


def test_an_hour_that_comes_twice_does_not_double_a_timestamp_key(shop, monkeypatch):
    monkeypatch.setattr(mysql_read, "FIRST_ROWS", 1)
    monkeypatch.setattr(mysql_read, "page_rows", lambda *_: 1)
    shop.execute(
        "SET time_zone = '+00:00'",
        "CREATE TABLE t (k TIMESTAMP PRIMARY KEY, v DATETIME)",
        "INSERT INTO t VALUES ('2020-10-25 00:30:00', 0), ('2020-10-25 01:30:00', 0)",
        database="shop",
    )
    with source_of(shop) as source:
        found = records(source.read(listed(source)["shop.t"], Chunk()))
    assert [locator for locator, _ in found] == [("2020-10-25 00:30:00",), ("2020-10-25 01:30:00",)]


def test_a_composite_key_is_paged_through_its_index(shop):
    shop.execute(
        "CREATE TABLE t (a INT, b VARCHAR(9), c DATE, v INT, PRIMARY KEY (a, b, c))",
        "INSERT INTO t SELECT seq % 7, seq, '2020-01-01', seq FROM seq_1_to_5000",
        database="shop",
    )
    with source_of(shop) as source:
        table = mysql_read.Table.of(listed(source)["shop.t"])
        query = mysql_read._page(table, mysql_read.Progress(("3", "1000", "2020-01-01"), 0), 100)
        ((plan,),) = source._session.rows(f"EXPLAIN FORMAT=JSON {query}")
    assert '"access_type": "range"' in plan
    assert '"used_key_parts": ["a", "b", "c"]' in plan
    assert "filesort" not in plan


@pytest.mark.parametrize("engine", ["MyISAM", "Aria", "MEMORY", "CSV"])
@pytest.mark.parametrize("key", ["", ", PRIMARY KEY (id)"])
def test_other_engines_are_read_too(shop, engine, key):
    if engine == "CSV" and key:
        pytest.skip("CSV tables have no keys")
    shop.execute(
        f"CREATE TABLE t (id VARCHAR(9) NOT NULL, v INT NOT NULL{key}) ENGINE={engine}",
        "INSERT INTO t VALUES ('b', 1), ('a', 2)",
        database="shop",
    )
    with source_of(shop) as source:
        asset = listed(source)["shop.t"]
        found = records(source.read(asset, Chunk()))
        assert sorted(records(source.fetch(asset, [locator for locator, _ in found]))) == sorted(found)
    assert {cells for _, cells in found} == {("b", "1"), ("a", "2")}


def test_a_key_on_a_prefix_still_addresses_its_rows(shop):
    statements = ["CREATE TABLE t (k TEXT, PRIMARY KEY (k(3)))", "INSERT INTO t VALUES ('abcX'), ('b')"]
    shop.execute(*statements, database="shop")
    with source_of(shop) as source:
        asset = listed(source)["shop.t"]
        assert records(source.fetch(asset, [("abcX",)])) == [(("abcX",), ("abcX",))]
        assert dict(records(source.read(asset, Chunk()))).keys() == {("abcX",), ("b",)}


def test_a_unique_index_gives_marks_where_there_is_no_primary_key(shop):
    shop.execute("CREATE TABLE t (k INT NOT NULL UNIQUE)", "INSERT INTO t VALUES (5), (1)", database="shop")
    with source_of(shop) as source:
        asset = listed(source)["shop.t"]
        (batch,) = source.read(asset, Chunk())
        assert records(iter([batch])) == [((1,), ("1",)), ((2,), ("5",))]
        assert records(source.read(asset, Chunk(), after={"after": ["1"], "row": 1})) == [((2,), ("5",))]
        assert batch.mark == {"after": ["5"], "row": 2}


def test_a_row_written_during_the_scan_is_neither_doubled_nor_in_the_way(shop):
    shop.execute("CREATE TABLE t (k INT PRIMARY KEY)", "INSERT INTO t SELECT seq FROM seq_1_to_9000", database="shop")
    with source_of(shop) as source:
        reading = source.read(listed(source)["shop.t"], Chunk())
        first = next(reading)
        shop.execute("INSERT INTO t VALUES (-5), (20000)", "DELETE FROM t WHERE k = 5000", database="shop")
        found = [locator for locator, _ in records(iter([first, *reading]))]
    assert len(set(found)) == len(found) == 9000
    assert ("20000",) in found


def test_what_holds_no_rows_of_its_own_is_skipped_and_said_so(shop):
    shop.execute(
        "CREATE SEQUENCE s",
        "CREATE TABLE t (id INT) ENGINE=MyISAM",
        "CREATE TABLE m (id INT) ENGINE=MRG_MyISAM UNION=(t)",
        database="shop",
    )
    with source_of(shop) as source:
        lines = listed(source)
    assert isinstance(lines["shop.t"], Asset)
    assert (lines["shop.s"].cause, lines["shop.m"].cause) == (Cause.SYSTEM, Cause.VIEW)


def test_a_partitioned_table_is_one_asset(shop):
    parts = "PARTITION BY HASH(id) PARTITIONS 4"
    shop.execute(f"CREATE TABLE t (id INT PRIMARY KEY) {parts}", "INSERT INTO t VALUES (1), (2), (3)", database="shop")
    with source_of(shop) as source:
        lines = listed(source)
        assert [(name, line.kind) for name, line in lines.items()] == [("shop.t", "partitioned table")]
        assert len(records(source.read(lines["shop.t"], Chunk()))) == 3


def test_rows_of_the_past_are_named_as_not_read(shop):
    shop.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING",
        "INSERT INTO t VALUES (1, 1)",
        "UPDATE t SET v = 2",
        database="shop",
    )
    with source_of(shop) as source:
        (batch,) = source.read(listed(source)["shop.t"], Chunk())
    assert "older versions" in (batch.cut or "")
    assert records(iter([batch])) == [(("1",), ("1", "2"))]


def test_the_whole_server_is_walked_without_its_own_schemas(mariadb_server, shop):
    shop.execute("CREATE TABLE t (id INT PRIMARY KEY)", database="shop")
    with open_source(SourceSpec("all", mariadb_server.url)) as source:
        lines = {entry.name: entry for entry in source.assets()}
    assert isinstance(lines["shop.t"], Asset)
    for schema in ("mysql", "information_schema", "performance_schema", "sys"):
        assert isinstance(lines[schema], Unread)
        assert (lines[schema].kind, lines[schema].cause) == ("schema", Cause.SYSTEM)


def test_tables_whose_names_meet_keep_names_of_their_own(mariadb_server, shop):
    mariadb_server.execute(
        "CREATE DATABASE `shop.a`", "CREATE TABLE `shop.a`.b (id INT)", "CREATE TABLE shop.`a.b` (id INT)"
    )
    with open_source(SourceSpec("all", mariadb_server.url)) as source:
        names = [entry.name for entry in source.assets() if isinstance(entry, Asset)]
    mariadb_server.execute("DROP DATABASE `shop.a`")
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith(("shop", '"shop'))]) == 2


@pytest.mark.parametrize(("declared", "character"), [("LONGTEXT", "x"), ("LONGTEXT", "é"), ("LONGBLOB", "x")])
def test_a_huge_cell_is_cut_and_said_so(shop, declared, character):
    shop.execute(
        f"CREATE TABLE t (id INT PRIMARY KEY, v {declared})",
        f"INSERT INTO t VALUES (1, REPEAT('{character}', {CELL_CHARACTERS + 9})), (2, 'end')",
        database="shop",
    )
    with source_of(shop) as source:
        batches = list(source.read(listed(source)["shop.t"], Chunk()))
    assert "only in part" in (batches[0].cut or "")
    assert [cells[1][:3] for _, cells in records(iter(batches))] == [character * 3, "end"]


def test_a_row_of_several_packets_is_read_whole(shop):
    size = 8_388_600
    shop.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, a LONGTEXT, b LONGTEXT, c LONGTEXT)",
        f"INSERT INTO t VALUES (1, REPEAT('a', {size}), REPEAT('b', {size + 15}), 'end'), (2, 'x', 'y', 'z')",
        database="shop",
    )
    with source_of(shop) as source:
        found = records(source.read(listed(source)["shop.t"], Chunk()))
    assert [len(cell) for cell in found[0][1]] == [1, size, size + 15, 3]
    assert found[1] == (("2",), ("2", "x", "y", "z"))


def test_a_fingerprint_changes_with_the_content_and_tells_no_time_while_that_is_fresh(shop):
    shop.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", database="shop")
    with source_of(shop) as source:
        fresh = listed(source)["shop.t"].fingerprint
        time.sleep(SETTLED_SECONDS + 0.1)
        before = listed(source)["shop.t"].fingerprint
        shop.execute("UPDATE t SET id = 2", database="shop")
        time.sleep(SETTLED_SECONDS + 0.1)
        after = listed(source)["shop.t"].fingerprint
    assert fresh
    assert before
    assert after not in (None, before, fresh)


CHANGES = {
    "updated": ("", "UPDATE updated SET id = 7 WHERE id = 1"),
    "truncated": ("", "TRUNCATE truncated"),
    "narrowed": ("", "ALTER TABLE narrowed DROP COLUMN v"),
    "myisam": ("ENGINE=MyISAM", "UPDATE myisam SET id = 7 WHERE id = 1"),
    "aria": ("ENGINE=Aria", "UPDATE aria SET id = 7 WHERE id = 1"),
    "parted": ("PARTITION BY HASH(id) PARTITIONS 2", "ALTER TABLE parted TRUNCATE PARTITION p1"),
}


def test_no_change_leaves_the_fingerprint_as_it_was(shop):
    for name, (options, _) in CHANGES.items():
        create = f"CREATE TABLE {name} (id INT PRIMARY KEY, v INT) {options}"
        shop.execute(create, f"INSERT INTO {name} (id) VALUES (1), (2)", database="shop")
    child = "CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES updated(id) ON UPDATE CASCADE)"
    shop.execute(child, "INSERT INTO child VALUES (1)", database="shop")
    with source_of(shop) as source:
        time.sleep(SETTLED_SECONDS + 0.1)
        before = {name: line.fingerprint for name, line in listed(source).items()}
        shop.execute(*[change for _, change in CHANGES.values()], database="shop")
        time.sleep(SETTLED_SECONDS + 0.1)
        after = {name: line.fingerprint for name, line in listed(source).items()}
    assert not [name for name in before if before[name] is not None and before[name] == after[name]]
    assert before["shop.updated"]
    assert before["shop.myisam"]


KEPT = (
    "CREATE TABLE summed (id INT PRIMARY KEY, a VARCHAR(40), b VARCHAR(40), l VARCHAR(9) CHARACTER SET latin1, c BIT(9)"
)
MOVES = (
    "UPDATE summed SET b = CONCAT(a, b), a = '' WHERE id = 1",
    "UPDATE summed SET a = NULL WHERE id = 1",
    "UPDATE summed SET b = a, a = b WHERE id = 2",
    "UPDATE summed SET c = c + 1",
    "UPDATE summed SET g = POINT(2, 2) WHERE id = 3",
    "UPDATE summed SET j = '[]' WHERE id = 3",
    "DELETE FROM summed WHERE id = 3",
    "ALTER TABLE summed DROP COLUMN l",
)


def test_where_the_server_knows_no_time_it_adds_up_the_rows(shop, monkeypatch):
    monkeypatch.setattr(mysql_fingerprint, "_settled", lambda _row: False)
    row = "'é,x', 'ü', 'ñ', b'101', POINT(1, 1), '{}', 0xff00"
    shop.execute(
        f"{KEPT}, g GEOMETRY, j JSON, x LONGBLOB)",
        f"INSERT INTO summed VALUES (1, {row}), (2, {row}), (3, {row})",
        database="shop",
    )
    with source_of(shop) as source:
        told = [listed(source)["shop.summed"].fingerprint for _ in range(2)]
        for move in MOVES:
            shop.execute(move, database="shop")
            told.append(listed(source)["shop.summed"].fingerprint)
        shop.execute("TRUNCATE summed", database="shop")
        told.append(listed(source)["shop.summed"].fingerprint)
    assert told[0] == told[1]
    assert None not in told
    assert len(set(told)) == len(told) - 1
    assert told[-1] == mysql_fingerprint.EMPTY


def test_a_table_too_large_to_add_up_has_no_fingerprint(shop, monkeypatch):
    monkeypatch.setattr(mysql_fingerprint, "_settled", lambda _row: False)
    monkeypatch.setattr(mysql_fingerprint, "SUMMED", 1000)
    shop.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", database="shop")
    with source_of(shop) as source:
        assert listed(source)["shop.t"].fingerprint is None


def test_a_mark_of_another_shape_is_refused_and_runs_nothing(shop):
    shop.execute("CREATE TABLE t (k INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", database="shop")
    with source_of(shop) as source:
        asset = listed(source)["shop.t"]
        for key in (["1 OR 1=1"], ["1", "2"], ["0; DROP TABLE t"]):
            with pytest.raises(ReadError):
                list(source.read(asset, Chunk(), after={"after": key, "row": 1}))
        assert records(source.fetch(asset, [("1 OR 1=1",), ("x'",), (None,), ("1", "2")])) == []
        assert len(records(source.fetch(asset, [("1",)]))) == 1


def test_of_many_large_cells_less_is_read_and_said_so(shop):
    columns = ", ".join(f"c{n} LONGTEXT" for n in range(64))
    shop.execute(
        f"CREATE TABLE t (id INT PRIMARY KEY, {columns})",
        "INSERT INTO t (id, c9) VALUES (1, REPEAT('x', 1048577))",
        "INSERT INTO t (id, c9) VALUES (2, 'y')",
        database="shop",
    )
    with source_of(shop) as source:
        batches = list(source.read(listed(source)["shop.t"], Chunk()))
    assert "only in part" in (batches[0].cut or "")
    assert [cells[10][:1] for _, cells in records(iter(batches))] == ["x", "y"]
