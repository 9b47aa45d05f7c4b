"""What a running scan tells whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Progress:
    """Counts that only grow; read by a display at any time."""

    assets_met: int = 0
    """Assets to be read that the walk has met so far."""
    assets_done: int = 0
    bytes_met: int = 0
    """Of those assets, as the stores say, or as their rows let guess."""
    bytes_done: int = 0
    """Of those, in finished assets."""
    rows: int = 0
    size: int = 0
    """Bytes read."""
    findings: int = 0
    listed: bool = False
    """Every asset was met: what is left can be told."""
    current: str = ""
    """The source that is being read."""


class Watcher:
    """Told whenever something has changed; this one stays silent."""

    def update(self, progress: Progress) -> None:
        """Show the state of the scan; called many times a second, so be quick."""
