"""SQL dumps: names, rows and keys as the programs that write them mean them, and the text beside them."""

from __future__ import annotations

import zlib

import pytest

from connectors.formats import sql_data, sql_tables
from connectors.formats.limits import Limits, Meter
from connectors.formats.sql import Sql
from connectors.interface import LocatorKind, declared_type
from tests.connectors.formats.dumps import Found, opened, tables, tell, text
from tests.connectors.formats.opening import read

MYSQL = b"-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n"
POSTGRESQL = b"--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n"


def rows(dump: bytes, name: str = "t") -> list[tuple[str | None, ...]]:
    return tables(dump)[name].cells


def values(cell: str, head: bytes = MYSQL) -> str | None:
    ((found,),) = next(one for one in tell(head + b"INSERT INTO t VALUES (%b);\n" % cell.encode()) if one.counted).cells
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'plain'", "plain"),
        ("''", ""),
        ("NULL", None),
        ("null", None),
        ("'NULL'", "NULL"),
        ("-12.50", "-12.50"),
        ("1e10", "1e10"),
        (r"'O\'Neil'", "O'Neil"),
        ("'O''Neil'", "O'Neil"),
        ("''''", "'"),
        (r"'a\nb\tc\rd\\e\Zf\"g\%h\_'", 'a\nb\tc\rd\\e\x1af"g\\%h\\_'),
        (r"'C:\\'", "C:\\"),
        (r"'\\\''", "\\'"),
        ("'a),(b;'", "a),(b;"),
        ("'-- /* # `'", "-- /* # `"),
        ("_binary 'zo\\'e'", "zo'e"),
        ("_utf8mb4'zoé'", "zoé"),
        ("N'zoé'", "zoé"),
        ("0x7A6F65", "zoe"),
        ("X'7a6f65'", "zoe"),
        ("UNHEX('7a6f65')", "zoe"),
        ("b'101'", "5"),
        ("'a' 'b'", "ab"),
        ('"say \\"x\\""', 'say "x"'),
        ("  'blanks'  ", "blanks"),
        ("'x' /* zoe's remark */", "'x' /* zoe's remark */"),
        ("NOW()", "NOW()"),
        ("ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(1 2)', 4326)"),
        ("TRUE", "TRUE"),
        ("'two\nlines'", "two\nlines"),
        ("'été'", "été"),
    ],
)
def test_a_cell_of_mysql_reads_as_it_is_meant(written, meant):
    assert values(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"'C:\'", "C:\\"),
        (r"E'it\'s\n\x41\101\u00e9'", "it's\nAAé"),
        ("'a'::text", "a"),
        ("'{1,2}'::integer[]", "{1,2}"),
        ("true", "true"),
        (r"U&'\00e9'", "é"),
        ("unistr('a\\u000ab')", "a\nb"),
        ("replace('a\\nb','\\n',char(10))", "a\nb"),
    ],
)
def test_a_cell_of_others_reads_as_it_is_meant(written, meant):
    assert values(written, POSTGRESQL) == meant


@pytest.mark.parametrize("many", [1, 2000])
@pytest.mark.parametrize(
    "head",
    [
        "INSERT INTO `t` VALUES",
        "INSERT INTO `t` (`a`, `b`) VALUES\n",
        "insert ignore into t(a,b) values ",
        "REPLACE INTO t VALUES",
        "INSERT LOW_PRIORITY IGNORE t VALUES ",
        "INSERT INTO [t] ([a], [b]) VALUES ",
    ],
)
def test_statements_of_one_and_of_many_rows_are_read_alike(head, many):
    expected = [(str(n), f"it's {n}, (a)") for n in range(many)]
    written = [f"({n}, 'it\\'s {n}, (a)')" for n in range(many)]
    name = "shop.t"
    assert rows(MYSQL + f"{head}{','.join(written)};\n".encode(), name) == expected
    apart = ",\n".join(written)
    assert rows(MYSQL + f"{head}{apart};\n".encode(), name) == expected
    assert rows(MYSQL + "".join(f"{head}{row};\n" for row in written).encode(), name) == expected


