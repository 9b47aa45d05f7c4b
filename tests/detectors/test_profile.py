"""What a column's cells are like as numbers: counted, merged, kept over an interruption, and cheap."""

from __future__ import annotations

import json
import random
import time
from dataclasses import asdict

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings, Evidence
from detectors.profile import Profile
from scanner.partial import FieldPart, Partial
from tests.detectors.columns import any_phone, digits, email


def of(*cells: str | None) -> Profile:
    return Profile.of(pa.array(cells, pa.string()))


def test_numbers_are_told_from_what_has_separators_and_from_text() -> None:
    profile = of(
        "0612345678", "06 12 34 56 78", "+33 (0)6-12/34.56", "06\u202f12 34 56 78", "12 Rue", "", None, "x" * 99
    )
    assert (profile.cells, profile.numbers, profile.separated, profile.decimals) == (6, 1, 3, 0)
    assert profile.lengths == ((10, 1),)
    assert profile.heads == ((1006, 1),)


def test_decimal_numbers_are_no_numbers_with_separators() -> None:
    profile = of("48.8566140", "-2,35", "+1234567.5", "1.2.3", "12.", "2024-01-01")
    assert (profile.decimals, profile.angles, profile.separated) == (3, 2, 1)


@pytest.mark.parametrize(("unit", "factor"), [(0, 1), (1, 1000), (2, 10**6)])
def test_moments_are_seen_in_each_unit(unit: int, factor: int) -> None:
    moments = of(*(str((1_600_000_000 + 977 * at) * factor) for at in range(30))).moments
    assert moments == tuple(30 * (at == unit) for at in range(3))


def test_neighbours_are_compared_in_the_order_of_the_rows() -> None:
    profile = of("10", "11", "11", None, "x", "9", "200")
    assert (profile.ascending, profile.level, profile.descending, profile.span) == (2, 1, 1, 256)


def test_numbers_too_long_to_count_with_are_counted_only() -> None:
    profile = of("9" * 18, "9" * 19, "9" * 30)
    assert (profile.numbers, profile.counted, profile.lengths) == (3, 1, ((18, 1), (19, 2)))


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_slices_and_chunks_give_the_same(kind: pa.DataType) -> None:
    whole = pa.array(["x1", "0612345678", None, "06 12 34 56 78", "1.5"], kind)
    chunked = pa.chunked_array([whole.slice(0, 2), whole.slice(2)])
    both = pa.concat_arrays([whole, whole]).slice(5)
    assert asdict(Profile.of(whole)) == asdict(Profile.of(chunked)) == asdict(Profile.of(both))


@pytest.mark.parametrize("cells", [[], [None], [""], ["\ud7ff"], [" "], ["-"], ["."], ["+-.,"], ["1" * 41]])
def test_odd_columns_are_survived(cells: list[str | None]) -> None:
    assert of(*cells).numbers == 0


def test_parts_add_up_to_the_whole_in_any_order_but_for_the_pairs_at_the_seams() -> None:
    rng = random.Random(4)
    cells = [rng.choice([any_phone(rng), digits(rng, rng.randrange(5, 25)), "1.5", email(rng)]) for _ in range(500)]
    parts = [of(*cells[start : start + 90]) for start in range(0, 500, 90)]
    rng.shuffle(parts)
    merged = Profile()
    for part in parts:
        merged = merged.merge(part)
    whole = of(*cells)
    assert merged == whole
    pairs = sum((whole.ascending, whole.descending, whole.level)) - sum(
        (merged.ascending, merged.descending, merged.level)
    )
    assert 0 < pairs < len(parts)


def test_a_profile_outlives_an_interruption() -> None:
    (found,) = ColumnDetector(DetectSettings()).detect(pa.array(["06 12 34 56 78", "0612345679", "1.5", "0199001234"]))
    part = Partial({"tel": FieldPart("text", 4, {found.entity: found.evidence})})
    again = Partial.unpack(part.pack()).fields["tel"].evidence["PHONE_NUMBER"]
    assert asdict(again) == asdict(found.evidence)
    assert again.profile is not None
    assert again.merge(Evidence()).profile == again.profile


def test_what_an_older_program_kept_is_read() -> None:
    packed = json.loads(Partial({"x": FieldPart("", 1, {"PHONE_NUMBER": Evidence(1, 1, 1)})}).pack())
    for name in ("profile", "placeholders", "certain"):
        del packed["fields"]["x"]["evidence"]["PHONE_NUMBER"][name]
    assert Partial.unpack(json.dumps(packed).encode()).fields["x"].evidence["PHONE_NUMBER"].profile is None


def test_only_what_other_numbers_are_mistaken_for_gets_a_profile() -> None:
    found = ColumnDetector(DetectSettings()).detect(pa.array(["a@b.org", "+33 6 12 34 56 78"]))
    assert {one.entity: one.evidence.profile is not None for one in found} == {
        "EMAIL_ADDRESS": False,
        "PHONE_NUMBER": True,
    }


def test_a_profile_shows_no_value() -> None:
    assert repr(of("0612345678")) == "Profile(cells=1, numbers=1)"
    assert "612345" not in json.dumps(asdict(of("0612345678", "0612345679", "0", "1")))


@pytest.mark.parametrize("cell", ["{:010d}", "06 {:08d}", "call {:010d} now or never, they said, and left no name"])
def test_sixty_four_thousand_cells_take_milliseconds(cell: str) -> None:
    rng = random.Random(5)
    column = pa.array([cell.format(rng.randrange(10**8)) for _ in range(65_536)])
    Profile.of(column)
    started = time.process_time()
    Profile.of(column)
    assert time.process_time() - started < 0.05
