"""What needs attention first, and why: rules over the claims, the coverage and the places of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.model import Change, Finding
from reports.documents import NATIONAL_IDS, Coverage, Risk, Store
from reports.figures import hashed
from reports.reasons import whole

_LEVELS = ("critical", "high", "medium", "low")
_OPEN = ("web root", "public bucket")


def risks(
    claims: Sequence[Finding], stores: Sequence[Store], coverage: Coverage, changes: Sequence[Change]
) -> tuple[Risk, ...]:
    """Judge what was found; the gravest first."""
    judged = [*_findings(claims), *_gaps(stores, coverage), *_news(changes)]
    return tuple(sorted(judged, key=lambda risk: _LEVELS.index(risk.level)))


def _findings(claims: Sequence[Finding]) -> Iterable[Risk]:
    within_reach = [one for one in claims if not set(_OPEN).isdisjoint(one.places)]
    yield from _risk("open_critical", "critical", [one for one in within_reach if one.risk == "critical"])
    yield from _risk("open", "high", [one for one in within_reach if one.risk != "critical"])
    cards = [one for one in claims if one.entity == "CREDIT_CARD"]
    codes = [one for one in claims if one.entity == "CVV"]
    # PCI DSS 4.0.1, requirement 3.3.1: the code must not be kept after authorisation, encrypted or not.
    beside = {_place(one) for one in cards} & {_place(one) for one in codes}
    yield from _risk("card_with_cvv", "critical", [one for one in codes if _place(one) in beside])
    yield from _risk("cvv", "critical", [one for one in codes if _place(one) not in beside])
    clear = [(one, one.count - (hashed(one) or 0)) for one in _told(claims)]
    yield from _passwords("passwords_clear", "critical", clear)
    # PCI DSS 4.0.1, requirement 3.5.1: a number that is kept must be unreadable.
    yield from _risk("cards", "high", cards)
    untold = [one for one in claims if one.category == "credentials" and hashed(one) is None]
    yield from _risk("credentials", "high", untold)
    yield from _risk("national_ids", "high", [one for one in claims if one.entity in NATIONAL_IDS])
    yield from _risk("accounts", "medium", [one for one in claims if one.entity == "IBAN_CODE"])
    yield from _passwords("password_hashes", "medium", [(one, hashed(one) or 0) for one in _told(claims)])


def _told(claims: Sequence[Finding]) -> list[Finding]:
    """Give the passwords of which it is known how they are stored."""
    return [one for one in claims if hashed(one) is not None]


def _passwords(code: str, level: str, counted: Sequence[tuple[Finding, int]]) -> Iterable[Risk]:
    """Count the passwords that are stored in one way, by the findings that have any."""
    found = [(one, count) for one, count in counted if count]
    if found:
        places = tuple(dict.fromkeys(_place(one) for one, _ in found))
        yield Risk(code, level, sum(count for _, count in found), len(found), places)


def _gaps(stores: Sequence[Store], coverage: Coverage) -> Iterable[Risk]:
    for code, wanted in (("unread_place", True), ("unread", False)):
        unread = [(line.source, line.asset) for line in coverage.missing if whole(line) is wanted]
        places = tuple(dict.fromkeys(unread))
        if places:
            yield Risk(code, "medium", len(places), 0, places)
    nowhere = tuple((store.source, "") for store in stores if store.assets and not store.region)
    if nowhere:
        yield Risk("region_unknown", "medium", len(nowhere), 0, nowhere)


def _news(changes: Sequence[Change]) -> Iterable[Risk]:
    new = [change for change in changes if change.what == "finding_new"]
    if new:
        places = tuple(dict.fromkeys((change.source, change.asset) for change in new))
        yield Risk("new", "low", len(new), len(new), places)


def _risk(code: str, level: str, found: Sequence[Finding]) -> Iterable[Risk]:
    if found:
        places = tuple(dict.fromkeys(_place(one) for one in found))
        yield Risk(code, level, sum(one.count for one in found), len(found), places)


def _place(one: Finding) -> tuple[str, str]:
    return (one.source, one.asset)
