"""CSV: how it is written, its header, its rows, and what hostile files make of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import csv_blocks, window
from connectors.formats.csv_dialect import distinct, has_header
from tests.connectors.formats.opening import assert_resumes, batches, cells, read

CELL = st.text(st.one_of(st.sampled_from('\n,"; a1'), st.characters(exclude_categories=["Cs", "Cc"])), max_size=12)
EXPORT = 'id,name,email\n1,Zoé,zoe@example.org\n2,"Doe, John",john@example.org\n'


@pytest.fixture
def write(tmp_path):
    def write(content, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows_of(path):
    """Give {row: {field: value}}."""
    table: dict[int, dict[str, str | None]] = {}
    for field, (row,), value in read(path)[0]:
        table.setdefault(row, {})[field] = value
    return table


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_rows(write, delimiter):
    path = write(EXPORT.replace("Doe, John", "Doe").replace(",", delimiter))
    assert rows_of(path)[1] == {"id": "1", "name": "Zoé", "email": "zoe@example.org"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_encoding_is_read(write, codec):
    assert rows_of(write(EXPORT.encode(codec)))[1]["name"] == "Zoé"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_are_right_behind_quoted_line_ends_and_blank_lines(write, end):
    path = write(end.join(["a,b", '1,"two', "", 'lines"', "", "2,x", ""]))
    found = rows_of(path)
    assert found[2] == {"a": "2", "b": "x"}
    assert found[1]["b"].split() == ["two", "lines"]


def test_decimal_commas_in_every_row_do_not_hide_the_semicolons(write):
    path = write("id;price\n" + "1;12,50\n" * 500)
    assert rows_of(path)[500] == {"id": "1", "price": "12,50"}


def test_a_byte_order_mark_in_the_first_cell_below_the_header_stays(write):
    assert rows_of(write("a,b\n\ufeffx,y\n"))[1] == {"a": "\ufeffx", "b": "y"}


PREAMBLES = [
    "Export clients;;;\nDate;12.11.2026;;\n;;;\n",
    "Export clients du 12.11.2026\n\n",
    "Export clients\nQuelle;Kasse 3\n\n\n",
    "# made for zoe@example.org\n",
    "sep=;\nExport\n",
]
DATA = "No;Nom;NAS;naissance\n1;Eva;046454286;1951-03-02\n2;Zoé;;1952-03-03\n"


@pytest.mark.parametrize("preamble", PREAMBLES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_header_below_a_preamble_names_the_columns_and_rows_count_below_it(write, preamble, end):
    found = rows_of(write((preamble + DATA).replace("\n", end)))
    assert {name: found[1][name] for name in found[1] if name != "title"} == {
        "No": "1", "Nom": "Eva", "NAS": "046454286", "naissance": "1951-03-02"
    }  # fmt: skip
    assert found[2]["naissance"] == "1952-03-03"
    assert len(found) == 2


def test_a_preamble_is_read_as_titles_of_the_first_row(write):
    titles = [(row, text) for name, (row,), text in read(write(PREAMBLES[0] + DATA))[0] if name == "title"]
    assert titles == [(1, "Export clients"), (1, "Date; 12.11.2026")]


def test_reading_goes_on_behind_every_mark_below_a_preamble(write, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (64,))
    rows = "".join(f"{n};Zoé;u{n}@example.org\n" for n in range(40))
    assert_resumes(write(("Exporté\n\nid;name;email\n" + rows).encode("cp1252")))


@pytest.mark.parametrize(
    "content",
    [
        "note;;\n;;x\nEva;Zoé;Ida\nAnna;Maria;Elsa\n",  # sparse rows of words, of full width
        "Paris;;\n1;Eva;1951-03-02\n2;Zoé;1952-03-03\n",  # no row of names at all
        "a;b;c\n1;2;3\n",  # a header in the first row
        "x;;\nEva;Eva;1951-03-02\nZoé;Ida;1952-03-03\n",
        "Export\nname;mail\n",  # nothing below
    ],
)
def test_first_rows_of_data_are_no_preamble(write, content):
    assert not any(name == "title" for name, _, _ in read(write(content))[0])


def test_excels_separator_line_is_obeyed_and_is_no_row(write):
    assert rows_of(write("sep=;\r\nname;note\r\nx;a,b,c\r\n")) == {1: {"name": "x", "note": "a,b,c"}}


def test_a_first_row_with_an_email_is_data_and_no_header(write):
    found = rows_of(write("zoe@example.org,Zoé\njohn@example.org,John\n"))
    assert found[1] == {"column 1": "zoe@example.org", "column 2": "Zoé"}


@pytest.mark.parametrize(
    ("first", "header"),
    [
        (["id", "name"], True),
        (["", "name"], True),
        (["year", "2023"], True),
        (["1", "Zoé"], False),
        (["4111 1111 1111 1111", "x"], False),
        (["Zoé", "+33 1 99 00 12 34"], False),
        (["Zoé", "192.0.2.7"], False),
        (["x" * 300, "y"], False),
    ],
)
def test_a_header_has_names_and_no_data(first, header):
    assert has_header([first, ["7", "8"]]) is header


def test_columns_without_a_name_of_their_own_get_one():
    assert distinct(["a", "", "a", "a (2)"]) == ("a", "column 2", "a (2)", "a (2) (2)")


def test_short_rows_end_in_null_and_long_ones_go_on_by_position(write):
    found = rows_of(write("a,b\n1\n1,2,3,4\n"))
    assert found == {1: {"a": "1"}, 2: {"a": "1", "b": "2", "column 3": "3", "column 4": "4"}}


def test_an_empty_cell_is_empty_text(write):
    assert rows_of(write('a,b\n,""\n')) == {1: {"a": "", "b": ""}}


def test_stray_quotes_and_nulls_lose_nothing(write):
    found = rows_of(write(b'a,b\n5" pipe,x\x00y\n"he said "hi"",z\nlast,"q"\n'))
    assert found[1] == {"a": '5" pipe', "b": "x y"}
    assert found[3] == {"a": "last", "b": "q"}
    assert "he said hi" in found[2]["a"].replace('"', "")


def test_a_quote_that_is_never_closed_costs_no_rows_and_is_noted(write):
    path = write('a,b\n1,x\n2,"open\n3,zoe@example.org\n4,y\n')
    assert rows_of(path)[3] == {"a": "3", "b": "zoe@example.org"}
    assert any("quote" in (batch.cut or "") for batch in batches(path))


def test_a_quote_left_open_for_a_long_way_is_given_up(write, monkeypatch):
    monkeypatch.setattr(csv_blocks, "RECORD_BYTES", 4096)
    monkeypatch.setattr(csv_blocks, "LONG_BYTES", 8192)
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 1024)
    monkeypatch.setattr(window.Window.fill, "__defaults__", (1024,))
    path = write('a,b\n"' + "x,zoe@example.org\n" * 5000)
    found = rows_of(path)
    assert len(found) == 5000
    assert found[5000] == {"a": "x", "b": "zoe@example.org"}


def test_a_document_in_a_cell_is_one_cell_however_long(write, monkeypatch):
    monkeypatch.setattr(csv_blocks, "RECORD_BYTES", 4096)
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 1024)
    monkeypatch.setattr(window.Window.fill, "__defaults__", (1024,))
    text = "a line, and a comma\n" * 5000
    path = write(f'a,b\n1,"{text}"\n2,zoe@example.org\n')
    assert rows_of(path) == {1: {"a": "1", "b": text}, 2: {"a": "2", "b": "zoe@example.org"}}
    assert not any(batch.cut for batch in batches(path))


def test_a_long_document_whose_quote_is_never_closed_is_read_as_lines(write):
    path = write('a,b\n1,"' + "x,zoe@example.org\n" * 50_000)
    found = rows_of(path)
    assert len(found) == 50_000
    assert found[50_000] == {"a": "x", "b": "zoe@example.org"}


def test_backslashed_quotes_are_understood(write):
    found = rows_of(write('a,b\n1,"x \\"y\\", z"\n2,"\\"q\\""\n'))
    assert found == {1: {"a": "1", "b": 'x "y", z'}, 2: {"a": "2", "b": '"q"'}}


def test_a_backslash_before_a_closing_quote_is_a_backslash(write):
    found = rows_of(write('path,b\n"C:\\data\\","x"\n"D:\\","y"\n'))
    assert found == {1: {"path": "C:\\data\\", "b": "x"}, 2: {"path": "D:\\", "b": "y"}}


def test_empty_cells_do_not_hide_backslashed_quotes(write):
    found = rows_of(write('a,b\n"","x \\"y, z\\""\n"","",\n'))
    assert found[1] == {"a": "", "b": 'x "y, z"'}


def test_blanks_before_quotes_are_understood(write):
    assert rows_of(write('a, "b"\n1, "x, y"\n')) == {1: {"a": "1", "b": "x, y"}}


def test_json_in_a_cell_becomes_fields(write):
    found = rows_of(write('id,settings\n1,"{""mail"": ""zoe@example.org""}"\n'))
    assert found == {1: {"id": "1", "settings$.mail": "zoe@example.org"}}


def test_a_row_of_a_million_cells_is_read_with_few_columns(write):
    path = write("a,b\n" + "1," * 1_000_000 + "zoe@example.org\n")
    found = cells(batches(path))
    assert len(found) == 2_000
    assert any(value.endswith("zoe@example.org") for _, _, value in found)


def test_reading_goes_on_behind_every_mark(write, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (256,))
    for codec in ("utf-8", "cp1252", "utf-16"):
        rows = "".join(f'{n},"é\n{n}",u{n}@example.org{",x" * (n % 3)}\n' for n in range(60))
        assert_resumes(write(("id,name,email\n" + rows).encode(codec)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=20), st.sampled_from(["\n", "\r\n"]))
def test_what_pythons_writer_writes_comes_back(tmp_path_factory, table, end):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    writer.writerows([("first", "second", "third"), *table])
    path.write_bytes(text.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window.Window.fill, "__defaults__", (64,))
        found = [cell for cell in read(path)[0] if "$" not in cell[0]]
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    got = [[value for _, (row,), value in found if row == number] for number in range(1, len(table) + 1)]
    assert got == expected
