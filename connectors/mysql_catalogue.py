"""The catalogue of one database at a time: which tables there are, what they are keyed by, which may be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import pymysql

from connectors.interface import Asset, Cause, LocatorKind, Unread
from connectors.mysql_errors import cause, read_error
from connectors.mysql_fingerprint import Row, fingerprint
from connectors.mysql_keys import ORDERED
from connectors.mysql_names import quote, system, text
from connectors.mysql_rights import by_column
from connectors.mysql_session import Session
from connectors.tables import Names

_ELSEWHERE = frozenset({"federated", "federatedx", "connect", "spider", "ndbfed"})
_MERGED = frozenset({"mrg_myisam"})
_TABLES = (
    "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, DATA_FREE, AUTO_INCREMENT, CHECKSUM, "
    "CREATE_OPTIONS, UNIX_TIMESTAMP(CREATE_TIME) AS CREATED, UNIX_TIMESTAMP(UPDATE_TIME) AS UPDATED, "
    "UNIX_TIMESTAMP() AS CLOCK FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema}"
)
_COLUMNS = (
    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, "
    "PRIVILEGES FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {schema} ORDER BY TABLE_NAME, ORDINAL_POSITION"
)
_KEYS = (
    "SELECT * FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = {schema} AND NON_UNIQUE = 0 "
    "ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
)


@dataclass(frozen=True)
class Catalogue:
    """What the server says of one database."""

    database: str
    kinds: Sequence[tuple[str, str]]
    """Name and type of every table, in order of the names."""
    tables: Mapping[str, Row]
    columns: Mapping[str, Sequence[Row]]
    keys: Mapping[str, Mapping[str, Sequence[Row]]]
    """Columns of each unique index, by table and index."""
    by_column: AbstractSet[str] = frozenset()
    """Tables, quoted with their database, of which single columns may be read."""


def databases(session: Session) -> list[str]:
    """List what the account may see, the server's own schemas too."""
    return sorted(str(name) for (name,) in session.rows("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"))


def exists(session: Session, database: str, table: str) -> bool:
    """Whether the account can see that a table is there."""
    query = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {}"
    return any(name == table for (name,) in session.rows(query.format(text(database), text(table))))


def listing(session: Session, database: str, names: Names) -> Iterator[Asset | Unread]:
    """Walk one database.

    Raises:
        SourceError: the server has gone.
    """
    if system(database):
        yield Unread(database, "schema", database, Cause.SYSTEM, "the server's own schema")
        return
    try:
        catalogue = _again_when_lost(session, database)
        if not catalogue.kinds:
            session.rows(
                f"USE {quote(database)}"
            )  # a server lists nothing, rather than refuse, where there is no right
    except (pymysql.err.MySQLError, OSError) as error:
        refusal = read_error(database, error)
        yield Unread(names.claim(database), "database", database, refusal.cause, refusal.reason)
        return
    for table, kind in catalogue.kinds:
        yield _entry(session, catalogue, table, kind.upper(), names.claim(database, table))


def _again_when_lost(session: Session, database: str) -> Catalogue:
    try:
        return _catalogue(session, database)
    except (pymysql.err.MySQLError, OSError) as error:
        if cause(error) is not Cause.LOST:
            raise
    session.close()
    return _catalogue(session, database)


def _catalogue(session: Session, database: str) -> Catalogue:
    kinds = sorted((str(name), str(kind)) for name, kind in session.rows(f"SHOW FULL TABLES FROM {quote(database)}"))
    schema = text(database)
    tables = {row["TABLE_NAME"]: row for row in session.wire.records(_TABLES.format(schema=schema))}
    columns: dict[str, list[Row]] = defaultdict(list)
    for row in session.wire.records(_COLUMNS.format(schema=schema)):
        columns[row["TABLE_NAME"]].append(row)
    keys: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in session.wire.records(_KEYS.format(schema=schema)):
        keys[row["TABLE_NAME"]][row["INDEX_NAME"]].append(row)
    return Catalogue(database, kinds, tables, columns, keys, by_column(session))


def _entry(session: Session, catalogue: Catalogue, table: str, kind: str, name: str) -> Asset | Unread:
    row = catalogue.tables.get(table, {})
    engine = str(row.get("ENGINE") or "").lower()
    reason = _left_out(kind, engine)
    if reason:
        shown = "sequence" if kind == "SEQUENCE" else "view" if "VIEW" in kind else "table"
        why = Cause.SYSTEM if kind == "SEQUENCE" else Cause.VIEW
        return Unread(name, shown, catalogue.database, why, reason)
    columns = catalogue.columns.get(table, ())
    readable = [column for column in columns if "select" in str(column["PRIVILEGES"]).lower()]
    if not readable or not engine:
        try:
            session.rows(f"SELECT 1 FROM {quote(catalogue.database)}.{quote(table)} LIMIT 0")
            readable = list(columns)
        except (pymysql.err.MySQLError, OSError) as error:
            refusal = read_error(name, error)
            return Unread(name, "table", catalogue.database, refusal.cause, refusal.reason, _size(row))
    if not readable:
        return Unread(name, "table", catalogue.database, Cause.OTHER, f"{name}: the server names no column of it")
    cut = _cut(row, columns, readable, hidden=_hidden(session, catalogue, table))
    asset = _asset(catalogue, table, name, readable, cut=cut)
    return replace(asset, fingerprint=fingerprint(session, catalogue.database, row, readable))


