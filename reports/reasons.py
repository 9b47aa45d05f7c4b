"""Why something was not read, in the page's language: the program's own sentences are English, and stand small below.

What a sentence means is told by words that it is known to hold; a test finds each of them where it is written.
"""

from __future__ import annotations

from inventory.model import CoverageLine
from reports.language import Words

MEANINGS = (
    ("row-level security", "why.rows"),
    ("columns may not be read", "why.columns"),
    ("of its columns only", "why.columns"),
    ("may not read the columns", "why.columns"),
    ("(system versioning)", "why.versions"),
    ("read only in part", "why.long"),
    ("while it was read", "why.changed"),
    ("no database is visible", "why.invisible"),
    ("wrong user or password", "why.sign_in"),
    ("its password was refused", "why.sign_in"),
    ("the server wants a password", "why.sign_in"),
    ("nothing answers at", "why.silent"),
    ("nobody answers", "why.silent"),
    ("no answer in time", "why.silent"),
    ("no such host", "why.silent"),
    ("certificate", "why.tls"),
    ("encrypted or no SQLite database", "why.no_database"),
    ("check the path and the rights", "why.path"),
    ("has given no mandate", "why.mandate"),
    ("mail to be read", "why.mail"),
    ("only names are scanned", "why.names"),
    ("say that nothing of", "why.client"),
)
"""Words of the program's sentences, and the key of what they mean; several may hold of one asset."""
WHOLE = frozenset({"source", "server", "database", "schema", "folder"})
"""Kinds of what holds tables or files; unread, nobody knows how many."""


def whole(line: CoverageLine) -> bool:
    """Whether a line tells of a whole place rather than of one table or file."""
    return line.kind in WHOLE


def meaning(w: Words, line: CoverageLine) -> str:
    """Say why something was not read, or not to its end."""
    known = dict.fromkeys(key for words, key in MEANINGS if words in line.reason)
    if known:
        return " ".join(w(key) for key in known)
    candidates = (f"cause.{line.cause}.{line.kind}", f"cause.{line.cause}", "cause.other")
    return w(next(key for key in candidates if w.has(key)))
