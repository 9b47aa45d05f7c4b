"""`recense schedule`, in this process and as a process of its own with signals."""

import csv
import io
import json
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inventory.lock import alone

ROOT = Path(__file__).parents[2]


def settings(path, *sources):
    path.write_text("".join(f"[[source]]\n{one}\n" for one in sources))
    return path


def source(name, url, **keys):
    return "\n".join(f'{key} = "{value}"' for key, value in {"name": name, "url": url, **keys}.items())


def closed():
    """A window that is not open now, and not for hours."""
    noon = datetime.now(UTC) + timedelta(hours=10)
    return f"{noon:%H:%M}-{noon + timedelta(hours=2):%H:%M}"


@pytest.fixture
def config(tmp_path, tree):
    return settings(
        tmp_path / "recense.toml",
        source("tree", tree, schedule="0 2 * * *", window="01:00-05:00", timezone="Asia/Tokyo"),
        source("never", tree / "people.csv"),
        source("late", tree, schedule="30 4 * * *", timezone="UTC"),
    )


def test_next_shows_each_source_with_its_window_before_anything_was_scanned(recense, config):
    rows = {row["source"]: row for row in recense("--config", config, "schedule", "next", "--format", "json").json}
    assert rows["tree"]["why"] == rows["late"]["why"] == "first"
    assert rows["tree"]["next"].endswith("+09:00")
    assert (rows["tree"]["window"], rows["tree"]["timezone"]) == ("01:00-05:00", "Asia/Tokyo")
    assert (rows["never"]["next"], rows["never"]["why"]) == (None, "no schedule")


def test_next_shows_how_the_last_scan_ended(recense, config):
    recense("--config", config, "scan")
    rows = {row["source"]: row for row in recense("--config", config, "schedule", "next", "--format", "json").json}
    late = rows["late"]
    assert (late["why"], late["last_status"]) == ("scheduled", "partial")
    assert datetime.fromisoformat(late["next"]) > datetime.fromisoformat(late["last_finished"])
    assert late["next"].endswith("T04:30:00+00:00")


def test_next_as_table_and_csv(recense, config):
    table = recense("--config", config, "schedule", "next")
    assert "Asia/Tokyo" in table.out
    rows = list(csv.DictReader(io.StringIO(recense("--config", config, "schedule", "next", "--format", "csv").out)))
    assert [row["source"] for row in rows][-1] == "never"
    assert recense("schedule", "next").out == "No source in the settings.\n"


