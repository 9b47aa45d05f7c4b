"""How grave findings are, by what was found and where."""

from __future__ import annotations

import pytest

from inventory.risk import LEVELS, risk_of


@pytest.mark.parametrize(
    ("entity", "places", "beside", "level", "word"),
    [
        ("CREDIT_CARD", (), ("CREDIT_CARD", "CVV"), "critical", "3.3.1"),
        ("CVV", (), ("CREDIT_CARD", "CVV"), "critical", "3.3.1"),
        ("CVV", (), ("CVV",), "critical", "never"),
        ("CREDIT_CARD", (), (), "high", "3.5.1"),
        ("CREDIT_CARD", ("web root",), (), "critical", "web root"),
        ("CREDIT_CARD", ("public bucket",), (), "critical", "public bucket"),
        ("CREDIT_CARD", ("backup", "world-readable"), (), "high", "every account"),
        ("PASSWORD", (), (), "critical", "clear text"),
        ("FR_NIR", ("log",), (), "high", "log"),
        ("IBAN_CODE", (), (), "medium", "bank"),
        ("IBAN_CODE", ("web root",), (), "high", "web root"),
        ("EMAIL_ADDRESS", (), (), "low", "personal"),
        ("EMAIL_ADDRESS", ("backup",), (), "low", "personal"),
        ("EMAIL_ADDRESS", ("web root",), (), "medium", "web root"),
    ],
)
def test_a_rule_in_words_gives_the_level(entity, places, beside, level, word):
    risk = risk_of(entity, places, beside)
    assert risk.level == level
    assert risk.level in LEVELS
    assert word in risk.rule


def test_hashes_are_less_grave_than_passwords():
    assert risk_of("PASSWORD", (), hashed=True).level == "medium"
    assert risk_of("PASSWORD", ("web root",), hashed=True).level == "critical"