def _hidden(session: Session, catalogue: Catalogue, table: str) -> bool:
    """Whether a table has columns that the account may not read; those without any right are not even listed."""
    place = f"{quote(catalogue.database)}.{quote(table)}"
    if place not in catalogue.by_column:
        return False
    try:
        session.rows(f"SELECT * FROM {place} LIMIT 0")
    except (pymysql.err.MySQLError, OSError) as error:
        return cause(error) is Cause.DENIED
    return False


def _left_out(kind: str, engine: str) -> str:
    """Say why a table is not read at all; empty where it is."""
    if "VIEW" in kind:
        return "a view: its rows lie in tables"
    if kind == "SEQUENCE":
        return "a sequence: it holds a counter and no data"
    if engine in _ELSEWHERE:
        return f"a table of the engine {engine}: its rows lie on another server or in files outside the database"
    return "a merge table: its rows lie in other tables" if engine in _MERGED else ""


def _asset(catalogue: Catalogue, table: str, name: str, columns: Sequence[Row], cut: str | None) -> Asset:
    row = catalogue.tables.get(table, {})
    key, order, index = _order(
        {str(column["COLUMN_NAME"]): column for column in columns}, catalogue.keys.get(table, {})
    )
    return Asset(
        name=name,
        kind="partitioned table" if "partitioned" in str(row.get("CREATE_OPTIONS")).lower() else "table",
        container=catalogue.database,
        locator=LocatorKind.KEY if key else LocatorKind.ROW,
        key=key,
        rows=row.get("TABLE_ROWS"),
        size=_size(row),
        detail={
            "database": catalogue.database,
            "table": table,
            "engine": str(row.get("ENGINE")).lower(),
            "columns": [[str(c["COLUMN_NAME"]), str(c["COLUMN_TYPE"]), str(c["DATA_TYPE"]).lower()] for c in columns],
            "key": [_key_column(column) for column in columns if column["COLUMN_NAME"] in key],
            "order": order,
            "index": index,
            "cut": cut,
        },
    )


def _order(
    columns: Mapping[str, Row], keys: Mapping[str, Sequence[Row]]
) -> tuple[tuple[str, ...], list[Any], str | None]:
    """Choose the index by which a table is paged: its primary key, else a unique one without NULLs.

    Returns:
        the key's names (empty where there is no primary key that may be read), the columns of the order (empty where
        the table can only be streamed) and the index.
    """
    primary = [str(part["COLUMN_NAME"]) for part in keys.get("PRIMARY", ())]
    key = tuple(primary) if set(primary) <= columns.keys() else ()
    candidates = ["PRIMARY"] if key else [name for name in keys if name != "PRIMARY"]
    for name in candidates:
        if all(_pageable(part, columns) for part in keys[name]):
            return key, [_key_column(columns[str(part["COLUMN_NAME"])]) for part in keys[name]], name
    return key, [], None


def _pageable(part: Row, columns: Mapping[str, Row]) -> bool:
    """Whether rows can be read in the order of an index's column."""
    column = columns.get(str(part["COLUMN_NAME"]))
    hidden = str(part.get("IGNORED", "NO")) == "YES" or str(part.get("IS_VISIBLE", "YES")) == "NO"
    whole = part["SUB_PART"] is None and str(part["NULLABLE"]) != "YES" and part.get("COLLATION") != "D"
    tree = str(part["INDEX_TYPE"]).upper() in ("BTREE", "LSMTREE")
    return column is not None and whole and tree and not hidden and str(column["DATA_TYPE"]).lower() in ORDERED


def _key_column(column: Row) -> list[str]:
    fields = ("COLUMN_NAME", "DATA_TYPE", "CHARACTER_SET_NAME", "COLLATION_NAME")
    name, kind, charset, collation = (str(column[one] or "") for one in fields)
    return [name, kind.lower(), charset.lower(), collation]


def _cut(row: Row, columns: Sequence[Row], readable: Sequence[Row], *, hidden: bool) -> str | None:
    """Say what of a table is not read although it is there."""
    missing = [str(column["COLUMN_NAME"]) for column in columns if column not in readable]
    said = []
    if missing:
        said.append(f"the account may not read the columns {', '.join(missing)}; GRANT SELECT on the table")
    elif hidden:
        said.append("the account may read some of its columns only; GRANT SELECT on the table")
    if str(row.get("TABLE_TYPE")).upper() == "SYSTEM VERSIONED":
        said.append("older versions of its rows (system versioning) are not read")
    return "; ".join(said) or None


def _size(row: Row) -> int | None:
    size = row.get("DATA_LENGTH")
    return int(size) if size is not None else None
