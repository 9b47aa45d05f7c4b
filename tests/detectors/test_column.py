"""Columns: rows, distinct values, overlaps, evidence; and the user's own recognizers."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pyarrow as pa
import pytest

from detectors.column import ColumnDetector
from detectors.interface import ColumnMatches, DetectorError, DetectSettings, Evidence
from tests.detectors.columns import email, mobile, note

DETECTOR = ColumnDetector(DetectSettings())


def detected(*cells: str | None) -> dict[str, ColumnMatches]:
    return {one.entity: one for one in DETECTOR.detect(pa.array(cells, pa.string()))}


def test_every_match_has_its_row_and_its_value() -> None:
    found = detected("a@b.org c@d.org", None, "", "c@d.org", "a@b.org")["EMAIL_ADDRESS"]
    assert list(found.rows) == [0, 0, 3, 4]
    assert [found.values[at] for at in found.index] == [("a@b.org",), ("c@d.org",), ("c@d.org",), ("a@b.org",)]
    assert len(found.values) == 2


def test_evidence_counts_cells_and_not_texts() -> None:
    counted = detected("a@b.org", "a@b.org", " a@b.org ", "see a@b.org", "  ", None)["EMAIL_ADDRESS"].evidence
    assert (counted.cells, counted.matched_cells, counted.matches, counted.whole) == (4, 4, 4, 3)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("0612345678@example.org", "EMAIL_ADDRESS"),
        ("FR14 2004 1010 0505 0001 3M02 606", "IBAN_CODE"),
        ("4111 1111 1111 1111", "CREDIT_CARD"),
        ("jane@203.0.113.9.example.org", "EMAIL_ADDRESS"),
        ("6200000000000005", "CREDIT_CARD"),
    ],
)
def test_each_character_belongs_to_one_entity(text: str, entity: str) -> None:
    assert [one.entity for one in DETECTOR.detect(pa.array([text])) if len(one.rows)] == [entity]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_arrays_chunks_and_slices_give_the_same(kind: pa.DataType) -> None:
    whole = pa.array(["x", "a@b.org", None, "06 12 34 56 78"], kind)
    chunked = pa.chunked_array([whole.slice(0, 1), whole.slice(1)])
    for column in (whole, chunked, pa.concat_arrays([whole, whole]).slice(4)):
        assert [(one.entity, list(one.rows)) for one in DETECTOR.detect(column)] == [
            ("EMAIL_ADDRESS", [1]),
            ("PHONE_NUMBER", [3]),
        ]


@pytest.mark.parametrize("cells", [[], [None, None], ["", " "]])
def test_an_empty_column_has_nothing(cells: list[str | None]) -> None:
    assert DETECTOR.detect(pa.array(cells, pa.string())) == []


def test_parts_of_a_column_add_up_to_the_whole() -> None:
    rng = random.Random(3)
    cells = [rng.choice([email, mobile, note])(rng) for _ in range(300)]
    whole = {one.entity: one.evidence for one in DETECTOR.detect(pa.array(cells), first=False)}
    parts: dict[str, Evidence] = {}
    for start in range(0, 300, 70):
        for one in DETECTOR.detect(pa.array(cells[start : start + 70]), first=False):
            parts[one.entity] = parts.get(one.entity, Evidence()).merge(one.evidence)
    assert parts == whole


def test_a_cell_of_megabytes_takes_as_much_longer_as_it_is_larger() -> None:
    line = "06 12 34 56 78, jane@example.org; 203.0.113.9 4111 1111 1111 1111\n"

    def seconds(lines: int) -> float:
        started = time.process_time()
        found = DETECTOR.detect(pa.array([line * lines]))
        assert {one.entity: len(one.values) for one in found if len(one.rows)}["EMAIL_ADDRESS"] == 1
        return time.process_time() - started

    assert seconds(20_000) < 8 * seconds(5_000)


OWN = """
recognizers:
  - name: Member
    supported_language: en
    supported_entity: MEMBER_NO
    patterns: [{name: m, regex: "\\\\bM-[0-9]{6}\\\\b", score: 0.8}]
"""


def test_a_users_own_recognizer_runs_beside_ours(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = ColumnDetector(DetectSettings(recognizers=str(path))).detect(
        pa.array(["M-123456 a@b.org", "\uff2d-123456"])
    )
    assert [(one.entity, list(one.values)) for one in found if len(one.rows)] == [
        ("EMAIL_ADDRESS", [("a@b.org",)]),
        ("MEMBER_NO", [("m-123456",)]),
    ]


REGISTRY = """
supported_languages: [en, fr]
recognizers:
  - name: Adherent
    supported_languages: [fr, en]
    supported_entity: MEMBER_NO
    patterns: [{name: m, regex: "\\\\bA[0-9]{5}\\\\b", score: 0.4}]
"""


def test_a_whole_registry_of_presidios_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "registry.yaml"
    path.write_text(REGISTRY, encoding="utf-8")
    found = ColumnDetector(DetectSettings(entities=("MEMBER_NO",), recognizers=str(path))).detect(pa.array(["A12345"]))
    assert [(one.entity, list(one.values)) for one in found] == [("MEMBER_NO", [("a12345",)])]


@pytest.mark.parametrize("content", [None, "recognizers: [", "recognizers: [{supported_entity: X, patterns: 3}]"])
def test_a_file_that_presidio_cannot_read_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "own.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(DetectorError, match="recognizers"):
        ColumnDetector(DetectSettings(recognizers=str(path)))
