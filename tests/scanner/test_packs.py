"""Packs in a scan: what lies in a dump or an archive has lines, findings and places of its own, and goes with it."""

from __future__ import annotations

import os
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import xlsxwriter

from connectors.interface import Chunk, SourceSpec
from connectors.registry import open_source
from detectors.interface import DetectSettings
from scanner import work
from scanner.tasks import Task

HEAD = "-- MySQL dump 10.13  Distrib 8.0.36\n-- Host: localhost    Database: shop\n"


def table(name: str, mails: list[str]) -> str:
    rows = ",".join(f"({n},'{mail}')" for n, mail in enumerate(mails, 1))
    return (
        f"CREATE TABLE `{name}` (`id` int NOT NULL, `mail` varchar(80), PRIMARY KEY (`id`));\n"
        f"INSERT INTO `{name}` VALUES {rows};\n"
    )


def write(folder, **tables: list[str]):
    path = folder / "tree" / "shop.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(table(name, mails) for name, mails in tables.items()))
    return path.parent


def statuses(inventory) -> dict[str, str]:
    return {line.asset: line.status for line in inventory.coverage()}


def test_each_thing_in_a_pack_has_a_line_and_places_of_its_own(scan, tmp_path, inventory, located):
    tree = write(tmp_path, people=["jane@example.org", "b@example.org"], staff=["c@example.org"])
    summary = scan(tree)
    assert summary.status == "complete"
    told = statuses(inventory)
    assert {"shop.sql", "shop.sql!shop.people", "shop.sql!shop.staff"} <= set(told)
    assert set(told.values()) == {"scanned"}
    assert located("jane@example.org") == [("shop.sql!shop.people", "mail", {"key": {"id": "1"}})]
    assert {finding.asset for finding in inventory.findings()} == {"shop.sql!shop.people", "shop.sql!shop.staff"}


def test_an_unchanged_pack_is_not_opened_and_all_in_it_stays(scan, tmp_path, inventory, located):
    tree = write(tmp_path, people=["jane@example.org"], staff=["c@example.org"])
    first = scan(tree)
    told = statuses(inventory)
    second = scan(tree)
    assert (second.scanned, second.rows, second.unchanged) == (0, 0, len(told))
    assert second.findings == first.findings
    assert set(statuses(inventory)) == set(told)
    assert set(statuses(inventory).values()) == {"unchanged"}
    assert len(located("jane@example.org")) == 1


def test_what_is_no_longer_in_a_pack_is_gone(scan, tmp_path, inventory, located):
    scan(write(tmp_path, people=["jane@example.org"], staff=["c@example.org"]))
    scan(write(tmp_path, staff=["c@example.org"]))
    assert "shop.sql!shop.people" not in statuses(inventory)
    assert located("jane@example.org") == []
    assert len(located("c@example.org")) == 1


@pytest.mark.parametrize("content", [None, "", "plain text\n"])
def test_what_lay_in_a_pack_goes_with_it(scan, tmp_path, inventory, located, content):
    tree = write(tmp_path, people=["jane@example.org"])
    scan(tree)
    assert located("jane@example.org")
    if content is None:
        (tree / "shop.sql").unlink()
    else:
        (tree / "shop.sql").write_text(content)
    scan(tree)
    assert located("jane@example.org") == []
    assert [asset for asset in statuses(inventory) if "!" in asset] == []


def test_a_pack_that_breaks_off_keeps_what_came_before(scan, tmp_path, inventory, located):
    tree = write(tmp_path, people=["jane@example.org"], staff=[f"s{n}@example.org" for n in range(50)])
    path = tree / "shop.sql"
    path.write_bytes(path.read_bytes()[:-100])
    summary = scan(tree)
    assert summary.status == "partial"
    assert len(located("jane@example.org")) == 1
    assert len(located("s1@example.org")) == 1
    assert "failed" in statuses(inventory).values() or "truncated" in statuses(inventory).values()


def test_a_stopped_scan_goes_on_in_the_midst_of_a_pack(scan, tmp_path, inventory, located, monkeypatch):
    names = {f"t{n}": [f"p{n}x{m}@example.org" for m in range(20)] for n in range(30)}
    tree = write(tmp_path, **names)
    whole = {}
    stop = threading.Event()

    class Stopper:
        def update(self, progress):
            if progress.rows:
                stop.set()

    monkeypatch.setattr(work, "TASK_THINGS", 2)
    interrupted = scan(tree, watcher=Stopper(), stop=stop)
    assert interrupted.status in ("interrupted", "complete")
    summary = scan(tree)
    assert summary.status == "complete"
    for n in range(30):
        whole[n] = located(f"p{n}x7@example.org")
        assert whole[n] == [(f"shop.sql!shop.t{n}", "mail", {"key": {"id": "8"}})]
    counts = {finding.asset: finding.count for finding in inventory.findings()}
    assert counts == {f"shop.sql!shop.t{n}": 20 for n in range(30)}


