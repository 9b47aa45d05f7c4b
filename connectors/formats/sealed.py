"""Files that were encrypted as a whole, told by their first bytes: OpenPGP, `openssl enc`, age.

Sources: RFC 9580 (packets, section 4.2; ASCII armour, section 6.2), the `enc` command of OpenSSL, age's specification
(C2SP, age-encryption.org/v1).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

_PGP, _OPENSSL, _AGE = "file encrypted by OpenPGP", "file encrypted by OpenSSL", "file encrypted by age"
_ARMOUR = re.compile(rb"\s*-----BEGIN PGP MESSAGE-----[ \t]*\r?\n(?:[!-9;-~]{1,40}: [^\r\n]*\r?\n)*[ \t]*\r?\n")
_AGE_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_AGE_START = b"age-encryption.org/v1\n-> "
_SALTED = b"Salted__"
_SALTED_64 = re.compile(rb"U2FsdGVkX1[89+/][A-Za-z0-9+/]{12}[A-Za-z0-9+/=\r\n]+")
_FOR_PERSON, _FOR_PASSWORD = 1, 3
"""Packets that hold the session's key, for a person or a password."""
_DATA = frozenset({9, 18, 20})
"""Packets of encrypted data; one has to follow the keys."""
_OLD = 9
"""Data that no key has to precede, of the nineties; by itself its byte tells too little."""
_VERSIONS = {_FOR_PERSON: range(2, 7), _FOR_PASSWORD: range(4, 7)}
_KEYS = 1000
_KEY_BYTES = 4096
_ARMOUR_BYTES = 48 * 1024


def sealed(head: bytes) -> str | None:
    """Give words for what encrypted a file; None where nothing known did, such as for a message that is only signed.

    Args:
        head: its first bytes, 64 KB or all of them.
    """
    if head.startswith((_AGE_START, _AGE_ARMOUR)):
        return _AGE
    # Words that begin so are text; a salt and what follows it are not.
    if (head.startswith(_SALTED) and not head[len(_SALTED) :].isascii()) or _SALTED_64.fullmatch(head):
        return _OPENSSL
    if armour := _ARMOUR.match(head):
        return _PGP if _encrypted(_bare(head[armour.end() :])) else None
    return _PGP if head[:1] >= b"\x80" and _encrypted(head) else None


def _bare(text: bytes) -> bytes:
    """Undo the first lines of an armour."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text[:_ARMOUR_BYTES].partition(b"\n=")[0].partition(b"\n-----")[0])
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _encrypted(data: bytes) -> bool:
    """Tell keys, each of a known version, with encrypted data behind them."""
    for count, (kind, body, size) in enumerate(_packets(data)):
        if kind in _DATA:
            return kind != _OLD or count > 0
        if count > _KEYS or size is None or size > _KEY_BYTES or body[:1] not in _firsts(kind):
            return False
    return False


def _firsts(kind: int) -> tuple[bytes, ...]:
    return tuple(bytes((version,)) for version in _VERSIONS.get(kind, ()))


def _packets(data: bytes) -> Iterator[tuple[int, bytes, int | None]]:
    """Give each packet's kind, body as far as it is there, and length; None: it has no length, or comes in parts."""
    place = 0
    while place + 6 <= len(data) and data[place] & 0x80:
        tag, first = data[place], data[place + 1]
        if tag & 0x40:
            kind = tag & 0x3F
            if first < 192:
                start, size = 2, first
            elif first < 224:
                start, size = 3, ((first - 192) << 8) + data[place + 2] + 192
            elif first == 255:
                start, size = 6, int.from_bytes(data[place + 2 : place + 6], "big")
            else:
                yield kind, b"", None
                return
        else:
            kind, width = tag >> 2 & 0xF, (1, 2, 4, 0)[tag & 3]
            if not width:
                yield kind, b"", None
                return
            start, size = 1 + width, int.from_bytes(data[place + 1 : place + 1 + width], "big")
        yield kind, data[place + start : place + start + min(size, _KEY_BYTES)], size
        place += start + size
