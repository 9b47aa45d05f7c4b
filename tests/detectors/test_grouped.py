"""Small things that are looked through together have what each has alone."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings

TEXTS = [
    "Zoé Martin <zoe@example.org>",
    "shop@example.com",
    "call 06 12 34 56 78 or +41 44 668 18 00",
    "4111 1111 1111 1111",
    "4111111111111112 and 4111111111111111",
    "Received: from 192.0.2.7 by mx; 12 34 56",
    "FR76 3000 6000 0112 3456 7890 189",
    "",
    None,
    "no value at all, test@test.com",
    "1234567890123",
    "0612345678",
]


@pytest.mark.parametrize("header", ["", "From", "body", "phone", "card_number"])
@pytest.mark.parametrize("plain", [False, True])
def test_things_looked_through_together_have_what_each_has_alone(header, plain):
    detector = ColumnDetector(DetectSettings(ner="off"), plain=plain)
    things = [[TEXTS[(step * 7 + at * 5) % len(TEXTS)] for at in range(step % 5)] for step in range(40)]
    column = pa.array([text for thing in things for text in thing], pa.string())
    together = detector.detect_groups(column, [len(thing) for thing in things], header)
    for thing, found in zip(things, together, strict=True):
        alone = detector.detect(pa.array(thing, pa.string()), header)
        assert [plain_of(one) for one in found] == [plain_of(one) for one in alone]


def plain_of(one):
    keys = one.keys.to_pylist()
    return one.entity, list(zip(one.rows.tolist(), [keys[at] for at in one.index], strict=True)), evidence_of(one)


def evidence_of(one):
    return {
        name.name: getattr(one.evidence, name.name)
        for name in dataclasses.fields(one.evidence)
        if name.name != "samples" or not one.tokenised
    }
