"""Numbering plans: which digits are a valid telephone number where, straight from libphonenumber's metadata.

`phonenumbers.parse` and `is_valid_number` take some 25 µs for each region; the same questions asked of the metadata's
own patterns take about one. tests/detectors hold the two to the same answers. Importing this module loads nothing;
the plans of a region are read when it is first asked for. Source: ITU-T E.164; libphonenumber's PhoneNumberMetadata.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from detectors.interface import DetectorError

_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
_SEVEN = 7
NORTH_AMERICA = 1
"""The country code that 25 regions share."""

Lengths = frozenset[int]


@dataclass(frozen=True)
class Area:
    """One region's valid national numbers."""

    general: re.Pattern[str]
    lengths: Lengths
    """Possible lengths of a national number; empty: not said."""
    kinds: tuple[tuple[Lengths, re.Pattern[str]], ...]
    """Patterns of its kinds of number, joined where the lengths agree."""
    leading: re.Pattern[str] | None
    """First digits that mark the region among those that share its country code."""

    def holds(self, national: str) -> bool:
        """Say whether some kind of number of this region has these digits."""
        return self.is_general(national) and any(
            (not lengths or len(national) in lengths) and pattern.fullmatch(national) for lengths, pattern in self.kinds
        )

    def is_general(self, national: str) -> bool:
        """Say whether length and first digits are possible at all."""
        return (not self.lengths or len(national) in self.lengths) and self.general.fullmatch(national) is not None


@dataclass(frozen=True)
class Region:
    """How numbers are written inside one region."""

    code: int
    """Country calling code."""
    trunk: str
    """What is dialled in front inside the country: `0` in France, `1` in Canada, nothing in Spain."""
    strip: re.Pattern[str] | None
    """The trunk prefix as it stands in front of a number."""
    irregular: bool
    """Prefixes are rewritten by rules (Brazil, Argentina…): libphonenumber itself is asked."""
    dialled: re.Pattern[str]
    """What is worth a closer look: matches every number that can be dialled inside the region, and more."""
    bare_forms: bool
    """Some numbers are written without the trunk prefix although there is one: `1800 123 456` in Australia."""
    shortest: int
    """Digits of the shortest number as dialled, seven at most; fewer only in plans of islands and small countries."""
    shortest_first: int
    """Digits of the first group in writing, the trunk prefix included, at least."""
    area: Area


def _area(metadata: Any) -> Area:
    joined: dict[Lengths, list[str]] = {}
    for kind in _KINDS:
        described = getattr(metadata, kind)
        if described is not None and described.national_number_pattern:
            joined.setdefault(frozenset(described.possible_length), []).append(described.national_number_pattern)
    return Area(
        re.compile(metadata.general_desc.national_number_pattern),
        frozenset(metadata.general_desc.possible_length),
        tuple((lengths, re.compile("|".join(f"(?:{one})" for one in found))) for lengths, found in joined.items()),
        re.compile(metadata.leading_digits) if metadata.leading_digits else None,
    )


@cache
def region(name: str) -> Region:
    """Load the plan of a region (ISO 3166-1 alpha-2, capitals).

    Raises:
        DetectorError: libphonenumber knows no such region.
    """
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 160 ms, and only phones need it

    metadata = PhoneMetadata.metadata_for_region(name)
    if metadata is None:
        raise DetectorError(f"phone_regions: {name!r} is no region. Write ISO 3166 codes such as FR, CH, GB")
    prefix = metadata.national_prefix_for_parsing
    forms = metadata.number_format or _main_forms(int(metadata.country_code or 0))
    firsts = [re.match(r"\(\\d(?:\{(\d)[},])?", form.pattern) for form in forms if form.pattern]
    trunk = metadata.national_prefix or ""
    return Region(
        int(metadata.country_code or 0),
        trunk,
        re.compile(prefix) if prefix else None,
        metadata.national_prefix_transform_rule is not None
        or (prefix is not None and "(" in prefix.replace("(?:", "")),
        _dialled(int(metadata.country_code or 0), prefix or ""),
        trunk != "" and any(_is_bare_form(form, metadata.national_prefix_for_parsing) for form in forms),
        _shortest(metadata, trunk),
        len(trunk) + min((int(first[1] or 1) for first in firsts if first), default=1),
        _area(metadata),
    )


def _shortest(metadata: Any, trunk: str) -> int:
    fixed = [length for length in metadata.fixed_line.possible_length or () if length > 0]
    return min(_SEVEN, min(fixed) + len(trunk)) if fixed and max(fixed) <= _SEVEN + 1 else _SEVEN


def _main_forms(code: int) -> Any:
    """Give the formats of the region that leads those of one country code."""
    from phonenumbers import PhoneMetadata, region_code_for_country_code  # noqa: PLC0415 as above

    main = PhoneMetadata.metadata_for_region(region_code_for_country_code(code))
    return main.number_format if main is not None else ()


