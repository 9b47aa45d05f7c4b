"""Keeps memory that numpy and Arrow give back, so that the next batch need not fetch it from the system again.

By default glibc returns every large piece at once and asks for fresh pages, zeroed, for the next: in a worker that
reads batch after batch of the same size this takes up to a third of the time.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's `mallopt(3)`."""
_KEPT = 64 * 1024 * 1024
"""Bytes that stay with the process; also the size from which a piece is fetched from the system by itself."""


def keep_heap() -> None:
    """Tell the C library; where there is no such call, nothing happens."""
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _KEPT)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
    except (OSError, AttributeError):
        return
