"""The master key, what is derived from it, and the sealing of names and key parts.

    master key (32 random bytes, in the key file, mode 0600)
    ├── look-up key   HKDF: tokens, one for all clients, so that a look-up over all of them is one probe
    ├── audit key     HKDF: the chain of the audit trail, and its head beside the key file
    ├── house key     HKDF: names that belong to no client (a source's), and
    └── wrapping key  HKDF: wraps the clients' own keys
        └── client key (64 random bytes, in the inventory, wrapped): locators, names, samples

HKDF is RFC 5869 with SHA-256, AES-SIV is RFC 5297 (deterministic, so that a sealed name can be compared and a
location written twice stays one), tokens are keyed BLAKE2b (RFC 7693) of 16 bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from inventory.errors import KeyFileError

TOKEN_BYTES = 16
_HEADER = "recense-key-1:"
_SEALED = "\x02"
"""First character of a sealed name; a name from a store that begins with it is sealed too."""
_MOVED = "\x03"
"""Stands before the number of an asset that went over to another client, so that its name is free again."""


def hkdf(master: bytes, purpose: str, length: int) -> bytes:
    """Derive a key (RFC 5869, SHA-256, empty salt), `purpose` being its info."""
    pseudo_random = hmac.digest(b"\0" * 32, master, "sha256")
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(pseudo_random, block + purpose.encode() + bytes([counter]), "sha256")
        output += block
        counter += 1
    return output[:length]


class Sealer:
    """Encrypts small texts under one key, equal ones alike (AES-SIV)."""

    def __init__(self, key: bytes) -> None:
        self._siv = AESSIV(key)

    def seal(self, data: bytes) -> bytes:
        """Encrypt; equal input gives equal output. Empty input stays empty."""
        return self._siv.encrypt(data, None) if data else b""

    def open(self, sealed: bytes) -> bytes:
        """Decrypt.

        Raises:
            KeyFileError: the key is not the one that it was sealed with, or the inventory was changed.
        """
        try:
            return self._siv.decrypt(sealed, None) if sealed else b""
        except InvalidTag:
            raise KeyFileError(
                "a sealed entry of the inventory cannot be opened: wrong key, or it was changed"
            ) from None

    def seal_name(self, name: str, masked: str) -> str:
        """Encrypt a personal name into a text that also carries its masked form; equal names give equal texts."""
        return f"{_SEALED}{base64.b64encode(self.seal(encode(name))).decode()}{_SEALED}{masked}"

    def open_name(self, stored: str) -> str:
        """Decrypt what `seal_name` gave; a name in the clear comes back as it is."""
        if not stored.startswith(_SEALED):
            return stored.partition(_MOVED)[0]
        return decode(self.open(base64.b64decode(stored.split(_SEALED, 2)[1])))


def is_sealed(stored: str) -> bool:
    """Say whether a stored name is an encrypted one."""
    return stored.startswith(_SEALED)


def shown(stored: str) -> str:
    """Give a stored name as reports may show it: the masked form of a sealed one."""
    name = stored.split(_SEALED, 2)[2] if stored.startswith(_SEALED) else stored
    return name.partition(_MOVED)[0]


def moved(stored: str, number: int) -> str:
    """Give the stored name of an asset that went over to another client."""
    return f"{stored}{_MOVED}{number}"


def moved_range(stored: str) -> tuple[str, str]:
    """Give the bounds (the second one outside) between which what `moved` gives for a stored name lies."""
    return f"{stored}{_MOVED}", f"{stored}{_MOVED}:"


def encode(text: str) -> bytes:
    """Encode a text that may hold lone surrogates (names of files that are no UTF-8)."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Turn back what `encode` gave."""
    return data.decode("utf-8", "surrogatepass")


class Tokens:
    """Makes look-up tokens: 16 bytes of keyed BLAKE2b over entity and canonical value."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._states: dict[str, hashlib.blake2b] = {}

    def token(self, entity: str, canonical: str) -> bytes:
        """Give the token of a value; without the key it can be neither made nor turned back."""
        copy = self._state(entity).copy()
        copy.update(encode(canonical))
        return copy.digest()

    def many(self, entity: str, canonical: Iterable[bytes]) -> bytes:
        """Give the tokens of values, each as UTF-8, one token behind the other."""
        copied, found = self._state(entity).copy, bytearray()
        for value in canonical:
            state = copied()
            state.update(value)
            found += state.digest()  # a list of them, to be joined, takes an eighth longer
        return bytes(found)

    def _state(self, entity: str) -> hashlib.blake2b:
        state = self._states.get(entity)
        if state is None:
            state = self._states[entity] = hashlib.blake2b(
                entity.encode() + b"\0", digest_size=TOKEN_BYTES, key=self.key, person=b"recense-token"
            )
        return state


@dataclass(frozen=True, repr=False)
class KeyRing:
    """The master key in use. Nothing of it is ever shown or stored in the inventory."""

    master: bytes

    @property
    def fingerprint(self) -> str:
        """A public name of the key, for comparing: 16 hex digits that say nothing about it."""
        return hkdf(self.master, "recense/fingerprint/1", 8).hex()

    @property
    def lookup(self) -> bytes:
        return hkdf(self.master, "recense/look-up/1", 32)

    @property
    def audit(self) -> bytes:
        return hkdf(self.master, "recense/audit/1", 32)

    def seal_of(self, inventory_id: str) -> str:
        """Bind an inventory's id to the key: 32 hex digits."""
        return hashlib.blake2b(inventory_id.encode(), digest_size=16, key=self.audit, person=b"recense-id").hexdigest()

    def house(self) -> Sealer:
        """Give the sealer for names that belong to no client."""
        return Sealer(hkdf(self.master, "recense/house/1", 64))

    def wrap(self, client_key: bytes) -> bytes:
        return self._wrapping().seal(client_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._wrapping().open(wrapped)

    def _wrapping(self) -> Sealer:
        return Sealer(hkdf(self.master, "recense/wrap/1", 64))


@dataclass(frozen=True, repr=False)
class ClientKey:
    """A client with the key that seals what the inventory knows of it."""

    id: int
    name: str
    key: bytes

    def sealer(self) -> Sealer:
        return _sealer(self.key)


@lru_cache(64)
def _sealer(key: bytes) -> Sealer:
    return Sealer(key)


def new_client_key() -> bytes:
    """Make a client's key (64 bytes, AES-256-SIV)."""
    return secrets.token_bytes(64)


def make_key_file(path: Path) -> KeyRing:
    """Make a key file with mode 0600; an existing one is never touched.

    Raises:
        KeyFileError: it cannot be made, or is there already.
    """
    ring = KeyRing(secrets.token_bytes(32))
    text = _HEADER + base64.b64encode(ring.master).decode() + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key file cannot be made ({error.strerror}); name another with --key-file"
        ) from error
    return ring


def read_key_file(path: Path) -> KeyRing:
    """Read the master key.

    Raises:
        KeyFileError: it is not there, is open to others than its owner, or holds no key.
    """
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(1024).strip()
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key file cannot be read ({error.strerror}); put it back, or name it with --key-file"
        ) from error
    if mode & 0o077:
        raise KeyFileError(f"{path}: the key file is open to others (mode {mode:04o}); run: chmod 600 {path}")
    try:
        master = base64.b64decode(text.removeprefix(_HEADER), validate=True)
    except binascii.Error:
        master = b""
    if not text.startswith(_HEADER) or len(master) != 32:
        raise KeyFileError(
            f"{path}: this is no key file of recense; put the right one back, or name it with --key-file"
        )
    return KeyRing(master)
