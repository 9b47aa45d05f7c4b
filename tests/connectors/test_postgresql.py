"""PostgreSQL: the contract, and what its types, rights and encodings ask for."""

from __future__ import annotations

import pytest

from connectors.errors import ReadError, SourceError, TargetError
from connectors.interface import Asset, Chunk, SourceSpec
from connectors.postgresql_session import SETTINGS, quoted
from connectors.registry import open_source
from tests.connectors.contract import DENIED, SECRET, Store, TableContract, load, records

PASSWORD = "scan'n%ing: pass@word/"


@pytest.fixture(scope="module")
def role(postgresql_server):
    """A role that may log in and was given nothing."""
    postgresql_server.psql(f"CREATE ROLE scanner LOGIN PASSWORD $${PASSWORD}$$")
    yield "scanner"
    postgresql_server.psql("DROP ROLE scanner")


def grant(server, database, *schemas):
    """Give the role what the connector itself says it needs."""
    server.psql(f'GRANT CONNECT ON DATABASE "{database}" TO scanner')
    for schema in schemas or ("public",):
        server.psql(
            f"GRANT USAGE ON SCHEMA {schema} TO scanner; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO scanner",
            database,
        )


@pytest.fixture(scope="module")
def store(postgresql_server, role):
    statements: list[str] = []
    load(statements.append, quoted, lambda n: f"repeat('x', {n})")
    with postgresql_server.database("shop") as database:
        postgresql_server.psql(";\n".join(statements), database)
        grant(postgresql_server, database)
        postgresql_server.psql(f"REVOKE ALL ON {DENIED} FROM scanner; ANALYZE", database)
        spec = SourceSpec("shop", postgresql_server.url(database, role), PASSWORD)
        counted = "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), count(*) FROM pg_stat_user_tables"
        yield Store(
            spec,
            "shop.public.",
            state=lambda: postgresql_server.psql(counted, database),
            refused=SourceSpec("shop", spec.url, SECRET),
        )


class TestContract(TableContract):
    """What every database connector does."""

    cut = frozenset({"people", "orders"})


@pytest.fixture(scope="module")
def server(postgresql_server, role):
    """The server with a database `lab`, on which the role may do nothing until a test grants it."""
    with postgresql_server.database("lab"):
        postgresql_server.psql(f"GRANT CONNECT ON DATABASE lab TO {role}")
        yield postgresql_server


@pytest.fixture
def lab(server):
    """Make tables in a schema of their own: gives a function that runs SQL in it, grants, and opens the source."""
    server.psql("CREATE SCHEMA lab; GRANT USAGE ON SCHEMA lab TO scanner", "lab")

    def run(sql, granted=True, **settings):
        server.psql(f"SET search_path = lab, public; {sql}", "lab")
        if granted:
            server.psql("GRANT SELECT ON ALL TABLES IN SCHEMA lab TO scanner", "lab")
        return open_source(SourceSpec("lab", server.url("lab", "scanner"), PASSWORD, **settings))

    yield run
    server.psql("DROP SCHEMA lab CASCADE", "lab")


def listed(source):
    return {entry.name.removeprefix("lab.lab."): entry for entry in source.assets()}


def read(source, table):
    return records(source.read(listed(source)[table], Chunk()))


TYPES = {
    "int2": ("1", "1"),
    "int8": ("4111111111111111", "4111111111111111"),
    "numeric(12,3)": ("4.5", "4.500"),
    "float8": ("4111111111111111", "4111111111111111"),
    "float4": ("1.5", "1.5"),
    "money": ("12.34", "$12.34"),
    "varchar(9)": ("'é'", "é"),
    "char(9)": ("'c'", "c"),
    "bytea": (r"'\x6164614065c3a9'", "ada@eé"),
    "date": ("'infinity'", "infinity"),
    "timestamptz": ("'2020-01-01 00:00Z'", "2020-01-01 00:00:00+00"),
    "interval": ("'838:59:59'", "838:59:59"),
    "text[]": ("""'{a,"b,c"}'""", '{a,"b,c"}'),
    "uuid": ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    "inet": ("'192.0.2.1'", "192.0.2.1"),
    "xml": ("'<a/>'", "<a/>"),
    "tsvector": ("'ada:1'", "'ada':1"),
    "int4range": ("'[1,5)'", "[1,5)"),
    "point": ("'(1,2)'", "(1,2)"),
    "mood": ("'ok'", "ok"),
    "pair": ("ROW(1, 'x@example.org')", "(1,x@example.org)"),
    "pair[]": ("ARRAY[ROW(1, 'x')::pair]", '{"(1,x)"}'),
    "mail": ("'m@example.org'", "m@example.org"),
    "blob": (r"'\x636166e9'", "café"),
}


