"""The objects of a bucket, page by page in the order of their keys, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote_to_bytes

from connectors.errors import ReadError, SourceError
from connectors.interface import Cause, Json
from connectors.paths import shown
from connectors.s3_errors import ARCHIVED
from connectors.s3_url import Target
from connectors.store import Entry

_ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_ESCAPED = re.compile(r"\\x[0-9a-f]{2}")
_NO_TEXT = (
    "its key is no UTF-8, which keys must be by S3's rules, so that it cannot be asked for; copy it under another"
)


class Names:
    """Keeps names apart that different keys would share; holds only the few that could be shared.

    A name is the key itself, save for bytes that are no UTF-8, and for older versions. Keys come in their order, so
    that what stands before an `@` has come before.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._above: list[tuple[str, set[int]]] = []
        """Keys that the present one begins with, with their older versions."""

    def of_key(self, name: str, *, odd: bool = False) -> str:
        """Give the name of an object.

        Args:
            name: its key as text, from the root.
            odd: whether it stands for something else than the key's own text.
        """
        while self._above and not name.startswith(self._above[-1][0]):
            self._above.pop()
        clash = any(
            name[len(key) : len(key) + 1] == "@" and _digest(name[len(key) + 1 :]) in versions
            for key, versions in self._above
        )
        if not (clash or odd or _ESCAPED.search(name)):
            return name if not self._taken or _digest(name) not in self._taken else self._free(name)
        return self._free(name, taken=clash)

    def of_version(self, name: str, version: str) -> str:
        """Give the name of an older version: `key@version`."""
        while self._above and not name.startswith(self._above[-1][0]):
            self._above.pop()
        if not self._above or self._above[-1][0] != name:
            self._above.append((name, set()))
        self._above[-1][1].add(_digest(version))
        return f"{name}@{version}"

    def _free(self, name: str, *, taken: bool = False) -> str:
        number, unique = 2, name
        while taken or _digest(unique) in self._taken:
            number, unique, taken = number + 1, f"{name}~{number}", False
        self._taken.add(_digest(unique))
        return unique


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def entries(client: Any, target: Target) -> Iterator[Entry]:
    """Give all that the target holds; a page of keys is in memory at a time.

    Markers of folders (nothing, under a key that ends with `/`) and of deletion hold no data and are passed over.

    Raises:
        botocore's errors.
    """
    names = Names()
    for told in _objects(client, target):
        if (entry := _entry(told, target, names)) is not None:
            yield entry


def _objects(client: Any, target: Target) -> Iterator[Mapping[str, Any]]:
    """Give the object of the target's own key, then those below it."""
    key = f"{target.root}{target.only}" if target.only else target.key
    if key and not (target.folder and not target.only):
        for told in _listed(client, target, key):
            if told["Key"] != key.encode():
                break
            yield told
    yield from _listed(client, target, f"{key}/" if key else "")


def _listed(client: Any, target: Target, prefix: str) -> Iterator[Mapping[str, Any]]:
    """Give what lies under a prefix."""
    # With a coding of our own asking, the library leaves keys as they came, and no byte is lost.
    asked: dict[str, Any] = {"Bucket": target.bucket, "Prefix": prefix, "EncodingType": "url"}
    if target.versions:
        while True:
            page = client.list_object_versions(**asked)
            yield from sorted(_plain(page, "Versions"), key=lambda told: told["Key"])
            if not page.get("IsTruncated"):
                return
            asked |= _onward(page)
    if target.endpoint is None:
        asked["OptionalObjectAttributes"] = ["RestoreStatus"]
    while True:
        page = client.list_objects_v2(**asked)
        yield from _plain(page, "Contents")
        if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
            return
        asked["ContinuationToken"] = page["NextContinuationToken"]


def _onward(page: Mapping[str, Any]) -> dict[str, Any]:
    try:
        marker = {"KeyMarker": _raw(page, page["NextKeyMarker"]).decode()}
    except UnicodeDecodeError:
        raise SourceError("a page of its list ends at a key that is no UTF-8, so that it cannot go on there") from None
    if page.get("NextVersionIdMarker"):
        marker["VersionIdMarker"] = page["NextVersionIdMarker"]
    return marker


def _plain(page: Mapping[str, Any], what: str) -> Iterator[Mapping[str, Any]]:
    """Give the entries of a page, their keys as bytes."""
    for told in page.get(what, ()):
        yield {**told, "Key": _raw(page, told["Key"])}


def _raw(page: Mapping[str, Any], key: str) -> bytes:
    """Take a key out of its coding for URLs, in which a blank is `+` or `%20`; some stores do not keep to it."""
    return unquote_to_bytes(key.replace("+", " ")) if page.get("EncodingType") == "url" else key.encode()


def _entry(told: Mapping[str, Any], target: Target, names: Names) -> Entry | None:
    raw, size = told["Key"], int(told["Size"])
    if raw.endswith(b"/") and not size:
        return None
    below = raw.removeprefix(target.root.encode()) if raw != target.key.encode() else raw.rpartition(b"/")[2]
    name, version = shown(below), str(told.get("VersionId") or "")
    older = target.versions and not told.get("IsLatest")
    try:
        key = raw.decode()
    except UnicodeDecodeError:
        odd = names.of_key(f"{name}@{version}" if older else name, odd=True)
        return Entry(odd, {}, size, None, ReadError(Cause.OTHER, _NO_TEXT))
    stamp = told["LastModified"].timestamp() if told.get("LastModified") else 0
    place: dict[str, Json] = {"key": key, "etag": told.get("ETag") or "", "size": size, "stamp": stamp}
    if target.versions:
        place |= {"version": version, "called": name}
    entry = Entry(names.of_version(name, version) if older else names.of_key(name), place, size)
    kind = told.get("StorageClass")
    if kind in _ARCHIVES and target.endpoint is None and not _restored(told) and size:
        return replace(entry, error=ReadError(Cause.OTHER, ARCHIVED.format(kind)))
    return entry


def _restored(told: Mapping[str, Any]) -> bool:
    """Tell whether an archived object has a copy for the time being. Of versions that is not told: they are tried."""
    status = told.get("RestoreStatus")
    return "IsLatest" in told or bool(status and not status.get("IsRestoreInProgress"))
