"""What a PostgreSQL role may do: whether it can read all, whether it could do more, and the least it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from connectors.interface import Asset, Right, Unread
from connectors.postgresql_catalogue import guarded, narrowed
from connectors.postgresql_session import Session, quoted

_ROLE = """
SELECT rolname::text AS role, rolsuper AS s, rolcreaterole AS r, rolcreatedb AS d, rolreplication AS p,
       rolbypassrls AS b
FROM pg_catalog.pg_roles WHERE rolname = current_user"""
_POWERS = (
    "is a superuser, and may do everything",
    "may create roles (CREATEROLE)",
    "may create databases (CREATEDB)",
    "may copy the whole server (REPLICATION)",
    "passes by row-level security (BYPASSRLS)",
)
_WRITABLE = """
SELECT n.nspname::text AS schema, count(*)::int8 AS tables, min(c.relname)::text AS example
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname <> 'information_schema'
  AND NOT pg_catalog.starts_with(n.nspname::text, 'pg_')
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND (pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
       OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
GROUP BY n.nspname ORDER BY n.nspname"""
_CREATING = """
SELECT nspname::text AS schema FROM pg_catalog.pg_namespace
WHERE pg_catalog.has_schema_privilege(oid, 'CREATE') AND NOT pg_catalog.starts_with(nspname::text, 'pg_')
  AND nspname <> 'information_schema' ORDER BY nspname"""
_DATABASE = "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS creating"
_ADVICE = "a scan needs no such right; recense reads in read-only sessions, and a role of its own is safer"


def check_database(session: Session, entries: Iterable[Asset | Unread]) -> Iterator[Right]:
    """Say what of one database can be read, schema by schema, what a scan would miss, and what could be written."""
    readable: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        if isinstance(entry, Asset):
            readable[str(entry.detail["schema"])][str(entry.detail["table"])] = entry.name
        elif not entry.cause.skipped:
            yield Right(entry.name, "error", entry.reason)
    for schema, tables in readable.items():
        for table, said in narrowed(session, schema):
            if table in tables:
                yield Right(tables[table], "error", "; ".join(said))
        yield Right(
            f"{session.database}.{schema}",
            "ok",
            f"{len(tables)} {'table' if len(tables) == 1 else 'tables'} can be read",
        )
    if not readable:
        yield Right(session.database, "ok", "no table to read")
    yield from _excess(session)


def _excess(session: Session) -> Iterator[Right]:
    """Warn of every right that goes beyond reading."""
    for role, *held in session.rows(_ROLE):
        for power, has in zip(_POWERS, held, strict=True):
            if has:
                yield Right(session.database, "warning", f"the role {role} {power}: {_ADVICE}")
    if session.rows(_DATABASE)[0][0]:
        yield Right(session.database, "warning", f"the role may create schemas (CREATE on the database): {_ADVICE}")
    for (schema,) in session.rows(_CREATING):
        yield Right(f"{session.database}.{schema}", "warning", f"the role may create tables (CREATE): {_ADVICE}")
    for schema, tables, example in session.rows(_WRITABLE):
        which = f"{example}" + (f" and {tables - 1} more" if tables > 1 else "")
        yield Right(f"{session.database}.{schema}", "warning", f"the role may write to {which}: {_ADVICE}")


def grants_for(role: str, database: str, schemas: Mapping[str, Sequence[str]], *, every: bool) -> list[str]:
    """Write the least that a role needs to read one database.

    Args:
        role: who is to read.
        database: where; connect to it first.
        schemas: of it, the server's own left out, each with the roles that make tables in it: default privileges hold
            for what these make, and for nobody else's tables. None known: a line says to check again.
        every: whether the source is the whole server, so that the lines must say which database they are for.
    """
    who = quoted(role)
    lines = [f"GRANT CONNECT ON DATABASE {quoted(database)} TO {who};"]
    if every:
        lines.append("\\connect -reuse-previous=on " + quoted(f"dbname='{_escaped(database)}'"))
    for schema, makers in schemas.items():
        name = quoted(schema)
        lines += [
            f"GRANT USAGE ON SCHEMA {name} TO {who};",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {who};",
        ]
        lines += [
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(maker)} IN SCHEMA {name} GRANT SELECT ON TABLES TO {who};"
            for maker in makers
            if maker != role
        ]
    if not all(schemas.values()):
        lines.append("-- Then check again: who makes tables there can be asked once the role may connect.")
    lines.append(
        f"-- PostgreSQL 14 and later, in place of USAGE, SELECT and defaults: GRANT pg_read_all_data TO {who};"
    )
    return lines


def policies_for(session: Session, role: str, schemas: Iterable[str]) -> list[str]:
    """Write the policies that let a role see all rows of the tables of one database that have row-level security."""
    return [
        f'CREATE POLICY "recense" ON {quoted(schema, table)} FOR SELECT TO {quoted(role)} USING (true);'
        for schema in schemas
        for table in guarded(session, schema)
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
