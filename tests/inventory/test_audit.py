"""The audit trail and how it shows tampering."""

import json
import multiprocessing
import os

import pytest

from inventory.errors import AuditError, StoreError
from inventory.store import Inventory


@pytest.fixture
def trail(inventory):
    for number in range(5):
        inventory.audit.append("locate", {"records": number})
    return inventory


def test_a_whole_trail_is_verified(trail):
    assert trail.audit.verify() == 5


def test_real_user_sudo_user_and_stated_actor_are_written(tmp_path, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "alice")
    with Inventory(f"sqlite:///{tmp_path}/r.db", tmp_path / "k", create=True, actor="support-7") as inventory:
        inventory.audit.append("locate", {})
        (line,) = inventory.audit.lines()
    assert (line.actor, line.sudo_user, line.uid) == ("support-7", "alice", os.getuid())


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'nobody' WHERE n = 2",
        "UPDATE audit SET detail = '{}' WHERE n = 5",
        "UPDATE audit SET at = '2020' WHERE n = 1",
        "DELETE FROM audit WHERE n = 3",
        "DELETE FROM audit WHERE n = 1",
        "DELETE FROM audit WHERE n >= 4",
        "DELETE FROM audit",
        "UPDATE audit SET n = 9 WHERE n = 5",
    ],
)
def test_a_changed_or_cut_line_is_found(trail, tampering):
    trail.connection.execute(tampering)
    with pytest.raises(AuditError):
        trail.audit.verify()


def test_two_lines_that_changed_places_are_found(trail):
    for step in ("n = -1 WHERE n = 2", "n = 2 WHERE n = 3", "n = 3 WHERE n = -1"):
        trail.connection.execute(f"UPDATE audit SET {step}")
    with pytest.raises(AuditError, match="line 2"):
        trail.audit.verify()


def test_a_cut_that_also_removes_the_head_file_is_found(trail, tmp_path):
    trail.connection.execute("DELETE FROM audit WHERE n = 5")
    (tmp_path / "recense.key.audit").unlink()
    with pytest.raises(AuditError, match="head"):
        trail.audit.verify()


def test_a_changed_head_file_is_found(trail, tmp_path):
    head = tmp_path / "recense.key.audit"
    heads = json.loads(head.read_text())
    heads[trail.id]["length"] = "4"
    head.write_text(json.dumps(heads))
    with pytest.raises(AuditError, match="kept head"):
        trail.audit.verify()


def test_a_head_one_line_behind_is_what_a_crash_leaves_and_no_tampering(trail, tmp_path):
    before = (tmp_path / "recense.key.audit").read_text()
    trail.audit.append("scan", {})
    (tmp_path / "recense.key.audit").write_text(before)
    assert trail.audit.verify() == 6


@pytest.mark.parametrize("cut", ["DELETE FROM audit WHERE n = 5", "DELETE FROM audit", "UPDATE audit SET seal = x'00'"])
@pytest.mark.parametrize("head", ["kept", "removed", "garbled"])
def test_a_later_line_never_makes_a_damaged_trail_whole(trail, tmp_path, cut, head):
    path = tmp_path / "recense.key.audit"
    trail.connection.execute("INSERT INTO scans (started, finished, status, mode, scope) VALUES ('', '', '', '', '')")
    trail.connection.execute(cut)
    if head == "removed":
        path.unlink()
    elif head == "garbled":
        path.write_text("{")
    for _ in range(2):
        trail.audit.append("locate", {})
        with pytest.raises(AuditError):
            trail.audit.verify()


@pytest.mark.parametrize("value", ["99", "x'ff'", "NULL", "1000000000000", "'text'"])
@pytest.mark.parametrize("column", ["detail", "uid", "actor"])
def test_values_of_any_type_are_met_as_damage(trail, column, value):
    trail.connection.execute("PRAGMA ignore_check_constraints = ON")
    trail.connection.execute("CREATE TABLE loose AS SELECT * FROM audit")
    trail.connection.execute("DROP TABLE audit")
    trail.connection.execute("ALTER TABLE loose RENAME TO audit")
    trail.connection.execute(f"UPDATE audit SET {column} = {value}, seal = {value} WHERE n = 3")
    with pytest.raises(AuditError, match="line 3"):
        trail.audit.verify()
    assert len(list(trail.audit.lines())) == 5


def test_an_id_that_was_changed_is_found(trail, tmp_path):
    trail.connection.execute("UPDATE meta SET value = 'deadbeefdeadbeef' WHERE name = 'id'")
    with pytest.raises(StoreError, match="id was changed"):
        Inventory(f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key")


def append_lines(url, key, count):
    with Inventory(url, key) as inventory:
        for _ in range(count):
            inventory.audit.append("locate", {})


def test_processes_that_write_at_once_leave_one_whole_chain(inventory, tmp_path):
    context = multiprocessing.get_context("fork")
    arguments = (f"sqlite:///{tmp_path}/recense.db", tmp_path / "recense.key", 20)
    writers = [context.Process(target=append_lines, args=arguments) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert inventory.audit.verify() == 60


def test_seals_can_go_to_syslog_as_well(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr("syslog.syslog", lambda _priority, text: told.append(text))  # no syslog daemon in a test
    with Inventory(f"sqlite:///{tmp_path}/r.db", tmp_path / "k", create=True, syslog="local3") as inventory:
        inventory.audit.append("locate", {"records": 1})
        seal = inventory.connection.execute("SELECT seal FROM audit").fetchone()[0]
    assert len(told) == 1
    assert seal.hex() in told[0]
    assert "locate" in told[0]
