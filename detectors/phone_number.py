"""Telephone numbers in national and international notation, valid in libphonenumber's plans of the configured regions.

A bare run of digits counts where it starts with the trunk prefix 0; without it only where it fills its cell or a word
in front says telephone, and then weakly. `explicit` here means: a `+`, a `00`, separators, or that word in front.
Sources: ITU-T E.123 (notation), E.164 (numbers), RFC 3966 (`tel:`); libphonenumber's metadata for validity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property

from detectors import numbering
from detectors.interface import Case, Match, Ruling
from detectors.phone_groups import (
    Group,
    alike,
    dates_apart,
    digits_of,
    gap,
    is_company,
    parted,
    plausible,
    segments,
    windows,
)
from detectors.phone_verdict import phones
from detectors.shape import Shape, ShapeDetector
from detectors.text import ALNUM, FIRST_DIGIT, FOREIGN_DIGIT, ascii_digits, before, labelled_otherwise, plain, words

_SEPARATOR = "(?:[ \u00a0\u2007\u2009\u202f\u2010-\u2014.()/-]|%20|&nbsp;|&#160;)"
_PLUS = re.compile("(?:\\+|%2[Bb]|\uff0b)[ (]{0,2}$")
_BLANK = re.compile("[ \u00a0\u2007\u2009\u202f][^0-9]{0,3}")
COUNTING = "0123456789012345"
_IDLE = re.compile(r"[0-9]{16,}|(?:19|20)[0-9]{2}([-./])[01][0-9]\1[0-3][0-9](?: [0-2][0-9])?")
"""Long runs, and the dates of machines."""

_GAP = "(?:&#160;|[^0-9]{1,6})"
_VIABLE = re.compile(
    rf"(?<![0-9])0(?:{_GAP}?[0-9]){{6}}|(?<![0-9.-])[0-9]{{7,}}(?![0-9.-])"
    rf"|(?<![0-9])(?:1{_GAP})?[2-9][0-9]{{2}}{_GAP}[2-9][0-9]{{2}}{_GAP}?[0-9]{{4}}(?![0-9])"
)
"""What a chain of groups must hold to be worth a closer look: a trunk prefix 0, a whole long run, or 3-3-4 digits."""

_EXTENSION = re.compile(
    r"(?i)[ ,;]{0,2}(?:x|#|ext(?:ension)?\.?|;ext=|poste|durchwahl|int(?:erno)?\.)[ :.]{0,2}[0-9]{1,6}(?![0-9A-Za-z])"
)
PHONE_LABEL = re.compile(
    r"(?<![a-z])(?:t[eé]l|t[eé]l[eé]phone|phone|mobile?|cell|cellulare|cellulaire|portable|natel|fax|handy|gsm|sms|whatsapp|wa\.me"
    r"|call(?:back)?|appel(?:er|ez)?|joindre|rufnummer|telefon[eo]?|telefonnummer|desk|msisdn)"
    r"(?:[\s_-]?(?:n[°o]?|no|nr|num|number|num[eé]ro|is|me at))?[\s\"'=:.,/°-]{0,4}$"
)
_ACCOUNT_LABEL = re.compile(
    r"(?<![a-z])(?:account|acct|compte|konto|kto|conto|blz|contrat|contract|vertrag|police|policy|dossier|lot|batch)"
    r"(?:[\s._-]{0,2}(?:n[°or]?|no|nr|num|number|num[eé]ro|nummer))?[\s\"'=:#.,°-]{0,4}$"
)
"""What a bare run with a leading 0 may be besides; a card may be labelled so, a phone is not."""
_TYPED_LABEL = re.compile(r"(?i)^(?:tel|telephone|téléphone|tél|phone|callto|sms|fax|mobile)\s*[:.]?\s*")
_TYPED = re.compile(r"\+?[0-9 \u2010-\u2015.()/\-]+")
_DECIMALS = re.compile(r"(?:^|[^0-9])0,$")

_USUAL_FEWEST = 7
"""Digits of the shortest number that counts by itself; a shorter one has to fill its cell or to be labelled."""
_MOST_SHAPED = 15
"""E.164 has no more."""
MOST_DIGITS = 18


@cache
def _chain_of(fewest: int) -> re.Pattern[str]:
    return re.compile(rf"{FIRST_DIGIT}(?:{_SEPARATOR}{{0,3}}[0-9]){{{fewest - 1},}}")


class PhoneNumber(ShapeDetector):
    """Finds telephone numbers; canonical form: E.164, one reading for each region that a national notation fits."""

    entity = "PHONE_NUMBER"
    category = "contact"
    version = 2
    header_words = words(
        "phone phones phonenumber tel tels telephone telephones telno mobile mobiles cell cellphone fax msisdn whatsapp"
        " sms gsm portable natel handy telefon telefonnummer rufnummer mobil festnetz mobiltelefon telefono cellulare"
        " telefonnr telnr handynr handynummer mobilnummer"
    )

    @property
    def gate(self) -> str:
        """Seven digits, or fewer in the plans of small countries, with at most three separators between them."""
        return rf"[0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{{self.fewest - 1}}}|{FOREIGN_DIGIT}"

    @cached_property
    def fewest(self) -> int:
        """Digits of the shortest number of the configured regions, seven at most."""
        return min((numbering.region(name).shortest for name in self.settings.phone_regions), default=_USUAL_FEWEST)

    def _shaped(self, count: int) -> bool:
        """Say whether so many digits could be a number by their count alone."""
        return self.fewest <= count <= _MOST_SHAPED

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through the chains of digits and separators; each may hold several numbers, dates and amounts."""
        if text.isdigit() and text.isascii():
            if self._shaped(len(text)):
                match = self._bare(text, text, (0, len(text)), extension=False)
                yield Shape(explicit=False, match=match)
            return
        text = ascii_digits(text)
        for chain in _chain_of(self.fewest).finditer(text):
            yield from self._chain(text, chain)

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed number into E.164: one reading for each configured region in which it is valid."""
        typed = _EXTENSION.sub("", _TYPED_LABEL.sub("", ascii_digits(plain(text)).replace("%2B", "+"))).strip()
        if not _TYPED.fullmatch(typed):
            return ()
        digits = re.sub("[^0-9]", "", typed.replace("(0)", "") if typed.startswith("+") else typed)
        if typed.lstrip("( ").startswith("+"):
            return _one(numbering.international(digits))
        return self._abroad(digits) or self._national(digits)

    def mask(self, canonical: str) -> str:
        """Show the country code's start and the last two digits: `+33*******78`."""
        return canonical[:3] + "*" * max(0, len(canonical) - 5) + canonical[-2:]

    def _chain(self, text: str, chain: re.Match[str]) -> Iterator[Shape]:
        start, run = chain.start(), chain.group()
        sign = _PLUS.search(text, max(0, start - 5), start)
        plus = sign is not None
        start = sign.start() if sign else start
        if _IDLE.fullmatch(run) or (plus and text[start - 1 : start] == "+"):  # `+++090/9337/55493+++`
            return
        if not plus and _is_part(text, start):
            behind = _BLANK.search(text, *chain.span())
            if behind is not None and (rest := chain.re.match(text, behind.end(), chain.end())):
                yield from self._chain(text, rest)
            return
        if not plus and run.isdigit():
            yield from self._segment(text, [chain.span()], None)
            return
        if not plus and not _VIABLE.search(run) and self._all_regular():
            if len(run) < 2 * MOST_DIGITS:
                yield Shape(explicit=False, match=None)
            return
        for groups in segments(text, *chain.span(), plus=plus):
            for part in [groups] if plus else dates_apart(text, groups):
                yield from self._segment(text, part, start if plus else None)
            plus = False

    def _segment(self, text: str, groups: list[Group], plus: int | None) -> Iterator[Shape]:
        """Look for numbers that take all groups; failing that, for one with a few more groups at its sides."""
        at = 0
        while at < len(groups) and groups[-1][1] - groups[at][0] >= self.fewest:
            match, high = self._first(text, groups, at, plus if at == 0 else None)
            if match is None and at == 0 and plus is not None and text[groups[0][0]] == "0":
                match, high = self._first(text, groups, 0, None)  # `+06 12 34 56 78`
            if match is None:
                rest = groups[at:]
                if self._shaped(sum(end - start for start, end in rest[:16])):
                    yield Shape(plus is not None or (len(rest) > 1 and any(self.fitting(text, rest))), None)
                return
            yield Shape(match.explicit, match)
            at = high

    def _first(self, text: str, groups: list[Group], at: int, plus: int | None) -> tuple[Match | None, int]:
        """Find the first number from one group on; gives it and the group behind it."""
        for low, high in windows(at, len(groups)):
            taken = groups[low:high]
            alone = high - low == len(groups)
            if self.fewest <= sum(end - start for start, end in taken) <= MOST_DIGITS and (
                alone or parted(text, groups, low, high, fresh=low == at)
            ):
                match = self._whole(text, taken, plus if low == 0 else None)
                if match is not None:
                    return match, high
        return None, at

    def _whole(self, text: str, groups: list[Group], plus: int | None) -> Match | None:
        """Check whether these groups are one number, and nothing more or less."""
        start, end = groups[0][0] if plus is None else plus, groups[-1][1]
        extension = _EXTENSION.match(text, end)
        end = extension.end() if extension else end
        if _continues(text, end, groups, plus=plus is not None):
            return None
        digits = digits_of(text, groups, international=plus is not None)
        if plus is not None:
            return _match(start, end, 0.9, _one(numbering.international(digits.removeprefix("00"))))
        if len(groups) == 1 or len(digits) < _USUAL_FEWEST:
            return self._bare(text, digits, (start, end), extension=extension is not None)
        abroad = self._abroad(digits) if groups[0][1] - groups[0][0] > 1 else ()
        if abroad:
            return _match(start, end, 0.85, abroad)
        if len(groups) == 2 and gap(text, groups, 0) == ".":
            return None
        start -= text[start - 1 : start] == "(" and ")" in gap(text, groups, 0)
        known = self._is_dialled(text, groups, digits)
        return _match(start, end, 0.75, self._national(digits)) if known else None

    def _is_dialled(self, text: str, groups: list[Group], digits: str) -> bool:
        """Say whether the digits are a number of some region, grouped as somebody there would."""
        sizes = tuple(end - start for start, end in groups)
        if is_company(text, groups, sizes):
            return False
        fitting = any(numbering.national(name, digits) for name in self.fitting(text, groups))
        return fitting or self._as_written(digits, sizes)

    def _as_written(self, digits: str, sizes: tuple[int, ...]) -> bool:
        """Say whether libphonenumber groups the number so in some region; that tells where no trunk prefix does."""
        for name in self.settings.phone_regions:
            plan = numbering.region(name)
            regular = plan.trunk == "0" and digits[0] != "0" and not plan.bare_forms
            if regular or (plan.code == numbering.NORTH_AMERICA and len(digits) > _USUAL_FEWEST):
                continue
            number = numbering.national(name, digits)
            if number is not None and alike(sizes, numbering.written(name, number)):
                return True
        return False

    def fitting(self, text: str, groups: list[Group]) -> Iterator[str]:
        """Give the regions in which somebody would group a number so."""
        sizes = tuple(end - start for start, end in groups)
        for name in self.settings.phone_regions:
            if plausible(text, groups, sizes, numbering.region(name)):
                yield name

    def _all_regular(self) -> bool:
        """Say whether every configured region writes its numbers with a 0 in front or as North America does."""
        plans = map(numbering.region, self.settings.phone_regions)
        return all(
            (plan.trunk == "0" and not plan.bare_forms) or plan.code == numbering.NORTH_AMERICA for plan in plans
        )

    def _bare(self, text: str, digits: str, span: tuple[int, int], *, extension: bool) -> Match | None:
        if digits in COUNTING:
            return None
        if len(digits) < _USUAL_FEWEST:
            return self._short(text, digits, span)
        label = before(text, span[0])
        labelled = label != "" and PHONE_LABEL.search(label) is not None
        if digits[0] != "0":
            alone = len(text) < 2 * MOST_DIGITS and text.strip() == digits
            if not (labelled or extension or alone):
                return None
            return _match(*span, 0.45 if labelled else 0.2, self._national(digits), explicit=labelled)
        if (
            not labelled
            and label
            and (label[-1] in "/#" or _ACCOUNT_LABEL.search(label) or labelled_otherwise(text, span[0]))
        ):
            return None
        return _match(*span, 0.5, self._abroad(digits) or self._national(digits), explicit=labelled)

    def _short(self, text: str, digits: str, span: tuple[int, int]) -> Match | None:
        """Read four to six digits, as islands have them: labelled, or alone in their cell and weakly."""
        labelled = PHONE_LABEL.search(before(text, span[0])) is not None
        if not labelled and text.strip() != text[slice(*span)]:
            return None
        return _match(*span, 0.45 if labelled else 0.2, self._national(digits), explicit=labelled)

    def _abroad(self, digits: str) -> tuple[str, ...]:
        """Read digits behind the prefix that leads out of a country: 00, and 011 in North America."""
        if digits.startswith("00"):
            return _one(numbering.international(digits[2:]))
        if digits.startswith("011") and len(digits) > 12 and not {"US", "CA"}.isdisjoint(self.settings.phone_regions):
            return _one(numbering.international(digits[3:]))
        return ()

    def _national(self, digits: str) -> tuple[str, ...]:
        found = (numbering.national(name, digits) for name in self.settings.phone_regions)
        return tuple(dict.fromkeys(number for number in found if number is not None))

    def rule(self, case: Case) -> Ruling:
        """Weigh notation, header, declared type, and what the cells are like (`detectors.phone_verdict`)."""
        return phones(case, lambda digits: bool(self._national(digits)))


