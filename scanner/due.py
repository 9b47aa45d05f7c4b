"""When a source's next run begins: its cron line, its window, and what the inventory knows of its last run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from inventory.runs import LastRun
from scanner.cron import Cron, parse_cron
from scanner.settings import ScanSource
from scanner.window import Window, parse_window, zone_of

PUNCTUAL = timedelta(minutes=1)
"""How much later than planned a run still counts as being on time."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when what was never scanned has waited."""


@dataclass(frozen=True)
class Timetable:
    """What the settings say of when a source is read."""

    cron: Cron
    window: Window | None

    @classmethod
    def of(cls, source: ScanSource) -> Self | None:
        """Give a source's timetable; None: it has no schedule.

        Raises:
            SettingsError: schedule, window or time zone make no sense.
        """
        zone = zone_of(source.timezone)
        window = None if source.window is None else parse_window(source.window, zone)
        return None if source.schedule is None else cls(parse_cron(source.schedule, zone), window)

    def allowed(self, moment: datetime) -> datetime:
        """Give the first time from a moment on at which the source may be read (UTC)."""
        return moment if self.window is None else max(moment, self.window.span(moment).begin)

    def closes(self, moment: datetime) -> datetime | None:
        """Give when the window that a moment lies in ends (UTC): at once if none is open, never (None) without one."""
        if self.window is None:
            return None
        span = self.window.span(moment)
        return span.end if span.holds(moment) else moment

    def again(self, moment: datetime, *, unfinished: bool) -> datetime:
        """Give the next time of its own after a moment: by the cron line, and to go on also with the next window."""
        following = self.cron.after(moment)
        if not unfinished or self.window is None:
            return following
        span = self.window.span(moment)
        begin = self.window.span(span.end).begin if span.begin <= moment else span.begin
        return min(following, begin)


@dataclass(frozen=True)
class Due:
    """A run that is to come."""

    at: datetime
    """When it begins; UTC."""
    planned: datetime
    """When it was meant to begin, had nothing been in its way."""
    since: datetime
    """Since when it waits, wherever the window lies; who waits longest goes first."""
    why: str
    """`scheduled`, `first` (never scanned), `missed` (caught up) or `interrupted` (goes on)."""


def due(table: Timetable, last: LastRun | None, now: datetime, resting: datetime | None = None) -> Due:
    """Say when a source's next run begins.

    However many times were missed, one run makes up for them; so does one that somebody else began, and one that was
    going on at the time.

    Args:
        table: of the source.
        last: its latest run, whoever began it.
        now: UTC.
        resting: when a run last broke, or was interrupted by a person: it is not tried again before its next time.
    """
    unfinished = last is not None and last.unfinished
    if resting is not None and (last is None or unfinished or (last.finished or EVER) < resting):
        since, why = table.again(resting, unfinished=unfinished), "interrupted" if unfinished else "scheduled"
    elif last is None:
        since, why = EVER, "first"
    elif unfinished:
        since, why = last.finished or last.started, "interrupted"
    else:
        since, why = table.cron.after(last.finished or last.started), "scheduled"
    at = table.allowed(max(since, now))
    planned = at if why == "first" else table.allowed(since)
    if why == "scheduled" and at - planned > PUNCTUAL:
        why = "missed"
    return Due(at, planned, since, why)
