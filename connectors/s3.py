"""Buckets of objects as a source, at Amazon S3 and whatever speaks its protocol: `s3://bucket/prefix`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from typing import Any

from connectors.errors import SourceError
from connectors.exposed import places
from connectors.guest.host import Guest
from connectors.interface import Gate, Json, Right, SourceSpec
from connectors.s3_errors import about_source
from connectors.s3_list import entries
from connectors.s3_object import FAULTS, S3Object, fingerprint
from connectors.s3_rights import check_bucket, is_public, policy_for
from connectors.s3_session import connect
from connectors.s3_url import parse_target
from connectors.store import Body, Entry, FileStore


class S3Store(FileStore):
    """The objects of a bucket, or those at or below one key.

    Names are keys from the target on, whatever they look like: `../x`, `/x` and `a//b` are keys and nothing more. With
    `?versions=1` older versions are assets of their own, `key@version`, whether or not the key still has a present
    one; that keeps its name. Equal fingerprints mean equal ETag, size and time of writing, all of which the store sets,
    in a bucket that is as public as it was.
    Objects are asked for on the condition that they are still the ones that were listed.
    """

    AHEAD = 8

    def __init__(self, spec: SourceSpec, guest: Guest | None = None) -> None:
        """Prepare a store.

        Args:
            spec: of the source.
            guest: to ask about files; stays the caller's. None: one of its own.
        """
        self.target = parse_target(spec)
        super().__init__(spec, guest)

    @cached_property
    def _client(self) -> Any:
        try:
            return connect(self.spec, self.target)
        except (*FAULTS, ValueError) as error:
            raise self._gone(error) from None

    @cached_property
    def public(self) -> bool | None:
        """Whether everybody on the network can list or read the bucket; None where that cannot be told."""
        with closing(connect(self.spec, self.target, anonymous=True)) as nobody:
            return is_public(self._client, nobody, self.target)

    def _walk(self, gate: Gate) -> Iterator[Entry]:  # noqa: ARG002 a page is listed or not
        met = public = False
        try:
            for entry in entries(self._client, self.target):
                if not met:
                    met = True
                    public = bool(self.public)  # asked once, before several threads want it
                yield replace(entry, fingerprint=fingerprint(entry.place, public=public))
        except FAULTS as error:
            raise self._gone(error) from None
        except SourceError as error:
            raise SourceError(f"{self.spec.name}: {error}") from None
        if not met and self.target.key and not self.target.only:
            raise SourceError(f"{self.spec.name}: no object lies at or below this prefix; check it")

    def _open(self, place: Mapping[str, Json], name: str) -> Body:  # noqa: ARG002 a key is enough
        try:
            return S3Object(self._client, self.target.bucket, place, public=bool(self.public))
        except SourceError as error:
            raise SourceError(f"{self.spec.name}: {error}") from None

    def _exposed(self, name: str, body: Body) -> tuple[str, ...]:
        return places(name, body.mode, public=bool(self.public))

    def check(self) -> Iterator[Right]:
        """Try the list and the first objects, ask who else can read, and whether more than reading is allowed."""
        try:
            yield from check_bucket(self._client, self.target, self.public)
        except FAULTS as error:
            raise self._gone(error) from None

    def grants(self) -> Sequence[str]:
        """Give a policy."""
        return policy_for(self.target)

    def close(self) -> None:
        """Close all connections, and let the guest go."""
        super().close()
        if "_client" in self.__dict__:
            self._client.close()
            del self.__dict__["_client"]

    def _gone(self, error: Exception) -> SourceError:
        return SourceError(f"{self.spec.name}: {about_source(error)}")
