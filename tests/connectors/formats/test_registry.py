"""What a file is told to be: by magic, by content, by name; and never by name alone."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from connectors.formats.packing import Pack
from connectors.formats.pgdump import find_program
from connectors.formats.recognition import missing
from connectors.formats.registry import FORMATS, reader
from connectors.interface import Asset, LocatorKind, Unread
from tests.connectors.formats.opening import lines, read
from tests.connectors.formats.packs import told

FIXTURES = Path(__file__).parent / "fixtures"
ROWS = "id,name,mail\n1,a,x@example.org\n2,b,y@example.org\n"


def kind_of(tmp_path, name, content):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return lines(tmp_path)[name].kind


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_has_a_fixture_that_it_reads(key):
    (path,) = (FIXTURES / key).iterdir()
    if key == "pgdump" and find_program() is None:
        pytest.skip("no pg_restore here: apt-get install postgresql-client")
    if key == "image" and missing():
        pytest.skip("no OCR here: the extra ocr")
    if isinstance(reader(key), Pack):
        assert any("@example.org" in value for values in told(path).values.values() for value in values)
        return
    (line,) = (line for line in lines(path).values() if isinstance(line, Asset))
    assert line.detail["format"] == key
    assert any("@example.org" in (value or "") for _, _, value in read(path)[0])


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_says_what_it_is(key):
    if key == "image" and missing():
        pytest.skip("no OCR here: the extra ocr")
    assert reader(key).kind == key
    assert isinstance(reader(key).locator, LocatorKind)
    assert reader(key) is reader(key)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("lies.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG image"),
        ("lies.json", "Dear all,\nno JSON here\n", "text"),
        ("lies.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
        ("lies.log", b"\x1f\x8b\x08\0" + bytes(6) + b"\xff" * 60, "file"),
        ("lies.png", "not an image\n", "text"),
        ("page.csv", "<!DOCTYPE html>\n<html><body>a, b, c</body></html>\n", "html"),
        ("api.txt", '{"mail": "zoe@example.org"}', "json"),
        ("app.log", '{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("one.jsonl", '{"a": 1}\n', "jsonl"),
        ("pretty.json", '{\n  "a": [\n    1\n  ]\n}\n', "json"),
        ("export", ROWS, "csv"),
        ("export.csv.bak", ROWS, "csv"),
        ("export.xls", ROWS.replace(",", "\t"), "csv"),
        ("notes.txt", ROWS, "text"),
        ("error.log", "[2024-01-01 10:00] x@example.org\n[2024-01-01 10:01] y\n", "text"),
        ("notes.md", "[link](https://example.org)\n", "text"),
        ("README", "Some words, and more.\nThen others.\nThe end.\n", "text"),
        ("dump.sql", "INSERT INTO a VALUES (1,'x');\n" * 5, "sql"),
        ("dump", "-- from shop\n\nINSERT INTO a (b) VALUES\n(1),\n(2);\n", "sql"),
        ("shop.txt", "-- MySQL dump 10.13\n" + "INSERT INTO a VALUES (1);\n", "sql"),
        ("copy.sql.bak", "COPY a (b, c) FROM stdin;\n1\t2\n\\.\n", "sql"),
        ("schema.sql", "CREATE TABLE a (b int);\nINSERT INTO a SELECT 1;\n", "text"),
        ("queries.log", "10:00 INSERT INTO a VALUES (1)\n", "text"),
        ("mail.txt", "Please run\nINSERT INTO a VALUES (1);\n", "text"),
        ("blobs", b"-- MariaDB dump 10.19\n" + bytes(range(256)) * 90, "sql"),
        ("shell.php", "GIF89a\n<?php echo 'x@example.org';\n", "text"),
        ("nulls.log", b"\0" * 100_000 + b"2024-01-01 x@example.org\n" * 9000, "text"),
        ("stray.txt", b"caf\xe9 \x00 x@example.org\n", "text"),
        ("a.bin", bytes(range(256)) * 4, "binary data"),
        ("random", os.urandom(100_000), "binary data"),
        ("zeros.img", bytes(100_000), "binary data"),
        ("ints", b"".join(n.to_bytes(2, "little") for n in range(1, 200)), "binary data"),
        ("a.out", b"\x7fELF\x02\x01\x01" + bytes(60), "ELF program"),
        ("a.tar", b"x" * 257 + b"ustar\x0000" + bytes(300), "tar archive"),
    ],
)
def test_content_decides_what_a_file_is(tmp_path, name, content, kind):
    assert kind_of(tmp_path, name, content) == kind


@pytest.mark.parametrize("name", ["a.css", "a", "a.sql"])
def test_a_program_with_many_remarks_is_told_at_once(tmp_path, name):
    began = time.monotonic()
    assert kind_of(tmp_path, name, "/* a box */\n.box { color: red }\n" * 2000) in ("text", "sql")
    assert kind_of(tmp_path, name, "/* a */ -- b\n# c\n" * 2000 + "body { color: red }\n") in ("text", "sql")
    assert time.monotonic() - began < 20


def test_remarks_before_a_script_do_not_hide_it(tmp_path):
    assert kind_of(tmp_path, "a", "/* a */; -- b\n/* c\n** */ # d\n" * 50 + "INSERT INTO t VALUES (1, 'x');\n") == "sql"


def test_a_kind_that_nothing_reads_is_named_and_skipped(tmp_path):
    (tmp_path / "a.psd").write_bytes(b"8BPS\0\1" + bytes(50))
    line = lines(tmp_path)["a.psd"]
    assert isinstance(line, Unread)
    assert (line.cause, line.cause.skipped, line.size) == ("format", True, 56)
    assert "Photoshop image" in line.reason


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_large_document_without_suffix_is_json_wherever_the_first_part_ends(tmp_path, shift):
    document = {"pad": "x" * shift, "users": [{"mail": f"{n}@example.org", "n": n, "ok": True} for n in range(3000)]}
    assert kind_of(tmp_path, "export", json.dumps(document)) == "json"


def test_one_long_text_in_json_is_no_obstacle(tmp_path):
    assert kind_of(tmp_path, "a.json", json.dumps({"text": "x " * 100_000})) == "json"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_the_encoding_does_not_hide_the_format(tmp_path, codec):
    assert kind_of(tmp_path, "a.csv", ROWS.encode(codec)) == "csv"
    assert kind_of(tmp_path, "b.json", '{"mail": "zoe@example.org"}'.encode(codec)) == "json"
    assert kind_of(tmp_path, "c.jsonl", '{"a": 1}\n{"a": 2}\n'.encode(codec)) == "jsonl"
