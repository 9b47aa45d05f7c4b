"""Names and texts as SQL."""

from __future__ import annotations

SYSTEM = frozenset({"mysql", "information_schema", "performance_schema", "sys", "ndbinfo", "#mysql50#lost+found"})
"""Schemas of the server's own; the last is a folder of the file system that it takes for one."""


def quote(name: str) -> str:
    """Quote an identifier.

    >>> quote("o`brien")
    '`o``brien`'
    """
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """Write a text as a literal that no SQL mode reads otherwise.

    >>> text("é'")
    "_utf8mb4 X'c3a927'"
    """
    return f"_utf8mb4 X'{value.encode('utf-8', 'replace').hex()}'"


def pattern(database: str) -> str:
    r"""Quote a database's name for GRANT, where `_` and `%` stand for anything unless escaped.

    >>> print(pattern("alice_shop"))
    `alice\_shop`
    """
    return quote(database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"))


def system(database: str) -> bool:
    """Whether a schema is the server's own."""
    return database.lower() in SYSTEM