def test_columns_have_the_names_and_types_that_the_table_declares():
    dump = MYSQL + (
        b"CREATE TABLE IF NOT EXISTS `t` (\n  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,\n"
        b"  `key` varchar(40) CHARACTER SET utf8 DEFAULT 'a,b' COMMENT 'it''s; (PRIMARY KEY)',\n"
        b"  `total` decimal(10,2) DEFAULT NULL,\n  PRIMARY KEY (`id`,`key`(10)),\n  KEY `k` (`total`)\n) ENGINE=x;\n"
        b"INSERT INTO `t` VALUES (7,'x',1.5);\nINSERT INTO `t` (`total`,`key`,`id`) VALUES (2.5,'y',8);\n"
    )
    (found,) = (one for one in tell(dump) if one.asset.name == "shop.t")
    assert (found.asset.locator, found.asset.key) == (LocatorKind.KEY, ("id", "key"))
    assert found.rows[("7", "x")] == {"id": "7", "key": "x", "total": "1.5"}
    assert found.rows[("8", "y")] == {"total": "2.5", "key": "y", "id": "8"}


def test_declared_types_go_with_the_columns():
    dump = b"CREATE TABLE t (a bigint unsigned, b character varying(20) NOT NULL, c timestamp with time zone);\n"
    members = Sql().members(opened(dump + b"INSERT INTO t VALUES (1,'x','y');"), Meter(Limits(), 1 << 30))
    for member in members:
        for batch in member.batches:
            if member.asset.name == "t":
                types = [declared_type(one) for one in batch.columns.schema]
                assert types == ["bigint unsigned", "character varying(20)", "timestamp with time zone"]


@pytest.mark.parametrize(
    "alter",
    [
        b"ALTER TABLE `t`\n  ADD PRIMARY KEY (`id`),\n  ADD KEY `m` (`m`);\n",
        b"ALTER TABLE ONLY t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (id);\n",
    ],
)
def test_a_key_that_is_named_behind_the_rows_counts_where_the_rows_could_be_held_back(alter, tmp_path, monkeypatch):
    body = b"CREATE TABLE `t` (`id` int, `m` text);\n"
    body += b"INSERT INTO `t` VALUES %b;\n" % b",".join(b"(%d,'x%d@example.org')" % (n, n) for n in range(3000))
    (small,) = (one for one in tell(body + alter) if one.asset.name == "t")
    assert (small.asset.locator, small.asset.key) == (LocatorKind.KEY, ("id",))
    monkeypatch.setattr(sql_tables, "_OWN", 20_000)
    (large,) = (one for one in tell(body + alter) if one.asset.name == "t")
    assert large.asset.locator is LocatorKind.ROW
    assert list(large.rows) == [(n,) for n in range(1, 3001)]
    (tmp_path / "d.sql").write_bytes(body + alter)
    (on_disk,) = (one for one in tell(tmp_path / "d.sql") if one.asset.name == "t")
    assert on_disk.asset.key == ("id",)


def test_rows_are_numbered_where_a_row_lacks_a_column_of_the_key():
    dump = b"CREATE TABLE t (id integer primary key, m text);\nINSERT INTO t(m) VALUES('x');\n"
    assert tables(dump)["t"].asset.locator is LocatorKind.ROW


@pytest.mark.parametrize(
    ("dump", "name"),
    [
        (b"INSERT INTO t VALUES (1);", "t"),
        (MYSQL + b"INSERT INTO `t` VALUES (1);", "shop.t"),
        (MYSQL + b"USE `other`;\nINSERT INTO t VALUES (1);", "other.t"),
        (b"-- Current Database: `a``b`\n\nUSE `a``b`;\nINSERT INTO t VALUES (1);", "a`b.t"),
        (b"-- phpMyAdmin SQL Dump\n--\n-- Database: `shop`\n--\nINSERT INTO `t` (`a`) VALUES\n(1);", "shop.t"),
        (MYSQL + b"INSERT INTO `db`.`t` VALUES (1);", "db.t"),
        (POSTGRESQL + b"INSERT INTO public.t VALUES (1);", "public.t"),
        (POSTGRESQL + b'\\connect shop\nINSERT INTO public."T x" VALUES (1);', "shop.public.T x"),
        (
            POSTGRESQL + b"\\connect -reuse-previous=on \"dbname='s p'\"\nCOPY public.t (a) FROM stdin;\n1\n\\.\n",
            "s p.public.t",
        ),
        (POSTGRESQL + b"SET search_path = sales, pg_catalog;\nCOPY t (a) FROM stdin;\n1\n\\.\n", "sales.t"),
        (b"INSERT [dbo].[t] ([a]) VALUES (1)\nGO\nINSERT [dbo].[t] ([a]) VALUES (2)\nGO\n", "dbo.t"),
    ],
)
def test_a_table_is_called_as_the_dump_says(dump, name):
    assert name in tables(dump)


