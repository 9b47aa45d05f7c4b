"""A dismissed finding stays dismissed while its evidence is as it was, and comes back when it is not."""

import json
import sqlite3
from dataclasses import replace

import pytest

from inventory.handover import Handover
from inventory.model import SourceInfo
from inventory.recorder import Recorder
from inventory.records import AssetToRead, Line, Name, ResultRow
from inventory.returns import Basis, changes
from inventory.schema import TABLES, VERSION
from inventory.store import Inventory

SOURCE = SourceInfo("shop", "CH", None, (), None, None, None)
BEFORE = Basis("medium", 400, 400, 1000, "40 % of 1,000 candidates are valid: x", "s", 1000, 0, "text")


class Shop:
    """One column of one table, read as often as a test says."""

    def __init__(self, inventory):
        self.inventory = inventory
        self.readings = 0

    def scan(
        self,
        *,
        client="alice",
        confidence="medium",
        count=400,
        rows=1000,
        candidates=1000,
        explicit=0,
        declared="text",
        reason="",
    ):
        self.readings += 1
        recorder = Recorder(self.inventory, mode="full", scope="s")
        source = recorder.source(Name("shop"), SOURCE)
        asset = AssetToRead(Name("db.orders"), "table", "row", (), f"f{self.readings}", "d")
        version = recorder.plan(source, self.inventory.client(client), asset)
        recorder.commit(
            version, 0, fields=[], locations=Handover(), mark=None, done=True, partial=b"", rows=rows, size=1, seconds=1
        )
        facts = json.dumps({"candidates": candidates, "explicit": explicit, "declared": declared})
        result = ResultRow(
            *(Name("ref"), "CREDIT_CARD", "financial", count, count, count, 0.6, confidence),
            *((reason or f"{count} of {candidates} are valid",), (), b"", facts),
        )
        claims = recorder.publish(source, version, [result], Line(asset.name, "table", "scanned", rows=rows)).claims
        recorder.finish("complete")
        return claims

    def dismiss(self):
        self.inventory.review(self.finding().id, "dismissed", "order numbers")

    def finding(self):
        (found,) = self.inventory.findings()
        return found


@pytest.fixture
def shop(inventory):
    shop = Shop(inventory)
    shop.scan()
    return shop


def test_normal_growth_brings_nothing_back(shop):
    shop.dismiss()
    assert shop.scan(count=4000, rows=10_000, candidates=10_000) == 0
    assert (shop.finding().status, shop.finding().claimed) == ("dismissed", False)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"confidence": "high"}, "the confidence has risen from medium to high"),
        ({"count": 900, "candidates": 2250}, "900 of 1,000 records match instead of 400 of 1,000"),
        ({"count": 960, "rows": 2400, "candidates": 1200}, "80 % of what has the shape is valid instead of 40 %"),
        ({"explicit": 1}, "1 stand in a notation that says what they are"),
        ({"declared": "varchar(19)"}, "the column's type is varchar(19) instead of text"),
        ({"reason": "grouped as cards are"}, "the main reason is another"),
    ],
    ids=lambda one: str(one)[:12],
)
def test_other_evidence_brings_a_finding_back_and_says_what_has_changed(shop, what, said):
    shop.dismiss()
    assert shop.scan(**what) == 1
    finding = shop.finding()
    assert (finding.status, finding.claimed) == ("open", True)
    assert finding.evidence[-1].startswith("dismissed on 20")
    assert finding.evidence[-1].endswith(f"; since then {said}")


def test_what_came_back_stays_open_until_it_is_dismissed_again(shop):
    shop.dismiss()
    shop.scan(explicit=5)
    shop.scan(explicit=5)
    assert shop.finding().status == "open"
    shop.dismiss()
    shop.scan(explicit=7)
    assert shop.finding().status == "dismissed"
    verdicts = [row[0] for row in shop.inventory.connection.execute("SELECT verdict FROM reviews ORDER BY id")]
    assert verdicts == ["dismissed", "returned", "dismissed"]


