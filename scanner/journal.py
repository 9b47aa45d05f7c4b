"""What the scheduler does, as lines of JSON: for people, for a log's collector, never with a value from the data."""

from __future__ import annotations

import json
from typing import TextIO

from scanner.clock import Clock


class Journal:
    """Writes lines to a stream; each has `time` (ISO 8601, UTC), `level`, `event`, and what belongs to it."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def info(self, event: str, **facts: object) -> None:
        self._write("info", event, facts)

    def warning(self, event: str, **facts: object) -> None:
        self._write("warning", event, facts)

    def error(self, event: str, **facts: object) -> None:
        self._write("error", event, facts)

    def _write(self, level: str, event: str, facts: dict[str, object]) -> None:
        at = self._clock.now().isoformat(timespec="milliseconds")
        # escaped beyond ASCII: nothing in a name acts on a terminal, and any byte of one can be written
        self._stream.write(json.dumps({"time": at, "level": level, "event": event, **facts}) + "\n")
        self._stream.flush()
