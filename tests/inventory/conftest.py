"""An inventory of its own for each test."""

import pytest

from inventory.store import Inventory


@pytest.fixture
def inventory(tmp_path):
    with Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key", create=True) as opened:
        yield opened
