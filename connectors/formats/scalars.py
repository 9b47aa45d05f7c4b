"""Single values of typed formats as text that looks as a person would see it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from connectors.json_shape import Parsed
from connectors.text import decode

_MOST_DIGITS = 10**21
"""Whole numbers below are written without an exponent: no number that means somebody is longer."""


_DEPTH = 150
"""Levels that a value may have."""


def number(value: float) -> str:
    """Write a number with all its digits.

    >>> number(33612345678.0), number(6.304e18), number(0.5), number(1e-05)
    ('33612345678', '6304000000000000000', '0.5', '1e-05')
    """
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < _MOST_DIGITS else repr(value)


def scalar(value: Any) -> str:
    """Write a value that has nothing below it."""
    if type(value) is str:
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return decode(bytes(value))
    if isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else number(value)
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 1000 else str(value)
    if isinstance(value, dt.datetime):
        text = value.isoformat(sep=" ").replace("+00:00", "Z")
        return text.removesuffix(" 00:00:00")
    return str(value)


def nested(value: Any, kind: pa.DataType | None = None, depth: int = 0) -> Parsed:
    """Turn a nested value into what a parsed JSON document looks like.

    Args:
        value: dicts, lists, pairs of a map, and single values.
        kind: its Arrow type where it has one; a map's pairs are told by it.
        depth: levels above it.

    Raises:
        RecursionError: it has too many levels.
    """
    if value is None or type(value) is str:
        return value
    if depth > _DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return tuple(
            (name if type(name) is str else scalar(name), nested(below, _below(kind, name), depth + 1))
            for name, below in value.items()
        )
    if isinstance(value, list | tuple):
        if kind is not None and pa.types.is_map(kind):
            return tuple((_key(key), nested(below, kind.item_type, depth + 1)) for key, below in value)
        inner = getattr(kind, "value_type", None)
        return [nested(below, inner, depth + 1) for below in value]
    return scalar(value)


def _key(key: Any) -> str:
    return " ".join(map(scalar, key.values())) if isinstance(key, dict) else scalar(key)


def _below(kind: pa.DataType | None, name: str) -> pa.DataType | None:
    if kind is None or not pa.types.is_struct(kind):
        return None
    place = kind.get_field_index(name)
    return kind.field(place).type if place >= 0 else None
