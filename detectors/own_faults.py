"""What is wrong with a user's recognizer file, in words.

It is asked only where Presidio refused a file, so it refuses none itself. Names of recognizers and patterns are shown,
what they look for is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PLAIN = (
    "missing ), unterminated subpattern",
    "unbalanced parenthesis",
    "unterminated character set",
    "nothing to repeat",
    "multiple repeat",
    "look-behind requires fixed-width pattern",
)
"""What `re` says of a pattern without repeating a part of it."""
_KNOWN = frozenset(
    [
        "name",
        "supported_entity",
        "supported_entities",
        "supported_language",
        "patterns",
        "deny_list",
        "deny_list_score",
        "context",
        "global_regex_flags",
        "version",
        "country_code",
    ]
)
_IN_REGISTRY = frozenset({"type", "enabled", "class_name", "supported_languages"})
"""Fields that only a whole registry allows, which names its languages."""
_FIRST = "write a list under `recognizers:`, each with `name`, `supported_entity` and `patterns` or `deny_list`"


def fault(document: object) -> str | None:
    """Give the first fault and what to do about it; None where none is known.

    Args:
        document: what the file's YAML says.
    """
    listed = document.get("recognizers") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, list) or not listed:
        return f"it has no list of recognizers; {_FIRST}"
    for number, one in enumerate(listed, 1):
        name = one.get("name") if isinstance(one, dict) else None
        which = f"recognizer {number}" + (f" ({name})" if isinstance(name, str) else "")
        for what in _faults(one, registry="supported_languages" in document):
            return f"{which} {what}"
    return None


def _faults(one: object, *, registry: bool) -> Iterator[str]:
    if not isinstance(one, dict):
        yield f"is no set of fields; {_FIRST}"
        return
    if registry and (one.get("type") == "predefined" or one.get("class_name")):
        yield from _of_presidio(one)
        return
    named = [field for field in ("supported_entity", "supported_entities") if one.get(field)]
    if not named:
        yield "does not say what it finds; add `supported_entity: MEMBER_NO`"
    if len(named) > 1:
        yield "has both `supported_entity` and `supported_entities`; leave one out"
    if not one.get("patterns") and not one.get("deny_list"):
        yield "has nothing to look for; add `patterns` or `deny_list`"
    for field in ("patterns", "deny_list"):
        if one.get(field) and not isinstance(one[field], list):
            yield f"has `{field}` that are no list; begin each with `- `"
    for number, pattern in enumerate(_listed(one.get("patterns")), 1):
        yield from (f"has a fault in its pattern {number}{_named(pattern)}: {what}" for what in _in_pattern(pattern))
    if not all(isinstance(word, str) for word in _listed(one.get("deny_list"))):
        yield "has words in `deny_list` that YAML takes for something else; put them in quotes"
    yield from _strange(one, _KNOWN | _IN_REGISTRY if registry else _KNOWN)


def _strange(one: dict[str, Any], known: frozenset[str]) -> Iterator[str]:
    for field in sorted(str(field) for field in one if field not in known):
        also = ", or name the file's `supported_languages`" if field in _IN_REGISTRY else ""
        yield f"has a field `{field}` that does not belong there; leave it out{also}"


def _of_presidio(one: dict[str, Any]) -> Iterator[str]:
    from presidio_analyzer.recognizer_registry.recognizers_loader_utils import (  # noqa: PLC0415 own.py has it loaded
        RecognizerListLoader,
    )

    try:
        RecognizerListLoader.get_existing_recognizer_cls(str(one.get("class_name") or one.get("name")))
    except Exception:  # noqa: BLE001 whatever it raises, there is none
        yield "is `predefined`, and Presidio has none of that name; look it up, or write `type: custom`"


def _in_pattern(pattern: object) -> Iterator[str]:
    if not isinstance(pattern, dict):
        yield "it is no set of fields; write `name`, `regex` and `score`"
        return
    for field in ("name", "regex", "score"):
        if field not in pattern:
            yield f"it has no `{field}`; add it"
    if unknown := sorted(str(field) for field in pattern if field not in ("name", "regex", "score")):
        yield f"it has a field `{unknown[0]}`; only `name`, `regex` and `score` belong there"
    score = pattern.get("score", 0)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        yield "its `score` is no number from 0 to 1"
    if not isinstance(pattern.get("regex", ""), str):
        yield "YAML takes its `regex` for something else; put it in single quotes"
        return
    try:
        re.compile(pattern.get("regex", ""))
    except (re.error, RecursionError, OverflowError) as error:
        place = f" at character {error.pos + 1}" if isinstance(error, re.error) and error.pos is not None else ""
        why = f" ({error.msg})" if isinstance(error, re.error) and error.msg in _PLAIN else ""
        yield f"its `regex` breaks{place}{why}; mend it, and put it in single quotes"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(pattern: object) -> str:
    name = pattern.get("name") if isinstance(pattern, dict) else None
    return f" ({name})" if isinstance(name, str) else ""
