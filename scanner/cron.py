"""When a cron line fires.

Changes of the clock go by Debian's rules: a time of the day that comes twice fires once, one that is left out fires
right after the gap; lines for every hour or every few minutes go by real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from scanner.errors import SettingsError

_FIELDS = 5


@dataclass(frozen=True)
class Cron:
    """A line of five fields (minute, hour, day, month, weekday) in the time of a zone."""

    line: str
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """Give the first time (UTC) after a moment at which it fires."""
        for found in CronSim(self.line, moment.astimezone(self.zone)):
            # in a doubled hour the library counts by the clock's face, and gives what lies behind already
            if (at := found.astimezone(UTC)) > moment:
                return at
        raise SettingsError(f"'schedule' never fires: {self.line!r}")


def parse_cron(line: str, zone: ZoneInfo) -> Cron:
    """Read a cron line.

    Raises:
        SettingsError: a field is wrong, or no date will ever fit.
    """
    hint = "write minute, hour, day, month and weekday, as '0 2 * * *' for every night at two"
    if len(line.split()) != _FIELDS:
        raise SettingsError(f"'schedule' is not understood; {hint}")
    try:
        cron = Cron(line, zone)
        cron.after(datetime.now(UTC))
    except CronSimError as error:
        reason = str(error)
        raise SettingsError(f"'schedule' is not understood ({reason[:1].lower()}{reason[1:]}); {hint}") from None
    return cron
