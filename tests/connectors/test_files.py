"""Trees of files: what is met, what is left alone, and that nothing leads out."""

from __future__ import annotations

import os
import pickle
import resource
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.errors import ReadError, SourceError, TargetError
from connectors.interface import Asset, Chunk, SourceSpec, Unread
from connectors.paths import open_file
from connectors.registry import open_source
from tests.connectors.formats.opening import batches, cells, lines, read, tree

HOSTILE = [
    "new\nline.txt",
    "o'Brien\".txt",
    "=cmd()|'x'.txt",
    "\x1b[2Jred.txt",
    "'; DROP TABLE a; --.txt",
    "a b%41?#.txt",
]
NOBODY = 65534


@pytest.fixture
def root(tmp_path):
    """A root folder beside which lies something that must not be read."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret@example.org\n")
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def as_nobody(script: str, *arguments: str) -> str:
    """Run Python code as an account without rights; skips where this account cannot become another one."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    # What it imports and starts lies where the other account may not look.
    load = (
        "from connectors.formats.registry import FORMATS, reader\nfor key in FORMATS: reader(key)\n"
        "guest = connectors.store.Guest(); guest._ready(); guest.close = lambda: None\n"
        "connectors.store.Guest = lambda bounds: guest\n"
    )
    code = f"import os, sys, connectors.files\n{load}os.setgid({NOBODY}); os.setuid({NOBODY})\n{script}"
    run = [sys.executable, "-c", code, *arguments]
    return subprocess.run(run, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]).stdout


def test_names_are_paths_below_the_root_and_the_first_folder_is_the_container(root):
    (root / "alice" / "www").mkdir(parents=True)
    (root / "alice" / "www" / "a.csv").write_text("a,b\n1,2\n")
    (root / "top.txt").write_text("x\n")
    found = lines(root)
    assert {name: line.container for name, line in found.items()} == {"top.txt": "", "alice/www/a.csv": "alice"}


def test_the_walk_has_an_order_that_repeats(root):
    for name in ("b/2.txt", "b/1.txt", "a/3.txt", "c.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x\n")
    assert list(lines(root)) == ["c.txt", "a/3.txt", "b/1.txt", "b/2.txt"]


def test_a_single_file_is_called_by_its_name(root):
    (root / "a.csv").write_text("mail,n\nzoe@example.org,1\n")
    assert list(lines(root / "a.csv")) == ["a.csv"]
    assert cells(batches(root / "a.csv"))[0] == ("mail", (1,), "zoe@example.org")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names_and_nothing_more(root, name):
    (root / name).write_text("zoe@example.org\n")
    assert list(lines(root)) == [name]
    assert cells(batches(root / name)) == [("text", (1,), "zoe@example.org")]


def test_bytes_that_are_no_utf8_are_shown_and_read(root):
    raw = os.fsencode(root) + b"/caf\xe9.txt"
    Path(os.fsdecode(raw)).write_text("zoe@example.org\n")
    (root / "caf\\xe9.txt").write_text("other\n")
    found = lines(root)
    assert set(found) == {"caf\\xe9.txt", "caf\\xe9.txt~2"}
    with tree(root) as source:
        texts = [cells(source.read(line, Chunk()))[0][2] for line in found.values()]
    assert sorted(texts) == ["other", "zoe@example.org"]


def test_links_are_named_and_never_followed(root):
    (root / "in.txt").write_text("x\n")
    (root / "inside").symlink_to("in.txt")
    (root / "file").symlink_to("../outside/secret.txt")
    (root / "folder").symlink_to("../outside")
    (root / "loop").symlink_to(".")
    (root / "dangling").symlink_to("nowhere")
    found = lines(root)
    assert {name for name, line in found.items() if isinstance(line, Unread) and line.cause == "link"} == {
        "inside", "file", "folder", "loop", "dangling",
    }  # fmt: skip
    assert "../outside/secret.txt" in found["file"].reason
    assert len(found) == 6


def test_the_target_itself_may_be_a_link(root):
    (root / "a.txt").write_text("x\n")
    (root.parent / "way").symlink_to("root")
    assert list(lines(root.parent / "way")) == ["a.txt"]


