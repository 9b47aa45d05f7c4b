"""What every database connector must do: written once, inherited in three lines.

An engine's test module derives a class from `TableContract` and has a `store` fixture of module scope: a store that
`load` has filled, with the rights of a scan and no more.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import pyarrow as pa
import pytest

from connectors import tables
from connectors.errors import ConnectorError
from connectors.interface import BATCH_BYTES, BATCH_ROWS, Asset, Batch, Chunk, Part, Source, SourceSpec, Unread
from connectors.registry import open_source

MANY = 150_000
"""Rows of the large tables: three batches."""
HOSTILE = """o'Brien"; DROP TABLE people; -- `%s` =cmd()|é.<b>"""
"""A name that a table and a column bear."""
RESERVED = "select"
SECRET = "not-the-pass%77ord"
DENIED = "closed"
"""A table that the role of the scan must not be able to read, where the engine knows roles."""


@dataclass(frozen=True)
class Store:
    """A loaded store of one engine."""

    spec: SourceSpec
    prefix: str
    """What stands before the table in an asset's name: `shop.public.`."""
    has_rights: bool = True
    """Whether the engine knows roles: then `closed` cannot be read."""
    state: Callable[[], object] = lambda: None
    """Gives something that differs once the store was written to."""
    refused: SourceSpec | None = None
    """The same with the password `SECRET`, which is wrong; None where the engine knows none."""


def load(execute: Callable[[str], object], quote: Callable[[str], str], filler: Callable[[int], str]) -> None:
    """Fill a store with the tables that the contract asks for.

    Args:
        execute: runs one statement with all rights.
        quote: quotes an identifier.
        filler: gives an SQL expression for a text of that many characters.
    """
    digits = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(10))
    execute("CREATE TABLE digits (n INTEGER NOT NULL PRIMARY KEY)")
    execute(f"INSERT INTO digits {digits}")
    numbers = (
        "SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n AS n "
        "FROM digits a, digits b, digits c, digits d, digits e, digits f WHERE f.n < 2"
    )
    people = f"SELECT n, 'person number' FROM ({numbers}) AS s WHERE n < {MANY}"
    execute("CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(60))")
    execute(f"INSERT INTO people {people}")
    execute("CREATE TABLE journal (id INTEGER, entry VARCHAR(60))")
    execute(f"INSERT INTO journal {people}")
    execute(
        "CREATE TABLE orders (shop VARCHAR(40) NOT NULL, n INTEGER NOT NULL, note VARCHAR(60), PRIMARY KEY (n, shop))"
    )
    shops = " UNION ALL ".join(f"SELECT '{s}' AS shop" for s in ("a''b", 'c"d', "é %s", "", "z;--"))
    execute(f"INSERT INTO orders SELECT shop, n, 'note' FROM ({shops}) AS s, ({numbers}) AS m WHERE n < {MANY // 5}")
    execute("CREATE TABLE vacant (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(60))")
    execute(
        "CREATE TABLE wide (id INTEGER NOT NULL PRIMARY KEY, body "
        + ("LONGTEXT" if quote("a") == "`a`" else "TEXT")
        + ")"
    )
    execute(f"INSERT INTO wide SELECT n, {filler(8_000_000)} FROM digits")
    hostile, reserved = quote(HOSTILE), quote(RESERVED)
    execute(f"CREATE TABLE {hostile} ({hostile} INTEGER NOT NULL PRIMARY KEY, {reserved} VARCHAR(60))")
    execute(f"INSERT INTO {hostile} VALUES (1, 'first'), (2, NULL)")
    execute(f"CREATE TABLE {DENIED} (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(60))")
    execute("CREATE VIEW overview AS SELECT id FROM people")


def records(batches: Iterator[Batch]) -> list[tuple[tuple[Part, ...], tuple[object, ...]]]:
    """Give (locator, values) of every record, in order."""
    found = []
    for batch in batches:
        slots = [slot.to_pylist() for slot in batch.locators.slots]
        found += zip(zip(*slots, strict=True), zip(*batch.columns.to_pydict().values(), strict=True), strict=True)
    return found


