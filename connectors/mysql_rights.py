"""What an account may do, out of SHOW GRANTS, and the least that it should be granted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pymysql

from connectors.mysql_names import pattern, system
from connectors.mysql_session import Session

READING = frozenset({"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"})
"""Rights that change nothing and open nothing but data to be read."""
_WORD = re.compile(r"`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|\(|\)|,|[^\s`'\"(),]+")


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
    words = _WORD.findall(line)
    upper = [word.upper() for word in words]
    end = upper.index("TO") if "TO" in upper else len(upper)
    passed_on = upper[-3:] == ["WITH", "GRANT", "OPTION"]
    if "ON" not in upper[:end]:
        return Grant((), "", passed_on, tuple(_bare(one) for one in words[1:end] if one != ","))
    on = upper.index("ON")
    return Grant(tuple(_listed(upper[1:on])), "".join(words[on + 1 : end]), passed_on)


def _listed(words: Sequence[str]) -> Iterator[str]:
    """Join the words of each privilege, and leave out the columns in parentheses."""
    depth, words = 0, list[str]()
    for word in (*words, ","):
        depth += (word == "(") - (word == ")")
        if word == "," and not depth:
            yield " ".join(words)
            words = []
        elif not depth and word != ")":
            words.append(word)


def _bare(word: str) -> str:
    """Give the name in a quoted one, without a host."""
    if word[:1] in "`'\"" and len(word) > 1:
        return word[1:-1].replace(word[0] * 2, word[0])
    return word


def held(session: Session) -> list[Grant]:
    """Ask for all that the account holds, by itself or through roles."""
    found = [parse(str(line)) for (line,) in session.rows("SHOW GRANTS")]
    names = [role for grant in found for role in grant.roles if not role.startswith("@")]
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            lines = _of_role(session, name)
            found += lines
            names += [role for grant in lines for role in grant.roles if not role.startswith("@")]
    return list(dict.fromkeys(found))


def _of_role(session: Session, name: str) -> list[Grant]:
    quoted = "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
    query = f"SHOW GRANTS FOR {quoted}" if session.mariadb else f"SHOW GRANTS FOR CURRENT_USER() USING {quoted}"
    try:
        return [parse(str(line)) for (line,) in session.rows(query)]
    except pymysql.err.MySQLError:
        return []


def sees_all(grants: Sequence[Grant]) -> bool:
    """Whether the server hides no database from the account."""
    seeing = {"ALL PRIVILEGES", "SELECT", "SHOW DATABASES"}
    return any(grant.target == "*.*" and seeing & set(grant.privileges) for grant in grants)


def statements(user: str, host: str, names: Sequence[str], *, whole: bool) -> list[str]:
    """Write the least that a scan needs.

    Args:
        user: the account's name.
        host: where it signs in from; `%` for anywhere.
        names: the databases to be read; none: every one.
        whole: whether the server is scanned, so that new databases should show up.
    """
    account = f"{_text(user)}@{_text(host)}"
    if not names:
        return [f"GRANT SELECT ON *.* TO {account};"]
    own = [name for name in names if not system(name)]
    listed = [f"GRANT SHOW DATABASES ON *.* TO {account};"] if whole else []
    return [*listed, *(f"GRANT SELECT ON {pattern(name)}.* TO {account};" for name in own)]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
