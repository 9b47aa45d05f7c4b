"""A tree of one person's traces, scanned once; each test has its own copy of the inventory, and the tree as it was."""

import json
import shutil
import sqlite3

import pytest

from inventory.store import Inventory
from scanner.engine import Engine
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve

JANE = "jane@example.org"


def plant(root):
    root.mkdir()
    (root / "a.csv").write_text(f"email,phone\nmax@example.com,+41 44 668 18 00\n{JANE},+41 44 668 18 11\n")
    (root / "b.json").write_text(json.dumps({"users": [{"mail": "max@example.com"}, {"mail": JANE}]}))
    (root / "c.jsonl").write_text('{"m": "max@example.com"}\n' + json.dumps({"m": JANE}) + "\n")
    (root / "d.log").write_text(f"start\nlogin {JANE} ok\n")
    with sqlite3.connect(root / "e.db") as connection:
        connection.execute("CREATE TABLE people (shop TEXT, id INTEGER, email TEXT, PRIMARY KEY (shop, id))")
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", [("ch", 1, "max@example.com"), ("ch", 2, JANE)])
        connection.execute("CREATE TABLE keyless (settings TEXT)")
        connection.executemany("INSERT INTO keyless VALUES (?)", [("{}",), (json.dumps({"contact": {"email": JANE}}),)])
    connection.close()


@pytest.fixture(scope="session")
def scanned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scanned")
    plant(folder / "tree")
    with Inventory(f"sqlite:///{folder}/recense.db", folder / "recense.key", create=True) as opened:
        Engine(opened, Settings(), ScanOptions()).run(resolve([str(folder / "tree")], []))
    return folder


@pytest.fixture
def tree(scanned):
    """It stands where it was scanned, and may be changed."""
    root = scanned / "tree"
    yield root
    shutil.rmtree(root, ignore_errors=True)
    plant(root)


@pytest.fixture
def inventory(tmp_path, scanned):
    for path in scanned.glob("recense.*"):
        shutil.copy2(path, tmp_path)
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key") as opened:
        yield opened
