"""Zip archives: by their directory, by their headers where there is none, and never a bomb."""

from __future__ import annotations

import io
import os
import random
import shutil
import struct
import subprocess
import time
import zipfile
import zlib

import pytest
from backports.zstd import compress as zstd_compress

from connectors.formats.limits import Limits
from tests.connectors.formats.packs import told

MAIL = b"write to zoe@example.org\n"
CSV = b"id,name,mail\n1,a,x@example.org\n2,b,y@example.org\n"
METHODS = {"stored": 0, "deflate": 8, "bzip2": 12, "lzma": 14}


def made(*members, method=8, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as pack:
        pack.comment = comment
        for name, content in members:
            pack.writestr(name, content)
    return out.getvalue()


def local(name, data, method=0, flags=0, size=None, checksum=0, packed=None):
    packed = len(data) if packed is None else packed
    size = len(data) if size is None else size
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 0, checksum, packed, size, len(name), 0)
    return head + name + data


def entry(name, offset, packed, size, method=0, flags=0, checksum=0, extra=b"", comment=b"", mode=0):
    sizes = (checksum, packed, size, len(name), len(extra), len(comment), 0, 0, mode << 16, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 0x314, 20, flags, method, 0, 0, *sizes) + name + extra + comment


def closed(body, entries, comment=b""):
    directory = b"".join(entries)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(body), len(comment))
    return body + directory + end + comment


@pytest.mark.parametrize("method", METHODS)
def test_members_are_read_as_what_they_are(method):
    found = told(made(("a.csv", CSV), ("./d/b.txt", MAIL * 5000), ("empty", b""), method=METHODS[method]))
    assert found.error is None
    assert not found.errors
    assert {name: asset.kind for name, asset in found.assets.items()} == {"a.csv": "csv", "d/b.txt": "text"}
    assert found.values["d/b.txt"] == ["write to zoe@example.org"] * 5000
    assert found.causes() == {"empty": "empty"}


def test_zstandard_and_deflate64_members_are_read():
    inflate64 = pytest.importorskip("inflate64")
    deflater = inflate64.Deflater()
    for method, data in ((93, zstd_compress(MAIL)), (9, deflater.deflate(MAIL) + deflater.flush())):
        sizes = (len(data), len(MAIL), method, 0, zlib.crc32(MAIL))
        found = told(closed(local(b"a.txt", data, method), [entry(b"a.txt", 0, *sizes)]))
        assert (found.error, found.errors) == (None, {})
        assert found.values["a.txt"] == ["write to zoe@example.org"]


def test_a_way_of_packing_that_is_not_known_is_told():
    found = told(closed(local(b"a", b"xxx", 98), [entry(b"a", 0, 3, 3, 98)]))
    assert found.causes() == {"a": "format"}


def test_a_program_before_the_archive_is_passed_over():
    assert list(told(b"MZ" + os.urandom(5000) + made(("a.txt", MAIL))).assets) == ["a.txt"]
    assert list(told(b"#!/usr/bin/env python3\n" + made(("a.txt", MAIL))).assets) == ["a.txt"]


def test_archives_lie_in_archives():
    inner = made(("x.csv", CSV))
    found = told(made(("in.zip", inner), ("z.txt", MAIL)))
    assert list(found.assets) == ["in.zip!x.csv", "z.txt"]


def test_names_are_read_in_their_encoding():
    unicode_name = "été.txt".encode()
    raw = b"?t?.txt"
    extra = struct.pack("<HHBI", 0x7075, 5 + len(unicode_name), 1, zlib.crc32(raw)) + unicode_name
    names = [(b"\x82t\x82.log", 0, b""), ("ünï.log".encode(), 0x800, b""), ("çà.log".encode(), 0, b""), (raw, 0, extra)]
    body, entries = b"", []
    for name, flags, more in names:
        entries.append(entry(name, len(body), len(MAIL), len(MAIL), 0, flags, zlib.crc32(MAIL), more))
        body += local(name, MAIL, flags=flags)
    assert list(told(closed(body, entries)).assets) == ["été.log", "ünï.log", "çà.log", "été.txt"]


