"""Archives that CPython's own tests are made of."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.connectors.formats.packs import told

FOLDER = Path(__file__).parents[3] / "shared" / "fixtures" / "formats" / "cpython-test"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of other projects' fixtures is not there")


@pytest.mark.parametrize("name", ["testtar.tar", "testtar.tar.xz"])
def test_every_member_of_cpythons_archive_is_told(name):
    found = told(FOLDER / name)
    with tarfile.open(FOLDER / name, encoding="utf-8") as tar:
        files = sum(not member.isdir() for member in tar)
    assert found.error is None or found.error.cause == "cut"  # its last member has no end
    assert len({**found.assets, **found.unread}) >= files
    assert not found.errors


def test_a_loop_in_an_archive_is_none():
    found = told(FOLDER / "recursion.tar")
    assert found.error is not None or found.count < 10


def test_names_in_code_page_437_are_read():
    found = told(FOLDER / "zip_cp437_header.zip")
    assert found.error is None
    assert found.count


def test_a_zip_of_folders_holds_nothing_else():
    found = told(FOLDER / "zipdir.zip")
    assert found.error is None
    assert all(not name.endswith("/") for name in found.assets)


@pytest.mark.parametrize("path", sorted((FOLDER / "ziptestdata").rglob("*")), ids=lambda path: path.name)
def test_odd_zip_files_are_read_or_told(path):
    if path.is_file() and b"PK" in path.read_bytes()[:4]:
        found = told(path)
        assert found.count or found.error
