"""The part of each night in which a source may be read, in the time of its zone.

A time that a change of the clock leaves out means the first moment after the gap; one that comes twice means the first.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scanner.errors import SettingsError

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MINUTE = timedelta(minutes=1)
LOCALTIME = Path("/etc/localtime")


@dataclass(frozen=True)
class Span:
    """A window on one date."""

    begin: datetime
    """UTC."""
    end: datetime
    """UTC, no longer part of it."""

    def holds(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass(frozen=True)
class Window:
    """A span of each day, perhaps over midnight."""

    opens: time
    closes: time
    zone: ZoneInfo

    def span(self, moment: datetime) -> Span:
        """Give the window that is open at a moment (aware of its zone), or the next one after it."""
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            span = self._on(day)
            if span.begin < span.end and span.end > moment:
                return span
            day += timedelta(days=1)

    def _on(self, day: date) -> Span:
        """Give the window that begins on a date; an empty one where the clock leaves all of it out."""
        next_day = day if self.closes > self.opens else day + timedelta(days=1)
        return Span(_first(day, self.opens, self.zone), _first(next_day, self.closes, self.zone))


def _first(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Give the first moment of a day (UTC) at which its clock shows a time or a later one."""
    wanted = datetime.combine(day, at)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    while (found - _MINUTE).astimezone(zone).replace(tzinfo=None) >= wanted:
        found -= _MINUTE
    return found


def parse_window(text: str, zone: ZoneInfo) -> Window:
    """Read a window such as `22:00-06:00`.

    Raises:
        SettingsError: it has another form, or no length.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise SettingsError("'window' is not understood; write it as '22:00-06:00'")
    hours = [int(part) for part in match.groups()]
    opens, closes = time(hours[0], hours[1]), time(hours[2], hours[3])
    if opens == closes:
        raise SettingsError(f"'window' ends when it begins ({text}); leave it out to read at any time")
    return Window(opens, closes, zone)


def zone_of(name: str | None) -> ZoneInfo:
    """Give a time zone by name; None means the machine's own: `TZ`, else `/etc/localtime`, else UTC.

    Raises:
        SettingsError: there is no zone of that name.
    """
    if name is None:
        return _machine_zone()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"{name!r} is no time zone; write one such as 'Europe/Zurich'") from None


def _machine_zone() -> ZoneInfo:
    try:
        if named := os.environ.get("TZ", "").removeprefix(":"):
            return ZoneInfo(named)
        with LOCALTIME.open("rb") as file:
            link = str(LOCALTIME.resolve()).partition("/zoneinfo/")[2]
            return ZoneInfo.from_file(file, key=link or "local time")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
