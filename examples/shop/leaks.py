"""Looks for planted values in the files that a program wrote: raw, encoded, or under a hash without a key."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .numbers import grouped_card, grouped_iban
from .people import at_home, exploded, spaced
from .planted import CARD, IBAN, IP, PHONE, Value
from .truth import Planted

HASHES = ("md5", "sha1", "sha256", "blake2b", "blake2b-16")
WINDOW = 8
"""Bytes by which a place is recognised before the whole value is compared; no needle is shorter, since a postal code
stands anywhere by chance."""


@dataclass(frozen=True)
class Leak:
    """A planted value where none should be."""

    path: Path
    entity: str
    form: str
    """How it was written: `raw`, `base64`, `sha256`…"""


class Needles:
    """All forms of all values, ready to be looked for in one pass over a file."""

    def __init__(self, planted: Iterable[Planted]) -> None:
        self._forms: dict[bytes, dict[bytes, tuple[str, str]]] = defaultdict(dict)
        self.values = {one.value for one in planted if len(one.value.canonical) >= WINDOW}
        for value in self.values:
            for text in notations(value):
                for form, needle in encodings(text):
                    self._forms[needle[:WINDOW]].setdefault(needle, (value.entity, form))

    def count(self) -> int:
        """How many different strings of bytes are looked for."""
        return sum(len(needles) for needles in self._forms.values())

    def search(self, data: bytes) -> set[tuple[str, str]]:
        """Give the entity and form of every value in some bytes."""
        forms, found = self._forms, set()
        for start in range(len(data) - WINDOW + 1):
            if (needles := forms.get(data[start : start + WINDOW])) is not None:
                found |= {what for needle, what in needles.items() if data.startswith(needle, start)}
        return found


def notations(value: Value) -> set[str]:
    """The ways in which people and programs write a value."""
    text = value.canonical
    ways = {text, text.upper(), text.title()}
    if value.entity == PHONE:
        ways |= {spaced(text), at_home(text), text[1:], re.sub(r"\D", "", at_home(text))}
    elif value.entity == CARD:
        ways |= {grouped_card(text), grouped_card(text, "-")}
    elif value.entity == IBAN:
        ways |= {grouped_iban(text), text.lower()}
    elif value.entity == IP:
        ways |= {exploded(text), exploded(text).lower()}
    return ways


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """A text in the encodings and under the hashes that hide it from a plain search."""
    raw = text.encode()
    yield "raw", raw
    yield "backwards", raw[::-1]
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16", text.encode("utf-16-be")
    yield "URL", quote(text, safe="").encode()
    yield "URL", quote(text, safe="").lower().encode()
    yield from written(raw, "", shifts=3)
    for name in HASHES:
        digest = hashed(name, raw)
        yield name, digest
        yield from written(digest, f"{name} in ")


def written(raw: bytes, what: str, shifts: int = 1) -> Iterator[tuple[str, bytes]]:
    """Bytes as hexadecimal and as base64, at as many places inside a longer run of base64."""
    yield f"{what}hexadecimal", raw.hex().encode()
    yield f"{what}hexadecimal", raw.hex().upper().encode()
    for shift in range(shifts):
        run = base64.b64encode(bytes(shift) + raw)
        # A character carries 6 bits; the first and the last may also hold bits of a neighbour.
        inner = run[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
        if len(inner) >= WINDOW:
            yield f"{what}base64", inner


def hashed(name: str, raw: bytes) -> bytes:
    algorithm, _, size = name.partition("-")
    if size:
        return hashlib.blake2b(raw, digest_size=int(size)).digest()
    return hashlib.new(algorithm, raw, usedforsecurity=False).digest()


def search(paths: Iterable[Path], needles: Needles) -> list[Leak]:
    """Search files and, below folders, every file."""
    return sorted(
        {Leak(path, *what) for path in files_below(paths) for data in contents(path) for what in needles.search(data)},
        key=str,
    )


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from (one for one in sorted(path.rglob("*")) if one.is_file()) if path.is_dir() else [path]


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes and what a plain look at them would miss: a database's cells, a PDF's packed streams."""
    data = path.read_bytes()
    yield data
    if data.startswith(b"SQLite format 3\0"):
        yield from dumped(path)
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL) if data.startswith(b"%PDF") else []:
        yield zlib.decompressobj().decompress(packed) if packed[:1] == b"\x78" else packed


def dumped(path: Path) -> Iterator[bytes]:
    """A SQLite database as SQL, blobs in hexadecimal and as they are."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for line in database.iterdump():
            yield line.encode("utf-8", "replace")
