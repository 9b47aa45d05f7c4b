"""All readings of a column's values at once are what each value by itself would give."""

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from detectors.interface import BETWEEN_READINGS
from inventory.keys import Tokens
from scanner.readings import Readings

TOKENS = Tokens(b"k" * 32)
NUMBERS = st.sampled_from(["+41446681800", "+33446681800", "+14466818000", "+32446681800", "", "x", "+4", "\u0e01\0"])
VALUES = st.lists(NUMBERS, min_size=1, max_size=4)


def plainly(region, values):
    """Tokens of each value with what nothing settles: settled readings first, in the order of the regions."""
    start = {"CH": "+41", "CH-ZH": "+41", "FR": "+33", "CA-QC": "+1", "ch": "+41"}.get(region, "\0")
    found = []
    for readings in values:
        ordered = [one for one in readings if one.startswith(start)] + [
            one for one in readings if not one.startswith(start)
        ]
        several = len(readings) > 1
        found.append(
            [(TOKENS.token("PHONE_NUMBER", one), int(several and not one.startswith(start))) for one in ordered]
        )
    return found


def at_once(region, values, keys_type=None):
    keys = pa.array([BETWEEN_READINGS.join(readings) for readings in values], keys_type or pa.string())
    return Readings.of(TOKENS, "PHONE_NUMBER", keys, region)


@given(st.lists(VALUES, max_size=12), st.sampled_from(["CH", "CH-ZH", "ch", "FR", "CA-QC", "ZZ", "", None]))
@example([["+41446681800", "+33446681800"]], "FR")
@example([["+41446681800"], ["+32446681800", "+41446681800", "+33446681800", "+41446681800"]], "CH")
def test_readings_are_those_of_each_value_by_itself(values, region):
    for keys_type in (pa.string(), pa.large_string()):
        readings = at_once(region, values, keys_type)
        wanted = plainly(region, values)
        assert readings.counts.tolist() == [len(several) for several in wanted]
        assert [token.tobytes() for token in readings.first] == [several[0][0] for several in wanted]
        flat = [one for several in wanted for one in several]
        assert [token.tobytes() for token in readings.tokens] == [token for token, _ in flat]
        if readings.ambiguous is None:
            assert not any(unsettled for _, unsettled in flat)
        else:
            assert readings.ambiguous.tolist() == [unsettled for _, unsettled in flat]


@given(st.lists(VALUES, min_size=1, max_size=6), st.lists(st.integers(0, 100), max_size=10))
def test_each_match_stands_once_for_each_reading_of_its_value(values, picked):
    index = [one % len(values) for one in picked]
    readings = at_once("CH", values)
    match, which = readings.at(pa.array(index, pa.int64()).to_numpy())
    starts = [sum(len(one) for one in values[:number]) for number in range(len(values))]
    assert match.tolist() == [place for place, number in enumerate(index) for _ in values[number]]
    assert which.tolist() == [starts[number] + one for number in index for one in range(len(values[number]))]


def test_a_part_of_a_column_can_be_read_too():
    values = [["+41446681800", "+33446681800"], ["+41446681801"], ["+33446681802", "+41446681802"]]
    keys = pa.array([BETWEEN_READINGS.join(readings) for readings in values]).slice(1)
    readings = Readings.of(TOKENS, "PHONE_NUMBER", keys, "CH")
    assert readings.counts.tolist() == [1, 2]
    assert readings.first[1].tobytes() == TOKENS.token("PHONE_NUMBER", "+41446681802")
