"""Which entities a user's recognizer file declares, without importing Presidio."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from detectors.interface import DetectorError


def folded(text: str) -> str:
    """Bring a value of unknown make into one form: compatibility forms and case folded, trimmed."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def content(path: str) -> str:
    """Read a recognizer file.

    Raises:
        DetectorError: there is none, or it is no text.
    """
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise DetectorError(f"recognizers: {path} cannot be read. Check the path in [detect]") from error


def declared_entities(path: str) -> tuple[str, ...]:
    """Give the entities of a recognizer file in its order.

    Raises:
        DetectorError: it cannot be read or is no YAML.
    """
    listed = _document(path).get("recognizers")
    found: list[str] = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            several = one.get("supported_entities")
            found += [str(one["supported_entity"])] if "supported_entity" in one else []
            found += [str(name) for name in several] if isinstance(several, list) else []
    return tuple(dict.fromkeys(found))


def names_languages(path: str) -> bool:
    """Say whether a recognizer file is a whole registry of Presidio's, which names the languages it serves."""
    return "supported_languages" in _document(path)


def _document(path: str) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 only who has such a file pays for it

    try:
        document = yaml.safe_load(content(path))
    except yaml.YAMLError as error:
        raise DetectorError(f"recognizers: {path} is no YAML. Check it with any YAML reader") from error
    return document if isinstance(document, dict) else {}
