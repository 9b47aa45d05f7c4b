"""Looks at located records again, in the stores themselves: whether each still holds what it was found for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.errors import ConnectorError
from connectors.interface import Asset, Batch, Ended, Part, Source, take
from connectors.registry import open_source
from detectors.column import ColumnDetector
from detectors.interface import BETWEEN_READINGS, ColumnMatches
from inventory.model import Record
from inventory.store import Inventory
from scanner.errors import SettingsError
from scanner.settings import Settings
from scanner.targets import resolve
from subjects.locate import Identifier, Located

Answers = dict[int, bool | None]
"""By the identity of each record; records hold a locator, and so cannot be keys themselves."""
Held = Mapping[tuple[str, tuple[Part, ...]], set[bytes]]
"""Field and locator to the tokens that stand there now."""


def look_again(inventory: Inventory, located: Located, settings: Settings) -> list[bool | None]:
    """Say for each record whether it still holds the identifier; None where its store cannot be read now."""
    by_source: dict[str, list[Record]] = defaultdict(list)
    for record in located.records:
        by_source[record.source].append(record)
    answers: Answers = {}
    # as a scan reads it, since much counts only under a column's name; names in free text are nobody's identifier
    detector = ColumnDetector(replace(settings.detect, ner="off"))
    for name, records in by_source.items():
        answers |= _in_source(inventory, name, records, located.identifiers, settings, detector)
    return [answers.get(id(record)) for record in located.records]


def _in_source(  # noqa: PLR0913, PLR0917 each is another thing
    inventory: Inventory,
    name: str,
    records: Sequence[Record],
    asked: Sequence[Identifier],
    settings: Settings,
    detector: ColumnDetector,
) -> Answers:
    wanted: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        wanted[record.asset].append(record)
    answers: Answers = {}
    try:
        target = resolve([name], settings.sources, settings.bounds)[0]
        with open_source(target.spec) as source:
            for asset in _assets(source, set(wanted)):
                for inside, batches in _batches(source, asset, wanted):
                    held = _held(inventory, batches, wanted[inside], detector)
                    answers |= {id(record): _holds(held, record, asked) for record in wanted[inside]}
    except (ConnectorError, SettingsError):
        return answers
    return answers


def _assets(source: Source, names: set[str]) -> Iterator[Asset]:
    """Find the assets with some names, and the packs that hold them."""
    for met in source.assets():
        if not isinstance(met, Asset):
            continue
        here = {name for name in names if name == met.name or (met.pack and name.startswith(f"{met.name}!"))}
        if here:
            yield met
            names -= here
            if not names:
                return


def _batches(
    source: Source, asset: Asset, wanted: Mapping[str, Sequence[Record]]
) -> Iterator[tuple[str, Iterable[Batch]]]:
    """Read the wanted records of an asset again; a pack is gone through up to the last thing that is wanted of it."""
    if not asset.pack:
        slots = sorted({record.slots for record in wanted[asset.name]}, key=repr)
        yield asset.name, source.fetch(asset, slots)
        return
    left = {name for name in wanted if name == asset.name or name.startswith(f"{asset.name}!")}
    name, found = "", list[Batch]()
    for told in source.contents(asset):
        if isinstance(told, Asset):
            name, found = told.name, []
        elif isinstance(told, Batch) and name in left:
            places = {record.slots for record in wanted[name]}
            rows = [row for row in range(told.columns.num_rows) if told.locators.at(row) in places]
            found += [take(told, rows)] if rows else []
        elif isinstance(told, Ended) and name in left:
            yield name, found
            left.discard(name)
            if not left:
                return


def _held(inventory: Inventory, batches: Iterable[Batch], records: Sequence[Record], detector: ColumnDetector) -> Held:
    fields, entities = {record.field for record in records}, {record.entity for record in records}
    held: dict[tuple[str, tuple[Part, ...]], set[bytes]] = defaultdict(set)
    for batch in batches:
        for name, column in zip(batch.columns.schema.names, batch.columns.columns, strict=True):
            for found in detector.detect(column, name) if name in fields else ():
                if found.entity in entities:
                    for row, tokens in _tokens(inventory, found):
                        held[name, batch.locators.at(row)] |= tokens
    return held


def _tokens(inventory: Inventory, found: ColumnMatches) -> Iterator[tuple[int, set[bytes]]]:
    """Give the tokens of each match's readings, by row."""
    keys = [
        {inventory.tokens.token(found.entity, reading) for reading in key.split(BETWEEN_READINGS)}
        for key in found.keys.to_pylist()
    ]
    for row, at in zip(found.rows.tolist(), found.index.tolist(), strict=True):
        yield row, keys[at]


def _holds(held: Held, record: Record, asked: Sequence[Identifier]) -> bool:
    tokens = held.get((record.field, record.slots), set())
    return any(token in tokens for _, token in asked[record.identifier].probes)
