"""Common given and family names, folded: what tells a column of persons from one of products.

The two tables are this project's own. Packages that carry given names were looked at and left aside: gender-guesser is
under the GPL and rests since 2016, names-dataset takes gigabytes, Faker's lists are meant for making up data.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from detectors.text import words

HONORIFICS = words(
    "m mr mme mlle mrs ms miss mister madame monsieur mademoiselle dr pr prof me maitre herr frau hr fr sig signor"
    " signora signore dott dottssa sir lady don dona sr sra"
)
"""What may stand in front of a name, folded and without a dot."""

PARTICLES = words(
    "de du des d von van der den zu zum zur vom la le les di da dal del della dello degli dos das do el al bin ben ibn"
    " y e i et und ter ten te af av op"
)
"""Small words inside a name."""
ALSO_WORDS = words(
    "april may june juin august auguste autumn summer dawn rose rosa violet violette viola lily iris daisy jasmine"
    " jasmin heather holly ivy olive hazel ruby amber ambre jade pearl crystal opal gemma sienna prune marguerite"
    " capucine fleur flora aurore luna stella sol reine victoria victoire vittoria grace hope faith joy destiny angel"
    " ange will bill mark max jack pat rob drew chase hunter carter mason taylor dean guy earl penny sandy ray frank"
    " sue dale glen lance miles paige robin jay melody misty georgia jordan chad israel florence paris sydney austin"
    " dakota brooklyn savannah adelaide virginia carolina lourdes constance prosper placide desire noel clement"
    " blanche alba bianca bruna celeste azzurra gioia letizia serena santo santa natale ernst heide wolf falk harmony"
    " star basil saffron cherry ginger sage blanc petit legrand grand roux brun rey roy marchand boulanger boucher"
    " berger fontaine riviere moulin beaulieu chevalier collet pepin poisson poulain voisin parent cousin hardy bonnet"
    " plante paquet meunier rousseau roche green brown white gray grey black young king power price wood woods hall"
    " hill bell ford fox stone cook baker day fall west cross long small page rice knight mills hunt bush gross klein"
    " lang lange jung frei koch kaiser konig fuchs vogel sommer winter stern berg bauer weiss schwarz braun roth"
    " bianco neri monte costa sala villa leone gallo gatti grasso fiore conte guerra testa serra riva fontana franco"
    " leon campos rios cruz blanco flores rocha"
)
"""Names that are as well words, colours, months, flowers, towns or countries; each needs another name beside it."""


@cache
def given_names() -> frozenset[str]:
    """Give the given names, lower case without accents."""
    return _read("given_names.txt")


@cache
def family_names() -> frozenset[str]:
    """Give the family names, lower case without accents."""
    return _read("family_names.txt")


@cache
def _names() -> frozenset[str]:
    return given_names() | family_names()


def fold(word: str) -> str:
    """Bring a word into the form that the lists have."""
    bare = (
        word
        if word.isascii()
        else "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    )
    return bare.lower().replace("\u2019", "'").strip(".")


def begins_with_given(text: str) -> bool:
    """Say whether a text that looks like a name is capitalised like one and has a known given name in its place."""
    first = text.lstrip()[:1]
    capital = first != first.lower() or first == first.upper()
    words = _words(text)
    return capital and _given_in_place(words) and not _only_words(words) and _written_like_one(text)


def holds_known(text: str) -> bool:
    """Say whether a text that looks like a name has a given name in its place, or a family name at either end."""
    words = _words(text)
    known = _given_in_place(words) or any(word.strip(",") in family_names() for word in (words[:1] + words[-1:]))
    return known and not _only_words(words) and _written_like_one(text)


def _written_like_one(text: str) -> bool:
    """Say whether all words but particles are capitalised, or none is: `Rosa Canina`, and not `Rosa canina`."""
    small = [word for word in text.split() if word[0].islower() and fold(word).partition("'")[0] not in PARTICLES]
    return not small or text.islower()


def _only_words(words: list[str]) -> bool:
    """Say whether all known names among some words are words of the language as well."""
    bare = {word.partition("-")[0].strip(".,") for word in words}
    return not (bare - ALSO_WORDS) & _names() and not _two_known(words)


def _two_known(words: list[str]) -> bool:
    """Say whether a text is two words, and each of them a name: `Rose King`."""
    return len(words) == 2 and all(word in _names() for word in words)


def _words(text: str) -> list[str]:
    """Give a text's words, folded, without the honorific in front."""
    words = fold(text).split()
    while words and words[0].strip(".") in HONORIFICS:
        words = words[1:]
    return words


def _given_in_place(words: list[str]) -> bool:
    """Say whether a given name stands first, behind a comma (and an honorific there), or second of two."""
    places = words[:1] + (words[1:] if len(words) == 2 else [])
    comma = next((at for at, word in enumerate(words[:-1]) if word.endswith(",")), None)
    if comma is not None:
        places += [word for word in words[comma + 1 :] if word.strip(".") not in HONORIFICS][:1]
    return any(word.partition("-")[0].strip(".,") in given_names() for word in places)


def _read(name: str) -> frozenset[str]:
    lines = files("detectors").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
