"""Dates of birth: a date of the last 120 years under a telling header, or right behind words such as `born on`.

Left out on purpose: dates with nothing beside them, years alone, and seconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from detectors.context import BEHIND, ContextDetector, bare
from detectors.interface import Case, Match, Ruling
from detectors.label import line_before
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, share, valid
from detectors.shape import Shape
from detectors.text import plain, words

OLDEST = 120
"""Years: nobody on record but one was older (Jeanne Calment, 122)."""
_NAMES = (
    "jan janv janvier january januar januari gen gennaio janner",
    "feb fev fevr fevrier february februar febbraio feber",
    "mar mars march marz maerz mrz marzo",
    "apr avr avril april aprile",
    "may mai mag maggio",
    "jun juin june juni giu giugno",
    "jul juil juillet july juli lug luglio",
    "aug aou aout august ago agosto",
    "sep sept septembre september set settembre",
    "oct octobre october okt oktober ott ottobre",
    "nov novembre november",
    "dec decembre december dez dezember dic dicembre",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = r"[A-Za-z\u00c0-\u017f]{3,10}\.?"
_YEAR = r"[12][0-9]{3}"
_PATTERN = re.compile(
    rf"(?P<iso>{_YEAR}-[0-9]{{2}}-[0-9]{{2}})(?:[T ][0-9]{{2}}:[0-9:.]{{2,15}}(?:Z|[+-][0-9:]{{2,6}})?)?(?![0-9-])"
    rf"|(?P<day>[0-9]{{1,2}})(?P<mark>[./-])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<year>{_YEAR}|[0-9]{{2}})"
    rf"(?![0-9]|[./-][0-9])"
    rf"|(?P<day_named>[0-9]{{1,2}})(?:er|st|nd|rd|th|\.|\u00ba)?[ \u00a0-]{{1,2}}(?:of )?(?P<name>{_MONTH})"
    rf"[ \u00a0,-]{{1,2}}(?P<year_named>{_YEAR})(?![0-9])"
    rf"|(?P<name_first>{_MONTH})[ \u00a0]{{1,2}}(?P<day_second>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ \u00a0]{{1,2}}"
    rf"(?P<year_last>{_YEAR})(?![0-9])"
    rf"|(?P<joined>{_YEAR}[0-9]{{4}})(?![0-9])"
)
_BEFORE = re.compile(r"[0-9A-Za-z_/.-]$")

_DIRECT = re.compile(
    r"(?:^|[^0-9a-z])(?:ne|nee|ne e|nes|nato|nata|nati|nato a|nata a)(?: (?:a|in|en|au)(?: [^0-9 ]{2,20}){1,4})?"
    r" (?:le|il|en|on) ?$"
)
"""`né le`, `née à Lausanne le`, `nato a Roma il`: only right in front; without accents `ne le` is two other words."""
_POINTS = re.compile("[\u00b7\u2022\u2027\u22c5]")
"""Points of French inclusive writing: `né·e le`."""
_LOOSE = re.compile(
    r"(?:^|[^0-9a-z])(?:born|dob|d o b|birthday|birthdate|birth date|date of birth|naissance|ddn|geboren|geb"
    r"|geburtsdatum|geburtstag|nascita|compleanno)(?: [^0-9 ]{1,20}){0,5} ?$"
)
_BEHIND = re.compile(r"^ ?(?:in(?: [^0-9 ]{2,20}){1,2} )?geboren(?![a-z])")


class BirthDate(ContextDetector):
    """Finds dates of birth; canonical form: ISO 8601. They get no token.

    Where day and month can be told from neither size nor mark, the day is taken to come first.
    """

    entity = "DATE_OF_BIRTH"
    version = 2
    category = "identity"
    tokenised = False
    header_words = words(
        "dob dobs birth births birthdate birthdates birthday birthdays bday bdate dateofbirth born bornon naissance"
        " datenaissance ddn dnaissance neele geburtsdatum geburtstag geb gebdat gebdatum geboren nascita datanascita"
        " datadinascita compleanno natoil"
    )
    near = frozenset((
        "born", "dob", "d o b", "birthday", "birthdate", "birth date", "date of birth", "naissance", "ddn", "geboren",
        "geb", "geburtsdatum", "geburtstag", "nascita", "compleanno", "ne le", "nee le", "ne e le", "nes le", "ne a",
        "nee a", "ne e a", "ne en", "nee en", "ne in", "ne au", "nee au", "nato", "nata", "nati",
    ))  # fmt: skip
    pattern = _PATTERN
    min_digits = 4

    @property
    def gate(self) -> str:
        """Two digits, and within the longest month's length two more."""
        return r"[0-9][^\n]{1,24}[0-9]{2}"

    def check(self, hit: re.Match[str]) -> str | None:
        """Take days that exist, from 120 years ago to today."""
        if _BEFORE.search(hit.string, max(0, hit.start() - 1), hit.start()):
            return None
        return next((one.isoformat() for one in _days(hit) if _plausible(one)), None)

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through the dates; under a telling header a date that fills its cell counts."""
        for hit in self.pattern.finditer(text):
            whole = headed and hit.end() - hit.start() == len(text.strip())
            told = not hit["joined"] and _told(text, *hit.span())
            if not whole and not told:
                continue
            canonical = self.check(hit)
            if canonical is None:
                yield Shape(told, None)
            else:
                yield Shape(told, Match(*hit.span(), 0.85 if told else 0.6, (canonical,), told))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed date into ISO 8601."""
        hit = self.pattern.fullmatch(plain(text))
        canonical = self.check(hit) if hit else None
        return (canonical,) if canonical else ()

    def mask(self, canonical: str) -> str:  # noqa: ARG002 all look the same
        """Show nothing."""
        return "****-**-**"

    def rule(self, case: Case) -> Ruling:
        """Believe a telling header, and words right in front of a date."""
        evidence = case.evidence
        if share(evidence.matches, evidence.candidates) < 0.5:
            return NOTHING, valid(evidence, "a day of the last 120 years")
        if case.supporting:
            return HIGH, valid(evidence, "a day of the last 120 years")
        if case.counter and case.alone:
            return HINT, f"the column's name says otherwise ({case.counter})"
        return MEDIUM, "dates behind words that tell of a birth"


