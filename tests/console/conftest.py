"""The command line, run in this process, with an inventory of its own."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.cli import cli
from console.failures import run
from examples.shop.files import logo


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def recense(tmp_path, monkeypatch, capfd):
    """Run a command in an empty folder; gives its exit code and output."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("RECENSE_CONFIG", "RECENSE_INVENTORY", "RECENSE_KEY_FILE", "RECENSE_ACTOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*args):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            run(cli, [str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Ran(left.value.code, out, err)

    return call


@pytest.fixture
def tree(tmp_path):
    """A folder with a CSV of two persons, a broken JSON file and a picture."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "people.csv").write_text(
        "name,email,telephone,note\n"
        "Jane,jane@example.org,+41 44 668 18 00,=cmd()\n"
        "Max,max@example.com,079 123 45 67,\x1b[31mred\n"
    )
    (root / "broken.json").write_text('{"email": "jane@example.org", "rest": ')
    (root / "logo.png").write_bytes(logo())
    return root


@pytest.fixture(scope="session")
def scanned_people(tmp_path_factory):
    return tmp_path_factory.mktemp("people")


@pytest.fixture
def people(recense, tree, scanned_people):
    """The inventory after a scan of the two persons: made once, and copied for each test."""
    if not list(scanned_people.iterdir()):
        assert recense("scan", tree / "people.csv").code == 0
        for path in Path.cwd().glob("recense.*"):
            shutil.copy2(path, scanned_people)
    for path in scanned_people.iterdir():
        shutil.copy2(path, Path.cwd())
