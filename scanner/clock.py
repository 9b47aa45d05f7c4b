"""The clock that the scheduler goes by; tests move one of their own."""

from __future__ import annotations

import os
import select
from datetime import datetime

from inventory.clock import moment


class Clock:
    """The machine's clock, with a wait that a signal's handler can end."""

    def __init__(self) -> None:
        # A handler must not touch what its own thread may be holding, such as an event's lock: a pipe has none.
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def now(self) -> datetime:
        """Give the time in UTC."""
        return moment()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until somebody wakes it."""
        select.select([self._reader], [], [], max(0.0, seconds))
        try:
            os.read(self._reader, 4096)
        except BlockingIOError:
            return

    def wake(self) -> None:
        """End a wait, now or as soon as it begins; safe in a signal's handler."""
        try:
            os.write(self._writer, b".")
        except BlockingIOError:
            return  # enough wake-ups wait already

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)
