"""How a street and its number are written: patterns by language, and the words that only end like a street.

Sources: UPU S42 (how addresses are built, by country); La Poste, AFNOR NF Z 10-011, for the kinds of street; Canada
Post and USPS Publication 28, appendix C, for English suffixes.
"""

from __future__ import annotations

import re

from detectors.text import words

_NOT_OF = "(?![ \u00a0]d)"
_FRENCH = (
    r"rue|avenue|av\.|ave\.?|boulevard|boul\.|bd\.?|blvd\.?|chemin|ch\.|place|pl\.|impasse|imp\.|quai|route|rte\.?"
    r"|square|passage|sentier|ruelle|faubourg|fbg|promenade|esplanade|rond-point|venelle|traverse|lotissement|hameau"
    f"|rang|cours{_NOT_OF}|all[\u00e9e]e|mont[\u00e9e]e|cit[\u00e9e]|r[\u00e9e]sidence|c\u00f4te"
)
"""`10 cours de danse` are lessons."""
_ALWAYS = "rue|avenue|av[.]|boulevard|bd[.]?|impasse|all[\u00e9e]e|quai|ruelle|faubourg"
"""Kinds that are hardly ever another word, so that the name may be in lower case: `12 rue de la gare`."""
_ENGLISH = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Crescent|Cres|Terrace|Parkway|Pkwy|Highway|Hwy"
_ENGLISH_LOOSE = "Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Close|Row|Walk|Circle|Cir|Trail|Trl"
_GERMAN = "stra(?:\u00df|ss)e|str[.]|gasse|weg|platz|allee"
_ITALIAN = "via|viale|piazza|piazzale|corso|vicolo|largo|strada|lungomare"
_BOX = r"P\.?[ ]?O\.?[ ]?Box|Postfach|Case postale|Casella postale|Bo[i\u00ee]te postale"

BOX_WORDS = frozenset(("po box", "p o box", "postfach", "case postale", "casella postale", "boite postale"))
"""Words before the number of a box, as `detectors.context` has them."""
NO_STREET = frozenset((
    "parkplatz", "arbeitsplatz", "spielplatz", "sitzplatz", "stellplatz", "stehplatz", "ausbildungsplatz",
    "studienplatz", "startplatz", "speicherplatz", "festplatz", "umweg", "ausweg", "irrweg", "hinweg", "rueckweg",
    "ruckweg", "fahrweg", "transportweg", "heimweg", "schulweg", "arbeitsweg", "vertriebsweg", "rechtsweg",
    "einbahnstrasse", "autostrasse", "produktionsstrasse",
))  # fmt: skip
"""German words that only end like a street."""
KINDS = words(
    "rue avenue av ave boulevard boul bd blvd chemin ch place pl impasse imp allee quai route rte cours square passage"
    " sentier ruelle faubourg montee promenade street st road rd lane ln drive dr court ct way crescent terrace close"
    " via viale piazza corso vicolo strasse gasse weg platz po box postfach case postale bp"
)
"""Words of a folded address that say nothing of where it is."""

# the parts of an address; each ends where the next begins, so that time stays with the length of the text
_GAP = "[ \u00a0]{1,2}"
_SIDE = "[A-Ha-h]"
_NUMBER = f"[0-9]{{1,5}}(?:[ \u00a0]?(?:bis|ter|quater)|[ \u00a0]?{_SIDE})?(?:[/-][0-9]{{1,4}}[a-z]?)?"
_LETTER = "[A-Za-z\u00c0-\u024f'\u2019-]"
_CAPITAL = "[A-Z\u00c0-\u00de][A-Za-z\u00c0-\u024f'\u2019.-]{0,30}"
_LINK = (
    "(?:(?:de|du|des|de la|de l|la|le|les|l|d|\u00e0|aux?|sur|sous|et|en|dei|del|della|delle|di|da|degli|san|santa)"
    "(?:['\u2019]|[ \u00a0]{1,2}))"
)
_DAY = f"[0-9]{{1,2}}(?:er)?{_GAP}(?:{_CAPITAL}|[a-z\u00e0-\u00fc]{{3,9}})(?:{_GAP}(?:18|19|20)[0-9]{{2}})?"
_NAMED = f"(?:{_LINK}{{0,3}}(?:{_CAPITAL}|{_DAY})(?:[ \u00a0-]{{1,2}}(?:{_LINK}{{0,2}}{_CAPITAL})){{0,4}})"
_IN_LOWER_CASE = f"(?:{_LINK}{{1,3}}{_LETTER}{{3,30}}(?:[ \u00a0-](?:{_LINK}{{0,2}}){_CAPITAL}){{0,3}})"
_STREET = f"(?:(?i:{_FRENCH}){_GAP}{_NAMED}|(?i:{_ALWAYS}){_GAP}{_IN_LOWER_CASE})"
_END = "(?![0-9A-Za-z\u00c0-\u024f])"
_NO_AMOUNT = "(?![.,/:-][0-9]|[ \u00a0]?[%\u20ac$])"
_LAST = f"[0-9]{{1,4}}[ \u00a0]?(?:bis|ter|{_SIDE})?(?:[/-][0-9]{{1,4}}[a-z]?)?{_END}{_NO_AMOUNT}"
_FLAT = (
    f"(?:,?{_GAP}(?:Apt|Apartment|Unit|Suite|Ste|Flat|Appt?|App\\.|Bte|Bo\u00eete)\\.?{_GAP}#?[0-9]{{1,5}}[A-Za-z]?"
    f"{_END})?"
)
_POINT = f"(?:North|South|East|West|[NSEW]\\.?){_GAP}"

