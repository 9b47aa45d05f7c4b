"""Counting different values."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from inventory.sketch import K, estimate, merge, sketch


def tokens(numbers):
    return b"".join(hashlib.blake2b(str(number).encode(), digest_size=16).digest() for number in numbers)


def test_nothing_counts_as_nothing():
    assert estimate(b"") == (0, True)
    assert estimate(sketch(b"")) == (0, True)


def test_the_count_is_exact_up_to_ten_thousand():
    assert estimate(sketch(tokens(range(K)))) == (K, True)


def test_beyond_that_it_is_good_to_a_few_per_cent():
    found, exact = estimate(sketch(tokens(range(60_000))))
    assert not exact
    assert abs(found - 60_000) < 3_000


@given(st.lists(st.integers(0, 50)))
def test_a_sketch_holds_each_first_half_once_in_order(numbers):
    raw = tokens(numbers)
    heads = {raw[at : at + 8] for at in range(0, len(raw), 16)}
    assert sketch(raw) == b"".join(sorted(heads))


@given(st.lists(st.integers(0, 50)), st.lists(st.integers(0, 50)))
def test_merging_counts_what_is_in_either_part(one, other):
    merged = merge([sketch(tokens(one)), sketch(tokens(other))])
    assert estimate(merged) == (len({*one, *other}), True)
    assert merged == merge([sketch(tokens(other)), sketch(tokens(one)), sketch(tokens(one))])


def test_merged_parts_equal_the_whole_also_beyond_the_exact_range():
    whole = sketch(tokens(range(30_000)))
    assert merge([sketch(tokens(range(20_000))), sketch(tokens(range(10_000, 30_000)))]) == whole
