"""What a column's name says."""

from __future__ import annotations

import pytest

from detectors.birth_date import BirthDate
from detectors.credit_card import CreditCard
from detectors.header import header_words, said
from detectors.mac_address import MacAddress
from detectors.password import Password
from detectors.phone_number import PhoneNumber
from detectors.postal_code import PostalCode

PHONE = PhoneNumber.header_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("telMobile_1", ("tel", "mobile")),
        ("T\u00e9l\u00e9phone", ("telephone",)),
        ("CUSTOMER_PHONE", ("customer", "phone")),
        ("userPHONENumber", ("user", "phone", "number")),
        ("c3", ("c3",)),
    ],
)
def test_a_name_is_split_into_plain_words(name: str, words: tuple[str, ...]) -> None:
    assert header_words(name) == words


@pytest.mark.parametrize(
    "name", ["tel", "customer_phone", "phone2", "order_phone", "telMobile", "natel", "$.orders[*].fax"]
)
def test_a_word_speaks_for_an_entity(name: str) -> None:
    assert said(name, PHONE)[0] is not None


@pytest.mark.parametrize("name", ["phone_id", "order_no_id", "hotel_id", "$.phones[*].id", "created", "mobile_token"])
def test_the_noun_of_a_name_speaks_against(name: str) -> None:
    assert said(name, PHONE)[0] is None
    assert said(name, PHONE)[1] is not None


def test_a_word_that_speaks_for_an_entity_never_speaks_against_it() -> None:
    assert said("mac", MacAddress.header_words) == ("mac", None)
    assert said("mac", PHONE) == (None, "mac")
    assert said("mac_hash", MacAddress.header_words) == (None, "hash")


def test_words_count_whole_and_also_written_apart() -> None:
    assert said("hotel", PHONE) == (None, None)
    assert said("credit-card", CreditCard.header_words)[0] == "creditcard"


@pytest.mark.parametrize("name", ["postal_code", "zip", "customer_zip", "npa", "PLZ"])
def test_an_entitys_own_word_does_not_speak_against_it(name: str) -> None:
    assert said(name, PostalCode.header_words)[0] is not None
    assert said(name, PHONE) == (None, header_words(name)[-2 if name == "postal_code" else -1])


@pytest.mark.parametrize("name", ["birth_date", "dateOfBirth", "date de naissance"])
def test_words_written_apart_count_together(name: str) -> None:
    assert said(name, BirthDate.header_words)[0] is not None


@pytest.mark.parametrize(
    "name", ["password_reset_date", "last_password_change", "password_changed_at", "password_salt", "password_token"]
)
def test_what_is_said_about_a_password_is_none(name: str) -> None:
    assert said(name, Password.header_words)[0] is None


@pytest.mark.parametrize("name", ["email_password", "user_pass", "mot_de_passe", "password_hash", "Passwort"])
def test_what_names_a_password_is_one(name: str) -> None:
    assert said(name, Password.header_words)[0] is not None
