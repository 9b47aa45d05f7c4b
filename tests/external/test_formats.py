"""Files that others made to break readers: none may crash or hang, and what is right must be read right."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import docx
import pytest

from connectors.errors import ReadError
from connectors.files import FileTree
from connectors.formats import csv as csv_format
from connectors.formats.interface import Opened
from connectors.interface import Asset, Chunk, LocatorKind, SourceSpec, Unread
from tests.connectors.formats.opening import cells, lines, read, tree

FORMATS = Path(__file__).parents[3] / "shared" / "fixtures" / "formats"
pytestmark = pytest.mark.skipif(not FORMATS.is_dir(), reason="the folder of other projects' fixtures is not there")


def suite(prefix: str) -> list[Path]:
    return sorted((FORMATS / "JSONTestSuite" / "test_parsing").glob(f"{prefix}_*.json"))


@pytest.mark.parametrize("path", suite("y"), ids=lambda path: path.stem)
def test_valid_json_is_read_to_its_end(path):
    found, error = read(path)
    assert error is None
    assert lines(path)[path.name].kind == "json"
    expected = json.loads(path.read_bytes())
    if isinstance(expected, list) and all(isinstance(one, str) for one in expected):
        assert [value for _, _, value in found] == [one.replace("\0", " ") for one in expected]


@pytest.mark.parametrize("path", [*suite("n"), *suite("i")], ids=lambda path: path.stem)
def test_invalid_json_is_read_as_far_as_it_goes_or_as_text(path):
    for line in lines(path).values():
        if isinstance(line, Asset):
            _, error = read(path)
            assert error is None or error.cause == "corrupt"
        else:
            assert line.cause in ("empty", "format")


@pytest.mark.parametrize("path", sorted((FORMATS / "csv-spectrum" / "csvs").glob("*.csv")), ids=lambda path: path.stem)
def test_csv_rows_are_those_of_the_spectrum(path, monkeypatch):
    expected = json.loads((FORMATS / "csv-spectrum" / "json" / f"{path.stem}.json").read_text())
    monkeypatch.setattr(csv_format, "expand", lambda batch: [batch])
    rows: dict[int, dict[str, str]] = {}
    with path.open("rb", buffering=0) as stream:
        file = Opened(stream, path.name, path.stat().st_size)
        for field, (row,), value in cells(
            csv_format.Csv().read(file, Asset("", "csv", "", LocatorKind.ROW), Chunk(), None)
        ):
            rows.setdefault(row, {})[field] = value
    assert [_plain(rows[number]) for number in sorted(rows)] == [_plain(row) for row in expected]


def _plain(row: dict[str, str]) -> dict[str, str]:
    return {field: value.replace("\r\n", "\n") for field, value in row.items()}


def test_no_file_of_any_kind_crashes_or_hangs():
    began, met = time.monotonic(), 0
    with FileTree(SourceSpec("formats", FORMATS.as_uri())) as source:
        for line in source.assets():
            met += 1
            assert not isinstance(line, Unread) or line.cause != "timeout", line.name
            if isinstance(line, Asset):
                with suppress(ReadError):
                    for batch in source.read(line, next(iter(source.chunks(line)))):
                        batch.columns.validate(full=True)
    assert met > 500
    assert time.monotonic() - began < 240


PARQUET = FORMATS / "parquet-testing"
UNREADABLE = {
    "ARROW-GH-41317.parquet",
    "ARROW-GH-41321.parquet",
    "ARROW-GH-45185.parquet",
    "ARROW-GH-47662.parquet",
    "ARROW-RS-GH-6229-DICTHEADER.parquet",
    "ARROW-RS-GH-6229-LEVELS.parquet",
    "PARQUET-1481.parquet",
    "datapage_v1-corrupt-checksum.parquet",
    "rle-dict-uncompressed-corrupt-checksum.parquet",
    "incorrect_map_schema.parquet",  # a map whose key may be missing, which Arrow refuses
    "large_string_map.brotli.parquet",  # one value of 2 GB
}


@pytest.mark.parametrize("path", sorted(PARQUET.rglob("*.parquet")), ids=lambda path: path.stem)
def test_parquet_is_read_whole_or_said_to_be_damaged(path):
    (line,) = lines(path).values()
    error = line if isinstance(line, Unread) else read(path)[1]
    assert (error is not None) == (path.name in UNREADABLE)
    assert error is None or error.cause in ("corrupt", "other")


@pytest.mark.parametrize("path", sorted(PARQUET.rglob("*_footer*.encrypted")), ids=lambda path: path.stem)
def test_encrypted_parquet_is_said_to_be_encrypted(path):
    (line,) = lines(path).values()
    error = line if isinstance(line, Unread) else read(path)[1]
    assert (error.cause, "encrypted" in error.reason) == ("denied", True) or "plaintext" in path.name


BOOKS = sorted((FORMATS / "calamine-tests" / "tests").glob("*.[xo][ld]s*"))
DAMAGED = {"OOM_alloc3.xls", "issue_385.xls", "issue252.xlsx", "too_small.xls"}


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_workbooks_are_read_whole_or_said_to_be_encrypted(path):
    with tree(path) as source:
        found = list(source.assets())
        assert found
        for line in found:
            if isinstance(line, Unread):
                assert line.cause == "denied" if path.stem == "pass_protected" else path.name in DAMAGED
                continue
            for batch in source.read(line, next(iter(source.chunks(line)))):
                batch.columns.validate(full=True)


DOCUMENTS = sorted((FORMATS / "python-docx").rglob("*.docx"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_word_documents_are_read_as_their_library_reads_them(path):
    found, error = read(path)
    assert error is None
    texts = {value.strip() for field, _, value in found if field == "text" and value}
    body = [one.text.strip() for one in docx.Document(str(path)).paragraphs]
    assert {text for text in body if text} <= texts
