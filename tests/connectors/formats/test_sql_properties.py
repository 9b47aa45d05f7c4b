"""Any cells, written as a dump in any notation, are read as the same cells, by whole blocks and row by row alike."""

from __future__ import annotations

from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.formats import sql_data, sql_tables
from connectors.formats.sql_tuples import Rows
from tests.connectors.formats.dumps import tables, tell

MARKS = [
    "'",
    '"',
    "\\",
    "\n",
    "\r\n",
    "\t",
    ",",
    "(",
    ")",
    ";",
    "),(",
    "--",
    "/*",
    "#",
    "`",
    "$$",
    "é",
    "😀",
    "\\N",
    "\\.",
    "NULL",
]
TEXTS = st.lists(st.sampled_from([*MARKS, " ", "a", "0", "x"]) | st.text(max_size=3), max_size=8).map("".join)
CELLS = st.none() | TEXTS.filter(lambda text: ("\0" not in text and text.isprintable()) or text.encode(errors="ignore"))
ROWS = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=40))
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def clean(rows):
    return [
        tuple(
            None if cell is None else "".join(c for c in cell if c != "\0" and not "\ud800" <= c <= "\udfff")
            for cell in row
        )
        for row in rows
    ]


def mysql(cell, style):
    if cell is None:
        return "NULL"
    text = cell.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    text = text.replace("'", "''" if style % 2 else "\\'")
    return ("", "_binary ", "N", " ")[style // 2 % 4] + f"'{text}'" + (" " if style > 8 else "")


def plain(cell, style):
    return "NULL" if cell is None else (" " if style % 3 == 1 else "") + "'" + cell.replace("'", "''") + "'"


def copy(cell, _style):
    if cell is None:
        return "\\N"
    return cell.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def check(dump, rows, name):
    with mock.patch.object(sql_tables, "expand", lambda batch: [batch]):
        with mock.patch.object(sql_data, "_SHORT", 0):
            (found,) = (one for one in tell(dump.encode()) if one.asset.name == name)
        assert found.error is None
        assert found.cells == rows
        with mock.patch.object(sql_data, "cut", lambda _buffer, start, *_, **__: Rows([], start, more=False)):
            assert tables(dump.encode())[name].cells == rows


@FEW
@given(ROWS, st.lists(st.integers(0, 15), min_size=1, max_size=7), st.sampled_from([",", ", ", ",\n"]), st.booleans())
def test_inserts_of_mysql_read_as_what_was_written(rows, styles, comma, single):
    rows = clean(rows)
    written = [
        "(" + comma.join(mysql(cell, styles[(n + m) % len(styles)]) for m, cell in enumerate(row)) + ")"
        for n, row in enumerate(rows)
    ]
    head = "INSERT INTO `t` VALUES "
    body = "".join(f"{head}{row};\n" for row in written) if single else f"{head}{comma.join(written)};\n"
    check(f"-- MySQL dump\n{body}-- end\n", rows, "t")


@FEW
@given(ROWS, st.lists(st.integers(0, 15), min_size=1, max_size=7), st.booleans())
def test_inserts_of_others_read_as_what_was_written(rows, styles, single):
    rows = clean(rows)
    written = [f"({','.join(plain(cell, styles[n % len(styles)]) for cell in row)})" for n, row in enumerate(rows)]
    head = "INSERT INTO public.t VALUES "
    body = "".join(f"{head}{row};\n" for row in written) if single else f"{head}{','.join(written)};\n"
    check(f"SET standard_conforming_strings = on;\n{body}SELECT 1;\n", rows, "public.t")


@FEW
@given(ROWS)
def test_copy_reads_as_what_was_written(rows):
    rows = clean(rows)
    lines = "".join("\t".join(copy(cell, 0) for cell in row) + "\n" for row in rows)
    check(f"COPY public.t FROM stdin;\n{lines}\\.\n\nSELECT 1;\n", rows, "public.t")


@FEW
@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(content):
    with mock.patch.object(sql_data, "_SHORT", 0):
        tell(b"-- MySQL dump\nINSERT INTO t VALUES (1,'" + content)
    for head in (
        b"",
        b"INSERT INTO t VALUES (",
        b"-- MySQL dump\nINSERT INTO t VALUES ('",
        b"COPY t (a) FROM stdin;\n",
    ):
        tell(head + content)


@FEW
@given(
    st.lists(
        st.sampled_from([*MARKS, "(1,'a')", ",", ";\n", "INSERT INTO t VALUES ", "NULL", "1", "'", "DELIMITER ;;\n"])
    )
)
def test_no_order_of_signs_breaks_the_reader(parts):
    tell("".join(parts).encode())
    told = tell(b"-- MySQL dump\nINSERT INTO t VALUES (1,'zoe@example.org')," + "".join(parts).encode())
    assert any("zoe@example.org" in value for one in told for value in one.values)
