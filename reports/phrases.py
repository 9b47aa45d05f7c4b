"""Sentences and tables that the data inventory and the breach sheet share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory.clients import UNASSIGNED
from inventory.model import CoverageLine
from reports.documents import Coverage, Document, FieldEntry, Kind, Persons, Records
from reports.figures import SEVERAL_EACH
from reports.language import Words, capital, rounded
from reports.page import Block, Cell, Column, Detailed, Figure, Fold, Group, Name, Number, Para, Section, Table
from reports.plots import Bar, bars, divided
from reports.reasons import meaning, whole

_UNREAD_BY_CHOICE = frozenset({"excluded", "format", "link"})
_UNSEARCHED = {"off": "unsearched.off", "not installed": "unsearched.missing"}
FOLD_ABOVE = 12
"""Tables with more rows than this stay folded on a screen until somebody opens them."""


def person_range(w: Words, persons: Persons) -> str:
    """Write the range of persons in figures, rounded outwards: `about 4,200 to 9,800`, or `up to 9,800`."""
    if persons.high is None:
        return w("persons.unknown")
    if persons.high == 0:
        return w("persons.none")
    if persons.low is None:
        return w("range.up_to", high=w.about(persons.high, up=True))
    return _range(w, persons.low, persons.high)


def record_range(w: Words, records: Records) -> str:
    """Write the range of records in figures, rounded outwards."""
    if records.high == 0 and records.sampled:
        return w("records.unknown")
    return _range(w, records.low, records.high)


def _range(w: Words, low: int, high: int) -> str:
    if low == high:
        return w.number(low) if low < 100 else w("about", rounded(low))
    key = "range" if high < 100 else "range.about"
    return w(key, low=w.about(low), high=w.about(high, up=True))


def people(w: Words, persons: Persons) -> str:
    """Write the range of persons with its noun."""
    return w("found.persons", persons.high or 0, text=person_range(w, persons))


def how_persons(w: Words, persons: Persons) -> str:
    """Say in words what the range of persons rests on."""
    if persons.high is None:
        return w("persons.how.unknown")
    kinds = w.listed([w.named("entity", one) for one in persons.kinds])
    if not persons.counted_by:
        return w("persons.how.up_to", kinds=kinds)
    kind = w.named("entity", persons.counted_by)
    if len(persons.kinds) == 1:
        return w("persons.how.single", kind=kind)
    several = w.listed([w.named("entity", one) for one in persons.kinds if one in SEVERAL_EACH])
    told = w("persons.how", kind=kind, kinds=kinds)
    return " ".join((told, w("persons.how.several", kinds=several))) if several else told


def lead(w: Words, prefix: str, document: Document) -> str:
    """Say in one sentence what was found, how far it goes, or why nothing can be said."""
    coverage = document.coverage
    if not document.kinds:
        if not coverage.assets or (coverage.missing and not coverage.read):
            return w("glance.unread")
        return w("glance.none" if coverage.complete else "glance.none.incomplete")
    ending = ".lead.unknown" if document.persons.high is None else ".lead"
    return w(
        prefix + ending,
        kinds=w("found.kinds", len(document.kinds)),
        assets=w("found.assets", document.assets),
        persons=people(w, document.persons),
    )


def approximate(w: Words, number: int | None, exact: bool) -> Number:
    """Write a number of different values, marked where it is an estimate."""
    return Number(w.number(number) if exact or number is None else w("approximate", number))


def plain_number(w: Words, number: int | None) -> Number:
    """Write a number for a table."""
    return Number(w.number(number))


def client_name(w: Words, client: str) -> str:
    """Name a client; what belongs to none is said in the page's language."""
    return w("unassigned") if client == UNASSIGNED else client


def kind_name(w: Words, one: Kind | FieldEntry, n: int = 2) -> str:
    """Name a kind of data; of passwords it counts whether they stand there in clear text."""
    if one.hashed is None:
        return w.named("entity", one.entity, n)
    how = "hashed" if one.hashed >= one.count else "mixed" if one.hashed else "clear"
    return w.named("entity", f"{one.entity}.{how}", n)


def kinds_section(w: Words, found: Sequence[Kind]) -> Section:
    """Show every kind: bars of the different values, then the table by category."""
    title = w("kinds.title")
    if not found:
        return Section("kinds", title, (Para(w("kinds.none")),))
    blocks: list[Block] = [*_kind_bars(w, found), _kind_table(w, found)]
    if any(not kind.exact for kind in found):
        blocks.append(Para(w("estimated"), "note"))
    if any(kind.distinct is None for kind in found):
        blocks.append(Para(w("untold"), "note"))
    if any(kind.sampled for kind in found):
        blocks.append(Para(w("sampled"), "note"))
    blocks += [
        Para(w("passwords.how", clear=kind.count - kind.hashed, hashed=kind.hashed), "note")
        for kind in found
        if kind.hashed and kind.hashed < kind.count
    ]
    return Section("kinds", title, tuple(blocks))


def _kind_bars(w: Words, found: Sequence[Kind]) -> Iterable[Figure]:
    told = sorted((kind for kind in found if kind.distinct), key=lambda kind: -(kind.distinct or 0))
    if len(told) > 1:
        items = [
            Bar(
                capital(kind_name(w, kind)),
                kind.distinct or 0,
                approximate(w, kind.distinct, kind.exact).text,
            )
            for kind in told
        ]
        alt = "; ".join(w("bars.item", kind=item.label, value=item.shown) for item in items)
        yield Figure(w("bars.caption"), alt, bars(items, w("bars.caption")))


