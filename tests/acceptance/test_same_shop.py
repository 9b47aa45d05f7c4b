"""The same shop in SQLite, PostgreSQL and MariaDB gives the same findings, counts and located records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from detectors.registry import TABLE_ENTITIES
from examples.shop import truth
from examples.shop.planted import CARD, EMAIL, IBAN, IP, PASSWORD, PHONE, POSTCODE, STREET
from examples.shop.rows import Shop
from examples.shop.schema import TABLES, VIEW
from tests.acceptance.conftest import ENGINES, Scanned
from tests.acceptance.engines import table_of
from tests.acceptance.program import Place

ENTITIES = (EMAIL, PHONE, CARD, IBAN, IP, STREET)
"""Kinds by which a person is looked up."""
COUNTED = (POSTCODE, PASSWORD)
"""Kinds that are counted only."""
TABLES_TELL = {
    ("orders", "customer_id", "PURCHASES"),
    ("reviews", "customer_id", "OPINIONS"),
    ("visits", "customer_id", "BROWSING"),
}
BY_COLUMN = ("PERSON", "LOCATION")
APART = frozenset((*TABLE_ENTITIES, *BY_COLUMN, "USER_AGENT"))
"""Kinds with tests of their own."""
SAMPLED = 50


def agreement(claims: set[Place], wanted: set[Place]) -> float:
    """F1 over the fields."""
    return 2 * len(claims & wanted) / (len(claims) + len(wanted))


def in_cells(claims: dict[Place, tuple[int, int]]) -> dict[Place, tuple[int, int]]:
    """Leave out what is planted in no cell, or is looked at by itself below."""
    return {place: figures for place, figures in claims.items() if place[2] not in APART}


def test_a_column_is_claimed_when_it_holds_the_entity_and_a_trap_is_not(in_engine: Scanned) -> None:
    claims, wanted = set(in_cells(in_engine.program.claims())), truth.fields(in_engine.planted)
    assert agreement(claims, wanted) >= 0.97, {"missed": wanted - claims, "wrong": claims - wanted}


def test_the_files_of_an_account_are_judged_as_well(account: Scanned) -> None:
    claims, wanted = set(in_cells(account.program.claims())), truth.fields(account.planted)
    assert agreement(claims, wanted) >= 0.97, {"missed": wanted - claims, "wrong": claims - wanted}


NAMES = {
    ("customers", "first_name", "PERSON"),
    ("customers", "last_name", "PERSON"),
    ("addresses", "city", "LOCATION"),
}
IN_FILES = {
    ("api/orders.json", "$.orders[*].customer.name", "PERSON"),
    ("exports/clients_2026-11.csv", "Nom", "PERSON"),
    ("exports/clients_2026-11.csv", "Prénom", "PERSON"),
}


def test_columns_of_names_and_towns_are_claimed_and_no_others(in_engine: Scanned, account: Scanned) -> None:
    """The shop has products, suppliers, carriers and colours besides."""
    of_names = {place for place in by_table(in_engine.program.claims()) if place[2] in BY_COLUMN}
    assert of_names == NAMES
    in_files = {place for place in account.program.claims() if place[2] in BY_COLUMN and "!" not in place[0]}
    assert in_files == IN_FILES


def test_browsers_are_claimed_where_visits_are_kept_and_nowhere_else_in_a_database(in_engine: Scanned) -> None:
    browsers = {place for place in by_table(in_engine.program.claims()) if place[2] == "USER_AGENT"}
    assert browsers == {("visits", "user_agent", "USER_AGENT")}


def test_all_engines_give_the_same_findings_and_counts(scan_of: Callable[[str], Scanned]) -> None:
    sqlite, postgresql, mariadb = (by_table(scan_of(engine).program.claims()) for engine in ENGINES)
    assert sqlite == postgresql
    assert sqlite == mariadb


def by_table(claims: dict[Place, tuple[int, int]]) -> dict[Place, tuple[int, int]]:
    return {(table_of(asset), field, entity): figures for (asset, field, entity), figures in claims.items()}


def test_counts_are_those_of_what_was_planted(in_engine: Scanned) -> None:
    """In columns that hold nothing else; a log line's version may look like an address."""
    matches: dict[Place, list[str]] = defaultdict(list)
    for one in in_engine.planted:
        matches[one.asset, one.field, one.value.entity].append(one.value.canonical)
    claims = in_engine.program.claims()
    for place, values in matches.items():
        if place[1] != "message":
            count, distinct = claims[place]
            assert count == len(values), place
            assert distinct == (0 if place[2] in COUNTED else len(set(values))) or place[2] == PHONE, place


