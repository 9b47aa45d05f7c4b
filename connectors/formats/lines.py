"""Cutting a block of text into lines without a Python step for each: as an Arrow array over the block's bytes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_WHITE = (b" ", b"\t", b"\r", b"\v", b"\f")
_BOUNDS = (b",", b";", b"|", b"<", b">", b'"', b"'", b"(", b")", b"[", b"]", b"{", b"}", b"&")
_SEARCHED = 1024 * 1024
"""Bytes at the end of an over-long line that are searched for a good place to cut."""


def returns_only(head: bytes) -> bool:
    """Tell whether lines end in a lone carriage return, as on old Macs: there is no line feed at all."""
    return b"\n" not in head and b"\r" in head[:-1]


def split(block: bytes, *, returns: bool = False) -> pa.Array:
    r"""Cut a block into its lines, without their ends; a last line without an end counts.

    Args:
        block: valid UTF-8, less than 2 GB.
        returns: whether a lone carriage return ends a line too.

    >>> split(b"a\r\n\nb").to_pylist(), split(b"a\rb\r", returns=True).to_pylist()
    (['a', '', 'b'], ['a', 'b'])
    """
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        block = block.replace(b"\r", b"\n") if returns else block
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)
    if block and not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    offsets = np.zeros(len(ends) + 1, np.int32)
    # A line's end moves forward by the line feeds before it, which are taken out.
    offsets[1:] = ends - np.arange(len(ends))
    kept = block.translate(None, b"\n")
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(kept))


def whole_lines(buffer: bytes, *, returns: bool = False) -> int:
    """Give the length of the longest part of a buffer that ends with a line; 0 where there is no end of line.

    A carriage return at the very end is left: a line feed may follow.
    """
    feed = buffer.rfind(b"\n") + 1
    return max(feed, buffer.rfind(b"\r", 0, -1) + 1) if returns else feed


def piece_of_line(buffer: bytes) -> int:
    """Give where to cut a line that is too long: behind white space, else punctuation, else between characters.

    Args:
        buffer: not empty, without an end of line.
    """
    low = max(0, len(buffer) - _SEARCHED)
    for bounds in (_WHITE, _BOUNDS):
        place = max(buffer.rfind(bound, low) for bound in bounds) + 1
        if place:
            return place
    place = len(buffer)
    # At most three bytes of a character can stand before the cut.
    for back in range(1, min(4, len(buffer)) + 1):
        if buffer[-back] >= 0xC0:
            place = len(buffer) - back
            break
        if buffer[-back] < 0x80:
            break
    return place or len(buffer)
