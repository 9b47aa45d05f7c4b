"""How Arrow's files begin."""

from __future__ import annotations

import pyarrow as pa

from connectors.formats.interface import Opened

FILE = b"ARROW1\0\0"
STREAM = b"\xff\xff\xff\xff"
_SCHEMA = 1 << 24
"""Bytes that the description of a stream's columns may have."""


def is_stream(file: Opened) -> bool:
    """Tell a stream by its first message, which describes the columns; four bytes of ones begin many things.

    Raises:
        OSError: where the disk does.
    """
    length = int.from_bytes(file.head[4:8], "little", signed=True)
    if not 0 < length <= min(_SCHEMA, file.size):
        return False
    try:
        pa.ipc.read_schema(pa.BufferReader(file.sample(0, 8 + length)))
    except (pa.ArrowException, OSError, ValueError):
        return False
    return True