def test_tables_tell_what_customers_bought_thought_and_looked_at(in_engine: Scanned, shop: Shop) -> None:
    claims = by_table(in_engine.program.claims())
    told = {place: count for place, (count, _) in claims.items() if place[2] in TABLE_ENTITIES}
    assert told == {place: len(shop.rows[place[0]]) for place in TABLES_TELL}


def test_phones_in_two_notations_may_count_twice_and_never_less_than_once(in_engine: Scanned) -> None:
    """Nobody can tell whether `079 555 12 34` and `+41 79 555 12 34` are one number without the country."""
    values: dict[Place, set[str]] = defaultdict(set)
    for one in in_engine.planted:
        values[one.asset, one.field, one.value.entity].add(one.value.canonical)
    claims = in_engine.program.claims()
    phones = {place: len(numbers) for place, numbers in values.items() if place[2] == PHONE}
    assert [place for place, least in phones.items() if not least <= claims[place][1] <= 2 * least] == []


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_record_of_a_person_is_located_and_none_else_in_a_database(in_engine: Scanned, entity: str) -> None:
    hold_against_truth(in_engine, entity)


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_record_of_a_person_is_located_and_none_else_in_an_account(account: Scanned, entity: str) -> None:
    hold_against_truth(account, entity)


def hold_against_truth(scanned: Scanned, entity: str) -> None:
    """Locate a sample of persons by one kind of identifier."""
    places: dict[str, set[Place]] = defaultdict(set)
    for one in scanned.planted:
        if one.value.entity == entity:
            places[one.value.canonical].add(one.place)
    sample = sorted(places)[:: max(1, len(places) // SAMPLED)][:SAMPLED]
    located = scanned.program.located(entity, sample)
    wrong = [
        {"identifier": number, "missing": places[value] - found, "too many": found - places[value]}
        for number, (value, found) in enumerate(zip(sample, located, strict=True))
        if found != places[value]
    ]
    assert wrong == []


def test_somebody_unknown_is_nowhere(in_engine: Scanned) -> None:
    assert in_engine.program.located(EMAIL, ["nobody@example.org"]) == [set()]


def test_a_view_is_skipped_and_every_table_scanned(in_engine: Scanned) -> None:
    lines = {table_of(line["asset"]): line["status"] for line in in_engine.program.ask("coverage")}
    assert lines[VIEW[0]] == "skipped"
    assert {lines[table.name] for table in TABLES} == {"scanned"}


def test_every_row_was_read_once(in_engine: Scanned, shop: Shop) -> None:
    assert in_engine.answer["rows"] == sum(len(rows) for rows in shop.rows.values())
    assert in_engine.answer["status"] == "complete"


def test_what_could_not_be_read_stands_in_the_coverage(account: Scanned) -> None:
    lines = {line["asset"]: line for line in account.program.ask("coverage")}
    assert lines["api/catalogue.json"]["status"] in ("failed", "truncated")
    assert lines["api/catalogue.json"]["reason"]
    assert lines["www/assets/logo.png"]["status"] == "skipped"
    assert account.answer["status"] == "partial"


def test_a_second_scan_reads_nothing_that_is_unchanged(account: Scanned) -> None:
    before = account.program.claims()
    again = account.program.ask("scan", account.target, expect=(3,))
    assert again["assets"]["unchanged"] == account.answer["assets"]["scanned"]  # type: ignore[index]
    assert account.program.claims() == before
