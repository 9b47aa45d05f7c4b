"""The time as the inventory writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Give the time in UTC as ISO 8601 with microseconds: texts that sort as the times do."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
