"""The time as the inventory writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def moment() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)


def now() -> str:
    """Give the time in UTC as ISO 8601 with microseconds: texts that sort as the times do."""
    return moment().isoformat(timespec="microseconds")
