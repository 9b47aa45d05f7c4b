"""How a run ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from inventory.records import Counted


@dataclass
class Summary:
    """How a run ended, as the contract's `scan` tells it."""

    scan_id: int
    status: str = "complete"
    scanned: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    truncated: int = 0
    """Of `scanned` and `failed` alike: read, and not to the end."""
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    findings: int = 0
    """Claims: neither dismissed nor mere hints."""
    hints: int = 0
    """Findings of low confidence, for a person to look at."""
    errors: list[str] = field(default_factory=list)
    """Why sources could not be opened."""

    def count(self, counted: Counted) -> None:
        """Add what one asset holds."""
        self.findings += counted.claims
        self.hints += counted.hints

    def end(self, seconds: float, *, stopped: bool) -> None:
        """Close the count and say how it went."""
        self.seconds = seconds
        if stopped:
            self.status = "interrupted"
        elif self.errors and not (self.scanned or self.unchanged or self.skipped):
            self.status = "failed"
        elif self.failed or self.truncated:
            self.status = "partial"
