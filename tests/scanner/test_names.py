"""Names in a scan: sampled where a chunk begins, judged beside their neighbours, told where none were looked for."""

from __future__ import annotations

import json
import sqlite3

import pyarrow as pa
import pytest

from connectors.interface import Asset, SourceSpec
from connectors.registry import open_source
from detectors.column import ColumnDetector
from detectors.interface import DetectSettings, Evidence
from detectors.models import installed
from inventory.model import Sampled
from scanner import judge
from scanner.partial import FieldPart, Partial
from scanner.settings import Settings
from scanner.tasks import Task
from scanner.work import Worker
from tests.detectors.name_texts import FRENCH_WITH, FRENCH_WITHOUT


@pytest.fixture
def notes(tmp_path):
    """A table of notes that takes several batches to read."""
    path = tmp_path / "notes.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT)")
        connection.executemany("INSERT INTO notes VALUES (?, ?)", ((n, f"note {n}") for n in range(150_000)))
    connection.close()
    return SourceSpec("notes", f"sqlite:///{path}")


def task(spec, after):
    with open_source(spec) as source:
        asset = next(met for met in source.assets() if isinstance(met, Asset))
        chunk = next(iter(source.chunks(asset)))
    return Task((1, 0), spec, asset, chunk, after, True, DetectSettings(), None, b"k" * 32, b"c" * 32)


def test_free_text_is_sampled_where_a_chunk_begins_and_not_where_it_is_resumed(notes, monkeypatch):
    asked = []

    def detect(_self, column, header="", *, first=True):
        asked.append(first)
        return []

    monkeypatch.setattr(ColumnDetector, "detect", detect)
    monkeypatch.setattr("scanner.work.TASK_SECONDS", 0.0)
    worker = Worker()
    (result,) = worker.run([task(notes, None)])
    assert asked == [True, True]
    assert result.mark is not None
    asked.clear()
    (resumed,) = Worker().run([task(notes, result.mark)])
    assert resumed.rows
    assert set(asked) == {False}


def names(header, others):
    evidence = Evidence(matched_cells=9, matches=9, whole=9, candidates=9, different=9, listed=0)
    fields = {
        header: FieldPart(cells=9, evidence={"PERSON": evidence}),
        **{other: FieldPart(cells=9) for other in others},
    }
    return list(judge.results(Partial(fields), 9))


def test_what_stands_beside_decides_over_a_bare_name():
    assert [one.confidence for one in names("nom", ["prenom"])] == ["high"]
    assert names("nom", ["prix"]) == []


def test_only_members_of_the_same_record_stand_beside():
    assert [one.confidence for one in names("$.buyers[*].name", ["$.buyers[*].firstName"])] == ["high"]
    assert [one.confidence for one in names("$.things[*].name", ["$.buyers[*].firstName"])] == []


@pytest.mark.parametrize(("ner", "sampled"), [("sample", 200), ("all", None)])
def test_names_in_a_sample_of_texts_are_kept_as_such(ner, sampled):
    seen = Evidence(matched_cells=31, matches=31, candidates=200, read=200, naming=30)
    partial = Partial({"notes": FieldPart(cells=9000, evidence={"PERSON": seen})})
    (found,) = judge.results(partial, 9000, DetectSettings(ner=ner))
    assert json.loads(found.facts).get("sampled") == sampled


def test_a_column_of_names_is_no_sample():
    (found,) = names("last_name", [])
    assert "sampled" not in json.loads(found.facts)


@pytest.mark.skipif(len(installed()) < 2, reason="the extra ner is not installed")
def test_totals_leave_out_what_a_sample_showed(scan, tmp_path, inventory):
    texts = [*FRENCH_WITH, *FRENCH_WITHOUT]
    path = tmp_path / "notes.csv"
    path.write_text("id;note\n" + "".join(f"{at};{text}\n" for at, text in enumerate(texts)), encoding="utf-8")
    scan(path)
    (finding,) = inventory.findings(entity="PERSON")
    (estimate,) = (one for one in inventory.estimates() if one.entity == "PERSON")
    assert finding.sampled is not None
    assert finding.sampled >= finding.count > 0
    assert (estimate.count, estimate.records, estimate.fields) == (0, 0, 0)
    assert estimate.sampled == Sampled(finding.sampled, finding.count, 1, 1)


def test_a_finding_of_persons_has_neither_tokens_nor_a_remark_on_what_was_not_searched():
    (found,) = names("last_name", [])
    assert "searched" not in str(found.evidence)
    assert (found.distinct, found.sketch) == (0, b"")


@pytest.mark.parametrize(
    ("detect", "kept"),
    [
        (DetectSettings(ner="off"), "off"),
        (DetectSettings(ner="off", entities=("EMAIL_ADDRESS",)), ""),
    ],
)
def test_the_inventory_knows_of_each_source_why_free_text_was_not_searched(scan, tmp_path, inventory, detect, kept):
    (tmp_path / "a.csv").write_text("email\njane@example.org\n")
    scan(tmp_path / "a.csv", settings=Settings(detect=detect))
    assert [one.unsearched for one in inventory.sources()] == [kept]


def test_the_real_detector_takes_the_flag():
    assert ColumnDetector(DetectSettings(ner="off")).detect(pa.array(["Anna"]), "first_name", first=False) != []