def _is_bare_form(form: Any, prefix: str | None) -> bool:
    """Say whether a format of seven digits or more writes no trunk prefix."""
    rule = form.national_prefix_formatting_rule or ""
    most = sum(int(size or 1) for size in re.findall(r"\\d(?:\{(?:\d,)?(\d)\})?", form.pattern))
    return most >= _SEVEN and prefix is not None and not re.match(r"[^$]*[0-9]", rule)


def written(name: str, number: str) -> tuple[int, ...]:
    """Give the sizes of the groups in which a valid number (E.164) is written inside its region."""
    import phonenumbers  # noqa: PLC0415 as above

    form = phonenumbers.format_number(phonenumbers.parse(number, name), phonenumbers.PhoneNumberFormat.NATIONAL)
    return tuple(map(len, re.findall("[0-9]+", form)))


def _dialled(code: int, prefix: str) -> re.Pattern[str]:
    """Join what can be dialled: a possible national number, with or without trunk prefix or country code."""
    general = "|".join(f"(?:{area.general.pattern})" for area in areas(code))
    return re.compile(f"(?:{prefix})?(?:{general})|{code}[0-9]+")


@cache
def areas(code: int) -> tuple[Area, ...]:
    """Give the regions that share a country code, the main one first."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata  # noqa: PLC0415 as above

    found = []
    for name in COUNTRY_CODE_TO_REGION_CODE.get(code, ()):
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, name)
        if metadata is not None:
            found.append(_area(metadata))
    return tuple(found)


@cache
def _shared(code: int) -> tuple[re.Pattern[str] | None, tuple[Area, ...]]:
    """Give the leading digits of all marked areas in one pattern, and the unmarked areas."""
    marked = [area.leading.pattern for area in areas(code) if area.leading]
    joined = re.compile("|".join(f"(?:{one})" for one in marked)) if marked else None
    return joined, tuple(area for area in areas(code) if area.leading is None)


def valid(code: int, national: str) -> bool:
    """Say whether a national number is valid under a country code, in whichever of its regions."""
    known = areas(code)
    if len(known) == 1:
        return known[0].holds(national)
    marked, unmarked = _shared(code)
    if marked is None or not marked.match(national):
        return any(area.holds(national) for area in unmarked)
    for area in known:
        if area.leading is None:
            if area.holds(national):
                return True
        elif area.leading.match(national):
            return area.holds(national)
    return False


def international(digits: str) -> str | None:
    """Read digits that start with a country code; gives E.164, or None where they are no valid number."""
    for size in (1, 2, 3):
        known = areas(int(digits[:size])) if digits[:1] != "0" and len(digits) > size + 3 else ()
        if known:
            code = int(digits[:size])
            plan = main_region(code)
            if plan is not None and plan.irregular:
                return _asked(f"+{digits}", None, code)
            number = _without_trunk(plan, digits[size:])
            return f"+{code}{number}" if valid(code, number) else None
    return None


@cache
def main_region(code: int) -> Region | None:
    """Give the region that leads those of one country code; None where the code belongs to no region."""
    from phonenumbers import region_code_for_country_code  # noqa: PLC0415 as above

    name = region_code_for_country_code(code)
    return None if name in ("001", "ZZ") else region(name)


def national(name: str, digits: str) -> str | None:
    """Read digits as somebody in a region would dial them; gives E.164, or None where they are no number there."""
    plan = region(name)
    if plan.irregular:
        return _asked(digits, name, plan.code)
    code = str(plan.code)
    if not plan.dialled.fullmatch(digits):
        return None
    number = digits
    if digits.startswith(code):
        rest = _without_trunk(plan, digits[len(code) :])
        too_long = bool(plan.area.lengths) and len(digits) > max(plan.area.lengths)
        if too_long or (not plan.area.general.fullmatch(digits) and plan.area.general.fullmatch(rest)):
            number = digits[len(code) :]
    number = _without_trunk(plan, number)
    return f"+{code}{number}" if valid(plan.code, number) else None


def _without_trunk(plan: Region | None, digits: str) -> str:
    prefix = plan.strip.match(digits) if plan is not None and plan.strip is not None else None
    if plan is None or prefix is None or not prefix.end():
        return digits
    rest = digits[prefix.end() :]
    if plan.area.general.fullmatch(digits) and not plan.area.general.fullmatch(rest):
        return digits
    possible = not plan.area.lengths or len(rest) in plan.area.lengths or len(rest) > max(plan.area.lengths)
    return rest if possible else digits


def _asked(digits: str, name: str | None, code: int) -> str | None:
    import phonenumbers  # noqa: PLC0415 as above

    try:
        number = phonenumbers.parse(digits, name)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != code or not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
