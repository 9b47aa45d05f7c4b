"""Whether located records still hold what they were found for."""

import shutil
import sqlite3

from detectors.interface import DetectSettings
from inventory.store import Inventory
from scanner.engine import Engine
from scanner.settings import ScanOptions, Settings
from scanner.targets import resolve
from subjects.live import look_again
from subjects.locate import identify, locate
from tests.subjects.conftest import JANE


def look(inventory):
    located = locate(inventory, identify(inventory, [JANE], None, DetectSettings()))
    return {
        record.asset: held
        for record, held in zip(located.records, look_again(inventory, located, Settings()), strict=True)
    }


def test_records_that_still_hold_it_say_so_in_every_kind_of_store(inventory):
    assert look(inventory) == dict.fromkeys(
        ["a.csv", "b.json", "c.jsonl", "d.log", "e.db!people", "e.db!keyless"], True
    )


def test_a_record_that_was_changed_says_so(inventory, tree):
    with sqlite3.connect(tree / "e.db") as connection:
        connection.execute("UPDATE people SET email = 'gone@example.org' WHERE id = 2")
    connection.close()
    (tree / "d.log").write_text(f"one more line\nstart\nlogin {JANE} ok\n")
    answers = look(inventory)
    assert (answers["e.db!people"], answers["e.db!keyless"], answers["d.log"]) == (False, True, False)


def test_a_deleted_row_holds_nothing(inventory, tree):
    with sqlite3.connect(tree / "e.db") as connection:
        connection.execute("DELETE FROM people WHERE id = 2")
    connection.close()
    assert look(inventory)["e.db!people"] is False


OWN = """
recognizers:
  - name: staff number
    supported_language: en
    supported_entity: STAFF
    patterns: [{name: staff, regex: "ST-[0-9]{6}", score: 0.9}]
"""


def test_what_counts_under_a_column_s_name_alone_and_the_user_s_own_are_seen_again(tmp_path):
    root = tmp_path / "own"
    root.mkdir()
    (root / "a.csv").write_text("sin,ref\n046 454 286,ST-123456\n130 692 544,ST-654321\n")
    (tmp_path / "own.yaml").write_text(OWN)
    settings = Settings(detect=DetectSettings(recognizers=str(tmp_path / "own.yaml")))
    with Inventory(f"sqlite:///{tmp_path}/own.db", tmp_path / "own.key", create=True) as inventory:
        Engine(inventory, settings, ScanOptions(workers=1)).run(resolve([str(root)], []))
        for value, entity in (("046454286", "CA_SIN"), ("ST-123456", "STAFF")):
            located = locate(inventory, identify(inventory, [value], entity, settings.detect))
            assert [(one.field, one.slots) for one in located.records] == [
                ("sin" if entity == "CA_SIN" else "ref", (1,))
            ]
            assert look_again(inventory, located, settings) == [True]


def test_a_store_that_is_not_there_cannot_say(inventory, tree):
    shutil.rmtree(tree)
    assert set(look(inventory).values()) == {None}