def test_a_link_that_takes_a_files_place_after_listing_leads_nowhere(root):
    (root / "a").mkdir()
    (root / "a" / "b.txt").write_text("x\n")
    with tree(root) as source:
        (asset,) = source.assets()
        (root / "a" / "b.txt").unlink()
        (root / "a" / "b.txt").symlink_to("../../outside/secret.txt")
        with pytest.raises(ReadError, match="link"):
            list(source.read(asset, Chunk()))


def test_a_link_that_takes_a_folders_place_after_listing_leads_nowhere(root):
    (root / "a").mkdir()
    (root / "a" / "secret.txt").write_text("x\n")
    with tree(root) as source:
        (asset,) = source.assets()
        (root / "a").rename(root / "b")
        (root / "a").symlink_to("../outside")
        with pytest.raises(ReadError) as refusal:
            list(source.read(asset, Chunk()))
    assert refusal.value.cause in ("gone", "link")


@pytest.mark.parametrize("path", [b"../outside/secret.txt", b"a/../../outside/secret.txt", b"a/..", b""])
def test_no_path_leads_upwards(root, path):
    (root / "a").mkdir()
    folder = os.open(root, os.O_RDONLY)
    try:
        with pytest.raises(OSError, match=r"upwards|component"):
            open_file(folder, path)
    finally:
        os.close(folder)


def test_pipes_sockets_and_devices_are_left_alone_without_waiting(root, monkeypatch):
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door")
        found = lines(root)
    assert {line.cause for line in found.values()} == {"link"}
    assert "pipe" in found["pipe"].reason
    assert "socket" in found["door"].reason


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(root):
    (root / "a.txt").write_text("x\n")
    with tree(root) as source:
        (asset,) = source.assets()
        (root / "a.txt").unlink()
        os.mkfifo(root / "a.txt")
        with pytest.raises(ReadError) as refusal:
            list(source.read(asset, Chunk()))
    assert refusal.value.cause == "link"


def test_what_may_not_be_read_is_a_line_and_the_rest_goes_on(root):
    (root / "closed").mkdir()
    for name in ("closed/a.txt", "b.txt", "c.txt"):
        (root / name).write_text("x\n")
    (root / "closed").chmod(0o700)
    (root / "b.txt").chmod(0o600)
    for folder in (root, *root.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o005)
    script = (
        "from connectors.registry import open_source\nfrom connectors.interface import SourceSpec\n"
        "with open_source(SourceSpec('s', sys.argv[1])) as source:\n"
        "    for line in source.assets(): print(line.name, getattr(line, 'cause', 'read'))\n"
        "    for right in source.check(): print(right.subject, right.level)\n"
    )
    told = as_nobody(script, root.as_uri()).splitlines()
    assert told[:3] == ["b.txt denied", "c.txt read", "closed denied"]
    assert {"b.txt error", "closed error"} <= set(told[3:])


def test_an_empty_file_is_said_to_be_empty(root):
    (root / "a.txt").touch()
    (root / "empty").mkdir()
    assert {name: line.cause for name, line in lines(root).items()} == {"a.txt": "empty"}


def test_a_file_that_shrinks_while_it_is_read_is_read_as_far_as_it_goes(root):
    path = root / "a.txt"
    path.write_bytes(b"line of text\n" * 1_000_000)
    with tree(root) as source:
        (asset,) = source.assets()
        reading = source.read(asset, Chunk())
        first = next(reading)
        os.truncate(path, 5_000_000)
        with pytest.raises(ReadError, match="shorter") as refusal:
            list(reading)
    assert first.rows == 65_536
    assert refusal.value.cause == "cut"


def test_a_file_that_is_rewritten_while_it_is_read_is_noted(root):
    path = root / "a.txt"
    path.write_bytes(b"line of text\n" * 100)
    with tree(root) as source:
        (asset,) = source.assets()
        reading = source.read(asset, Chunk())
        next(reading)
        path.write_bytes(b"LINE of text\n" * 100)
        os.utime(path, ns=(1, 1))
        with pytest.raises(ReadError, match="written to"):
            list(reading)


