"""A column finds what the plain detector finds: the gates of weak patterns let every hit through."""

from __future__ import annotations

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from tests.detectors import (
    test_birth_date,
    test_card_expiry,
    test_cvv,
    test_password,
    test_postal_code,
    test_street_address,
)
from tests.detectors.cases import Case

TABLES = {
    "CVV": [test_cvv.HITS, test_cvv.MISSES],
    "CARD_EXPIRY": [test_card_expiry.HITS, test_card_expiry.MISSES],
    "DATE_OF_BIRTH": [test_birth_date.HITS, test_birth_date.MISSES],
    "POSTAL_CODE": [test_postal_code.HITS, test_postal_code.MISSES],
    "STREET_ADDRESS": [test_street_address.HITS, test_street_address.MISSES],
    "PASSWORD": [test_password.HITS, test_password.HASHES, test_password.MISSES],
}


@pytest.mark.parametrize("entity", TABLES)
def test_a_column_without_a_telling_name_finds_what_the_detector_finds(entity: str) -> None:
    detector = ColumnDetector(DetectSettings(entities=(entity,)))
    cases: list[Case] = [case for table in TABLES[entity] for case in table.args[1]]
    assert len(cases) > 15
    for case in cases:
        found = [one for one in detector.detect(pa.array([case.text]), "c3") if len(one.rows)]
        assert [one.values[at][0] for one in found for at in one.index] == list(case.expected), case.why
