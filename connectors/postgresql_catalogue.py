"""What PostgreSQL's catalogue says: databases, schemas, and the tables of one schema at a time."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from connectors.errors import ReadError
from connectors.interface import Cause
from connectors.postgresql_session import Session, literal

PARTITIONED = "p"
_BLOCK = 8192


@dataclass(frozen=True)
class Field:
    """A column of a table."""

    name: str
    declared: str
    """Its type as SQL writes it, with modifiers, qualified where it is a user's own: fit for a cast."""
    base: str
    """The built-in type below it (`text`, `bytea`, `jsonb`); empty where a user made the type."""
    fixed: bool
    """Its values have a fixed and small size."""
    readable: bool
    """Whether the role may select it."""


@dataclass(frozen=True)
class KeyPart:
    """A column of a primary key."""

    name: str
    schema: str
    """Where the operators of the key's index live; `pg_catalog` for the built-in types."""


@dataclass(frozen=True)
class Relation:
    """A table, view or foreign table, as the role sees it."""

    oid: int
    schema: str
    name: str
    kind: str
    """`r` table, `p` partitioned table, `v` view, `m` materialised view, `f` foreign table."""
    rows: int | None
    """As of the last ANALYZE; None where there was none."""
    pages: int
    selectable: bool
    """Whether the role may select the whole table (rather than some columns)."""
    filtered: bool
    """Whether row-level security may hide rows from the role."""
    activity: str | None
    """What changes with every write: file nodes, tuple counters, crashes; None where the server counts nothing."""
    fields: tuple[Field, ...] = ()
    key: tuple[KeyPart, ...] = ()

    @property
    def readable(self) -> tuple[Field, ...]:
        """The columns that the role may select."""
        return tuple(one for one in self.fields if one.readable)

    @property
    def usable_key(self) -> tuple[KeyPart, ...]:
        """The primary key, where the role may select all of it."""
        names = {one.name for one in self.readable}
        return self.key if all(part.name in names for part in self.key) else ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """What of the table the role cannot see, whatever it reads, with what to do; empty where it sees all."""
        return hidden(len(self.fields) - len(self.readable), filtered=self.filtered)

    def fingerprint(self, size: int | None) -> str | None:
        """Join what changes with content and with the rights to it; None where the server counts no activity."""
        if self.activity is None or size is None:
            return None
        shape = [(one.name, one.declared, one.readable) for one in self.fields]
        told = repr((self.activity, size, self.filtered, shape)).encode("utf-8", "surrogateescape")
        return blake2b(told, digest_size=16).hexdigest()


def hidden(columns: int, *, filtered: bool) -> tuple[str, ...]:
    """Say what a role cannot see of a table: columns without a right to them, rows that a policy may hide."""
    said = []
    if columns:
        said.append(f"{columns} of its columns may not be read by this role; GRANT SELECT on them")
    if filtered:
        said.append("row-level security may hide rows from this role; CREATE POLICY … FOR SELECT TO it USING (true)")
    return tuple(said)


_OURS = """p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND EXISTS (
  SELECT FROM pg_catalog.unnest(p.polroles) AS who (oid)
  WHERE CASE WHEN who.oid = 0 THEN true ELSE pg_catalog.pg_has_role(who.oid, 'USAGE') END)"""
_FILTERED = f"""(pg_catalog.row_security_active(c.oid) AND NOT (
  EXISTS (SELECT FROM pg_catalog.pg_policy AS p
          WHERE {_OURS} AND p.polpermissive AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE {_OURS} AND NOT p.polpermissive)))"""
"""Whether policies may hide rows of a table: not where one shows all of them and none takes any away."""


def databases(session: Session) -> list[tuple[str, bool, bool]]:
    """List the server's databases: name, whether the role may connect, whether it is a template."""
    return session.rows(
        "SELECT datname::text AS name, datallowconn AND pg_catalog.has_database_privilege(oid, 'CONNECT') AS open, "
        "datistemplate AS template FROM pg_catalog.pg_database ORDER BY datname"
    )


