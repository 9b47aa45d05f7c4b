"""Whether a table's content is the same as before, as far as a server can tell without reading it.

InnoDB knows when a transaction last changed a table, cascades included. It forgets that when it restarts or needs the
memory (a server of hundreds of tenants always does), and it takes no note of TRUNCATE; so a table is also asked whether
it is empty, and a partitioned one, of which a part can be truncated, has no time. MyISAM's time is its file's, and it
counts its rows; Aria writes its file when it likes, and other engines know no time.

Where there is no time, the server adds up its rows: a hash of each over hashes of its cells, 64 bits a row. CHECKSUM
TABLE would be faster, but puts cells one behind the other, so that a value which moves to the next column goes unseen.

What remains: a clock that is set back, and two tables that were made and changed in the same seconds and swap names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import pymysql

from connectors.mysql_names import quote
from connectors.mysql_session import Session

Row = Mapping[str, Any]
"""A row of the catalogue, by column."""
EMPTY = "empty"
"""The fingerprint of every empty table."""
SETTLED_SECONDS = 1
"""Seconds since the last change before its time tells anything: with a grain of one, another may share it."""
PAGE = 16384
"""Bytes of InnoDB's page: whether a table of one page is empty costs nothing to ask."""
PROBE_SECONDS = 5
"""Seconds that a question may take; rows that were deleted and not yet purged slow it down."""
SUMMED = 32 * 1024 * 1024
"""Bytes of a table that the server is asked to add up: about a second's work."""


def fingerprint(session: Session, database: str, row: Row, columns: Sequence[Row]) -> str | None:
    """Give a table's fingerprint, or None where the server cannot tell.

    Args:
        session: the server.
        database: where the table is.
        row: what the catalogue says of it.
        columns: those that may be read; they are part of it.
    """
    engine = str(row.get("ENGINE") or "").lower()
    if "partitioned" in str(row.get("CREATE_OPTIONS")).lower():
        return _added_up(session, database, row, columns)
    if engine == "myisam" and _settled(row):
        counted = [row[one] for one in ("TABLE_ROWS", "DATA_LENGTH", "DATA_FREE", "AUTO_INCREMENT", "CHECKSUM")]
        return _joined(row, columns, counted)
    if engine != "innodb" or not (_settled(row) or _small(row)):
        return _added_up(session, database, row, columns)
    empty = _empty(session, database, str(row["TABLE_NAME"]))
    if empty:
        return EMPTY
    if empty is None:
        return None
    return _joined(row, columns, []) if _settled(row) else _added_up(session, database, row, columns)


def _settled(row: Row) -> bool:
    """Whether the time of the last change is known, and no other change can have the same."""
    updated = row.get("UPDATED")
    return bool(updated) and float(row["CLOCK"]) - float(updated or 0) >= SETTLED_SECONDS


def _small(row: Row) -> bool:
    return row.get("TABLE_ROWS") == 0 and int(row.get("DATA_LENGTH") or 0) <= PAGE


def _empty(session: Session, database: str, table: str) -> bool | None:
    """Ask whether a table is empty, without waiting for locks; None where it does not say."""
    query = f"SELECT 1 FROM {quote(database)}.{quote(table)} LIMIT 1"
    try:
        return not session.rows(session.hurried(query, PROBE_SECONDS))
    except (pymysql.err.MySQLError, OSError):
        return None


def _added_up(session: Session, database: str, row: Row, columns: Sequence[Row]) -> str | None:
    """Give count and sum of a table's rows as the server makes them; None where that takes too long."""
    if int(row.get("DATA_LENGTH") or 0) > SUMMED or not columns:
        return None
    cells = ", ".join(f"IFNULL(MD5({quote(str(column['COLUMN_NAME']))}), '')" for column in columns)
    added = f"SUM(CAST(CONV(LEFT(MD5(CONCAT_WS(',', {cells})), 16), 16, 10) AS UNSIGNED))"
    query = f"SELECT COUNT(*), {added} FROM {quote(database)}.{quote(str(row['TABLE_NAME']))}"
    try:
        ((count, total),) = session.rows(session.hurried(query, PROBE_SECONDS))
    except (pymysql.err.MySQLError, OSError):
        return None
    return EMPTY if not count else "/".join(("sum", _definition(columns), str(count), str(total)))


def _definition(columns: Sequence[Row]) -> str:
    seen = repr([(column["COLUMN_NAME"], column["COLUMN_TYPE"]) for column in columns])
    return blake2b(seen.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _joined(row: Row, columns: Sequence[Row], more: Sequence[object]) -> str:
    return "/".join(str(part) for part in (row["ENGINE"], row["CREATED"], row["UPDATED"], _definition(columns), *more))
