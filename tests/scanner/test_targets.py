"""From what a person types to the source it means."""

import pytest

from scanner.errors import SettingsError
from scanner.settings import ScanSource
from scanner.targets import resolve
from scanner.urls import public_name, split_password


def test_a_path_is_a_file_source_by_its_absolute_url(tmp_path, monkeypatch):
    (tmp_path / "a b").mkdir()
    monkeypatch.chdir(tmp_path)
    (target,) = resolve(["a b"], [])
    assert target.source.name == f"file://{tmp_path}/a%20b"


def test_a_link_and_its_target_are_one_source(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    names = {target.source.name for target in resolve([str(tmp_path / "link"), str(tmp_path / "real")], [])}
    assert len(names) == 1


def test_a_password_in_a_url_is_shown_nowhere():
    (target,) = resolve(["postgresql://me:s%40cret@db1:5432/shop?sslmode=require"], [])
    assert target.source.name == "postgresql://me@db1:5432/shop"
    assert target.spec.password == "s@cret"
    assert "cret" not in repr(target)
    assert target.spec.url == "postgresql://me@db1:5432/shop?sslmode=require"


def test_a_password_comes_from_a_variable_or_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PW", "one")
    (tmp_path / "pw").write_text("two\n")
    assert split_password("mysql://me@db/?password_env=PW&unix_socket=/run/x") == (
        "mysql://me@db/?unix_socket=/run/x",
        "one",
    )
    assert split_password(f"mysql://me@db/?password_file={tmp_path}/pw")[1] == "two"


@pytest.mark.parametrize("query", ["password_env=NOT_SET_ANYWHERE", "password_file=/no/such/file"])
def test_a_password_that_is_not_there_is_an_error(query):
    with pytest.raises(SettingsError):
        split_password(f"mysql://me@db/?{query}")


def test_a_name_from_the_settings_is_that_source():
    source = ScanSource("sql7", "mysql://scanner@sql7/")
    (target,) = resolve(["sql7"], [source])
    assert (target.source, target.whole) == (source, True)


def test_no_target_means_every_configured_source():
    sources = [ScanSource("a", "mysql://h/"), ScanSource("b", "file:///srv")]
    assert [target.source for target in resolve([], sources)] == sources
    with pytest.raises(SettingsError, match="nothing to scan"):
        resolve([], [])


def test_a_path_inside_a_configured_tree_is_a_part_of_it(tmp_path):
    (tmp_path / "alice/www").mkdir(parents=True)
    source = ScanSource("homes", f"file://{tmp_path}")
    (target,) = resolve([str(tmp_path / "alice/www")], [source])
    assert (target.source.name, target.prefix, target.whole) == ("homes", "alice/www/", False)


def test_a_file_inside_a_configured_tree_keeps_its_path(tmp_path):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice/a.csv").write_text("x")
    (target,) = resolve([str(tmp_path / "alice/a.csv")], [ScanSource("homes", f"file://{tmp_path}")])
    assert (target.source.name, target.prefix) == ("homes", "alice/")


def test_a_folder_beside_a_configured_tree_is_no_part_of_it(tmp_path):
    (tmp_path / "home2").mkdir()
    (target,) = resolve([str(tmp_path / "home2")], [ScanSource("homes", f"file://{tmp_path}/home")])
    assert target.source.name != "homes"


def test_a_database_of_a_configured_server_is_a_part_of_it(monkeypatch):
    monkeypatch.setenv("PW", "secret")
    source = ScanSource("sql7", "mysql://scanner@sql7/?ssl-mode=REQUIRED", password_from=("password_env", "PW"))
    (target,) = resolve(["mariadb://sql7:3306/alice_shop"], [source])
    assert (target.source.name, target.whole, target.spec.password) == ("sql7", False, "secret")
    assert target.spec.url == "mariadb://scanner@sql7/alice_shop?ssl-mode=REQUIRED"


def test_what_is_neither_path_nor_url_nor_name_is_an_error():
    with pytest.raises(SettingsError, match="no such file"):
        resolve(["nowhere-at-all"], [])


def test_a_broken_url_is_an_error_and_not_quoted():
    with pytest.raises(SettingsError) as caught:
        resolve(["mysql://me:secret@host:port/db"], [])
    assert "secret" not in str(caught.value)


def test_a_public_name_has_neither_password_nor_query():
    assert public_name("mysql://me:pw@h:3307/db?x=1") == "mysql://me@h:3307/db"


@pytest.mark.parametrize(
    ("known", "asked", "part", "opened"),
    [
        (
            "s3://bucket/?endpoint_url=http://127.0.0.1:1&versions=1",
            "s3://bucket/alice/a b.csv",
            "alice/a b.csv",
            "s3://bucket/?endpoint_url=http://127.0.0.1:1&versions=1&only=alice/a%20b.csv",
        ),
        (
            "sftp://scanner@host/home",
            "sftp://host:22/home/alice/",
            "alice",
            "sftp://scanner@host/home?only=alice",
        ),
    ],
)
def test_a_part_of_a_store_elsewhere_is_walked_under_the_names_of_the_whole(known, asked, part, opened):
    (target,) = resolve([asked], [ScanSource(name="store", url=known)])
    assert (target.source.name, target.part, target.prefix, target.whole) == ("store", part, "", False)
    assert target.spec.url == opened


@pytest.mark.parametrize(
    "asked",
    ["s3://bucket/alice?endpoint_url=http://127.0.0.1:2", "s3://other/alice", "sftp://host:2222/home/alice"],
)
def test_another_place_is_no_part_of_a_store_elsewhere(asked):
    sources = [
        ScanSource(name="bucket", url="s3://bucket/?endpoint_url=http://127.0.0.1:1"),
        ScanSource(name="home", url="sftp://host/home"),
    ]
    (target,) = resolve([asked], sources)
    assert target.source.name not in ("bucket", "home")


def test_a_bucket_and_a_prefix_in_it_are_read_once():
    (target,) = resolve(["s3://bucket/alice", "s3://bucket/", "s3://bucket/alice/x"], [])
    assert target.source.name == "s3://bucket/"
