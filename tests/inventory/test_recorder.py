"""Generations, resuming, coverage and forgetting."""

import pytest

from inventory.errors import NotFoundError
from inventory.handover import Handover
from inventory.locators import pack
from inventory.model import SourceInfo
from inventory.recorder import Recorder
from inventory.records import AssetToRead, Line, Name, ResultRow, Unchanged
from inventory.sketch import sketch
from inventory.store import Inventory

EMAIL = "jane@example.org"
SOURCE = SourceInfo("shop", "CH", "orders", ("carrier",), "3 years", None, None)


def begin(inventory, **options):
    recorder = Recorder(inventory, mode="full", scope="s", **options)
    return recorder, recorder.source(Name("shop"), SOURCE)


def asset(name="db.customers", fingerprint="f1", settings="d1"):
    return AssetToRead(Name(name), "table", "key", (Name("id"),), fingerprint, settings)


def write(inventory, recorder, source, to_read, keys=("7",), value=EMAIL):
    """Read an asset to its end: `value` stands in the column `email` of the rows `keys`."""
    client = inventory.client("alice")
    version = recorder.plan(source, client, to_read)
    token = inventory.tokens.token("EMAIL_ADDRESS", value)
    packed = [pack([key], client.sealer()) for key in keys]
    locations = Handover.of_rows([(token, 0, locator, 0) for locator in packed])
    recorder.commit(
        version,
        0,
        fields=[Name("email")],
        locations=locations,
        mark=None,
        done=True,
        partial=b"",
        rows=9,
        size=90,
        seconds=1,
    )
    result = ResultRow(
        Name("email"),
        "EMAIL_ADDRESS",
        "contact",
        len(keys),
        len(keys),
        1,
        0.9,
        "high",
        ("why",),
        ("j***",),
        sketch(token),
    )
    recorder.publish(source, version, [result], Line(to_read.name, "table", "scanned", rows=9, bytes=90, seconds=1.0))
    return version


def where(inventory, value=EMAIL, client=None):
    probe = (0, "EMAIL_ADDRESS", inventory.tokens.token("EMAIL_ADDRESS", value))
    return [(record.asset, record.field, record.locator) for record in inventory.locate([probe], client)]


def test_a_value_is_found_at_its_record(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset(), keys=("7", "8"))
    assert where(inventory) == [
        ("db.customers", "email", {"key": {"id": "7"}}),
        ("db.customers", "email", {"key": {"id": "8"}}),
    ]
    assert where(inventory, client="bob") == []


def test_nothing_shows_before_a_version_goes_live(inventory):
    recorder, source = begin(inventory)
    version = recorder.plan(source, inventory.client("alice"), asset())
    token = inventory.tokens.token("EMAIL_ADDRESS", EMAIL)
    recorder.commit(
        version,
        0,
        fields=[Name("email")],
        locations=Handover.of_rows([(token, 0, b"I\7", 0)]),
        mark={"a": 1},
        done=False,
        partial=b"p",
        rows=1,
        size=1,
        seconds=1,
    )
    assert where(inventory) == []
    assert [line.status for line in inventory.coverage()] == ["failed"]
    assert inventory.gaps() == (2, 0)  # the asset, and the rest of a source that was not listed


def test_an_unchanged_asset_is_not_read_again(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    recorder.finish("complete")
    recorder, source = begin(inventory)
    plan = recorder.plan(source, inventory.client("alice"), asset())
    assert isinstance(plan, Unchanged)
    assert (plan.rows, plan.counted) == (9, (1, 0))


@pytest.mark.parametrize(
    ("first", "then"),
    [(("f1", "d1"), ("f2", "d1")), (("f1", "d1"), ("f1", "d2")), ((None, "d1"), (None, "d1"))],
    ids=["content", "settings", "cannot tell"],
)
def test_a_changed_asset_is_read_again(inventory, first, then):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset("db.customers", *first))
    recorder.finish("complete")
    recorder, source = begin(inventory)
    plan = recorder.plan(source, inventory.client("alice"), asset("db.customers", *then))
    assert not isinstance(plan, Unchanged)


