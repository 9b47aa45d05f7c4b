"""The inventory's tables, a comment for each column.

The comments stand in the database too: SQLite keeps the text of each `CREATE TABLE`. Names marked *sealed* are in the
clear unless they are personal by themselves; then they are encrypted under their client's key (`inventory.keys`).
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 6
"""Of the schema; a database of a lower one is upgraded by `inventory.upgrades`, a higher one refused."""

MISSING = "until IS NULL AND (pending OR status IN ('failed', 'truncated') OR cause = 'policy')"
"""Coverage lines of what may hold data that was not read."""
SKIPPED = "until IS NULL AND NOT pending AND status = 'skipped' AND cause NOT IN ('view', 'policy')"
"""Coverage lines of what was left out otherwise; views hold nothing of their own and do not count."""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    name: str
    comment: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()
    without_rowid: bool = False
    indexes: tuple[str, ...] = ()

    def ddl(self) -> str:
        """Give the statement that makes the table, with its comments."""
        lines = [f"    {column.name} {column.type},  -- {column.comment}" for column in self.columns]
        lines += [f"    CONSTRAINT {constraint}," for constraint in self.constraints]
        head, _, comment = lines[-1].partition(",  -- ") if ",  -- " in lines[-1] else (lines[-1].rstrip(","), "", "")
        lines[-1] = f"{head}  -- {comment}" if comment else head
        body = "\n".join(lines)
        return (
            f"CREATE TABLE {self.name} (  -- {self.comment}\n{body}\n){' WITHOUT ROWID' if self.without_rowid else ''}"
        )


TABLES = (
    Table(
        "meta",
        "what the inventory is",
        (
            Column(
                "name",
                "TEXT NOT NULL PRIMARY KEY",
                "`id`, its `seal`, the `key` fingerprint, `created`",
            ),
            Column("value", "TEXT NOT NULL", "as text"),
        ),
    ),
    Table(
        "clients",
        "whose data it is",
        (
            Column("id", "INTEGER PRIMARY KEY", "number"),
            Column("name", "TEXT NOT NULL", "as in the settings, or as client_pattern found it; sealed"),
            Column("role", "TEXT", "of the host towards this data: processor or controller"),
            Column("wrapped_key", "BLOB NOT NULL", "the client's own key, wrapped; without it what it sealed is dust"),
            Column("created", "TEXT NOT NULL", "ISO 8601, UTC"),
        ),
        ("clients_name UNIQUE (name)",),
    ),
    Table(
        "sources",
        "places that were scanned",
        (
            Column("id", "INTEGER PRIMARY KEY", "number"),
            Column("name", "TEXT NOT NULL", "as in the settings, or the URL without password and query; sealed"),
            Column("place", "TEXT NOT NULL DEFAULT ''", "what tells apart two places of one name: a socket, say"),
            Column("region", "TEXT", "country where the data lies, as the settings say"),
            Column("purpose", "TEXT", "from the settings"),
            Column("recipients", "TEXT NOT NULL DEFAULT '[]'", "from the settings, a JSON list"),
            Column("retention", "TEXT", "from the settings"),
        ),
        ("sources_name UNIQUE (name)",),
    ),
    Table(
        "scans",
        "runs of the scanner",
        (
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT", "number, never used again"),
            Column("started", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("finished", "TEXT", "ISO 8601, UTC; null while it runs or when it was killed"),
            Column("status", "TEXT NOT NULL", "running, interrupted, complete, partial or failed"),
            Column("mode", "TEXT NOT NULL", "full or sample"),
            Column(
                "scope", "TEXT NOT NULL", "keyed hash of targets, client and settings: equal ones resume each other"
            ),
        ),
    ),
    Table(
        "scan_sources",
        "the sources of a run",
        (
            Column("scan_id", "INTEGER NOT NULL REFERENCES scans (id) ON DELETE CASCADE", "run"),
            Column("source_id", "INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE", "source"),
            Column("whole", "INTEGER NOT NULL", "1 if all of the source was meant, 0 if a part of it was named"),
            Column("client_id", "INTEGER NOT NULL DEFAULT 0", "the one client that was meant; 0: all"),
            Column("listed", "INTEGER NOT NULL DEFAULT 0", "1 once every asset that was meant was met"),
            Column("unsearched", "TEXT NOT NULL DEFAULT ''", "why free text was not searched for names; empty: it was"),
        ),
        ("scan_sources_key PRIMARY KEY (scan_id, source_id)",),
        without_rowid=True,
    ),
    Table(
        "assets",
        "the smallest things with a name: tables, files",
        (
            Column("id", "INTEGER PRIMARY KEY", "number"),
            Column("source_id", "INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE", "where it lies"),
            Column("client_id", "INTEGER NOT NULL REFERENCES clients (id)", "whose it is"),
            Column("name", "TEXT NOT NULL", "in the contract's form; sealed"),
            Column("kind", "TEXT NOT NULL", "table, csv, json, text…"),
            Column("live_version", "INTEGER", "the version that look-ups and findings show; null before the first"),
            Column("first_seen", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("gone", "TEXT", "when a scan of the whole source no longer met it"),
        ),
        ("assets_name UNIQUE (source_id, name)",),
        indexes=("CREATE INDEX assets_client ON assets (client_id)",),
    ),
    Table(
        "versions",
        "generations: one for each time that an asset was read",
        (
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT", "number, never used again"),
            Column("asset_id", "INTEGER NOT NULL REFERENCES assets (id) ON DELETE CASCADE", "of what"),
            Column("scan_id", "INTEGER NOT NULL", "by which run"),
            Column("state", "TEXT NOT NULL", "building, live, dead (locations to be swept) or swept"),
            Column("locator_kind", "TEXT NOT NULL", "of the address: key, row, line, page, path…"),
            Column("key_names", "TEXT NOT NULL DEFAULT '[]'", "key columns in order, a JSON list; sealed"),
            Column("fingerprint", "TEXT", "of the content, equal means unchanged; null if the store cannot tell"),
            Column("settings", "TEXT NOT NULL", "of the detectors, the client's key and the mode, likewise"),
            Column("rows", "INTEGER NOT NULL DEFAULT 0", "records read"),
            Column("bytes", "INTEGER NOT NULL DEFAULT 0", "bytes read"),
            Column("seconds", "REAL NOT NULL DEFAULT 0", "reading and detecting, over all workers"),
            Column("locations", "INTEGER NOT NULL DEFAULT 0", "rows in `locations`"),
            Column("cut_cause", "TEXT NOT NULL DEFAULT ''", "one word for programs where it was not read whole"),
            Column("cut", "TEXT NOT NULL DEFAULT ''", "why, for people"),
            Column("started", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("finished", "TEXT", "when it went live"),
            Column("ended", "TEXT", "when a newer one took its place, or the asset was gone"),
        ),
        indexes=(
            "CREATE INDEX versions_asset ON versions (asset_id, state)",
            "CREATE INDEX versions_state ON versions (state)",
        ),
    ),
    Table(
        "exposures",
        "what kind of place an asset lay in when it was read: web root, world-readable, backup, log…",
        (
            Column("version_id", "INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE", "which reading"),
            Column("place", "TEXT NOT NULL", "as connectors.exposed names it"),
        ),
        ("exposures_key PRIMARY KEY (version_id, place)",),
        without_rowid=True,
    ),
    Table(
        "chunks",
        "how far the reading of a version has come",
        (
            Column("version_id", "INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE", "of what"),
            Column("number", "INTEGER NOT NULL", "chunk, from 0"),
            Column("bounds", "BLOB", "what of an asset in parts it is, as the connector gave it, JSON; sealed"),
            Column("mark", "BLOB", "where to go on, as the connector gave it, JSON; sealed; null: from the start"),
            Column("done", "INTEGER NOT NULL DEFAULT 0", "1 once it was read to its end"),
            Column("partial", "BLOB", "evidence, field statistics and sketches up to the mark, JSON; sealed"),
        ),
        ("chunks_key PRIMARY KEY (version_id, number)",),
        without_rowid=True,
    ),
    Table(
        "fields",
        "columns and paths in which something was found",
        (
            Column("id", "INTEGER PRIMARY KEY", "number"),
            Column("asset_id", "INTEGER NOT NULL REFERENCES assets (id) ON DELETE CASCADE", "of what"),
            Column("name", "TEXT NOT NULL", "in the contract's form; sealed"),
        ),
        ("fields_name UNIQUE (asset_id, name)",),
    ),
    Table(
        "findings",
        "an entity in a field, over all versions",
        (
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT", "the number that people and reviews use"),
            Column("field_id", "INTEGER NOT NULL REFERENCES fields (id) ON DELETE CASCADE", "where"),
            Column("entity", "TEXT NOT NULL", "what, by Presidio's name"),
            Column("category", "TEXT NOT NULL", "contact, financial, technical…"),
            Column("first_seen", "TEXT NOT NULL", "ISO 8601, UTC"),
        ),
        ("findings_key UNIQUE (field_id, entity)",),
    ),
    Table(
        "results",
        "what one version says of a finding",
        (
            Column("version_id", "INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE", "which reading"),
            Column("finding_id", "INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE", "of what"),
            Column("count", "INTEGER NOT NULL", "matches"),
            Column("records", "INTEGER NOT NULL", "cells or lines with a match"),
            Column("distinct_values", "INTEGER NOT NULL", "different values; 0 for entities without token"),
            Column("score", "REAL NOT NULL", "0 to 1"),
            Column("confidence", "TEXT NOT NULL", "high, medium or low"),
            Column("evidence", "TEXT NOT NULL", "sentences, a JSON list"),
            Column("samples", "BLOB NOT NULL", "masked values, a JSON list, encrypted under the client's key"),
            Column("sketch", "BLOB NOT NULL", "of the distinct tokens' first halves, for counting over fields"),
            Column(
                "facts",
                "TEXT NOT NULL DEFAULT '{}'",
                "candidates, explicit, declared, sampled: a JSON object",
            ),
        ),
        ("results_key PRIMARY KEY (version_id, finding_id)",),
        without_rowid=True,
        indexes=("CREATE INDEX results_finding ON results (finding_id)",),
    ),
    Table(
        "locations",
        "where each value lies; the token is all that is kept of it",
        (
            Column("token", "BLOB NOT NULL", "16 bytes, keyed BLAKE2b of entity and canonical value"),
            Column("version_id", "INTEGER NOT NULL", "which reading; only those of live versions count"),
            Column("field_id", "INTEGER NOT NULL", "which field"),
            Column("locator", "BLOB NOT NULL", "slots of the address, see inventory.locators"),
            Column("ambiguous", "INTEGER NOT NULL DEFAULT 0", "1: one of several readings of a national notation"),
        ),
        ("locations_key PRIMARY KEY (token, version_id, field_id, locator)",),
        without_rowid=True,
    ),
    Table(
        "coverage",
        "what became of each asset met; a line holds from `since` to `until`",
        (
            Column("id", "INTEGER PRIMARY KEY", "number"),
            Column("scan_id", "INTEGER NOT NULL", "by which run"),
            Column("source_id", "INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE", "where"),
            Column("client_id", "INTEGER NOT NULL REFERENCES clients (id)", "whose"),
            Column("name", "TEXT NOT NULL", "of the asset; sealed"),
            Column("kind", "TEXT NOT NULL", "table, view, csv…"),
            Column("status", "TEXT NOT NULL", "scanned, unchanged, skipped, failed or truncated"),
            Column("cause", "TEXT NOT NULL", "one word for programs; empty where it was read"),
            Column("reason", "TEXT NOT NULL", "for people; empty where it was read to its end"),
            Column("rows", "INTEGER", "records read"),
            Column("bytes", "INTEGER", "bytes read"),
            Column("seconds", "REAL", "reading and detecting"),
            Column("pending", "INTEGER NOT NULL DEFAULT 0", "1 while the run that met it again has not come to it"),
            Column("seen", "TEXT NOT NULL", "when a run last met the asset, ISO 8601, UTC"),
            Column("since", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("until", "TEXT", "ISO 8601, UTC; null: still holds"),
            Column("fingerprint", "TEXT", "of what is skipped; equal means that it would be skipped again"),
            Column("within", "INTEGER", "the asset (archive, mailbox, dump) that holds this one; null: none"),
            Column("file", "BLOB", "16 bytes, keyed BLAKE2b of the name of the file that it lies in; null: none"),
        ),
        indexes=(
            "CREATE INDEX coverage_within ON coverage (within) WHERE within IS NOT NULL AND until IS NULL",
            "CREATE INDEX coverage_file ON coverage (source_id, file) WHERE file IS NOT NULL AND until IS NULL",
            "CREATE UNIQUE INDEX coverage_now ON coverage (source_id, name) WHERE until IS NULL",
            "CREATE INDEX coverage_client ON coverage (client_id)",
            "CREATE INDEX coverage_history ON coverage (source_id, name, id)",
            f"CREATE INDEX coverage_missing ON coverage (client_id) WHERE {MISSING}",
            f"CREATE INDEX coverage_skipped ON coverage (client_id) WHERE {SKIPPED}",
        ),
    ),
    Table(
        "reviews",
        "a person's verdicts on findings; the latest counts",
        (
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT", "number"),
            Column("finding_id", "INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE", "on what"),
            Column("verdict", "TEXT NOT NULL", "dismissed, confirmed, open (undone) or returned (open by a scan)"),
            Column("reason", "BLOB NOT NULL", "as given; sealed under the client's key"),
            Column("actor", "TEXT NOT NULL", "who"),
            Column("at", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("basis", "TEXT", "what the finding rested on then, see inventory.returns; a JSON object, no value"),
        ),
        indexes=("CREATE INDEX reviews_finding ON reviews (finding_id, id)",),
    ),
    Table(
        "audit",
        "who did what; each line's seal covers the one before it",
        (
            Column("n", "INTEGER PRIMARY KEY", "from 1, without gaps"),
            Column("at", "TEXT NOT NULL", "ISO 8601, UTC"),
            Column("actor", "TEXT NOT NULL", "as stated with --actor, or the login name"),
            Column("uid", "INTEGER NOT NULL", "real user id of the process"),
            Column("login", "TEXT NOT NULL", "name of that user"),
            Column("sudo_user", "TEXT", "who called it through sudo, if anybody"),
            Column("action", "TEXT NOT NULL", "scan, locate, export, review, forget…"),
            Column("detail", "TEXT NOT NULL", "a JSON object; masked values only"),
            Column("seal", "BLOB NOT NULL", "keyed BLAKE2b over the line and the seal before it"),
        ),
    ),
)
