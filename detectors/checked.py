"""Detectors whose check makes chance rare, so that a value may count without a header or a word near.

Where nothing but the value itself speaks, what fails the check is counted too: a column of parcel numbers of which
one in a hundred passes holds no social security numbers.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from enum import IntEnum
from typing import ClassVar

from detectors.context import ContextDetector, told_by
from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, beyond_chance, by_chance, share, valid
from detectors.shape import Shape
from detectors.text import plain


class Form(IntEnum):
    """How much the notation of a candidate says, valid or not."""

    OPEN = 0
    """Nothing: it takes a header or a word near."""
    BARE = 1
    """A run of characters of which few pass the check."""
    GROUPED = 2
    """Grouped as these values are and few others."""


class CheckedDetector(ContextDetector):
    """A pattern, a check, words near, and forms that need neither words nor header."""

    by_chance: ClassVar[float]
    """Share of random candidates that pass the check."""
    checked: ClassVar[str]
    """What was checked, in words: "structure and check digit"."""

    def form(self, hit: re.Match[str]) -> Form:  # noqa: ARG002 most need a word
        """Say how much the notation of a candidate tells."""
        return Form.OPEN

    def told(self, text: str, start: int, end: int) -> bool:
        """Say whether a telling word stands near a span."""
        return told_by(text, start, end, self.near)

    @abstractmethod
    def canonical(self, written: str) -> str | None:
        """Give the canonical form of a text that is nothing but one value, in any notation; None where it is none."""

    def check(self, hit: re.Match[str]) -> str | None:
        """Give the canonical form of what has the shape."""
        return self.canonical(hit.group())

    def sure(self, hit: re.Match[str], canonical: str) -> bool:  # noqa: ARG002 the form decides for most
        """Say whether a valid value counts without header and word."""
        return self.form(hit) > Form.OPEN

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through a cell; a form that tells something is counted whether its check holds or not."""
        for hit in self.pattern.finditer(text):
            form = self.form(hit)
            told = self.told(text, hit.start(), hit.end())
            if not (told or headed or form):
                continue
            canonical = self.check(hit)
            explicit = told or form == Form.GROUPED
            if canonical is None or not (told or headed or self.sure(hit, canonical)):
                yield Shape(explicit, None)
            else:
                yield Shape(
                    explicit, Match(hit.start(), hit.end(), 0.85 if explicit else 0.5, (canonical,), explicit=explicit)
                )

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring one typed value, in any notation, into its canonical form; empty where it is none."""
        found = self.canonical(plain(text))
        return () if found is None else (found,)

    def rule(self, case: Case) -> Ruling:
        """Weigh grouped or labelled values and bare ones apart; bare ones must be too many for chance."""
        evidence = case.evidence
        bare, tried = evidence.matches - evidence.explicit, evidence.candidates - evidence.explicit_candidates
        told = beyond_chance(evidence.explicit, evidence.explicit_candidates, self.by_chance)
        plainly = beyond_chance(bare, tried, self.by_chance)
        if not told and not plainly:
            return NOTHING, by_chance(evidence)
        most = share(evidence.matches, evidence.candidates) >= 0.5
        if case.supporting or told:
            return (HIGH if most else MEDIUM), valid(evidence, self.checked)
        if self.by_chance**bare > RARE:
            return HINT, f"too few to rule out chance: {self.checked}"
        return MEDIUM, valid(evidence, self.checked)


RARE = 0.02
"""Probability that all bare values pass by chance up to which they are a claim without header and word."""
