"""Every kind of file that is read, by itself and inside archives: what is planted is located where it lies."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from connectors.formats.packing import Pack
from connectors.formats.pgdump import find_program
from connectors.formats.recognition import missing
from connectors.formats.registry import FORMATS, reader
from inventory.store import Inventory
from scanner.engine import Engine
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve

FIXTURES = Path(__file__).parents[1] / "connectors" / "formats" / "fixtures"
ABSENT = {"pgdump": find_program() is None, "image": bool(missing())}
KINDS = [key for key in FORMATS if not ABSENT.get(key)]


def fixture(key: str) -> Path:
    (path,) = (FIXTURES / key).iterdir()
    return path


def in_tar(*paths: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for path in paths:
            archive.add(path, f"./{path.parent.name}/{path.name}")
    return made.getvalue()


def in_zip(*paths: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, f"{path.parent.name}/{path.name}")
    return made.getvalue()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Scan a tree of all kinds, each once alone and once in each archive; gives assets with e-mails, and the lines."""
    folder = tmp_path_factory.mktemp("carriers")
    tree = folder / "tree"
    paths = [fixture(key) for key in KINDS]
    for path in paths:
        (tree / "alone" / path.parent.name).mkdir(parents=True)
        (tree / "alone" / path.parent.name / path.name).write_bytes(path.read_bytes())
    (tree / "all.tar.gz").write_bytes(gzip.compress(in_tar(*paths)))
    (tree / "all.zip").write_bytes(in_zip(*paths))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("in/all.tar", in_tar(*paths))
    (tree / "outer.zip").write_bytes(outer.getvalue())
    with Inventory(f"sqlite:///{folder}/recense.db", folder / "recense.key", create=True) as inventory:
        Engine(inventory, Settings(), ScanOptions(workers=2)).run(resolve([str(tree)], ()))
        assets = {one.asset for one in inventory.findings(entity="EMAIL_ADDRESS")}
        lines = {line.asset: line for line in inventory.coverage()}
    return assets, lines


@pytest.mark.parametrize("where", ["alone/", "all.tar.gz!", "all.zip!", "outer.zip!in/all.tar!"])
@pytest.mark.parametrize("key", KINDS)
def test_what_is_planted_is_found_in_its_place(found, key, where):
    assets, lines = found
    path = fixture(key)
    name = f"{where}{path.parent.name}/{path.name}"
    inside = [asset for asset in assets if asset == name or asset.startswith(f"{name}!")]
    assert inside, [(line.asset, line.status, line.reason) for line in lines.values() if line.asset.startswith(name)]
    if isinstance(reader(key), Pack):
        assert name in lines or any(asset.startswith(f"{name}!") for asset in lines)
