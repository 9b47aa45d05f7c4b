"""Windows and cron lines, through midnights and changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scanner import window as window_module
from scanner.cron import parse_cron
from scanner.errors import SettingsError
from scanner.window import parse_window, zone_of

ZURICH = ZoneInfo("Europe/Zurich")
SPRING = "2026-03-29"  # 02:00 to 03:00 is left out
AUTUMN = "2026-10-25"  # 02:00 to 03:00 comes twice


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(text, moment, zone=ZURICH):
    span = parse_window(text, zone).span(utc(moment))
    return span.begin.isoformat()[:16], span.end.isoformat()[:16]


@pytest.mark.parametrize(
    ("text", "moment", "begin", "end", "why"),
    [
        ("22:00-06:00", "2026-01-10T12:00", "2026-01-10T21:00", "2026-01-11T05:00", "the coming night"),
        ("22:00-06:00", "2026-01-10T21:00", "2026-01-10T21:00", "2026-01-11T05:00", "its first moment"),
        ("22:00-06:00", "2026-01-11T01:00", "2026-01-10T21:00", "2026-01-11T05:00", "behind midnight"),
        ("22:00-06:00", "2026-01-11T05:00", "2026-01-11T21:00", "2026-01-12T05:00", "its end is no part of it"),
        ("01:00-05:00", "2026-01-11T04:30", "2026-01-12T00:00", "2026-01-12T04:00", "of the next day"),
        ("22:00-06:00", "2026-03-28T22:00", "2026-03-28T21:00", "2026-03-29T04:00", "a night of seven hours"),
        ("22:00-06:00", "2026-10-24T22:00", "2026-10-24T20:00", "2026-10-25T05:00", "a night of nine hours"),
        ("02:30-05:00", f"{SPRING}T00:00", "2026-03-29T01:00", "2026-03-29T03:00", "begins in the missing hour"),
        ("22:00-02:30", "2026-03-28T22:00", "2026-03-28T21:00", "2026-03-29T01:00", "ends in the missing hour"),
        ("02:10-02:50", f"{SPRING}T00:00", "2026-03-30T00:10", "2026-03-30T00:50", "wholly in the missing hour"),
        ("02:30-05:00", f"{AUTUMN}T00:00", "2026-10-25T00:30", "2026-10-25T04:00", "begins in the doubled hour"),
        ("22:00-02:30", "2026-10-24T22:00", "2026-10-24T20:00", "2026-10-25T00:30", "ends when it first is half past"),
        ("02:10-02:50", f"{AUTUMN}T01:20", "2026-10-26T01:10", "2026-10-26T01:50", "not open a second time"),
    ],
)
def test_a_window_lies_where_the_clock_of_its_zone_says(text, moment, begin, end, why):
    assert spans(text, moment) == (begin, end), why


def test_a_window_over_a_day_that_a_zone_left_out_is_on_the_next():
    apia = ZoneInfo("Pacific/Apia")  # had no 30 December 2011
    begin, end = spans("10:00-12:00", "2011-12-29T23:00", apia)
    assert (begin, end) == ("2011-12-30T20:00", "2011-12-30T22:00")


@pytest.mark.parametrize(
    ("text", "hint"), [("22:00-22:00", "ends when it begins"), ("22-6", "22:00-06:00"), ("24:00-06:00", "22:00-06:00")]
)
def test_a_window_that_makes_no_sense_is_refused(text, hint):
    with pytest.raises(SettingsError, match=hint):
        parse_window(text, ZURICH)


@pytest.mark.parametrize("name", ["Europe/Zurch", "../etc/passwd", "Europe", "", "a\0b"])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(SettingsError, match="is no time zone"):
        zone_of(name)


def test_without_a_name_the_zone_is_the_machines(monkeypatch, tmp_path):
    monkeypatch.setenv("TZ", ":America/Montreal")
    assert zone_of(None).key == "America/Montreal"
    monkeypatch.delenv("TZ")
    zoneinfo = tmp_path / "zoneinfo/Asia/Tokyo"
    zoneinfo.parent.mkdir(parents=True)
    zoneinfo.write_bytes(tokyo())
    (tmp_path / "localtime").symlink_to(zoneinfo)
    monkeypatch.setattr(window_module, "LOCALTIME", tmp_path / "localtime")
    assert str(zone_of(None)) == "Asia/Tokyo"
    assert datetime(2026, 1, 1, tzinfo=zone_of(None)).utcoffset() == timedelta(hours=9)
    monkeypatch.setattr(window_module, "LOCALTIME", tmp_path / "none")
    assert zone_of(None).key == "UTC"


def tokyo():
    """A file of a zone that is nine hours ahead and has no summer time (RFC 8536)."""
    counts = (0, 0, 0, 0, 1, 4)
    block = b"TZif2" + bytes(15) + b"".join(count.to_bytes(4) for count in counts)
    data = (9 * 3600).to_bytes(4) + b"\0\0" + b"JST\0"
    return block + data + block + data + b"\nJST-9\n"


@pytest.mark.parametrize(
    ("line", "moment", "fires", "why"),
    [
        ("0 2 * * *", "2026-01-10T00:59", "2026-01-10T01:00", "in winter"),
        ("0 2 * * *", "2026-01-10T01:00", "2026-01-11T01:00", "after its own moment"),
        ("0 2 * * *", "2026-07-10T01:00", "2026-07-11T00:00", "in summer"),
        ("30 2 * * *", f"{SPRING}T00:00", "2026-03-29T01:00", "right after the missing hour"),
        ("30 2 * * *", f"{AUTUMN}T00:00", "2026-10-25T00:30", "in the doubled hour the first time"),
        ("30 2 * * *", f"{AUTUMN}T00:30", "2026-10-26T01:30", "and not the second"),
        ("30 2 * * *", f"{AUTUMN}T01:10", "2026-10-26T01:30", "also when asked between the two"),
        ("*/30 * * * *", f"{AUTUMN}T00:30", "2026-10-25T01:00", "every half hour is real time"),
        ("0 2 * * SUN", "2026-01-10T12:00", "2026-01-11T01:00", "by the name of a day"),
        ("0 2 * * 7", "2026-01-10T12:00", "2026-01-11T01:00", "7 is Sunday, and so is 0"),
        ("0 2 1 * 1", "2026-01-25T12:00", "2026-01-26T01:00", "the first or a Monday, as cron has it"),
    ],
)
def test_a_cron_line_fires_as_debians_does(line, moment, fires, why):
    assert parse_cron(line, ZURICH).after(utc(moment)).isoformat()[:16] == fires, why


@pytest.mark.parametrize("line", ["0 0 30 2 *", "0 0 31 4,6 *", "60 2 * * *", "0 2 * *", "@daily", "0 0 0 2 * *", ""])
def test_a_schedule_that_never_fires_or_is_none_is_refused(line):
    with pytest.raises(SettingsError, match="'schedule'"):
        parse_cron(line, ZURICH)