def test_fresh_reads_unchanged_assets_again(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    recorder.finish("complete")
    recorder, source = begin(inventory, fresh=True)
    assert not isinstance(recorder.plan(source, inventory.client("alice"), asset()), Unchanged)


def test_a_rescan_replaces_what_it_found_before(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    write(inventory, recorder, source, asset(fingerprint="f2"), value="max@example.org")
    recorder.finish("complete")
    assert where(inventory) == []
    assert len(where(inventory, "max@example.org")) == 1
    assert inventory.connection.execute("SELECT count(*) FROM locations").fetchone() == (1,)


def test_an_interrupted_version_goes_on_from_its_mark(inventory):
    recorder, source = begin(inventory)
    client = inventory.client("alice")
    version = recorder.plan(source, client, asset())
    recorder.commit(
        version,
        0,
        fields=[],
        locations=Handover(),
        mark={"key": [EMAIL]},
        done=False,
        partial=b"part",
        rows=5,
        size=50,
        seconds=1,
    )
    again, source = begin(inventory)
    resumed = again.plan(source, client, asset())
    assert (again.scan_id, again.resumed, resumed.id) == (recorder.scan_id, True, version.id)
    assert (resumed.marks, resumed.partials, resumed.rows) == ({0: {"key": [EMAIL]}}, {0: b"part"}, 5)


def test_a_mark_that_holds_a_key_is_not_readable_at_rest(inventory):
    recorder, source = begin(inventory)
    version = recorder.plan(source, inventory.client("alice"), asset())
    recorder.commit(
        version,
        0,
        fields=[],
        locations=Handover(),
        mark={"key": [EMAIL]},
        done=False,
        partial=EMAIL.encode(),
        rows=5,
        size=50,
        seconds=1,
    )
    inventory.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert EMAIL.encode() not in inventory.path.read_bytes()


def test_an_interrupted_version_of_a_changed_asset_begins_anew(inventory):
    recorder, source = begin(inventory)
    client = inventory.client("alice")
    version = recorder.plan(source, client, asset())
    again, source = begin(inventory)
    assert again.plan(source, client, asset(fingerprint="f2")).id != version.id


def test_what_a_whole_scan_no_longer_meets_is_gone(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    recorder.finish("complete")
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset("db.other"), value="max@example.org")
    unmet = recorder.unmet(source)
    recorder.listed(source, gone=unmet)
    recorder.finish("complete")
    assert [name for _, _, name in unmet] == ["db.customers"]
    assert where(inventory) == []
    assert [line.asset for line in inventory.coverage()] == ["db.other"]
    assert [(one.what, one.asset) for one in inventory.changes()] == [
        ("asset_gone", "db.customers"),
        ("asset_new", "db.other"),
    ]


def test_a_failed_rescan_leaves_the_reading_before_it_in_place(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    version = recorder.plan(source, inventory.client("alice"), asset(fingerprint="f2"))
    assert recorder.has_live(version)
    recorder.discard(source, version, Line(Name("db.customers"), "table", "failed", "lost", "connection lost"))
    assert len(where(inventory)) == 1
    assert [(line.status, line.reason) for line in inventory.coverage()] == [("failed", "connection lost")]


def test_the_state_at_an_earlier_time_can_be_asked_for(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset(), keys=("1", "2"))
    between = inventory.findings()[0].last_seen
    write(inventory, recorder, source, asset(fingerprint="f2"), keys=("1",))
    assert [finding.count for finding in inventory.findings(as_of=between)] == [2]
    assert [finding.count for finding in inventory.findings()] == [1]
    assert inventory.estimates(as_of=between)[0].count == 2


def test_a_value_in_two_tables_counts_once(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset("db.a"))
    write(inventory, recorder, source, asset("db.b"))
    (estimate,) = inventory.estimates()
    assert (estimate.distinct, estimate.count, estimate.assets) == (1, 2, 2)


def test_a_review_is_kept_over_rescans(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    (finding,) = inventory.findings()
    inventory.review(finding.id, "dismissed", "our own address")
    write(inventory, recorder, source, asset(fingerprint="f2"))
    (after,) = inventory.findings()
    assert (after.id, after.status, after.claimed) == (finding.id, "dismissed", False)
    assert inventory.review(finding.id, "open", "").status == "open"


@pytest.mark.parametrize("finding", ["99", "x", "-1", "9" * 40])
def test_a_review_of_what_is_not_there_is_refused(inventory, finding):
    with pytest.raises(NotFoundError):
        inventory.review(finding, "confirmed", "")


def test_a_forgotten_client_leaves_dust(inventory):
    recorder, source = begin(inventory)
    name = Name("jane@example.org.csv", "j***.csv")
    write(inventory, recorder, source, AssetToRead(name, "csv", "row", (), "f", "d"), keys=("alice-7",))
    recorder.finish("complete")
    wrapped = inventory.connection.execute("SELECT wrapped_key FROM clients").fetchone()[0]
    token = inventory.tokens.token("EMAIL_ADDRESS", EMAIL)
    inventory.forget_client("alice")
    assert where(inventory) == []
    assert inventory.clients() == []
    files = b"".join(path.read_bytes() for path in inventory.path.parent.glob("recense.db*"))
    assert wrapped not in files
    assert token not in files
    assert b".csv" not in files


def test_forgetting_one_client_leaves_the_others(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    inventory.client("bob")
    inventory.forget_client("bob")
    assert len(where(inventory)) == 1
    with pytest.raises(NotFoundError):
        inventory.forget_client("bob")


def test_an_asset_that_changes_hands_is_read_anew_under_its_new_client(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    plan = recorder.plan(source, inventory.client("bob"), asset())
    assert not isinstance(plan, Unchanged)
    assert where(inventory) == []
    assert {(line.client, line.asset) for line in inventory.coverage()} == {("bob", "db.customers")}


def test_readers_go_on_while_a_scan_writes(inventory, tmp_path):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key") as reader, inventory.transaction():
        inventory.connection.execute("DELETE FROM locations")
        assert len(where(reader)) == 1


def test_hostile_names_are_only_names(inventory):
    recorder, source = begin(inventory)
    for name in ("'; DROP TABLE assets; --", "\x02b64\x02", "a\x03b", '"', "100%_", "%s"):
        write(inventory, recorder, source, asset(name))
        assert (name, "email", {"key": {"id": "7"}}) in where(inventory)
