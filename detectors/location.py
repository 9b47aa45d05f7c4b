"""Columns of towns and places of birth: by what they are called, what stands beside them, and their shape.

A country alone is no personal data and is left out; streets and postal codes have detectors of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.columnar import ColumnExaminer, mask_words, plain_word, weighed
from detectors.header import PERSONAL, last_part
from detectors.header import header_words as split
from detectors.interface import Case, Evidence, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, percent, share
from detectors.text import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

TOWNS = words(
    "ville villes city cities town towns ort orte stadt wohnort ortschaft gemeinde citta comune commune localite"
    " localita locality municipality municipalite village hometown suburb residence lieuresidence wohnsitz domicile"
    " postort"
)
BIRTH = words(
    "birthplace placeofbirth birthcity cityofbirth townofbirth lieunaissance lieudenaissance villenaissance"
    " villedenaissance communenaissance communedenaissance geburtsort luogonascita luogodinascita cittanascita"
    " comunenascita heimatort lieuorigine placebirth birthtown"
)
"""Where somebody was born is always somebody's."""
OTHER = words(
    "id ids uuid key code zip postcode count population size hall type status state url uri link slug image photo"
    " label lat lon lng latitude longitude region country timezone date time number no nr num email phone tel hash"
    " insee bfs total rate tax store page template permit tour pass card"
)


class Location(ColumnExaminer):
    """Finds columns that hold where people live or were born, and free text that names places."""

    entity = "LOCATION"
    version = 2
    category = "contact"
    header_words = TOWNS | BIRTH

    def said(self, header: str) -> tuple[str | None, str | None]:
        """Give the word that speaks for a place, and the one behind it that speaks for something else."""
        here = split(last_part(header))
        found = weighed(here, BIRTH) or weighed(here, TOWNS)
        other = weighed(here, OTHER)
        if other and (not found or other[1] > found[1]):
            return None, other[0]
        return (found[0], None) if found else (None, None)

    def examine(self, values: pa.Array, counts: npt.NDArray[np.int64], header: str) -> Evidence | None:
        """Look at a column's texts, where its name speaks for places."""
        if not self.said(header)[0] or not len(values):
            return None
        from detectors import name_shapes as shapes  # noqa: PLC0415 it loads Arrow

        if not shapes.mostly(shapes.spread(values, shapes.LOOKED_AT), shapes.PLACE, 0.2):
            return None
        fits = shapes.fitting(values, shapes.PLACE)
        cells, found = int(counts[fits].sum()), shapes.spread(shapes.chosen(values, fits), shapes.LISTED_AT_MOST)
        return Evidence(
            matched_cells=cells,
            matches=cells,
            whole=cells,
            candidates=cells,
            samples=shapes.samples(found, self.mask),
            different=len(found),
        )

    def rule(self, case: Case) -> Ruling:
        """Weigh the column's name, the share of texts that look like places, and whether a person stands beside."""
        return max(_as_towns(case), _in_text(case))

    def mask(self, canonical: str) -> str:
        """Show the first letter of each word: `L***`."""
        return mask_words(canonical)


def _as_towns(case: Case) -> Ruling:
    evidence = case.evidence
    if not case.supporting or not evidence.different:
        return 0.0, "no places"
    reason = f"{percent(evidence.whole, evidence.cells)} of the cells look like places"
    if share(evidence.whole, evidence.cells) < 0.6:
        return HINT, reason
    if plain_word(case.supporting) in BIRTH:
        return HIGH, reason
    if case.beside is not None and not case.beside & PERSONAL:
        return HINT, f"{reason}, and nothing beside tells of a person"
    if evidence.different == 1 and evidence.cells >= 20:
        return MEDIUM, f"{reason}; one and the same throughout"
    return HIGH, reason


def _in_text(case: Case) -> Ruling:
    evidence = case.evidence
    if not evidence.naming:
        return 0.0, "no place in the texts"
    return HINT, f"a language model found places in {evidence.naming:,} of {evidence.read:,} texts"
