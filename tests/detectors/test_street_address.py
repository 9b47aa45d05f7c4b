"""Street addresses in four languages, with and without a header; and what only has a number and a street's word."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from detectors.street_address import StreetAddress
from tests.detectors.cases import Case, found, table
from tests.detectors.headed import confidence, found_under_header

STREETS = StreetAddress()

HITS = table(
    ("12 bis rue de la Gare", ("12 bis rue de la gare",), "French"),
    ("12, rue de la gare, 75011 Paris", ("12 rue de la gare",), "French, lower case, a town behind"),
    ("5 avenue des Champs-\u00c9lys\u00e9es", ("5 avenue des champs elysees",), "accents"),
    ("15 bd Voltaire", ("15 bd voltaire",), "abbreviated"),
    ("15 rue du 8 Mai 1945", ("15 rue du 8 mai 1945",), "a date in the name"),
    ("Adresse: 3 place de l'\u00c9glise", ("3 place de l eglise",), "a label in front"),
    ("1255 rue Sainte-Catherine Ouest", ("1255 rue sainte catherine ouest",), "Montr\u00e9al"),
    ("rue du Lac 12, 1000 Lausanne", ("rue du lac 12",), "Swiss French"),
    ("ch. des Vignes 3", ("ch des vignes 3",), "Swiss French, abbreviated"),
    ("Bahnhofstrasse 3", ("bahnhofstrasse 3",), "German"),
    ("Bahnhofstra\u00dfe 12a, 8001 Z\u00fcrich", ("bahnhofstrasse 12a",), "German, sharp s"),
    ("Lange Gasse 5", ("lange gasse 5",), "German, two words"),
    ("Hauptstr. 5", ("hauptstr 5",), "German, abbreviated"),
    ("123 Main St Apt 4", ("123 main st apt 4",), "American"),
    ("221B Baker Street", ("221b baker street",), "English"),
    ("10 King Street West", ("10 king street west",), "Canadian"),
    ("via Roma 5", ("via roma 5",), "Italian"),
    ("piazza Garibaldi 12", ("piazza garibaldi 12",), "Italian, a square"),
    ("PO Box 123", ("po box 123",), "box"),
    ("Case postale 45", ("case postale 45",), "Swiss box"),
    ("Postfach 123", ("postfach 123",), "German box"),
)
MISSES = table(
    ("place 3", (), "no name"),
    ("la route 66", (), "no name"),
    ("avenue 5", (), "no name"),
    ("Parkplatz 4", (), "a word that ends like a street"),
    ("Monitoring 3", (), "a word that ends like one"),
    ("version 12 place du march\u00e9", (), "lower case behind a common word"),
    ("10 cours de danse", (), "lessons"),
    ("en cours d'examen 3", (), "a common word"),
    ("en route vers 5", (), "a common word"),
    ("route de Gen\u00e8ve 12.5 km", (), "a distance"),
    ("Le cours du 12 mai", (), "a date"),
    ("order 12 Court date", (), "a word behind"),
    ("the 3 St", (), "no name"),
    ("/img/12 rue de la Gare", (), "part of a path"),
    ("jane@example.org", (), "an address of another kind"),
)
HEADED = table(
    ("rue des Lilas", ("rue des lilas",), "no number"),
    ("7 via Nassa", ("7 via nassa",), "Italian, the number first"),
    ("12 Bahnhofstrasse", ("12 bahnhofstrasse",), "German, the number first"),
    ("12 Les Tilleuls", ("12 les tilleuls",), "no street"),
    ("15 Maple Street", ("15 maple street",), "English"),
    ("jane@example.org", (), "e-mail"),
    ("10.0.0.1", (), "IPv4"),
    ("2001:db8::1", (), "IPv6"),
    ("00:1a:2b:3c:4d:5e", (), "MAC"),
    ("https://example.org/12 rue", (), "URL"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", (), "a purse"),
    ("home", (), "a type"),
    ("5", (), "an id"),
    ("12 mai", (), "a day"),
    ("2024-01-01 10:00", (), "a moment"),
)


@HITS
def test_finds_an_address(case: Case) -> None:
    assert found(STREETS, case.text) == case.expected


@HITS
def test_the_gate_lets_every_address_through(case: Case) -> None:
    assert pc.match_substring_regex(pa.array([case.text]), STREETS.sure_gate)[0].as_py()


@MISSES
def test_leaves_other_words(case: Case) -> None:
    assert found(STREETS, case.text) == ()


@HEADED
def test_takes_more_under_a_header(case: Case) -> None:
    assert found_under_header(STREETS, case.text) == case.expected


CELLS = ["12 rue des Lilas", "4 Les Tilleuls", "rue du Lac 3", None, "7 via Nassa"]


@pytest.mark.parametrize(
    "header", ["address", "adresse", "rue", "street", "Strasse", "indirizzo", "address1", "billing_address"]
)
def test_a_header_makes_a_claim(header: str) -> None:
    assert confidence("STREET_ADDRESS", header, CELLS) == "high"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("ip_address", "10.0.0.1"),
        ("email_address", "jane@example.org"),
        ("mac_address", "00:1a:2b:3c:4d:5e"),
        ("address_id", "12 Les Tilleuls"),
        ("address_type", "billing"),
        ("web_address", "https://www.example.org/12"),
    ],
)
def test_addresses_of_other_kinds_are_nothing(header: str, cell: str) -> None:
    assert confidence("STREET_ADDRESS", header, [cell] * 9) is None


def test_a_street_counts_whatever_the_column_is_called() -> None:
    assert confidence("STREET_ADDRESS", "c3", ["12 rue des Lilas", "rue du Lac 3", "Seeweg 5"]) == "high"


def test_what_other_words_may_be_is_a_hint_in_notes() -> None:
    assert confidence("STREET_ADDRESS", "notes", ["sent via Gateway 3 today, all went well"] * 5) == "low"


def test_masks_the_name_and_the_number() -> None:
    assert STREETS.mask("12 bis rue de la gare") == "** *** rue ***"
    assert STREETS.mask("po box 123") == "po box **"


def test_a_typed_address_is_folded_and_an_address_of_another_kind_is_none() -> None:
    assert STREETS.parse("12, Rue de la GARE") == STREETS.parse("12 rue de la gare") == ("12 rue de la gare",)
    assert STREETS.parse("4111111111111112 Keller") == ()
    assert STREETS.parse("jane@example.org") == ()
