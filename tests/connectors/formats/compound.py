"""Older Office documents made by hand: an OLE box with streams, the text of a Word document, slides."""

from __future__ import annotations

import struct

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """Write an OLE box; every stream is padded to where it lies in sectors of its own."""
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        chains.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    entries = [_entry("Root Entry", 5, child=1)]
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    for number, (name, data) in enumerate(padded.items(), 1):
        right = number + 1 if number < len(padded) else _FREE
        entries.append(_entry(name, 2, right=right, start=add(data), size=len(data)))
    directory = add(b"".join(entries))
    tables = (len(sectors) + 127) // 127
    first = len(sectors)
    chains.extend([_TABLE] * tables)
    chains.extend([_FREE] * (tables * 128 - len(chains)))
    table = struct.pack(f"<{len(chains)}L", *chains)
    places = [*range(first, first + tables), *([_FREE] * (109 - tables))]
    header = struct.pack("<8s16s5H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 62, 3, 0xFFFE, 9, 6,
                         0, tables, directory, 0, 4096, _END, 0, _END, 0)  # fmt: skip
    return header + struct.pack("<109L", *places) + b"".join(sectors) + table


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int = _END, size: int = 0) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB3L16sL8s8sLQ", raw, len(raw), kind, 1, _FREE, right, child, b"", 0, b"", b"", start, size
    )


def doc(body: str, *, footnotes: str = "", comments: str = "", flags: int = 0) -> bytes:
    """Write a Word document whose text lies in two pieces, one of single bytes and one of two."""
    text = body + footnotes + comments
    cut = len(body) // 2
    narrow, wide = text[:cut].encode("cp1252"), text[cut:].encode("utf-16-le")
    main = bytearray(1024)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", main, 10, 0x0200 | flags)
    struct.pack_into("<8l", main, 0x4C, len(body), len(footnotes), 0, 0, len(comments), 0, 0, 0)
    pieces = struct.pack("<3L", 0, cut, len(text))
    pieces += struct.pack("<HLH", 0, 1024 * 2 | 0x40000000, 0) + struct.pack("<HLH", 0, 1024 + len(narrow), 0)
    clx = b"\x01\x02\x00ab\x02" + struct.pack("<L", len(pieces)) + pieces
    struct.pack_into("<2L", main, 0x1A2, 0, len(clx))
    return compound({"WordDocument": bytes(main) + narrow + wide, "1Table": clx, "\x05SummaryInformation": author()})


def author() -> bytes:
    """Write a property set that names an author."""
    text = b"zoe@example.org\0"
    value = struct.pack("<LL", 0x1E, len(text)) + text
    return struct.pack("<HHL16sL16sL", 0xFFFE, 0, 0, b"", 1, b"", 48) + struct.pack("<4L", 99, 1, 4, 16) + value


def record(kind: int, content: bytes, *, box: bool = False, instance: int = 0) -> bytes:
    """Write a record of a presentation."""
    return struct.pack("<HHL", instance << 4 | (0xF if box else 0), kind, len(content)) + content


def ppt() -> bytes:
    """Write a presentation of two slides that lie in the other order, and one of an earlier state."""
    slides, places = b"", []
    for text in ("old", "two", "one"):
        places.append(len(slides))
        slides += record(0x03EE, record(0x0FA0, f"{text}@example.org".encode("utf-16-le")), box=True)
    order = b"".join(record(0x03F3, struct.pack("<5L", ref, 0, 0, key, 0)) for ref, key in ((3, 256), (2, 257)))
    outline = record(0x0FA8, b"outline@example.org")
    document = record(0x03E8, record(0x0FF0, order + outline, box=True), box=True)
    note = record(0x03F1, struct.pack("<2L", 257, 0)) + record(0x0FA8, b"note@example.org")
    link = record(0x0FD7, record(0x0FBA, "mailto:link@example.org".encode("utf-16-le")), box=True)
    directory = record(0x1772, struct.pack("<3L", 2 | 2 << 20, places[1], places[2]))
    whole = slides + document + record(0x03F0, note, box=True) + link + directory
    return compound({"PowerPoint Document": whole, "Current User": bytes(20)})