def test_next_tells_a_running_scan_from_one_that_was_killed(recense, config):
    recense("--config", config, "scan", "tree")
    with sqlite3.connect("recense.db") as connection:
        connection.execute("UPDATE scans SET status = 'running', finished = NULL")
    connection.close()
    show = ("--config", config, "schedule", "next", "--format", "json")
    assert {row["last_status"] for row in recense(*show).json} == {"interrupted", None}
    with alone(Path("recense.db")):
        assert [row["why"] for row in recense(*show).json if row["source"] == "tree"] == ["running"]


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        ({"schedule": "0 0 30 2 *"}, "'schedule' is not understood (bad day-of-month)"),
        ({"schedule": "at night"}, "'0 2 * * *'"),
        ({"window": "22:00-22:00"}, "'window' ends when it begins"),
        ({"window": "evening"}, "'22:00-06:00'"),
        ({"timezone": "Europe/Zurch"}, "'Europe/Zurch' is no time zone"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said_by_every_command(recense, tree, tmp_path, keys, hint):
    ran = recense("--config", settings(tmp_path / "bad.toml", source("a", tree, **keys)), "schedule", "run")
    assert ran.code == 2
    assert hint in ran.err
    assert "[source 1]" in ran.err


def test_run_refuses_settings_without_a_schedule(recense, tree, tmp_path):
    ran = recense("--config", settings(tmp_path / "bad.toml", source("a", tree)), "schedule", "run")
    assert (ran.code, "`schedule`" in ran.err) == (2, True)


def test_run_refuses_an_address_or_a_file_for_metrics_that_cannot_be(recense, config, tmp_path):
    for words in (("--metrics-address", "9464"), ("--metrics-file", tmp_path / "none/recense.prom")):
        ran = recense("--config", config, "schedule", "run", *words)
        assert (ran.code, "metrics" in ran.err) == (1, True)


def test_a_scan_by_hand_outside_of_the_window_says_so_and_does_not_wait(recense, tree, tmp_path):
    outside = source("a", tree / "people.csv", schedule="0 2 * * *", window=closed(), timezone="UTC")
    ran = recense("--config", settings(tmp_path / "w.toml", outside), "scan")
    assert ran.code == 0
    assert "a: outside of its window" in ran.err
    inside = source("a", tree / "people.csv", window="00:00-23:59", timezone="UTC")
    now = datetime.now(UTC)
    if (now.hour, now.minute) != (23, 59):
        assert "window" not in recense("--config", settings(tmp_path / "w.toml", inside), "scan").err


def wait_until(look, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


class Running:
    """A scheduler as a process of its own; its lines can be waited for."""

    def __init__(self, config, folder, *words):
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", "--config", str(config), "schedule", "run", "--workers", "1", *words],
            cwd=folder,
            stderr=self._log,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )
        self._folder = folder

    def lines(self):
        whole = (self._folder / "log").read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, event):
        return wait_until(lambda: [line for line in self.lines() if line["event"] == event])[-1]

    def close(self):
        self.process.kill()
        self.process.wait()
        self._log.close()


@pytest.fixture
def begin(tmp_path):
    """Start schedulers; none outlives the test."""
    made = []

    def start(config, *words):
        made.append(Running(config, tmp_path, *words))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_a_scheduler_obeys_signals_and_ends_at_a_mark(begin, recense, tmp_path):
    data = tmp_path / "big.csv"
    data.write_text("email,padding\n" + "".join(f"c{n}@example.org,{'x' * 100}\n" for n in range(200_000)))
    good = [source("big", data, schedule="0 2 * * *", timezone="UTC") + "\nmax_mb_per_s = 1"]
    config = settings(tmp_path / "s.toml", *good)
    prom = tmp_path / "recense.prom"
    running = begin(config, "--metrics-file", str(prom), "--metrics-address", "127.0.0.1:0")
    assert running.wait_for("scan_began")["why"] == "first"
    wait_until(lambda: 'recense_scan_running{source="big"} 1.0' in prom.read_text())
    port = running.wait_for("metrics_served")["port"]

    config.write_text("[[source]]\nnam = 'x'\n")
    running.process.send_signal(signal.SIGHUP)
    assert "did you mean 'name'?" in running.wait_for("settings_kept")["error"]
    settings(config, *good, source("other", data, schedule="0 3 1 1 *", window="03:00-04:00", timezone="UTC"))
    running.process.send_signal(signal.SIGHUP)
    assert running.wait_for("settings_reloaded")["sources"] == 2
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert 'recense_scan_running{source="other"} 0.0' in answer.read().decode()

    there = ("--config", config, "--inventory", f"sqlite:///{tmp_path}/recense.db")
    hand = recense(*there, "scan", "big")
    assert (hand.code, "another scan" in hand.err) == (1, True)

    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert [line["event"] for line in running.lines()][-2:] == ["scan_ended", "scheduler_ended"]
    ended = running.wait_for("scan_ended")
    assert ended["status"] == "interrupted"
    rows = recense(*there, "schedule", "next", "--format", "json").json
    assert [(row["why"], row["last_status"]) for row in rows if row["source"] == "big"] == [
        ("interrupted", "interrupted")
    ]
    assert 'recense_scan_last_status{source="big",status="interrupted"} 1.0' in prom.read_text()
