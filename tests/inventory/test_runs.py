"""Runs by source: which is gone on with, which was the last, what is known since."""

from datetime import datetime, timedelta

import pytest

from inventory import clock
from inventory.errors import BusyError
from inventory.lock import alone, held
from inventory.recorder import Recorder
from inventory.records import Name, Unchanged
from tests.inventory.test_recorder import SOURCE, asset, begin, write


def other(inventory, name="mail", scope="other", **more):
    """Scan another source to its end."""
    recorder = Recorder(inventory, mode="full", scope=scope)
    recorder.source(Name(name), SOURCE, **more)
    recorder.finish("complete")


def interrupt(recorder):
    recorder.finish("interrupted")
    return recorder.scan_id


def test_a_run_goes_on_though_another_source_was_scanned_since(inventory):
    first = interrupt(begin(inventory)[0])
    other(inventory)
    again, _ = begin(inventory)
    assert (again.scan_id, again.resumed) == (first, True)


def test_a_run_goes_on_though_a_part_of_its_source_was_scanned_since(inventory):
    first = interrupt(begin(inventory)[0])
    other(inventory, "shop", whole=False)
    assert begin(inventory)[0].scan_id == first


def test_a_run_is_old_news_once_all_of_its_source_was_scanned_otherwise(inventory):
    first = interrupt(begin(inventory)[0])
    other(inventory, "shop")
    again, _ = begin(inventory)
    assert (again.scan_id > first, again.resumed) == (True, False)


@pytest.mark.parametrize(
    ("nightly", "hours", "kept"), [(True, 16, True), (True, 24 * 40, False), (False, 16, False), (False, 0, True)]
)
def test_what_a_run_read_the_night_before_counts_where_it_goes_on_over_nights(
    inventory, monkeypatch, nightly, hours, kept
):
    recorder, source = begin(inventory, nightly=nightly)
    write(inventory, recorder, source, asset(fingerprint=None))
    interrupt(recorder)
    later = clock.moment() + timedelta(hours=hours)
    monkeypatch.setattr(clock, "moment", lambda: later)
    again, source = begin(inventory, nightly=nightly)
    planned = again.plan(source, inventory.client("alice"), asset(fingerprint=None))
    assert isinstance(planned, Unchanged) == kept


def test_the_last_run_is_the_latest_over_the_whole_source_whoever_began_it(inventory):
    assert inventory.last_run(Name("shop"), "") is None
    recorder, _ = begin(inventory)
    run = inventory.last_run(Name("shop"), "")
    assert (run.status, run.finished, run.unfinished) == ("running", None, True)
    recorder.finish("partial")
    other(inventory, "shop", whole=False)
    other(inventory)
    run = inventory.last_run(Name("shop"), "")
    assert (run.scan_id, run.status, run.unfinished) == (recorder.scan_id, "partial", False)
    assert run.started <= run.finished <= datetime.now(run.finished.tzinfo)


def test_the_last_run_of_a_source_with_a_personal_name_or_a_place_is_found(inventory):
    name = Name("jane@example.org", "j***")
    for place in ("unix_socket=/a", "unix_socket=/b"):
        recorder = Recorder(inventory, mode="full", scope=place)
        recorder.source(name, SOURCE, place=place)
        recorder.finish("complete")
    found = [inventory.last_run(name, place) for place in ("unix_socket=/a", "unix_socket=/b", "unix_socket=/c")]
    assert [one and one.scan_id for one in found] == [1, 2, None]


def test_a_tally_counts_assets_by_status_and_findings_by_confidence(inventory):
    recorder, source = begin(inventory)
    write(inventory, recorder, source, asset())
    write(inventory, recorder, source, asset("db.guests"))
    recorder.plan(source, inventory.client("alice"), asset("db.orders"))
    tally = inventory.tally(Name("shop"), "")
    assert tally.assets == {"scanned": 2, "pending": 1}
    assert tally.findings == {("EMAIL_ADDRESS", "high"): 2}
    inventory.review(inventory.findings()[0].id, "dismissed", "not ours")
    assert inventory.tally(Name("shop"), "").findings == {("EMAIL_ADDRESS", "high"): 1}
    assert inventory.tally(Name("nowhere"), "").assets == {}


def test_whether_an_inventory_is_held_can_be_seen_without_taking_it(inventory):
    assert not held(inventory.path)
    with alone(inventory.path):
        assert held(inventory.path)
        with pytest.raises(BusyError), alone(inventory.path):
            pass
    assert not held(inventory.path)
