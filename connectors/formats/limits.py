"""What the contents of one file may cost: how deep, how many, how much, and how much more than is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from connectors.errors import ReadError
from connectors.formats import recognition
from connectors.interface import Cause

_RATIO_FROM = 64 * 1024 * 1024
"""Bytes that may come out whatever goes in."""


@dataclass(frozen=True)
class Limits:
    """Bounds for what lies in one file of a tree."""

    depth: int = 8
    """Files inside files inside files."""
    members: int = 1_000_000
    """Things inside, at all depths together."""
    expanded: int = 64 << 30
    """Bytes that may come out, at all depths together."""
    ratio: int = 400
    """Times the file's own size that may come out, from `_RATIO_FROM` bytes on; deflate reaches 1,032 with zeros."""
    spooled: int = 256 << 20
    """Bytes that may be held in memory at one time, of members whose formats are read by jumping about."""
    ocr: int = recognition.SECONDS
    """Seconds that recognition of characters may take for one image or page; 0 for none."""


class Meter:
    """Counts what comes out of one file; shared by all that is opened inside it."""

    def __init__(self, limits: Limits, size: int) -> None:
        """Begin to count.

        Args:
            limits: the bounds.
            size: bytes of the file itself.
        """
        self.limits = limits
        self._most = min(limits.expanded, max(_RATIO_FROM, limits.ratio * size))
        self._bytes = 0
        self._members = 0
        self._spent: ReadError | None = None
        self.held = 0
        """Bytes that are held in memory for readers that jump."""

    def count(self, size: int) -> None:
        """Take note of bytes that came out.

        Raises:
            ReadError: CUT, they are too many.
        """
        self._bytes += size
        if self._bytes > self._most:
            reason = f"more than {self._most >> 20} MB came out of it, as bombs have it; what came before was read"
            self._stop(reason)

    def member(self, depth: int) -> None:
        """Take note of one more thing inside.

        Args:
            depth: of the file that holds it; 1 for the outermost.

        Raises:
            ReadError: CUT, there are too many, or it lies too deep, or too much came out before.
        """
        if self._spent is not None:
            self._stop(self._spent.reason)
        self._members += 1
        if self._members > self.limits.members:
            self._stop(f"it holds more than {self.limits.members:,} things; the others were not read")
        if depth > self.limits.depth:
            raise ReadError(Cause.CUT, f"files lie in it more than {self.limits.depth} deep; those were not opened")

    def _stop(self, reason: str) -> NoReturn:
        """End all reading below the file: whatever is asked for next is refused too."""
        self._spent = ReadError(Cause.CUT, reason)
        raise self._spent
