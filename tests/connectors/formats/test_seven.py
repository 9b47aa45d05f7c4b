"""7z archives: every way of packing, solid blocks, damage, encryption, and never a bomb."""

from __future__ import annotations

import io
import lzma
import os
import random
import struct
import zlib

import py7zr
import pytest

from connectors.formats.limits import Limits
from tests.connectors.formats.packs import told

MAIL = b"write to zoe@example.org\n"
CSV = b"id,name,mail\n1,a,x@example.org\n2,b,y@example.org\n"
WAYS = {
    "lzma": [{"id": py7zr.FILTER_LZMA, "preset": 6}],
    "lzma2": [{"id": py7zr.FILTER_LZMA2, "preset": 6}],
    "bzip2": [{"id": py7zr.FILTER_BZIP2}],
    "deflate": [{"id": py7zr.FILTER_DEFLATE}],
    "zstandard": [{"id": py7zr.FILTER_ZSTD, "level": 3}],
    "copy": [{"id": py7zr.FILTER_COPY}],
    "x86, lzma": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA, "preset": 6}],
    "x86, lzma2": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 6}],
    "arm, bzip2": [{"id": py7zr.FILTER_ARM}, {"id": py7zr.FILTER_BZIP2}],
    "delta, lzma2": [{"id": py7zr.FILTER_DELTA}, {"id": py7zr.FILTER_LZMA2, "preset": 6}],
}


def made(*members, way="lzma2", **options):
    out = io.BytesIO()
    filters = None if "password" in options else WAYS[way]
    with py7zr.SevenZipFile(out, "w", filters=filters, **options) as pack:
        for name, content in members:
            pack.writestr(content, name)
    return out.getvalue()


def number(value):
    """Write a number as the format has them, in its longest form."""
    return b"\xff" + struct.pack("<Q", value)


def closed(body, listed):
    """Write an archive of packed bytes and a list."""
    start = struct.pack("<QQL", len(body), len(listed), zlib.crc32(listed))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + body + listed


def block(stored, unpacked, coders, sums=b""):
    """Write what a list says of one block."""
    return b"\6\0\1\x09" + number(stored) + b"\0\7\x0b\1\0" + coders + b"\x0c" + number(unpacked) + sums + b"\0\0"


def files(*names):
    raw = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    return b"\5" + number(len(names)) + b"\x11" + number(len(raw)) + raw + b"\0"


@pytest.mark.parametrize("way", WAYS)
def test_members_are_read_whatever_packed_them(way):
    prose = b"".join(b"%d some words for u%d@example.org\n" % (one * 7919 % 1000, one) for one in range(20_000))
    found = told(made(("a.csv", CSV), ("./d/\xe9t\xe9.txt", MAIL * 5000), ("p.txt", prose), way=way))
    assert (found.error, found.errors) == (None, {})
    assert {name: asset.kind for name, asset in found.assets.items()} == {
        "a.csv": "csv",
        "d/\xe9t\xe9.txt": "text",
        "p.txt": "text",
    }
    assert found.values["d/\xe9t\xe9.txt"] == ["write to zoe@example.org"] * 5000
    assert found.values["p.txt"][-1].endswith("u19999@example.org")
    assert not found.unread


def test_empty_files_are_told_and_folders_are_not(tmp_path):
    (tmp_path / "in" / "folder").mkdir(parents=True)
    (tmp_path / "in" / "empty").touch()
    (tmp_path / "in" / "a.txt").write_bytes(MAIL)
    (tmp_path / "in" / "link").symlink_to("a.txt")
    with py7zr.SevenZipFile(tmp_path / "x.7z", "w") as pack:
        pack.writeall(tmp_path / "in", "in")
    found = told(tmp_path / "x.7z")
    assert list(found.assets) == ["in/a.txt"]
    assert found.causes() == {"in/empty": "empty", "in/link": "link"}


def test_archives_lie_in_archives():
    inner = made(("x.csv", CSV))
    assert list(told(made(("in.7z", inner), ("z.txt", MAIL))).assets) == ["in.7z!x.csv", "z.txt"]


def test_paths_that_lead_out_are_shown_as_they_are_and_doubles_told_apart():
    size = number(len(MAIL))
    several = b"\6\0\1\x09" + number(3 * len(MAIL)) + b"\0\7\x0b\1\0\1\1\0\x0c" + number(3 * len(MAIL)) + b"\0"
    listed = b"\1\4" + several + b"\x08\x0d\3\x09" + size + size + b"\0\0" + files("../../etc/x", "/a", "/a") + b"\0"
    found = told(closed(3 * MAIL, listed))
    assert (found.error, list(found.assets)) == (None, ["../../etc/x", "/a", "/a~2"])


def test_a_program_before_the_archive_is_passed_over():
    stub = b"MZ" + random.Random(1).randbytes(200_000)
    assert list(told(stub + made(("a.txt", MAIL))).assets) == ["a.txt"]
    assert list(told(stub + b"7z\xbc\xaf\x27\x1c" + bytes(60) + made(("a.txt", MAIL))).assets) == ["a.txt"]


def test_an_encrypted_archive_is_said_to_be():
    plain = told(made(("a.txt", MAIL), ("b.txt", MAIL), password="secret"))
    assert plain.causes() == {"a.txt": "denied", "b.txt": "denied"}
    assert plain.error is None
    hidden = told(made(("a.txt", MAIL), password="secret", header_encryption=True))
    assert hidden.error.cause == "denied"
    assert "names" in hidden.error.reason


