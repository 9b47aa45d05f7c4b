"""The automata over numbering plans give the answers of `numbering.valid`, for every country code."""

from __future__ import annotations

import random

import numpy as np
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from detectors import numbering
from detectors.arrow.dialling import Digits
from detectors.arrow.plans import walker
from tests.detectors.columns import digits


def valid_ones(code: int, rng: random.Random) -> list[str]:
    """Find a few valid numbers by growing random ones, so that what is compared is not all invalid."""
    lengths = sorted(frozenset().union(*(area.lengths for area in numbering.areas(code)))) or [8]
    tried = (digits(rng, rng.choice(lengths)) for _ in range(1500))
    return [one for one in tried if numbering.valid(code, one)][:40]


@pytest.mark.parametrize("part", range(8))
def test_walking_is_asking(part: int) -> None:
    rng = random.Random(part)
    for code in sorted(COUNTRY_CODE_TO_REGION_CODE)[part::8]:
        plans = walker((code,))
        assert plans is not None, code
        known = valid_ones(code, rng)
        near = [one[:at] + digits(rng, 1) + one[at + 1 :] for one in known for at in (0, 1, 2, 4)]
        cut = [one[: rng.randrange(1, len(one))] for one in known] + [one + digits(rng, 1) for one in known]
        numbers = known + near + cut + [digits(rng, rng.randrange(1, 18)) for _ in range(150)]
        text = np.frombuffer("".join(numbers).encode(), np.uint8)
        ends = np.cumsum([len(one) for one in numbers])
        starts = ends - [len(one) for one in numbers]
        walked = Digits.of(text, starts, ends).valid(plans) > 0
        assert walked.tolist() == [numbering.valid(code, one) for one in numbers], code
