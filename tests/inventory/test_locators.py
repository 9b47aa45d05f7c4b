"""Locators at rest and in JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.keys import Sealer, new_client_key
from inventory.locators import fill, pack, render, typed, unpack, unpack_masked

SEALER = Sealer(new_client_key())


@given(st.lists(st.one_of(st.none(), st.text(), st.integers(0, 2**63)), min_size=1, max_size=4))
def test_every_slot_comes_back_as_text(parts):
    wanted = tuple(None if part is None else str(part) for part in parts)
    assert unpack(pack(parts, SEALER), SEALER) == wanted


def test_what_is_sealed_stays_hidden_where_only_places_are_shown():
    packed = pack(("jane@example.org", 7, "123456789", None), SEALER)
    assert unpack_masked(packed) == ("***", "7", "***", None)


@pytest.mark.parametrize("part", ["7", "0", "12345678", "2026-11-23", "0aa1b2c3-1111-4222-8333-444455556666"])
def test_small_integers_dates_and_uuids_stay_in_the_clear(part):
    packed = pack([part], SEALER)
    assert packed[:1] in b"IDU"
    assert unpack(packed, SEALER) == (part,)


OTHERS = [
    "jane@example.org",
    "4111111111111111",
    "41446681800",
    "007",
    "-5",
    "2026-02-30",
    "0AA1B2C3-1111-4222-8333-444455556666",
]


@pytest.mark.parametrize("part", OTHERS)
def test_all_other_slots_are_sealed(part):
    packed = pack([part], SEALER)
    assert packed[:1] == b"S"
    assert part.encode() not in packed
    assert unpack(packed, SEALER) == (part,)


def test_an_integer_slot_that_may_be_a_card_is_sealed():
    assert pack([4111111111111111], SEALER)[:1] == b"S"


def test_equal_slots_give_equal_bytes_under_one_key_only():
    assert pack(["x"], SEALER) == pack(["x"], SEALER)
    assert pack(["x"], SEALER) != pack(["x"], Sealer(new_client_key()))


def test_a_key_is_shown_by_its_columns():
    assert render("key", ["shop", "id"], "email", ("ch", "7")) == {"key": {"shop": "ch", "id": "7"}}


@pytest.mark.parametrize("kind", ["row", "line", "record", "page", "paragraph", "slide"])
def test_a_position_is_shown_as_a_number(kind):
    assert render(kind, [], "text", ("12",)) == {kind: 12}


def test_a_path_fills_the_wildcards_of_its_field():
    assert render("path", [], "$.orders[*].email", ("3",)) == {"path": "$.orders[3].email"}
    assert fill("$.users.*.mail[*]", ("jane@example.org", "0")) == "$.users['jane@example.org'].mail[0]"
    assert fill("$['a.*'][*]", ("2",)) == "$['a.*'][2]"


def test_a_part_of_a_mail_is_text_even_where_it_looks_like_a_number():
    for part in ("1", "1.2"):
        slots = unpack(pack([part], SEALER), SEALER)
        assert render("part", [], "body", slots) == {"part": part}
        assert typed("part", "body", slots) == (part,)


def test_slots_go_back_to_a_connector_as_it_gave_them():
    assert typed("row", "text", ("12",)) == (12,)
    assert typed("key", "email", ("12", None)) == ("12", None)
    assert typed("path", "$.users.*.mail[*]", ("12", "0")) == ("12", 0)
