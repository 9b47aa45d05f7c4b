"""Whether located records still hold what they were found for."""

import shutil
import sqlite3

from detectors.interface import DetectSettings
from scanner.settings import Settings
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


def test_a_store_that_is_not_there_cannot_say(inventory, tree):
    shutil.rmtree(tree)
    assert set(look(inventory).values()) == {None}
