"""The master key, what is derived from it, and sealing."""

import os
import stat

import pytest

from inventory.errors import InventoryError, KeyFileError
from inventory.keys import Sealer, Tokens, hkdf, make_key_file, new_client_key, read_key_file, shown
from inventory.store import Inventory


def test_hkdf_gives_the_output_of_rfc_5869_test_case_3():
    derived = hkdf(b"\x0b" * 22, "", 42)
    assert derived.hex().startswith(
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


def test_the_key_file_is_made_for_its_owner_only(tmp_path):
    os.umask(0)
    make_key_file(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_an_existing_key_file_is_never_overwritten(tmp_path):
    ring = make_key_file(tmp_path / "key")
    with pytest.raises(KeyFileError):
        make_key_file(tmp_path / "key")
    assert read_key_file(tmp_path / "key").master == ring.master


def test_a_key_file_that_others_may_read_is_refused_with_what_to_do(tmp_path):
    make_key_file(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key_file(tmp_path / "key")


def test_a_file_that_is_no_key_is_refused(tmp_path):
    (tmp_path / "key").write_text("hello")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(KeyFileError, match="no key file"):
        read_key_file(tmp_path / "key")


def test_a_lost_key_is_an_error_before_anything_is_written(tmp_path):
    url, key = f"sqlite:///{tmp_path}/r.db", tmp_path / "key"
    Inventory(url, key, create=True).close()
    key.rename(tmp_path / "away")
    before = (tmp_path / "r.db").read_bytes()
    with pytest.raises(KeyFileError, match="not there"):
        Inventory(url, key, create=True)
    assert not key.exists()
    assert (tmp_path / "r.db").read_bytes() == before


def test_a_wrong_key_is_an_error_before_anything_is_written(tmp_path):
    url = f"sqlite:///{tmp_path}/r.db"
    Inventory(url, tmp_path / "key", create=True).close()
    make_key_file(tmp_path / "other")
    before = (tmp_path / "r.db").read_bytes()
    with pytest.raises(KeyFileError, match="not the key of"):
        Inventory(url, tmp_path / "other", create=True)
    assert (tmp_path / "r.db").read_bytes() == before


def test_a_key_that_is_there_serves_a_second_inventory(tmp_path):
    Inventory(f"sqlite:///{tmp_path}/a.db", tmp_path / "key", create=True).close()
    with Inventory(f"sqlite:///{tmp_path}/b.db", tmp_path / "key", create=True) as second:
        assert second.audit.verify() == 0


def test_reading_makes_neither_an_inventory_nor_a_key(tmp_path):
    with pytest.raises(InventoryError, match="recense scan"):
        Inventory(f"sqlite:///{tmp_path}/r.db", tmp_path / "key")
    assert not list(tmp_path.iterdir())


def test_tokens_depend_on_key_entity_and_value():
    one, other = Tokens(b"1" * 32), Tokens(b"2" * 32)
    token = one.token("EMAIL_ADDRESS", "jane@example.org")
    assert len(token) == 16
    assert token == one.token("EMAIL_ADDRESS", "jane@example.org")
    assert token != one.token("EMAIL_ADDRESS", "jane@example.com")
    assert token != one.token("PERSON", "jane@example.org")
    assert token != other.token("EMAIL_ADDRESS", "jane@example.org")


def test_tokens_stay_what_they_are_in_inventories_that_are_there():
    tokens = Tokens(b"1" * 32)
    wanted = bytes.fromhex("deebb95109057f9e01d6d39849230f35")
    assert tokens.token("EMAIL_ADDRESS", "jane@example.org") == wanted
    other = tokens.token("EMAIL_ADDRESS", "jané@example.org")
    values = ["jane@example.org", "jané@example.org", "jane@example.org"]
    assert tokens.many("EMAIL_ADDRESS", [value.encode() for value in values]) == wanted + other + wanted
    assert tokens.many("EMAIL_ADDRESS", []) == b""


def test_a_sealed_name_opens_again_and_shows_only_its_mask():
    sealer = Sealer(new_client_key())
    sealed = sealer.seal_name("jane@example.org.csv", "j***.csv")
    assert "jane" not in sealed
    assert shown(sealed) == "j***.csv"
    assert sealer.open_name(sealed) == "jane@example.org.csv"
    assert sealed == sealer.seal_name("jane@example.org.csv", "j***.csv")


def test_what_one_client_sealed_no_other_opens():
    sealed = Sealer(new_client_key()).seal(b"secret")
    with pytest.raises(KeyFileError):
        Sealer(new_client_key()).open(sealed)
