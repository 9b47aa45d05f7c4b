"""Words, numbers and dates in English and French: one catalogue, two sets of habits.

The sentences stand in `catalogue_en.json` and `catalogue_fr.json`, under the same keys, with the same placeholders.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from reports.interface import ReportError, UnknownLanguageError

LANGUAGES = ("en", "fr")
"""What documents are written in."""
_NARROW = "\u202f"
_FIRM = "\u00a0"
_UNITS = {"en": ("bytes", "kB", "MB", "GB", "TB"), "fr": ("octets", "ko", "Mo", "Go", "To")}
_MISSING = "\u2013"


@cache
def catalogue(lang: str) -> Mapping[str, str | Mapping[str, str]]:
    """Read a language's sentences: a text under each key, or `one` and `other` where a number decides.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    if lang not in LANGUAGES:
        raise UnknownLanguageError(f"language {lang!r} is not known. Valid values are: {', '.join(LANGUAGES)}")
    raw = json.loads(files("reports").joinpath(f"catalogue_{lang}.json").read_text("utf-8"))
    return {
        key: {form: typeset(one, lang) for form, one in text.items()} if isinstance(text, dict) else typeset(text, lang)
        for key, text in raw.items()
    }


def typeset(text: str, lang: str) -> str:
    """Turn typed apostrophes into printed ones; in French, put spaces that do not break before `: ; ? ! » %`."""
    text = text.replace("'", "\u2019")
    if lang != "fr":
        return text
    text = re.sub(r" (?=[;!?])", _NARROW, text)
    text = re.sub(r" (?=[:%»])", _FIRM, text)
    return text.replace("« ", f"«{_FIRM}")


class Words:
    """One language: its sentences, and its way to write numbers, dates and lists."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = catalogue(lang)

    def __call__(self, key: str, n: int | None = None, **values: str | int) -> str:
        """Say a sentence; whole numbers among the values are written as the language does.

        Args:
            key: of the catalogue.
            n: the number that decides between singular and plural; stands as `{n}` in the text.
            values: for the text's other placeholders.
        """
        text = self._texts.get(key)
        if text is None:
            raise ReportError(f"catalogue_{self.lang}.json: no text under {key!r}; add it in both languages")
        if not isinstance(text, str):
            text = text["one" if self._singular(n or 0) else "other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return text.format_map({**shown, "n": self.number(n)})

    def has(self, key: str) -> bool:
        """Whether the catalogue has a text under a key."""
        return key in self._texts

    def _singular(self, n: int) -> bool:
        return abs(n) < 2 if self.lang == "fr" else n == 1

    def number(self, n: int | None) -> str:
        """Write a whole number: `1,234` or `1 234` (narrow and unbreakable); a dash where there is none."""
        if n is None:
            return _MISSING
        return f"{n:,}".replace(",", _NARROW) if self.lang == "fr" else f"{n:,}"

    def decimal(self, x: float, digits: int = 1) -> str:
        """Write a number with decimals: `1,234.5` or `1 234,5`."""
        text = f"{x:,.{digits}f}"
        return text.replace(",", _NARROW).replace(".", ",") if self.lang == "fr" else text

    def percent(self, share: float) -> str:
        """Write a share of 1 in per cent: `12.5%` or `12,5 %`."""
        digits = 0 if share in (0, 1) else 1
        return self.decimal(share * 100, digits) + (f"{_FIRM}%" if self.lang == "fr" else "%")

    def about(self, n: int, up: bool = False) -> str:
        """Write a number to two significant digits, rounded up or down; below a hundred as it is."""
        return self.number(rounded(n, up=up))

    def short(self, n: int) -> str:
        """Write a number in little room: `950`, `4.2 k`, `1.3 M`."""
        for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
            if n >= size:
                return self.decimal(n / size, 0 if n >= 10 * size else 1) + _NARROW + unit
        return str(n)

    def size(self, count: int) -> str:
        """Write a number of bytes in decimal units."""
        power = min(int(math.log10(count)) // 3, 4) if count else 0
        figure = self.number(count) if power == 0 else self.decimal(count / 1000**power)
        return f"{figure}{_FIRM}{_UNITS[self.lang][power]}"

    def date(self, iso: str | None) -> str:
        """Write a day: `23 November 2026`, `23 novembre 2026`; text that is no time stays as it is."""
        moment = _parse(iso)
        if moment is None:
            return iso or _MISSING
        day = "1er" if self.lang == "fr" and moment.day == 1 else str(moment.day)
        return f"{day}{_FIRM}{self(f'month.{moment.month}')} {moment.year}"

    def time(self, iso: str | None) -> str:
        """Write a day and a time of day, in UTC."""
        moment = _parse(iso)
        if moment is None:
            return iso or _MISSING
        return self("time", date=self.date(iso), hour=f"{moment:%H}", minute=f"{moment:%M}")

    def listed(self, items: Sequence[str]) -> str:
        """Join texts: `a, b and c`, `a, b et c`."""
        if len(items) < 2:
            return "".join(items)
        return self("list.and", head=", ".join(items[:-1]), last=items[-1])

    def named(self, kind: str, code: str, n: int = 2) -> str:
        """Say what a code means (`entity`, `category`, `cause`, `status`…); an unknown code stands for itself."""
        key = f"{kind}.{code}"
        return self(key, n) if self.has(key) else code

    def country(self, region: str | None) -> str:
        """Name a country or a region of one; an unknown code stands for itself."""
        return self.named("region", region) if region else self("not_stated.region")

    def countries(self, regions: Sequence[str | None]) -> str:
        """List countries, each once; empty where there is none."""
        if not any(regions):
            return self.country(None) if regions else ""
        named = [self.country(region) if region else self("not_stated.listed") for region in regions]
        return self.listed(list(dict.fromkeys(named)))


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def rounded(n: int, up: bool = False) -> int:
    """Round to two significant digits, up or down; below a hundred nothing is rounded."""
    if n < 100:
        return n
    step: int = 10 ** (len(str(n)) - 2)
    return -(-n // step) * step if up else n // step * step


def _parse(iso: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(iso or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
