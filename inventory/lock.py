"""One scan, or one forgetting, at a time: a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inventory.errors import BusyError, StoreError

_TRIES = (0.0, 0.02, 0.05)
"""Seconds before each try: who only looks whether it is held has it for a moment."""


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold an inventory for oneself; readers and look-ups go on.

    Raises:
        BusyError: another process holds it.
        StoreError: the lock file beside the inventory cannot be made.
    """
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path}: the lock file cannot be made ({error.strerror}); check the folder's rights"
        ) from error
    try:
        if not any(_take(descriptor, fcntl.LOCK_EX, seconds) for seconds in _TRIES):
            raise BusyError(f"{database}: another scan is writing to this inventory; wait for it, or name another")
        yield
    finally:
        os.close(descriptor)


def held(database: Path) -> bool:
    """Say whether a process holds an inventory, without taking it."""
    try:
        descriptor = os.open(database.with_name(database.name + ".lock"), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return not _take(descriptor, fcntl.LOCK_SH, 0)
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int, seconds: float) -> bool:
    """Wait a little, try to take a lock, and say whether it could be."""
    time.sleep(seconds)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
