"""What every store of files must do, wherever its files lie: written once, inherited in three lines.

A store's test module derives a class from `FileContract` and has a `store` fixture: an empty store that files can be
put into, with the rights of a scan and no more to read them.
"""

from __future__ import annotations

import pickle
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import ConnectorError, ReadError
from connectors.guest.host import Guest
from connectors.interface import BATCH_BYTES, BATCH_ROWS, Asset, Batch, Chunk, Kept, Source, SourceSpec, Unread
from connectors.registry import open_source
from tests.connectors.formats.opening import cells, lines, tree

FIXTURES = sorted(path for path in (Path(__file__).parent / "formats" / "fixtures").rglob("*") if path.is_file())
GUEST = Guest()
"""For the stores of all tests of a run: another than that of the folders which they are held against."""
SECRET = "not-the-pass%77ord"
MANY = 150_000
"""Rows of the large files: three batches."""
BODIES = {
    "many.txt": "".join(f"line {n} of zoe@example.org\n" for n in range(1, MANY + 1)),
    "many.csv": "n,mail\n" + "".join(f"{n},zoe{n}@example.org\n" for n in range(1, MANY + 1)),
    "many.jsonl": "".join(f'{{"n": {n}, "mail": "zoe{n}@example.org"}}\n' for n in range(1, MANY + 1)),
}


class FileStoreUnderTest(ABC):
    """An empty store of one kind."""

    spec: SourceSpec
    refused: SourceSpec | None = None
    """The same with the password `SECRET`, which is wrong; None where there is none."""

    @abstractmethod
    def put(self, name: str, data: bytes) -> None:
        """Write a file, or write it anew; it is old enough to have a fingerprint."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file."""

    @abstractmethod
    def state(self) -> object:
        """Give something that differs once the store was written to."""

    def part(self, path: str) -> SourceSpec:
        """Give the spec of a file or folder in it."""
        head, mark, query = self.spec.url.partition("?")
        return replace(self.spec, url=f"{head.rstrip('/')}/{path}{mark}{query}")


def read(source: Source, asset: Asset) -> Iterator[Batch]:
    for chunk in source.chunks(asset):
        yield from source.read(asset, chunk)


