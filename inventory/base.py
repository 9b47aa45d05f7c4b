"""The opened database with its key: what every question and every writer of this room stands on."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from inventory.audit import AuditTrail
from inventory.clock import now
from inventory.database import connect, database_path, demand, transaction, translated
from inventory.errors import KeyFileError, NotFoundError, StoreError
from inventory.keys import ClientKey, KeyRing, Tokens, is_sealed, make_key_file, read_key_file, shown


class Store:
    """The inventory's database, opened with its key. A context manager; one instance serves one thread.

    Args:
        url: `sqlite:///relative.db` or `sqlite:////absolute.db`.
        key_file: path of the master key.
        create: make the database, and with it the key file, where they are not there yet.
        actor: for the audit trail; None for the login name.
        syslog: facility to which the audit trail's seals go as well; None for none.

    Raises:
        StoreError: the database cannot be opened.
        KeyFileError: the key is lost, wrong or open to others. Nothing has been written then.
    """

    def __init__(
        self, url: str, key_file: Path, *, create: bool = False, actor: str | None = None, syslog: str | None = None
    ) -> None:
        self.path = database_path(url)
        self.key_file = key_file
        if not create:
            demand(self.path)
        existed = self.path.exists() and self.path.stat().st_size > 0
        self.made_key = create and not existed and not key_file.exists()
        ring = _key_for(self.path, key_file, make=self.made_key)
        with translated(self.path):
            self.connection = connect(self.path, create=create)
            try:
                self.id = _introduce(self.connection, ring, self.path, key_file)
            except BaseException:
                self.connection.close()
                raise
        self.ring = ring
        self.house = ring.house()
        self.tokens = Tokens(ring.lookup)
        head_file = key_file.with_name(key_file.name + ".audit")
        self.audit = AuditTrail(self.connection, ring.audit, self.id, head_file, actor, syslog)
        self._client_keys: dict[int, ClientKey] = {}

    def client_key(self, client_id: int) -> ClientKey:
        """Give a client's key by number, remembered for the next call.

        Raises:
            NotFoundError: there is no such client.
        """
        if client_id not in self._client_keys:
            row = self.connection.execute(
                "SELECT id, name, wrapped_key FROM clients WHERE id = ?", (client_id,)
            ).fetchone()
            if row is None:
                raise NotFoundError(f"client number {client_id} is not in the inventory")
            self._client_keys[client_id] = ClientKey(row[0], row[1], self.ring.unwrap(row[2]))
        return self._client_keys[client_id]

    def client_id(self, name: str | None) -> int | None:
        """Give the number of a client by its name (or the masked form of one that is personal).

        None stays None; a name that is not known gives 0, which no client has.
        """
        if name is None:
            return None
        row = self.connection.execute("SELECT id FROM clients WHERE name = ?", (name,)).fetchone()
        if row is not None and not is_sealed(name):
            return int(row[0])
        for number, stored in self.connection.execute("SELECT id, name FROM clients WHERE name LIKE ?", ("\x02%",)):
            if is_sealed(stored) and name in (shown(stored), self.house.open_name(stored)):
                return int(number)
        return 0

    def drop_client_keys(self) -> None:
        """Forget the keys held in memory."""
        self._client_keys.clear()

    def transaction(self) -> AbstractContextManager[None]:
        """Do all or nothing of what is written inside."""
        return transaction(self.connection)

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _key_for(path: Path, key_file: Path, *, make: bool) -> KeyRing:
    if make:
        return make_key_file(key_file)
    if not key_file.exists() and path.exists():
        raise KeyFileError(
            f"{key_file}: the key file of {path} is not there; put it back from its backup or name it with --key-file."
            f" Without it nothing in the inventory can be looked up; to start anew, move {path} away"
        )
    return read_key_file(key_file)


def _introduce(connection: sqlite3.Connection, ring: KeyRing, path: Path, key_file: Path) -> str:
    """Check that the key is the inventory's own, or write it into a new one; gives the inventory's id."""
    known = dict(connection.execute("SELECT name, value FROM meta").fetchall())
    if not known:
        number = secrets.token_hex(8)
        known = {"id": number, "seal": ring.seal_of(number), "key": ring.fingerprint, "created": now()}
        with transaction(connection):
            connection.executemany("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", known.items())
        known = dict(connection.execute("SELECT name, value FROM meta").fetchall())
    if not known.keys() >= {"id", "seal", "key"}:
        raise StoreError(f"{path}: what it says of itself was removed by other hands; restore a backup")
    if known["key"] != ring.fingerprint:
        raise KeyFileError(
            f"{key_file}: this is not the key of {path} (key {ring.fingerprint}, wanted {known['key']});"
            " name the right one with --key-file"
        )
    if not hmac.compare_digest(known["seal"], ring.seal_of(known["id"])):
        raise StoreError(
            f"{path}: its id was changed by other hands, so its audit trail proves nothing; restore a backup"
        )
    return str(known["id"])
