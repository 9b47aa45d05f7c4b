"""Packed locators of a batch, and what a task found on its way to the inventory."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.interface import Locators
from inventory.handover import Handover
from inventory.keys import Sealer, new_client_key
from inventory.locations import tokens_of
from inventory.locators import pack
from scanner.found import Found, PackedLocators

SEALER = Sealer(new_client_key())
BOUNDS = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 99_999_999]
SMALL = st.one_of(st.sampled_from(BOUNDS), st.integers(0, 99_999_999))


def packed(slots, rows):
    return PackedLocators(Locators(tuple(slots)), SEALER).of(np.array(rows, np.int64)).tolist()


@given(st.lists(SMALL, min_size=1, max_size=30), st.lists(st.integers(0, 1_000), max_size=30))
def test_numbers_are_packed_as_one_is(numbers, places):
    rows = [place % len(numbers) for place in places]
    wanted = [pack([numbers[row]], SEALER) for row in rows]
    assert packed([pa.array(numbers, pa.int64())], rows) == wanted
    assert packed([pa.array([str(number) for number in numbers])], rows) == wanted


OTHERS = [
    [pa.array([7, -1, 3])],
    [pa.array([7, None, 3])],
    [pa.array([7, 10**8, 3])],
    [pa.array(["7", "007", "jane@example.org"])],
    [pa.array(["7", "x" * 500, ""])],
    [pa.array([7, 8, 9]), pa.array(["a", None, "2026-11-23"])],
]


@pytest.mark.parametrize("slots", OTHERS)
def test_all_others_are_packed_one_by_one(slots):
    rows = [2, 0, 1, 1]
    assert packed(slots, rows) == [pack([slot[row].as_py() for slot in slots], SEALER) for row in rows]


def test_what_was_found_is_handed_over_by_token():
    found = Found()
    one, two = (bytes([number]) * 16 for number in (9, 1))
    locators = PackedLocators(Locators((pa.array([5, 300]),)), SEALER)
    found.add("email", tokens_of(one + two), locators.of(np.array([0, 1])))
    found.add("nothing", tokens_of(b""), locators.of(np.array([], np.int64)))
    found.add("phone", tokens_of(one), locators.of(np.array([1])), np.array([1]))
    handed = found.handover()
    assert (found.fields, found.count, handed.count) == (["email", "phone"], 3, 3)
    assert handed.rows == (
        (two, 0, pack([300], SEALER), 0),
        (one, 0, pack([5], SEALER), 0),
        (one, 1, pack([300], SEALER), 1),
    )


def test_where_nothing_was_found_nothing_is_handed_over():
    assert Found().handover() == Handover()
