"""Columns beside a card: codes and dates under any name; and all the other short numbers of a payment."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from detectors.record import beside_cards
from detectors.verdict import judge
from tests.detectors.columns import card, digits

DETECTOR = ColumnDetector(DetectSettings(entities=("CREDIT_CARD",)))
ROWS = 200


def cards(rng: random.Random, rows: int, american: float = 0.2) -> list[str]:
    return [card(rng, "37", 15) if rng.random() < american else card(rng, "4", 16) for _ in range(rows)]


def looked(columns: dict[str, list[str | None]]) -> dict[str, tuple[str, str]]:
    """Entity and confidence by column of what stands beside cards."""
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    found = {}
    for name, array in arrays.items():
        for one in DETECTOR.detect(array, name):
            if one.evidence.matches:
                found[name] = one
    return {
        name: (one.entity, judge(one.entity, name, "", one.evidence, len(one.values), len(columns[name])).confidence)
        for name, several in beside_cards(arrays, found).items()
        for one in several
    }


def code(rng: random.Random, number: str) -> str:
    return digits(rng, 4 if number.startswith("37") else 3)


def date(rng: random.Random) -> str:
    return f"{rng.randrange(1, 13):02d}/{rng.randrange(24, 32)}"


@pytest.mark.parametrize("name", ["c1", "code", "field_7", "sec", "x"])
def test_codes_beside_cards_are_claimed_whatever_the_column_is_called(name: str) -> None:
    rng = random.Random(name)
    numbers = cards(rng, ROWS)
    columns = {"c0": numbers, name: [code(rng, one) for one in numbers]}
    assert looked(columns) == {name: ("CVV", "medium")}


@pytest.mark.parametrize("name", ["c2", "exp", "valid", "field_8"])
@pytest.mark.parametrize("shape", [str, lambda text: text.replace("/", ""), lambda text: text.replace("/", "/20")])
def test_expiry_dates_beside_cards_are_claimed_unless_their_name_says_so_already(
    name: str, shape: Callable[[str], str]
) -> None:
    rng = random.Random(name)
    numbers = cards(rng, ROWS)
    found = looked({"c0": numbers, name: [shape(date(rng)) for _ in numbers]})
    assert found == ({} if name == "exp" else {name: ("CARD_EXPIRY", "medium")})


def test_only_rows_with_a_card_count() -> None:
    rng = random.Random(1)
    numbers: list[str | None] = [*cards(rng, 60), *[None] * 60]
    codes = [code(rng, str(one)) for one in numbers[:60]] + ["refund"] * 60
    arrays = {"pan": pa.array(numbers), "c1": pa.array(codes)}
    (found,) = DETECTOR.detect(arrays["pan"], "pan")
    (matches,) = beside_cards(arrays, {"pan": found})["c1"]
    assert list(matches.rows) == list(range(60))
    assert not matches.tokenised
    assert {matches.detector.mask(values[0]) for values in matches.values} == {"***"}
    assert matches.evidence.cells == 120


def test_the_evidence_says_where_they_stand_and_no_value() -> None:
    rng = random.Random(1)
    numbers = cards(rng, ROWS)
    arrays = {"pan": pa.array(numbers), "c1": pa.array([code(rng, one) for one in numbers])}
    (found,) = DETECTOR.detect(arrays["pan"], "pan")
    (matches,) = beside_cards(arrays, {"pan": found})["c1"]
    verdict = judge("CVV", "c1", "", matches.evidence, 0, ROWS)
    assert verdict.evidence[0] == "beside a card number in the same record"


def test_who_buys_often_has_the_same_code_each_time() -> None:
    rng = random.Random(2)
    known = [(one, code(rng, one)) for one in cards(rng, 40)]
    bought = [rng.choice(known) for _ in range(400)]
    assert looked({"c0": [one for one, _ in bought], "c1": [one for _, one in bought]}) == {"c1": ("CVV", "medium")}


def test_the_lengths_of_american_express_tell_a_code_without_leading_zeros_no_more_than_a_hint() -> None:
    rng = random.Random(3)
    numbers = cards(rng, ROWS)
    codes = [digits(rng, 4 if one.startswith("37") else 3, rng.choice("123456789")) for one in numbers]
    assert looked({"c0": numbers, "c1": codes}) == {"c1": ("CVV", "low")}


def test_few_rows_are_a_hint_at_most() -> None:
    numbers = cards(random.Random(4), 6, american=0)
    assert looked({"c0": numbers, "c1": ["123", "804", "377", "951", "662", "490"]}) == {"c1": ("CVV", "low")}
    assert looked({"c0": numbers[:4], "c1": ["123", "804", "377", "951"]}) == {}


Trap = Callable[[random.Random, int, str], str]
TRAPS: dict[str, Trap] = {
    "quantity": lambda rng, _, __: str(rng.randrange(1, 40)),
    "quantities of three digits": lambda rng, _, __: str(rng.choice([100, 250, 500, 750, 120, 144])),
    "last four": lambda _, __, number: number[-4:],
    "last three": lambda _, __, number: number[-3:],
    "first four": lambda _, __, number: number[:4],
    "year": lambda rng, _, __: str(rng.randrange(2019, 2027)),
    "year of any time": lambda rng, _, __: str(rng.randrange(1000, 2027)),
    "country": lambda rng, _, __: rng.choice(["250", "756", "124", "056", "276", "826", "840", "380", "442", "036"]),
    "currency": lambda rng, _, __: rng.choice(["978", "756", "124", "840", "826"]),
    "percentage": lambda rng, _, __: f"{rng.randrange(0, 101):03d}",
    "id": lambda _, row, __: str(100 + row),
    "id, counting down": lambda _, row, __: str(999 - row),
    "PIN": lambda rng, _, __: digits(rng, 4),
    "constant": lambda *_: "123",
    "status": lambda rng, _, __: rng.choice(["200", "404", "301", "500"]),
    "amount in whole francs": lambda rng, _, __: str(rng.randrange(100, 1000)),
    "time": lambda rng, _, __: f"{rng.randrange(24):02d}{rng.randrange(60):02d}",
    "decimal": lambda rng, _, __: f"{rng.random() * 900:.2f}",
    "small set of months": lambda rng, _, __: rng.choice(["0125", "0225"]),
    "brand": lambda rng, _, __: rng.choice(["visa", "mc"]),
}


@pytest.mark.parametrize("about", TRAPS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_short_numbers_beside_a_card_are_none(about: str, seed: int) -> None:
    rng = random.Random(seed)
    numbers = cards(rng, ROWS, american=0)
    cells = [TRAPS[about](rng, row, number) for row, number in enumerate(numbers)]
    assert looked({"c0": numbers, "c1": cells}) == {}


@pytest.mark.parametrize("name", ["quantity", "dept", "country", "room", "last4", "points", "id", "zip", "percent"])
def test_a_name_that_says_what_else_it_is_is_believed(name: str) -> None:
    rng = random.Random(6)
    numbers = cards(rng, ROWS)
    assert looked({"c0": numbers, name: [code(rng, one) for one in numbers]}) == {}


def test_a_country_of_every_sort_is_no_code() -> None:
    from detectors.record import _COUNTRIES  # noqa: PLC0415

    assert len(_COUNTRIES) == 249
    rng = random.Random(7)
    numbers = cards(rng, 60, american=0)
    assert looked({"c0": numbers, "c1": rng.sample(sorted(_COUNTRIES), 60)}) == {}


def test_numbers_that_are_cards_by_chance_have_nothing_beside_them() -> None:
    rng = random.Random(8)
    orders = [digits(rng, 16, "4") for _ in range(ROWS)]
    assert looked({"order_number": orders, "c1": [digits(rng, 3) for _ in orders]}) == {}


def test_cards_inside_notes_say_nothing_of_other_columns() -> None:
    rng = random.Random(9)
    notes = [f"paid with {one}, thanks" for one in cards(rng, ROWS)]
    assert looked({"note": notes, "c1": [digits(rng, 3) for _ in notes]}) == {}


def test_random_codes_are_seldom_taken_for_something_else_and_traps_seldom_for_codes() -> None:
    claimed = 0
    for seed in range(60):
        rng = random.Random(seed)
        numbers = cards(rng, 80)
        claimed += looked({"c0": numbers, "c1": [code(rng, one) for one in numbers]}) == {"c1": ("CVV", "medium")}
    assert claimed >= 57
