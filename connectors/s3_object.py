"""An object of a store, read in parts: one answer is kept open while reading goes forward."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from botocore import exceptions as refused
from urllib3.exceptions import HTTPError

from connectors.errors import ReadError
from connectors.formats.stream import HEAD_BYTES
from connectors.guest.ranges import Ranged
from connectors.interface import Cause, Json
from connectors.s3_errors import about_object
from connectors.store import Body

FAULTS = (refused.BotoCoreError, refused.ClientError, HTTPError, OSError)
"""What the library raises where an object cannot be had."""
_SKIPPED = 256 << 10
"""Bytes that are read and thrown away rather than asking anew."""
_ENDLESS = 32 << 20
"""Bytes read one after the other behind which all the rest is asked for at once; before, twice as much each time: what
is abandoned in the middle costs its connection."""
_TRIES = 5
_PROGRESS = 1 << 20
"""Bytes after which an answer that breaks off is worth all tries again."""
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class S3Object(Body, Ranged):
    """An object as it was listed; one that was replaced since is never read.

    Opening reads its first part, which for most is all that telling its format takes.

    Args:
        client: of the store.
        bucket: its name.
        place: `key`, `etag`, `size`, `stamp` and, of one version, `version`.
        public: whether everybody can read the bucket.

    Raises:
        ReadError: it cannot be read.
        SourceError: nothing of the source can.
    """

    def __init__(self, client: Any, bucket: str, place: Mapping[str, Json], *, public: bool = False) -> None:
        self._client = client
        self._asked = {"Bucket": bucket, "Key": place["key"]}
        self._asked |= {"VersionId": place["version"]} if place.get("version") else {}
        self._asked |= {"IfMatch": place["etag"]} if place["etag"] else {}
        self._etag = place["etag"]
        self.size = place["size"]
        self.state = _state(place)
        self.fingerprint = fingerprint(place, public=public)
        self._answer: Any = None
        self._at = 0
        """Offset of the next byte of the answer."""
        self._end = 0
        """Offset behind its last."""
        self._reached = -1
        """Where the last part that was asked for ends."""
        self._streak = 0
        """Bytes that were read one after the other since the last jump."""
        self._first = b""
        self._first = self.read(0, min(self.size, HEAD_BYTES))

    def handle(self) -> Ranged:
        return self

    def read(self, offset: int, length: int) -> bytes:
        head = self._first[offset : offset + length]
        if len(head) == length:
            return head
        data = bytearray(length)
        data[: len(head)] = head
        self._fill(memoryview(data)[len(head) :], offset + len(head))
        return bytes(data)

    def _fill(self, view: memoryview, offset: int) -> None:
        """Read into a buffer; where an answer breaks off, ask for the rest of it."""
        got, failed, since = 0, 0, 0
        self._streak = self._streak + len(view) if offset == self._reached else 0
        self._reached = offset + len(view)
        ahead = None if self._streak > _ENDLESS else max(len(view), 2 * self._streak)
        while got < len(view):
            try:
                self._go_to(offset + got, None if ahead is None else ahead - got)
                count = self._answer.readinto(view[got : got + (1 << 20)])
                if not count:
                    raise refused.IncompleteReadError(actual_bytes=got, expected_bytes=len(view))
            except FAULTS as error:
                self.close()
                failed = 1 if since >= _PROGRESS else failed + 1
                since = 0
                if isinstance(error, refused.ClientError) or failed >= _TRIES:
                    raise self._refusal(error, begun=offset + got > 0) from None
                time.sleep(0.25 * 2**failed)
            else:
                got += count
                since += count
                self._at += count

    def _go_to(self, offset: int, length: int | None) -> None:
        """Have an answer whose next byte is at an offset: the one that is there, or a new one.

        Args:
            offset: in the object.
            length: bytes that are wanted; None: all to the end, read as they come.
        """
        if self._answer is not None and 0 < offset - self._at <= _SKIPPED and offset < self._end:
            while self._at < offset and (passed := len(self._answer.read(offset - self._at))):
                self._at += passed
        if self._answer is not None and self._at == offset < self._end:
            return
        self.close()
        end = self.size if length is None else min(self.size, offset + length)
        whole = offset == 0 and end == self.size
        told = self._client.get_object(**self._asked, **({} if whole else {"Range": f"bytes={offset}-{end - 1}"}))
        self._answer, self._at = told["Body"], offset
        self._check(told, offset)

    def _check(self, told: Mapping[str, Any], offset: int) -> None:
        """Hold an answer against what was listed: not every store keeps to conditions and ranges.

        Raises:
            ReadError: it is another object's, or not the part that was asked for.
        """
        etag = told.get("ETag")
        part = _RANGE.fullmatch(told.get("ContentRange") or "")
        size = part[3] if part else str(told["ContentLength"])
        if (self._etag and etag and etag != self._etag) or size not in (str(self.size), "*"):
            self.close()
            raise self._replaced(begun=offset > 0)
        self._end = int(part[2]) + 1 if part else self.size
        if offset != (int(part[1]) if part else 0):
            self.close()
            raise ReadError(Cause.OTHER, "the store gives no parts of objects, so that it could not be read on")

    def _refusal(self, error: Exception, *, begun: bool) -> Exception:
        refusal = about_object(error)
        if begun and isinstance(refusal, ReadError) and refusal.cause is Cause.GONE:
            return self._replaced(begun=True)
        return refusal

    def _replaced(self, *, begun: bool) -> ReadError:
        if begun:
            return ReadError(Cause.CUT, "it was replaced while it was read; what came before was read; scan again")
        return ReadError(Cause.GONE, "it was replaced since it was listed; scan again")

    def close(self) -> None:
        """Let the answer go; what was not read of it is not waited for."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def fingerprint(place: Mapping[str, Json], *, public: bool) -> str | None:
    """Say what changes with an object's content or with who can read it; None where the store tells no ETag.

    Args:
        place: as for `S3Object`.
        public: whether everybody can read the bucket.
    """
    if not place.get("etag"):
        return None
    return f"{_state(place)}-public" if public else _state(place)


def _state(place: Mapping[str, Json]) -> str:
    return f"{place['etag']}-{place['size']}-{place['stamp']}"
