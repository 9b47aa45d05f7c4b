"""Locations as columns give what lists of bytes would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inventory.locations import Locations, Packed, by_token, smallest, tokens_of

STRINGS = st.lists(st.binary(max_size=70), max_size=20)
TOKENS = st.lists(
    st.tuples(st.sampled_from([b"\0" * 8, b"\x7f" * 8, b"\xff" * 8]), st.binary(min_size=8, max_size=8)).map(b"".join),
    max_size=20,
)
"""First halves that are often the same."""


@given(STRINGS, STRINGS)
def test_byte_strings_come_back_as_they_went_in(one, other):
    assert Packed.of(one).tolist() == one
    assert Packed.joined([Packed.of(one), Packed.of(other)]).tolist() == one + other


@given(STRINGS.filter(bool), st.lists(st.integers(0, 10**6)))
def test_those_at_some_places_can_be_taken(strings, places):
    wanted = [place % len(strings) for place in places]
    taken = Packed.of(strings).take(np.array(wanted, np.int64))
    assert taken.tolist() == [strings[place] for place in wanted]


@given(TOKENS)
def test_tokens_are_ordered_as_their_bytes_are_and_equal_ones_stay_in_order(tokens):
    wanted = sorted(range(len(tokens)), key=tokens.__getitem__)
    assert by_token(tokens_of(b"".join(tokens))).tolist() == wanted
    for count in (1, 3):
        assert smallest(tokens_of(b"".join(tokens)), count).tolist() == wanted[:count]


@given(TOKENS.filter(bool))
def test_columns_are_sorted_together(tokens):
    names = [f"{number}".encode() for number in range(len(tokens))]
    numbers = np.arange(len(tokens))
    one = Locations(tokens_of(b"".join(tokens)), numbers, Packed.of(names), numbers % 2)
    found = Locations.joined([one, one]).sorted()
    order = sorted([*range(len(tokens))] * 2, key=tokens.__getitem__)
    assert [token.tobytes() for token in found.tokens] == [tokens[at] for at in order]
    assert found.locators.tolist() == [names[at] for at in found.fields.tolist()]
    assert sorted(found.fields.tolist()) == sorted(order)
    assert (found.ambiguous == found.fields % 2).all()
