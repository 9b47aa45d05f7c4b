"""The audit trail: who scanned, looked up, exported, reviewed and forgot, in a chain that shows tampering.

Each line's seal is keyed BLAKE2b over the line and the seal before it, so that nobody without the key can change,
insert or reorder one. Cutting lines off the end leaves a chain that is whole: so its length and last seal are kept as
well, sealed, in a file beside the key, away from the inventory, and can go to syslog with each line. The idea is that
of Schneier and Kelsey 1999, "Secure audit logs to support computer forensics".
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from inventory.clock import now
from inventory.database import transaction
from inventory.errors import AuditError

DAMAGED = "trail damaged"
"""Action of the line that tells of damage found when another line was to be written."""
_COLUMNS = "n, at, actor, uid, login, sudo_user, action, detail"


@dataclass(frozen=True)
class AuditLine:
    """One line of the trail."""

    n: int
    """From 1, without gaps."""
    at: str
    """ISO 8601, UTC."""
    actor: str
    """As stated with `--actor`, or the login name."""
    uid: int
    """Real user id of the process."""
    login: str
    """Name of that user."""
    sudo_user: str | None
    """Who called the program through sudo, as sudo says."""
    action: str
    detail: dict[str, object]
    """Masked values only."""


class AuditTrail:
    """Appends to the trail and verifies it.

    Args:
        connection: of the inventory.
        key: the audit key.
        inventory_id: under which the head file keeps this trail's head; one key may serve several inventories.
        head_file: beside the key file.
        actor: as stated by the user; None for the login name.
        syslog: facility (`auth`, `local0`…) to which each line's number and seal go; None for none.
    """

    def __init__(  # noqa: PLR0913, PLR0917 each is said once, by the one who opens the inventory
        self,
        connection: sqlite3.Connection,
        key: bytes,
        inventory_id: str,
        head_file: Path,
        actor: str | None = None,
        syslog: str | None = None,
    ) -> None:
        self._connection = connection
        self._key = key
        self._inventory_id = inventory_id
        self._head_file = head_file
        self._syslog = syslog
        self.actor = actor or login_name()

    def append(self, action: str, detail: Mapping[str, object]) -> int:
        """Write a line and give its number.

        Raises:
            AuditError: the head beside the key cannot be written; the line is not written either.
        """
        with self._locked_head() as heads, transaction(self._connection):
            last = self._connection.execute("SELECT n, seal FROM audit ORDER BY n DESC LIMIT 1").fetchone()
            n, before = (int(last[0]), _as_bytes(last[1])) if last else (0, b"")
            damage = self._damage(heads.get(self._inventory_id), n)
            if damage is not None:  # told for ever, so that no later line makes the trail look whole again
                n, before = self._insert(n, before, DAMAGED, {"found": damage})
            n, seal = self._insert(n, before, action, detail)
            heads[self._inventory_id] = self._head(n, seal)
        self._tell_syslog(action, n, seal)
        return n

    def _insert(self, n: int, before: bytes, action: str, detail: Mapping[str, object]) -> tuple[int, bytes]:
        text = json.dumps(detail, sort_keys=True, ensure_ascii=True)
        line = (n + 1, now(), self.actor, os.getuid(), login_name(), os.environ.get("SUDO_USER"), action, text)
        seal = self._seal(before, line)
        self._connection.execute(
            f"INSERT INTO audit ({_COLUMNS}, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*line, seal)
        )
        return n + 1, seal

    def lines(self) -> Iterator[AuditLine]:
        """Give all lines, the oldest first, unverified."""
        for row in self._connection.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY n"):
            n, at, actor, uid, login, sudo_user, action, detail = row
            texts = [one if isinstance(one, str) else repr(one) for one in (at, actor, login, action)]
            sudo = sudo_user if sudo_user is None else str(sudo_user)
            yield AuditLine(n, texts[0], texts[1], uid, texts[2], sudo, texts[3], _as_object(detail))

    def verify(self) -> int:
        """Check every line and the kept head; gives the number of lines.

        Raises:
            AuditError: says at which line the trail was changed, cut or reordered.
        """
        before, n = b"", 0
        for *line, seal in self._connection.execute(f"SELECT {_COLUMNS}, seal FROM audit ORDER BY n"):
            n += 1
            if line[0] != n:
                raise AuditError(f"audit line {n} is missing: the trail was cut or reordered")
            if not hmac.compare_digest(self._seal(before, tuple(line)), _as_bytes(seal)):
                raise AuditError(f"audit line {n} does not fit its seal: it or the one before it was changed or moved")
            if line[6] == DAMAGED:
                raise AuditError(f"audit line {n} says that the trail was found damaged there: {line[7]}")
            before = _as_bytes(seal)
        with self._locked_head() as heads:
            damage = self._damage(heads.get(self._inventory_id), n)
        if damage is not None:
            raise AuditError(damage)
        return n

    def _damage(self, head: Mapping[str, str] | None, n: int) -> str | None:
        """Compare the kept head with the trail's end: what is wrong, or None.

        A head that is one line behind is what a crash between the line and the head leaves.
        """
        if head is None:
            begun = n or self._connection.execute("SELECT 1 FROM scans WHERE finished IS NOT NULL").fetchone()
            gone = f"{self._head_file}: no head of this trail is kept; the file was removed or replaced"
            return gone if begun else None
        try:
            kept, seal = int(head["length"]), bytes.fromhex(head["seal"])
            genuine = hmac.compare_digest(head["mac"], self._head(kept, seal)["mac"])
        except (TypeError, ValueError):
            genuine = False
        if not genuine:
            return f"{self._head_file}: the kept head of the trail was changed"
        if kept > n:
            return f"the trail has {n} lines and had {kept}: lines were cut off its end"
        row = self._connection.execute("SELECT seal FROM audit WHERE n = ?", (kept,)).fetchone()
        if kept < n - 1 or row is None or not hmac.compare_digest(_as_bytes(row[0]), seal):
            return f"audit line {kept} is not the one that was kept: the trail was replaced"
        return None

    def _seal(self, before: bytes, line: tuple[object, ...]) -> bytes:
        text = json.dumps(line, ensure_ascii=True, default=repr).encode()
        return hashlib.blake2b(before + text, digest_size=32, key=self._key, person=b"recense-audit").digest()

    def _head(self, length: int, seal: bytes) -> dict[str, str]:
        text = f"{self._inventory_id} {length} {seal.hex()}".encode()
        mac = hashlib.blake2b(text, digest_size=32, key=self._key, person=b"recense-head").hexdigest()
        return {"length": str(length), "seal": seal.hex(), "mac": mac}

    @contextmanager
    def _locked_head(self) -> Iterator[dict[str, dict[str, str]]]:
        """Hold the head file while a line is written, so that it never falls behind another process's line."""
        lock = self._head_file.with_name(self._head_file.name + ".lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unkept(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            before = self._read_head()
            heads = _as_heads(before)
            yield heads
            after = json.dumps(heads, sort_keys=True, indent=1)
            if heads and after != before:
                self._write_head(after)
        finally:
            os.close(descriptor)

    def _read_head(self) -> str:
        try:
            return self._head_file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise self._unkept(error) from error

    def _write_head(self, text: str) -> None:
        """Write beside and rename: a full disk or a crash leaves the old head, never half a one."""
        beside = self._head_file.with_name(self._head_file.name + ".new")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._head_file)
        except OSError as error:
            raise self._unkept(error) from error

    def _unkept(self, error: OSError) -> AuditError:
        return AuditError(f"{self._head_file}: the head of the audit trail cannot be kept ({error.strerror})")

    def _tell_syslog(self, action: str, n: int, seal: bytes) -> None:
        if self._syslog is None:
            return
        import syslog  # noqa: PLC0415 only where it is asked for

        facility = getattr(syslog, f"LOG_{self._syslog.upper()}")
        syslog.openlog("recense", 0, facility)
        syslog.syslog(syslog.LOG_NOTICE, f"audit {self._inventory_id} line {n} {action} seal {seal.hex()}")


def login_name() -> str:
    """Name the real user of this process, or its number where it has no name."""
    try:
        import pwd  # noqa: PLC0415

        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _as_bytes(value: object) -> bytes:
    """Give a seal as it was written; anything else that stands in its place fits no line."""
    return value if isinstance(value, bytes) else b""


def _as_object(text: object) -> dict[str, object]:
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        value = None
    if value is None:
        return {"unreadable": True}
    return value if isinstance(value, dict) else {"value": value}


def _as_heads(text: str) -> dict[str, dict[str, str]]:
    """Read the head file; what is no head file any more counts as empty, which `verify` then reports."""
    try:
        heads = json.loads(text or "{}")
    except ValueError:
        return {}
    well_formed = isinstance(heads, dict) and all(
        isinstance(head, dict) and {"length", "seal", "mac"} <= head.keys() for head in heads.values()
    )
    return heads if well_formed else {}
