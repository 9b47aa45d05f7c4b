"""The role of an examiner: it judges a column by what it is called and what its texts look like, not value by value.

A name of a person or a town has no check digit and no form of its own; what tells is that a column is called
`last_name`, or that most of its texts begin with a given name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from detectors.interface import Case, Evidence, Ruling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


class ColumnExaminer(ABC):
    """Examines whole columns for one entity. Stateless; cheap to make; picklable."""

    entity: ClassVar[str]
    """Presidio's name."""
    category: ClassVar[str]
    """As a detector's."""
    header_words: ClassVar[frozenset[str]]
    """Words of a column's name that speak for the entity, lower case without accents: en, fr, de, it."""
    tokenised: ClassVar[bool] = False
    """Never: a name is no identifier. It narrows what another identifier has found, and is located by its column."""
    version: ClassVar[int] = 1
    """Raised when what it finds changes, so that unchanged assets are read again."""

    @abstractmethod
    def examine(self, values: pa.Array, counts: npt.NDArray[np.int64], header: str) -> Evidence | None:
        """Look at a column's texts; None where nothing speaks for the entity.

        Args:
            values: the different texts, `string` or `large_string`; nulls are passed over.
            counts: rows that hold each of them, as long as `values`.
            header: the column's name, or the path of a JSON member; empty where there is none.
        """

    @abstractmethod
    def rule(self, case: Case) -> Ruling:
        """Judge a column from its evidence; a score of 0 says that there is nothing to tell, not even as a hint."""

    @abstractmethod
    def mask(self, canonical: str) -> str:
        """Show a text so that a person recognises its kind and nobody whose it is."""

    @abstractmethod
    def said(self, header: str) -> tuple[str | None, str | None]:
        """Give the word of a column's name that speaks for the entity, and the one for something else, if any."""


def weighed(here: tuple[str, ...], wanted: frozenset[str]) -> tuple[str, int] | None:
    """Give the last wanted word of a name, also one written apart (`nom de famille`), and where it ends, from 1."""
    for end in range(len(here), 0, -1):
        for length in range(min(3, end), 0, -1):
            word = plain_word("".join(here[end - length : end]))
            if word in wanted or (word.endswith("s") and word[:-1] in wanted):
                return word if word in wanted else word[:-1], end
    return None


def plain_word(word: str) -> str:
    """Take a number off a word's end: `name2` is a name."""
    return word.rstrip("0123456789")


def mask_words(text: str) -> str:
    """Show the first letter of each word of a script with capitals: `J*** D***`; of another, nothing."""
    parts = text.split()
    return " ".join(f"{one[0]}***" if len(one) > 1 and one[0].lower() != one[0].upper() else "***" for one in parts)
