"""What the rules of all detectors have in common: scores, shares, chance, and the sentences that say them."""

from __future__ import annotations

from math import sqrt

from detectors.interface import Evidence

HIGH, MEDIUM, HINT, NOTHING = 0.9, 0.65, 0.3, 0.1
"""Scores; claims start at 0.5, `high` at 0.8."""


def share(part: int, whole: int) -> float:
    """Give a part of a whole, 0 to 1; of nothing, nothing."""
    return part / whole if whole else 0.0


def beyond_chance(valid: int, tried: int, chance: float) -> bool:
    """Say whether more are valid than chance explains: half of few, or four standard deviations above its share."""
    if not valid:
        return False
    return valid >= 0.5 * tried or valid > chance * tried + 4 * sqrt(chance * (1 - chance) * tried) + 2


def percent(part: int, whole: int) -> str:
    """Write a share in words."""
    of_hundred = 100 * share(part, whole)
    return f"{of_hundred:.0f} %" if of_hundred >= 1 or not part else "less than 1 %"


def by_chance(evidence: Evidence) -> str:
    """Say that no more are valid than chance explains."""
    tried = percent(evidence.matches, evidence.candidates)
    return f"valid no more often than chance ({tried} of {evidence.candidates:,} candidates)"


def valid(evidence: Evidence, what: str) -> str:
    """Say how many of the candidates are valid, and what that means."""
    return f"{percent(evidence.matches, evidence.candidates)} of {evidence.candidates:,} candidates are valid: {what}"
