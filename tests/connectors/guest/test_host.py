"""A host and its guests: honest ones, and ones that a file has turned."""

from __future__ import annotations

import os
import struct
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.errors import ReadError, SourceError
from connectors.guest import host, wire
from connectors.guest.host import Bounds, Guest, asset_words, bounds_of
from connectors.interface import Asset, Batch, Ended, Locators, Unread, text_field

HONEST = list(host.COMMAND)
HEAR = """
import json, os, socket, struct, sys, time, signal
link = socket.socket(fileno=int(sys.argv[1]))
def hear():
    socket.recv_fds(link, 1 << 16, 1)
def say(told, body=b""):
    line = json.dumps(told).encode()
    link.sendall(struct.pack("!II", len(line), len(body)) + line + body)
say({"k": "done"})
hear()
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,mail\n1,jane@example.org\n")
    descriptor = os.open(path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def turned(monkeypatch, file):
    """Ask a guest that runs some code of ours instead of the honest one."""

    def ask(code: str, bounds: Bounds | None = None) -> ReadError:
        monkeypatch.setattr(host, "COMMAND", [sys.executable, "-c", HEAR + code])
        guest = Guest(bounds)
        with closing(guest), pytest.raises(ReadError) as caught:
            list(guest.ask("look", file, name="a.csv", timeout=5.0))
        monkeypatch.setattr(host, "COMMAND", HONEST)
        guest.bounds = Bounds()  # an honest one may take a while to start on a busy machine
        asked = list(guest.ask("look", file, name="a.csv", timeout=5.0))
        assert isinstance(asked[0], Asset), "the next question finds an honest guest"
        guest.close()
        return caught.value

    return ask


def test_a_guest_lists_and_reads(file):
    guest = Guest()
    (asset,) = guest.ask("look", file, name="a.csv", timeout=5.0)
    words = asset_words(asset)
    (chunk,) = guest.ask("chunks", file, name="a.csv", timeout=5.0, asset=words, changed=False)
    asked = {"asset": words, "changed": True, "chunk": {"number": 0, "detail": dict(chunk.detail)}, "after": None}
    (batch,) = guest.ask("read", file, name="a.csv", timeout=5.0, **asked)
    assert batch.columns.to_pydict() == {"id": ["1"], "mail": ["jane@example.org"]}
    assert (batch.rows, batch.locators.at(0)) == (1, (1,))
    guest.close()


def test_a_question_that_is_left_off_disturbs_no_other(file):
    guest = Guest()
    for _ in range(3):
        next(guest.ask("look", file, name="a.csv", timeout=5.0))
    assert len(list(guest.ask("look", file, name="a.csv", timeout=5.0))) == 1
    guest.close()


def test_a_guest_that_dies_costs_its_file_and_nothing_else(turned):
    error = turned("os.kill(os.getpid(), signal.SIGSEGV)")
    assert error.cause == "corrupt"
    assert "signal 11" in error.reason


def test_a_guest_that_says_nothing_is_given_up(turned):
    began = time.monotonic()
    error = turned("time.sleep(60)", Bounds(silence=0.5))
    assert error.cause == "timeout"
    assert time.monotonic() - began < 10


def test_a_guest_that_takes_too_much_memory_is_given_up(turned):
    error = turned("held = bytearray(300 << 20)\ntime.sleep(60)", Bounds(memory=200 << 20, silence=20))
    assert error.cause == "other"
    assert "200 MB" in error.reason


@pytest.mark.parametrize(
    "code",
    [
        "link.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n' * 100)",
        "link.sendall(struct.pack('!II', 2**31, 0))",
        "link.sendall(struct.pack('!II', 3, 0) + b'[1]')",
        "link.sendall(struct.pack('!II', 4, 0) + b'{{{{')",
        "say({'k': 'nonsense'})",
        "say({'k': 'asset', 'name': 5})",
        "say({'k': 'unread', 'name': 'a', 'kind': 'b', 'cause': 'no such', 'reason': '', 'size': 1})",
        "say({'k': '['*1000})",
    ],
)
def test_what_makes_no_sense_is_refused(turned, code):
    assert turned(code + "\ntime.sleep(5)").cause == "corrupt"


def batch_words(**changed: object) -> dict[str, object]:
    told = {"k": "batch", "n": 2, "fields": [["a", "", "text", 0, 12, 2]], "slots": [["int", 0, 16]]}
    return {**told, "mark": None, "rows": 2, "size": 5, "cut": None, **changed}


GOOD = struct.pack("=3i", 0, 1, 2) + b"xy" + struct.pack("=2q", 1, 2)


def test_a_batch_comes_as_it_was_sent():
    batch = wire.heard(batch_words(), bytearray(GOOD))
    assert isinstance(batch, Batch)
    assert batch.columns.to_pydict() == {"a": ["x", "y"]}


@pytest.mark.parametrize(
    ("told", "body"),
    [
        (batch_words(), GOOD[:-1]),
        (batch_words(n=3), GOOD),
        (batch_words(n=-1), GOOD),
        (batch_words(n=10**9), GOOD),
        (batch_words(), struct.pack("=3i", 0, 1, 200) + GOOD[12:]),
        (batch_words(), struct.pack("=3i", 0, 2, 1) + GOOD[12:]),
        (batch_words(), struct.pack("=3i", -5, 1, 2) + GOOD[12:]),
        (batch_words(), GOOD[:12] + b"\xff\xfe" + GOOD[14:]),
        (batch_words(fields=[["a", "", "text", 0, 12, -2]]), GOOD),
        (batch_words(fields=[["a", "", "text", 0, 12, 10**15]]), GOOD),
        (batch_words(fields=[["a", "", "pickle", 0, 12, 2]]), GOOD),
        (batch_words(slots=[["int", 0, 8]]), GOOD),
        (batch_words(mark=[]), GOOD),
    ],
)
def test_a_batch_that_lies_is_refused(told, body):
    with pytest.raises(wire.WireError):
        wire.heard(told, bytearray(body))


def test_all_events_come_through_a_link_as_they_were_told():
    import socket  # noqa: PLC0415

    ours, theirs = socket.socketpair()
    text = pa.array(["x", None, "é"], pa.string()).slice(1)
    columns = pa.RecordBatch.from_arrays([text], schema=pa.schema([text_field("m", "varchar")]))
    sent = Batch(columns, Locators((pa.array([7, 8], pa.int64()), pa.array(["k", None]))), {"offset": 3}, 2, 9, "cut")
    events = [Unread("\udce9.txt", "file", "", wire.Cause.DENIED, "no"), sent, Ended(), Ended(wire.Cause.CUT, "short")]
    for event in events:
        wire.tell(theirs, event)
    theirs.close()
    heard = []
    while (message := wire.receive(ours)) is not None:
        heard.append(wire.heard(*message))
    ours.close()
    assert [heard[0], *heard[2:]] == [events[0], *events[2:]]
    got = heard[1]
    assert isinstance(got, Batch)
    assert got.columns.equals(sent.columns, check_metadata=True)
    assert [got.locators.at(row) for row in (0, 1)] == [(7, "k"), (8, None)]
    assert (got.mark, got.rows, got.size, got.cut) == ({"offset": 3}, 2, 9, "cut")


def test_bounds_are_what_the_settings_say():
    bounds = bounds_of((("memory_mb", 100), ("seconds", 5), ("depth", 2), ("expanded_gb", 0.5)))
    assert (bounds.memory, bounds.silence, bounds.inside.depth) == (100 << 20, 5.0, 2)
    assert (bounds.inside.expanded, bounds.inside.spooled) == (1 << 29, 50 << 20)
    assert (bounds.inside.ocr, bounds_of(()).inside.ocr, bounds_of((("ocr", 0.0),)).inside.ocr) == (2, 30, 0)


def test_a_guest_inherits_no_word_of_its_host(monkeypatch, file, tmp_path):
    monkeypatch.setenv("RECENSE_SECRET", "word")
    guest = Guest()
    list(guest.ask("look", file, name="a.csv", timeout=5.0))
    process = guest._process
    assert process is not None
    environment = Path(f"/proc/{process.pid}/environ")
    try:
        held = environment.read_bytes()
    except PermissionError:
        held = b""  # not even its own user may look at it
    assert b"word" not in held
    until = time.monotonic() + 10  # it closes the file once all is said, which the host does not wait for
    while held := [one for one in _open_files(process.pid) if one.is_relative_to(tmp_path)]:
        assert time.monotonic() < until, f"the file was not closed again: {held}"
    guest.close()


def _open_files(pid):
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield one.readlink()


def test_a_guest_that_cannot_start_says_so_once(monkeypatch, file):
    monkeypatch.setattr(host, "COMMAND", [sys.executable, "-c", "raise SystemExit(3)"])
    with closing(Guest()) as guest, pytest.raises(SourceError, match="ended at its start"):
        list(guest.ask("look", file, name="a.csv", timeout=5.0))