def test_every_type_becomes_text_and_null_stays_null(lab):
    made = "CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN mail AS text;"
    columns = ", ".join(f"c{n} {kind}" for n, kind in enumerate(TYPES))
    values = ", ".join(f"{value}::{kind}" for kind, (value, _) in TYPES.items())
    made += f"CREATE DOMAIN blob AS bytea; CREATE TABLE t ({columns}); INSERT INTO t SELECT {values}"
    with lab(f"{made}; INSERT INTO t DEFAULT VALUES") as source:
        (_, first), (_, second) = read(source, "t")
    assert dict(zip(TYPES, first, strict=True)) == {kind: text for kind, (_, text) in TYPES.items()}
    assert set(second) == {None}


KEYS = {
    "date and float": ("d date, f float8, PRIMARY KEY (d, f)", "'2020-01-01'::date + g % 7, g / 3.0"),
    "bytes": ("b bytea PRIMARY KEY", "decode(lpad(to_hex(g), 8, '0'), 'hex')"),
    "padded": ("c char(8), n numeric(9,2), PRIMARY KEY (n, c)", "'k' || g % 9, g / 2.0"),
    "extension": ("k citext, n int, PRIMARY KEY (k, n)", "'Key' || g % 100, g"),
    "natural order": ("""k text COLLATE "und-x-icu" PRIMARY KEY""", "CASE WHEN g % 2 = 0 THEN 'é' ELSE 'E' END || g"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_every_type_are_paged_and_fetched(server, lab, kind):
    server.psql("CREATE EXTENSION IF NOT EXISTS citext", "lab")
    columns, values = KEYS[kind]
    with lab(f"CREATE TABLE t ({columns}); INSERT INTO t SELECT {values} FROM generate_series(1, 9000) AS g") as source:
        found = [locator for locator, _ in read(source, "t")]
        assert len(found) == len(set(found)) == 9000
        wanted = found[::300]
        assert {locator for locator, _ in records(source.fetch(listed(source)["t"], wanted))} == set(wanted)


@pytest.mark.parametrize("key", ["", ", PRIMARY KEY (id)"])
def test_a_partitioned_table_is_one_asset(lab, key):
    parts = "CREATE TABLE p1 PARTITION OF t FOR VALUES FROM (0) TO (5000); CREATE TABLE p2 PARTITION OF t DEFAULT"
    rows = "INSERT INTO t SELECT g, 'note' FROM generate_series(1, 9000) AS g"
    with lab(f"CREATE TABLE t (id int, note text{key}) PARTITION BY RANGE (id); {parts}; {rows}") as source:
        assert {name for name in listed(source) if name in ("t", "p1", "p2")} == {"t"}
        assert listed(source)["t"].kind == "partitioned table"
        assert len({values for _, values in read(source, "t")}) == 9000


def test_a_parent_is_read_without_its_children(lab):
    rows = "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)"
    with lab(f"CREATE TABLE a (x int); CREATE TABLE b () INHERITS (a); {rows}") as source:
        assert [values for _, values in read(source, "a")] == [("1",)]
        assert [values for _, values in read(source, "b")] == [("2",)]


def test_columns_that_may_not_be_read_are_missing_and_said_so(lab):
    with lab("CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t VALUES (1, 'a', 'b'); "
             "GRANT SELECT (id, a) ON t TO scanner", granted=False) as source:  # fmt: skip
        (batch,) = source.read(listed(source)["t"], Chunk())
    assert batch.columns.to_pydict() == {"id": ["1"], "a": ["a"]}
    assert "1 of its columns" in batch.cut


def test_rows_that_a_policy_may_hide_are_said_so(lab):
    rule = "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id = 1)"
    with lab(f"CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2); {rule}") as source:
        (batch,) = source.read(listed(source)["t"], Chunk())
    assert batch.rows == 1
    assert "row-level security" in batch.cut


@pytest.mark.parametrize("key", ["", " PRIMARY KEY"])
@pytest.mark.parametrize("kind", ["policy", "columns", "policy, in parts"])
def test_a_table_of_which_no_row_is_seen_says_what_is_hidden(lab, kind, key):
    parts = " PARTITION BY HASH (id)" if "parts" in kind else ""
    made = f"CREATE TABLE t (id int{key}, secret text){parts}; GRANT SELECT (id) ON t TO scanner"
    if "policy" in kind:
        made = f"{made}; GRANT SELECT ON t TO scanner; ALTER TABLE t ENABLE ROW LEVEL SECURITY"
    with lab(made, granted=False) as source:
        asset = listed(source)["t"]
        (batch,) = source.read(asset, Chunk())
        assert list(source.read(asset, Chunk(), batch.mark)) == []
    assert (batch.rows, batch.columns.num_rows, len(batch.locators.slots)) == (0, 0, 1)
    assert ("row-level security" if "policy" in kind else "1 of its columns") in batch.cut


def test_the_check_names_what_a_scan_would_see_in_part_only(lab):
    made = "CREATE TABLE a (id int); ALTER TABLE a ENABLE ROW LEVEL SECURITY; GRANT SELECT ON a TO scanner"
    made = f"{made}; CREATE TABLE b (id int, secret text); GRANT SELECT (id) ON b TO scanner; CREATE TABLE c (id int)"
    with lab(f"{made}; GRANT SELECT ON c TO scanner", granted=False) as source:
        found = {right.subject: right.message for right in source.check() if right.level == "error"}
    assert set(found) == {"lab.lab.a", "lab.lab.b"}
    assert "row-level security" in found["lab.lab.a"]
    assert "1 of its columns" in found["lab.lab.b"]


def test_a_closed_schema_is_one_line(server, lab):
    with lab("CREATE TABLE t (a int)") as source:
        server.psql("REVOKE USAGE ON SCHEMA lab FROM scanner", "lab")
        lines = {entry.name: entry for entry in source.assets()}
    assert lines["lab.lab"].cause == "denied"
    assert lines["lab.pg_catalog"].cause == "system"
    assert not any(name.startswith("lab.lab.") for name in lines)


def test_a_giant_cell_is_read_in_part_and_said_so(lab):
    with lab("CREATE TABLE t (id int PRIMARY KEY, a text, b bytea); INSERT INTO t "
             "VALUES (1, repeat('x', 17000000), convert_to(repeat('y', 17000000), 'UTF8'))") as source:  # fmt: skip
        (batch,) = source.read(listed(source)["t"], Chunk())
    assert "only in part" in batch.cut
    assert [len(batch.columns[name][0].as_py()) for name in ("a", "b")] == [16 * 1024 * 1024 + 1] * 2


def test_json_in_cells_becomes_fields(lab):
    settings = """'{"contact": {"email": "a@example.org"}}'"""
    with lab(f"CREATE TABLE t (s jsonb); INSERT INTO t VALUES ({settings})") as source:
        names = [name for batch in source.read(listed(source)["t"], Chunk()) for name in batch.columns.schema.names]
    assert "s$.contact.email" in names


@pytest.mark.parametrize("key", ["", ", PRIMARY KEY (id)"])
def test_a_broken_connection_is_made_anew_and_no_record_lost(server, lab, key):
    with lab(f"CREATE TABLE t (id int{key}); INSERT INTO t SELECT generate_series(1, 90000)") as source:
        found = []
        for batch in source.read(listed(source)["t"], Chunk()):
            found += batch.columns["id"].to_pylist()
            if len(found) < 9000:
                server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'scanner'")
    assert sorted(map(int, found)) == list(range(1, 90001))


def test_a_locked_table_is_one_refusal(server, lab, monkeypatch):
    monkeypatch.setitem(SETTINGS, "lock_timeout", "100")
    with lab("CREATE TABLE t (a int PRIMARY KEY)") as source:
        asset = listed(source)["t"]
        with server.holding("LOCK TABLE lab.t IN ACCESS EXCLUSIVE MODE", "lab"), pytest.raises(ReadError) as refusal:
            list(source.read(asset, Chunk()))
    assert refusal.value.cause == "locked"


def test_a_page_that_takes_too_long_is_cut_off(lab):
    with lab("CREATE TABLE t AS SELECT repeat(md5(g::text), 3) AS a FROM generate_series(1, 300000) AS g") as source:
        asset = listed(source)["t"]
    with lab("", statement_timeout=0.001) as source, pytest.raises(ReadError) as refusal:
        list(source.read(asset, Chunk()))
    assert refusal.value.cause == "timeout"


def test_a_session_cannot_write(server, lab):
    server.psql("CREATE TABLE lab.t (a int); GRANT ALL ON lab.t TO scanner", "lab")
    with lab("") as source, pytest.raises(ReadError, match="25006"):
        source.session("lab").run("INSERT INTO lab.t VALUES (1)", "t")


def test_a_fingerprint_changes_with_rows_and_with_rights(server, lab):
    with lab("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'a')") as source:
        prints = [listed(source)["t"].fingerprint]
        for change in ("UPDATE lab.t SET a = ''", "DELETE FROM lab.t", "TRUNCATE lab.t", "ALTER TABLE lab.t ADD c int"):
            server.psql(f"{change}; SELECT pg_stat_force_next_flush()", "lab")
            prints.append(listed(source)["t"].fingerprint)
    assert len(set(prints)) == 5
    assert None not in prints


def test_a_database_without_an_encoding_gives_valid_text(server):
    with server.database("bytes", "ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0") as name:
        server.psql("CREATE TABLE t (k text PRIMARY KEY, v text)", name)
        server.psql(r"INSERT INTO t VALUES (E'\351t\351', E'caf\351')", name)
        grant(server, name)
        with open_source(SourceSpec("bytes", server.url(name, "scanner"), PASSWORD)) as source:
            table = {entry.name: entry for entry in source.assets()}["bytes.public.t"]
            assert records(source.read(table, Chunk())) == [(("été",), ("été", "café"))]
            assert records(source.fetch(table, [("été",)])) == [(("été",), ("été", "café"))]


def test_a_whole_server_is_walked_and_a_closed_database_is_one_line(server):
    with server.database("open shop") as shop, server.database("closed") as closed:
        server.psql("CREATE TABLE t (a int)", shop)
        grant(server, shop)
        with open_source(SourceSpec("all", server.url("", "scanner"), PASSWORD)) as source:
            lines = {entry.name: entry for entry in source.assets()}
            assert any("GRANT CONNECT" in line for line in source.grants())
    assert lines["open shop.public.t"].container == "open shop"
    assert (lines[closed].cause, lines[closed].kind) == ("denied", "database")


def test_the_check_warns_of_every_right_to_write(server, lab):
    with lab("CREATE TABLE t (a int); CREATE TABLE u (a int); GRANT INSERT (a) ON t TO scanner") as source:
        server.psql("REVOKE SELECT ON lab.u FROM scanner; GRANT CREATE ON SCHEMA lab TO scanner", "lab")
        found = [(right.level, right.subject) for right in source.check()]
        advice = "".join(right.message for right in source.check())
    assert ("error", "lab.lab.u") in found
    assert found.count(("warning", "lab.lab")) == 2
    assert "may write to t" in advice


def test_the_grants_that_are_printed_are_enough(server, lab):
    made = """CREATE TABLE "o'Brien ""x" (a int); REVOKE ALL ON SCHEMA lab FROM scanner"""
    with lab(made, granted=False) as source:
        server.psql("\n".join(source.grants()), "lab")
        assert isinstance(listed(source)["o'Brien \"x"], Asset)


def test_the_policies_that_are_printed_show_every_row(server, lab):
    made = """CREATE TABLE "a ""b" (id int PRIMARY KEY); INSERT INTO "a ""b" VALUES (1), (2)"""
    rule = """ALTER TABLE "a ""b" ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON "a ""b" USING (id = 1)"""
    with lab(f"{made}; {rule}") as source:
        server.psql("\n".join(source.grants()), "lab")
        (batch,) = source.read(listed(source)['a "b'], Chunk())
        assert (batch.rows, batch.cut) == (2, None)
        assert not any("CREATE POLICY" in line for line in source.grants())
        server.psql("""CREATE POLICY q ON lab."a ""b" AS RESTRICTIVE TO scanner USING (id = 2)""", "lab")
        (batch,) = source.read(listed(source)['a "b'], Chunk())
    assert batch.rows == 1
    assert "row-level security" in batch.cut


def test_the_grants_that_are_printed_hold_for_tables_that_owners_make_later(server):
    server.psql("""CREATE ROLE "boss ""o" LOGIN; CREATE ROLE maker LOGIN""")
    with server.database("later", """OWNER "boss ""o" """) as name:
        server.psql("CREATE SCHEMA s; GRANT ALL ON SCHEMA s TO maker; SET ROLE maker; CREATE TABLE s.now (a int)", name)
        server.psql(f"GRANT CONNECT ON DATABASE {name} TO scanner", name)
        with open_source(SourceSpec(name, server.url(name, "scanner"), PASSWORD)) as source:
            server.psql("\n".join(source.grants()), name)
            server.psql("""SET ROLE maker; CREATE TABLE s.new AS SELECT 7 AS a""", name)
            server.psql("""SET ROLE "boss ""o"; CREATE TABLE public.own AS SELECT 8 AS a""", name)
            tables = {entry.name: entry for entry in source.assets() if isinstance(entry, Asset)}
            assert records(source.read(tables["later.s.new"], Chunk())) == [((1,), ("7",))]
            assert records(source.read(tables["later.public.own"], Chunk())) == [((1,), ("8",))]
    server.psql("""DROP ROLE "boss ""o"; DROP ROLE maker""")


def test_before_the_role_may_connect_the_grants_say_to_check_again(server):
    with (
        server.database("shut") as name,
        open_source(SourceSpec(name, server.url(name, "scanner"), PASSWORD)) as source,
    ):
        lines = source.grants()
        server.psql("\n".join(lines), name)
        assert any(line.startswith("-- Then check again") for line in lines)
        assert any("FOR ROLE" in line for line in source.grants())


@pytest.mark.parametrize(
    ("query", "word"),
    [("sslmod=require", "sslmode"), ("password=x", "unknown option"), ("replication=database", "unknown option")],
)
def test_an_option_that_libpq_does_not_know_is_refused(query, word):
    with pytest.raises(TargetError, match=word):
        open_source(SourceSpec("x", f"postgresql://u@h/d?{query}"))


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://scanner@127.0.0.1:1/lab", "nothing answers"),
        ("postgresql://scanner@no-such-host.invalid/lab", "no such host"),
        ("postgresql://scanner@/lab?host=/nonexistent", "no server's socket"),
    ],
)
def test_a_server_that_is_not_there_is_an_error_of_the_source(url, word):
    with open_source(SourceSpec("x", url)) as source, pytest.raises(SourceError, match=word):
        list(source.assets())


def test_tls_is_demanded_where_the_url_says_so(server):
    spec = SourceSpec("x", server.url("lab", "scanner", "sslmode=verify-full"), PASSWORD)
    with open_source(spec) as source, pytest.raises(SourceError, match="TLS"):
        list(source.assets())


def test_a_unix_socket_is_reached(server):
    spec = SourceSpec("x", server.url("lab", "scanner", f"host={server.folder}"))
    with open_source(spec) as source:
        assert any(entry.name == "lab.pg_catalog" for entry in source.assets())
