"""The shop's own time: nothing depends on the day on which the account is built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

OPENED = datetime(2024, 3, 1, tzinfo=UTC)
"""The shop's first day."""
DAYS = 970
"""How long it has been open."""


def moment(random: Random) -> datetime:
    return OPENED + timedelta(seconds=random.randrange(DAYS * 86_400))


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def epoch(at: datetime) -> int:
    return int(at.timestamp())


def milliseconds(random: Random, at: datetime | None = None) -> int:
    """Milliseconds since 1970, of a moment or of any."""
    return epoch(at or moment(random)) * 1000 + random.randrange(1000)
