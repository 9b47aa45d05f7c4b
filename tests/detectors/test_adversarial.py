"""Recall and precision over the adversarial truth, value by value."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from detectors.interface import DetectSettings
from detectors.registry import make
from tests.detectors.adversarial import HITS, NEGATIVES, Item, Score, items, judged
from tests.detectors.texts import texts

RECALL, PRECISION = 0.99, 0.98
Judged = tuple[dict[str, Score], list[tuple[str, Item]]]


@pytest.fixture(scope="module")
def outcome() -> Judged:
    return judged(items())


@pytest.mark.parametrize("entity", HITS)
def test_nearly_all_values_are_found_and_nearly_nothing_else(outcome: Judged, entity: str) -> None:
    scores, wrong = outcome
    made = Counter((what, item.about) for what, item in wrong if what.endswith(entity))
    assert scores[entity].hits > 400
    assert scores[entity].recall >= RECALL, made
    assert scores[entity].precision >= PRECISION, made


def test_every_kind_of_look_alike_occurs(outcome: Judged) -> None:
    abouts = "\n".join(item.about for item in items())
    assert [name for name, _ in NEGATIVES if f"not: {name}" not in abouts] == []


def test_no_single_kind_of_look_alike_is_mostly_taken_for_a_value(outcome: Judged) -> None:
    _, wrong = outcome
    met = Counter(item.about.partition("not: ")[2] for item in items())
    taken = Counter(item.about.partition("not: ")[2] for what, item in wrong if what.startswith("false"))
    assert {name: count for name, count in taken.items() if name and count > 0.5 * met[name]} == {}


def test_every_text_with_a_match_passes_the_gate() -> None:
    every = [item.text for item in items()] + list(texts(3_000))
    for detector in make(DetectSettings()):
        passed = pc.match_substring_regex(pa.array(every), detector.gate).to_pylist()
        hidden = [text for text, open_ in zip(every, passed, strict=True) if not open_ and any(detector.find(text))]
        assert hidden == [], detector.entity
