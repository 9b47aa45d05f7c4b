"""A very long cell is cut in pieces and gives what it gives whole."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import long_cell
from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from tests.detectors.columns import card, email, grouped, iban, ip4, mobile, note
from tests.detectors.test_arrow import FAST, PLAIN, seen

HITS = [email, mobile, card, iban, ip4, lambda rng: grouped(mobile(rng), (2, 2, 2, 2, 2), " ")]
PROSE = "The parcel was left with the neighbour and nobody has asked for it since then, so that it may go back. "


def texts(rng: random.Random, between: str, count: int) -> str:
    """Write notes, some with a value behind a telling word, in one text."""
    some = []
    for _ in range(count):
        some.append(f"{note(rng)} {PROSE}")
        if rng.random() < 0.1:
            some.append(f"Contact: {rng.choice(HITS)(rng)}.")
    return between.join(some)


@pytest.mark.parametrize("between", ["\n", " ", "\r\n", "<br>", "\u00a0 "])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_cell_gives_what_it_gives_whole(seed: int, between: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    cells = [note(rng), texts(rng, between, 300), email(rng), None, texts(rng, between, 200), mobile(rng)]
    column = pa.array(cells)
    monkeypatch.setattr("detectors.column.LARGE", 5000)
    for name in ("BLOCK", "END", "MOST"):
        monkeypatch.setattr(long_cell, name, getattr(long_cell, name) // 8)
    in_pieces, whole = seen(FAST, column), seen(PLAIN, column)
    # parts of a column without any candidate do not count their cells, nor the fast way all that is no value
    assert {entity: _told(one) for entity, one in in_pieces.items()} == {
        entity: _told(one) for entity, one in whole.items()
    }


def _told(one: object) -> tuple[object, ...]:
    pairs, told, _ = one  # type: ignore[misc]
    return pairs, told[1:]


def test_a_telling_word_and_its_value_stay_together() -> None:
    for filler in (70, 90, 110, 133, 150, 171, 190):
        part = "lorem ipsum dolor " * (filler // 18) + "NAS du client, comme convenu : 046 454 286 et voila. "
        text = part * (300_000 // len(part))
        found = {one.entity: len(one.rows) for one in FAST.detect(pa.array([text]), "notes")}
        assert found["CA_SIN"] == 300_000 // len(part)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(["a", "1", "\n", " ", "@", "\u00e9", "\U0001f600", ",", PROSE]), st.integers(1, 900)),
        max_size=12,
    )
)
def test_pieces_are_the_whole_text_in_order(parts: list[tuple[str, int]]) -> None:
    text = "".join(unit * times for unit, times in parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_cell, "BLOCK", 6000)
        patch.setattr(long_cell, "END", 2000)
        patch.setattr(long_cell, "MOST", 600)
        columns = list(long_cell.columns(pa.py_buffer(text.encode())))
    for column in columns:
        column.validate(full=True)
    pieces = [piece for column in columns for piece in column.to_pylist()]
    assert "".join(pieces) == text
    assert max((len(piece.encode()) for piece in pieces), default=0) <= 2000
    assert all(pieces)


@pytest.mark.parametrize("unit", ["a", "a@", "1.", "-1", "1 ", "a@b.", "12345 ", "\u0663", "+", "1%20", "FR76 "])
def test_a_long_cell_that_says_the_same_over_and_over_is_looked_at_once(unit: str) -> None:
    detector = ColumnDetector(DetectSettings())
    detector.detect(pa.array([unit * 10]))
    began = time.process_time()
    detector.detect(pa.array([unit * (4_000_000 // len(unit))]), "text")
    assert time.process_time() - began < 3  # a tenth of that; read as one text it took 4 and more
