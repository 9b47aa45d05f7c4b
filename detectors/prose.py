"""Free text told from logs, code, JSON and lists, and the language that it is written in."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from detectors.header import header_words, last_part
from detectors.name_shapes import spread
from detectors.text import words

MEAN_LENGTH = 40
"""Characters of a text, in the mean, from which a column may hold prose."""
MEAN_BLANKS = 5
LONGEST = 1000
"""Characters of a text that are looked through."""

_REMARK_BLANKS = 2
"""Blanks that a text has at least to be more than a name or a value."""
_REMARKS = words(
    "note notes noted remark remarks remarque remarques comment comments commentaire commentaires kommentar kommentare"
    " commento commenti bemerkung bemerkungen notiz notizen nota annotation annotations annotazione annotazioni"
    " observation observations osservazione osservazioni memo anmerkung anmerkungen"
    " message messages nachricht messaggio"
)
"""What columns of short remarks are called; texts of these are read where they are too short for prose."""

_TAG = re.compile(r"<[^<>]{0,400}>|&[a-z]{2,6};|&#[0-9]{1,6};")
_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+")
_STOP = {
    "fr": words(
        "le la les des du de un une et est en que qui dans pour pas sur au aux avec ce cette il elle nous vous je ne"
        " se son sa ses par plus ont a été sont mais votre notre mon ma très bien bonjour merci tout suis"
    ),
    "en": words(
        "the of and to in is that it was for on with as at by this be are from or have an they which you we were his"
        " her has not but had our your will would she he about please thank thanks hello my i me"
    ),
    "de": words(
        "der die das und ist nicht ein eine den dem mit von zu auf für im sich auch als an es ich wir sie er hat war"
        " bei nach aus oder wird bitte"
    ),
    "it": words(
        "il lo gli di che è per una un con non sono del della dei le si da nel alla più ha al questo come ma ho grazie"
    ),
    "es": words(
        "el los las de que y en un una por con no para es se del lo al como más pero sus ha su este está muy gracias"
    ),
}
MODELLED = ("fr", "en")
"""Languages that there is a model for."""


def holds_prose(values: pa.Array) -> bool:
    """Say from a few of its texts whether a column may hold prose; costs next to nothing."""
    some = spread(values, 64)
    return sum(map(len, some)) > MEAN_LENGTH * max(1, len(some)) and sum(
        text.count(" ") for text in some
    ) >= MEAN_BLANKS * len(some)


def holds_remarks(values: pa.Array, header: str) -> bool:
    """Say whether a column is called after remarks and has texts of several words."""
    if not _REMARKS.intersection(header_words(last_part(header))):
        return False
    some = spread(values, 64)
    return 2 * sum(text.count(" ") >= _REMARK_BLANKS for text in some) > len(some)


def several_words(values: pa.Array) -> npt.NDArray[np.int64]:
    """Give the positions of the texts that are more than a value: three words at least."""
    many = pc.greater_equal(pc.count_substring(values, " "), _REMARK_BLANKS)
    return np.flatnonzero(pc.fill_null(many, fill_value=False).to_numpy(zero_copy_only=False))


def anything(text: str) -> str | None:
    """Give the beginning of a text, its markup taken out, whatever it is."""
    return _plain(text)


def remark(text: str) -> str | None:
    """Give the same; None where it is hardly a remark: as `prose` asks, but three words will do, with more capitals."""
    return _of_words(_plain(text), _REMARK_BLANKS, 0.75)


def prose(text: str) -> str | None:
    """Give the beginning of a text, its markup taken out; None where it is no prose.

    Prose is words: at least six, letters and blanks making up four fifths, most of them small (so that neither titles
    nor lists count), nothing in curly brackets.
    """
    return _of_words(_plain(text), MEAN_BLANKS, 0.4)


def _plain(text: str) -> str:
    return _BLANK.sub(" ", _TAG.sub(" ", text[: 2 * LONGEST]))[:LONGEST].strip()


def _of_words(plain: str, blanks: int, capitals: float) -> str | None:
    if "{" in plain or "};" in plain or "=>" in plain:
        return None
    parts = plain.split()
    if sum(one[0].isupper() for one in parts) > capitals * len(parts):
        return None
    letters = sum(one.isalpha() or one == " " for one in plain)
    if letters < 0.8 * len(plain) or plain.count(" ") < blanks:
        return None
    return plain


def languages(text: str) -> tuple[str, ...]:
    """Guess a text's language by its stop words: one that there is a model for, none, or both where it is unclear."""
    found = [one.lower() for one in _WORD.findall(text)]
    counts = {language: sum(one in stops for one in found) for language, stops in _STOP.items()}
    most = max(counts.values())
    best = [language for language, count in counts.items() if count == most]
    if most < 2 or len(best) > 1:
        return MODELLED
    return tuple(language for language in MODELLED if language in best)