def test_scripts_without_semicolons_are_read_too():
    dump = "\r\n".join(f"INSERT [dbo].[t] ([a], [b]) VALUES ({n}, N'zoé {n}')\r\nGO" for n in range(50))
    assert rows(dump.encode("utf-16"), "dbo.t") == [(str(n), f"zoé {n}") for n in range(50)]


def test_copy_reads_cells_as_the_server_means_them():
    dump = POSTGRESQL + (
        b"CREATE TABLE public.t (\n    id integer NOT NULL,\n    m text,\n    raw bytea\n);\n\n"
        b"COPY public.t (id, m, raw) FROM stdin;\n"
        b"1\t\\N\t\\\\x7a6f65\n"
        b"2\ta\\tb\\nc\\\\d\\101\\x42'\"\t\\N\n"
        b"3\t\t\\N\n"
        b"4\t\\\\N\t\\N\n"
        b"\\.\n\n\nALTER TABLE ONLY public.t ADD CONSTRAINT k PRIMARY KEY (id);\n"
    )
    found = tables(dump)["public.t"]
    assert found.asset.key == ("id",)
    assert found.cells == [("1", None, "zoe"), ("2", "a\tb\nc\\dAB'\"", None), ("3", "", None), ("4", "\\N", None)]


def test_copy_of_one_column_keeps_empty_rows_and_of_none_rows():
    assert rows(b"COPY t (a) FROM stdin;\n\nx\n\n\\.\n") == [("",), ("x",), ("",)]
    assert tables(b"COPY t (a) FROM stdin;\n\\.\nCOPY u (a) FROM stdin;\n1\n\\.\n")["u"].cells == [("1",)]


def test_ragged_rows_of_copy_lose_nothing():
    found = tables(b"COPY t (a, b) FROM stdin;\n1\t2\n3\n4\t5\t6\n\\.\n")["t"]
    assert list(found.rows.values()) == [
        {"a": "1", "b": "2"},
        {"a": "3"},
        {"a": "4", "b": "5", "column 3": "6"},
    ]


def test_large_objects_are_cells():
    dump = POSTGRESQL + (
        b"SELECT pg_catalog.lo_open('16400', 131072);\nSELECT pg_catalog.lowrite(0, '\\x7a6f65');\n"
        b"SELECT pg_catalog.lowrite(0, '\\x406578');\nSELECT pg_catalog.lo_close(0);\n"
    )
    assert rows(dump, "pg_catalog.pg_largeobject") == [("16400", "zoe@ex")]


def test_everything_beside_the_rows_is_text_with_its_line():
    dump = MYSQL + (
        b"/*!40101 SET NAMES utf8 */;\n\nINSERT INTO t VALUES (1,'a'),\n(2,'b');\n# from zoe@example.org\n"
        b"DELIMITER ;;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n"
        b"INSERT INTO log VALUES ('ben@example.org');\nEND ;;\nDELIMITER ;\n"
        b"GRANT SELECT ON t TO 'joe'@'example.org'; "
        b"INSERT INTO t VALUES (3,'c') ON DUPLICATE KEY UPDATE a='d@example.org';\n"
    )
    lines = text(dump)
    assert lines[8] == "# from zoe@example.org"
    assert lines[11] == "INSERT INTO log VALUES ('ben@example.org');"
    told = {one.asset.name: one for one in tell(dump)}
    assert set(told) == {"shop.t", ""}
    assert told["shop.t"].cells == [("1", "a"), ("2", "b"), ("3", "c")]
    assert any("joe" in line for line in told[""].values)
    assert any("d@example.org" in line for line in told[""].values)


def test_bodies_in_dollars_and_triggers_hold_no_rows():
    dump = POSTGRESQL + (
        b"CREATE FUNCTION f() RETURNS void AS $_$\nBEGIN\nINSERT INTO a VALUES (1);\nEND;\n$_$ LANGUAGE plpgsql;\n"
        b"INSERT INTO t VALUES (1);\n"
        b"CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO b VALUES (1); INSERT INTO c VALUES (2); END;\n"
        b"INSERT INTO t VALUES (2);\n"
    )
    assert {one.asset.name for one in tell(dump)} == {"t", ""}
    assert rows(dump) == [("1",), ("2",)]


