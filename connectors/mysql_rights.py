"""What an account may do, out of SHOW GRANTS, and the least that it should be granted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pymysql

from connectors.mysql_names import pattern, quote, system
from connectors.mysql_session import Session

UNCHECKED = 1290
"""The server's number for a question about rights when it was started without checking any."""
READING = frozenset({"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"})
"""Rights that change nothing and open nothing but data to be read."""
_PART = re.compile(r"`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|[(),@]|[^\s`'\"(),@]+")


@dataclass(frozen=True)
class Grant:
    """One line of SHOW GRANTS, without the account and what identifies it."""

    privileges: tuple[str, ...]
    """In capitals, without lists of columns; empty where a role is granted."""
    target: str
    """As the server writes it: `*.*`, a quoted database with `.*`, a quoted table; empty for a role."""
    passed_on: bool = False
    """Whether the account may grant it to others."""
    roles: tuple[str, ...] = ()
    by_column: bool = False
    """Whether its SELECT is for some columns of the target only."""

    @property
    def beyond(self) -> tuple[str, ...]:
        """What of it a scan does not need."""
        more = tuple(one for one in self.privileges if one not in READING)
        return (*more, "GRANT OPTION") if self.passed_on else more


def parse(line: str) -> Grant:
    """Read a line of SHOW GRANTS.

    >>> parse("GRANT SELECT, INSERT (`a`, `b`) ON `x`.* TO `u`@`%` WITH GRANT OPTION").beyond
    ('INSERT', 'GRANT OPTION')
    """
    parts = _PART.findall(line)
    upper = [part.upper() for part in parts]
    end = upper.index("TO") if "TO" in upper else len(upper)
    passed_on = upper[-3:] == ["WITH", "GRANT", "OPTION"]
    if "ON" not in upper[:end]:
        return Grant((), "", passed_on, tuple(_roles(parts[1:end])))
    on = upper.index("ON")
    by_column = any(pair == ("SELECT", "(") for pair in pairwise(upper[:on]))
    return Grant(tuple(_listed(upper[1:on])), "".join(parts[on + 1 : end]), passed_on, by_column=by_column)


def _listed(parts: Sequence[str]) -> Iterator[str]:
    """Join the words of each privilege, and leave out the columns in parentheses."""
    depth, words = 0, list[str]()
    for part in (*parts, ","):
        depth += (part == "(") - (part == ")")
        if part == "," and not depth:
            yield " ".join(words)
            words = []
        elif not depth and part != ")":
            words.append(part)


def _roles(parts: Sequence[str]) -> Iterator[str]:
    """Give the names of roles, without their hosts."""
    for place, part in enumerate(parts):
        follows = place and (parts[place - 1] == "@" or part.startswith("@"))
        if part not in (",", "@") and not follows:
            yield part[1:-1].replace(part[0] * 2, part[0]) if part[0] in "`'\"" and len(part) > 1 else part


def held(session: Session) -> list[Grant]:
    """Ask for all that the account holds, by itself or through roles."""
    found = [parse(str(line)) for (line,) in session.rows("SHOW GRANTS")]
    names = [role for grant in found for role in grant.roles]
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            lines = _of_role(session, name)
            found += lines
            names += [role for grant in lines for role in grant.roles]
    return list(dict.fromkeys(found))


def _of_role(session: Session, name: str) -> list[Grant]:
    """Ask what a role holds, also one that has to be put on first; the connection is not used again."""
    quoted = quote(name)
    try:
        if session.mariadb:
            session.rows(f"SET ROLE {quoted}")
            lines = session.rows("SHOW GRANTS")
        else:
            lines = session.rows(f"SHOW GRANTS FOR CURRENT_USER() USING {quoted}")
    except pymysql.err.MySQLError:
        return []
    finally:
        session.close()
    return [parse(str(line)) for (line,) in lines]


def by_column(session: Session) -> frozenset[str]:
    """Give the tables, quoted with their database, of which the account's rights name single columns to SELECT.

    A right to the whole of such a table may stand beside it. None where the server checks no rights.
    """
    try:
        lines = [str(line) for (line,) in session.rows("SHOW GRANTS")]
    except pymysql.err.MySQLError as error:
        if error.args[:1] != (UNCHECKED,):
            raise
        return frozenset()
    found = (parse(line) for line in lines if "SELECT (" in line)
    return frozenset(grant.target for grant in found if grant.by_column)


def sees_all(grants: Sequence[Grant]) -> bool:
    """Whether the server hides no database from the account."""
    seeing = {"ALL PRIVILEGES", "SELECT", "SHOW DATABASES"}
    return any(grant.target == "*.*" and seeing & set(grant.privileges) for grant in grants)


def statements(user: str, host: str, names: Sequence[str], *, whole: bool) -> list[str]:
    """Write the least that a scan needs.

    Args:
        user: the account's name.
        host: where it signs in from; `%` for anywhere.
        names: the databases to be read; none: they cannot be listed yet, so that only that right can be named. One on
            `*.*` would open `mysql.*` too, where the password hashes of all accounts lie.
        whole: whether the server is scanned, so that new databases should show up.
    """
    account = f"{_text(user)}@{_text(host)}"
    own = [name for name in names if not system(name)]
    listed = [f"GRANT SHOW DATABASES ON *.* TO {account};"] if whole else []
    if not own:
        listed.append("-- Then check again: it prints a GRANT for each database that can be listed.")
    return [*listed, *(f"GRANT SELECT ON {pattern(name)}.* TO {account};" for name in own)]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
