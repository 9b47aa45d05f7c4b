"""Files and SQLite: the commands that give a scan its rights, and a check that survives what it may not see."""

from __future__ import annotations

import os
import pwd

import pytest

from connectors import account
from connectors.interface import SourceSpec
from connectors.registry import open_source
from tests.connectors.test_files import NOBODY, as_nobody

NAME = pwd.getpwuid(NOBODY).pw_name
GRANTS = """
from connectors.registry import open_source
from connectors.interface import SourceSpec
with open_source(SourceSpec('s', sys.argv[1])) as source:
    print(*source.grants(), sep='\\n')
"""
CHECK = f"{GRANTS}    print(*(f'{{right.subject}}: {{right.level}}' for right in source.check()), sep='\\n')\n"


@pytest.fixture
def root(tmp_path):
    """A root folder that every account may enter, with a closed folder in it."""
    folder = tmp_path / "root"
    (folder / "closed" / "inner").mkdir(parents=True)
    for above in (folder, *folder.parents[:-1]):
        above.chmod(above.stat().st_mode | 0o005)
    (folder / "closed").chmod(0o700)
    return folder


def grants(url):
    with open_source(SourceSpec("s", url)) as source:
        return list(source.grants())


def test_the_commands_name_the_account_that_asks(root):
    said = as_nobody(GRANTS, root.as_uri())
    assert f"setfacl -R -m u:{NAME}:rX {root}\n" in said
    assert "u:recense" not in said


@pytest.mark.parametrize("url", ["file://{}", "sqlite:///{}/a.db"])
def test_root_gets_commands_for_a_stand_in_and_is_told_so(root, url, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    note, *commands = grants(url.format(root))
    assert note.startswith("# recense stands for")
    assert commands
    assert all("u:recense:" in command for command in commands)


def test_an_account_without_a_name_goes_by_its_number(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    assert account.account() == ("4000000", [])


def test_a_closed_folder_is_one_line_of_the_check(root):
    assert "closed: error\n" in as_nobody(CHECK, root.as_uri())


def test_a_closed_folder_above_the_root_is_opened_by_the_commands(root):
    said = as_nobody(GRANTS, (root / "closed" / "inner").as_uri())
    assert f"setfacl -m u:{NAME}:x {root}/closed\n" in said
    assert f"setfacl -R -m u:{NAME}:rX {root}/closed/inner\n" in said


def test_a_database_in_a_closed_folder_gets_its_commands(root):
    said = as_nobody(GRANTS, f"sqlite:///{root}/closed/a.db")
    assert said == f"setfacl -m u:{NAME}:x {root}/closed\nsetfacl -m u:{NAME}:r {root}/closed/a.db\n"