class FileContract:
    """Inherit it in a module that has a `store` fixture."""

    @pytest.fixture
    def source(self, store: FileStoreUnderTest) -> Iterator[Source]:
        with open_source(store.spec) as source:
            source._guest, source._own_guest = GUEST, False
            yield source

    def test_an_empty_store_gives_nothing_and_no_error(self, source):
        assert list(source.assets()) == []

    def test_what_an_earlier_scan_knows_is_not_opened(self, store, source, monkeypatch):
        for name in ("a/1.txt", "a/2.txt", "b.txt"):
            store.put(name, b"zoe@example.org\n")
        known = {(line.container, line.name, line.fingerprint) for line in source.assets() if isinstance(line, Asset)}
        assert len(known) == 3
        store.put("a/2.txt", b"zoe@example.org or another\n")
        opened, enter = [], source._enter
        monkeypatch.setattr(source, "_enter", lambda entry: opened.append(entry.name) or enter(entry))
        told = list(source.assets(known=lambda *file: file in known))
        assert opened == ["a/2.txt"]
        assert [line.name for line in told if isinstance(line, Asset)] == ["a/2.txt"]
        assert sum(isinstance(line, Kept) for line in told) == 2

    def test_names_are_paths_and_the_first_folder_is_the_container(self, store, source):
        for name in ("top.txt", "b/2.txt", "a/www/1.csv", "a/0.txt"):
            store.put(name, b"mail,n\nzoe@example.org,1\n")
        found = [(line.name, line.container) for line in source.assets()]
        assert sorted(found) == [("a/0.txt", "a"), ("a/www/1.csv", "a"), ("b/2.txt", "b"), ("top.txt", "")]
        assert [(line.name, line.container) for line in source.assets()] == found

    def test_a_single_file_is_called_by_its_name(self, store):
        store.put("a/b.csv", b"mail,n\nzoe@example.org,1\n")
        store.put("a/b.csv.txt", b"x\n")
        with open_source(store.part("a/b.csv")) as source:
            (asset,) = source.assets()
            assert (asset.name, asset.container) == ("b.csv", "")
            assert cells(read(source, asset))[0] == ("mail", (1,), "zoe@example.org")

    def test_a_folder_as_target_is_the_root(self, store):
        for name in ("a/b/c.txt", "a/b.txt", "ab.txt"):
            store.put(name, b"x\n")
        with open_source(store.part("a")) as source:
            assert {(line.name, line.container) for line in source.assets()} == {("b.txt", ""), ("b/c.txt", "b")}

    @pytest.mark.parametrize("path", FIXTURES, ids=[path.name for path in FIXTURES])
    def test_every_format_is_read_as_from_a_folder_here(self, store, source, path):
        store.put(path.name, path.read_bytes())
        here, there = lines(path), {line.name: line for line in source.assets()}
        assert {name: line.kind for name, line in there.items()} == {name: line.kind for name, line in here.items()}
        with tree(path) as folder:
            for name, asset in there.items():
                if isinstance(asset, Asset):
                    assert _content(source, asset) == _content(folder, here[name])

    @pytest.mark.parametrize("name", BODIES)
    def test_every_record_comes_once_and_reading_goes_on_behind_every_mark(self, store, source, name):
        store.put(name, BODIES[name].encode())
        (asset,) = source.assets()
        assert asset.size == len(BODIES[name])
        batches = list(read(source, asset))
        assert sum(batch.rows for batch in batches) == MANY
        assert all(batch.columns.num_rows <= BATCH_ROWS for batch in batches)
        assert all(batch.columns.nbytes <= BATCH_BYTES for batch in batches)
        whole = cells(batches)
        assert len({address for _, address, _ in whole}) == MANY
        (chunk,) = source.chunks(asset)
        for place, batch in enumerate(batches):
            if batch.mark is not None:
                rest = source.read(asset, chunk, after=pickle.loads(pickle.dumps(batch.mark)))
                assert cells(rest) == cells(batches[place + 1 :])

    @pytest.mark.parametrize("name", BODIES)
    def test_records_are_fetched_again_by_their_locators(self, store, source, name):
        store.put(name, BODIES[name].encode())
        (asset,) = source.assets()
        found = {address for _, address, _ in cells(source.fetch(asset, [(7,), (100_000,), (MANY + 1,)]))}
        assert found == {(7,), (100_000,)}

    def test_tables_of_a_database_file_are_read_and_fetched(self, store, source, tmp_path):
        with sqlite3.connect(tmp_path / "site.db") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)")
            connection.execute("INSERT INTO users VALUES (7, 'zoe@example.org')")
            connection.execute("CREATE VIEW v AS SELECT 1")
        connection.close()
        store.put("site.db", (tmp_path / "site.db").read_bytes())
        found = {line.name: line for line in source.assets()}
        assert found["site.db!v"].cause == "view"
        users = pickle.loads(pickle.dumps(found["site.db!users"]))
        assert (users.key, users.fingerprint is not None) == (("id",), True)
        expected = [("id", ("7",), "7"), ("email", ("7",), "zoe@example.org")]
        assert cells(read(source, users)) == expected
        assert cells(source.fetch(users, [("7",), ("8",)])) == expected

    def test_what_is_no_file_of_ours_is_a_line(self, store, source):
        store.put("a.psd", b"8BPS\0\1" + bytes(60))
        store.put("b.bin", bytes(range(256)) * 10)
        store.put("c.txt", b"")
        assert {line.name: line.cause for line in source.assets()} == {
            "a.psd": "format",
            "b.bin": "format",
            "c.txt": "empty",
        }

    def test_the_fingerprint_changes_with_the_content_and_not_without(self, store):
        store.put("a.txt", b"aaaa\n")

        def fingerprint() -> str | None:
            with open_source(store.spec) as source:
                (asset,) = source.assets()
            return asset.fingerprint

        before = fingerprint()
        assert before is not None
        assert fingerprint() == before
        store.put("a.txt", b"bbbbb\n")
        assert fingerprint() != before

    def test_a_file_that_is_gone_when_it_is_read_says_so(self, store, source):
        store.put("a.txt", b"x\n")
        (asset,) = source.assets()
        store.remove("a.txt")
        with pytest.raises(ReadError) as refusal:
            list(source.read(asset, Chunk()))
        assert refusal.value.cause == "gone"

    def test_another_process_can_read_what_this_one_listed(self, store, source):
        store.put("a.txt", b"zoe@example.org\n")
        (asset,) = source.assets()
        spec, asset = pickle.loads(pickle.dumps((store.spec, asset)))
        with open_source(spec) as other:
            assert cells(read(other, asset)) == [("text", (1,), "zoe@example.org")]

    def test_folders_that_the_gate_keeps_closed_are_met_by_name_or_not_at_all(self, store, source):
        for name in ("a/1.txt", "b/2.txt", "c/3.txt"):
            store.put(name, b"x\n")
        met = source.assets({"a": "no mandate", "b": ""}.get)
        assert {line.name: getattr(line, "cause", "read") for line in met} == {"a/1.txt": "policy", "c/3.txt": "read"}

    def test_reading_and_checking_leave_the_store_as_it_was(self, store, source):
        store.put("a/b.csv", b"mail,n\nzoe@example.org,1\n")
        before = store.state()
        for asset in source.assets():
            list(read(source, asset))
        rights = list(source.check())
        assert rights
        assert all(right.level in ("ok", "warning", "error") and right.message for right in rights)
        assert source.grants()
        assert store.state() == before

    def test_an_error_shows_no_password(self, store):
        if store.refused is None:
            pytest.skip("this store knows no passwords")
        store.put("a.txt", b"x\n")
        with pytest.raises(ConnectorError) as refusal, open_source(store.refused) as source:
            list(source.assets())
        assert SECRET not in f"{refusal.value!r}{refusal.value.__cause__!r}{store.refused!r}"

    def test_closing_twice_does_no_harm(self, store):
        store.put("a.txt", b"x\n")
        source = open_source(store.spec)
        assert not any(isinstance(line, Unread) for line in source.assets())
        source.close()
        source.close()


def _content(source, asset):
    """All cells of an asset, or of what lies in a pack, by name."""
    if not asset.pack:
        return cells(read(source, asset))
    found, name = {}, ""
    for told in source.contents(asset):
        if isinstance(told, Batch):
            # pg_restore writes a word of chance around what it gives
            said = [one for one in cells([told]) if not str(one[2]).startswith(("\\restrict", "\\unrestrict"))]
            found.setdefault(name, []).extend(said)
        else:
            name = getattr(told, "name", name)
    return found