def test_paths_that_lead_out_are_shown_as_they_are_and_doubles_told_apart():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = made(("../../etc/x", MAIL), ("/abs", MAIL), ("a", MAIL), ("a", MAIL))
    assert list(told(data).assets) == ["../../etc/x", "/abs", "a", "a~2"]


def test_links_and_encrypted_members_are_told():
    body = local(b"link", b"target") + local(b"secret", b"x" * 30, flags=1)
    entries = [entry(b"link", 0, 6, 6, mode=0o120777), entry(b"secret", 40, 30, 18, flags=1)]
    assert told(closed(body, entries)).causes() == {"link": "link", "secret": "denied"}


def test_comments_are_read():
    body = local(b"a.txt", MAIL)
    listed = entry(b"a.txt", 0, len(MAIL), len(MAIL), checksum=zlib.crc32(MAIL), comment=b"by bob@example.org")
    found = told(closed(body, [listed], b"made for eve@example.org"))
    assert found.values[""] == ["made for eve@example.org", "by bob@example.org"]


def test_an_archive_without_directory_is_read_by_its_headers():
    data = made(("a.csv", CSV), ("b.txt", MAIL), ("c.txt", os.urandom(3000).hex()))
    found = told(data[: data.index(b"PK\1\2") - 1000])
    assert list(found.assets) == ["a.csv", "b.txt", "c.txt"]
    assert found.error.cause == "cut"
    assert found.errors["c.txt"].cause == "cut"
    assert "x@example.org" in found.values["a.csv"]


@pytest.mark.parametrize("method", [0, 8, 12])
def test_members_whose_size_stands_behind_them_are_found_again(method):
    class Forward(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, part):
            self.data += bytes(part)
            return len(part)

    out = Forward()
    with zipfile.ZipFile(out, "w", method) as pack:
        for name in ("a.csv", "b.csv"):
            pack.writestr(name, CSV)
    whole, cut = told(out.data), told(out.data[: out.data.index(b"PK\1\2")])
    assert (whole.error, whole.errors) == (None, {})
    assert list(whole.assets) == list(cut.assets) == ["a.csv", "b.csv"]
    assert whole.values == cut.values
    assert cut.error.cause == "cut"


def test_a_damaged_member_does_not_end_the_others():
    data = bytearray(made(("a.txt", os.urandom(20_000).hex()), ("b.txt", MAIL)))
    data[9000:9050] = os.urandom(50)
    found = told(bytes(data))
    assert list(found.assets) == ["a.txt", "b.txt"]
    assert found.errors["a.txt"].cause == "corrupt"
    assert found.values["a.txt"]


def test_members_that_the_directory_does_not_name_are_told():
    first, hidden, last = local(b"a", MAIL), local(b"hidden", MAIL), local(b"z", MAIL)
    size, crc = len(MAIL), zlib.crc32(MAIL)
    entries = [
        entry(b"a", 0, size, size, checksum=crc),
        entry(b"z", len(first + hidden), size, size, checksum=crc),
    ]
    found = told(closed(first + hidden + last, entries))
    assert list(found.assets) == ["a", "z"]
    assert found.causes() == {"hidden": "corrupt"}
    found = told(closed(hidden + first, [entry(b"a", len(hidden), size, size, checksum=crc)]))
    assert found.causes() == {"hidden": "corrupt"}


def test_the_directory_counts_where_a_header_says_otherwise():
    body = local(b"other.bin", MAIL, 8, packed=3)
    found = told(closed(body, [entry(b"a.txt", 0, len(MAIL), len(MAIL), checksum=zlib.crc32(MAIL))]))
    assert found.values == {"a.txt": ["write to zoe@example.org"]}