def test_what_came_back_was_still_dismissed_before(shop):
    shop.dismiss()
    before = shop.inventory.connection.execute("SELECT max(at) FROM reviews").fetchone()[0]
    shop.scan(confidence="high")
    assert [one.status for one in shop.inventory.findings(as_of=before)] == ["dismissed"]
    assert [one.entity for one in shop.inventory.estimates()] == ["CREDIT_CARD"]
    assert [one.findings for one in shop.inventory.clients()] == [1]


def test_what_was_confirmed_stays_confirmed(shop):
    shop.inventory.review(shop.finding().id, "confirmed", "")
    assert shop.scan(confidence="low", explicit=9) == 1
    assert shop.finding().status == "confirmed"


def test_what_was_undone_by_a_person_is_open_without_a_word_of_it(shop):
    shop.dismiss()
    shop.inventory.review(shop.finding().id, "open", "")
    shop.scan(confidence="high")
    assert not any("dismissed" in one for one in shop.finding().evidence)


def test_a_dismissal_holds_again_when_an_asset_comes_back_to_its_client(shop):
    shop.dismiss()
    shop.scan(client="bob")
    assert shop.finding().status == "open"
    shop.scan(client="alice")
    assert (shop.finding().client, shop.finding().status) == ("alice", "dismissed")
    shop.scan(client="bob")
    assert (shop.finding().client, shop.finding().status) == ("bob", "open")
    gone = [one.what for one in shop.inventory.changes()]
    assert gone.count("asset_gone") == 1


@pytest.mark.parametrize(
    "after",
    [
        Basis("low", 400, 400, 1000, BEFORE.reason, "s", 1000, 0, "text"),
        Basis("low", 400, 400, 1000, "another", "s", 1000, 0, "text"),
        Basis("medium", 400, 400, 1000, "another", "of a newer program", 1000, 0, "text"),
        Basis("medium", 399, 399, 400, BEFORE.reason, "s", 400, 0, "text"),
        Basis("medium", 400, 400, 1000, "38 % of 1,050 candidates are valid: x", "s", None, None, None),
    ],
    ids=["less sure", "less sure for another reason", "other words", "no more of them", "unknown facts"],
)
def test_what_brings_nothing_back(after):
    assert changes(BEFORE, after) == []


def test_few_more_values_are_no_growth():
    few = Basis("medium", 3, 3, 1000, BEFORE.reason, "s", 3, 0, "text")
    assert changes(few, Basis("medium", 12, 12, 1000, BEFORE.reason, "s", 12, 0, "text")) == []
    assert changes(few, Basis("medium", 13, 13, 1000, BEFORE.reason, "s", 13, 0, "text")) != []


def test_an_inventory_of_the_first_version_keeps_its_reviews_and_gets_their_basis(shop, tmp_path):
    shop.dismiss()
    shop.inventory.close()
    _age(tmp_path / "recense.db")
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key") as upgraded:
        assert upgraded.connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        for table in TABLES:
            found = upgraded.connection.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)
            ).fetchone()
            assert found[0].split("\n", 1)[1] == table.ddl().split("\n", 1)[1]
        again = Shop(upgraded)
        again.readings = 5
        assert again.finding().status == "dismissed"
        again.scan(explicit=3)
        assert again.finding().status == "dismissed"
        again.scan(confidence="high")
        assert again.finding().status == "open"


def _age(path):
    """Bring a database back to what version 1 of the schema was."""
    with sqlite3.connect(path) as old:
        old.execute("DROP TABLE exposures")
        old.execute("DROP INDEX coverage_within")
        for name, *added in (
            ("results", "facts"),
            ("reviews", "basis"),
            ("scan_sources", "unsearched"),
            ("coverage", "within", "fingerprint", "file"),
            ("chunks", "bounds"),
        ):
            table = next(one for one in TABLES if one.name == name)
            first = replace(table, columns=tuple(one for one in table.columns if one.name not in added))
            kept = ", ".join(one.name for one in first.columns)
            old.execute(f"ALTER TABLE {name} RENAME TO was")
            old.execute(first.ddl())
            old.execute(f"INSERT INTO {name} SELECT {kept} FROM was")
            old.execute("DROP TABLE was")
            for index in table.indexes:
                if not any(one in index for one in added):
                    old.execute(index)
        old.execute("PRAGMA user_version = 1")
    old.close()
