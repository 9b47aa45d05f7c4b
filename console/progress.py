"""The progress of a scan on a terminal: assets, rows, speed, findings, time left; silent anywhere else."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from reports.safety import shorten, visible
from scanner.progress import Progress, Watcher

_INTERVAL = 0.2
"""Seconds between two lines."""


class Display(Watcher):
    """One line that is written over and over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = time.monotonic()
        self._next = 0.0

    @classmethod
    @contextmanager
    def on(cls, stream: TextIO, *, quiet: bool) -> Iterator[Watcher]:
        """Give a display on a terminal, and a silent watcher elsewhere or when quiet."""
        if quiet or not stream.isatty():
            yield Watcher()
            return
        display = cls(stream)
        try:
            yield display
        finally:
            display.clear()

    def update(self, progress: Progress) -> None:
        """Write the line anew, a few times a second at most."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        self._stream.write(f"\r\x1b[2K{shorten(self._line(progress, now - self._started), _width() - 1)}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        self._stream.write("\r\x1b[2K")
        self._stream.flush()

    def _line(self, progress: Progress, seconds: float) -> str:
        more = "" if progress.listed else "+"
        speed = progress.size / 1e6 / seconds if seconds else 0.0
        parts = [
            f"{progress.assets_done:,}/{progress.assets_met:,}{more} assets",
            f"{progress.rows:,} rows",
            f"{speed:,.1f} MB/s",
            f"{progress.findings:,} findings",
            _left(progress, seconds),
            visible(progress.current),
        ]
        return " · ".join(part for part in parts if part)


def _left(progress: Progress, seconds: float) -> str:
    """Guess the time left from the share of the bytes that is done; nothing before every asset is known."""
    if not progress.listed or not progress.bytes_done or seconds < 1:
        return ""
    remaining = (progress.bytes_met - progress.bytes_done) * seconds / progress.bytes_done
    return f"{remaining / 60:,.0f} min left" if remaining > 90 else f"{remaining:,.0f} s left"


def _width() -> int:

    return shutil.get_terminal_size().columns