def test_what_is_not_encrypted_beside_what_is_is_read():
    out = io.BytesIO(made(("a.txt", MAIL), password="secret"))
    with py7zr.SevenZipFile(out, "a") as pack:
        pack.writestr(MAIL, "b.txt")
    found = told(out.getvalue())
    assert found.causes() == {"a.txt": "denied"}
    assert found.values == {"b.txt": ["write to zoe@example.org"]}


def test_an_archive_that_is_cut_off_says_so():
    data = made(("a.csv", CSV), ("b.txt", os.urandom(3000).hex()))
    for length in (8, 31, 40, len(data) // 2, len(data) - 1):
        assert told(data[:length]).error.cause == "cut"
    assert told(data[:8] + bytes(24) + data[32:-60]).error.cause == "cut"


def test_damage_costs_what_lies_behind_it_in_its_block():
    lines = b"".join(b"%x\n" % random.Random(one).getrandbits(200) for one in range(4000))
    out = io.BytesIO(made(("a.csv", CSV), ("b.txt", lines), ("c.txt", MAIL)))
    with py7zr.SevenZipFile(out, "a") as pack:
        pack.writestr(CSV, "d.csv")
    data = bytearray(out.getvalue())
    data[60_000:60_050] = bytes(byte ^ 0x55 for byte in data[60_000:60_050])
    found = told(bytes(data))
    assert "x@example.org" in found.values["a.csv"]
    assert len(found.values["b.txt"]) > 500
    assert found.errors["b.txt"].cause == "corrupt"
    assert found.causes() == {"c.txt": "corrupt"}
    assert "x@example.org" in found.values["d.csv"]


def test_a_wrong_checksum_is_told_behind_what_was_read():
    data = bytearray(made(("a.txt", MAIL * 10), way="copy"))
    data[40] ^= 1
    found = told(bytes(data))
    assert found.errors["a.txt"].cause == "corrupt"
    assert len(found.values["a.txt"]) == 10


def test_a_way_of_packing_that_is_not_known_is_told():
    listed = b"\1\4" + block(len(MAIL), len(MAIL), b"\1\1\x0b") + files("a.txt") + b"\0"
    found = told(closed(MAIL, listed))
    assert found.causes() == {"a.txt": "format"}
    assert "RISC-V" in found.unread["a.txt"].reason
    tangled = b"\2\1\0\1\1\0\1\0"  # a step that takes what it gives
    assert told(closed(MAIL, b"\1\4" + block(1, 1, tangled) + b"\0")).error.cause == "corrupt"


@pytest.mark.parametrize("kind", ["members", "blocks", "names", "nothing"])
def test_a_list_that_lies_is_refused(kind):
    lies = {
        "members": b"\1\5" + number(1 << 60) + b"\0\0",
        "blocks": b"\1\4\6\0\1\x09\1\0\7\x0b" + number(1 << 50) + b"\0",
        "names": b"\1\5\1\x11" + number(1 << 62) + b"\0\0\0",
        "nothing": b"\x42",
    }
    assert told(closed(b"", lies[kind])).error.cause == "corrupt"


def test_every_damage_to_a_list_ends_with_a_reason():
    whole = made(("a.csv", CSV), ("b/c.txt", MAIL), ("empty", b""), header_encryption=False)
    place = 32 + struct.unpack_from("<Q", whole, 12)[0]
    packed = whole[place:]
    assert packed[0] == 0x17
    with py7zr.SevenZipFile(out := io.BytesIO(), "w") as pack:
        pack.set_encoded_header_mode(False)
        pack.writestr(CSV, "a.csv")
        pack.writestr(MAIL, "b/c.txt")
    plain = out.getvalue()
    place = 32 + struct.unpack_from("<Q", plain, 12)[0]
    body, listed = plain[32:place], plain[place:]
    assert list(told(closed(body, listed)).assets) == ["a.csv", "b/c.txt"]
    for at in range(len(listed)):
        for flip in (0x01, 0x80, 0xFF):
            told(closed(body, listed[:at] + bytes([listed[at] ^ flip]) + listed[at + 1 :]))
        told(closed(body, listed[:at]))


def test_bombs_are_cut_short():
    tight = Limits(expanded=1 << 20)
    assert told(made(("a.txt", MAIL * 100_000), ("b.txt", MAIL)), limits=tight).error.cause == "cut"
    found = told(made(("a.txt", MAIL), ("zeros.bin", bytes(100_000_000)), ("b.txt", MAIL)))
    assert list(found.assets) == ["a.txt"]  # what is passed over counts too
    assert found.error.cause == "cut"
    listed = b"\x17" + block(8, 130 << 20, b"\1\x21\x21\1\x10")
    assert "was not read" in told(closed(bytes(8), listed)).error.reason


def test_limits_hold():
    many = made(*((f"{one}.txt", MAIL) for one in range(40)))
    assert len(told(many, limits=Limits(members=30)).assets) == 30
    assert told(many, limits=Limits(members=30)).error.cause == "cut"
    inner = made(("a.txt", MAIL))
    for _ in range(10):
        inner = made(("again.7z", inner))
    assert "deep" in next(iter(told(inner).unread.values())).reason


def test_a_dictionary_is_no_larger_than_what_comes_out():
    raw = lzma.compress(MAIL, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])
    listed = b"\1\4" + block(len(raw), len(MAIL), b"\1\x21\x21\1\x28") + files("a.txt") + b"\0"
    assert told(closed(raw, listed)).values == {"a.txt": ["write to zoe@example.org"]}
    listed = b"\1\4" + block(len(raw), 1 << 40, b"\1\x21\x21\1\x28") + files("a.txt") + b"\0"
    assert told(closed(raw, listed)).causes() == {"a.txt": "other"}
