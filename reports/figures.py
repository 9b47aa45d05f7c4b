"""How findings, estimates and coverage lines become the figures that every document shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from inventory.model import CoverageLine, Estimate, Finding, SourceInfo
from reports.documents import NATIONAL_IDS, Coverage, FieldEntry, Kind, KindSampled, Persons, Records
from reports.reasons import whole

ONE_EACH = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", *NATIONAL_IDS})
"""Kinds of which a person mostly leaves one: so many different ones are at least about as many persons."""
SEVERAL_EACH = frozenset({"CREDIT_CARD", "IBAN_CODE", "SOCIAL_HANDLE"})
"""Kinds that point to a person who may well have several: no more persons than different ones, and maybe far fewer."""
UNTOLD = frozenset({"CVV", "CARD_EXPIRY", "POSTAL_CODE", "DATE_OF_BIRTH", "PASSWORD"})
"""Kinds without token: so few values are possible that the number of different ones would say nothing."""
EXACT_UP_TO = 10_000
"""Different values of one field beyond this number are estimated (`inventory.model.Finding.distinct`)."""
CATEGORIES = (
    "identity", "contact", "financial", "credentials", "purchases", "opinions", "social", "browsing", "technical",
)  # fmt: skip
"""The order of categories in every document."""
_STATUSES = ("scanned", "unchanged", "skipped", "truncated", "failed")
_ENDED = frozenset({"complete", "partial"})


def persons(estimates: Iterable[Estimate]) -> Persons:
    """Give the range of persons behind some estimates.

    Low is the largest number of different values of one kind that stands for one person each, high the sum over these
    kinds and those of which a person may have several. With only the latter low is None: there is but an upper limit.
    Where there is personal data and neither, both are None: nothing can be said. Nothing at all gives 0.
    """
    found = list(estimates)
    telling = sorted(
        (one for one in found if one.entity in ONE_EACH | SEVERAL_EACH and one.distinct),
        key=lambda one: (-one.distinct, one.entity),
    )
    if not telling:
        unknown = None if found else 0
        return Persons(unknown, unknown, None, (), exact=not found)
    largest = next((one for one in telling if one.entity in ONE_EACH), None)
    return Persons(
        largest.distinct if largest else None,
        sum(one.distinct for one in telling),
        largest.entity if largest else None,
        tuple(one.entity for one in telling),
        all(one.exact for one in telling),
    )


def persons_in(estimates: Sequence[Estimate], claims: Sequence[Finding]) -> Persons:
    """Give the range of persons behind some claims, from their fields alone where there are no estimates.

    There are none for a place whose name is personal: it is shown masked, and cannot be asked for by that name.
    """
    if estimates or not claims:
        return persons(estimates)
    fields = [Estimate(one.entity, one.category, one.distinct, False, one.count, one.count, 1, 1) for one in claims]
    bare = persons(fields)
    return Persons(bare.low, bare.high, bare.counted_by, tuple(dict.fromkeys(bare.kinds)), exact=False)


def join_persons(parts: Sequence[Persons]) -> Persons:
    """Give the range over several places whose persons may or may not be the same."""
    known = [part for part in parts if part.high is not None]
    if not known:
        return Persons(None, None, None, (), exact=False) if parts else Persons(0, 0, None, (), exact=True)
    largest = max(known, key=lambda part: part.low or 0)
    kinds = tuple(dict.fromkeys(entity for part in known for entity in part.kinds))
    high = sum(part.high or 0 for part in known)
    return Persons(largest.low, high, largest.counted_by, kinds, all(part.exact for part in known))


def records(findings: Iterable[Finding]) -> Records:
    """Give the range of records that hold something claimed.

    In each table, at least as many as its fullest field has matches, at most the sum over its fields; neither
    exceeds the rows that were read. A document that is read as one record (JSON) counts by its matches instead.
    What was found in a sample is left out: how many rows hold it is not known.
    """
    claims = list(findings)
    assets: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for one in claims:
        if one.sampled is None:
            assets[one.client, one.source, one.asset].append(one)
    low = high = 0
    for fields in assets.values():
        rows = max(one.rows_scanned for one in fields)
        if rows == 1:
            rows = sum(one.count for one in fields)
        filled = [min(one.count, rows) for one in fields]
        low += max(filled)
        high += min(rows, sum(filled))
    return Records(low, high, sampled=any(one.sampled is not None for one in claims))


def kinds(estimates: Iterable[Estimate], claims: Iterable[Finding]) -> tuple[Kind, ...]:
    """Order the estimates by category and size, with the number of places that each kind was found in."""
    places: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for one in claims:
        places[one.entity, one.sampled is not None].add(one.source)
    listed = [
        _kind(one, len(places[one.entity, False]), len(places[one.entity, True]))
        for one in estimates
        if one.count or one.sampled
    ]
    return tuple(sorted(listed, key=lambda kind: (category_order(kind.category), -(kind.distinct or 0), kind.entity)))


def _kind(one: Estimate, sources: int, sampled_in: int) -> Kind:
    seen = one.sampled
    sampled = KindSampled(seen.texts, seen.count, seen.fields, seen.assets, sampled_in) if seen else None
    distinct = distinct_or_none(one.entity, one.distinct)
    return Kind(
        one.entity, one.category, distinct, one.exact, one.count, one.records, one.fields, one.assets, sources,
        hashed(one), sampled,
    )  # fmt: skip


def hashed(one: Estimate | Finding) -> int | None:
    """Give how many of some passwords are stored as hashes; None of other entities, and where it is not known."""
    return one.explicit if one.entity == "PASSWORD" else None


def distinct_or_none(entity: str, distinct: int) -> int | None:
    """Give the number of different values, None where the entity's values are not told apart."""
    return None if entity in UNTOLD or distinct == 0 else distinct


def category_order(category: str) -> tuple[int, str]:
    """Sort key of a category; those of a user's own recognizers come last."""
    return (CATEGORIES.index(category) if category in CATEGORIES else len(CATEGORIES), category)


def field_entry(one: Finding) -> FieldEntry:
    """Keep of a finding what a document shows: no samples, no evidence."""
    return FieldEntry(
        one.field, one.entity, one.category, one.count, distinct_or_none(one.entity, one.distinct),
        one.rows_scanned, one.confidence, one.status, one.first_seen, one.last_seen, hashed(one),
        one.sampled,
    )  # fmt: skip


def coverage(lines: Sequence[CoverageLine], sources: Iterable[SourceInfo]) -> Coverage:
    """Sum up coverage lines: what is missing line by line, the rest in numbers.

    `sources` are all that might hold something of the document's scope, whether a line tells of them or not.
    """
    statuses = Counter(line.status for line in lines)
    aside = Counter(line.cause for line in lines if line.status == "skipped" and not line.missing)
    met = {line.source for line in lines}
    known = list(sources)
    stopped = [source for source in known if source.last_status not in _ENDED]
    return Coverage(
        tuple((status, statuses[status]) for status in _STATUSES if statuses[status]),
        tuple(sorted((line for line in lines if line.missing), key=lambda line: (line.source, line.asset))),
        tuple(sorted(aside.items(), key=lambda item: (-item[1], item[0]))),
        sum(map(whole, lines)),
        sum(line.rows or 0 for line in lines),
        sum(line.bytes or 0 for line in lines),
        tuple((source.name, source.last_status) for source in stopped if source.name in met),
        sum(source.name not in met for source in stopped),
        tuple(sorted({source.unsearched for source in known if source.name in met} - {""})),
    )
