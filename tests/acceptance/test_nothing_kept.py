"""No planted value stands in any file that the program wrote: raw, encoded or under a hash without a key."""

from __future__ import annotations

import base64
import hashlib
from contextlib import closing
from pathlib import Path

import pyarrow.parquet
import pypdfium2  # type: ignore[import-untyped]
import pytest

from examples.shop import leaks, truth
from examples.shop.rows import Shop
from tests.acceptance.conftest import Scanned

VIEWS = [
    *[("findings", "--format", form) for form in ("table", "json", "csv")],
    *[("coverage", "--format", form) for form in ("table", "json", "csv")],
    *[("inventory", "--format", form) for form in ("table", "json", "csv")],
    *[("exposure", "--format", form) for form in ("table", "json")],
    ("audit", "show", "--format", "json"),
    ("client", "list", "--format", "json"),
]
DOCUMENTS = ("html", "pdf", "csv", "json", "parquet")


@pytest.fixture(scope="session")
def needles(shop: Shop) -> leaks.Needles:
    return leaks.Needles(truth.in_account(shop))


def test_the_search_finds_a_value_in_every_disguise(shop: Shop, needles: leaks.Needles, tmp_path: Path) -> None:
    email = shop.customers[0].email.encode()
    (tmp_path / "base64").write_bytes(base64.b64encode(b"{'to': '" + email + b"'}"))
    (tmp_path / "sha1").write_bytes(b"\0\1" + hashlib.sha1(email).digest())
    (tmp_path / "utf16").write_bytes(email.decode().encode("utf-16"))
    assert {leak.path.name for leak in leaks.search([tmp_path], needles)} == {"base64", "sha1", "utf16"}


def test_no_value_stands_in_what_was_written(account: Scanned, needles: leaks.Needles) -> None:
    program = account.program
    for words in VIEWS:
        assert program.run(*words).returncode in (0, 3), words
    for form in DOCUMENTS:
        made = program.run("inventory", "--format", form, "-o", str(program.folder / "said" / f"inventory.{form}"))
        assert made.returncode == 0, made.stderr
    for name, text in (("pdf", of_pdf), ("parquet", of_parquet)):
        (program.folder / "said" / f"{name}.txt").write_text(text(program.folder / "said" / f"inventory.{name}"))
    one = min(needles.values, key=lambda value: value.canonical)
    program.run("locate", one.canonical, "--format", "json")
    written = [path for path in leaks.files_below([program.folder]) if path.parent != program.folder / "located"]
    assert leaks.search(written, needles) == []


def test_a_look_up_before_changes_nothing_of_that(account: Scanned, needles: leaks.Needles) -> None:
    """The key of a subscriber is his address: `locate` shows it, and nothing keeps it."""
    program = account.program
    asked = next(one.value for one in account.planted if one.value.canonical in one.place[2])
    assert program.located(asked.entity, [asked.canonical])[0]
    kept = [path for path in leaks.files_below([program.folder]) if path.parent != program.folder / "located"]
    assert leaks.search(kept, needles) == []
    assert leaks.search([program.folder / "located"], needles) != []


def of_pdf(path: Path) -> str:
    """The text of a PDF, which its fonts hide from a plain search."""
    with closing(pypdfium2.PdfDocument(path)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert "boutique" in " ".join(pages).lower() or "unassigned" in " ".join(pages).lower()
    return "\n".join(pages)


def of_parquet(path: Path) -> str:
    return str(pyarrow.parquet.read_table(path).to_pylist())


def test_no_value_stands_in_the_inventory_of_a_database(in_engine: Scanned, needles: leaks.Needles) -> None:
    in_engine.program.ask("findings")
    folders = [in_engine.program.folder / name for name in ("inventory", "keys", "tmp", "home")]
    assert leaks.search(folders, needles) == []


def test_nothing_is_written_but_inventory_keys_and_what_was_asked_for(account: Scanned) -> None:
    outside = [
        path.relative_to(account.program.folder)
        for path in leaks.files_below([account.program.folder])
        if path.relative_to(account.program.folder).parts[0] not in ("inventory", "keys", "said", "located")
    ]
    assert outside == []


def test_the_key_may_be_read_by_its_owner_only(account: Scanned) -> None:
    keys = list((account.program.folder / "keys").iterdir())
    assert keys
    assert {oct(key.stat().st_mode & 0o077) for key in keys} == {"0o0"}
