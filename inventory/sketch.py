"""How many different values: exact up to 10,000, then estimated, and merged over chunks in any order.

A KMV sketch (Bar-Yossef et al. 2002, "Counting distinct elements in a data stream"): the K smallest of the values'
uniform 64-bit hashes. Tokens are such hashes already. The standard error beyond K is about 1/sqrt(K), one per cent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K = 10_000
"""Different values up to which the count is exact."""
_SPACE = 2.0**64


def sketch(tokens: bytes | NDArray[np.uint8]) -> bytes:
    """Make a sketch of tokens (16 bytes each, one behind the other, in any number and order)."""
    import numpy as np  # noqa: PLC0415 looking a person up must not load it

    return _pack(np.frombuffer(tokens, ">u8")[::2])


def merge(sketches: Iterable[bytes]) -> bytes:
    """Merge sketches; neither order nor repetition changes the result."""
    import numpy as np  # noqa: PLC0415

    parts = [np.frombuffer(one, dtype=">u8") for one in sketches if one]
    return _pack(np.concatenate(parts)) if parts else b""


def estimate(packed: bytes) -> tuple[int, bool]:
    """Give the number of different values, and whether it is exact."""
    held = len(packed) // 8
    if held <= K:
        return held, True
    largest = int.from_bytes(packed[K * 8 - 8 : K * 8], "big")
    return round((K - 1) / (largest / _SPACE)), False


def _pack(hashes: NDArray[np.uint64]) -> bytes:
    """Keep the smallest of some hashes, each once; as numbers of this machine, which sort ten times as fast."""
    import numpy as np  # noqa: PLC0415

    ordered = np.sort(hashes.astype(np.uint64))
    values = ordered[np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))] if len(ordered) else ordered
    # one more than K tells "more than K" from "K exactly"
    return values[: K + 1].astype(">u8").tobytes()
