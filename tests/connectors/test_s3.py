"""Buckets of a real server: what is met, in which versions, who else can read it, and how it refuses."""

from __future__ import annotations

import itertools
import json

import pytest

from connectors.errors import ReadError, SourceError, TargetError
from connectors.interface import Asset, SourceSpec, Unread
from connectors.registry import open_source
from tests.connectors.file_contract import SECRET, FileContract, FileStoreUnderTest, read
from tests.connectors.formats.opening import cells

NUMBERS = itertools.count()


class Prefix(FileStoreUnderTest):
    """A prefix of its own in the bucket `clients`, for each test."""

    def __init__(self, server):
        self.server, self.admin, self.root = server, server.client(), f"t{next(NUMBERS)}"
        self.spec = SourceSpec("bucket", server.url(f"clients/{self.root}"), "scan-secret")
        self.refused = SourceSpec("bucket", server.url(f"clients/{self.root}"), SECRET)
        self.versions = SourceSpec("bucket", server.url(f"clients/{self.root}", "&versions=1"), "scan-secret")

    def put(self, name, data, **more):
        self.admin.put_object(Bucket="clients", Key=f"{self.root}/{name}", Body=data, **more)

    def remove(self, name):
        self.admin.delete_object(Bucket="clients", Key=f"{self.root}/{name}")

    def state(self):
        told = self.admin.list_object_versions(Bucket="clients", Prefix=self.root)
        return [(one["Key"], one["ETag"], one["VersionId"]) for one in told["Versions"]]


@pytest.fixture(scope="module", autouse=True)
def versioned(s3_server):
    s3_server.client().put_bucket_versioning(Bucket="clients", VersioningConfiguration={"Status": "Enabled"})


@pytest.fixture
def store(s3_server):
    return Prefix(s3_server)


class TestContract(FileContract):
    """What every store of files does."""

    def test_an_empty_store_gives_nothing_and_no_error(self, source):
        with pytest.raises(SourceError, match="no object lies at or below this prefix"):
            list(source.assets())


def names(spec, gate=lambda _container: None):
    with open_source(spec) as source:
        return [line.name for line in source.assets(gate)]


def test_older_versions_are_assets_of_their_own(store):
    for text in (b"first@example.org\n", b"second@example.org\n"):
        store.put("a.csv", b"mail,n\n" + text.replace(b"\n", b",1\n"))
    store.put("b.txt", b"gone@example.org\n")
    store.remove("b.txt")
    with open_source(store.versions) as source:
        found = {line.name: line for line in source.assets() if isinstance(line, Asset)}
        texts = {name: cells(read(source, asset))[0][2] for name, asset in found.items()}
    older = next(name for name in found if name.startswith("a.csv@"))
    deleted = next(name for name in found if name.startswith("b.txt@"))
    assert texts == {"a.csv": "second@example.org", older: "first@example.org", deleted: "gone@example.org"}
    assert found[older].kind == "csv", "the suffix is the key's, not the version's"
    assert len({asset.fingerprint for asset in found.values()}) == 3
    assert names(store.spec) == ["a.csv"]


def test_a_key_that_looks_like_a_version_of_another_has_a_name_of_its_own(store):
    store.put("a.txt", b"one\n")
    version = store.state()[0][2]
    store.put("a.txt", b"two\n")
    store.put(f"a.txt@{version}", b"three\n")
    found = names(store.versions)
    assert len(found) == len(set(found))
    assert {"a.txt", f"a.txt@{version}", f"a.txt@{version}~2"} <= set(found)


def test_an_object_that_was_replaced_since_it_was_listed_is_not_read(store):
    store.put("a.txt", b"one\n")
    with open_source(store.spec) as source:
        asset = next(line for line in source.assets() if isinstance(line, Asset))
        store.put("a.txt", b"two\n")
        with pytest.raises(ReadError, match="replaced since it was listed") as refusal:
            list(read(source, asset))
    assert refusal.value.cause == "gone"


