"""What a column holds of one entity: one score with its reasons, from counts alone.

The rules, in one place: a value whose form or check digits chance rarely meets is a claim even where it stands alone in
a large column; a value that chance meets often (bare digits) is a claim only where the share of valid ones, or the
column's name, says so. No share is taken over rows, so that rare values are never averaged away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from detectors.header import header_words, said
from detectors.interface import Detector, Evidence, Verdict
from detectors.registry import DETECTORS, detector

HIGH, MEDIUM, HINT, NOTHING = 0.9, 0.65, 0.3, 0.1
"""Scores; claims start at 0.5, `high` at 0.8."""

LUHN_BY_CHANCE = 0.1
"""One in ten random numbers passes Luhn's check; a column of one length and prefix meets the issuer range always."""
MOD97_BY_CHANCE = 0.015
"""One in 97 passes, a little more where the structure leaves letters open."""

_NOT_DIGITS = re.compile(
    r"float|double|real|bool|date|time|interval|year|(?:decimal|numeric|number)\s*\(\s*\d+\s*,\s*[1-9]|^bit\b|money"
)
"""Declared types whose digits mean a quantity or a moment."""

_THREAD_NAMES = ("messageid", "inreplyto", "contentid", "references")
"""Columns of a mail archive that hold the names of messages, shaped as addresses (RFC 5322 3.6.4)."""


@dataclass(frozen=True)
class Case:
    """All that a verdict rests on."""

    name: str
    """The column's, as words put together: `messageid`."""
    evidence: Evidence
    distinct: int
    """Different values found."""
    supporting: str | None
    counter: str | None
    declared: str | None
    """The declared type, where it speaks against digits with a meaning of their own."""

    @property
    def alone(self) -> bool:
        """Whether the values mostly fill their cells, rather than stand in longer texts."""
        return self.evidence.whole >= 0.8 * self.evidence.matches


Ruling = tuple[float, str]
"""Score, and the weightiest reason."""


def judge(  # noqa: PLR0913, PLR0917 what is known of a column is this much
    entity: Detector | str, header: str, declared: str, evidence: Evidence, distinct: int, rows: int
) -> Verdict:
    """Judge one entity in one column.

    Args:
        entity: a detector, or the name of one.
        header: the column's name or the path of a JSON member.
        declared: the declared type in lower case; empty where there is none.
        evidence: of all its cells.
        distinct: different values found.
        rows: read.
    """
    name = entity if isinstance(entity, str) else entity.entity
    speaking = _speaking_for(entity)
    supporting, counter = said(header, speaking)
    against = declared if _NOT_DIGITS.search(declared) else None
    case = Case("".join(header_words(header)), evidence, distinct, supporting, counter, against)
    if not evidence.matches:
        return Verdict(0.0, "low", ("no valid value",))
    score, reason = _RULES.get(name, _other)(case)
    return Verdict(round(score, 2), _confidence(score), tuple(_sentences(case, reason, rows)))


def _speaking_for(entity: Detector | str) -> frozenset[str]:
    if not isinstance(entity, str):
        return entity.header_words
    return detector(entity).header_words if entity in DETECTORS else frozenset()


def _confidence(score: float) -> str:
    return "high" if score >= 0.8 else "medium" if score >= 0.5 else "low"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _beyond_chance(valid: int, tried: int, chance: float) -> bool:
    """Say whether more are valid than chance explains: half of few, or four standard deviations above its share."""
    if not valid:
        return False
    return valid >= 0.5 * tried or valid > chance * tried + 4 * sqrt(chance * (1 - chance) * tried) + 2


def _card(case: Case) -> Ruling:
    evidence = case.evidence
    tried = evidence.candidates - evidence.explicit_candidates
    bare = evidence.matches - evidence.explicit
    grouped = _beyond_chance(evidence.explicit, evidence.explicit_candidates, LUHN_BY_CHANCE)
    plain = _beyond_chance(bare, tried, LUHN_BY_CHANCE)
    share = _share(evidence.matches, evidence.candidates)
    if not grouped and not plain:
        return NOTHING, _by_chance(evidence)
    if grouped:
        score = HIGH if case.supporting or evidence.explicit >= 3 or evidence.candidates <= 3 else MEDIUM
        return score, "grouped as cards are, with valid issuer and check digit"
    if case.counter and share < 0.9:
        return HINT, f"the column's name says otherwise ({case.counter})"
    if case.declared:
        return HINT, f"declared as {case.declared}"
    if case.counter or case.distinct < 3:
        return MEDIUM, _valid(evidence, "issuer and check digit")
    return (HIGH if share >= 0.5 else MEDIUM), _valid(evidence, "issuer and check digit")


