"""Stores of objects that are vast, hostile or broken; a real server is none of it, so a stand-in answers here."""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from connectors import s3_object
from connectors.errors import ReadError, SourceError
from connectors.interface import Asset, SourceSpec, Unread
from connectors.registry import open_source
from connectors.s3 import S3Store
from tests.connectors.file_contract import read
from tests.connectors.formats.opening import cells
from tests.servers.false_s3 import FalseS3, Object, running

LINE = b"some words of zoe@example.org, and some more of them to fill up a line of sixty-four byte\n"


@pytest.fixture
def false(monkeypatch):
    monkeypatch.setattr(s3_object.time, "sleep", lambda _seconds: None)
    with running(FalseS3()) as false:
        yield false


def spec(false: FalseS3, prefix: str = "", query: str = "") -> SourceSpec:
    return SourceSpec("bucket", false.url(prefix, query), "the-secret-word")


def lines_of(offset: int, length: int) -> bytes:
    skip = offset % len(LINE)
    return (LINE * (length // len(LINE) + 2))[skip : skip + length]


HOSTILE = [
    "../x.txt",
    "/x.txt",
    "a//b.txt",
    "a/../../b.txt",
    "./x.txt",
    "..",
    "a/.",
    "%00x.txt",
    "%0Ax.txt",
    "C:%5Cx.txt",
]


@pytest.mark.parametrize("key", HOSTILE)
def test_keys_that_are_no_paths_are_names_and_nothing_more(false, key):
    false.objects = lambda: iter([Object(key)])
    with open_source(spec(false)) as source:
        (asset,) = source.assets()
        assert isinstance(asset, Asset)
        assert len(cells(read(source, asset))) == 1
    name = key.replace("%00", "\0").replace("%0A", "\n").replace("%5C", "\\")
    assert asset.name == name
    assert {path for path, _ in false.asked} == {name}, "it was asked for by its own key"


def test_a_key_that_is_no_utf8_is_a_line_of_its_own(false):
    false.objects = lambda: iter([Object("caf%5Cxe9"), Object("caf%E9")])
    with open_source(spec(false)) as source:
        first, second = source.assets()
    assert isinstance(first, Asset)
    assert isinstance(second, Unread)
    assert (first.name, second.name) == ("caf\\xe9", "caf\\xe9~2")


def test_an_archived_object_says_so(false):
    false.objects = lambda: iter([Object("a.txt", storage="DEEP_ARCHIVE")])
    false.refuses = (403, "InvalidObjectState")
    with open_source(spec(false)) as source:
        (line,) = source.assets()
    assert isinstance(line, Unread)
    assert (line.cause, line.cause.skipped, "archive" in line.reason) == ("other", False, True)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ((403, "AccessDenied"), "denied"),
        ((404, "NoSuchKey"), "gone"),
        ((400, "KMS.DisabledException"), "denied"),
        ((409, "Strange secret@example.org"), "other"),
    ],
)
def test_an_object_that_is_refused_is_a_line_with_the_reason(false, answer, cause):
    false.objects = lambda: iter([Object("a.txt"), Object("b.txt")])
    false.refuses = answer
    with open_source(spec(false)) as source:
        found = list(source.assets())
    assert [line.cause for line in found] == [cause, cause]
    assert "secret" not in "".join(line.reason for line in found)


def test_a_store_that_ignores_conditions_is_found_out(false):
    false.objects = lambda: iter([Object("a.txt", 200_000, lines_of)])
    false.keeps_conditions = False
    with open_source(spec(false)) as source:
        (asset,) = source.assets()
        false.now = '"e2"'
        with pytest.raises(ReadError, match="replaced") as refusal:
            list(read(source, asset))
    assert refusal.value.cause == "gone"


def test_an_object_that_is_replaced_while_it_is_read_keeps_what_came_before(false):
    size = 40_000_000
    false.objects = lambda: iter([Object("a.txt", size, lines_of)])
    false.breaks_after = 9_000_000
    with open_source(spec(false)) as source:
        (asset,) = source.assets()
        reading = read(source, asset)
        first = next(reading)
        false.now = '"e2"'
        with pytest.raises(ReadError, match="replaced while it was read") as refusal:
            list(reading)
    assert first.rows > 40_000
    assert refusal.value.cause == "cut"


def test_a_store_that_gives_no_parts_is_read_forward_and_no_other_way(false):
    false.objects = lambda: iter([Object("a.txt", 10_000_000, lines_of)])
    false.keeps_ranges = False
    with closing(S3Store(spec(false))) as source:
        (asset,) = source.assets()
        assert sum(batch.rows for batch in read(source, asset)) == 10_000_000 // len(LINE) + 1
        body = source._open(asset.detail, asset.name)
        with pytest.raises(ReadError, match="no parts"):
            body.read(5_000_000, 10)
        body.close()


