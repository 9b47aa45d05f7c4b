"""What the rules of all detectors have in common: scores, shares, chance, and the sentences that say them."""

from __future__ import annotations

from math import sqrt

from detectors.interface import Case, Evidence, Ruling

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


def in_context(case: Case, what: str, chance: float) -> Ruling:
    """Judge values that count only under a telling header or beside a telling word.

    Args:
        case: the column.
        what: what was checked: "length and check digit".
        chance: share of random values of that shape that pass the check; 1 where there is none.
    """
    evidence = case.evidence
    if not beyond_chance(evidence.matches, evidence.candidates, chance):
        return NOTHING, by_chance(evidence)
    if case.supporting or evidence.explicit:
        sure = share(evidence.matches, evidence.candidates) >= 0.5
        return (HIGH if sure else MEDIUM), valid(evidence, what)
    return MEDIUM, valid(evidence, what)


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