def schemas(session: Session) -> list[tuple[str, bool, bool]]:
    """List a database's schemas: name, whether the role may use it, whether it is the system's own."""
    return session.rows(
        "SELECT nspname::text AS name, pg_catalog.has_schema_privilege(oid, 'USAGE') AS open, "
        "nspname = 'information_schema' OR pg_catalog.starts_with(nspname::text, 'pg_') AS system "
        "FROM pg_catalog.pg_namespace ORDER BY nspname"
    )


_COUNTERS = (
    "pg_catalog.pg_stat_get_tuples_inserted({0})::text || '/' || pg_catalog.pg_stat_get_tuples_updated({0})::text "
    "|| '/' || pg_catalog.pg_stat_get_tuples_deleted({0})::text"
)
_ACTIVITY = f"c.relfilenode::text || ':' || {_COUNTERS.format('c.oid')}"
_TREE = f"""
(SELECT pg_catalog.string_agg({_ACTIVITY.replace("c.", "p.")}, ',' ORDER BY p.oid) AS activity,
        pg_catalog.sum(p.relpages) AS pages,
        CASE WHEN pg_catalog.min(p.reltuples) FILTER (WHERE p.relkind = 'r') >= 0
             THEN pg_catalog.sum(p.reltuples) FILTER (WHERE p.relkind = 'r') END AS tuples
 FROM pg_catalog.pg_partition_tree(c.oid) AS tree JOIN pg_catalog.pg_class AS p ON p.oid = tree.relid)"""


def narrowed(session: Session, schema: str) -> list[tuple[str, tuple[str, ...]]]:
    """List the tables of a schema that the role can read in part only, each with what it cannot see."""
    found = session.rows(f"""
SELECT c.relname::text AS name, {_FILTERED} AS filtered,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'))::int8 AS columns
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {literal(schema)} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
  AND ({_FILTERED} OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT'))
ORDER BY c.relname""")
    return [(name, said) for name, filtered, columns in found if (said := hidden(columns, filtered=filtered))]


def guarded(session: Session, schema: str) -> list[str]:
    """List the tables of a schema, readable or not, of which policies may hide rows from the role."""
    found = session.rows(f"""
SELECT c.relname::text AS name
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {literal(schema)} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND {_FILTERED}
ORDER BY c.relname""")
    return [name for (name,) in found]


def owners(session: Session, schema: str) -> list[str]:
    """List who makes the tables of a schema: its tables' owners and its own.

    The built-in role `pg_database_owner`, which owns `public` from PostgreSQL 15 on, stands for the database's owner:
    nothing is ever made in its own name.
    """
    found = session.rows(f"""
SELECT DISTINCT CASE WHEN r.rolname = 'pg_database_owner' THEN
         (SELECT pg_catalog.pg_get_userbyid(d.datdba) FROM pg_catalog.pg_database AS d
          WHERE d.datname = pg_catalog.current_database())
       ELSE r.rolname END::text AS owner
FROM pg_catalog.pg_namespace AS n
LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_roles AS r ON r.oid IN (n.nspowner, c.relowner)
WHERE n.nspname = {literal(schema)} ORDER BY owner""")
    return [owner for (owner,) in found]


