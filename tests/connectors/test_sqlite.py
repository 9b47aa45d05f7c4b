"""SQLite: the contract, and what a file that anybody may upload can do to a reader."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from connectors.interface import SourceSpec
from connectors.sqlite_file import quoted
from tests.connectors.contract import Store, TableContract, load


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        load(connection.execute, quoted, lambda n: f"replace(hex(zeroblob({n // 2})), '0', 'x')")
    return Store(SourceSpec("shop", f"sqlite:///{path}"), "", has_rights=False, state=lambda: snapshot(path.parent))


class TestContract(TableContract):
    """What every database connector does."""


def snapshot(folder):
    return {entry.name: (entry.stat().st_size, entry.stat().st_mtime_ns) for entry in folder.iterdir()}
