"""Folders of other machines, over a real OpenSSH server: what is met, whom is trusted, and how it ends."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from connectors.errors import ReadError, SourceError, TargetError
from connectors.interface import Asset, Chunk, SourceSpec, Unread
from connectors.registry import open_source
from tests.connectors.file_contract import SECRET, FileContract, FileStoreUnderTest, read
from tests.connectors.formats.opening import cells
from tests.servers import sshd

NUMBERS = itertools.count()
LONG_AGO = itertools.count(1_600_000_000)


class Home(FileStoreUnderTest):
    """A folder of its own in the account's home, for each test."""

    def __init__(self, server):
        self.server, self.root = server, server.home / f"t{next(NUMBERS)}"
        self.root.mkdir()
        self.root.chmod(0o755)
        self.spec = SourceSpec("home", server.url(self.root))
        host_key = quote(server.fingerprint("ed25519"), safe=":")
        url = f"sftp://{server.user}@127.0.0.1:{server.port}{self.root}?host_key={host_key}"
        self.refused = SourceSpec("home", url, SECRET)

    def put(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1, next(LONG_AGO)))

    def remove(self, name):
        (self.root / name).unlink()

    def state(self):
        return sorted((str(path), path.stat().st_mtime_ns) for path in self.root.rglob("*"))


@pytest.fixture
def store(ssh_server):
    return Home(ssh_server)


class TestContract(FileContract):
    """What every store of files does."""


def found(spec):
    with open_source(spec) as source:
        return {line.name: line for line in source.assets()}


def test_links_are_named_and_never_followed(store):
    store.put("a/in.txt", b"x\n")
    (store.root / "file").symlink_to("a/in.txt")
    (store.root / "folder").symlink_to("/etc")
    (store.root / "loop").symlink_to(".")
    os.mkfifo(store.root / "pipe")
    met = found(store.spec)
    assert {name for name, line in met.items() if isinstance(line, Unread) and line.cause == "link"} == {
        "file", "folder", "loop", "pipe",
    }  # fmt: skip
    assert len(met) == 5


def test_a_link_that_takes_a_files_place_after_listing_leads_nowhere(store):
    store.put("a/b.txt", b"x\n")
    with open_source(store.spec) as source:
        (asset,) = source.assets()
        store.remove("a/b.txt")
        (store.root / "a" / "b.txt").symlink_to("/etc/passwd")
        with pytest.raises(ReadError, match="link") as refusal:
            list(source.read(asset, Chunk()))
    assert refusal.value.cause == "link"


def test_a_link_that_takes_a_folders_place_after_listing_leads_nowhere(store):
    store.put("a/passwd", b"x\n")
    with open_source(store.spec) as source:
        (asset,) = source.assets()
        (store.root / "a").rename(store.root / "b")
        (store.root / "a").symlink_to("/etc")
        with pytest.raises(ReadError, match="link"):
            list(source.read(asset, Chunk()))


@pytest.mark.parametrize("name", ["new\nline.txt", "o'Brien\".txt", "a b%41?#+.txt", "é😀.txt"])
def test_hostile_names_are_names_and_nothing_more(store, name):
    store.put(name, b"zoe@example.org\n")
    with open_source(store.spec) as source:
        (asset,) = source.assets()
        assert asset.name == name
        assert cells(read(source, asset)) == [("text", (1,), "zoe@example.org")]


def test_bytes_that_are_no_utf8_are_shown_and_read(store):
    Path(os.fsdecode(os.fsencode(store.root) + b"/caf\xe9.txt")).write_text("zoe@example.org\n")
    store.put("caf\\xe9.txt", b"other\n")
    with open_source(store.spec) as source:
        met = list(source.assets())
        assert {line.name for line in met} == {"caf\\xe9.txt", "caf\\xe9.txt~2"}
        assert sorted(cells(read(source, line))[0][2] for line in met) == ["other", "zoe@example.org"]


