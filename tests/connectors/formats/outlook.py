"""Messages of Outlook made by hand: an OLE box with storages in it, and the properties of [MS-OXMSG]."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]
Text = str | bytes | int | datetime


class _Box:
    def __init__(self) -> None:
        self.entries: list[list[int | str]] = []
        self.large: list[bytes] = []
        self.chain: list[int] = []
        self.small = b""
        self.small_chain: list[int] = []

    def add(self, name: str, kind: int) -> int:
        self.entries.append([name, kind, _FREE, _FREE, _END, 0])
        return len(self.entries) - 1

    def fill(self, at: int, tree: Tree) -> None:
        before = None
        for name, content in tree.items():
            number = self.add(name, 2 if isinstance(content, bytes) else 1)
            self.entries[at if before is None else before][3 if before is None else 2] = number
            before = number
            if isinstance(content, bytes):
                self.entries[number][4:] = [self.store(content), len(content)]
            else:
                self.fill(number, content)

    def store(self, content: bytes) -> int:
        if len(content) >= _CUTOFF:
            return self.sectors(content)
        start, count = len(self.small_chain), -(-len(content) // _MINI)
        self.small += content.ljust(count * _MINI, b"\0")
        self.small_chain += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END

    def sectors(self, content: bytes) -> int:
        start, count = len(self.large), -(-len(content) // _SECTOR)
        pieces = (content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR))
        self.large.extend(pieces)
        self.chain += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END

    def entry(self, name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBB3L16sL8s8sLQ", raw, len(raw), kind, 1, _FREE, right, child, b"", 0, b"", b"", start, size
        )


def box(tree: Tree) -> bytes:
    """Write an OLE box of storages and streams."""
    made = _Box()
    made.add("Root Entry", 5)
    made.fill(0, tree)
    made.entries[0][4:] = [made.sectors(made.small), len(made.small)]
    mini = made.sectors(b"".join(struct.pack("<L", one) for one in made.small_chain))
    minis = -(-len(made.small_chain) * 4 // _SECTOR)
    directory = made.sectors(b"".join(made.entry(*one) for one in made.entries))
    first, tables = len(made.large), len(made.large) // 127 + 1
    chains = made.chain + [_TABLE] * tables
    chains += [_FREE] * (tables * 128 - len(chains))
    places = [*range(first, first + tables), *([_FREE] * (109 - tables))]
    header = struct.pack("<8s16s5H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 62, 3, 0xFFFE, 9, 6,
                         0, tables, directory, 0, _CUTOFF, mini, minis, _END, 0)  # fmt: skip
    table = struct.pack(f"<{len(chains)}L", *chains)
    return header + struct.pack("<109L", *places) + b"".join(made.large) + table


def filetime(when: datetime) -> bytes:
    return struct.pack("<Q", int((when - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)


def storage(before: int, **properties: Text) -> Tree:
    """Write properties, named `p` and their number: texts, bytes, numbers and times."""
    tree: Tree = {}
    fixed = bytes(before)
    for name, value in properties.items():
        number = int(name[1:5], 16)
        if isinstance(value, int):
            fixed += struct.pack("<HHLQ", 3, number, 6, value)
        elif isinstance(value, datetime):
            fixed += struct.pack("<HHL8s", 0x40, number, 6, filetime(value))
        else:
            narrow = name.endswith("a")  # a text in single bytes
            kind = (0x1E if narrow else 0x102) if isinstance(value, bytes) else 0x1F
            raw = value if isinstance(value, bytes) else value.encode("utf-16-le")
            tree[f"__substg1.0_{number:04X}{kind:04X}"] = raw
            fixed += struct.pack("<HHLQ", kind, number, 6, len(raw))
    return {"__properties_version1.0": fixed, **tree}


def message(
    *, recipients: tuple[Tree, ...] = (), attachments: tuple[Tree, ...] = (), top: bool = True, **properties: Text
) -> Tree:
    """Write a message, of storages that `storage(8, …)` made."""
    tree = storage(32 if top else 24, **properties)
    tree |= {f"__recip_version1.0_#{at:08X}": one for at, one in enumerate(recipients)}
    return tree | {f"__attach_version1.0_#{at:08X}": one for at, one in enumerate(attachments)}


def packed(raw: bytes) -> bytes:
    """Compress RTF with bytes alone, and one reference into the window that all begin with."""
    out = bytearray()
    for at in range(0, len(raw), 8):
        part = raw[at : at + 8]
        out += b"\0" + part if len(part) == 8 else bytes([1 << len(part)]) + part
    if len(raw) % 8 == 0:
        out += b"\1"
    end = (207 + len(raw)) % 4096
    out += bytes([end >> 4, (end & 15) << 4])
    return struct.pack("<LL4sL", len(out) + 12, len(raw), b"LZFu", 0) + bytes(out)