def test_what_is_appended_while_it_is_read_belongs_to_the_next_scan(root):
    path = root / "a.log"
    path.write_bytes(b"line\n" * 100)
    with tree(root) as source:
        (asset,) = source.assets()
        reading = source.read(asset, Chunk())
        first = next(reading)
        with path.open("ab") as log:
            log.write(b"late\n")
        assert [first.rows, *(batch.rows for batch in reading)] == [100]


def test_a_file_that_is_gone_or_another_says_so(root):
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("x\n")
    with tree(root) as source:
        first, second = source.assets()
        (root / "a.txt").unlink()
        (root / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(9))
        for asset in (first, second):
            with pytest.raises(ReadError) as refusal:
                list(source.read(asset, Chunk()))
            assert refusal.value.cause == "gone"


def test_the_fingerprint_changes_with_the_content_and_not_without(root):
    path = root / "a.txt"
    path.write_text("aaaa\n")
    before = lines(root)["a.txt"].fingerprint
    assert lines(root)["a.txt"].fingerprint == before
    status = path.stat()
    path.write_text("bbbb\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert lines(root)["a.txt"].fingerprint != before


def test_each_table_of_a_database_file_is_an_asset(root):
    with sqlite3.connect(root / "site.db") as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)")
        connection.execute("INSERT INTO users VALUES (7, 'zoe@example.org')")
        connection.execute("CREATE VIEW v AS SELECT 1")
    connection.close()
    found = lines(root)
    assert found["site.db!v"].cause == "view"
    with tree(root) as source:
        users = pickle.loads(pickle.dumps(found["site.db!users"]))
        assert users.key == ("id",)
        expected = [("id", ("7",), "7"), ("email", ("7",), "zoe@example.org")]
        assert cells(source.read(users, Chunk())) == expected
        assert cells(source.fetch(users, [("7",), ("8",)])) == expected


def test_a_damaged_database_file_is_a_line_and_the_rest_goes_on(root):
    (root / "a.db").write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    (root / "b.txt").write_text("x\n")
    found = lines(root)
    assert found["a.db"].cause == "corrupt"
    assert isinstance(found["b.txt"], Asset)


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.json"])
def test_single_records_are_fetched_by_their_locators(root, name):
    bodies = {
        "a.txt": "".join(f"{n}@example.org\n" for n in range(1, 200_001)),
        "a.csv": "mail,n\n" + "".join(f"{n}@example.org,x\n" for n in range(1, 200_001)),
        "a.jsonl": "".join(f'{{"mail": "{n}@example.org"}}\n' for n in range(1, 1001)),
        "a.json": '["0@example.org",' + ",".join(f'"{n}@example.org"' for n in range(1, 1001)) + "]",
    }
    (root / name).write_text(bodies[name])
    with tree(root) as source:
        (asset,) = source.assets()
        found = cells(source.fetch(asset, [(7,), (1000,), (900_000,)]))
    assert [value for _, _, value in found if "@" in value] == ["7@example.org", "1000@example.org"]


@pytest.mark.parametrize(
    "url", ["file://elsewhere/srv", "file:relative", "file:///srv?x=1", "file:///no/such/place", "file:///a%00b"]
)
def test_a_target_that_is_none_is_the_command_lines_fault(url):
    with pytest.raises(TargetError):
        open_source(SourceSpec("files", url))


def test_a_root_that_vanished_is_an_error_of_the_source(root):
    source = tree(root)
    root.rmdir()
    with pytest.raises(SourceError, match="check the path"):
        list(source.assets())


def test_the_check_warns_of_root_and_of_rights_to_write(root):
    (root / "a.txt").write_text("x\n")
    with tree(root) as source:
        assert {right.level for right in source.check()} == {"ok", "warning"}
    for folder in (root, *root.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o005)
    (root / "a.txt").chmod(0o666)
    script = (
        "from connectors.registry import open_source\nfrom connectors.interface import SourceSpec\n"
        "with open_source(SourceSpec('s', sys.argv[1])) as source:\n"
        "    print(*(right.message for right in source.check() if right.level == 'warning'), sep='\\n')\n"
    )
    assert "may write" in as_nobody(script, root.as_uri())


