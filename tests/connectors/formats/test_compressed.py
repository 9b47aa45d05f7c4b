"""Compressed files: taken off in layers, read to their end, and what came before damage counts."""

from __future__ import annotations

import bz2
import functools
import gzip
import lzma
import os
import shutil
import subprocess
import time
import zlib

import lz4.frame
import pytest
from backports import zstd

from connectors.errors import ReadError
from connectors.formats.compressed import unpacked
from connectors.formats.limits import Limits, Meter
from connectors.formats.registry import recognise
from connectors.formats.stream import Piped
from tests.connectors.formats.packs import opened

ROWS = "id,name,mail\n1,a,x@example.org\n2,b,y@example.org\n"
LONG = (ROWS * 20_000).encode()
PACK = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=1),
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=1),
    "zst": zstd.compress,
    "lz4": lz4.frame.compress,
}
LETTERS = os.urandom(2_000_000).hex().encode()
SEVERAL = ["gz", "bz2", "xz", "zst", "lz4"]


@functools.cache
def letters(way):
    """Pack `LETTERS`, once for all tests, since it takes longer than to unpack them."""
    return PACK[way](LETTERS)


def through(content, name="x", limits=None):
    """Read all; gives what came, what it ended with, and the file."""
    file = opened(content, name)
    meter = Meter(limits or Limits(), file.size)
    came = bytearray()
    try:
        file = unpacked(file, meter)
        file.stream.seek(0)
        while part := file.stream.read(100_000):
            came += part
    except ReadError as error:
        return bytes(came), error, file
    return bytes(came), None, file


@pytest.mark.parametrize("way", PACK)
@pytest.mark.parametrize("data", [ROWS.encode(), LONG, os.urandom(300_000)], ids=["short", "long", "random"])
def test_what_was_packed_comes_out(way, data):
    assert through(PACK[way](data))[:2] == (data, None)


@pytest.mark.parametrize("way", PACK)
def test_the_name_tells_what_lies_inside(way):
    file = through(PACK[way](ROWS.encode()), f"Export.csv.{way.upper()}")[2]
    assert (file.name, recognise(file).words, file.layers) == ("Export.csv", "csv", 1)


@pytest.mark.parametrize(
    ("name", "inner"),
    [("a.tgz", "a.tar"), ("a.tar.gz", "a.tar"), ("a.svgz", "a.svg"), ("dump.sql.gz", "dump.sql"), ("odd", "odd")],
)
def test_short_suffixes_stand_for_two(name, inner):
    assert through(gzip.compress(b"x\n"), name)[2].name == inner


@pytest.mark.parametrize("way", SEVERAL)
@pytest.mark.parametrize("length", [0, 5, 70_000])
def test_streams_in_a_row_are_read_to_the_last(way, length):
    parts = [bytes([65 + number]) * length for number in range(5)]
    assert through(b"".join(map(PACK[way], [*parts, b"end"])))[:2] == (b"".join(parts) + b"end", None)


@pytest.mark.parametrize("way", ["gz", "bz2"])
@pytest.mark.parametrize("behind", [b"\0" * 100_000, b"garbage", b"\x1f", b"\0\0\0x"])
def test_what_stands_behind_the_last_stream_is_no_damage_where_the_tool_says_so(way, behind):
    assert through(PACK[way](LONG) + behind)[:2] == (LONG, None)


@pytest.mark.parametrize("way", ["xz", "zst", "lz4"])
def test_what_stands_behind_the_last_stream_is_said(way):
    came, error, _ = through(PACK[way](LONG) + b"something else behind it")
    assert (came, error.cause) == (LONG, "corrupt")


@pytest.mark.parametrize("way", PACK)
@pytest.mark.parametrize("left", [0.5, 0.9, -1])
def test_a_stream_that_is_cut_off_gives_what_came_first(way, left):
    packed = letters(way)
    came, error, _ = through(packed[: int(len(packed) * left) if left > 0 else -1])
    assert error.cause == "cut"
    assert LETTERS.startswith(came)
    assert len(came) > (0.2 if left > 0 else 0.7) * len(LETTERS) * abs(left)


