"""Spreadsheets: header and titles, how rows count, what numbers look like, what hangs on cells, hostile files."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from connectors.errors import ReadError
from connectors.formats import sheet as sheets
from connectors.interface import Asset, Unread
from tests.connectors.formats.opening import assert_resumes, cells, lines, read, tree
from tests.connectors.formats.workbooks import ROWS, ods, pack, table, xlsb, xlsx, xml_sheet

MAILS = [("id", (1,), "1"), ("id", (2,), "2"), ("name", (1,), "Ann"), ("name", (2,), "Bob")]
MAILS += [("mail", (1,), "ann@example.org"), ("mail", (2,), "bob@example.org")]


def each(path):
    """Read all assets of a file: cells by what stands behind `!`, and the first error."""
    found, error = {}, None
    with tree(path) as source:
        for line in source.assets():
            if isinstance(line, Unread):
                return {}, line
            batches = []
            try:
                for chunk in source.chunks(line):
                    for batch in source.read(line, chunk):
                        batches.append(batch)  # noqa: PERF402 what came before an error counts
            except ReadError as one:
                error = one
            found[line.name.partition("!")[2]] = cells(batches)
    return found, error


def as_xlsx(path, rows):
    return xlsx(path / "a.xlsx", rows)


def as_ods(path, rows):
    return ods(path / "a.ods", table(rows))


def as_xlsb(path, rows):
    return xlsb(path / "a.xlsb", rows)


WRITERS = [as_xlsx, as_ods, as_xlsb]


@pytest.mark.parametrize("write", WRITERS)
def test_rows_count_from_the_first_below_the_header(tmp_path, write):
    assert sorted(read(write(tmp_path, ROWS))[0]) == sorted(MAILS)


@pytest.mark.parametrize("write", WRITERS)
def test_titles_above_do_not_hide_the_header_and_are_read(tmp_path, write):
    found, _ = read(write(tmp_path, [["List of boss@example.org", "", ""], ["", "", ""], *ROWS]))
    assert sorted(found) == sorted([*MAILS, ("title", (1,), "List of boss@example.org")])


@pytest.mark.parametrize("write", WRITERS)
def test_columns_without_header_are_called_by_their_position(tmp_path, write):
    found, _ = read(write(tmp_path, ROWS[1:]))
    assert ("column 3", (1,), "ann@example.org") in found
    assert ("column 2", (2,), "Bob") in found


@pytest.mark.parametrize("write", WRITERS)
def test_blank_rows_count_as_in_the_csv_of_the_sheet(tmp_path, write):
    found, _ = read(write(tmp_path, [*ROWS[:2], ["", "", ""], ROWS[2]]))
    assert ("mail", (3,), "bob@example.org") in found


def test_cells_beyond_the_header_have_fields_by_position(tmp_path):
    rows = [
        *ROWS,
        *(["3", "C", "c@example.org"] for _ in range(120)),
        ["4", "D", "d@example.org", "", "late@example.org"],
    ]
    assert ("column 5", (123,), "late@example.org") in read(xlsx(tmp_path / "a.xlsx", rows))[0]


@pytest.fixture
def rich(tmp_path):
    path = tmp_path / "rich.xlsx"
    with xlsxwriter.Workbook(path) as book:
        one, hidden = book.add_worksheet("Clients"), book.add_worksheet("Hidden")
        hidden.very_hidden()
        hidden.write_row(0, 0, ["mail", "n"])
        hidden.write_row(1, 0, ["hidden@example.org", 1])
        one.write_row(0, 0, ["name", "phone", "born", "card", "seen"])
        one.write(1, 0, "Ann")
        one.write(1, 1, 612345678, book.add_format({"num_format": '0#" "##" "##" "##" "##'}))
        one.write(1, 2, dt.date(1980, 2, 29), book.add_format({"num_format": "dd/mm/yyyy"}))
        one.write(1, 3, 4111111111111111)
        one.write(
            1,
            4,
            dt.datetime.fromisoformat("2024-01-02T03:04:05"),
            book.add_format({"num_format": "[$-409]d mmm yy h:mm"}),
        )
        one.write_url(2, 0, "mailto:link@example.org", string="write to her")
        one.write_comment(2, 1, "call note@example.org", {"author": "Zoe"})
        one.write_formula(3, 0, '=HYPERLINK("mailto:formula@example.org","x")', None, "x")
        one.set_header("&Lmade by &B head@example.org, page &P")
        one.insert_textbox(10, 10, "box@example.org")
        book.set_properties({"author": "Author", "comments": "prop@example.org"})
    return path


def test_numbers_look_as_a_person_sees_them(rich):
    found = {field: value for field, (row,), value in each(rich)[0]["Clients"] if row == 1}
    assert (found["phone"], found["born"], found["card"]) == ("06 12 34 56 78", "1980-02-29", "4111111111111111")
    assert found["seen"] == "2024-01-02 03:04:05"


def test_links_comments_formulas_margins_and_hidden_sheets_are_read(rich):
    found, error = each(rich)
    assert error is None
    assert {("link", (2,), "mailto:link@example.org"), ("comment", (2,), "call note@example.org")} <= set(
        found["Clients"]
    )
    assert ("formula", (3,), 'HYPERLINK("mailto:formula@example.org","x")') in found["Clients"]
    assert any(field == "margin" and "head@example.org" in value for field, _, value in found["Clients"])
    assert ("mail", (1,), "hidden@example.org") in found["Hidden"]


def test_what_hangs_on_a_row_is_fetched_with_it_though_it_comes_behind_all_rows(rich):
    with tree(rich) as source:
        asset = next(one for one in source.assets() if one.name.endswith("!Clients"))
        found = cells(source.fetch(asset, [(1,), (2,)]))
    assert {("comment", (2,), "call note@example.org"), ("link", (2,), "mailto:link@example.org")} <= set(found)
    assert not any(field == "formula" for field, _, _ in found)


def test_properties_and_drawings_are_an_asset_of_the_file(rich):
    found = {field: value for field, _, value in each(rich)[0][""]}
    assert (found["creator"], found["t"], found["description"]) == ("Author", "box@example.org", "prop@example.org")


def test_an_open_document_has_comments_links_numbers_and_repeats(tmp_path):
    cell = '<table:table-cell office:value-type="{}" {}>{}</table:table-cell>'
    rows = "".join(
        f"<table:table-row {repeat}>{inner}</table:table-row>"
        for repeat, inner in [
            ("", "".join(cell.format("string", "", f"<text:p>{name}</text:p>") for name in ("phone", "born", "note"))),
            (
                'table:number-rows-repeated="3"',
                cell.format("float", 'office:value="612345678"', "<text:p>06 12 34 56 78</text:p>")
                + cell.format("date", 'office:date-value="1980-02-29"', "<text:p>29/02/80</text:p>")
                + cell.format(
                    "string",
                    "",
                    "<office:annotation><dc:creator>Zoe</dc:creator><text:p>note@example.org</text:p></office:annotation>"
                    '<text:p>a<text:s/>b <text:a xlink:href="mailto:link@example.org">c</text:a></text:p>'
                    "<text:p>d</text:p>",
                ),
            ),
            (
                "",
                cell.format("float", 'office:value="3.3612345678E10"', "<text:p>3E+10</text:p>"),
            ),
        ]
    )
    path = ods(tmp_path / "a.ods", f'<table:table table:name="S">{rows}</table:table>')
    found, error = read(path)
    assert error is None
    assert [value for field, _, value in found if field == "phone"] == ["06 12 34 56 78"] * 3 + ["33612345678"]
    assert ("born", (3,), "1980-02-29") in found
    assert ("note", (1,), "a b c\nd") in found
    assert {("link", (1,), "mailto:link@example.org"), ("comment", (1,), "Zoe\nnote@example.org")} <= set(found)


@pytest.mark.parametrize("write", WRITERS)
def test_reading_goes_on_behind_every_mark(tmp_path, write, monkeypatch):
    rows = [
        ["n", "mail"],
        *([str(n), f"u{n}@example.org"] for n in range(sheets._PAGE_ROWS + 9 if write is as_xlsx else 99)),
    ]
    assert_resumes(write(tmp_path, rows))


SHEET = "<worksheet><sheetData>{}</sheetData>{}</worksheet>"
CELL = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'


def test_both_ways_through_a_sheet_give_the_same_rows(tmp_path):
    plain = "".join(
        f'<row r="{n}">' + CELL.format(f"A{n}", f"a &amp; &#233; {n}") + f'<c r="C{n}"><v>{n}.5</v></c></row>'
        for n in range(1, 400)
    )
    one = read(xml_sheet(tmp_path / "a.xlsx", SHEET.format(plain, "")))[0]
    odd = plain.replace("<v>", "<!-- --><v>").replace('r="A', 't="inlineStr" r="A').replace(' t="inlineStr">', ">")
    (tmp_path / "b").mkdir()
    assert one == read(xml_sheet(tmp_path / "b" / "a.xlsx", SHEET.format(odd, "")))[0]
    assert ("column 1", (2,), "a & é 2") in one
    assert ("column 3", (399,), "399.5") in one


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "sheet",
    [
        LAUGHS + SHEET.format('<row r="1">' + CELL.format("A1", "&b;") + "</row>", ""),
        "<worksheet>" + "<a>" * 100_000,
        SHEET.format('<row r="1">' + CELL.format("A1", "a@example.org") + "</row>", "<broken"),
        "no xml at all",
        b"\0\1\2\3",
        "",
        SHEET.format("<row><c t='s'><v>99999999999999999999</v></c></row>" * 3, ""),
        SHEET.format('<row r="99999999999999"><c r="ZZZZZZZZZZ99"><v>1e999</v></c></row>' * 3, ""),
        SHEET.format('<row r="1"><c s="999999" r="A1"><v>abc</v></c></row>', "<hyperlinks><hyperlink/></hyperlinks>"),
    ],
)
def test_a_hostile_sheet_ends_with_a_word(tmp_path, sheet):
    _, error = each(xml_sheet(tmp_path / "a.xlsx", sheet))
    assert error is None or error.cause in ("corrupt", "cut")
    assert error is None or "example" not in error.reason


def test_what_came_before_damage_counts(tmp_path):
    rows = "".join(f'<row r="{n}">' + CELL.format(f"A{n}", f"u{n}@example.org") + "</row>" for n in range(1, 50))
    found, error = each(xml_sheet(tmp_path / "a.xlsx", SHEET.format(rows, "<oops")))
    assert len(found["S"]) == 49
    assert error.cause == "corrupt"


def test_a_bomb_in_a_sheet_is_cut(tmp_path):
    row = '<row r="1">' + CELL.format("A1", "a@example.org") + "</row>"
    found, error = each(xml_sheet(tmp_path / "a.xlsx", SHEET.format(row, " " * (100 << 20))))
    assert error.cause == "cut"
    assert found["S"] == [("column 1", (1,), "a@example.org")]


def test_an_open_documents_repeats_are_bounded(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = ods(tmp_path / "a.ods", f'<table:table table:name="S">{row}</table:table>')
    with tree(path) as source:
        (asset,) = source.assets()
        found = list(source.read(asset, next(iter(source.chunks(asset)))))
    assert found[-1].cut
    assert sum(batch.rows for batch in found) < 200


def test_cut_and_encrypted_files_are_said_to_be(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [[f"u{n}@example.org"] for n in range(2000)])
    path.write_bytes(path.read_bytes()[:-400])
    assert each(path)[1].cause == "corrupt"
    path = ods(tmp_path / "b.ods", "", **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"})
    assert (each(path)[1].cause, "encrypted" in each(path)[1].reason) == ("denied", True)


def test_an_encrypted_older_workbook_is_not_taken_for_a_damaged_one(tmp_path):
    data = bytearray((Path(__file__).parent / "fixtures" / "xls" / "customers.xls").read_bytes())
    second = data.index(b"\x09\x08\x10\0") + 20  # behind the record that begins the workbook
    data[second : second + 6] = b"\x2f\0\2\0\1\0"
    (tmp_path / "a.xls").write_bytes(data)
    (line,) = lines(tmp_path).values()
    assert (line.cause, "encrypted" in line.reason) == ("denied", True)


def test_a_zip_is_told_by_what_lies_in_it(tmp_path):
    pack(tmp_path / "a.xlsx", {"readme.txt": "x"})
    pack(tmp_path / "b.zip", {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    pack(tmp_path / "c.bin", {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"})
    found = {name: line.kind for name, line in lines(tmp_path).items()}
    assert "ZIP" in found["a.xlsx"] or found["a.xlsx"] == "zip"
    assert found["b.zip"] in ("Word document", "docx")
    assert not isinstance(lines(tmp_path)["c.bin"], Asset)


def test_a_document_within_a_document_does_not_tell_its_kind(tmp_path):
    inner = xlsx(tmp_path / "a.xlsx", ROWS).read_bytes()
    path = tmp_path / "b.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<w/>"),
            ("word/x.xlsx", inner),
        ]:
            archive.writestr(name, content)
    assert lines(path)["b.docx"].kind in ("Word document", "docx")
    path.write_bytes(path.read_bytes()[:-200])
    assert lines(path)["b.docx"].kind in ("Word document", "docx")


def test_a_workbook_whose_list_is_cut_off_is_still_told(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:-300])
    assert "list of members" in lines(path)["a.xlsx"].reason
