"""PostgreSQL as a source: one database, or with `postgresql://user@host/` every one that the role may connect to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

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
)
from connectors.postgresql_catalogue import PARTITIONED, Relation, databases, owners, relations, schemas, sizes
from connectors.postgresql_pages import Pages
from connectors.postgresql_rights import check_database, grants_for, policies_for
from connectors.postgresql_session import ConnectError, Session
from connectors.postgresql_target import parse_target
from connectors.tables import Names, parts_between, parts_of, take_numbered, take_wanted, to_batches

_MAINTENANCE = ("postgres", "template1")
"""Databases that a server has, and from which its others are listed."""
_FETCH_KEYS = 200
_VIEWS = {
    "v": ("view", "a view: its rows lie in tables"),
    "m": ("materialised view", "a materialised view: its rows are derived from tables"),
    "f": ("foreign table", "a foreign table: its rows lie on another server"),
}


class PostgreSQL(Source):
    """A PostgreSQL server (12 or later) or one database of it, read in sessions that cannot write.

    Equal fingerprints mean that the tables' files, the server's counters of tuples inserted, updated and deleted, its
    size, columns and our rights to them are as they were, and that no crash has reset the counters. A session reports
    its counts within a second (a minute at worst, while it stays busy): what was written in that window before the
    listing may be seen by the next scan only.
    """

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__(spec)
        self.target = parse_target(spec)
        self._session: Session | None = None

    def _new_session(self, database: str) -> Session:
        return Session(self.target, database, self.spec.statement_timeout)

    def session(self, database: str) -> Session:
        """Give the session for a database; only one is kept open."""
        if self._session is None or self._session.database != database:
            self.close()
            self._session = self._new_session(database)
        return self._session

    def assets(self, gate: Gate = open_gate, known: Known = all_new) -> Iterator[Asset | Unread]:  # noqa: ARG002 nothing is opened to list it
        """Walk databases, schemas and tables in the order of their names."""
        names = Names()
        if self.target.database:
            if (why := gate(self.target.database)) is not None:
                yield from closed(self.target.database, "database", self.target.database, why)
                return
            with self._whole_source():
                yield from self._tables(self.target.database, names)
            return
        for database, may_connect, template in self.databases():
            if template:
                yield Unread(database, "database", database, Cause.SYSTEM, "a template for new databases")
            elif (why := gate(database)) is not None:
                yield from closed(database, "database", database, why)
            elif not may_connect:
                reason = f"the role may not connect; GRANT CONNECT ON DATABASE {database} to it"
                yield Unread(database, "database", database, Cause.DENIED, reason)
            else:
                try:
                    yield from self._tables(database, names)
                except ReadError as error:
                    yield Unread(database, "database", database, error.cause, error.reason)

    @contextmanager
    def _whole_source(self) -> Iterator[None]:
        try:
            yield
        except ReadError as error:
            raise SourceError(f"{self.spec.name}: {error.reason}") from error

    def databases(self) -> list[tuple[str, bool, bool]]:
        """List the server's databases: name, whether the role may connect, whether it is a template.

        Raises:
            SourceError: no database from which to ask can be connected to.
        """
        candidates = [*_MAINTENANCE, *([self.target.user] if self.target.user else [])]
        refused: ConnectError | None = None
        with self._whole_source():
            for database in candidates:
                try:
                    return databases(self.session(database))
                except ConnectError as error:
                    refused = refused or error
            raise refused or AssertionError

    def _tables(self, database: str, names: Names) -> Iterator[Asset | Unread]:
        session = self.session(database)
        for schema, usable, system in schemas(session):
            shown = names.claim(database, _shown(schema))
            if system:
                yield Unread(shown, "schema", database, Cause.SYSTEM, "the server's own schema")
            elif not usable:
                reason = "the schema is closed to the role; GRANT USAGE ON SCHEMA to it"
                yield Unread(shown, "schema", database, Cause.DENIED, reason)
            else:
                yield from self._schema(session, schema, shown, names)

    def _schema(self, session: Session, schema: str, shown: str, names: Names) -> Iterator[Asset | Unread]:
        """Walk the tables of one schema; where the catalogue cannot be asked for it, that is one line."""
        try:
            found = relations(session, schema)
            size = sizes(session, found)
        except ReadError as error:
            if error.cause is Cause.LOST:
                raise
            yield Unread(shown, "schema", session.database, error.cause, error.reason)
            return
        for relation in found:
            yield _entry(session.database, relation, names, size.get(relation.oid))

    def chunks(self, asset: Asset) -> Iterator[Chunk]:
        """Cut a large table with a key into parts, between keys that a sample of it shows."""
        parts = parts_of(asset.size) if asset.key else 1
        if parts == 1:
            yield Chunk()
            return
        bounds: list[list[str]] = []
        with suppress(ReadError):  # what is wrong with the table, whoever reads it is told
            bounds = self._pages(asset).bounds(parts, asset.size or 0)
        yield from parts_between(bounds)

    def read(self, asset: Asset, chunk: Chunk, after: Mark | None = None) -> Iterator[Batch]:
        """Read a table, or a part of it."""
        with self._reading():
            pages = self._pages(asset)
            for page in pages.walk(after, chunk.detail):
                yield from to_batches(page.columns, pages.layout, page.mark, page.first, page.cut)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn a server that has gone as a whole into what it is; one database that has gone ends nothing else."""
        try:
            yield
        except ConnectError as error:
            if error.cause is Cause.LOST:
                raise SourceError(f"{self.spec.name}: {error.reason}") from error
            raise

    def _pages(self, asset: Asset) -> Pages:
        """Look the table up as it is now."""
        database, schema, table = (str(asset.detail[part]) for part in ("database", "schema", "table"))
        session = self.session(database)
        found = relations(session, schema, table)
        if not found:
            raise ReadError(Cause.GONE, f"{asset.name}: the table is no longer there")
        if not found[0].readable:
            raise ReadError(Cause.DENIED, f"{asset.name}: no right to read it; GRANT SELECT on it to the role")
        if tuple(part.name for part in found[0].usable_key) != asset.key:
            raise ReadError(
                Cause.GONE, f"{asset.name}: the table or the rights to it were altered meanwhile; scan again"
            )
        return Pages(lambda: self._new_session(database), session, found[0], asset.name)

    def fetch(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        """Read records by key through the index; by number the slow way."""
        return self._by_key(asset, locators) if asset.key else take_numbered(self.read(asset, Chunk()), locators)

    def _by_key(self, asset: Asset, locators: Sequence[tuple[Part, ...]]) -> Iterator[Batch]:
        with self._reading():
            pages = self._pages(asset)
            for start in range(0, len(locators), _FETCH_KEYS):
                wanted = set(locators[start : start + _FETCH_KEYS])
                for page in pages.among(self._spellings(asset, wanted)):
                    for batch in to_batches(page.columns, pages.layout, lambda _: None, 1, page.cut):
                        yield from take_wanted(batch, wanted)

    def _spellings(self, asset: Asset, keys: set[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
        """Add what a key may have been in a database without an encoding, before it was repaired."""
        if all(str(part).isascii() for key in keys for part in key):
            return list(keys)
        session = self.session(str(asset.detail["database"]))
        ((encoding,),) = session.rows("SELECT pg_catalog.current_setting('server_encoding') AS encoding")
        if encoding != "SQL_ASCII":
            return list(keys)
        return [*keys, *(tuple(_windows(str(part)) for part in key) for key in keys)]

    def check(self) -> Iterator[Right]:
        """Say of each database what may be read, and which rights go beyond that."""
        if self.target.database:
            with self._whole_source():
                yield from check_database(
                    self.session(self.target.database), self._tables(self.target.database, Names())
                )
            return
        for database, may_connect, template in self.databases():
            if template:
                continue
            if not may_connect:
                yield Right(database, "error", f"the role may not connect; GRANT CONNECT ON DATABASE {database} to it")
                continue
            try:
                yield from check_database(self.session(database), self._tables(database, Names()))
            except ReadError as error:
                yield Right(database, "error", error.reason)

    def grants(self) -> Sequence[str]:
        """Give the statements that let the role read; the schemas are looked up where that is possible already."""
        role, lines = self.target.user or "recense", list[str]()
        try:
            names = [self.target.database] if self.target.database else [d for d, _, t in self.databases() if not t]
        except SourceError:
            names = list(_MAINTENANCE[:1])
        for database in names:
            try:
                session = self.session(database)
                own = {schema: owners(session, schema) for schema, _, system in schemas(session) if not system}
                policies = policies_for(session, role, own)
            except ReadError:
                own, policies = {"public": []}, []
            lines += [*grants_for(role, database, own, every=not self.target.database), *policies]
        return lines

    def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            self._session.close()


def _entry(database: str, relation: Relation, names: Names, size: int | None) -> Asset | Unread:
    """Make the line for one table or view."""
    shown = names.claim(database, _shown(relation.schema), _shown(relation.name))
    if relation.kind in _VIEWS:
        kind, reason = _VIEWS[relation.kind]
        return Unread(shown, kind, database, Cause.VIEW, reason)
    kind = "partitioned table" if relation.kind == PARTITIONED else "table"
    if not relation.fields:
        return Unread(shown, kind, database, Cause.EMPTY, "a table without columns", size)
    if not relation.readable:
        return Unread(shown, kind, database, Cause.DENIED, "no right to read it; GRANT SELECT on it to the role", size)
    if not _sendable(relation):
        return Unread(shown, kind, database, Cause.OTHER, "its name or a column's is no UTF-8; rename it", size)
    key = tuple(part.name for part in relation.usable_key)
    return Asset(
        shown,
        kind,
        database,
        LocatorKind.KEY if key else LocatorKind.ROW,
        key,
        relation.rows,
        size,
        relation.fingerprint(size),
        {"database": database, "schema": relation.schema, "table": relation.name},
    )


def _shown(name: str) -> str:
    r"""Write a name whose bytes are no UTF-8 as the contract does: `\xe9`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _sendable(relation: Relation) -> bool:
    names = (relation.schema, relation.name, *(one.name + one.declared for one in relation.fields))
    return all(_shown(name) == name for name in names)


def _windows(text: str) -> str:
    return text.encode("cp1252", "replace").decode("utf-8", "surrogateescape")