def _one(number: str | None) -> tuple[str, ...]:
    return () if number is None else (number,)


def _match(start: int, end: int, score: float, readings: tuple[str, ...], *, explicit: bool = True) -> Match | None:
    return Match(start, end, score, readings, explicit) if readings else None


def _is_part(text: str, start: int) -> bool:
    """Say whether what stands in front makes the digits a part of something else: a code, a decimal, a time zone."""
    if start == 0:
        return False
    last = text[start - 1]
    if last in ALNUM:
        return text[max(0, start - 3) : start - 2] != "%"
    if last in "-." and start > 1 and text[start - 2] in ALNUM:
        return PHONE_LABEL.search(before(text, start)) is None
    return last == "," and _DECIMALS.search(text, max(0, start - 3), start) is not None


def _continues(text: str, end: int, groups: list[Group], *, plus: bool) -> bool:
    """Say whether what stands behind takes the digits along: letters, a code's next part, minutes, an e-mail's sign."""
    grouped, last = len(groups) > 1 or plus, groups[-1]
    following = text[end : end + 2]
    if not following:
        return False
    if following[0] in ALNUM:
        return True
    if following[0] == "@" or following == "%4":
        return not plus and " " not in text[groups[0][0] : last[1]]
    if following[0] == "-" and following[1:] in ALNUM and following[1:]:
        # no code has a plus in front, or blanks between its digits and hyphens behind
        return not plus and (not grouped or "-" in text[groups[0][0] : last[1]])
    return following[0] == ":" and following[1:].isdigit() and grouped and last[1] - last[0] <= 2
