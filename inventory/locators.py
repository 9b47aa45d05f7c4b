"""Locators at rest: the slots of an address as bytes, and the contract's JSON form again.

A slot is stored in the clear only if it is an integer of at most eight digits, a UUID or a date; all else (longer
integers too: a phone or card number may be a key) is sealed under the client's key. One tag byte a slot:

    N  null              I  varint integer        U  16 bytes UUID        D  three bytes days since 0001-01-01
    S  varint length, AES-SIV of the text
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from inventory.keys import Sealer, decode, encode

Part = int | str | None
PLAIN_BELOW = 10**8
"""Integers from here on may be a phone or card number, and are sealed."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INTEGER = re.compile(r"0|[1-9]\d{0,7}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_WILDCARD = re.compile(r"\['(?:[^'\\]|\\.)*'\]|\[\*\]|\.\*")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def pack(parts: Sequence[Part], sealer: Sealer) -> bytes:
    """Turn the slots of a locator into bytes; equal slots under one key give equal bytes."""
    return b"".join(_pack_part(part, sealer) for part in parts)


MASKED = "***"
"""What stands for a sealed slot where only places are shown."""


def unpack(packed: bytes, sealer: Sealer) -> tuple[Part, ...]:
    """Turn bytes from `pack` into slots again. Integers come back as they went in, int or text alike as text.

    Raises:
        KeyFileError: a slot was sealed under another key.
    """
    return _unpack(packed, lambda sealed: decode(sealer.open(sealed)))


def unpack_masked(packed: bytes) -> tuple[Part, ...]:
    """Turn bytes from `pack` into slots for everybody's eyes: what is sealed stays hidden."""
    return _unpack(packed, lambda _sealed: MASKED)


def _unpack(packed: bytes, open_: Callable[[bytes], str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    while at < len(packed):
        tag, at = packed[at], at + 1
        if tag == ord("N"):
            parts.append(None)
        elif tag == ord("I"):
            number, at = _varint_at(packed, at)
            parts.append(str(number))
        elif tag == ord("U"):
            parts.append(str(UUID(bytes=packed[at : at + 16])))
            at += 16
        elif tag == ord("D"):
            parts.append(date.fromordinal(int.from_bytes(packed[at : at + 3], "big")).isoformat())
            at += 3
        else:
            length, at = _varint_at(packed, at)
            parts.append(open_(packed[at : at + length]))
            at += length
    return tuple(parts)


def render(kind: str, names: Sequence[str], field: str, parts: Sequence[Part]) -> dict[str, object]:
    """Give the JSON form of the contract: `{"key": {"id": "7"}}`, `{"page": 2}`, `{"path": "$.orders[3].email"}`."""
    if kind == "key":
        return {"key": dict(zip(names, parts, strict=True))}
    if kind == "path":
        return {"path": fill(field, parts)}
    if kind == "part":
        return {"part": str(parts[0])}
    return {kind: int(parts[0] or 0)}


def fill(pattern: str, parts: Sequence[Part]) -> str:
    """Put slots into the wildcards of a field's pattern: `$.orders[*].email` and 3 give `$.orders[3].email`."""
    remaining = iter(parts)

    def slot(found: re.Match[str]) -> str:
        text = found.group()
        if text == "[*]":
            return f"[{next(remaining)}]"
        return member(str(next(remaining))) if text == ".*" else text

    return _WILDCARD.sub(slot, pattern)


def typed(kind: str, field: str, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give slots as connectors have them: positions as integers, keys, parts and member names as text."""
    if kind in ("key", "part"):
        return tuple(parts)
    if kind != "path":
        return tuple(int(part or 0) for part in parts)
    wildcards = [text for text in _WILDCARD.findall(field) if text in ("[*]", ".*")]
    return tuple(int(part or 0) if text == "[*]" else part for text, part in zip(wildcards, parts, strict=True))


def member(name: str) -> str:
    """Write a member name as a step of a JSONPath (RFC 9535): `.name`, or `['a.b']` where it is no identifier."""
    return f".{name}" if _IDENTIFIER.fullmatch(name) else f"['{_quote(name)}']"


def _quote(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")


def _pack_part(part: Part, sealer: Sealer) -> bytes:
    if part is None:
        return b"N"
    if isinstance(part, int):
        if 0 <= part < PLAIN_BELOW:
            return b"I" + _varint(part)
        part = str(part)
    elif _INTEGER.fullmatch(part):
        return b"I" + _varint(int(part))
    elif _UUID.fullmatch(part):
        return b"U" + UUID(part).bytes
    elif _DATE.fullmatch(part) and (day := _day(part)):
        return b"D" + day.toordinal().to_bytes(3, "big")
    sealed = sealer.seal(encode(part))
    return b"S" + _varint(len(sealed)) + sealed


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varint_at(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number, at
        shift += 7
