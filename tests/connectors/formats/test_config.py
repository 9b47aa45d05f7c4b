"""Files of settings: keys as fields, what belongs to them, and all else as text."""

from __future__ import annotations

import pytest

from connectors.formats import window
from tests.connectors.formats.direct import assert_resumes, batches
from tests.connectors.formats.opening import lines, read


def found_in(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    found, error = read(path)
    assert error is None
    return {(field, line): value for field, (line,), value in found}


def test_yaml(tmp_path):
    content = (
        "owner:\n  email: a@example.org\n  'tel': \"+33 1 99 00 12 34\"\n"
        "mails:\n  - b@example.org\n- c: d\nnote: |\n  some\n\n  more\n# e@example.org\n"
    )
    found = found_in(tmp_path, "a.yaml", content)
    assert found["email", 2] == "a@example.org"
    assert found["tel", 3] == "+33 1 99 00 12 34"
    assert found["mails", 5] == "  - b@example.org"
    assert found["c", 6] == "d"
    assert found["note", 8] == "  some"
    assert found["note", 10] == "  more"
    assert found["text", 11] == "# e@example.org"


def test_env_ini_properties_and_toml(tmp_path):
    content = (
        "[smtp]\nexport PASSWORD='s3cret'\nuser = a@example.org\nurl=http://example.org/?a=b\n"
        "list = [\n  'x',\n]\nb.c=d \\\n  e\n"
    )
    found = found_in(tmp_path, "a.ini", content)
    assert found["text", 1] == "[smtp]"
    assert found["PASSWORD", 2] == "s3cret"
    assert found["user", 3] == "a@example.org"
    assert found["url", 4] == "http://example.org/?a=b"
    assert found["list", 6] == "  'x',"
    assert found["b.c", 9] == "  e"


def test_settings_in_php(tmp_path):
    content = (
        "<?php\ndefine('DB_PASSWORD', 'p4ss');\n$db['default']['user'] = \"root\";\n  'mail' => 'a@example.org',\n"
    )
    found = found_in(tmp_path, "wp-config.php", content)
    assert found["DB_PASSWORD", 2] == "p4ss"
    assert found["user", 3] == "root"
    assert found["mail", 4] == "a@example.org"


def test_keys_that_are_data_are_part_of_their_value(tmp_path):
    found = found_in(tmp_path, "a.properties", "user20240101=x\nok=y\n")
    assert found["*", 1] == "user20240101=x"


def test_of_very_many_keys_the_frequent_ones_are_fields(tmp_path):
    content = (
        "".join(f"key{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvw'[n // 100]}=v{n}\n" for n in range(300))
        + "mail=x\nmail=y\n"
    )
    found = found_in(tmp_path, "a.properties", content)
    assert len({field for field, _ in found}) == 101
    assert found["mail", 302] == "y"
    assert len({line for _, line in found}) == 302


def test_json_in_a_value_is_opened(tmp_path):
    assert found_in(tmp_path, ".env", 'KEY={"mail": "a@example.org"}\n')["KEY$.mail", 1] == "a@example.org"


def test_every_line_counts_once_and_reading_goes_on_behind_every_mark(tmp_path, monkeypatch):
    monkeypatch.setattr(window.Window.fill, "__defaults__", (64,))
    path = tmp_path / "a.conf"
    path.write_text("".join(f"k{'ab'[n % 2]} = v{n}\n# c\n\n" for n in range(60)))
    assert_resumes(path)
    assert sum(batch.rows for batch in batches(path)) == 180


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        (".env.production", "A=1\n", "config"),
        ("app.yml", "a: 1\n", "config"),
        ("credentials", "[default]\nkey = 1\nsecret = 2\nregion = 3\n", "config"),
        ("config.inc.php", "<?php\n$a = 1;\n", "config"),
        ("notes.txt", "a = 1\nb = 2\nc = 3\n", "text"),
        ("app.xml.conf", "<?xml version='1.0'?><a/>", "xml"),
    ],
)
def test_settings_are_told_by_name_or_content(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content)
    assert lines(tmp_path)[name].kind == kind
