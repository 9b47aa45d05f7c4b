"""A large table is read in parts, side by side; stopped, it goes on in the same parts."""

from __future__ import annotations

import threading

import pytest

from connectors import tables
from inventory.store import Inventory
from scanner.engine import Engine
from scanner.progress import Watcher
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve

ROWS = 60_000
PEOPLE = f"""
    CREATE TABLE people (id bigint PRIMARY KEY, email text, phone text, note text);
    INSERT INTO people SELECT n * 3, 'p' || n || '@example.org', '06 12 ' || lpad((n % 1000000)::text, 6, '0'),
        'nothing to be seen here, of some length' FROM generate_series(1, {ROWS}) AS n;
    ANALYZE people;
"""
PROBES = [f"p{n}@example.org" for n in range(1, ROWS + 1, 1999)]


class StopWithin(Watcher):
    """Stops once some rows are in, and well before all are."""

    def __init__(self) -> None:
        self.stop = threading.Event()

    def update(self, progress) -> None:
        if progress.rows > ROWS // 10:
            self.stop.set()


@pytest.fixture
def people(postgresql_server, monkeypatch):
    monkeypatch.setattr(tables, "PART_BYTES", 1 << 20)
    with postgresql_server.database("parts") as database:
        postgresql_server.psql(PEOPLE, database)
        yield f"postgresql://postgres:{postgresql_server.password}@127.0.0.1:{postgresql_server.port}/{database}"


@pytest.fixture
def kept(tmp_path):
    """Open an inventory under the one key, and give what a scan finds in it."""

    def run(name, target, *, workers=2, watcher=None):
        url = f"sqlite:///{tmp_path}/{name}.db"
        with Inventory(url, tmp_path / "recense.key", create=True) as inventory:
            stop = watcher.stop if watcher else None
            engine = Engine(inventory, Settings(), ScanOptions(workers=workers), watcher, stop)
            summary = engine.run(resolve([target], []))
            tokens = [
                (at, "EMAIL_ADDRESS", inventory.tokens.token("EMAIL_ADDRESS", one)) for at, one in enumerate(PROBES)
            ]
            found = sorted((one.identifier, one.asset, str(one.locator)) for one in inventory.locate(tokens))
            parts = inventory.connection.execute(
                "SELECT count(*), sum(done) FROM chunks WHERE bounds NOTNULL"
            ).fetchone()
            findings = [
                (one.field, one.entity, one.count, one.distinct, one.rows_scanned, one.score, one.evidence, one.samples)
                for one in inventory.findings()
            ]
            return summary, found, findings, parts

    return run


def test_a_table_in_parts_is_found_as_a_whole_one_is(people, kept, monkeypatch):
    in_parts = kept("parts", people)
    monkeypatch.setattr(tables, "PART_BYTES", 1 << 40)
    whole = kept("whole", people, workers=1)
    assert in_parts[0].rows == whole[0].rows == ROWS
    assert len(whole[1]) == len(PROBES)
    assert in_parts[1:3] == whole[1:3]
    assert in_parts[3] == (0, None)  # nothing of the parts outlives the reading


def test_a_stopped_scan_goes_on_in_the_parts_in_which_it_began(people, kept, postgresql_server, monkeypatch):
    stopped, _, _, (parts, done) = kept("stopped", people, watcher=StopWithin(), workers=1)
    assert stopped.status == "interrupted"
    assert parts > 3
    assert done < parts
    # what is cut now would be cut elsewhere
    monkeypatch.setattr(tables, "PART_BYTES", 1 << 19)
    resumed, found, findings, _ = kept("stopped", people)
    assert resumed.status == "complete"
    assert resumed.rows < ROWS
    monkeypatch.setattr(tables, "PART_BYTES", 1 << 40)
    whole = kept("whole", people)
    assert (found, findings) == whole[1:3]


def test_a_sample_is_not_cut(people, tmp_path):
    with Inventory(f"sqlite:///{tmp_path}/s.db", tmp_path / "recense.key", create=True) as inventory:
        summary = Engine(inventory, Settings(), ScanOptions(mode="sample")).run(resolve([people], []))
    assert summary.rows == 10_000
