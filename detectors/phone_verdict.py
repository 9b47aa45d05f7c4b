"""Whether a column holds telephone numbers, or other numbers of which some happen to be valid ones.

One in three random numbers of ten digits is valid in North America, and nearly each of nine digits in France once its
leading zero is lost. So what is valid is held against what chance would make valid among numbers of the same lengths
and first two digits, and against what else the cells are like.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import sqrt

from detectors.interface import Case, Ruling
from detectors.profile import Profile
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, percent, share, valid
from detectors.text import words
from detectors.traits import ENOUGH, against

CODES = words(
    "sku ean ean13 gtin upc barcode isbn isbn10 isbn13 imei serial siret siren tracking trackingnumber tracker suivi"
    " asin awb waybill"
)
"""Names of columns whose cells are one code each, however it is grouped."""
SURELY_MORE = 0.75
"""Share of valid ones from which numbers in groups are more than codes of which some happen to be valid."""
Reads = Callable[[str], bool]
"""Says whether bare digits are a valid number."""

TRIES = 40
"""Random numbers of each length and head by which chance is estimated: good to a few per cent over ten heads."""
BY_LUCK = 0.25
"""Share of numbers that start with 0 from which they hardly do so by luck, as one in ten does."""
FEWEST = 50
"""Bare numbers without trunk prefix from which a column without a telling name can be a claim."""


def phones(case: Case, reads: Reads) -> Ruling:
    """Judge a column of what could be telephone numbers."""
    evidence = case.evidence
    if evidence.explicit and (ruling := _written(case)):
        return ruling
    if evidence.certain and not case.alone:
        return MEDIUM, f"{evidence.certain:,} with country code (+) and valid"
    if case.declared:
        return NOTHING, f"bare digits, and declared as {case.declared}"
    return _named(case) if case.supporting else _unnamed(case, reads)


def _written(case: Case) -> Ruling | None:
    """Judge numbers whose notation (`+`, separators, a word in front) says what they are."""
    evidence, profile = case.evidence, case.evidence.profile
    part = share(evidence.explicit, evidence.explicit_candidates)
    in_codes = not case.alone and profile is not None and _is_code(profile)
    if in_codes:  # a number that is a part of a longer code was cut out of it by chance
        part = min(part, share(evidence.matches, evidence.candidates))
    if case.counter and not case.supporting and not evidence.certain and (ruling := _as_codes(case, part)):
        return ruling
    if part < (0.3 if (case.alone or in_codes) and not case.supporting else 0.01):
        return None
    sure = part >= 0.5 and not case.counter
    score = HIGH if sure or case.supporting else MEDIUM
    found = percent(evidence.explicit, evidence.explicit_candidates)
    return score, f"{found} of {evidence.explicit_candidates:,} written as telephone numbers are valid"


def _as_codes(case: Case, part: float) -> Ruling | None:
    """Judge numbers in groups under a name that says something else: codes are written so too, and some are valid.

    One in two random codes of groups of three, three and four is a number of North America.
    """
    evidence, profile = case.evidence, case.evidence.profile
    other = f"the column's name says otherwise ({case.counter})"
    if not case.alone:
        codes = case.counter in CODES and case.name.rstrip("0123456789").endswith(case.counter or "")
        return (HINT, f"parts of longer codes, and {other}") if codes else None
    if profile is not None and _is_code(profile):
        part = min(part, share(evidence.explicit, profile.separated)) if profile.separated else part
    if part >= SURELY_MORE:
        return None
    return NOTHING, f"{percent(evidence.explicit, max(evidence.explicit_candidates, 1))} are valid, and {other}"


def _is_code(profile: Profile) -> bool:
    """Say whether the cells are nothing but digits and separators: no text in which a number could stand."""
    return profile.numbers + profile.separated >= 0.5 * profile.cells


def _named(case: Case) -> Ruling:
    evidence = case.evidence
    part = share(evidence.matches, evidence.candidates)
    reason = valid(evidence, "numbers in the configured regions")
    if part < 0.5:
        return HINT, f"only {percent(evidence.matches, evidence.candidates)} of {evidence.candidates:,} are valid"
    return (HIGH if part >= 0.8 else MEDIUM), reason


def _unnamed(case: Case, reads: Reads) -> Ruling:
    """Judge bare digits under a name that does not say telephone."""
    evidence = case.evidence
    if case.counter:
        return NOTHING, f"bare digits, and the column's name says otherwise ({case.counter})"
    if other := against(case):
        return NOTHING, f"bare digits, {other}"
    tried = evidence.candidates - evidence.explicit_candidates
    trunk = evidence.matches - evidence.explicit - evidence.weak
    if trunk and share(trunk, tried) >= (0.8 if case.alone else 0.5):
        return MEDIUM, "bare digits that start as national numbers do (0), nearly all valid"
    return _against_chance(case, tried, reads) or (
        HINT if share(trunk, tried) >= BY_LUCK else NOTHING,
        "bare digits without separators: any number of that length would do",
    )


def _against_chance(case: Case, tried: int, reads: Reads) -> Ruling | None:
    """Judge numbers without trunk prefix by how many more are valid than chance would make so."""
    evidence, profile = case.evidence, case.evidence.profile
    if profile is None or not case.alone or tried < FEWEST:
        return None
    part = share(evidence.matches, evidence.candidates)
    if part < 0.9:
        by_luck = share(evidence.matches - evidence.explicit - evidence.weak, tried) < BY_LUCK
        return (
            0.0 if by_luck else NOTHING
        ), f"bare digits, only {percent(evidence.matches, evidence.candidates)} are valid"
    chance = by_chance(profile, reads)
    if part <= chance + 4 * sqrt(chance * (1 - chance) / tried) + 0.05:
        return None
    found = percent(evidence.matches, evidence.candidates)
    return MEDIUM, f"{found} are valid where chance would give {100 * chance:.0f} %"


def by_chance(profile: Profile, reads: Reads) -> float:
    """Estimate which share of random numbers of the same lengths and first two digits is valid, 0 to 1."""
    rng = random.Random(7)  # noqa: S311 no secret; the same answer each time
    total = found = 0.0
    for head, count in profile.heads:
        size, first = divmod(head, 100)
        if not 7 <= size <= 15 or count * 500 < profile.numbers:
            continue
        hits = sum(reads(f"{first:02d}{rng.randrange(10 ** (size - 2)):0{size - 2}d}") for _ in range(TRIES))
        total, found = total + count, found + count * hits / TRIES
    return found / total if total >= ENOUGH else 1.0
