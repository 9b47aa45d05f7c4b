"""A small store, an inventory, and a scan of the one into the other."""

import sqlite3

import pytest

from inventory.store import Inventory
from scanner.engine import Engine
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve


@pytest.fixture
def inventory(tmp_path):
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key", create=True) as opened:
        yield opened


@pytest.fixture
def shop(tmp_path):
    """A database of 300 customers, each with an e-mail."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, total REAL)")
        rows = [(n, f"customer{n}@example.org", n / 7) for n in range(1, 301)]
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?)", rows)
        connection.execute("CREATE TABLE empty (id INTEGER PRIMARY KEY)")
    connection.close()
    return path


@pytest.fixture
def scan(inventory):
    """Scan targets with some settings and options; gives the summary."""

    def run(*targets, settings=None, watcher=None, stop=None, **options):
        settings = settings or Settings()
        engine = Engine(inventory, settings, ScanOptions(**options), watcher, stop)
        return engine.run(resolve([str(target) for target in targets], settings.sources))

    return run


@pytest.fixture
def located(inventory):
    """Where a value lies: (asset, field, locator)."""

    def run(value, entity="EMAIL_ADDRESS"):
        probes = [(0, entity, inventory.tokens.token(entity, value))]
        return [(record.asset, record.field, record.locator) for record in inventory.locate(probes)]

    return run
