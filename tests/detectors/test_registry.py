"""The registry: detectors by entity, identifiers in any notation, fingerprints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detectors.interface import DetectorError, DetectSettings, IdentifierError, UnknownEntityError
from detectors.registry import (
    TABLE_ENTITIES,
    category,
    detector,
    entities,
    examiners,
    fingerprint,
    make,
    mask,
    parse_identifier,
    readable_as,
)

PLAIN = DetectSettings()
OWN = """
recognizers:
  - name: Member
    supported_language: en
    supported_entity: MEMBER_NO
    patterns: [{name: m, regex: "\\\\bM-[0-9]{6}\\\\b", score: 0.8}]
"""


@pytest.fixture
def own_file(tmp_path: Path) -> str:
    path = tmp_path / "recognizers.yaml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def test_makes_what_the_settings_name_and_everything_without() -> None:
    made = [*make(PLAIN), *examiners(PLAIN)]
    assert [one.entity for one in made] == list(entities())
    one = DetectSettings(entities=("IP_ADDRESS", "PERSON"))
    assert [each.entity for each in (*make(one), *examiners(one))] == ["IP_ADDRESS", "PERSON"]


def test_an_unknown_entity_is_refused_with_the_nearest_and_the_valid_ones() -> None:
    with pytest.raises(UnknownEntityError, match=r"CREDITCARD.*Did you mean CREDIT_CARD.*IBAN_CODE"):
        make(DetectSettings(entities=("CREDITCARD",)))
    with pytest.raises(UnknownEntityError):
        detector("PERSON_NAME")


@pytest.mark.parametrize("region", ["UK", "fr", "FRA", "", "XX"])
def test_a_region_that_is_none_is_refused(region: str) -> None:
    with pytest.raises(DetectorError, match="region"):
        parse_identifier("0612345678", None, DetectSettings(phone_regions=(region,)))


@pytest.mark.parametrize(
    ("text", "entity", "reading"),
    [
        (" Jane@Example.ORG ", "EMAIL_ADDRESS", "jane@example.org"),
        ("06 12 34 56 78", "PHONE_NUMBER", "+33612345678"),
        ("4111-1111-1111-1111", "CREDIT_CARD", "4111111111111111"),
        ("fr14 2004 1010 0505 0001 3M02 606", "IBAN_CODE", "FR1420041010050500013M02606"),
        ("[2001:DB8::1]:443", "IP_ADDRESS", "2001:db8::1"),
        ("12, rue de la Gare", "STREET_ADDRESS", "12 rue de la gare"),
        ("756.9217.0769.85", "CH_AHV", "7569217076985"),
        ("7569217076985", "CH_AHV", "7569217076985"),
        ("2 85 05 78 006 084 41", "FR_NIR", "285057800608441"),
        ("2850578006084", "FR_NIR", "285057800608441"),
        ("85.07.30-033.28", "BE_NN", "85073003328"),
        ("aa 12 34 56 b", "UK_NINO", "AA123456B"),
        ("00-1A-2B-3C-4D-5E", "MAC_ADDRESS", "00:1a:2b:3c:4d:5e"),
        ("https://x.com/Jane_Doe", "SOCIAL_HANDLE", "x.com/jane_doe"),
        ("Mozilla/5.0 (X11)  Gecko/1.0", "USER_AGENT", "Mozilla/5.0 (X11) Gecko/1.0"),
    ],
)
def test_an_identifier_says_itself_what_it_is(text: str, entity: str, reading: str) -> None:
    found = parse_identifier(text, None, PLAIN)
    assert [one for one, _ in found] == [entity]
    assert found[0][1][0] == reading


def test_bare_digits_may_be_two_things_and_the_entity_decides() -> None:
    both, settings = "4929141777637", DetectSettings(phone_regions=("DE",))
    found = parse_identifier(both, None, settings)
    assert found == [("CREDIT_CARD", (both,)), ("PHONE_NUMBER", (f"+{both}",))]
    assert parse_identifier(both, "PHONE_NUMBER", settings) == found[1:]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("046454286", ["CA_SIN", "US_SSN"]),
        ("130692544", ["PHONE_NUMBER"]),
        ("536904399", ["PHONE_NUMBER"]),
        ("536-90-4399", ["US_SSN", "PHONE_NUMBER"]),
        ("0612345678", ["PHONE_NUMBER"]),
        ("4929141777637", ["CREDIT_CARD"]),
    ],
)
def test_bare_digits_are_national_numbers_only_where_nothing_else_fits(text: str, entities: list[str]) -> None:
    assert [entity for entity, _ in parse_identifier(text, None, PLAIN)] == entities


@pytest.mark.parametrize(("text", "entity"), [("046454286", "CA_SIN"), ("BNPAFRPP", "BIC"), ("536904399", "US_SSN")])
def test_the_entity_says_what_bare_digits_and_words_are(text: str, entity: str) -> None:
    assert parse_identifier(text, entity, PLAIN) == [(entity, (text,))]


def test_what_else_bare_digits_can_be_read_as_is_known() -> None:
    assert set(readable_as("130692544", PLAIN)) == {"CA_SIN", "US_SSN", "PHONE_NUMBER"}
    assert readable_as("jane@example.org", PLAIN) == ("EMAIL_ADDRESS",)


@pytest.mark.parametrize("text", ["CUSTOMER", "PASSWORD", "Keller", "jane", "BNPAFRPP", "facebook.com"])
def test_plain_words_are_no_identifiers(text: str) -> None:
    with pytest.raises(IdentifierError, match=r"--entity"):
        parse_identifier(text, None, PLAIN)


@pytest.mark.parametrize("entity", [None, "PHONE_NUMBER", "CREDIT_CARD"])
def test_a_refusal_never_quotes_the_value(entity: str | None) -> None:
    with pytest.raises(IdentifierError) as refusal:
        parse_identifier("4111111111111112 Keller", entity, PLAIN)
    assert "4111" not in str(refusal.value)
    assert "Keller" not in str(refusal.value)


def test_masks_and_categories_are_there_without_a_detector_at_hand() -> None:
    assert mask("PHONE_NUMBER", "+33612345678") == "+33*******78"
    assert mask("MEMBER_NO", "m-123456") == "***"
    assert (category("CREDIT_CARD"), category("MEMBER_NO")) == ("financial", "identity")
    assert (category("PURCHASES"), mask("PURCHASES", "x")) == ("purchases", "***")
    assert (mask("PERSON", "Jane Doe"), category("PERSON"), category("LOCATION")) == (
        "J*** D***",
        "identity",
        "contact",
    )


@pytest.mark.parametrize("entity", ["CVV", "PASSWORD", "POSTAL_CODE", "OPINIONS"])
def test_nobody_is_looked_up_by_what_is_not_kept(entity: str) -> None:
    with pytest.raises(IdentifierError, match="counted and never kept") as refusal:
        parse_identifier("75011", entity, PLAIN)
    assert "75011" not in str(refusal.value)
    with pytest.raises(IdentifierError):
        parse_identifier("75011", None, PLAIN)


def test_what_tables_tell_can_be_asked_for_and_needs_no_detector() -> None:
    assert make(DetectSettings(entities=("PURCHASES",))) == []
    assert fingerprint(DetectSettings(entities=("PURCHASES",))) != fingerprint(DetectSettings(entities=("OPINIONS",)))


def test_the_fingerprint_changes_with_what_could_be_found(own_file: str) -> None:
    prints = [
        fingerprint(PLAIN),
        fingerprint(DetectSettings(entities=("IP_ADDRESS",))),
        fingerprint(DetectSettings(phone_regions=("FR",))),
        fingerprint(DetectSettings(recognizers=own_file)),
        fingerprint(DetectSettings(ner="all")),
        fingerprint(DetectSettings(ner="off")),
    ]
    Path(own_file).write_text(OWN.replace("0.8", "0.7"), encoding="utf-8")
    prints.append(fingerprint(DetectSettings(recognizers=own_file)))
    assert len(set(prints)) == len(prints)
    assert fingerprint(PLAIN) == fingerprint(DetectSettings())


def test_an_entity_of_the_users_own_can_be_looked_up(own_file: str) -> None:
    settings = DetectSettings(recognizers=own_file)
    assert parse_identifier(" M-123456 ", "MEMBER_NO", settings) == [("MEMBER_NO", ("m-123456",))]
    assert parse_identifier("M-123456", None, settings) == [("MEMBER_NO", ("m-123456",))]
    assert make(DetectSettings(entities=("MEMBER_NO",), recognizers=own_file)) == []


def test_a_language_model_that_is_installed_later_has_assets_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    prints = set()
    for models in ((), ("fr_core_news_sm=3.8.0",), ("fr_core_news_sm=3.9.0",)):
        monkeypatch.setattr("detectors.registry.installed", lambda models=models: models)
        prints |= {fingerprint(PLAIN)}
    assert len(prints) == 3


@pytest.mark.parametrize("entity", ["PERSON", "LOCATION", None])
def test_a_name_is_not_looked_up_and_told_what_it_is_good_for(entity: str | None) -> None:
    with pytest.raises(IdentifierError, match=r"not indexed, they only narrow what an e-mail") as refusal:
        parse_identifier("Jane Doe", entity, PLAIN)
    assert "Jane" not in str(refusal.value)


UNTOLD = {"CVV", "CARD_EXPIRY", "PASSWORD", "DATE_OF_BIRTH", "POSTAL_CODE", "PERSON", "LOCATION", *TABLE_ENTITIES}


@pytest.mark.parametrize("asked", ["EMIAL", "CVV", "PURCHASES", "PERSON"])
def test_who_asks_for_what_is_not_looked_up_is_told_what_is(asked: str) -> None:
    with pytest.raises(DetectorError) as refused:
        parse_identifier("x", asked, PLAIN)
    offered = set(re.findall(r"[A-Z]+_?[A-Z_]+", str(refused.value).partition(asked)[2]))
    assert {"EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "FR_NIR"} <= offered
    assert not offered & UNTOLD
