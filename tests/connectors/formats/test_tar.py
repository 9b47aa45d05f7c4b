"""Tar archives of all ages and states: read forward, named as the contract has it, and never trusted."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import subprocess
import tarfile
import time

import pytest

from connectors.formats.limits import Limits
from tests.connectors.formats.packs import told

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
MAIL = b"write to zoe@example.org\n"
CSV = b"id,name,mail\n1,a,x@example.org\n2,b,y@example.org\n"


def member(name, content=MAIL, form=tarfile.GNU_FORMAT, **more):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    return info.tobuf(form, "utf-8", "surrogateescape") + content + bytes(-len(content) % 512)


def archive(*members):
    return b"".join(members) + bytes(1024)


def header(name, size, kind=b"0"):
    block = bytearray(member(name, b""))
    block[124:136] = size
    block[156:157] = kind
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_members_are_read_as_what_they_are(form, pack):
    made = archive(*(member(name, one, FORMATS[form]) for name, one in [("./a.csv", CSV), ("b/c.txt", MAIL)]))
    found = told(pack(made))
    assert found.error is None
    assert {name: asset.kind for name, asset in found.assets.items()} == {"a.csv": "csv", "b/c.txt": "text"}
    assert found.values["b/c.txt"] == ["write to zoe@example.org"]
    assert "x@example.org" in found.values["a.csv"]


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_long_names_and_those_in_other_scripts_are_whole(form):
    names = ["d/" * 100 + "x" * 90, "é" * 120, "日本/顧客.txt", "../../etc/passwd", "/abs/a.txt"]
    assert list(told(archive(*(member(name, form=FORMATS[form]) for name in names))).assets) == names


def test_names_that_are_no_utf8_are_shown_in_bytes():
    assert list(told(archive(member("caf\udce9.txt"))).assets) == ["caf\\xe9.txt"]


def test_names_that_come_twice_are_told_apart():
    names = ["x", "x", "x~2", "./x"]
    assert list(told(archive(*map(member, names))).assets) == ["x", "x~2", "x~2~2", "x~3"]


def test_links_and_devices_are_told_and_folders_are_not():
    kinds = {b"1": "h", b"2": "s", b"3": "c", b"4": "b", b"6": "p", b"5": "folder"}
    found = told(archive(*(header(name, b"%011o\0" % 0, kind) for kind, name in kinds.items()), member("a")))
    assert found.error is None
    assert found.causes() == dict.fromkeys("hscbp", "link")
    assert list(found.assets) == ["a"]


def test_an_empty_member_is_said_to_be_empty():
    assert told(archive(member("a", b""), member("b"))).causes() == {"a": "empty"}


def test_archives_in_archives_and_compressed_members_are_read():
    inner = archive(member("c.csv.gz", gzip.compress(CSV)))
    found = told(gzip.compress(archive(member("in.tgz", gzip.compress(inner)), member("z.txt"))))
    assert list(found.assets) == ["in.tgz!c.csv.gz", "z.txt"]
    assert found.assets["in.tgz!c.csv.gz"].kind == "csv"


def test_an_archive_that_is_cut_off_gives_what_came():
    long = b"line of zoe@example.org\n" * 20_000
    made = archive(member("a"), member("b", long), member("c"))
    for pack in (bytes, gzip.compress):
        found = told(pack(made[:300_000]))
        assert found.error.cause == "cut"
        assert list(found.assets) == ["a", "b"]
        assert found.errors["b"].cause == "cut"
        assert len(found.values["b"]) > 10_000
    assert told(archive(member("a"))[:-1024]).error.cause == "cut"


def test_a_damaged_header_costs_its_own_member_only():
    made = bytearray(archive(member("a"), member("b"), member("c")))
    made[1024 + 10] ^= 0xFF
    found = told(bytes(made))
    assert list(found.assets) == ["a", "c"]
    assert found.error.cause == "corrupt"


def test_what_was_appended_behind_the_end_is_read():
    assert list(told(archive(member("a")) + archive(member("b"))).assets) == ["a", "b"]
    found = told(archive(member("a")) + os.urandom(4096))
    assert found.error is None


@pytest.mark.parametrize(
    "size",
    [b"\xff" * 11 + b"\xfb", b"\x80" + b"\xff" * 11, b"\x80\0\0\0" + (8 << 60).to_bytes(8, "big"), b"7" * 12],
    ids=["negative", "2**88", "8EB", "octal"],
)
@pytest.mark.parametrize("kind", [b"0", b"x", b"L", b"S", b"M", b"5"])
def test_sizes_that_lie_end_soon(size, kind):
    for pack in (bytes, gzip.compress):
        began = time.monotonic()
        found = told(pack(archive(member("a"), header("lie", size, kind), MAIL.ljust(512, b"\0"), member("b"))))
        assert "a" in found.assets
        assert kind == b"5" or found.error.cause in ("cut", "corrupt")
        assert time.monotonic() - began < 5


def test_extended_headers_without_end_are_bounded():
    record = b"%d comment=%s\n" % (6_000_017, b"x" * 6_000_000)
    pax = header("p", b"%011o\0" % len(record), b"x") + record + bytes(-len(record) % 512)
    found = told(archive(pax, member("a"), *[header("p", b"%011o\0" % 0, b"x")] * 5000, member("b")))
    assert list(found.assets) == ["a", "b"]


def test_names_of_a_megabyte_are_cut_and_told_apart():
    long = "n" * (1 << 20)
    found = told(archive(*(member(long, form=tarfile.PAX_FORMAT) for _ in range(20))), keep=True)
    assert len(found.assets) == 20
    assert max(map(len, found.assets)) < 5000


@pytest.mark.parametrize("form", ["gnu", "pax", "oldgnu"])
def test_a_sparse_member_has_zeros_where_nothing_is_stored(tmp_path, form):
    path = tmp_path / "sparse.log"
    with path.open("wb") as out:
        out.write(MAIL * 400)
        for number in range(1, 40):
            out.seek(number * 500_000)
            out.write(b"\nend of anna@example.org\n" * 200)
        out.truncate(20_000_000)
    form = {"pax": "posix"}.get(form, form)
    made = subprocess.run(
        ["tar", "-S", f"--format={form}", "-cf", "-", path.name], cwd=tmp_path, stdout=subprocess.PIPE, check=True
    ).stdout
    assert len(made) < 5_000_000
    found = told(made)
    assert found.error is None
    assert list(found.assets) == ["sparse.log"]
    values = " ".join(found.values["sparse.log"])
    assert values.count("zoe@example.org") == 400
    assert values.count("anna@example.org") == 39 * 200


def test_a_sparse_member_of_exabytes_costs_what_it_holds():
    block = bytearray(header("sparse.txt", b"%011o\0" % 512, b"S"))
    block[386:410] = b"\x80\0\0\0" + (1 << 60).to_bytes(8, "big") + b"%011o\0" % 512
    block[483:495] = b"\x80\0\0\0" + (1 << 61).to_bytes(8, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    began = time.monotonic()
    found = told(archive(bytes(block), (MAIL * 30)[:512], member("b")))
    assert "b" in found.assets
    assert found.error is None
    assert time.monotonic() - began < 5


def test_random_damage_never_breaks_anything():
    made = bytearray(archive(*(member(f"f{n}", CSV * n, FORMATS[form]) for n in range(1, 9) for form in FORMATS)))
    chance = random.Random(7)
    for _ in range(150):
        broken = bytearray(made)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        data = bytes(broken[: chance.randrange(600, len(broken))])
        if data[0]:
            try:
                told(gzip.compress(data))
            except KeyError:
                continue  # not even a tar archive any more


def test_more_members_than_are_allowed_are_said():
    found = told(archive(*(member(f"{n}") for n in range(50))), limits=Limits(members=20))
    assert len(found.assets) == 20
    assert found.error.cause == "cut"
    assert "more than 20" in found.error.reason


def test_a_hosting_backup_reads_as_what_it_holds(tmp_path):
    home = io.BytesIO()
    home.write(archive(member("./mail/example.org/zoe/cur/1.M1.host:2,S", b"From: zoe@example.org\n\nHello\n")))
    dump = b"-- MySQL dump\nINSERT INTO `customers` VALUES (1,'anna@example.org');\n"
    made = archive(
        member("backup-1.2.2026_alice/version", b"11\n"),
        member("backup-1.2.2026_alice/homedir.tar", home.getvalue()),
        member("backup-1.2.2026_alice/mysql/shop.sql", dump),
        member("backup-1.2.2026_alice/mysql/old.sql.gz", gzip.compress(dump)),
        member("backup-1.2.2026_alice/mysql.sql", b"GRANT USAGE ON *.* TO 'alice'@'localhost';\n"),
        header("backup-1.2.2026_alice/homedir/www", b"%011o\0" % 0, b"2"),
    )
    found = told(gzip.compress(made), "backup-1.2.2026_alice.tar.gz")
    top = "backup-1.2.2026_alice"
    assert found.error is None
    assert any("zoe@" in one for one in found.values[f"{top}/homedir.tar!mail/example.org/zoe/cur/1.M1.host:2,S"])
    assert any("anna@" in one for one in found.values[f"{top}/mysql/shop.sql"])
    assert any("anna@" in one for one in found.values[f"{top}/mysql/old.sql.gz"])


@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_what_tar_itself_makes_is_read(tmp_path, form):
    if not shutil.which("tar"):
        pytest.skip("tar is not installed")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.csv").write_bytes(CSV)
    (tmp_path / "b.txt").write_bytes(MAIL)
    made = subprocess.run(
        ["tar", f"--format={form}", "-czf", "-", "."], cwd=tmp_path, stdout=subprocess.PIPE, check=True
    ).stdout
    found = told(made)
    assert found.error is None
    assert set(found.assets) == {"d/a.csv", "b.txt"}
