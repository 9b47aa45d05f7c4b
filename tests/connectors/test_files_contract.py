"""Folders here keep the contract of all stores of files."""

from __future__ import annotations

import pytest

from connectors.interface import SourceSpec
from tests.connectors.file_contract import FileContract, FileStoreUnderTest


class Folder(FileStoreUnderTest):
    def __init__(self, root):
        self.root = root
        self.spec = SourceSpec("files", root.as_uri())

    def put(self, name, data):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(data)

    def remove(self, name):
        (self.root / name).unlink()

    def state(self):
        return sorted((str(path), path.stat().st_mtime_ns) for path in self.root.rglob("*"))


@pytest.fixture
def store(tmp_path):
    (tmp_path / "root").mkdir()
    return Folder(tmp_path / "root")


class TestContract(FileContract):
    """What every store of files does."""