def relations(session: Session, schema: str, table: str | None = None) -> list[Relation]:
    """List a schema's tables and views with their columns and keys, or only the one that is named.

    Partitions are left out, being part of their parent. No table is locked for it.
    """
    chosen = f"n.nspname = {literal(schema)}" + (f" AND c.relname = {literal(table)}" if table is not None else "")
    found = session.rows(f"""
SELECT c.oid::int8 AS oid, c.relname::text AS name, c.relkind::text AS kind,
       CASE WHEN c.relkind = 'p' THEN tree.tuples ELSE c.reltuples END::float8 AS tuples,
       (CASE WHEN c.relkind = 'p' THEN tree.pages ELSE c.relpages END)::int8 AS pages,
       pg_catalog.has_table_privilege(c.oid, 'SELECT') AS selectable,
       c.relkind IN ('r', 'p') AND {_FILTERED} AS filtered,
       CASE WHEN pg_catalog.current_setting('track_counts') = 'on' THEN
         CASE WHEN c.relkind = 'p' THEN tree.activity ELSE {_ACTIVITY} END
         || ' ' || COALESCE(pg_catalog.pg_stat_get_bgwriter_stat_reset_time()::text, '')
         || ' ' || COALESCE(pg_catalog.pg_stat_get_db_stat_reset_time(
              (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))::text, '')
       END AS activity
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL {_TREE} AS tree ON c.relkind = 'p'
WHERE {chosen} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
ORDER BY c.relname""")
    fields, keys = _fields(session, chosen), _keys(session, chosen)
    return [
        Relation(
            oid, schema, name, kind,
            None if tuples is None or tuples < 0 else int(tuples), pages or 0,
            selectable, filtered, activity, tuple(fields.get(oid, ())), tuple(keys.get(oid, ())),
        )
        for oid, name, kind, tuples, pages, selectable, filtered, activity in found
    ]  # fmt: skip


def _fields(session: Session, chosen: str) -> dict[int, list[Field]]:
    """Give the columns of the chosen tables, by the table's oid."""
    found = session.rows(f"""
SELECT a.attrelid::int8 AS oid, a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS declared,
       CASE WHEN tn.nspname = 'pg_catalog' THEN t.typname WHEN bn.nspname = 'pg_catalog' AND b.typtype <> 'd'
            THEN b.typname ELSE '' END::text AS base,
       a.attlen >= 0 AS fixed,
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type AS b ON t.typtype = 'd' AND b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_namespace AS bn ON bn.oid = b.typnamespace
WHERE {chosen} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY a.attrelid, a.attnum""")
    fields: dict[int, list[Field]] = {}
    for oid, *rest in found:
        fields.setdefault(oid, []).append(Field(*rest))
    return fields


def _keys(session: Session, chosen: str) -> dict[int, list[KeyPart]]:
    """Give the primary keys of the chosen tables, by the table's oid, in key order."""
    found = session.rows(f"""
SELECT c.oid::int8 AS oid, a.attname::text AS name, opn.nspname::text AS schema
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid AND i.indisprimary AND i.indisvalid
CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts::int4) AS place(n)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = (i.indkey::int2[])[place.n - 1]
JOIN pg_catalog.pg_opclass AS class ON class.oid = (i.indclass::oid[])[place.n - 1]
JOIN pg_catalog.pg_amop AS o ON o.amopfamily = class.opcfamily AND o.amopstrategy = 5
 AND o.amoplefttype = class.opcintype AND o.amoprighttype = class.opcintype
JOIN pg_catalog.pg_operator AS op ON op.oid = o.amopopr
JOIN pg_catalog.pg_namespace AS opn ON opn.oid = op.oprnamespace
WHERE {chosen} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.oid, place.n""")
    keys: dict[int, list[KeyPart]] = {}
    for oid, name, schema in found:
        keys.setdefault(oid, []).append(KeyPart(name, schema))
    return keys


def sizes(session: Session, found: list[Relation]) -> dict[int, int]:
    """Give bytes on disk by oid, indexes left out; where a lock stands in the way, as the last VACUUM had it."""
    tables = [one.oid for one in found if one.kind in "rp"]
    if not tables:
        return {}
    wanted = ", ".join(f"({oid}::oid)" for oid in tables)
    try:
        measured = session.rows(
            "SELECT t.oid::int8 AS oid, COALESCE((SELECT pg_catalog.sum(pg_catalog.pg_table_size(tree.relid)) "
            "FROM pg_catalog.pg_partition_tree(t.oid) AS tree), pg_catalog.pg_table_size(t.oid))::int8 AS size "
            f"FROM (VALUES {wanted}) AS t (oid)"
        )
    except ReadError as error:
        if error.cause is Cause.LOST:
            raise
        return {one.oid: one.pages * _BLOCK for one in found}
    return {oid: size for oid, size in measured if size is not None}