def test_what_may_not_be_read_is_a_line_and_the_rest_goes_on(store):
    if os.geteuid():
        pytest.skip("only root can make files that the account may not read")
    store.put("closed/a.txt", b"x\n")
    store.put("b.txt", b"x\n")
    store.put("c.txt", b"x\n")
    (store.root / "closed").chmod(0o700)
    (store.root / "b.txt").chmod(0o600)
    assert {name: getattr(line, "cause", "read") for name, line in found(store.spec).items()} == {
        "b.txt": "denied", "c.txt": "read", "closed": "denied",
    }  # fmt: skip
    with open_source(store.spec) as source:
        rights = list(source.check())
    assert {right.subject for right in rights if right.level == "error"} == {"b.txt", "closed"}
    assert any("internal-sftp -R" in right.message for right in rights if right.level == "warning")


def test_files_that_others_may_read_are_known_to_be(store):
    store.put("a.txt", b"x\n")
    (store.root / "a.txt").chmod(0o644)
    assert "world-readable" in found(store.spec)["a.txt"].exposed


def test_a_file_of_this_very_moment_has_no_fingerprint(store):
    (store.root / "a.txt").write_text("x\n")
    assert found(store.spec)["a.txt"].fingerprint is None


def test_a_file_that_shrinks_or_is_rewritten_while_it_is_read_is_noted(store):
    store.put("a.txt", b"line of text\n" * 3_000_000)
    store.put("b.txt", b"line of text\n" * 100)
    with open_source(store.spec) as source:
        first, second = source.assets()
        reading = read(source, first)
        next(reading)
        os.truncate(store.root / "a.txt", 5_000_000)
        with pytest.raises(ReadError, match="shorter") as refusal:
            list(reading)
        assert refusal.value.cause == "cut"
        reading = read(source, second)
        next(reading)
        os.utime(store.root / "b.txt", (1, 5))
        with pytest.raises(ReadError, match="written to"):
            list(reading)


def test_only_a_part_is_walked_under_the_names_of_the_whole(store):
    for name in ("a/b/c.txt", "a/b.txt", "a/bc.txt", "d"):
        store.put(name, b"x\n")
    for only, expected in (("a/b", ["a/b/c.txt"]), ("a/b.txt", ["a/b.txt"]), ("d/e", [])):
        assert list(found(replace(store.spec, url=f"{store.spec.url}&only={only}"))) == expected


# whom it trusts


def plain(server, query=""):
    return f"sftp://{server.user}@127.0.0.1:{server.port}{server.home}?key_file={server.key}{query}"


