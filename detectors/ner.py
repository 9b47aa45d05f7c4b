"""Persons and places named in free text: spaCy's small models, French and English, on texts that can hold a name.

Only the two pipes that name entities are loaded, and only when a text is met that needs them: the English model takes
a second to load, the French one three (spaCy compiles its tokenizer), and both together some 120 MB. Nothing is ever
downloaded. What a model says is held against the lists of names, since on short and noisy texts it takes brands, towns
and first words of sentences for persons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from detectors.models import folder
from detectors.name_lists import (
    ALSO_WORDS,
    HONORIFICS,
    PARTICLES,
    begins_with_given,
    family_names,
    fold,
    given_names,
    holds_known,
)
from detectors.prose import MODELLED, languages, prose

BATCH = 16
"""Texts that a model gets at a time; memory stays flat."""
_EXCLUDED = ["tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
_PERSONS = frozenset(("PER", "PERSON"))
_PLACES = frozenset(("LOC", "GPE"))
_CAPITAL = re.compile(r"[^\W\d_][\w'\u2019.-]*")


Plain = Callable[[str], str | None]


class Named(NamedTuple):
    """What one text names."""

    person: str | None
    """The first person in it."""
    place: str | None

    def __repr__(self) -> str:
        return f"Named(person={self.person is not None}, place={self.place is not None})"


class NameFinder:
    """Finds persons and places in free text; holds the models that were needed so far."""

    def __init__(self) -> None:
        self._models: dict[str, Any] = {}

    def read(self, texts: Iterable[str], plain_of: Plain = prose) -> dict[str, Named]:
        """Look through some texts, each once; the answers stand under the texts.

        Args:
            texts: of a column.
            plain_of: gives what is read of a text, None where it is not.
        """
        taken = {text: plain for text in texts if (plain := plain_of(text)) is not None}
        wanted = list(taken.values())
        found = [Named(None, None) for _ in wanted]
        for language in MODELLED:
            if folder(language) is None:
                continue
            chosen = [at for at, text in enumerate(wanted) if may_name(text) and language in languages(text)]
            named = self._named(language, [wanted[at] for at in chosen])
            for at, one in zip(chosen, named, strict=True):
                found[at] = Named(found[at].person or one.person, found[at].place or one.place)
        return dict(zip(taken, found, strict=True))

    def _named(self, language: str, texts: Sequence[str]) -> Iterator[Named]:
        if not texts:
            return
        if language not in self._models:
            import spacy  # noqa: PLC0415 most columns hold no prose, and most processes need no model

            self._models[language] = spacy.load(str(folder(language)), exclude=_EXCLUDED)
        for document in self._models[language].pipe(texts, batch_size=BATCH):
            ents = [
                (one.label_, one.text, document.text[max(0, one.start_char - 12) : one.start_char])
                for one in document.ents
            ]
            yield Named(
                next((text for label, text, before in ents if label in _PERSONS and is_person(text, before)), None),
                next((text for label, text, _ in ents if label in _PLACES and text[:1].isupper()), None),
            )


def may_name(text: str) -> bool:
    """Say whether a text holds what `is_person` asks for, so that no model need read it otherwise."""
    titled = last_known = False
    for word in _CAPITAL.findall(text):
        folded, capital = fold(word), word[0].isupper()
        known = capital and (folded.partition("-")[0] in given_names() or folded in family_names())
        if capital and (titled or (known and (last_known or folded not in ALSO_WORDS))):
            return True
        titled, last_known = folded in HONORIFICS, known
    return False


def is_person(text: str, before: str = "") -> bool:
    """Say whether a model's person is called like one: a known name in its place, or an honorific.

    Args:
        text: what the model marked.
        before: the few characters in front of it.
    """
    parts = text.replace(",", " ").split()
    titled = bool(before.split()) and fold(before.rsplit(maxsplit=1)[-1]) in HONORIFICS
    while parts and fold(parts[0]) in HONORIFICS:
        titled, parts = True, parts[1:]
    if not 1 <= len(parts) <= 5 or any(one.isdigit() for one in text):
        return False
    if not all(one[0].isupper() or fold(one) in PARTICLES or one[:2] in ("d'", "d\u2019") for one in parts):
        return False
    return titled or (begins_with_given(text) if len(parts) == 1 else holds_known(text))


@cache
def finder() -> NameFinder:
    """Give this process's finder."""
    return NameFinder()