def test_entries_that_share_a_body_are_refused_but_for_one():
    packer = zlib.compressobj(9, 8, -15)
    data = packer.compress(bytes(20 << 20)) + packer.flush()
    sizes = (len(data), 20 << 20, 8)
    body = local(b"00000", data, 8)
    began = time.monotonic()
    found = told(closed(body, [entry(b"%05d" % number, 0, *sizes) for number in range(65_535)]))
    assert sum(line.cause == "corrupt" for line in found.unread.values()) == 65_534
    assert "bombs" in found.unread["00000"].reason
    assert time.monotonic() - began < 30


def test_a_bomb_of_quoted_headers_ends_soon():
    """Each member's data runs over the headers of all that follow, as in zbsm.zip."""
    packer = zlib.compressobj(9, 8, -15)
    kernel = packer.compress(bytes(20 << 20)) + packer.flush(zlib.Z_FINISH)
    body, entries = local(b"k", kernel, 8), [(b"k", kernel)]
    for number in range(1, 300):
        quoted = struct.pack("<BHH", 0, len(body) - len(entries[0][1]), 0xFFFF ^ (len(body) - len(entries[0][1])))
        data = quoted[:5] + body
        entries.insert(0, (b"%d" % number, data))
        body = local(entries[0][0], data, 8)
        if len(body) > 60_000:
            break
    place, listed = len(body), []
    for name, data in reversed(entries):
        place = len(body) - len(local(name, data, 8))
        listed.append(entry(name, place, len(data), 20 << 20, 8))
    found = told(closed(body, listed), limits=Limits(ratio=10))
    assert sum("bombs" in line.reason for line in found.unread.values()) == len(entries) - 1


def test_forty_two_ends_soon():
    data = made(("0.dll", bytes(50 << 20)))
    for _ in range(5):
        data = made(*((f"lib{number}.zip", data) for number in range(16)))
    began = time.monotonic()
    found = told(data)
    assert found.error.cause == "cut"
    assert time.monotonic() - began < 20


def test_an_archive_that_holds_itself_ends_at_the_depth():
    data = MAIL
    for number in range(12):
        data = made((f"{number}.zip", data))
    found = told(data)
    assert [line.cause for line in found.unread.values()] == ["cut"]
    assert not found.assets


def test_sizes_that_lie_do_no_harm():
    size, crc = len(MAIL), zlib.crc32(MAIL)
    for packed in (size + 1000, 0xFFFFFFF0):
        found = told(closed(local(b"a", MAIL), [entry(b"a", 0, packed, packed, checksum=crc)]))
        assert found.unread["a"].cause == "corrupt"
    found = told(closed(local(b"a", MAIL), [entry(b"a", 0, size, 1 << 31, checksum=crc)]))
    assert found.values["a"] == ["write to zoe@example.org"]
    found = told(closed(local(b"a", MAIL), [entry(b"a", 0xFFFFFF00, size, size)]))
    assert found.error is not None or found.unread["a"].cause == "corrupt"


def test_random_damage_never_breaks_anything():
    whole = made(*((f"f{number}.csv", CSV * number) for number in range(1, 30)), comment=b"of zoe@example.org")
    chance = random.Random(7)
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        told(bytes(broken[: chance.randrange(100, len(broken) + 1)]))


@pytest.mark.parametrize("more", [[], ["-Z", "bzip2"], ["-Z", "store"], ["-P", "secret"], ["-fz"]])
def test_what_zip_itself_makes_is_read(tmp_path, more):
    if not shutil.which("zip"):
        pytest.skip("zip is not installed")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.csv").write_bytes(CSV)
    (tmp_path / "b.txt").write_bytes(MAIL)
    subprocess.run(["zip", "-qr", *more, "out.zip", "d", "b.txt"], cwd=tmp_path, check=True)
    found = told(tmp_path / "out.zip")
    assert (found.error, found.errors) == (None, {})
    if "-P" in more:
        assert found.causes() == {"d/a.csv": "denied", "b.txt": "denied"}
    else:
        assert set(found.assets) == {"d/a.csv", "b.txt"}