def test_what_is_encrypted_with_the_clients_key_is_said_to_be(store):
    store.put("a.txt", b"x\n" * 100, SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
    with open_source(store.spec) as source:
        line = next(line for line in source.assets() if line.name == "a.txt")
        assert isinstance(line, Unread)
        assert (line.cause, "SSE-C" in line.reason) == ("denied", True)
        assert ("a.txt", "error") in {(right.subject, right.level) for right in source.check()}


def test_markers_of_folders_are_no_files(store):
    store.put("folder/", b"")
    store.put("folder/a.txt", b"x\n")
    assert "folder/a.txt" in names(store.spec)
    assert "folder/" not in names(store.spec)


@pytest.mark.parametrize("name", ["new\nline.txt", "o'Brien\".txt", "a b%41?#+&.txt", "é😀.txt", "\x1b[2Jred.txt"])
def test_hostile_keys_are_names_and_nothing_more(store, name):
    store.put(name, b"zoe@example.org\n")
    with open_source(store.spec) as source:
        asset = next(line for line in source.assets() if line.name == name)
        assert cells(read(source, asset)) == [("text", (1,), "zoe@example.org")]


def test_a_list_of_many_pages_is_whole(s3_server):
    admin = s3_server.client()
    admin.create_bucket(Bucket="many")
    for n in range(1100):
        admin.put_object(Bucket="many", Key=f"a b+{n:05}/x", Body=b"")
    spec = SourceSpec("many", s3_server.url("many"), "scan-secret")
    assert names(spec) == [f"a b+{n:05}/x" for n in range(1100)]


def test_only_a_part_is_walked_under_the_names_of_the_whole(store):
    for name in ("a/b/c.txt", "a/b.txt", "a/bc.txt"):
        store.put(name, b"x\n")
    for only, expected in (("a/b", ["a/b/c.txt"]), ("a/b.txt", ["a/b.txt"]), ("none", [])):
        spec = SourceSpec("bucket", f"{store.spec.url}&only={only}", "scan-secret")
        assert names(spec) == expected


def test_a_public_bucket_is_known_to_be(s3_server, store):
    admin = s3_server.client()
    admin.create_bucket(Bucket="open")
    allow = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]}
    statement = allow | {"Resource": ["arn:aws:s3:::open", "arn:aws:s3:::open/*"]}
    admin.put_bucket_policy(Bucket="open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    admin.put_object(Bucket="open", Key="www/a.txt", Body=b"zoe@example.org\n")
    with open_source(SourceSpec("open", s3_server.url("open", "&anonymous=1", user=""))) as source:
        (asset,) = source.assets()
        assert "public bucket" in asset.exposed
        assert cells(read(source, asset)) == [("text", (1,), "zoe@example.org")]
        assert any("everybody" in right.message for right in source.check())
    store.put("a.txt", b"x\n")
    with open_source(store.spec) as source:
        assert all("public bucket" not in line.exposed for line in source.assets() if isinstance(line, Asset))


def test_rights_to_write_are_warned_of_and_nothing_is_written(s3_server, store):
    store.put("a.txt", b"x\n")
    before = store.state()

    def warnings(user: str, password: str) -> str:
        spec = SourceSpec("bucket", s3_server.url(f"clients/{store.root}", user=user), password)
        with open_source(spec) as source:
            return " ".join(right.message for right in source.check() if right.level == "warning")

    assert "may write" in warnings("AKADMIN", "admin-secret")
    assert "may write" not in warnings("AKSCAN", "scan-secret")
    assert store.state() == before


@pytest.mark.parametrize(
    ("bucket", "password", "reason"),
    [
        ("nothere", "admin-secret", "no such bucket"),
        ("clients", SECRET, "does not belong to the access key"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_an_error_that_says_why(s3_server, bucket, password, reason):
    spec = SourceSpec("bucket", s3_server.url(bucket, user="AKADMIN"), password)
    with open_source(spec) as source, pytest.raises(SourceError, match=reason) as refusal:
        list(source.assets())
    assert password not in repr(refusal.value)
    assert refusal.value.__cause__ is None


def test_without_the_right_to_list_the_policy_is_named(s3_server):
    s3_server.client().create_bucket(Bucket="closed")
    with open_source(SourceSpec("bucket", s3_server.url("closed"), "scan-secret")) as source:
        with pytest.raises(SourceError, match="may not list"):
            list(source.assets())
        policy = json.loads(source.grants()[-1])
    assert [one["Action"] for one in policy["Statement"]][::2] == [["s3:ListBucket"], ["s3:GetObject"]]


def test_credentials_come_by_the_usual_chain(s3_server, store, monkeypatch, tmp_path):
    store.put("a.txt", b"x\n")
    url = s3_server.url(f"clients/{store.root}", user="")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKSCAN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "scan-secret")
    assert "a.txt" in names(SourceSpec("bucket", url))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "credentials").write_text("[host]\naws_access_key_id = AKSCAN\naws_secret_access_key = scan-secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert "a.txt" in names(SourceSpec("bucket", f"{url}&profile=host"))
    with pytest.raises(SourceError, match="no such profile"):
        names(SourceSpec("bucket", f"{url}&profile=none"))


@pytest.mark.parametrize(
    "url",
    [
        "s3:///prefix",
        "s3://bucket/?endpoint=http://x",
        "s3://bucket/?versions=yes",
        "s3://bucket/?endpoint_url=http://user:word@x/",
        "s3://AKSCAN@bucket/",
        "s3://bucket/%ff",
    ],
)
def test_a_target_that_is_none_is_the_command_lines_fault(url):
    with pytest.raises(TargetError):
        open_source(SourceSpec("bucket", url))
