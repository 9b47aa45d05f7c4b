"""The sources of the settings as the scheduler sees them: when each is read, and how it may be called in public."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.runs import LastRun, Tally
from inventory.store import Inventory
from scanner.due import Timetable
from scanner.plan import place_of, public_source, source_name
from scanner.settings import ScanSource, Settings
from scanner.targets import Target, named


@dataclass(frozen=True)
class Entry:
    """A source with its timetable."""

    source: ScanSource
    target: Target
    public: str
    """Its name, masked where it is personal by itself; no two sources have the same."""
    table: Timetable | None
    """None: it has no schedule."""

    def last(self, inventory: Inventory) -> LastRun | None:
        """Give the latest run over all of it."""
        return inventory.last_run(source_name(self.target), place_of(self.target))

    def tally(self, inventory: Inventory) -> Tally:
        """Count what the inventory knows of it."""
        return inventory.tally(source_name(self.target), place_of(self.target))


def entries(settings: Settings) -> dict[str, Entry]:
    """Give all sources by name.

    Raises:
        SettingsError: a schedule, window or time zone makes no sense.
    """
    found: dict[str, Entry] = {}
    taken: dict[str, int] = {}
    for source in settings.sources:
        target = named(source)
        public = public_source(target)
        taken[public] = taken.get(public, 0) + 1
        if taken[public] > 1:  # two names may be masked alike
            public = f"{public}~{taken[public]}"
        found[source.name] = Entry(source, target, public, Timetable.of(source))
    return found
