"""A user's own recognizers, from Presidio's YAML, behind the same face as ours. Importing this imports Presidio.

No NLP engine runs: recognizers work on the text alone, so their context words do not raise a score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from detectors.declared import document, folded, names_languages
from detectors.interface import DetectorError, DetectSettings, Match
from detectors.own_faults import fault
from detectors.own_gate import gate_of
from detectors.registry import DETECTORS, detector
from detectors.registry import category as category_of
from detectors.shape import Shape, ShapeDetector

_EVERYTHING = r"\S"
_SEE = "See https://microsoft.github.io/presidio/analyzer/adding_recognizers/"


def own_detectors(settings: DetectSettings) -> list[ShapeDetector]:
    """Load the recognizers of the settings' file: one detector an entity.

    Raises:
        DetectorError: the file is missing or Presidio refuses it.
    """
    path = str(settings.recognizers)
    try:
        # Presidio prints what it refuses, where results belong.
        with redirect_stdout(StringIO()):
            registry = _registry(path)
    except DetectorError:
        raise
    except Exception as error:  # whatever Presidio and its YAML reader raise: all are the file's fault
        what = fault(document(path)) or f"Presidio refuses it ({type(error).__name__})"
        raise DetectorError(f"recognizers: {path}: {what}. {_SEE}") from error
    by_entity: dict[str, list[EntityRecognizer]] = defaultdict(list)
    for recognizer in registry.recognizers:
        for entity in recognizer.supported_entities:
            if settings.entities is None or entity in settings.entities:
                by_entity[entity].append(recognizer)
    return [_own_class(entity)(settings, recognizers) for entity, recognizers in by_entity.items()]


def _registry(path: str) -> RecognizerRegistry:
    """Load either of Presidio's two formats: a whole registry (it names its languages), or a list of recognizers."""
    if names_languages(path):
        return RecognizerRegistryProvider(conf_file=path).create_recognizer_registry()
    registry = RecognizerRegistry()
    registry.add_recognizers_from_yaml(path)
    return registry


class OwnDetector(ShapeDetector):
    """Wraps recognizers of one entity; canonical form: NFKC, case folded, trimmed (ours where the entity is ours)."""

    header_words = frozenset()

    def __init__(self, settings: DetectSettings, recognizers: list[EntityRecognizer]) -> None:
        super().__init__(settings)
        self._recognizers = recognizers
        self._gate = _union(recognizers)
        self._ours = detector(self.entity, settings) if self.entity in DETECTORS else None

    @property
    def gate(self) -> str:
        """What one of the patterns or words needs; everything passes where a recognizer is more than patterns."""
        return self._gate

    def shapes(self, text: str) -> Iterator[Shape]:
        """Ask each recognizer; where two overlap the surer one counts."""
        results = [
            result
            for recognizer in self._recognizers
            for result in recognizer.analyze(text, [self.entity], None) or ()  # type: ignore[arg-type]  # no NLP ran
            if result.score > 0
        ]
        behind = 0
        for result in sorted(results, key=lambda result: (result.start, -result.score, -result.end)):
            if result.start >= behind and result.end > result.start:
                behind = result.end
                readings = self.parse(text[result.start : result.end])
                yield Shape(explicit=False, match=Match(result.start, result.end, float(result.score), readings))

    def parse(self, text: str) -> tuple[str, ...]:
        """Fold a text; every text is a value."""
        return (self._ours.parse(text) if self._ours else ()) or (folded(text),)

    def mask(self, canonical: str) -> str:
        """Show nothing: what it is we do not know."""
        return self._ours.mask(canonical) if self._ours and self._ours.parse(canonical) else "***"


def _union(recognizers: list[EntityRecognizer]) -> str:
    """Join the gates of all patterns and deny lists; one without a gate opens it for everything."""
    gates: list[str] = []
    for recognizer in recognizers:
        if not isinstance(recognizer, PatternRecognizer) or type(recognizer).analyze is not PatternRecognizer.analyze:
            return _EVERYTHING
        patterns: list[Pattern] = recognizer.patterns  # type: ignore[has-type]  # Presidio brings no types
        for pattern in patterns:
            gate = gate_of(pattern.regex, int(recognizer.global_regex_flags or 0))
            if gate is None:
                return _EVERYTHING
            gates.append(f"(?:{gate})")
    return "|".join(dict.fromkeys(gates)) or _EVERYTHING


def _own_class(entity: str) -> type[OwnDetector]:
    return type(f"Own_{entity}", (OwnDetector,), {"entity": entity, "category": category_of(entity)})