def _iban(case: Case) -> Ruling:
    evidence = case.evidence
    if not _beyond_chance(evidence.matches, evidence.candidates, MOD97_BY_CHANCE):
        return NOTHING, _by_chance(evidence)
    score = HIGH if case.supporting or _share(evidence.matches, evidence.candidates) >= 0.5 else MEDIUM
    return score, _valid(evidence, "country, structure and check digits")


def _email(case: Case) -> Ruling:
    if case.name.endswith(_THREAD_NAMES):
        return HINT, "shaped as addresses, but the column's name says that they name messages"
    return HIGH, "valid addresses"


def _ip(case: Case) -> Ruling:
    evidence = case.evidence
    share = _share(evidence.explicit, evidence.matches)
    if case.counter and not case.supporting and case.alone and share < 0.9:
        return NOTHING, f"could be versions or sections, and the column's name says so ({case.counter})"
    if case.supporting or share >= 0.5:
        return HIGH, "valid addresses" if share >= 0.5 else "valid addresses, all local or with small numbers"
    if evidence.explicit and not case.alone:
        return MEDIUM, "some addresses among what could be versions or sections"
    return HINT, "loopback addresses, versions or sections: their numbers are too small to tell"


def _phone(case: Case) -> Ruling:
    evidence = case.evidence
    tried = evidence.candidates - evidence.explicit_candidates
    trunk = evidence.matches - evidence.explicit - evidence.weak
    if evidence.explicit and (ruling := _written_phones(case)):
        return ruling
    if case.declared:
        return NOTHING, f"bare digits, and declared as {case.declared}"
    if case.supporting:
        share = _share(evidence.matches, evidence.candidates)
        score = HIGH if share >= 0.8 else MEDIUM if share >= 0.5 else HINT
        return score, _valid(evidence, "numbers in the configured regions")
    if case.counter:
        return NOTHING, f"bare digits, and the column's name says otherwise ({case.counter})"
    if trunk and _share(trunk, tried) >= (0.8 if case.alone else 0.5):
        return MEDIUM, "bare digits that start as national numbers do (0), nearly all valid"
    return (HINT if trunk else NOTHING), "bare digits without separators: any number of that length would do"


def _written_phones(case: Case) -> Ruling | None:
    """Judge numbers whose notation (`+`, separators, a word in front) says what they are."""
    evidence = case.evidence
    share = _share(evidence.explicit, evidence.explicit_candidates)
    if share < (0.3 if case.alone and not case.supporting else 0.01):
        return None
    sure = share >= 0.5 and not case.counter
    return (HIGH if sure or case.supporting else MEDIUM), _valid(evidence, "numbers, written as such")


def _other(case: Case) -> Ruling:
    whole = _share(case.evidence.whole, case.evidence.cells)
    return (HIGH if whole >= 0.5 else MEDIUM), "found by your own recognizer"


_RULES: dict[str, Callable[[Case], Ruling]] = {
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "EMAIL_ADDRESS": _email,
    "IP_ADDRESS": _ip,
    "PHONE_NUMBER": _phone,
}


def _percent(part: int, whole: int) -> str:
    share = 100 * _share(part, whole)
    return f"{share:.0f} %" if share >= 1 or not part else "less than 1 %"


def _by_chance(evidence: Evidence) -> str:
    tried = _percent(evidence.matches, evidence.candidates)
    return f"valid no more often than chance ({tried} of {evidence.candidates:,} candidates)"


def _valid(evidence: Evidence, what: str) -> str:
    return f"{_percent(evidence.matches, evidence.candidates)} of {evidence.candidates:,} candidates are valid: {what}"


def _sentences(case: Case, reason: str, rows: int) -> list[str]:
    """Put the reason first, then what else is known."""
    evidence = case.evidence
    found = [reason]
    if case.supporting:
        found.append(f"the column's name says so ({case.supporting})")
    if case.counter and f"({case.counter})" not in reason:
        found.append(f"the column's name says otherwise ({case.counter})")
    if evidence.explicit and evidence.explicit < evidence.matches:
        found.append(f"{evidence.explicit:,} of {evidence.matches:,} in a notation that says what they are")
    found.append(f"in {evidence.matched_cells:,} of {max(rows, evidence.cells):,} cells")
    if not case.alone:
        found.append("inside longer texts")
    return found
