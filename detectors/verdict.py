"""What a column holds of one entity: one score with its reasons, from counts alone.

What holds for all: a value whose form or check digits chance rarely meets is a claim even where it stands alone in a
large column; a value that chance meets often (bare digits) is a claim only where the share of valid ones, or the
column's name, says so. No share is taken over rows, so that rare values are never averaged away. Each detector has its
own `rule`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from detectors.columnar import ColumnExaminer
from detectors.header import header_words, joined_words, said
from detectors.interface import Case, Detector, Evidence, Ruling, Verdict
from detectors.registry import DETECTORS, EXAMINERS, detector, examiner
from detectors.ruling import HIGH, MEDIUM, NOTHING, share
from detectors.traits import against as counted
from detectors.traits import idle, traits

_NOT_DIGITS = re.compile(
    r"float|double|real|bool|date|time|interval|year|(?:decimal|numeric|number)\s*\(\s*\d+\s*,\s*[1-9]|^bit\b|money"
)
"""Declared types whose digits mean a quantity or a moment."""


def judge(  # noqa: PLR0913, PLR0917 what is known of a column is this much
    entity: Detector | ColumnExaminer | str,
    header: str,
    declared: str,
    evidence: Evidence,
    distinct: int,
    rows: int,
    beside: Iterable[str] | None = None,
) -> Verdict:
    """Judge one entity in one column.

    Args:
        entity: a detector or examiner, or the name of one.
        header: the column's name or the path of a JSON member.
        declared: the declared type in lower case; empty where there is none.
        evidence: of all its cells.
        distinct: different values found.
        rows: read.
        beside: names of the other fields of the same record; None where they are not known.

    Returns:
        A verdict; a score of 0 says that there is nothing to tell, not even as a hint.
    """
    known = _known(entity)
    if isinstance(known, ColumnExaminer):
        supporting, counter = known.said(header)
    else:
        supporting, counter = said(header, known.header_words if known else frozenset())
    against = declared if _NOT_DIGITS.search(declared) else None
    around = None if beside is None else joined_words(beside)
    case = Case("".join(header_words(header)), evidence, distinct, supporting, counter, against, header, around)
    if not evidence.matches:
        return Verdict(0.0, "low", ("no valid value",))
    theirs = isinstance(known, ColumnExaminer) and not (evidence.different or evidence.read)
    score, reason = known.rule(case) if known and not theirs else _other(case)
    if score <= NOTHING and (case.counter or case.declared or counted(case)):
        score = 0.0  # no hint either: what says otherwise leaves nothing for a person to look at
    return Verdict(round(score, 2), confidence(score), tuple(_sentences(case, known, reason, rows)))


def _known(entity: Detector | ColumnExaminer | str) -> Detector | ColumnExaminer | None:
    if not isinstance(entity, str):
        return entity
    if entity in EXAMINERS:
        return examiner(entity)
    return detector(entity) if entity in DETECTORS else None


def _other(case: Case) -> Ruling:
    whole = share(case.evidence.whole, case.evidence.cells)
    return (HIGH if whole >= 0.5 else MEDIUM), "found by your own recognizer"


def confidence(score: float) -> str:
    """Name a score: `high` and `medium` are claims, `low` is a hint."""
    return "high" if score >= 0.8 else "medium" if score >= 0.5 else "low"


def _sentences(case: Case, known: Detector | ColumnExaminer | None, reason: str, rows: int) -> list[str]:
    """Put the reason first, then what else is known."""
    evidence = case.evidence
    found = [reason]
    if case.supporting:
        found.append(f"the column's name says so ({case.supporting})")
    if case.counter and f"({case.counter})" not in reason:
        found.append(f"the column's name says otherwise ({case.counter})")
    if evidence.explicit and evidence.explicit < evidence.matches:
        found.append(f"{evidence.explicit:,} of {evidence.matches:,} in a notation that says what they are")
    if not evidence.read:  # what was sampled is said by the reason
        found.append(f"in {evidence.matched_cells:,} of {max(rows, evidence.cells):,} cells")
    if not case.alone:
        found.append("inside longer texts")
    found += [one for one in traits(case) if one not in reason]
    if known is not None and (placeholders := idle(case, known.entity)):
        found.append(placeholders)
    return found
