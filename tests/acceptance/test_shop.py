"""The example shop is what it says: the same bytes each time, nobody real, and its truth is where it says."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from examples.shop import truth
from examples.shop.numbers import TEST_CARDS, luhn_digit
from examples.shop.people import DOCUMENTATION_NETWORKS
from examples.shop.planted import CARD, EMAIL, IBAN, IP, PHONE, Value
from examples.shop.rows import Shop
from tests.acceptance.program import ROOT


@pytest.fixture(scope="module")
def planted(shop: Shop) -> tuple[truth.Planted, ...]:
    return tuple(truth.in_account(shop))


def build(out: Path, *words: str) -> str:
    """Build an account and give a hash over its files' names and bytes."""
    subprocess.run([sys.executable, ROOT / "examples" / "build.py", out, *words], check=True, capture_output=True)
    total = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        total.update(str(path.relative_to(out)).encode() + path.read_bytes())
    return total.hexdigest()


def test_the_same_seed_builds_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = build(tmp_path / "a", "--customers", "100")
    assert build(tmp_path / "b", "--customers", "100") == first
    assert build(tmp_path / "c", "--customers", "100", "--seed", "1") != first


def values(planted: tuple[truth.Planted, ...], entity: str) -> set[str]:
    return {one.value.canonical for one in planted if one.value.entity == entity}


def test_every_phone_number_is_valid(planted: tuple[truth.Planted, ...]) -> None:
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in values(planted, PHONE))


def test_every_phone_number_is_from_a_block_kept_for_fiction_where_there_is_one(
    planted: tuple[truth.Planted, ...],
) -> None:
    fiction = re.compile(r"\+33(19900|26191|35301|46571|53649)\d{4}|\+1\d{3}55501\d\d|\+41\d\d555\d{4}")
    assert [phone for phone in values(planted, PHONE) if not fiction.fullmatch(phone)] == []


def test_every_card_is_a_test_number(planted: tuple[truth.Planted, ...]) -> None:
    cards = values(planted, CARD)
    assert all(card.startswith(TEST_CARDS) and luhn_digit(card[:-1]) == card[-1] for card in cards)


def test_every_iban_has_the_right_check_digits(planted: tuple[truth.Planted, ...]) -> None:
    moved = [iban[4:] + iban[:4] for iban in values(planted, IBAN)]
    assert {int("".join(str(int(letter, 36)) for letter in iban)) % 97 for iban in moved} == {1}


def test_nobody_receives_mail_or_answers_at_an_address_of_the_shop(planted: tuple[truth.Planted, ...]) -> None:
    reserved = re.compile(r".+@(.+\.)?(example\.(org|com|net)|.+\.example)")
    assert [mail for mail in values(planted, EMAIL) if not reserved.fullmatch(mail)] == []
    networks = [*DOCUMENTATION_NETWORKS, ip_network("2001:db8::/32")]
    assert [ip for ip in values(planted, IP) if not any(ip_address(ip) in network for network in networks)] == []


def test_the_truth_about_the_database_is_where_it_says(
    planted: tuple[truth.Planted, ...], account_folder: Path
) -> None:
    with closing(sqlite3.connect(account_folder / truth.DATABASE)) as database:
        for one in [one for one in planted if one.asset.startswith(truth.DATABASE)][::97]:
            where, column = json.loads(one.locator), one.field.partition("$")[0]
            key = where.get("key") or {"rowid": where["row"]}
            condition = " AND ".join(f"{name} = ?" for name in key)
            query = f"SELECT {column} FROM {one.asset.rpartition('!')[2]} WHERE {condition}"
            assert one.text in database.execute(query, tuple(key.values())).fetchone()[0]


def test_the_truth_about_the_files_is_where_it_says(planted: tuple[truth.Planted, ...], account_folder: Path) -> None:
    texts = {path: (account_folder / path) for path in {one.asset for one in planted if "!" not in one.asset}}
    for one in [one for one in planted if one.asset in texts][::97]:
        assert one.text in cell(texts[one.asset], one)


def cell(path: Path, one: truth.Planted) -> str:
    """Read a place again with the standard library."""
    where: dict[str, Any] = json.loads(one.locator)
    if "row" in where:
        encoding, delimiter = ("cp1252", ";") if "clients" in path.name else ("utf-8", ",")
        with path.open(encoding=encoding, newline="") as file:
            return str(list(csv.DictReader(file, delimiter=delimiter))[where["row"] - 1][one.field])
    lines = path.read_text(encoding="utf-8").split("\n")
    if "path" in where:
        value: Any = json.loads(lines[0])
        for step in re.findall(r"\w+", where["path"].removeprefix("$")):
            value = value[int(step)] if isinstance(value, list) else value[step]
        return str(value)
    return lines[int(where.get("line") or where["record"]) - 1]


def test_places_of_a_value_are_looked_up_by_its_canonical_form(shop: Shop, planted: tuple[truth.Planted, ...]) -> None:
    one = shop.customers[0]
    places = truth.places(planted, Value(EMAIL, one.email))
    assert ("data/boutique.db!customers", "email", '{"key": {"id": "1"}}') in places
