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
    except UnicodeError as error:
        raise DetectorError(
            f"recognizers: {path} is no UTF-8. Save it as such, or check the path in [detect]"
        ) from error
    except OSError as error:
        what = f"{path} cannot be read ({error.strerror})"
        raise DetectorError(
            f"recognizers: {what}. Check the path in [detect], which counts from the settings file"
        ) from error


def declared_entities(path: str) -> tuple[str, ...]:
    """Give the entities of a recognizer file in its order.

    Raises:
        DetectorError: it cannot be read or is no YAML.
    """
    listed = _fields(path).get("recognizers")
    found: list[str] = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            several = one.get("supported_entities")
            found += [str(one["supported_entity"])] if "supported_entity" in one else []
            found += [str(name) for name in several] if isinstance(several, list) else []
    return tuple(dict.fromkeys(found))


def names_languages(path: str) -> bool:
    """Say whether a recognizer file is a whole registry of Presidio's, which names the languages it serves."""
    return "supported_languages" in _fields(path)


def _fields(path: str) -> dict[str, Any]:
    found = document(path)
    return found if isinstance(found, dict) else {}


def document(path: str) -> object:
    """Give what a recognizer file's YAML says.

    Raises:
        DetectorError: it cannot be read or is no YAML.
    """
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 only who has such a file pays for it

    try:
        return yaml.safe_load(content(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = f"{path} is no YAML{place}. Check indents, quotes and brackets there"
        raise DetectorError(f"recognizers: {what}, or with any YAML reader") from error