def test_what_a_pack_held_before_is_kept_while_it_cannot_be_read(scan, tmp_path, inventory, located):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    tree = write(tmp_path, people=["jane@example.org"])
    scan(tree)
    (tree / "shop.sql").chmod(0)
    scan(tree)
    assert len(located("jane@example.org")) == 1


def test_a_sample_of_a_pack_samples_each_thing_in_it(scan, tmp_path, inventory, monkeypatch):
    monkeypatch.setattr("scanner.walker.SAMPLE_ROWS", 5)
    tree = write(tmp_path, people=[f"p{n}@example.org" for n in range(30)], staff=["c@example.org"])
    scan(tree, mode="sample")
    told = {line.asset: (line.status, line.cause, line.rows) for line in inventory.coverage()}
    assert told["shop.sql!shop.people"] == ("truncated", "sample", 5)
    assert told["shop.sql!shop.staff"] == ("scanned", "", 1)


def test_a_sheet_with_a_personal_name_stays_when_its_file_did_not_change(scan, tmp_path, inventory, located):
    tree = tmp_path / "tree"
    tree.mkdir()
    with xlsxwriter.Workbook(str(tree / "x.xlsx")) as book:
        for name in ("A", "zoe.martin@example.org"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["mail", "jane@example.org"])
    scan(tree)
    second = scan(tree)
    assert (second.scanned, second.unchanged) == (0, 2)
    assert len(located("jane@example.org")) == 2


def test_small_archives_of_very_many_things_are_counted_once_among_other_small_files(scan, tmp_path, inventory):
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(4):
        with zipfile.ZipFile(tree / f"{number}.zip", "w") as archive:
            for member in range(work.TASK_THINGS + 100):
                archive.writestr(f"{member}.txt", f"zoe{member}@example.org\n")
        for other in range(30):
            (tree / f"{number}-{other}.txt").write_text("jane@example.org\n")
    assert scan(tree, workers=1).status == "complete"
    found = inventory.findings()
    assert len(found) == 4 * (work.TASK_THINGS + 100) + 4 * 30
    assert {finding.count for finding in found} == {1}


def test_long_readings_do_not_take_turns_at_one_worker(scan, tmp_path, monkeypatch):
    tree = tmp_path / "tree"
    tree.mkdir()
    monkeypatch.setattr(work, "TASK_THINGS", 20)
    parts = 20
    for name in "abcd":
        with zipfile.ZipFile(tree / f"{name}.zip", "w") as archive:
            for member in range(parts * work.TASK_THINGS):
                archive.writestr(f"{member}.txt", "")
    tasks, anew, worker = [], [], work.Worker()

    def run(some):
        tasks.append(some)
        results = worker.run(some)
        anew.extend(result for result in results if result.anew)
        return results

    monkeypatch.setattr("scanner.pool.run", run)
    monkeypatch.setattr("scanner.pool._executor", lambda: ThreadPoolExecutor(1))
    assert scan(tree, workers=1).status == "complete"
    for source in worker._sources.values():
        source.close()
    assert len(tasks) > 3 * parts
    assert len(anew) <= 4


def test_a_reading_that_was_let_go_of_begins_again_and_says_so(tmp_path, monkeypatch):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("mail\n" + "jane@example.org\n" * 200_000)
    monkeypatch.setattr(work, "TASK_SECONDS", 0.0)
    spec = SourceSpec("tree", tmp_path.as_uri())
    with open_source(spec) as source:
        one, other = source.assets()
    begin = Task((1, 0), spec, one, Chunk(), None, True, DetectSettings(ner="off"), None, b"k" * 32, b"c" * 64)
    worker = work.Worker()
    (first,) = worker.run([begin])
    assert not first.done
    (second,) = worker.run([replace(begin, first=False, after=first.mark)])
    assert (first.anew, second.anew) == (False, False)
    worker.run([replace(begin, reading=(2, 0), asset=other)])
    (third,) = worker.run([replace(begin, first=False, after=second.mark)])
    assert third.anew
