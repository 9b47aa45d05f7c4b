"""MySQL and MariaDB: one database or a whole server, read-only, page by page along the keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from connectors import mysql_rights as rights
from connectors.errors import ReadError, SourceError
from connectors.interface import (
    Asset,
    Batch,
    Cause,
    Chunk,
    Gate,
    Known,
    LocatorKind,
    Mark,
    Part,
    Right,
    Source,
    SourceSpec,
    Unread,
    all_new,
    closed,
    open_gate,
    take,
)
from connectors.mysql_catalogue import databases, listing
from connectors.mysql_errors import number, source_error
from connectors.mysql_keys import ForeignError, among
from connectors.mysql_names import system
from connectors.mysql_read import FAILURES, bounds, fetch, read
from connectors.mysql_session import Session
from connectors.mysql_table import Table
from connectors.tables import Names, parts_between, parts_of

FETCH_KEYS = 500
"""Keys that one statement asks for at most."""


class MySQL(Source):
    """A MySQL or MariaDB server; see `mysql_url` for what a URL may say."""

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self._session = Session(spec)

    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Unread]:  # noqa: ARG002 nothing is opened to list it
        """Walk the database that the URL names, or every one that the account may see.

        The server hides databases on which the account has no right at all; where that may be all of them, a line
        says so.
        """
        names = Names()
        visible = self._databases()
        for database in visible:
            if system(database) or (why := gate(database)) is None:
                yield from listing(self._session, database, names)
            else:
                yield from closed(database, "database", database, why)
        if all(system(database) for database in visible) and "mysql" not in visible:
            reason = "no database is visible to this account; `recense sources check` prints the rights that it needs"
            yield Unread(self._session.address.place, "server", "", Cause.DENIED, reason)

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        """Cut a large table whose key is a whole number into parts of as many numbers each."""
        parts, found = parts_of(asset.size), list[list[str]]()
        if parts > 1:
            with suppress(ReadError):  # what is wrong with the table, whoever reads it is told
                found = bounds(self._session, asset, parts)
        yield from parts_between(found)

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a table, or a part of it: in pages along its key, in one stream where it has none."""
        return read(self._session, asset, chunk, after)

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read single records: by key where there is one, else by reading the table through."""
        if asset.locator is not LocatorKind.KEY:
            yield from super().fetch(asset, locators)
            return
        keys = [tuple(str(part) for part in one) for one in locators if len(one) == len(asset.key)]
        for start in range(0, len(keys), FETCH_KEYS):
            some = _valid(asset, keys[start : start + FETCH_KEYS])
            for batch in fetch(self._session, asset, some) if some else ():
                yield from _only(batch, frozenset(some))

    def check(self) -> Iterator[Right]:
        """Say who signed in and how, what may be read, and which rights go beyond."""
        session = self._session
        wire = session.wire
        tls = "with TLS" if wire.encrypted else "without TLS"
        yield Right(
            "session", "ok", f"connected to {session.address.place} (version {session.version}), {tls}, read-only"
        )
        held = self._held()
        if not held:
            yield Right(
                "server", "warning", "the server names no rights of the account; it may run without checking any"
            )
        for grant in held:
            if grant.beyond:
                yield Right(
                    grant.target,
                    "warning",
                    f"the account holds {', '.join(grant.beyond)} on {grant.target}; a scan needs SELECT alone",
                )
        if session.address.database is None and not rights.sees_all(held):
            yield Right(
                "server",
                "ok",
                "databases without any right are invisible to this role; GRANT SHOW DATABASES to list them",
            )
        yield from self._readable()

    def grants(self) -> Sequence[str]:
        """Give GRANT for the database that the URL names, or for each that can be listed."""
        address = self._session.address
        user, host, names = address.user, "%", [address.database] if address.database else []
        try:
            ((current,),) = self._session.rows("SELECT CURRENT_USER()")
            user, _, host = str(current).rpartition("@")
            names = names or databases(self._session)
        except (SourceError, *FAILURES):
            pass
        own = [name for name in names if not system(name)]
        return rights.statements(user, host, own, whole=address.database is None)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _databases(self) -> list[str]:
        """List what is to be walked; whoever is refused here is refused as a whole."""
        if self._session.address.database is not None:
            return [self._session.address.database]
        try:
            return databases(self._session)
        except FAILURES as error:
            raise source_error(self.spec.name, self._session.address, error) from error

    def _held(self) -> list[rights.Grant]:
        try:
            return rights.held(self._session)
        except FAILURES as error:
            if number(error) == rights.UNCHECKED:
                return []
            raise source_error(self.spec.name, self._session.address, error) from error

    def _readable(self) -> Iterator[Right]:
        tables: Counter[str] = Counter()
        for entry in self.assets():
            if isinstance(entry, Asset):
                tables[entry.container] += 1
                if entry.detail["cut"]:
                    yield Right(entry.name, "error", entry.detail["cut"])
            elif not entry.cause.skipped:
                yield Right(entry.name, "error", entry.reason)
        for database, count in tables.items():
            yield Right(database, "ok", f"{count} {'table' if count == 1 else 'tables'} can be read")


def _valid(asset: Asset, keys: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out what can be no key of this table: it is gone, or never was there."""
    table = Table.of(asset)
    found = []
    for key in keys:
        with suppress(ForeignError):
            among(table.key, [key])
            found.append(key)
    return found


def _only(batch: Batch, wanted: frozenset[tuple[Part, ...]]) -> Iterator[Batch]:
    """Keep what was asked for: a collation may call keys equal that are written otherwise."""
    rows = [row for row in range(batch.columns.num_rows) if batch.locators.at(row) in wanted]
    if len(rows) == batch.columns.num_rows:
        yield batch
    elif rows:
        yield take(batch, rows)
