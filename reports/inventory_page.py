"""Lays out a data inventory as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.clients import UNASSIGNED
from inventory.model import Change
from reports import phrases
from reports.documents import AssetEntry, DataInventory, FieldEntry, Risk, Sighting, Store
from reports.figures import EXACT_UP_TO
from reports.heat_map import heat_map
from reports.language import Words, capital
from reports.page import (
    Badge,
    Block,
    Cell,
    Column,
    Facts,
    Group,
    Name,
    Page,
    Para,
    Point,
    Points,
    Section,
    Table,
    Tile,
    Tiles,
)

_NAMES_SHOWN = 4


def lay_out(document: DataInventory, w: Words) -> Page:
    """Write a data inventory in one language, block by block."""
    client = w("all_clients") if document.client is None else phrases.client_name(w, document.client)
    subtitle = "inventory.subtitle.unassigned" if document.client == UNASSIGNED else "inventory.subtitle"
    return Page(
        lang=w.lang,
        title=w("inventory.title"),
        subtitle=w(subtitle, client=document.client or client),
        facts=_facts(document, w, client),
        sections=(
            _glance(document, w),
            _risks(document.risks, w),
            phrases.kinds_section(w, document.kinds),
            _stores(document, w),
            phrases.coverage_section(w, document.coverage),
            _hints(document, w),
            _changes(document.changes, w),
            _gaps(document.stores, w),
        ),
        footer=w("footer", version=document.version, time=w.time(document.made_at)),
        contents=w("contents"),
        page_of=w("page_of", page="{page}", pages="{pages}"),
        made_at=document.made_at,
    )


def _facts(document: DataInventory, w: Words, client: str) -> Facts:
    scans = sorted({w.date(store.last_scan): store.last_scan for store in document.stores if store.last_scan}.items(),
                   key=lambda item: item[1] or "")  # fmt: skip
    days = [day for day, _ in scans]
    span = w("range", low=days[0], high=days[-1]) if len(days) > 1 else "".join(days) or w("never")
    facts: list[tuple[str, Cell]] = [(w("label.client"), client)]
    facts += [(w("label.role"), w.named("role", role)) for role in document.roles]
    facts += [(w("label.made"), w.time(document.made_at)), (w("label.last_scan"), span)]
    facts.append((w("label.program"), w("made_by", version=document.version)))
    if document.contact:
        facts.append((w("label.contact"), document.contact))
    if document.mandate:
        facts.append((w("label.mandate"), document.mandate))
    return Facts(tuple(facts))


def _glance(document: DataInventory, w: Words) -> Section:
    blocks: list[Block] = [
        Para(phrases.lead(w, "glance", document), "lead"),
        Tiles(tuple(_tiles(document, w))),
    ]
    if document.kinds and not document.coverage.complete:
        blocks.append(Para(w("glance.incomplete", section=w("coverage.title")), "warning"))
    if document.kinds:
        blocks.append(Para(phrases.how_persons(w, document.persons), "note"))
        blocks.append(Para(phrases.how_records(w, document.records), "note"))
    return Section("glance", w("glance.title"), tuple(blocks))


def _tiles(document: DataInventory, w: Words) -> Iterable[Tile]:
    holding = sorted((store for store in document.stores if store.assets), key=lambda store: not store.region)
    countries = w.countries([store.region for store in holding])
    met = document.coverage.assets - document.coverage.places
    yield Tile(w("label.persons"), phrases.person_range(w, document.persons))
    yield Tile(w("label.records"), phrases.record_range(w, document.records))
    yield Tile(w("label.assets"), w("out_of", document.assets, total=met) if met else w.number(document.assets))
    yield Tile(w("label.countries"), countries or w("unknown"))
    yield Tile(w("label.not_read"), w.number(len(document.coverage.missing)))


def _risks(risks: Sequence[Risk], w: Words) -> Section:
    if not risks:
        return Section("risks", w("risks.title"), (Para(w("risks.none")),))
    return Section("risks", w("risks.title"), (Points(tuple(_point(risk, w) for risk in risks)),))


def _point(risk: Risk, w: Words) -> Point:
    names = tuple(
        source if asset in ("", source) else w("place.asset", source=source, asset=asset)
        for source, asset in risk.places
    )
    more = len(names) - _NAMES_SHOWN
    return Point(
        Badge(w(f"level.{risk.level}"), risk.level),
        w(f"risk.{risk.code}.title", risk.number),
        w(f"risk.{risk.code}.text"),
        names[:_NAMES_SHOWN],
        w("and_more", more) if more > 0 else "",
    )


def _stores(document: DataInventory, w: Words) -> Section:
    blocks: list[Block] = [*heat_map(document.stores, document.kinds, w)]
    blocks += [_store(store, number, document.client is None, w) for number, store in enumerate(document.stores)]
    return Section("stores", w("stores.title"), tuple(blocks) or (Para(w("stores.none")),))


def _store(store: Store, number: int, named: bool, w: Words) -> Section:
    missing = {gap: Badge(w(f"not_stated.{gap}"), "medium") for gap in store.gaps}
    missing_here = (("store.missing", store.assets_missing), ("store.places", store.places_missing))
    met = w.listed([w("store.met", store.assets_met), *(w(key, number) for key, number in missing_here if number)])
    scan = w("scan.of", time=w.time(store.last_scan), status=phrases.scan_status(w, store.last_status))
    facts: tuple[tuple[str, Cell], ...] = (
        (w("label.country"), missing.get("region") or w.country(store.region)),
        (w("label.purpose"), missing.get("purpose") or store.purpose or ""),
        (w("label.recipients"), missing.get("recipients") or w.listed(store.recipients)),
        (w("label.retention"), missing.get("retention") or store.retention or ""),
        (w("label.scan"), scan if store.last_scan else w("never")),
        (w("label.assets_short"), met),
        (w("label.persons"), w("persons.unknown") if store.unread else phrases.person_range(w, store.persons)),
    )
    blocks: list[Block] = [Facts(facts)]
    if store.assets:
        table = _asset_table(store, named, w)
        blocks.append(phrases.folded(w("store.fold", len(store.assets)), table, len(store.assets)))
    else:
        blocks.append(Para(w("store.unread" if store.unread else "store.none")))
    return Section(f"store-{number + 1}", Name(store.source), tuple(blocks))


def _asset_table(store: Store, named: bool, w: Words) -> Table:
    columns = (
        Column(w("label.field"), 4),
        Column(w("label.kind"), 4),
        Column(w("label.distinct"), 2, number=True),
        Column(w("label.count"), 2, number=True),
        Column(w("label.confidence"), 2),
    )
    groups = tuple(
        Group(tuple(_field_row(one, w) for one in asset.fields), Name(asset.asset), _asset_note(asset, named, w))
        for asset in store.assets
    )
    return Table(w("store.caption", place=store.source), columns, groups)


def _asset_note(asset: AssetEntry, named: bool, w: Words) -> str:
    rows = w("asset.rows", max(one.rows_scanned for one in asset.fields))
    if not named:
        return rows
    return f"{phrases.client_name(w, asset.client)} · {rows}"


def _field_row(one: FieldEntry, w: Words) -> tuple[Cell, ...]:
    sure = w("confirmed") if one.status == "confirmed" else w.named("confidence", one.confidence)
    level = "good" if one.status == "confirmed" or one.confidence == "high" else "none"
    return (
        Name(one.field),
        capital(phrases.kind_name(w, one, 1)),
        phrases.approximate(w, one.distinct, exact=(one.distinct or 0) <= EXACT_UP_TO),
        phrases.occurrences(w, one),
        Badge(sure, level),
    )


def _hints(document: DataInventory, w: Words) -> Section:
    blocks: list[Block] = []
    if document.hints:
        blocks.append(Para(w("hints.lead", len(document.hints))))
        table = _hint_table(document.hints, w)
        blocks.append(phrases.folded(w("hints.fold", len(document.hints)), table, len(document.hints)))
    else:
        blocks.append(Para(w("hints.none")))
    if document.dismissed:
        blocks.append(Para(w("dismissed", document.dismissed), "note"))
    return Section("hints", w("hints.title"), tuple(blocks))


def _hint_table(hints: Sequence[Sighting], w: Words) -> Table:
    columns = (
        Column(w("label.asset"), 4),
        Column(w("label.field"), 3),
        Column(w("label.kind"), 4),
        Column(w("label.count"), 2, number=True),
    )
    places = dict.fromkeys(hint.source for hint in hints)
    groups = tuple(
        Group(tuple(_hint_row(hint, w) for hint in hints if hint.source == place), Name(place)) for place in places
    )
    return Table(w("hints.caption"), columns, groups)


def _hint_row(hint: Sighting, w: Words) -> tuple[Cell, ...]:
    kind = capital(phrases.kind_name(w, hint.entry, 1))
    return (Name(hint.asset), Name(hint.entry.field), kind, phrases.occurrences(w, hint.entry))


def _changes(changes: Sequence[Change], w: Words) -> Section:
    if not changes:
        return Section("changes", w("changes.title"), (Para(w("changes.none")),))
    columns = (
        Column(w("label.asset"), 4),
        Column(w("label.field"), 3),
        Column(w("label.change"), 3),
        Column(w("label.kind"), 3),
        Column(w("label.before"), 2, number=True),
        Column(w("label.after"), 2, number=True),
    )
    places = dict.fromkeys(change.source for change in changes)
    groups = tuple(
        Group(tuple(_change_row(change, w) for change in changes if change.source == place), Name(place))
        for place in places
    )
    table = Table(w("changes.caption"), columns, groups)
    fold = phrases.folded(w("changes.fold", len(changes)), table, len(changes))
    return Section("changes", w("changes.title"), (fold,))


def _change_row(change: Change, w: Words) -> tuple[Cell, ...]:
    return (
        Name(change.asset),
        Name(change.field or w.number(None)),
        w.named("change", change.what),
        capital(w.named("entity", change.entity)) if change.entity else w.number(None),
        phrases.plain_number(w, change.before),
        phrases.plain_number(w, change.after),
    )


def _gaps(stores: Sequence[Store], w: Words) -> Section:
    rows = tuple(
        (Name(store.source), w.listed([w(f"gap.{gap}") for gap in store.gaps])) for store in stores if store.gaps
    )
    if not rows:
        return Section("gaps", w("gaps.title"), (Para(w("gaps.none")),) if stores else (Para(w("stores.none")),))
    columns = (Column(w("label.place"), 3), Column(w("label.missing"), 5))
    table = Table(w("gaps.caption"), columns, (Group(rows),))
    return Section("gaps", w("gaps.title"), (Para(w("gaps.lead")), table))
