"""What is written by hand as a database is what SQLite would have written."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory import handover, image
from inventory.handover import Handover, _empty, attach, copy, take
from inventory.locations import Locations, Packed


@pytest.fixture(autouse=True)
def _by_hand_from_the_first_row(monkeypatch):
    monkeypatch.setattr(handover, "FEW", 0)


SEEDS = st.integers(0, 2**32 - 1)
TWO_PAGES = 2_600
"""Rows that no single page holds, however short."""


def some(rows, seed=0, longest=6, fields=4, shortest=1):
    """Locations by chance: `rows` of them, locators of `shortest` to `longest` bytes, `fields` fields."""
    chance = np.random.default_rng(seed)
    lengths = chance.integers(shortest, longest + 1, rows)
    return Locations(
        chance.integers(0, 256, (rows, 16), np.uint8),
        chance.integers(0, fields, rows),
        Packed(chance.integers(0, 256, int(lengths.sum()), np.uint8), lengths),
        chance.integers(0, 2, rows),
    ).sorted()


def with_locators(locations, lengths):
    """The same with other locators."""
    return replace(locations, locators=Packed(np.zeros(lengths.sum(), np.uint8), lengths))


def rows_of(locations):
    tokens = [token.tobytes() for token in locations.tokens]
    columns = (tokens, locations.fields.tolist(), locations.locators.tolist(), locations.ambiguous.tolist())
    return list(zip(*columns, strict=True))


def opened(handed):
    connection = sqlite3.connect(":memory:")
    connection.deserialize(handed.image)
    return closing(connection)


def read(handed):
    """All rows by rowid, after SQLite has found nothing wrong with the image."""
    with opened(handed) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA page_count").fetchone() == (len(handed.image) // image.PAGE,)
        return connection.execute("SELECT rowid, token, field, locator, ambiguous FROM found ORDER BY rowid").fetchall()


def same(locations):
    """Both ways give the same rows, which are those that went in; gives the image that was written by hand."""
    assert image.fits(_empty(), locations)
    by_hand, by_sqlite = Handover.of(locations), Handover.of_rows(rows_of(locations))
    assert by_hand.count == by_sqlite.count == len(locations)
    found = read(by_hand)
    assert found == read(by_sqlite)
    assert found == [(number, *row) for number, row in enumerate(rows_of(locations), 1)]
    return by_hand.image


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 3 * TWO_PAGES), SEEDS, st.integers(1, image.LONGEST), st.sampled_from([1, 2, 3, 129, 400, 32_768])
)
@example(127, 0, 5, 400)
@example(128, 0, 5, 400)
@example(16_383, 0, 5, 400)
@example(16_384, 0, 5, 400)
@example(100_000, 0, 5, 400)
@example(130_000, 1, image.LONGEST, 300)
def test_both_ways_give_the_same_rows(rows, seed, longest, fields):
    same(some(rows, seed, longest, fields))


@pytest.mark.parametrize("longest", [1, 2, 5, 20, image.LONGEST])
def test_both_ways_agree_where_another_page_begins(longest):
    counts = set()
    for rows in range(700, TWO_PAGES, 3):
        locations = some(rows, rows, longest, 1, shortest=longest)
        pages = len(image.write(_empty(), locations)) // image.PAGE
        if pages not in counts:
            counts.add(pages)
            same(locations)
            same(some(rows - 1, rows, longest, 1, shortest=longest))
    assert len(counts) > 1


def test_a_page_without_a_free_byte_is_sound():
    """A cell of 24 bytes takes 26 with its pointer, and 27 from rowid 128 on; one locator makes up the rest."""
    ones = [1] * 127 + [1] * 2_304
    room = image.PAGE - 8 - sum(26 + (number > 127) for number in range(1, len(ones) + 1))
    assert 0 <= room < 50
    lengths = np.array(ones)
    lengths[0] += room
    locations = some(len(ones), fields=1)
    written = same(with_locators(locations, lengths))
    assert len(written) == 3 * image.PAGE
    assert int.from_bytes(written[image.PAGE + 5 : image.PAGE + 7], "big") == 8 + 2 * len(ones)
    lengths[0] += 1
    assert len(same(with_locators(locations, lengths))) > 3 * image.PAGE


def test_as_many_rows_as_are_taken_at_most_have_room():
    locations = some(image.MOST, longest=image.LONGEST, shortest=image.LONGEST, fields=2**15)
    assert image.fits(_empty(), locations)
    with opened(Handover.of(locations)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        wanted = (image.MOST, int(locations.fields.sum()), int(locations.ambiguous.sum()))
        assert connection.execute("SELECT count(*), sum(field), sum(ambiguous) FROM found").fetchone() == wanted


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), SEEDS, st.integers(image.LONGEST + 1, 20_000))
def test_longer_locators_are_left_to_sqlite(rows, seed, longest):
    locations = some(rows, seed, longest, shortest=image.LONGEST + 1)
    assert not image.fits(_empty(), locations)
    assert read(Handover.of(locations)) == [(number, *row) for number, row in enumerate(rows_of(locations), 1)]


def test_one_odd_row_leaves_all_of_them_to_sqlite():
    locations = some(50, fields=2**15)
    locations.fields[7] = 2**15
    assert not image.fits(_empty(), locations)
    assert read(Handover.of(locations))[7][2] == 2**15
    locations = some(50)
    locations.ambiguous[7] = 2
    assert not image.fits(_empty(), locations)
    assert read(Handover.of(locations))[7][4] == 2


def test_a_locator_may_be_empty():
    same(some(300, longest=2, shortest=0))
    same(some(300, longest=0, shortest=0))


def test_another_build_of_sqlite_is_left_to_itself():
    locations = some(50)
    for at, value in ((17, 0), (20, 8), (47, 1), (55, 1), (image.PAGE, 5), (image.PAGE + 4, 1)):
        odd = bytearray(_empty())
        odd[at] = value
        assert not image.fits(bytes(odd), locations)


def test_nothing_is_no_database():
    assert Handover.of_rows([]) == Handover()
    with opened(Handover(0, _empty())) as connection:
        assert connection.execute("SELECT name, rootpage FROM sqlite_schema").fetchall() == [
            ("found", image.ROOT),
            ("fields", image.ROOT + 1),
        ]


@pytest.mark.parametrize("rows", [1, 1_000, 30_000])
def test_the_writer_takes_it_over_by_ranges_of_rows(rows):
    locations = some(rows, fields=3)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(
            "CREATE TABLE locations (token, version_id, field_id, locator, ambiguous, "
            "PRIMARY KEY (token, version_id, field_id, locator)) WITHOUT ROWID"
        )
        for version in (5, 6):  # the second is attached where the first was
            attach(connection)
            take(connection, Handover.of(locations), [10, 20, 30])
            half = rows // 2
            assert copy(connection, version, 1, half) == half
            assert copy(connection, version, half + 1, rows) == rows - half
            assert copy(connection, version, 1, rows) == 0
            query = "SELECT token, field_id / 10 - 1, locator, ambiguous FROM locations WHERE version_id = ?"
            assert sorted(connection.execute(query, (version,))) == sorted(rows_of(locations))


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 5_000), SEEDS)
def test_an_image_can_be_written_to(rows, seed):
    with opened(Handover.of(some(rows, seed))) as connection:
        connection.execute("INSERT INTO found SELECT token, field, locator, ambiguous FROM found")
        connection.execute("DELETE FROM found WHERE rowid % 3 = 0")
        connection.execute("INSERT INTO fields VALUES (0, 1)")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM found").fetchone() == (2 * rows - 2 * rows // 3,)
