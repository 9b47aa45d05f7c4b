"""Our detectors as Presidio recognizers, for a plain `AnalyzerEngine`. Importing this imports Presidio."""

from __future__ import annotations

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from detectors.interface import Detector, DetectSettings
from detectors.registry import make


class DetectorRecognizer(LocalRecognizer):
    """One detector behind Presidio's interface; needs no NLP, no model and no network."""

    def __init__(self, detector: Detector, language: str = "en") -> None:
        self.detector = detector
        self.name: str
        super().__init__(
            supported_entities=[detector.entity],
            name=type(detector).__name__,
            supported_language=language,
            version=str(detector.version),
            context=sorted(detector.header_words),
        )

    def load(self) -> None:
        """Do nothing: there is no model."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Find the entity in a text, where it is asked for."""
        del nlp_artifacts
        if entities and self.detector.entity not in entities:
            return []
        return [self._result(match.start, match.end, match.score) for match in self.detector.find(text)]

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        explanation = AnalysisExplanation(
            recognizer=self.name, original_score=score, textual_explanation=f"valid {self.detector.entity}"
        )
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(self.detector.entity, start, end, score, explanation, metadata)


def recognizers(settings: DetectSettings, language: str = "en") -> list[EntityRecognizer]:
    """Make one recognizer for each detector that the settings name; add them to a registry of Presidio's.

    Raises:
        UnknownEntityError: an entity that nothing finds.
    """
    return [DetectorRecognizer(detector, language) for detector in make(settings)]
