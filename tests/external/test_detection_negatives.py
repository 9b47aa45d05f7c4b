"""Lists and tables without persons: no card, no IBAN, and phones only where a text really holds one."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from detectors.registry import detector
from detectors.verdict import judge

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "negatives"
pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="../shared/fixtures is not here")

LISTS = "identifier_lists_not_pii.json"
DEVICES = {"MAC_ADDRESS"}
"""The lists hold some, and they are found."""
NAMED = {
    ("titanic.sql", "name"): {"PERSON"},
    ("titanic.sql", "name_wiki"): {"PERSON"},
    ("titanic.sql", "hometown"): {"LOCATION"},
    ("references.json", "_value"): {"PERSON"},
}
"""Columns that do name persons and their towns: passengers, and those who sent a reference."""
FEW = 5
Columns = dict[str, list[str]]


def files() -> list[Path]:
    return [path for path in sorted(FIXTURES.rglob("*")) if path.is_file() and path.name != "LICENSE"]


BY_FILE = pytest.mark.parametrize("path", files(), ids=lambda path: path.name)


@cache
def columns(path: Path) -> Columns:
    """Read a file as a table: members of JSON by their name, tables of a dump, else the words of each line by place.

    Names that stand for a few values only are no columns; their values are one.
    """
    read = raw_columns(path)
    rare = [value for values in read.values() if len(values) < FEW for value in values]
    return {name: values for name, values in read.items() if len(values) >= FEW} | {"value": rare}


def raw_columns(path: Path) -> Columns:
    text = path.read_text(encoding="utf-8")
    found: Columns = defaultdict(list)
    if path.suffix == ".json":
        for name, value in leaves(json.loads(text)):
            found[name].append(value)
    elif "\nCOPY " in text:
        for names, body in re.findall(r"\nCOPY \S+ \((.*?)\) FROM stdin;\n(.*?)\n\\\.", text, re.DOTALL):
            for line in body.splitlines():
                for name, value in zip(names.split(", "), line.split("\t"), strict=True):
                    found[name.strip('"')].append(value)
    else:
        for line in text.splitlines():
            for at, value in enumerate(line.split()):
                found[f"c{at}"].append(value)
    return found


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give all texts of a document under the name of their member; the members' names themselves as a column too."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield "key", key
            yield from leaves(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member, name)
    else:
        yield name, str(value)


def claims(cells: list[str], header: str) -> set[str]:
    found = ColumnDetector(DetectSettings()).detect(pa.array(cells, pa.string()), header)
    verdicts = {one.entity: judge(one.entity, header, "", one.evidence, len(one.values), len(cells)) for one in found}
    return {entity for entity, verdict in verdicts.items() if verdict.confidence != "low"}


@BY_FILE
@pytest.mark.parametrize("entity", ["CREDIT_CARD", "IBAN_CODE"])
def test_no_line_holds_a_card_or_an_iban(path: Path, entity: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    finder = detector(entity)
    assert [at for at, line in enumerate(lines, 1) if list(finder.find(line))] == []


@BY_FILE
def test_no_value_of_a_column_is_a_card_or_an_iban(path: Path) -> None:
    for name, cells in columns(path).items():
        found = {
            one.entity
            for one in ColumnDetector(DetectSettings()).detect(pa.array(cells, pa.string()), name)
            if one.values
        }
        assert not found & {"CREDIT_CARD", "IBAN_CODE"}, name


@BY_FILE
def test_no_line_of_a_text_holds_a_phone(path: Path) -> None:
    if path.name == LISTS:
        pytest.skip("a list of bare numbers, which only its column tells from phones")
    phones = detector("PHONE_NUMBER")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [at for at, line in enumerate(lines, 1) if list(phones.find(line))] == []


@BY_FILE
@pytest.mark.parametrize("named", [True, False])
def test_no_column_is_claimed(path: Path, named: bool) -> None:
    for name, cells in columns(path).items():
        allowed = NAMED.get((path.name, name), DEVICES if path.name == LISTS else set())
        assert claims(cells, name if named else "") <= allowed, name


def test_identifiers_in_one_column_are_claimed_for_nothing() -> None:
    every = [value for values in columns(FIXTURES / LISTS).values() for value in values]
    assert claims(every, "") <= DEVICES