def _told(text: str, start: int, end: int) -> bool:
    front = _POINTS.sub(" ", line_before(text, start))
    if _LOOSE.search(front) or _DIRECT.search(front):
        return True
    return _BEHIND.match(bare(text[end : end + BEHIND].partition("\n")[0])) is not None


def _days(hit: re.Match[str]) -> Iterator[date]:
    """Give the days that a notation may mean, the likeliest first."""
    if written := hit["iso"]:
        parts = [written.split("-")]
    elif written := hit["joined"]:
        parts = [[written[:4], written[4:6], written[6:]]]
    elif hit["name"] or hit["name_first"]:
        name = bare(hit["name"] or hit["name_first"]).strip()
        parts = [
            [hit["year_named"] or hit["year_last"], str(_MONTHS.get(name, 0)), hit["day_named"] or hit["day_second"]]
        ]
    else:
        parts = [[hit["year"], hit["month"], hit["day"]], [hit["year"], hit["day"], hit["month"]]]
    for year, month, day in parts:
        try:
            yield date(_century(int(year)), int(month), int(day))
        except ValueError:
            continue


def _century(year: int) -> int:
    """Complete a year of two digits so that it does not lie ahead."""
    if year >= 100:
        return year
    return 2000 + year if 2000 + year <= _today().year else 1900 + year


def _plausible(day: date) -> bool:
    today = _today()
    return day <= today and today.year - day.year <= OLDEST


def _today() -> date:
    return datetime.now(UTC).date()
