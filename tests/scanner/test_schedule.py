"""The scheduler, with a clock that is moved through nights."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from inventory.lock import alone
from scanner.errors import SettingsError
from scanner.settings import Settings
from tests.scanner.nights import House, source, utc

NIGHT = "22:00-06:00"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Make a house at a time, with sources that were scanned a while before."""

    def make(at, *sources, scanned=True):
        made = House(tmp_path, monkeypatch, at, *sources)
        for one in sources if scanned else ():
            made.scan_by_hand(one.name)
        made.clock.at = utc(at)
        return made

    return make


def statuses(house):
    return [line["status"] for line in house.told("scan_ended")]


def test_a_source_is_scanned_when_its_cron_line_says_so(house):
    night = house("2026-01-10T12:00", source("a"))
    night.run("2026-01-13T12:00")
    assert night.began == [("a", f"01-{day}T02:00") for day in (11, 12, 13)]
    assert {line["why"] for line in night.told("scan_began")} == {"scheduled"}
    assert statuses(night) == ["complete"] * 3


def test_at_the_windows_end_a_scan_stops_and_goes_on_with_the_next_window(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.minutes["a"] = 10 * 60
    night.run("2026-01-12T12:00")
    assert night.began == [("a", "01-11T02:00"), ("a", "01-11T22:00")]
    assert [line["why"] for line in night.told("scan_began")] == ["scheduled", "interrupted"]
    assert statuses(night) == ["interrupted", "complete"]
    assert [line["time"][5:16] for line in night.told("window_ended")] == ["01-11T06:00"]
    assert len({line["scan"] for line in night.told("scan_ended")}) == 1, "one run over two nights"
    assert night.last("a").finished == utc("2026-01-12T04:00")


def test_a_cron_time_that_passes_while_a_run_goes_on_is_no_run_of_its_own(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.minutes["a"] = 13 * 60  # 4 hours, 8 hours, and 1 more
    night.run("2026-01-13T12:00")
    assert night.began == [("a", "01-11T02:00"), ("a", "01-11T22:00"), ("a", "01-12T22:00"), ("a", "01-13T02:00")]


def test_a_cron_time_outside_of_the_window_waits_for_it_and_is_on_time(house):
    night = house("2026-01-10T10:00", source("a", schedule="0 12 * * *", window=NIGHT))
    night.run("2026-01-11T10:00")
    assert night.began == [("a", "01-10T22:00")]
    (began,) = night.told("scan_began")
    assert (began["why"], began["late_seconds"], began["window_ends"]) == (
        "scheduled", 0, "2026-01-11T06:00:00+00:00",
    )  # fmt: skip


def test_windows_keep_the_time_of_their_zone(house):
    zurich = source("a", schedule="0 12 * * *", window=NIGHT, timezone="Europe/Zurich")
    montreal = source("b", schedule="0 12 * * *", window=NIGHT, timezone="America/Montreal")
    night = house("2026-07-10T09:00", zurich, montreal)
    night.run("2026-07-11T12:00")
    assert night.began == [("a", "07-10T20:00"), ("b", "07-11T02:00")]


def test_a_scan_through_the_doubled_hour_ends_with_its_window(house):
    night = house(
        "2026-10-24T12:00", source("a", schedule="0 22 * * *", window="22:00-02:30", timezone="Europe/Zurich")
    )
    night.minutes["a"] = 24 * 60
    night.run("2026-10-25T12:00")
    assert [line["time"][5:16] for line in night.told("window_ended")] == ["10-25T00:30"]


def test_what_was_missed_while_nobody_ran_it_is_caught_up_once(house):
    night = house("2026-01-10T12:00", source("a"))
    night.clock.at = utc("2026-01-14T09:00")
    night.run("2026-01-15T12:00")
    assert night.began == [("a", "01-14T09:00"), ("a", "01-15T02:00")]
    first = night.told("scan_began")[0]
    assert (first["why"], first["late_seconds"]) == ("missed", 3 * 86400 + 7 * 3600)


def test_what_was_missed_is_caught_up_inside_of_its_window(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.clock.at = utc("2026-01-14T09:00")
    night.run("2026-01-15T12:00")
    assert night.began == [("a", "01-14T22:00"), ("a", "01-15T02:00")]


def test_what_was_caught_up_is_remembered_over_restarts(house):
    night = house("2026-01-10T12:00", source("a"))
    night.clock.at = utc("2026-01-14T09:00")
    night.run("2026-01-14T10:00")
    night.run("2026-01-14T11:00")
    assert night.began == [("a", "01-14T09:00")]


def test_a_source_that_was_never_scanned_is_scanned_at_once_in_its_window(house):
    night = house("2026-01-10T12:00", source("a"), source("b", window=NIGHT), scanned=False)
    night.run("2026-01-11T01:00")
    assert night.began == [("a", "01-10T12:00"), ("b", "01-10T22:00")]
    assert {line["why"] for line in night.told("scan_began")} == {"first"}


def test_a_scan_by_hand_makes_up_for_a_missed_run(house):
    night = house("2026-01-10T12:00", source("a"))
    night.clock.at = utc("2026-01-14T09:00")
    night.scan_by_hand("a")
    night.run("2026-01-14T12:00")
    assert night.began == []


def test_the_end_stops_a_scan_at_a_mark_and_the_next_scheduler_goes_on(house):
    night = house("2026-01-10T12:00", source("a"))
    night.minutes["a"] = 120
    night.run("2026-01-11T02:45")
    assert (night.began, statuses(night)) == ([("a", "01-11T02:00")], ["interrupted"])
    night.clock.at = utc("2026-01-11T03:00")
    night.run("2026-01-11T12:00")
    assert (night.began[1:], statuses(night)) == ([("a", "01-11T03:00")], ["interrupted", "complete"])
    assert night.told()[-1]["event"] == "scheduler_ended"


def test_while_another_process_has_the_inventory_a_run_waits_and_says_so_once(house):
    night = house("2026-01-10T12:00", source("a"))
    other = alone(night.folder / "recense.db")
    night.clock.plan("2026-01-11T01:30", other.__enter__)
    night.clock.plan("2026-01-11T02:20:30", lambda: other.__exit__(None, None, None))
    night.run("2026-01-11T12:00")
    assert night.began == [("a", "01-11T02:21")]
    assert [line["source"] for line in night.told("inventory_busy")] == ["a"]


def test_a_source_that_another_process_scanned_meanwhile_is_not_scanned_again(house):
    night = house("2026-01-10T12:00", source("a"))
    night.minutes["a"] = 30
    night.clock.plan("2026-01-11T01:59:50", lambda: night.scan_by_hand("a"))  # until half past two
    night.run("2026-01-11T12:00")
    assert night.began == []


def test_a_run_that_meets_the_lock_only_as_it_begins_waits_too(house):
    night = house("2026-01-10T12:00", source("a"))
    meet = []

    def scan(*args):
        if not meet:
            meet.append(1)
            with alone(night.folder / "recense.db"):
                return night.scan(*args)
        return night.scan(*args)

    night.run("2026-01-11T12:00", night.scheduler(scan))
    assert [at for _, at in night.began] == ["01-11T02:00", "01-11T02:01"]
    assert statuses(night) == ["complete"]


def test_two_schedulers_scan_a_source_once(house):
    night = house("2026-01-10T12:00", source("a"))
    night.minutes["a"] = 45
    night.run("2026-01-11T03:00")
    night.clock.at = utc("2026-01-11T02:00:30")
    night.run("2026-01-11T12:00")
    assert night.began == [("a", "01-11T02:00")]


def test_sources_due_together_are_scanned_one_after_the_other_who_waits_longest_first(house):
    night = house(
        "2026-01-10T12:00", source("a", window=NIGHT), source("b", "0 3 * * *", NIGHT), source("c", "0 1 * * *", NIGHT)
    )
    night.minutes |= {"a": 9 * 60, "b": 60}
    night.run("2026-01-12T12:00")
    assert night.began[:5] == [
        ("c", "01-11T01:00"),
        ("a", "01-11T02:00"),  # until six
        ("b", "01-11T22:00"),  # has waited since three
        ("a", "01-11T23:00"),  # has waited since six
        ("c", "01-12T04:00"),
    ]


def test_a_scan_that_a_person_interrupted_rests_until_its_next_time(house):
    night = house("2026-01-10T12:00", source("a"))
    night.clock.plan("2026-01-10T15:00", lambda: night.scan_by_hand("a", stop_after=5))
    night.clock.plan("2026-01-10T16:00", lambda: None)
    scheduler = night.scheduler()
    night.clock.plan("2026-01-10T15:30", scheduler.reload)
    night.run("2026-01-11T12:00", scheduler)
    assert night.began == [("a", "01-11T02:00")]
    assert night.told("scan_began")[0]["why"] == "interrupted"


def test_a_run_that_breaks_is_tried_again_at_its_next_time(house):
    night = house("2026-01-10T12:00", source("a"), source("b", "0 3 * * *"))

    def scan(setup, inventory, which, *rest):
        if which.name == "a":
            night.began.append(("a", night.clock.at.isoformat()[5:16]))
            raise SettingsError("a: the variable PASSWORD is not set")
        return night.scan(setup, inventory, which, *rest)

    night.run("2026-01-12T12:00", night.scheduler(scan))
    assert night.began == [("a", "01-11T02:00"), ("b", "01-11T03:00"), ("a", "01-12T02:00"), ("b", "01-12T03:00")]
    assert night.told("scan_failed")[0]["error"] == "a: the variable PASSWORD is not set"


def test_an_error_that_might_quote_data_is_told_by_its_place_only(house):
    night = house("2026-01-10T12:00", source("a"))

    def scan(*_):
        raise ValueError("jane@example.org")

    night.run("2026-01-11T12:00", night.scheduler(scan))
    assert "jane" not in night.out.getvalue()
    assert night.told("scan_failed")[0]["error"].startswith("ValueError in test_schedule.py:")


def test_reloaded_settings_count_at_once(house):
    night = house("2026-01-10T12:00", source("a"))
    scheduler = night.scheduler()

    def change():
        night.settings = Settings((source("a", "0 23 * * *"), source("b", "30 23 * * *")))
        night.minutes["b"] = 5
        night.scan_by_hand("b")
        scheduler.reload()

    night.clock.plan("2026-01-10T18:00", change)
    night.run("2026-01-11T12:00", scheduler)
    assert night.began == [("a", "01-10T23:00"), ("b", "01-10T23:30")]
    assert night.told("settings_reloaded")[0]["sources"] == 2


def test_a_bad_new_file_keeps_the_old_settings_with_an_error(house):
    night = house("2026-01-10T12:00", source("a"))
    bad = []

    def load():
        if bad:
            raise SettingsError("recense.toml: no valid TOML")
        return night.load()

    scheduler = night.scheduler(load=load)
    night.clock.plan("2026-01-10T18:00", lambda: (bad.append(1), scheduler.reload()))
    night.run("2026-01-11T12:00", scheduler)
    (line,) = night.told("settings_kept")
    assert (line["level"], line["error"]) == ("error", "recense.toml: no valid TOML")
    assert night.began == [("a", "01-11T02:00")]
    assert b"recense_scheduler_settings_good 0.0" in night.board.text()


def test_a_window_that_is_made_shorter_amid_a_scan_ends_it(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.minutes["a"] = 200
    scheduler = night.scheduler()

    def shorten():
        night.settings = Settings((source("a", window="22:00-03:00"),))
        scheduler.reload()

    night.clock.plan("2026-01-11T02:30", shorten)
    night.run("2026-01-11T12:00", scheduler)
    assert [line["time"][5:16] for line in night.told("window_ended")] == ["01-11T03:00"]


def test_a_source_that_leaves_the_settings_amid_its_scan_is_left_at_a_mark(house):
    night = house("2026-01-10T12:00", source("a"), source("b", "0 4 * * *"))
    night.minutes["a"] = 200
    scheduler = night.scheduler()

    def remove():
        night.settings = Settings(night.settings.sources[1:])
        scheduler.reload()

    night.clock.plan("2026-01-11T02:30", remove)
    night.run("2026-01-11T12:00", scheduler)
    assert [line["event"] for line in night.told()][2:6] == [
        "settings_reloaded", "no_longer_scheduled", "scan_ended", "scan_began",
    ]  # fmt: skip
    assert night.began == [("a", "01-11T02:00"), ("b", "01-11T04:00")]


def test_a_clock_that_jumps_over_the_windows_end_ends_the_scan(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.minutes["a"] = 200
    night.clock.plan("2026-01-11T02:30", lambda: setattr(night.clock, "at", utc("2026-01-11T09:00")))  # it slept
    night.run("2026-01-11T12:00")
    assert statuses(night) == ["interrupted"]


def test_a_personal_source_name_is_masked_in_journal_and_metrics_and_two_stay_apart(house):
    night = house("2026-01-10T12:00", source("jane@example.org"), source("jack@example.org"), scanned=False)
    night.run("2026-01-11T12:00")
    shown = night.out.getvalue() + night.board.text().decode()
    assert "jane@" not in shown
    assert "jack@" not in shown
    assert len({line["source"] for line in night.told("scan_began")}) == 2


def test_each_line_of_the_journal_has_time_level_and_event(house):
    night = house("2026-01-10T12:00", source("a"))
    for line in night.run("2026-01-11T12:00"):
        assert list(line)[:3] == ["time", "level", "event"]
        assert line["level"] in ("info", "warning", "error")
        assert utc(line["time"][:23]) <= night.clock.at + timedelta(seconds=1)


def test_an_inventory_that_cannot_be_read_is_looked_at_again(house):
    night = house("2026-01-10T12:00", source("a"))
    key = night.folder / "recense.key"
    away = night.folder / "away"
    night.clock.plan("2026-01-11T01:00", lambda: key.rename(away))
    night.clock.plan("2026-01-11T02:10", lambda: away.rename(key))
    night.run("2026-01-11T12:00")
    assert [at[:10] for _, at in night.began] == ["01-11T02:1"]
    assert night.told("inventory_not_read")


def test_metrics_show_what_runs_and_what_is_next(house):
    night = house("2026-01-10T12:00", source("a", window=NIGHT))
    night.minutes["a"] = 300
    seen = []
    night.clock.plan("2026-01-11T03:00", lambda: seen.append(night.board.text().decode()))
    night.run("2026-01-11T12:00")
    assert 'recense_scan_running{source="a"} 1.0' in seen[0]
    assert 'recense_scan_rows_total{source="a"}' in seen[0]
    text = night.board.text().decode()
    assert 'recense_scan_running{source="a"} 0.0' in text
    (following,) = re.findall(r'recense_scan_next_time_seconds{source="a"} (\S+)', text)
    assert float(following) == utc("2026-01-11T22:00").timestamp()
    assert 'recense_scan_last_status{source="a",status="interrupted"} 1.0' in text
    assert 'recense_scan_runs_total{source="a",status="interrupted"} 1.0' in text
    assert 'recense_scan_rows_total{source="a"} 24000.0' in text


def test_nothing_scheduled_is_said_and_waited_through(house):
    night = house("2026-01-10T12:00", replace(source("a"), schedule=None))
    night.run("2026-01-11T12:00")
    assert [line["event"] for line in night.told()] == ["nothing_scheduled", "scheduler_started", "scheduler_ended"]
