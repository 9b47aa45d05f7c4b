"""Our detectors in a plain `AnalyzerEngine` of Presidio's, without a model and without a socket."""

from __future__ import annotations

import socket

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from detectors.interface import DetectSettings
from detectors.presidio import recognizers

TEXT = "jane@example.org, +33 6 12 34 56 78, 4111 1111 1111 1111, FR14 2004 1010 0505 0001 3M02 606 from 203.0.113.9"
OTHERS = (
    "NIR 2 85 05 78 006 084 41, AVS 756.9217.0769.85, NISS 85.07.30-033.28, NAS 130 692 544, SSN 536-90-4399,"
    " NINO AA 12 34 56 B, MAC 00:1a:2b:3c:4d:5e, BIC BNPAFRPP, https://x.com/jane_doe by Mozilla/5.0 (X11) Gecko/1.0"
)

PLACES = {
    "FR_NIR": "2 85 05 78 006 084 41",
    "CH_AHV": "756.9217.0769.85",
    "BE_NN": "85.07.30-033.28",
    "CA_SIN": "130 692 544",
    "US_SSN": "536-90-4399",
    "UK_NINO": "AA 12 34 56 B",
    "MAC_ADDRESS": "00:1a:2b:3c:4d:5e",
    "BIC": "BNPAFRPP",
    "SOCIAL_HANDLE": "x.com/jane_doe",
    "USER_AGENT": "Mozilla/5.0 (X11) Gecko/1.0",
}


class BlankEngine(SpacyNlpEngine):
    """Tokenizes, and nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}

    def load(self) -> None:
        """Keep what is there: nothing may be downloaded."""


@pytest.fixture
def engine() -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=recognizers(DetectSettings()))
    return AnalyzerEngine(registry=registry, nlp_engine=BlankEngine(), supported_languages=["en"])


def test_an_engine_finds_every_entity_without_opening_a_socket(
    engine: AnalyzerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = {result.entity_type: TEXT[result.start : result.end] for result in engine.analyze(TEXT, language="en")}
    assert found == {
        "EMAIL_ADDRESS": "jane@example.org",
        "PHONE_NUMBER": "+33 6 12 34 56 78",
        "CREDIT_CARD": "4111 1111 1111 1111",
        "IBAN_CODE": "FR14 2004 1010 0505 0001 3M02 606",
        "IP_ADDRESS": "203.0.113.9",
    }


def test_an_engine_finds_national_numbers_devices_and_accounts(engine: AnalyzerEngine) -> None:
    found = {result.entity_type: OTHERS[result.start : result.end] for result in engine.analyze(OTHERS, language="en")}
    assert {entity: found.get(entity) for entity in PLACES} == PLACES


def test_only_the_entities_asked_for_are_given(engine: AnalyzerEngine) -> None:
    results = engine.analyze(TEXT, language="en", entities=["IP_ADDRESS"])
    assert [result.entity_type for result in results] == ["IP_ADDRESS"]


def test_a_result_says_who_found_it_and_how_sure_it_is() -> None:
    [result] = recognizers(DetectSettings(entities=("IP_ADDRESS",)))[0].analyze(TEXT, [], None)  # type: ignore[arg-type]
    assert 0 < result.score <= 1
    assert "203.0.113.9" not in str(result.analysis_explanation)
