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


def test_only_the_entities_asked_for_are_given(engine: AnalyzerEngine) -> None:
    results = engine.analyze(TEXT, language="en", entities=["IP_ADDRESS"])
    assert [result.entity_type for result in results] == ["IP_ADDRESS"]


def test_a_result_says_who_found_it_and_how_sure_it_is() -> None:
    [result] = recognizers(DetectSettings(entities=("IP_ADDRESS",)))[0].analyze(TEXT, [], None)  # type: ignore[arg-type]
    assert 0 < result.score <= 1
    assert "203.0.113.9" not in str(result.analysis_explanation)