def _kind_table(w: Words, found: Sequence[Kind]) -> Table:
    titles = {"distinct": 3, "count": 3, "records": 3, "fields": 2, "assets_short": 2, "places": 3}
    figures = (Column(w(f"label.{one}"), width, number=True) for one, width in titles.items())
    columns = (Column(w("label.kind"), 5), *figures)
    categories = dict.fromkeys(kind.category for kind in found)
    groups = tuple(
        Group(
            tuple(row for kind in found if kind.category == category for row in _kind_rows(w, kind)),
            w.named("category", category),
        )
        for category in categories
    )
    return Table(w("kinds.caption"), columns, groups)


def _kind_rows(w: Words, kind: Kind) -> Iterable[tuple[Cell, ...]]:
    name, seen = capital(kind_name(w, kind)), kind.sampled
    if kind.count:
        figures: tuple[int | None, ...] = (kind.count, kind.records, kind.fields, kind.assets, kind.sources)
        yield (name, approximate(w, kind.distinct, kind.exact), *(plain_number(w, figure) for figure in figures))
    if seen:
        figures = (None, seen.count, None, seen.fields, seen.assets, seen.sources)
        yield (w("kind.sampled", seen.texts, kind=name), *(plain_number(w, figure) for figure in figures))


def occurrences(w: Words, one: FieldEntry) -> Number:
    """Write how often a field holds a kind, marked where only a sample was looked through."""
    return plain_number(w, one.count) if one.sampled is None else Number(w("count.sampled", one.count))


def how_records(w: Words, records: Records) -> str:
    """Say in words what the range of records rests on."""
    return " ".join((w("records.how"), w("records.sampled"))) if records.sampled else w("records.how")


def coverage_section(w: Words, coverage: Coverage) -> Section:
    """Show what was not read and why; what was left out for good reason stands apart."""
    title = w("coverage.title")
    blocks: list[Block] = []
    if coverage.assets:
        met = w("store.met", coverage.assets - coverage.places)
        blocks.append(
            Para(w("coverage.lead", met=met, records=w("found.records", coverage.rows), size=w.size(coverage.bytes)))
        )
        blocks.append(_coverage_bar(w, coverage))
        blocks.append(Para(_verdict(w, coverage)))
    else:
        blocks.append(Para(w("coverage.none")))
    blocks += [
        Para(w("coverage.unfinished", place=place, status=scan_status(w, status)), "warning")
        for place, status in coverage.unfinished
    ]
    if coverage.unreached:
        blocks.append(Para(w("coverage.unreached", coverage.unreached), "warning"))
    blocks += [Para(w(_UNSEARCHED.get(why, "unsearched.off")), "warning") for why in coverage.unsearched]
    if coverage.missing:
        table = _missing_table(w, coverage)
        blocks.append(folded(_unread(w, coverage), table, len(coverage.missing)))
    if coverage.aside:
        blocks.append(_aside_table(w, coverage))
    return Section("coverage", title, tuple(blocks))


def _unread(w: Words, coverage: Coverage) -> str:
    """Count what is missing: tables and files by number, and places of which nobody knows what they hold."""
    places = sum(map(whole, coverage.missing))
    counted = (("found.assets", len(coverage.missing) - places), ("found.places", places))
    return w.listed([w(key, number) for key, number in counted if number])


def _verdict(w: Words, coverage: Coverage) -> str:
    if coverage.missing:
        return w("coverage.missing")
    unread = _UNREAD_BY_CHOICE & {cause for cause, _ in coverage.aside}
    return w("coverage.all" if coverage.complete and not unread else "coverage.nofail")


def scan_status(w: Words, status: str | None) -> str:
    """Say how a scan ended."""
    return w.named("scan", status) if status else w("never")


def _coverage_bar(w: Words, coverage: Coverage) -> Figure:
    parts = [
        (status, number, w("bars.item", kind=capital(w.named("status", status)), value=w.number(number)))
        for status, number in coverage.statuses
    ]
    return Figure(w("coverage.bar"), "; ".join(words for _, _, words in parts), divided(parts, w("coverage.bar")))


def _missing_table(w: Words, coverage: Coverage) -> Table:
    columns = (Column(w("label.unread"), 4), Column(w("label.status"), 2), Column(w("label.why"), 5))
    places = dict.fromkeys(line.source for line in coverage.missing)
    groups = tuple(
        Group(
            tuple(
                (Name(line.asset), w.named("status", line.status), why(w, line))
                for line in coverage.missing
                if line.source == place
            ),
            Name(place),
        )
        for place in places
    )
    return Table(w("coverage.caption"), columns, groups)


def why(w: Words, line: CoverageLine) -> Cell:
    """Say why in the page's language, the engine's own English sentence in small type below."""
    return Detailed(meaning(w, line), line.reason) if line.reason else meaning(w, line)


def _aside_table(w: Words, coverage: Coverage) -> Table:
    columns = (Column(w("label.reason"), 3), Column(w("label.number"), 1, number=True), Column(w("label.why"), 6))
    rows = tuple(
        (capital(w.named("aside", cause) or w("unknown")), plain_number(w, number), _meaning(w, cause))
        for cause, number in coverage.aside
    )
    return Table(w("coverage.aside"), columns, (Group(rows),))


def _meaning(w: Words, cause: str) -> str:
    return w(f"cause.{cause}") if w.has(f"cause.{cause}") else ""


def folded(summary: str, table: Table, rows: int) -> Fold:
    """Put a table behind a line; a short one stays open."""
    return Fold(summary, (table,), open=rows <= FOLD_ABOVE)
