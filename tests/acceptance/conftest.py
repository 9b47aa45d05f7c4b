"""The shop, in each engine and as a hosted account, each scanned once for all tests that only look at the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from examples.shop import sqlite, truth
from examples.shop.files import files
from examples.shop.rows import Shop, open_shop
from tests.acceptance import engines
from tests.acceptance.program import Program

ENGINES = ("sqlite", "postgresql", "mariadb")


@dataclass(frozen=True)
class Scanned:
    """A store with the shop in it, and the program that scanned it."""

    program: Program
    target: str
    planted: tuple[truth.Planted, ...]
    """All that must be found there."""
    answer: dict[str, object]
    """What `scan` said."""


@pytest.fixture(scope="session")
def shop() -> Shop:
    return open_shop(customers=1000, seed=7)


@pytest.fixture(scope="session")
def loaded_sqlite(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> engines.Loaded:
    return engines.load_sqlite(shop, tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def loaded_postgresql(shop: Shop, postgresql_server: object) -> engines.Loaded:
    return engines.load_postgresql(shop, postgresql_server)


@pytest.fixture(scope="session")
def loaded_mariadb(shop: Shop, mariadb_server: object) -> engines.Loaded:
    return engines.load_mariadb(shop, mariadb_server)


@pytest.fixture(scope="session")
def scan_of(
    request: pytest.FixtureRequest, shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Scanned]:
    """Gives the shop in an engine, scanned when first asked for."""

    @cache
    def scan(engine: str) -> Scanned:
        loaded: engines.Loaded = request.getfixturevalue(f"loaded_{engine}")
        program = Program(tmp_path_factory.mktemp(f"scanned-{engine}"))
        answer = program.ask("scan", loaded.url)
        return Scanned(program, loaded.url, tuple(truth.in_tables(shop, loaded.prefix.__add__)), answer)

    return scan


@pytest.fixture(scope="session", params=ENGINES)
def in_engine(request: pytest.FixtureRequest, scan_of: Callable[[str], Scanned]) -> Scanned:
    """The shop in each engine."""
    return scan_of(request.param)


@pytest.fixture(scope="session")
def account_folder(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hosted account: the database and all files beside it, one of them damaged."""
    folder = tmp_path_factory.mktemp("account") / "boutique"
    for file in files(shop):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content())
    (folder / truth.DATABASE).parent.mkdir(parents=True, exist_ok=True)
    sqlite.write(shop, folder / truth.DATABASE)
    return folder


@pytest.fixture(scope="session")
def account(shop: Shop, account_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """The hosted account, scanned."""
    program = Program(tmp_path_factory.mktemp("scanned-account"))
    answer = program.ask("scan", str(account_folder), expect=(3,))
    return Scanned(program, str(account_folder), tuple(truth.in_account(shop)), answer)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with nothing scanned yet."""
    return Program(tmp_path / "program")
