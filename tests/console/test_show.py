"""Tables, CSV and JSON of any rows."""

import json
import re

import pytest

from console.show import plain, show, show_table

COLUMNS = {"id": "id", "asset": "asset", "reason": "reason", "count": "count", "last_seen": "last seen"}
MOMENT = "2026-11-23T07:34:20.838179+00:00"
ROWS = [
    {"id": "1", "asset": "a" * 60, "reason": "no right to read it " * 5, "count": 12_345, "last_seen": MOMENT},
    {"id": "2", "asset": "b\x1b[31m", "reason": "=cmd()", "count": 0, "last_seen": ""},
]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_a_table_never_is_wider_than_its_terminal_and_loses_no_name(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    show_table(ROWS, COLUMNS)
    out = re.sub(r"\x1b\[\d+m", "", capsys.readouterr().out)  # bold heads are the table's own
    assert out.count("a") >= 60
    assert "12,345" in out
    is_table = "─" in out
    assert not is_table or all(len(line) <= width for line in out.splitlines())
    assert is_table or width < 60


def test_nothing_from_the_data_reaches_the_terminal_or_a_sheet(capsys):
    for form in ("table", "csv"):
        show(ROWS, form, COLUMNS, "")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "'=cmd()" in out


def test_json_holds_all_keys(capsys):
    show(ROWS, "json", {"id": "id"}, "")
    assert json.loads(capsys.readouterr().out)[0]["count"] == 12_345


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (1234567, "1,234,567"),
        (("a", "b"), "a, b"),
        ({"row": 1234}, "row 1234"),
        ({"key": {"id": "7"}}, "key id 7"),
        ({"key": {"a": "1", "b": "2"}}, 'key {"a": "1", "b": "2"}'),
        ("2026-11-23T07:34:20.838179+00:00", "2026-11-23 07:34:20"),
    ],
)
def test_values_are_written_for_people(value, text):
    assert plain(value) == text