class TableContract:
    """Inherit it in a module that has a `store` fixture."""

    cut: frozenset[str] = frozenset()
    """Tables of many rows that the engine cuts into parts where they are large."""

    @pytest.fixture
    def source(self, store: Store) -> Iterator[Source]:
        with open_source(store.spec) as source:
            yield source

    @pytest.fixture
    def assets(self, source: Source, store: Store) -> dict[str, Asset]:
        found = [asset for asset in source.assets() if isinstance(asset, Asset)]
        return {asset.name.removeprefix(store.prefix): asset for asset in found}

    def read(self, source: Source, asset: Asset) -> Iterator[Batch]:
        return chain.from_iterable(source.read(asset, chunk) for chunk in source.chunks(asset))

    def test_every_table_is_listed_once_under_its_plain_name(self, source, store):
        names = [entry.name.removeprefix(store.prefix) for entry in source.assets()]
        assert len(names) == len(set(names))
        assert {"digits", "people", "journal", "orders", "vacant", "wide", HOSTILE, "overview", DENIED} <= set(names)

    @pytest.mark.parametrize("table", ["people", "journal", "orders"])
    def test_every_record_comes_exactly_once(self, source, assets, table):
        found = records(self.read(source, assets[table]))
        assert len(found) == MANY
        assert len({locator for locator, _ in found}) == MANY
        assert len({values[:2] for _, values in found}) == MANY

    @pytest.mark.parametrize("table", ["people", "journal", "orders"])
    def test_reading_goes_on_behind_every_mark(self, source, assets, table):
        asset = assets[table]
        for chunk in source.chunks(asset):
            batches = list(source.read(asset, chunk))
            marked = [place for place, batch in enumerate(batches) if batch.mark is not None]
            assert marked, "reading resumes somewhere"
            for place in marked:
                rest = source.read(asset, chunk, after=pickle.loads(pickle.dumps(batches[place].mark)))
                assert records(rest) == records(iter(batches[place + 1 :]))

    @pytest.mark.parametrize("table", ["people", "journal", "orders"])
    def test_a_large_table_in_parts_is_the_whole_table(self, source, assets, table, monkeypatch):
        whole = dict(records(self.read(source, assets[table])))
        monkeypatch.setattr(tables, "PART_BYTES", 512 * 1024)
        large = replace(assets[table], size=5_000_000)  # a server's own idea of it may be older than the rows
        chunks = [pickle.loads(pickle.dumps(chunk)) for chunk in source.chunks(large)]
        assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
        assert (len(chunks) > 3) == (table in self.cut)
        found = [records(source.read(assets[table], chunk)) for chunk in chunks]
        assert sum(map(len, found)) == MANY
        assert dict(chain.from_iterable(found)) == whole
        assert max(map(len, found)) < MANY // 2 or len(chunks) == 1

    def test_a_part_goes_on_behind_its_marks(self, source, assets, monkeypatch):
        monkeypatch.setattr(tables, "PART_BYTES", 2 * 1024 * 1024)
        for chunk in source.chunks(replace(assets["people"], size=5_000_000)):
            batches = list(source.read(assets["people"], chunk))
            for place, batch in enumerate(batches):
                rest = source.read(assets["people"], chunk, after=batch.mark)
                assert records(rest) == records(iter(batches[place + 1 :]))

    @pytest.mark.parametrize("table", ["people", "journal", "orders", "wide"])
    def test_batches_keep_both_limits(self, source, assets, table):
        for batch in self.read(source, assets[table]):
            assert 0 < batch.columns.num_rows <= BATCH_ROWS
            assert batch.columns.nbytes <= BATCH_BYTES
            assert all(len(slot) == batch.columns.num_rows for slot in batch.locators.slots)

    def test_a_key_is_every_key_column_as_text_in_key_order(self, source, assets):
        assert assets["orders"].key == ("n", "shop")
        locator, values = records(self.read(source, assets["orders"]))[-1]
        assert locator == (values[1], values[0])
        assert locator[0] == str(MANY // 5 - 1)

    def test_rows_without_a_key_are_numbered_from_one(self, source, assets):
        found = records(self.read(source, assets["journal"]))
        assert [locator for locator, _ in found] == [(n,) for n in range(1, MANY + 1)]
        assert assets["journal"].key == ()

    @pytest.mark.parametrize("table", ["people", "journal", "orders", HOSTILE])
    def test_records_are_fetched_again_by_their_locators(self, source, assets, table):
        found = records(self.read(source, assets[table]))
        wanted = dict(found[:: max(1, len(found) // 500)])
        assert dict(records(source.fetch(assets[table], list(wanted)))) == wanted

    def test_a_record_that_is_gone_is_left_out_of_a_fetch(self, source, assets):
        assert records(source.fetch(assets["people"], [("999999999",), ("7",)])) == [(("7",), ("7", "person number"))]
        assert records(source.fetch(assets["journal"], [(MANY + 1,)])) == []

    def test_all_columns_are_valid_text(self, source, assets):
        for table in ("digits", "orders", HOSTILE):
            for batch in self.read(source, assets[table]):
                assert all(pa.types.is_string(column.type) for column in batch.columns.columns)
                batch.columns.validate(full=True)

    def test_hostile_names_of_tables_and_columns_are_read(self, source, assets):
        batches = list(self.read(source, assets[HOSTILE]))
        assert batches[0].columns.schema.names == [HOSTILE, RESERVED]
        assert records(iter(batches)) == [(("1",), ("1", "first")), (("2",), ("2", None))]
        assert assets["people"]

    def test_an_empty_table_gives_nothing_and_no_error(self, source, assets):
        assert records(self.read(source, assets["vacant"])) == []

    def test_a_view_is_skipped_and_said_so(self, source, store):
        (view,) = [entry for entry in source.assets() if entry.name == f"{store.prefix}overview"]
        assert isinstance(view, Unread)
        assert view.cause == "view"

    def test_a_table_without_permission_is_a_line_and_the_rest_goes_on(self, source, store):
        if not store.has_rights:
            pytest.skip("this engine knows no roles")
        lines = {entry.name: entry for entry in source.assets()}
        closed = lines[f"{store.prefix}{DENIED}"]
        assert isinstance(closed, Unread)
        assert closed.cause == "denied"
        assert isinstance(lines[f"{store.prefix}people"], Asset)

    def test_a_table_that_is_gone_when_it_is_read_says_so(self, source, assets):
        detail = {name: "vanished" if value == "digits" else value for name, value in assets["digits"].detail.items()}
        ghost = replace(assets["digits"], name="vanished", detail=detail)
        with pytest.raises(ConnectorError) as refusal:
            list(source.read(ghost, Chunk()))
        assert getattr(refusal.value, "cause", None) == "gone"

    def test_reading_leaves_the_store_as_it_was(self, source, store, assets):
        before = store.state()
        for asset in assets.values():
            list(self.read(source, asset))
        list(source.check())
        assert store.state() == before

    def test_an_unchanged_table_keeps_its_fingerprint(self, store, assets):
        with open_source(store.spec) as again:
            prints = {asset.name: asset.fingerprint for asset in again.assets() if isinstance(asset, Asset)}
        assert None not in prints.values()
        assert prints == {asset.name: asset.fingerprint for asset in assets.values()}

    def test_another_process_can_read_what_this_one_listed(self, store, source, assets):
        chunk = next(iter(source.chunks(assets["orders"])))
        spec, asset, chunk = pickle.loads(pickle.dumps((store.spec, assets["orders"], chunk)))
        with open_source(spec) as other:
            first = next(iter(other.read(asset, chunk)))
        assert first.columns.equals(next(iter(source.read(assets["orders"], chunk))).columns)

    def test_an_error_shows_no_password(self, store):
        if store.refused is None:
            pytest.skip("this engine knows no passwords")
        with pytest.raises(ConnectorError) as refusal, open_source(store.refused) as source:
            list(source.assets())
        assert SECRET not in f"{refusal.value!r}{refusal.value.__cause__!r}{store.refused!r}"

    def test_the_check_speaks_for_every_source(self, source):
        assert all(right.level in ("ok", "warning", "error") and right.message for right in source.check())
        assert source.grants()
