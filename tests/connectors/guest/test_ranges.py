"""Parts of files that a guest asks for: what an honest one gets, and what a turned one does not."""

from __future__ import annotations

import os
import random
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from connectors.errors import ReadError, SourceError
from connectors.formats.remote import BLOCK_BYTES, Remote
from connectors.guest import host
from connectors.guest.host import Bounds, Guest
from connectors.guest.ranges import Ranged, Serving, ask
from connectors.interface import Asset, Batch, Cause

HONEST = list(host.COMMAND)
TURNED = """
import json, os, socket, struct, sys, time
link = socket.socket(fileno=int(sys.argv[1]))
def say(told, body=b""):
    line = json.dumps(told).encode()
    link.sendall(struct.pack("!II", len(line), len(body)) + line + body)
say({"k": "done"})
_, (file,), _, _ = socket.recv_fds(link, 1 << 16, 1)
def want(offset, length):
    os.write(file, struct.pack("!QI", offset, length))
    return os.read(file, 1 << 20)
"""


class Bytes(Ranged):
    """A file in memory that takes note of what is asked for."""

    def __init__(self, data: bytes):
        self.data, self.size, self.asked = data, len(data), []
        self.fails: Exception | None = None
        self.slow = 0.0

    def read(self, offset, length):
        assert 0 <= offset <= offset + length <= self.size
        self.asked.append((offset, length))
        time.sleep(self.slow)
        if self.fails is not None:
            raise self.fails
        return self.data[offset : offset + length]


def remote(data: bytes, asked: list[tuple[int, int]]) -> Remote:
    def give(offset, length):
        asked.append((offset, length))
        assert length <= BLOCK_BYTES
        assert offset + length <= len(data)
        return data[offset : offset + length]

    return Remote(give, len(data))


def test_a_remote_stream_is_read_as_a_file_is():
    data, dice = os.urandom(20_000_000), random.Random(7)
    stream, place = remote(data, []), 0
    for _ in range(300):
        move = dice.choice(["read", "read", "seek", "end", "sample", "into"])
        size = dice.choice([0, 1, 100, 70_000, 5_000_000])
        if move == "read":
            assert stream.read(size) == data[place : place + size]
            place = min(len(data), place + size)
        elif move == "into":
            buffer = bytearray(size)
            count = stream.readinto(buffer)
            assert buffer[:count] == data[place : place + size]
            place += count
        elif move == "sample":
            assert stream.sample(size * 3, size) == data[size * 3 : size * 4]
        else:
            place = len(data) - size if move == "end" else dice.randrange(len(data))
            stream.seek(-size, os.SEEK_END) if move == "end" else stream.seek(place)
        assert stream.tell() == place
    stream.seek(len(data) - 10)
    assert stream.read() == data[-10:]
    assert stream.read(10) == b""


def test_reading_on_asks_for_ever_larger_parts_and_jumping_for_small_ones():
    asked: list[tuple[int, int]] = []
    stream = remote(bytes(64 << 20), asked)
    while stream.read(10_000):
        pass
    assert len(asked) < 25
    assert max(length for _, length in asked) == BLOCK_BYTES
    asked.clear()
    for place in (50 << 20, 1 << 20, 30 << 20):
        stream.seek(place)
        stream.read(30)
    assert sum(length for _, length in asked) < 300_000


def test_a_served_file_arrives_whole_and_the_next_part_is_fetched_before_it_is_asked_for():
    file = Bytes(os.urandom(30_000_000))
    with Serving(file) as serving:
        stream = Remote(lambda offset, length: ask(serving.descriptor, offset, length), file.size)
        assert stream.read(29_000_000) == file.data[:29_000_000]
    assert file.asked == sorted(file.asked), "a stream is never asked to go back"
    assert sum(length for _, length in file.asked) <= file.size


def guest_read(file: Ranged, bounds: Bounds | None = None, name: str = "a.txt") -> list[object]:
    guest = Guest(bounds)
    with closing(guest):
        return list(guest.ask("look", file, name=name, timeout=5.0))


def test_a_guest_reads_what_its_host_fetches():
    (asset,) = guest_read(Bytes(b"zoe@example.org\n" * 10))
    assert isinstance(asset, Asset)
    assert asset.size == 160


def test_what_a_source_says_is_told_as_it_was_and_not_laid_to_the_file():
    file = Bytes(bytes(100))
    for error in (ReadError(Cause.DENIED, "no right"), SourceError("gone"), PermissionError(13, "no")):
        file.fails = error
        with pytest.raises((ReadError, SourceError)) as caught:
            guest_read(file)
        assert getattr(caught.value, "cause", None) == getattr(
            error, "cause", "denied" if isinstance(error, OSError) else None
        )


def test_a_slow_source_is_not_the_guests_fault():
    file = Bytes(b"x\n" * 50)
    file.slow = 2.5
    assert guest_read(file, Bounds(silence=2.0))


def test_a_source_that_never_answers_is_given_up():
    file = Bytes(b"x\n" * 50)
    file.slow = 30.0
    guest, began = Guest(Bounds(silence=1.0)), time.monotonic()
    with closing(guest), pytest.raises(ReadError) as caught:
        list(guest.ask("look", file, name="a.txt", timeout=2.0))
    assert caught.value.cause == "timeout"
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "code",
    [
        "want(0, 0)",
        "want(95, 10)",
        "want(1 << 63, 5)",
        f"want(0, {BLOCK_BYTES + 1})",
        "say({'k': 'want', 'offset': 0, 'length': 5})",
        "say({'k': 'asset', 'name': 'x'})",
        "say({'k': 'kind', 'format': 'sqlite'}); say({'k': 'done'}); say(5)",
        "os.write(file, b'12345'); os.close(file); os.close(link.detach())",
    ],
)
def test_a_turned_guest_gets_nothing_from_beyond_the_file(monkeypatch, code):
    monkeypatch.setattr(host, "COMMAND", [sys.executable, "-c", f"{TURNED}{code}\ntime.sleep(1)"])
    file = Bytes(bytes(100))
    guest = Guest()
    with closing(guest), suppress(ReadError):
        told = list(guest.ask("look", file, name="a.csv", timeout=5.0))
        assert not any(isinstance(one, Asset | Batch) for one in told)
    assert file.asked == []
    monkeypatch.setattr(host, "COMMAND", HONEST)
    assert guest_read(Bytes(b"x\n"))


def test_leaving_off_ends_the_thread_and_gives_back_what_was_opened():
    before = descriptors()
    guest = Guest()
    with closing(guest):
        asked = guest.ask("look", Bytes(b"x\n" * 100), name="a.txt", timeout=5.0)
        next(asked)
        asked.close()
    assert descriptors() == before


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