def test_answers_that_break_off_are_taken_up_where_they_broke(false):
    size = 30_000_000
    false.objects = lambda: iter([Object("a.txt", size, lines_of)])
    false.breaks_after = 3_000_000
    with open_source(spec(false)) as source:
        (asset,) = source.assets()
        assert sum(batch.rows for batch in read(source, asset)) == size // len(LINE) + 1
    assert len(false.asked) > 8


def test_an_answer_that_breaks_off_at_once_again_and_again_is_given_up(false):
    false.objects = lambda: iter([Object("a.txt", 10_000_000, lines_of)])
    with open_source(spec(false)) as source:
        (asset,) = source.assets()
        false.breaks_after = 100_000
        with pytest.raises(ReadError, match="broke") as refusal:
            list(read(source, asset))
    assert refusal.value.cause == "lost"
    assert len(false.asked) < 20


def test_an_object_of_50_gb_is_read_here_and_there_without_the_rest(false):
    size = 50 << 30
    false.objects = lambda: iter([Object("a.txt", size, lines_of)])
    with closing(S3Store(spec(false))) as source:
        (asset,) = source.assets()
        body = source._open(asset.detail, asset.name)
        assert body.read(size - 1000, 1000) == lines_of(size - 1000, 1000)
        assert body.read(size // 2, 5000) == lines_of(size // 2, 5000)
        batch = next(read(source, asset))
        body.close()
    assert batch.rows > 40_000
    assert false.served < 200_000_000


def test_memory_stays_flat_while_a_vast_object_is_read(false):
    size = 1 << 30
    false.objects = lambda: iter([Object("a.txt", size, lines_of)])
    script = (
        "import resource, sys\nfrom connectors.registry import open_source\n"
        "from connectors.interface import Chunk, SourceSpec\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "with open_source(SourceSpec('s', sys.argv[1], 'word')) as source:\n"
        "    (asset,) = source.assets()\n    (chunk,) = source.chunks(asset)\n    seen = 0\n"
        "    for batch in source.read(asset, chunk):\n"
        "        seen += batch.size\n"
        "        if seen < 1 << 28: before = peak()\n"
        "    print(seen, peak() - before)\n"
    )
    run = [sys.executable, "-c", script, false.url()]
    told = subprocess.run(run, check=True, capture_output=True, cwd=Path(__file__).parents[2]).stdout.split()
    assert int(told[0]) == size
    assert int(told[1]) < 40


def test_many_keys_are_listed_in_order_and_in_flat_memory(false):
    pages = 100

    def page(number: int) -> list[Object]:
        return [Object(f"k{number * 1000 + n:07}", 0) for n in range(1000 if number < pages else 0)]

    false.page = page
    with open_source(spec(false)) as source:
        walk = source.assets()
        for _ in range(10_000):
            next(walk)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        last, count = "", 10_000
        for line in walk:
            assert line.name > last
            last, count = line.name, count + 1
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert count == pages * 1000
    assert (after - before) < 10_000


def test_a_store_that_does_not_answer_is_an_error_of_the_source():
    with running(FalseS3()) as false:
        told = spec(false)
    with open_source(told) as source, pytest.raises(SourceError, match="nothing answers") as refusal:
        list(source.assets())
    assert "secret" not in repr(refusal.value)


def test_a_store_that_goes_while_it_is_walked_is_told_after_what_was_met(false):
    false.page = lambda number: [Object(f"k{number}{n:03}") for n in range(1000)] if number < 1 else 1 // 0
    met = []
    with open_source(spec(false)) as source, pytest.raises(SourceError):
        met.extend(source.assets())
    assert met == []


def test_without_credentials_no_machine_is_asked_for_any_unless_that_is_wanted(false, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{false.port}/")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    url = false.url().replace("AK@", "")
    with open_source(SourceSpec("bucket", url)) as source, pytest.raises(SourceError, match="instance_role=1"):
        list(source.assets())
    assert false.asked == []
    with open_source(SourceSpec("bucket", f"{url}&instance_role=1")) as source, pytest.raises(SourceError):
        list(source.assets())
    assert any("meta-data" in path for path, _ in false.asked)


def test_no_log_holds_a_key_or_a_signature(false, caplog):
    caplog.set_level(logging.DEBUG)
    false.objects = lambda: iter([Object("zoe@example.org.txt")])
    with open_source(spec(false)) as source:
        assert len(list(source.assets())) == 1
    assert "zoe" not in caplog.text
    assert "Signature" not in caplog.text
