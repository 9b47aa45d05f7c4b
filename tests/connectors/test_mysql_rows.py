"""The text protocol's rows: whatever is sent comes back, however the packets are cut; what is broken is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mysql_rows import FULL, BrokenError, RowReader

END = b"\xfe\x00\x00\x22\x00"
CELLS = st.none() | st.binary(max_size=20) | st.sampled_from([b"x" * 250, b"y" * 251, b"z" * 70_000])


def string(cell):
    """Encode one cell as the protocol does."""
    if cell is None:
        return b"\xfb"
    size = len(cell)
    if size < 251:
        return bytes([size]) + cell
    code, width = (0xFC, 2) if size < 1 << 16 else (0xFD, 3) if size < 1 << 24 else (0xFE, 8)
    return bytes([code]) + size.to_bytes(width, "little") + cell


def packets(payload):
    """Cut a payload into packets."""
    parts = [payload[start : start + FULL] for start in range(0, len(payload) + 1, FULL)]
    return b"".join(len(part).to_bytes(3, "little") + b"\x00" + part for part in parts)


def reader(stream, width, step=None):
    """Read from bytes, `step` at a time."""
    place = 0

    def readinto(view):
        nonlocal place
        part = stream[place : place + min(len(view), step or len(view))]
        view[: len(part)] = part
        place += len(part)
        return len(part)

    return RowReader(readinto, width)


def cells(source, rows=1000, size=1 << 20):
    found = []
    while (page := source.page(rows, size)) is not None:
        found += zip(*(column.to_pylist() for column in page), strict=True)
    return found


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 5), st.integers(1, 7), st.sampled_from([7, 1000, None]))
def test_rows_come_back_as_they_were_sent(data, width, rows, step):
    table = data.draw(st.lists(st.tuples(*[CELLS] * width), max_size=20))
    stream = b"".join(packets(b"".join(map(string, row))) for row in table) + packets(END)
    source = reader(stream, width, step)
    assert cells(source, rows, 5000) == table
    assert source.ended
    assert source.error is None


@pytest.mark.parametrize("size", [FULL - 5, FULL - 4, FULL - 3, FULL, 2 * FULL, 2 * FULL + 9])
def test_a_row_of_several_packets_is_put_together(size):
    table = [(b"a", b"b"), (b"x" * size, b"behind"), (None, b"last")]
    stream = b"".join(packets(b"".join(map(string, row))) for row in table) + packets(END)
    assert cells(reader(stream, 2)) == table


def test_rows_before_an_error_stand():
    source = reader(packets(string(b"a")) + packets(b"\xff\xb1\x07#70100gone"), 1)
    assert cells(source) == [(b"a",)]
    assert source.ended
    assert (source.error or b"")[:1] == b"\xff"


@pytest.mark.parametrize(
    "payload", [b"\x05ab", b"\x01a\x01b\x01c", b"\x01a", b"\xfc\x01", b"\xfd\xff\xff\xffx", b"\xfe" + b"\xff" * 9, b""]
)
def test_a_row_that_lies_is_refused(payload):
    with pytest.raises(BrokenError):
        cells(reader(packets(payload) + packets(END), 2))


def test_an_end_that_never_comes_is_refused():
    with pytest.raises(BrokenError):
        cells(reader(packets(string(b"a")), 1))