_FORMS = {
    "number_first": f"{_NUMBER},?{_GAP}{_STREET}{_FLAT}",
    "number_last": f"{_STREET},?{_GAP}(?:n\u00b0{_GAP}?)?{_LAST}",
    "german": (
        f"(?:(?:{_CAPITAL}[ \u00a0-]){{0,2}}[A-Z\u00c0-\u00de][a-z\u00df-\u00ff-]{{1,30}}(?:{_GERMAN})"
        f"|(?:{_CAPITAL}[ \u00a0-]){{1,2}}(?:Stra(?:\u00df|ss)e|Gasse|Weg|Platz|Allee)){_GAP}{_LAST}"
    ),
    "english": (
        f"{_NUMBER}{_GAP}(?:{_POINT})?(?:(?:{_CAPITAL}|[0-9]{{1,3}}(?:st|nd|rd|th)){_GAP}){{1,3}}(?:{_ENGLISH})\\b\\.?"
        f"(?:{_GAP}(?:North|South|East|West|[NSEW]{{1,2}})\\b)?{_FLAT}"
    ),
    "box": f"(?i:{_BOX}){_GAP}(?:n\u00b0 ?)?[0-9]{{1,6}}{_END}",
    "loose_english": f"{_NUMBER}{_GAP}(?:{_CAPITAL}{_GAP}){{1,3}}(?:{_ENGLISH_LOOSE})\\b\\.?{_FLAT}",
    "loose_italian": (
        f"(?i:{_ITALIAN}){_GAP}{_LINK}{{0,2}}{_CAPITAL}(?:[ \u00a0]{_LINK}{{0,2}}{_CAPITAL}){{0,3}},?{_GAP}"
        f"(?:n\\.{_GAP}?)?{_LAST}"
    ),
    "loose_box": rf"(?:B\.?P\.?|C\.P\.){_GAP}[0-9]{{1,6}}{_END}",
}
_ALL_FORMS = "|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items())
STREET = re.compile(f"(?<![0-9A-Za-z\u00c0-\u024f])(?:{_ALL_FORMS})")
"""Any of the forms; the name of the group that matched is the form, and starts with `loose` where other words may
have it by chance: `24 Hour Drive`, `via Gateway 3`, `BP 120`."""

_ANY_KIND = f"{_FRENCH.replace(_NOT_OF, '')}|{_ITALIAN}|{_GERMAN}|{_ENGLISH}|{_ENGLISH_LOOSE}"
_FRENCH_PLAIN = _FRENCH.replace(_NOT_OF, "")
STREET_GATE = (
    rf"(?i)(?:(?:^|[^0-9A-Za-z])(?:{_FRENCH_PLAIN}|{_ITALIAN})|{_GERMAN})[ \x{{00A0}}][^\n]*[0-9]"
    rf"|[0-9][^\n]*[ \x{{00A0}}](?:{_FRENCH_PLAIN}|{_ENGLISH}|{_ENGLISH_LOOSE})(?:[^0-9A-Za-z]|$)"
    r"|(?:box|postfach|postale|\bb\.?p\.?|c\.p\.)[ \x{00A0}]"
)
"""An RE2 pattern that every text with one of the forms matches."""
STREET_THEN_CODE = rf"(?is)(?:{_ANY_KIND}|box|postfach|postale|\bb\.?p\.?|c\.p\.)[ \x{{00A0}},.].*[0-9]{{4}}"
"""An RE2 pattern for a street or box with four digits anywhere behind it."""

_STREET_WORD = re.compile(
    f"(?i)(?:^|[ \u00a0,])(?:(?:{_FRENCH}|{_ITALIAN})(?=[ \u00a0])|(?:{_ENGLISH}|{_ENGLISH_LOOSE})(?![A-Za-z])"
    f"|{_LETTER}{{2,30}}(?:{_GERMAN})(?![a-z]))"
)
_NUMBERED = re.compile(
    f"{_NUMBER},?{_GAP}[A-Za-z\u00c0-\u024f].{{2,90}}"
    f"|[A-Za-z\u00c0-\u024f].{{1,90}}?[ \u00a0,]{{1,2}}(?:n\u00b0 ?)?[0-9]{{1,4}} ?{_SIDE}?",
    re.DOTALL,
)
_NO_ADDRESS = re.compile(
    r"(?i)[@<>{}\[\]=]|://|^www\.|^0x|[0-9a-f]{12}|[0-9]{7}|:[0-9]|^[0-9. :/-]+$|(?:19|20)[0-9]{2}"
    "|^[0-9]{1,2} (?:jan|f[e\u00e9]v|feb|ma[iyrg]|m[a\u00e4]r|a[pv]r|ju[nil]|giu|lug|gen|a[ou][u\u00fbg]|ago|se[pt]"
    "|o[ck]t|ott|nov|d[e\u00e9]c|dez|dic)[a-z\u00e9]{0,7}$|^[a-z]{3,9} [0-9]{1,2}$"
)
"""What addresses of other kinds, hashes and dates have; a short word and a number are `page 3` as well."""
_LONGEST = 120


def could_be_address(line: str) -> bool:
    """Say whether a line could be an address, taken that a header says so: it has a number and words, or a street."""
    if len(line) > _LONGEST or _NO_ADDRESS.search(line):
        return False
    return _NUMBERED.fullmatch(line) is not None or _STREET_WORD.search(line) is not None