@pytest.mark.parametrize("way", ["gz", "xz", "zst", "bz2"])
def test_a_damaged_stream_gives_what_came_first(way):
    packed = bytearray(letters(way))
    place = len(packed) * 3 // 4
    packed[place : place + 50] = os.urandom(50)
    came, error, _ = through(bytes(packed))
    assert error.cause == "corrupt"
    assert len(came) > len(LETTERS) // 4
    assert LETTERS.startswith(came[: len(LETTERS) // 4])


def test_a_wrong_checksum_is_said_behind_all_that_came():
    packed = bytearray(gzip.compress(LONG))
    packed[-7] ^= 1
    came, error, _ = through(bytes(packed))
    assert (came, error.cause) == (LONG, "corrupt")
    assert "checksum" not in repr(came[:10])


@pytest.mark.parametrize("way", PACK)
def test_what_ends_within_its_header_is_cut(way):
    whole = PACK[way](LONG)
    for length in range(4, 20):
        packed = whole[:length]
        came, error, file = through(packed)
        assert came == packed or LONG.startswith(came)
        assert error is None or error.cause == "cut"
        assert error is not None or file.layers == 0


def test_a_gzip_header_with_all_its_parts_is_skipped():
    bare = gzip.compress(b"hello\n", mtime=0)
    header = b"\x1f\x8b\x08\x1e" + bare[4:10] + b"\5\0extra" + b"name\0" + b"comment\0" + b"\0\0"
    assert through(header + bare[10:])[:2] == (b"hello\n", None)
    came, error, _ = through(b"\x1f\x8b\x08\x08" + bare[4:10] + b"n" * 400_000)
    assert (came, error.cause) == (b"", "corrupt")


def test_layers_count_as_depth():
    data = b"hello\n"
    for _ in range(8):
        data = gzip.compress(data)
    assert through(data)[0] == b"hello\n"
    _, error, _ = through(gzip.compress(data))
    assert error.cause == "cut"
    assert "8 deep" in error.reason
    assert through(bz2.compress(gzip.compress(b"a\n")), "x.csv.gz.bz2")[2].name == "x.csv"


@pytest.mark.parametrize("way", sorted(set(PACK) - {"lz4"}))  # which makes zeros 255 times smaller at most
def test_a_bomb_ends_soon(way):
    began = time.monotonic()
    came, error, _ = through(PACK[way](bytes(200_000_000)))
    assert error.cause == "cut"
    assert "bombs" in error.reason
    assert len(came) <= 80 << 20
    assert time.monotonic() - began < 30


def test_many_empty_streams_take_time_in_proportion():
    began = time.monotonic()
    assert through(gzip.compress(b"") * 100_000 + gzip.compress(b"x"))[:2] == (b"x", None)
    assert time.monotonic() - began < 20


def xz_that_asks_for_a_gigabyte():
    """Write the wish into a modest file's header: to pack with such a dictionary takes that memory, and seconds."""
    packed = bytearray(lzma.compress(b"x" * 100, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}]))
    block = slice(12, 12 + 8)
    assert packed[block] == b"\x02\0\x21\x01\x08\0\0\0"
    packed[16] = 36
    packed[20:24] = zlib.crc32(packed[block]).to_bytes(4, "little")
    return bytes(packed)


def test_memory_that_a_file_asks_for_is_bounded():
    came, error, _ = through(xz_that_asks_for_a_gigabyte())
    assert (came, error.cause) == (b"", "other")
    assert "MB" in error.reason


def test_a_stream_goes_back_to_its_start_without_counting_twice():
    file = opened(gzip.compress(bytes(50 << 20)))
    plain = unpacked(file, Meter(Limits(), file.size))
    for _ in range(3):
        plain.stream.seek(0)
        assert sum(len(part) for part in iter(lambda: plain.stream.read(1 << 20), b"")) == 50 << 20


def test_an_error_waits_for_its_place():
    whole = gzip.compress(os.urandom(1000))
    file = unpacked(opened(whole[:-20]), Meter(Limits(), 1))
    assert 0 < len(file.head) < 1000
    assert isinstance(file.stream, Piped)
    assert file.stream.read(10) == file.head[:10]
    with pytest.raises(ReadError, match="cut off"):
        file.stream.read()


@pytest.mark.parametrize("text", ["BZh91 is no archive\n", "]\n", "x,y\n", "\x1f\x9d"[:1] + "a\n"])
def test_other_files_stay_as_they_are(text):
    file = opened(text.encode())
    assert unpacked(file, Meter(Limits(), 1)) is file


TOOLS = {"gzip": "gz", "bzip2": "bz2", "xz": "xz", "zstd": "zst", "lz4": "lz4", "compress": "Z"}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_the_tools_make_is_read(tool):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    packed = subprocess.run([tool, "-c"], input=LONG, stdout=subprocess.PIPE, check=True).stdout
    assert through(packed, f"x.csv.{TOOLS[tool]}")[:2] == (LONG, None)
    came, error, _ = through(packed[: len(packed) // 2])
    assert LONG.startswith(came)
    assert tool == "compress" or error.cause == "cut"  # its format has no end of its own
