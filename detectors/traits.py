"""What the cells of a column are like, as sentences: what a person looks at to tell phones and cards from numbers."""

from __future__ import annotations

from detectors.interface import Case
from detectors.placeholders import KINDS
from detectors.profile import EPOCHS, Profile
from detectors.ruling import percent, share

ENOUGH = 20
"""Cells (or pairs of neighbours) from which a pattern in them is more than luck."""
NEARLY_ALL = 0.95
DENSE = 0.02
"""Share of the whole numbers between smallest and largest that are there, from which a column is numbered through."""


def ordered(profile: Profile) -> str | None:
    """Say that the numbers of a column follow one another, as those of a counter or a clock do."""
    pairs = profile.ascending + profile.descending + profile.level
    if pairs < ENOUGH or profile.level > 0.5 * pairs:
        return None
    if profile.ascending + profile.level >= NEARLY_ALL * pairs:
        return "ascending like a counter"
    if profile.descending + profile.level >= NEARLY_ALL * pairs:
        return "descending like a counter"
    return None


def numbered_through(case: Case) -> str | None:
    """Say that the numbers lie so close together that they must have been given out one after the other."""
    profile = case.evidence.profile
    if profile is None or min(case.distinct, profile.counted) < ENOUGH or profile.counted < 0.5 * profile.numbers:
        return None
    return "numbered through, with few gaps" if case.distinct > DENSE * profile.span else None


def moment(profile: Profile) -> str | None:
    """Say that the numbers are moments, as programs count them."""
    for (_, unit), count in zip(EPOCHS, profile.moments, strict=True):
        if profile.numbers >= ENOUGH and count >= NEARLY_ALL * profile.numbers:
            return f"all could be {unit} since 1970"
    return None


def quantity(profile: Profile) -> str | None:
    """Say that the cells are decimal numbers."""
    if profile.cells < ENOUGH or profile.decimals < 0.5 * profile.cells:
        return None
    if profile.angles >= NEARLY_ALL * profile.decimals:
        return f"decimal numbers in {percent(profile.decimals, profile.cells)}, all between -180 and 180"
    return f"decimal numbers in {percent(profile.decimals, profile.cells)}"


def against(case: Case) -> str | None:
    """Give the first of what says that a column's digits count, date or measure something."""
    profile = case.evidence.profile
    if profile is None:
        return None
    return quantity(profile) or moment(profile) or ordered(profile) or numbered_through(case)


def length(profile: Profile) -> str | None:
    """Say how long the numbers are."""
    if profile.numbers < ENOUGH or profile.numbers < 0.5 * profile.cells:
        return None
    usual, count = max(profile.lengths, key=lambda one: one[1])
    if count >= NEARLY_ALL * profile.numbers:
        return (
            f"nearly all of one length ({usual} digits)" if count < profile.numbers else f"all of one length ({usual})"
        )
    return f"of {profile.lengths[0][0]} to {profile.lengths[-1][0]} digits"


def traits(case: Case) -> list[str]:
    """Give all that the profile and the placeholders of a column say, the weightiest first."""
    profile = case.evidence.profile
    found: list[str | None] = []
    if profile is not None:
        found += [quantity(profile), moment(profile), ordered(profile), numbered_through(case), length(profile)]
        if profile.cells >= ENOUGH and profile.separated >= 0.05 * profile.cells:
            found.append(f"written with separators in {percent(profile.separated, profile.cells)}")
        found.append(_repeated(case))
    return [one for one in found if one]


def idle(case: Case, entity: str) -> str | None:
    """Say how many of the matches stand for nobody."""
    evidence = case.evidence
    if not evidence.placeholders:
        return None
    return f"{evidence.placeholders:,} of {evidence.matches:,} are placeholders: {KINDS[entity]}"


def _repeated(case: Case) -> str | None:
    matches = case.evidence.matches
    if matches < ENOUGH or not case.distinct:
        return None
    if share(case.distinct, matches) >= 0.98:
        return "each value occurs once" if case.distinct == matches else "nearly each value occurs once"
    return f"each value occurs {matches / case.distinct:.0f} times on average" if matches >= 2 * case.distinct else None