@pytest.fixture
def strangers(monkeypatch, tmp_path):
    """A home without known hosts or keys, and no agent."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / ".ssh").mkdir()
    return tmp_path / ".ssh"


def refusal(url, password=None):
    with open_source(SourceSpec("home", url, password)) as source, pytest.raises(SourceError) as error:
        list(source.assets())
    return str(error.value)


def test_a_server_that_is_not_known_is_not_spoken_to(ssh_server, strangers):
    assert "not known here" in refusal(plain(ssh_server))


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_server_is_known_by_its_line_or_its_fingerprint(ssh_server, strangers, kind, store):
    store.put("a.txt", b"x\n")
    fingerprint = quote(ssh_server.fingerprint(kind), safe=":")
    assert found(SourceSpec("home", plain(ssh_server, f"&host_key={fingerprint}")))
    (strangers / "known_hosts").write_text(f"# a comment\nbroken line\n{ssh_server.known_hosts(kind)}")
    assert found(SourceSpec("home", plain(ssh_server)))
    (strangers / "other").write_text(ssh_server.known_hosts(kind))
    (strangers / "known_hosts").write_text("")
    assert found(SourceSpec("home", plain(ssh_server, f"&known_hosts={strangers}/other")))


def test_a_server_with_another_key_than_the_known_one_is_not_spoken_to(ssh_server, strangers):
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIJHsVkQHBVp2VnCS6HUlGQjlIxGGL8x1lPUOBH5UVDsd"
    line = f"[127.0.0.1]:{ssh_server.port} ssh-ed25519 {key}"
    (strangers / "known_hosts").write_text(line + "\n")
    assert "shows another key" in refusal(plain(ssh_server))
    wrong = "SHA256:" + "A" * 43
    assert "shows another key" in refusal(plain(ssh_server, f"&host_key={wrong}"))


def test_a_key_that_was_revoked_makes_nothing_known(ssh_server, strangers):
    line = ssh_server.known_hosts("ed25519")
    (strangers / "known_hosts").write_text(f"{line}@revoked {line}")
    assert "not known here" in refusal(plain(ssh_server))


def test_a_key_of_the_users_own_is_tried(ssh_server, strangers, store):
    store.put("a.txt", b"x\n")
    (strangers / "known_hosts").write_text(ssh_server.known_hosts("ed25519"))
    url = f"sftp://{ssh_server.user}@127.0.0.1:{ssh_server.port}{store.root}"
    assert "does not take the key" in refusal(url)
    shutil.copy(ssh_server.key, strangers / "id_ed25519")
    assert list(found(SourceSpec("home", url))) == ["a.txt"]


def test_a_key_file_that_cannot_be_used_says_why(ssh_server, strangers):
    (strangers / "known_hosts").write_text(ssh_server.known_hosts("ed25519"))
    url = f"sftp://{ssh_server.user}@127.0.0.1:{ssh_server.port}/?key_file={strangers}/known_hosts"
    assert "no private key" in refusal(url, SECRET)
    assert SECRET not in refusal(url, SECRET)


# how it ends


def test_a_server_that_is_not_there_is_an_error_of_the_source(ssh_server):
    url = ssh_server.url("/").replace(f":{ssh_server.port}", ":1")
    assert "nothing answers there" in refusal(url)


def test_what_is_no_ssh_server_is_an_error_of_the_source(ssh_server, s3_server):
    url = ssh_server.url("/").replace(f":{ssh_server.port}", f":{s3_server.port}")
    with open_source(SourceSpec("home", url, connect_timeout=2.0)) as source, pytest.raises(SourceError):
        list(source.assets())


def test_a_path_that_is_not_there_is_an_error_of_the_source(ssh_server):
    assert "no such file or folder" in refusal(ssh_server.url("/no/such/path"))


def test_a_server_that_gives_no_sftp_says_so():
    try:
        server = sshd.start("Subsystem sftp /bin/false")
    except sshd.ServerMissingError as error:
        pytest.skip(str(error))
    try:
        assert "gives this account no SFTP" in refusal(server.url(server.home))
    finally:
        server.stop()


def test_a_connection_that_drops_is_taken_up_again(store):
    server = sshd.start()
    try:
        home = Home(server)
        home.put("a.txt", b"line of text\n" * 3_000_000)
        with open_source(home.spec) as source:
            (asset,) = source.assets()
            reading = read(source, asset)
            rows = next(reading).rows
            drop(server)
            server.run()
            rows += sum(batch.rows for batch in reading)
            assert rows == 3_000_000
            reading = read(source, asset)
            next(reading)
            drop(server)
            with pytest.raises(SourceError, match="nothing answers"):
                list(reading)
            with pytest.raises(SourceError):
                list(source.assets())
    finally:
        server.stop()


def drop(server):
    """End the server with all its sessions, which lead groups of their own."""
    children = server.sessions()
    server.process.kill()
    server.process.wait()
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def test_a_server_that_stands_still_is_given_up_in_time(store):
    server = sshd.start()
    try:
        home = Home(server)
        home.put("a.txt", b"x\n")
        with open_source(replace(home.spec, statement_timeout=1.0)) as source:
            (asset,) = source.assets()
            for pid in [server.process.pid, *server.sessions()]:
                os.kill(pid, signal.SIGSTOP)
            began = time.monotonic()
            with pytest.raises((ReadError, SourceError)):
                list(read(replace_source(source), asset))
            assert time.monotonic() - began < 45
    finally:
        server.stop()


def replace_source(source):
    """Let a second connection not be waited for longer than need be."""
    source._session._spec = replace(source._session._spec, connect_timeout=2.0)
    return source


@pytest.mark.parametrize(
    "url",
    [
        "sftp:///path",
        "sftp://host",
        "sftp://host/%00",
        "sftp://host/?host_key=MD5:00",
        "sftp://host/?hostkey=SHA256:x",
    ],
)
def test_a_target_that_is_none_is_the_command_lines_fault(url):
    with pytest.raises(TargetError):
        open_source(SourceSpec("home", url))


def test_an_asset_is_of_the_tree_it_was_listed_in(store):
    store.put("a.txt", b"x\n")
    assert all(isinstance(line, Asset) for line in found(store.spec).values())
