"""Images whose heads promise more than anybody should open."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, body: bytes) -> bytes:
    """Write a grey PNG whose head may say more than there is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


BOMBS = {
    "wide.png": png(200_000, 200_000, bytes(1000)),
    "zeros.png": png(30_000, 30_000, bytes(90_000_000)),
    "canvas.gif": b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0xF0, 0, 0) + b"\0\0\0\xff\xff\xff"
    b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x44\x01\0;",
    "canvas.webp": b"RIFF\x26\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0" + b"\xff\x3f\x00" * 2 + b"ANIM\6\0\0\0" + bytes(6),
    "wide.bmp": b"BM" + struct.pack("<IIIIiiHH", 1000, 0, 54, 40, 2**30, 2**30, 1, 24) + bytes(900),
    "loop.tif": b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 9) + b"\x08\0\0\0",
}
