"""What the benchmarks measure with: their data, their clocks, and the lock of their peers."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.bench_dumps import TABLES, statements
from benchmarks.data import HEADER, KINDS, cells, halves, write_log, write_table
from benchmarks.formats import KINDS as FORMATS
from benchmarks.formats import Shop
from benchmarks.measure import best, run_program, timed
from benchmarks.reading import read, tree
from benchmarks.stages import STAGES, Sampler

ROOT = Path(__file__).resolve().parent.parent


def test_every_kind_of_data_is_the_same_each_time() -> None:
    for make, _ in KINDS.values():
        assert cells(make(50)) == cells(make(50))


def test_a_table_is_cut_into_two_with_its_header_in_both(tmp_path: Path) -> None:
    write_table(tmp_path / "table.csv", 0.3)
    whole = (tmp_path / "table.csv").read_text().splitlines()
    first, second = ((part.read_text().splitlines()) for part in halves(tmp_path / "table.csv", tmp_path))
    assert first[0] == second[0] == ",".join(HEADER)
    assert first + second[1:] == whole


def test_a_log_is_cut_into_two_at_a_line(tmp_path: Path) -> None:
    write_log(tmp_path / "access.log", 3)
    first, second = (part.read_bytes() for part in halves(tmp_path / "access.log", tmp_path))
    assert first + second == (tmp_path / "access.log").read_bytes()
    assert first.endswith(b"\n")
    assert second


def test_the_quickest_of_the_rounds_counts() -> None:
    waits = iter([0.02, 0.0, 0.02])

    def run() -> int:
        until = time.process_time() + next(waits)
        while time.process_time() < until:
            pass
        return 7

    taken = best(run)
    assert taken.cpu < 0.015
    assert taken.found == 7


def test_every_format_is_written_and_read_by_both_ways(tmp_path: Path) -> None:
    shop, unread = Shop(30_000), []
    for number, kind in enumerate(FORMATS.values()):
        path = tmp_path / str(number) / kind.file
        path.parent.mkdir()
        assert kind.write(path, shop, 30_000) > 0
        assert kind.bare(path) > 0
    with tree(tmp_path) as source:
        assert read(source, unread) > 20 * len(FORMATS)
    assert unread == []


def test_a_dump_of_some_size_has_all_tables() -> None:
    text = "".join(statements(4_000_000))
    assert 4_000_000 < len(text) < 8_500_000
    assert [text.count(f"INSERT INTO `{name}`") > 0 for name in TABLES] == [True] * 4


def test_a_living_child_counts_for_the_time_that_was_taken() -> None:
    loop = "import sys, time\nwhile time.process_time() < 0.3: pass\nprint(flush=True); sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", loop], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        taken = timed(lambda: len(child.stdout.readline()))
    assert taken.cpu > 0.2


def test_memory_is_that_of_children_too() -> None:
    child = "import time; b = bytearray(60_000_000); b[::4096] = b'1' * len(b[::4096]); time.sleep(0.2)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    program = run_program([sys.executable, "-c", parent])
    assert program.code == 0
    assert program.peaks["worker"] > 60_000_000 > program.peaks["parent"]


def _busy(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_time_goes_to_the_stage_of_the_function_that_runs() -> None:
    sampler = Sampler({f"{__name__}._busy": "ours"})
    with sampler.watching():
        _busy(0.2)
    assert sampler.shares()["ours"] > 0.9


def test_the_longest_name_says_the_stage() -> None:
    sampler = Sampler()
    assert sampler.named("inventory.keys.Sealer.seal") == STAGES["inventory.keys.Sealer"]
    assert sampler.named("inventory.recorder.Recorder.commit") == "writing"
    assert sampler.named("json.dumps") is None


def test_the_lock_of_the_peers_has_hashes_and_names_no_place() -> None:
    lock = (ROOT / "requirements-bench.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"://|--index|--extra-index|--find-links|@ ", lock) == []
