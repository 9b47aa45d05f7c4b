"""Names and messages without the personal data in them: for reports, errors and logs."""

from __future__ import annotations

import re
from functools import cache

from detectors.interface import Detector, DetectSettings, Match
from detectors.registry import make
from detectors.shape import ShapeDetector

_DIGITS = re.compile(r"[0-9](?:[ .()/-]{0,2}[0-9]){6,}")
"""Seven digits or more, separators between them allowed: what a message never shows."""
_NAME_PART = re.compile(r"[0-9]+")
_MOMENT = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}[._-]?(?:0[1-9]|1[0-2])[._-]?(?:0[1-9]|[12][0-9]|3[01])(?:[T ._-]?(?:[01][0-9]|2[0-3])"
    r"(?:[h:._-]?[0-5][0-9](?:[m:._-]?[0-5][0-9])?)?)?(?![0-9])"
    r"|(?<![0-9])1[0-9]{9}(?:[0-9]{3}|[0-9]{6})?(?![0-9])"
    r"|(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])[._-](?:0[1-9]|1[0-2])[._-](?:19|20)[0-9]{2}(?![0-9])"
)
"""Dates, times and seconds, milliseconds or microseconds since 1970."""

_NOBODYS = frozenset({"BIC"})
"""What names a bank and no person: it may stand in names and messages."""

_SURE_PHONE = 9
"""Digits from which a part of a name that is nothing but a valid number counts as one."""


@cache
def _detectors() -> tuple[Detector, ...]:
    return tuple(one for one in make(DetectSettings()) if one.entity not in _NOBODYS)


def redact(text: str) -> str:
    """Mask every personal value and every long run of digits; the rest of the text stays as it is."""
    masked = _replace(text, _found(text))
    return _DIGITS.sub(lambda run: re.sub("[0-9]", "*", run.group()), masked)


def personal(text: str) -> bool:
    """Say whether a name (of a file, table, column, JSON member, database) is by itself personal data."""
    return bool(_in_name(text))


def mask_name(text: str) -> str:
    """Mask what is personal in a name; the rest stays readable."""
    return _replace(text, _in_name(text))


def _found(text: str) -> list[tuple[int, int, str]]:
    """Find start, end and mask of each value; where two overlap, the entity that stands first in `DETECTORS` wins."""
    found: list[tuple[int, int, str]] = []
    for detector in _detectors():
        for match in detector.find(text):
            _add(found, match, detector.mask(match.readings[0]))
    return sorted(found)


def _add(found: list[tuple[int, int, str]], match: Match, mask: str) -> None:
    if all(match.end <= start or end <= match.start for start, end, _ in found):
        found.append((match.start, match.end, mask))


def _in_name(text: str) -> list[tuple[int, int, str]]:
    """Find the personal parts of a name, its dates and times left aside."""
    if not any(character.isdigit() for character in text) and "@" not in text and "%" not in text and ":" not in text:
        return []
    bare = _MOMENT.sub(lambda moment: "_" * len(moment.group()), text)
    found: list[tuple[int, int, str]] = []
    digits, lowered = sum(map(str.isascii, filter(str.isdigit, bare))), bare.lower()
    for detector in _detectors():
        if not _possible(detector, digits, lowered):
            continue
        for match in detector.find(bare):
            if match.explicit or detector.entity not in ("PHONE_NUMBER", "IP_ADDRESS"):
                _add(found, match, detector.mask(match.readings[0]))
        if detector.entity == "PHONE_NUMBER":
            _add_bare_phones(found, bare, detector)
    return sorted(found)


def _possible(detector: Detector, digits: int, lowered: str) -> bool:
    """Say whether a text may hold a match, by its number of ASCII digits and the text in lower case."""
    if not isinstance(detector, ShapeDetector):
        return True
    return digits >= detector.min_digits and (
        not detector.literals or any(literal in lowered for literal in detector.literals)
    )


def _add_bare_phones(found: list[tuple[int, int, str]], text: str, phones: Detector) -> None:
    """Take a part of a name that is nothing but a plausible number, also where the detector asks for more context."""
    for run in _NAME_PART.finditer(text):
        if len(run.group()) < _SURE_PHONE or not _stands_alone(text, *run.span()):
            continue
        readings = phones.parse(run.group())
        if readings:
            _add(found, Match(*run.span(), 0.5, readings), phones.mask(readings[0]))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a run of digits is a whole part of a name: between slashes, underscores, ends, or before a suffix."""
    return (start == 0 or text[start - 1] in "/\\!_ ") and (end == len(text) or text[end] in "/\\!_ .")


def _replace(text: str, found: list[tuple[int, int, str]]) -> str:
    parts, behind = [], 0
    for start, end, mask in found:
        parts += [text[behind:start], mask]
        behind = end
    return "".join([*parts, text[behind:]])