def test_json_in_cells_is_opened():
    found = tables(b'INSERT INTO t (id, s) VALUES (1, \'{"mail": "zoe@example.org"}\');')["t"]
    assert found.rows[(1,)]["s$.mail"] == "zoe@example.org"
    assert found.counted == 1


def test_what_is_no_utf8_is_repaired():
    assert rows(b"SET NAMES latin1;\nINSERT INTO t VALUES (1,'caf\xe9'),(2,'b\xc3\xa9');") == [
        ("1", "café"),
        ("2", "bé"),
    ]
    assert rows(MYSQL + b"INSERT INTO t VALUES (_binary 'zoe@example.org\\0\xff\x01');", "shop.t")[0][0].startswith(
        "zoe@"
    )


def test_tables_that_take_turns_are_told_once(monkeypatch):
    dump = b"".join(b"INSERT INTO a VALUES (%d,'x');\nINSERT INTO b VALUES (%d);\n" % (n, n) for n in range(2000))
    told = tables(dump)
    assert told["a"].counted == told["b"].counted == 2000
    assert list(told["a"].rows) == [(n,) for n in range(1, 2001)]


def test_a_table_that_comes_again_much_later_is_told_again_and_counts_on(monkeypatch):
    monkeypatch.setattr(sql_tables, "_OWN", 50_000)
    monkeypatch.setattr(sql_tables, "_APART", 50_000)
    part = b",".join(b"(%d,'%s')" % (n, b"x" * 50) for n in range(2000))
    dump = b"INSERT INTO a VALUES %b;\nINSERT INTO b VALUES %b;\nINSERT INTO a VALUES %b;\n" % (part, part, part)
    told = [(one.asset.name, one.counted, min(one.rows)) for one in tell(dump)]
    assert told == [("a", 2000, (1,)), ("b", 2000, (1,)), ("a", 2000, (2001,))]


def test_many_held_tables_are_let_go_in_time(monkeypatch):
    monkeypatch.setattr(sql_tables, "_ALL", 100_000)
    monkeypatch.setattr(sql_tables, "_OWN", 50_000)
    dump = b"".join(b"INSERT INTO t%d VALUES (1,'%s');\n" % (n, b"y" * 3000) for n in range(100))
    told = tables(dump)
    assert len([name for name in told if name]) == 100
    assert all(one.counted == 1 for one in told.values())


def test_a_table_without_rows_is_told():
    assert (
        tables(b"CREATE TABLE t (id int primary key);\nCREATE TABLE u (id int);\nINSERT INTO u VALUES (1);")[
            "t"
        ].counted
        == 0
    )


def test_a_table_that_nobody_wants_is_passed_over(monkeypatch):
    monkeypatch.setattr(sql_tables, "_OWN", 20_000)
    part = b",".join(b"(%d,'%s')" % (n, b"x" * 50) for n in range(2000))
    dump = b"INSERT INTO a VALUES %b;\n" % part * 3 + b"INSERT INTO b VALUES (1);\n"
    names = []
    for member in Sql().members(opened(dump), Meter(Limits(), 1 << 30)):
        names.append(member.asset.name)
        member.batches.close()
    assert names == ["a", "b"]


@pytest.mark.parametrize("end", range(-60, 0, 3))
def test_a_dump_that_is_cut_off_keeps_what_came_before(end):
    dump = MYSQL + b"INSERT INTO t VALUES " + b",".join(b"(%d,'it\\'s %d')" % (n, n) for n in range(20)) + b";"
    (found,) = (one for one in tell(dump[:end]) if one.asset.name == "shop.t")
    whole = [(str(n), f"it's {n}") for n in range(20)]
    met = found.cells
    same = sum(one == other for one, other in zip(met, whole, strict=False))
    assert same >= len(met) - 1
    if dump[:end].rstrip(b", \n")[-1:] != b")":
        assert found.error is not None
        assert found.error.cause == "cut"


def test_copy_that_is_cut_off_says_so():
    (found,) = (one for one in tell(b"COPY t (a, b) FROM stdin;\n1\tx\n2\ty") if one.asset.name == "t")
    assert found.cells == [("1", "x"), ("2", "y")]
    assert found.error is not None
    assert found.error.cause == "cut"


