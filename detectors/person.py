"""Columns of persons' names: by what they are called and by the given names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.columnar import ColumnExaminer, mask_words, plain_word, weighed
from detectors.header import PERSONAL, last_part, parent_words
from detectors.header import header_words as split
from detectors.interface import Case, Evidence, Ruling
from detectors.name_lists import begins_with_given, holds_known
from detectors.person_words import BARE, GOODS, LOGINS, OF_NAMES, OTHER, REACHED, ROLES, SURE
from detectors.ruling import HIGH, HINT, MEDIUM, percent, share

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

_SENTENCE = "a language model found persons in {naming:,} of {read:,} texts"


class Person(ColumnExaminer):
    """Finds columns that hold persons' names, and free text that names persons."""

    entity = "PERSON"
    version = 2
    category = "identity"
    header_words = SURE | BARE | ROLES | OF_NAMES

    def said(self, header: str) -> tuple[str | None, str | None]:
        """Give the word that speaks for a person's name, and the one that speaks for something else."""
        here = split(last_part(header))
        sure = weighed(here, SURE)
        other = weighed(here, OTHER)
        if sure and (not other or sure[1] > other[1]):
            return sure[0], None
        bare, role = weighed(here, BARE), weighed(here, ROLES)
        if other and not (bare and role and other[1] < role[1] < bare[1]):
            return None, other[0]
        around = parent_words(header)
        if bare and len(here) == 1 and (above := weighed(around, OTHER)):
            return None, above[0]
        if weighed(here, LOGINS):
            return None, None
        if bare and not role:
            role = weighed(here, OF_NAMES) or weighed(around, ROLES | OF_NAMES)
        found = role or bare
        return (found[0], None) if found else (None, None)

    def examine(self, values: pa.Array, counts: npt.NDArray[np.int64], header: str) -> Evidence | None:
        """Look at a column's texts; of one whose name tells nothing, only where given names show at once."""
        supporting, counter = self.said(header)
        if counter or not len(values):
            return None
        from detectors import name_shapes as shapes  # noqa: PLC0415 it loads Arrow

        some = shapes.spread(values, shapes.LOOKED_AT)
        if not shapes.mostly(some, shapes.PERSON, 0.2 if supporting else 0.5):
            return None
        if not supporting and sum(map(begins_with_given, some)) < 0.2 * len(some):
            return None
        fits = shapes.fitting(values, shapes.PERSON)
        looked_at = shapes.spread(shapes.chosen(values, fits), shapes.LISTED_AT_MOST)
        cells = int(counts[fits].sum())
        return Evidence(
            matched_cells=cells,
            matches=cells,
            whole=cells,
            candidates=cells,
            samples=shapes.samples(looked_at, self.mask),
            different=len(looked_at),
            listed=sum(map(holds_known if supporting else begins_with_given, looked_at)),
        )

    def rule(self, case: Case) -> Ruling:
        """Weigh the name of the column, the share of names in it, and what stands beside it."""
        return max(_as_names(case), _in_text(case))

    def mask(self, canonical: str) -> str:
        """Show the first letter of each word: `J*** D***`."""
        return mask_words(canonical)


def _as_names(case: Case) -> Ruling:
    """Judge a column whose cells look like names."""
    evidence, beside = case.evidence, case.beside or frozenset()
    if not evidence.different or case.counter:
        return 0.0, "no names"
    reason = f"{percent(evidence.listed, evidence.different)} of the different texts hold a known name"
    if evidence.different == 1 and evidence.cells >= 20:
        return HINT if case.supporting else 0.0, "one and the same text throughout"
    if beside & GOODS and not beside & PERSONAL and case.supporting in (None, *BARE):
        return 0.0, "the columns beside tell of goods"
    if not case.supporting:
        return _unheaded(evidence), reason
    word = plain_word(case.supporting)
    bare = not set(split(last_part(case.header))) - BARE
    if word in SURE or (bare and beside & SURE):
        fits = share(evidence.whole, evidence.cells)
        return (HIGH if fits >= 0.6 else MEDIUM if fits >= 0.3 else HINT), f"{_look(evidence)}; {reason}"
    return _headed(case, word, beside), f"{_look(evidence)}; {reason}"


def _headed(case: Case, word: str, beside: frozenset[str]) -> float:
    """Score a column whose name says "name" or whose: what is in it, and what stands beside, have to tell of whom."""
    evidence = case.evidence
    fits, known = share(evidence.whole, evidence.cells), share(evidence.listed, evidence.different)
    if fits < 0.5:
        return 0.0
    if word in BARE:
        return _bare(evidence, fits, known, reached=bool(beside & REACHED))
    if known >= 0.5 and evidence.different >= 2:
        return HIGH
    if known >= 0.15 and evidence.different >= 5:
        return MEDIUM
    if BARE & set(split(last_part(case.header))):
        return MEDIUM if fits >= 0.8 else HINT
    return HINT if known >= 0.05 else 0.0


def _bare(evidence: Evidence, fits: float, known: float, *, reached: bool) -> float:
    """Score a column that is called `name` and no more; `reached`: an e-mail or a phone stands beside it."""
    if known >= (0.5 if reached else 0.75) and evidence.different >= 2:
        return HIGH
    if evidence.listed >= 3 and known >= (0.1 if reached else 0.5):
        return MEDIUM
    return HINT if known >= 0.3 or (reached and fits >= 0.8 and evidence.listed) else 0.0


def _unheaded(evidence: Evidence) -> float:
    """Score a column whose name tells nothing: many different texts, most of them with a given name in its place."""
    fits, known = share(evidence.whole, evidence.cells), share(evidence.listed, evidence.different)
    varied = evidence.different >= 10 and evidence.different >= 0.003 * evidence.whole
    if not varied or fits < 0.5:
        return 0.0
    return MEDIUM if known >= 0.5 else HINT if known >= 0.3 else 0.0


def _in_text(case: Case) -> Ruling:
    """Judge what a language model found in free text."""
    evidence = case.evidence
    if not evidence.naming:
        return 0.0, "no person in the texts"
    reason = _SENTENCE.format(naming=evidence.naming, read=evidence.read)
    enough = evidence.naming >= 3 and share(evidence.naming, evidence.read) >= 0.02
    return (MEDIUM if enough else HINT), reason


def _look(evidence: Evidence) -> str:
    return f"{percent(evidence.whole, evidence.cells)} of the cells look like names"
