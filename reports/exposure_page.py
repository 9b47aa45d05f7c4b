"""Lays out a breach sheet as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports import phrases
from reports.documents import ClientShare, Country, Exposure
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

_REST = ("nature", "contact", "consequences", "measures")


def lay_out(document: Exposure, w: Words) -> Page:
    """Write a breach sheet in one language, block by block."""
    return Page(
        lang=w.lang,
        title=w("exposure.title"),
        subtitle=w("exposure.subtitle", scope=_scope(document, w)),
        facts=_facts(document, w),
        sections=(
            _glance(document, w),
            phrases.kinds_section(w, document.kinds),
            _clients(document.clients, w),
            _countries(document.countries, w),
            phrases.coverage_section(w, document.coverage),
            _rest(w),
        ),
        footer=w("footer", version=document.version, time=w.time(document.made_at)),
        contents=w("contents"),
        page_of=w("page_of", page="{page}", pages="{pages}"),
        made_at=document.made_at,
    )


def _scope(document: Exposure, w: Words) -> str:
    source = document.source or w("scope.all")
    return w("scope.asset", asset=document.asset, source=source) if document.asset else source


def _facts(document: Exposure, w: Words) -> Facts:
    facts: list[tuple[str, Cell]] = [
        (w("label.scope"), _scope(document, w)),
        (w("label.made"), w.time(document.made_at)),
        (w("label.program"), w("made_by", version=document.version)),
    ]
    if document.as_of:
        facts.insert(1, (w("label.as_of"), w.time(document.as_of)))
    return Facts(tuple(facts))


def _glance(document: Exposure, w: Words) -> Section:
    blocks: list[Block] = [
        Para(phrases.lead(w, "exposure", document), "lead"),
        Tiles(tuple(_tiles(document, w))),
    ]
    if document.kinds and not document.coverage.complete:
        blocks.append(Para(w("glance.incomplete", section=w("coverage.title")), "warning"))
    if document.kinds:
        blocks.append(Para(phrases.how_persons(w, document.persons), "note"))
        blocks.append(Para(phrases.how_records(w, document.records), "note"))
    if document.hints:
        blocks.append(Para(w("exposure.hints", document.hints), "note"))
    if document.dismissed:
        blocks.append(Para(w("dismissed", document.dismissed), "note"))
    return Section("glance", w("glance.title"), tuple(blocks))


def _tiles(document: Exposure, w: Words) -> Iterable[Tile]:
    countries = w.countries([country.region for country in document.countries])
    yield Tile(w("label.persons"), phrases.person_range(w, document.persons))
    yield Tile(w("label.records"), phrases.record_range(w, document.records))
    yield Tile(w("label.clients"), w.number(len(document.clients)))
    yield Tile(w("label.countries"), countries or w("unknown"))
    yield Tile(w("label.not_read"), w.number(len(document.coverage.missing)))


def _clients(clients: Sequence[ClientShare], w: Words) -> Section:
    title = w("exposure.clients.title")
    if not clients:
        return Section("clients", title, (Para(w("exposure.clients.none")),))
    columns = (
        Column(w("label.client"), 3),
        Column(w("label.role"), 2),
        Column(w("label.persons"), 3, number=True),
        Column(w("label.records"), 3, number=True),
        Column(w("label.kinds"), 5),
    )
    rows = tuple(_client_row(client, w) for client in clients)
    table = Table(w("exposure.clients.caption"), columns, (Group(rows),))
    blocks: list[Block] = [phrases.folded(w("exposure.clients.fold", len(rows)), table, len(rows))]
    if any(client.role == "processor" for client in clients):
        blocks.append(Para(w("exposure.clients.processor"), "note"))
    return Section("clients", title, tuple(blocks))


def _client_row(client: ClientShare, w: Words) -> tuple[Cell, ...]:
    return (
        Name(phrases.client_name(w, client.client)),
        w.named("role_short", client.role) if client.role else w("unknown"),
        phrases.person_range(w, client.persons),
        phrases.record_range(w, client.records),
        capital(w.listed([phrases.kind_name(w, kind) for kind in client.kinds])),
    )


def _countries(countries: Sequence[Country], w: Words) -> Section:
    title = w("exposure.countries.title")
    if not countries:
        return Section("countries", title, (Para(w("kinds.none")),))
    columns = (
        Column(w("label.country"), 3),
        Column(w("label.places"), 3),
        Column(w("label.persons"), 3, number=True),
        Column(w("label.records"), 3, number=True),
        Column(w("label.kinds"), 5),
    )
    table = Table(w("exposure.countries.caption"), columns, (Group(tuple(_country_row(one, w) for one in countries)),))
    blocks: list[Block] = [table, Para(w("exposure.countries.where"), "note")]
    if any(len(country.sources) > 1 for country in countries):
        blocks.append(Para(w("persons.how.countries"), "note"))
    return Section("countries", title, tuple(blocks))


def _country_row(country: Country, w: Words) -> tuple[Cell, ...]:
    return (
        w.country(country.region),
        Name(", ".join(country.sources)),
        phrases.person_range(w, country.persons),
        phrases.record_range(w, country.records),
        capital(w.listed([w.named("entity", entity) for entity in country.entities])),
    )


def _rest(w: Words) -> Section:
    points = tuple(
        Point(Badge("☐", "none"), w(f"exposure.rest.{one}.title"), w(f"exposure.rest.{one}.text")) for one in _REST
    )
    return Section(
        "rest",
        w("exposure.rest.title"),
        (Para(w("exposure.rest.lead")), Points(points), Para(w("exposure.rest.clock"), "note")),
    )
