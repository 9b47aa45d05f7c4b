"""A tree of one person's traces, scanned."""

import json
import sqlite3

import pytest

from inventory.store import Inventory
from scanner.engine import Engine
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve

JANE = "jane@example.org"


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
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
    return root


@pytest.fixture
def inventory(tmp_path, tree):
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key", create=True) as opened:
        Engine(opened, Settings(), ScanOptions()).run(resolve([str(tree)], []))
        yield opened
