"""One scan, or one forgetting, at a time: a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inventory.errors import BusyError, StoreError


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
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"{database}: another scan is writing to this inventory; wait for it, or name another"
            ) from None
        yield
    finally:
        os.close(descriptor)
