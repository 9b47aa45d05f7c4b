"""All formats, both languages, every situation: they open, agree and leak nothing."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len

from reports import data_inventory, exposure
from reports.formats import FORMATS, render
from reports.interface import UnknownFormatError, UnknownLanguageError
from tests.reports.stand_in import MADE, SITUATIONS

ROOT = Path(__file__).parents[2]
TEXTS = [one for one in FORMATS if one not in {"pdf", "parquet"}]


def inventory_of(name):
    return data_inventory.collect(SITUATIONS[name](), None if name == "crowd" else "alice", MADE)


def sheet_of(name):
    return exposure.collect(SITUATIONS[name](), MADE)


def written(document, form, lang="en", **options):
    out = io.BytesIO()
    render(document, form, lang, out, **options)
    return out.getvalue()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_situation_is_written_in_every_format(name, form, lang):
    for document in (inventory_of(name), sheet_of(name)):
        data = written(document, form, lang)
        assert data
        assert b"SAMPLE" not in data
        assert b"EVIDENCE" not in data


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("collect", [inventory_of, sheet_of])
def test_no_text_format_carries_what_steers_a_terminal(form, collect):
    text = written(collect("hostile"), form).decode("utf-8")
    assert not set(text) & {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
    assert not set(text) & set("\u202e\u200b\u2028")


def test_csv_json_and_parquet_agree():
    document = inventory_of("shop")
    lines = list(csv.DictReader(io.StringIO(written(document, "csv").decode("utf-8"))))
    table = pq.read_table(io.BytesIO(written(document, "parquet"))).to_pylist()
    told = json.loads(written(document, "json"))
    fields = [one for store in told["stores"] for asset in store["assets"] for one in asset["fields"]] + told["hints"]
    assert [one["count"] for one in table] == [int(one["count"]) for one in lines] == [one["count"] for one in fields]
    assert [one["distinct"] for one in table] == [one["distinct"] for one in fields]
    assert [one["entity"] for one in table] == [one["entity"] for one in lines]


def test_hints_are_marked_where_rows_are_flat():
    lines = list(csv.DictReader(io.StringIO(written(inventory_of("shop"), "csv").decode("utf-8"))))
    assert [line["field"] for line in lines if line["standing"] == "hint"] == ["reference"]


def test_parquet_has_typed_columns():
    schema = pq.read_schema(io.BytesIO(written(inventory_of("shop"), "parquet")))
    assert str(schema.field("count").type) == "int64"
    assert str(schema.field("first_seen").type) == "timestamp[us, tz=UTC]"
    assert schema.metadata[b"persons_low"] == b"4237"


def test_json_keeps_its_keys_in_both_languages():
    english, french = (json.loads(written(inventory_of("shop"), "json", lang)) for lang in ("en", "fr"))
    assert list(english) == list(french)
    assert english["persons"]["low"] == french["persons"]["low"] == 4237
    assert english["persons"]["how"] != french["persons"]["how"]


def test_json_of_a_breach_sheet_answers_the_questions_of_the_contract():
    told = json.loads(written(sheet_of("shop"), "json"))
    assert {"kinds", "persons", "records", "clients", "countries", "unread"} <= set(told)
    assert told["persons"]["counted_by"] == "EMAIL_ADDRESS"


def test_json_gives_hostile_names_back_unchanged():
    told = json.loads(written(inventory_of("hostile"), "json"))
    names = {asset["asset"] for store in told["stores"] for asset in store["assets"]}
    assert {"invoice\u202efdp.exe", "\x1b[31mred\x1b[0m\x07.log", "bad\udce9surrogate"} <= names


@pytest.mark.parametrize("width", [1, 40, 80, 200])
def test_a_terminal_is_never_overrun(width):
    lines = written(inventory_of("hostile"), "table", "fr", width=width).decode("utf-8").splitlines()
    assert max(cell_len(line) for line in lines) <= max(width, 40)


def test_a_stream_that_is_only_written_to_is_enough():
    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return len(data)

    for form in FORMATS:
        render(inventory_of("single"), form, "en", Pipe())


def test_no_library_is_loaded_before_its_format_is_asked_for():
    code = (
        "import sys, reports.formats, reports.data_inventory, reports.exposure;"
        "print({'jinja2', 'typst', 'pyarrow', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UnknownFormatError, match="parquet"):
        written(inventory_of("single"), "docx")


@pytest.mark.parametrize("form", FORMATS)
def test_an_unknown_language_is_refused_by_each_format(form):
    with pytest.raises(UnknownLanguageError):
        written(inventory_of("single"), form, "de")