@pytest.mark.parametrize("behind", [b"", b"INSERT INTO b VALUES (3, 'x"])
def test_a_dump_that_is_not_whole_fails_as_a_file(tmp_path, behind):
    packer = zlib.compressobj(wbits=31)
    dump = MYSQL + b"INSERT INTO a VALUES (1);\n" + behind
    (tmp_path / "d.sql.gz").write_bytes(packer.compress(dump) + packer.flush(zlib.Z_SYNC_FLUSH))
    cells, error = read(tmp_path / "d.sql.gz")
    assert ("1" in {value for _, _, value in cells}) is True
    assert error is not None
    assert error.cause == "cut"


def test_a_row_that_is_too_long_is_cut_and_its_rest_is_text(monkeypatch):
    monkeypatch.setattr(sql_data, "RECORD_BYTES", 6 << 20)
    long = b"a" * (9 << 20) + b"\\'),( zoe@example.org " + b"b" * (9 << 20)
    dump = MYSQL + b"INSERT INTO t VALUES (1,'x'),(2,'%b',3),(4,'y',5);\nINSERT INTO u VALUES (1);\n" % long
    told = {one.asset.name: one for one in tell(dump)}
    assert [row[0] for row in told["shop.t"].cells] == ["1", "2", "4"]
    assert told["shop.t"].cuts
    assert told["shop.u"].counted == 1
    assert any("zoe@example.org" in cell for cell in told[""].values)


def test_a_line_of_copy_that_is_too_long_is_cut_and_its_rest_is_text(monkeypatch):
    monkeypatch.setattr(sql_data, "RECORD_BYTES", 5 << 20)
    dump = b"COPY t (a, b) FROM stdin;\n1\tx\n2\t%b zoe@example.org\n3\ty\n\\.\nINSERT INTO u VALUES (1);\n" % (
        b"a" * (14 << 20)
    )
    told = {one.asset.name: one for one in tell(dump)}
    assert [row[0] for row in told["t"].cells] == ["1", "2", "3"]
    assert told["t"].cuts
    assert told["u"].counted == 1
    assert any("zoe@example.org" in cell for cell in told[""].values)


@pytest.mark.parametrize(
    "dump",
    [
        b"INSERT INTO t VALUES ('" + b"x" * 100_000,
        b"INSERT INTO t VALUES (" + b"(" * 100_000,
        b"INSERT INTO t VALUES (" + b"1," * 100_000 + b"1);",
        b"INSERT INTO t VALUES " + b"()," * 10_000 + b"();",
        b"CREATE TABLE t (" + b"c int," * 50_000 + b"d int);\nINSERT INTO t VALUES (1);",
        b"INSERT INTO `" + b"n" * 1_000_000 + b"` VALUES (1,'zoe@example.org');",
        b"SELECT '" + b"x\n" * 100_000,
        b"/*" * 50_000 + b"\nINSERT INTO t VALUES (1);",
        b"INSERT INTO t VALUES (1" + b"/*" * 50_000 + b");",
        b"".join(b"SELECT $a%d$\n" % n for n in range(20_000)) + b"INSERT INTO t VALUES (1);",
        b"DELIMITER ;;\n" + b"x'\n" * 50_000,
        b"COPY t (a) FROM stdin;\n" + b"\t" * 100_000 + b"\n\\.\n",
        b"INSERT INTO t VALUES (1),(2,3),(4),(5,6)" * 5000,
        b"INSERT INTO t VALUES (1),;(2);))((,,'\\" * 5000,
        b"\\connect \nUSE ;\nCREATE TABLE\nINSERT INTO\nCOPY FROM stdin;\nALTER TABLE;\n" * 1000,
    ],
    ids=range(15),
)
@pytest.mark.parametrize("head", [b"", MYSQL])
def test_dumps_that_are_made_to_hurt_do_not(head, dump):
    assert all(isinstance(one, Found) for one in tell(head + dump))


def test_a_row_of_too_many_cells_keeps_the_rest_together():
    (found,) = (one for one in tell(b"INSERT INTO t VALUES (%b'zoe@example.org');" % (b"1," * 5000)) if one.asset.name)
    (row,) = found.cells
    assert len(row) == 2000
    assert "zoe@example.org" in (row[-1] or "")


def test_a_quote_that_is_never_closed_hides_nothing(monkeypatch):
    dump = b"SELECT 'oops;\nINSERT INTO t VALUES (1);\n-- zoe@example.org\n"
    told = tell(dump)
    assert any("zoe@example.org" in cell for one in told for cell in one.values)
