"""Text that knows which personal values were planted in it, so that the truth comes from what was written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

EMAIL = "EMAIL_ADDRESS"
PHONE = "PHONE_NUMBER"
CARD = "CREDIT_CARD"
IBAN = "IBAN_CODE"
IP = "IP_ADDRESS"
STREET = "STREET_ADDRESS"
POSTCODE = "POSTAL_CODE"
PASSWORD = "PASSWORD"


@dataclass(frozen=True)
class Value:
    """A personal value in its canonical form."""

    entity: str
    canonical: str


class Text(str):
    """A text, in whatever notation, with the values that it holds."""

    __slots__ = ("values",)
    values: tuple[Value, ...]

    def __new__(cls, text: str, *values: Value) -> Self:
        made = super().__new__(cls, text)
        made.values = values
        return made


def values_of(cell: object) -> tuple[Value, ...]:
    """The values planted in a cell; none in numbers and plain text."""
    return cell.values if isinstance(cell, Text) else ()


def say(template: str, *parts: object) -> Text:
    """Fill the `{}` of a template; what was planted in the parts is planted in the whole."""
    return Text(template.format(*parts), *(value for part in parts for value in values_of(part)))


def leaves(value: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Every leaf of a JSON value with its path, list positions from 0: `$.orders[3].email`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{position}]")
    else:
        yield path, value


def compact(value: Any) -> str:
    """Write a JSON value on one line, accents as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