def test_the_grants_name_the_path_so_that_a_shell_reads_it_as_one_word(root):
    (root / "a b'; rm x").mkdir()
    with tree(root / "a b'; rm x") as source:
        assert any("'a b'\"'\"'; rm x'" in line or "a b'\"'\"'; rm x" in line for line in source.grants())
        assert not any("; rm x " in line.replace("'\"'\"'; rm x", "") for line in source.grants())


def test_closing_twice_does_no_harm_and_leaves_no_descriptor(root):
    (root / "a.txt").write_text("x\n" * 100)
    before = descriptors()
    source = tree(root)
    (asset,) = source.assets()
    list(source.read(asset, Chunk()))
    source.close()
    source.close()
    assert descriptors() == before


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_folders_nested_deeper_than_the_system_has_descriptors_are_walked(root):
    here = os.open(root, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d" * 20, dir_fd=here)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 128), hard))
    try:
        (name,) = lines(root)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert name.endswith("/deep.txt")


@pytest.mark.parametrize("name", ["a.txt", "long.txt", "a.csv", "a.jsonl", "a.json"])
def test_memory_stays_flat_whatever_the_size(root, name):
    path = root / name
    unit = {
        "a.txt": "some words of zoe@example.org\n",
        "long.txt": "some words of zoe@example.org ",
        "a.csv": 'zoe@example.org,"two\nlines",3\n',
        "a.jsonl": '{"mail": "zoe@example.org", "n": [1, 2]}\n',
        "a.json": '{"mail": "zoe@example.org", "n": [1, 2]},\n',
    }[name]
    block = unit * (1_000_000 // len(unit))
    with path.open("w") as file:
        file.write("[" if name == "a.json" else "mail,b,c\n" if name == "a.csv" else "")
        file.writelines([block] * (20 if "json" in name else 60))
        file.write('{"mail": 1}]' if name == "a.json" else "")
    script = (
        "import resource, sys\nfrom connectors.registry import open_source\n"
        "from connectors.interface import Chunk, SourceSpec\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "with open_source(SourceSpec('s', sys.argv[1])) as source:\n"
        "    (asset,) = source.assets()\n"
        "    next(source.read(asset, Chunk()))\n"
        "    before = peak()\n"
        "    for batch in source.read(asset, Chunk()): pass\n"
        "    print(peak() - before)\n"
    )
    here = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", script, path.as_uri()], check=True, capture_output=True, cwd=here)
    assert int(run.stdout) < 40


def test_a_target_that_is_a_pipe_is_left_alone(root):
    os.mkfifo(root / "pipe")
    assert lines(root / "pipe")["pipe"].cause == "link"


def test_a_sparse_file_costs_what_it_holds(root):
    with (root / "a.csv").open("wb") as file:
        file.write(b"id,mail\n1,jane@example.org\n")
        file.truncate(20_000_000_000)
    began = time.monotonic()
    found, error = read(root / "a.csv")
    assert ("mail", (1,), "jane@example.org") in found
    assert error is None
    assert time.monotonic() - began < 20


def test_the_time_of_access_is_left_alone(root):
    path = root / "a.txt"
    path.write_text("jane@example.org\n")
    os.utime(path, (1_000_000_000, path.stat().st_mtime))
    assert read(path)[0]
    assert path.stat().st_atime == 1_000_000_000


def test_a_table_follows_who_may_read_its_file(tmp_path):
    path = tmp_path / "site.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)")
        connection.execute("INSERT INTO users VALUES (1, 'jane@example.org')")
    connection.close()
    found = []
    for mode in (0o600, 0o644, 0o644):
        path.chmod(mode)
        found.append(lines(tmp_path)["site.db!users"])
    assert [one.exposed for one in found] == [(), ("world-readable",), ("world-readable",)]
    assert found[0].fingerprint != found[1].fingerprint == found[2].fingerprint
