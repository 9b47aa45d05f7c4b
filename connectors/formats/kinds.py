"""What files are called that nothing here reads, by the bytes they begin with.

Sources: the formats' own specifications, and the `file` program's list for those that have none.
"""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "nothing here reads this kind of file"
_IMAGE = "what images of this kind show is not read; as PNG, JPEG, TIFF, WebP, GIF or BMP it could be recognised (OCR)"
_TNEF = "files that Outlook packed in a way of its own (TNEF); nothing here opens that"
_BESIDE = "its database is read together with it"


@dataclass(frozen=True)
class Signature:
    """Bytes at a fixed place that tell a kind of file."""

    magic: bytes
    words: str
    """For a person: "PNG image"."""
    offset: int = 0
    printable: bool = False
    """The bytes could also begin a text: they count only where the content is no text."""
    reason: str = UNKNOWN
    """Why it is not read."""
    picture: bool = False
    """What it shows is read where recognition of characters is there."""


SIGNATURES = (
    Signature(b"\x89PNG\r\n\x1a\n", "PNG image", picture=True),
    Signature(b"\xff\xd8\xff", "JPEG image", picture=True),
    Signature(b"GIF87a", "GIF image", printable=True, picture=True),
    Signature(b"GIF89a", "GIF image", printable=True, picture=True),
    Signature(b"II*\0", "TIFF image", picture=True),
    Signature(b"MM\0*", "TIFF image", picture=True),
    Signature(b"BM", "BMP image", printable=True, picture=True),
    Signature(b"\0\0\x01\0", "icon"),
    Signature(b"8BPS\0", "Photoshop image", reason=_IMAGE),
    Signature(b"\x76\x2f\x31\x01", "OpenEXR image"),
    Signature(b"\x59\xa6\x6a\x95", "Sun raster image", reason=_IMAGE),
    Signature(b"\x01\xda", "SGI image", reason=_IMAGE),
    Signature(b"P4", "PBM image", printable=True, reason=_IMAGE),
    Signature(b"P5", "PGM image", printable=True, reason=_IMAGE),
    Signature(b"P6", "PPM image", printable=True, reason=_IMAGE),
    Signature(b"WEBP", "WebP image", 8, picture=True),
    Signature(b"WAVE", "WAV sound", 8),
    Signature(b"AVI ", "AVI video", 8),
    Signature(b"AIFF", "AIFF sound", 8),
    Signature(b"AIFC", "AIFF sound", 8),
    Signature(b".snd\0", "Sun sound"),
    Signature(b"ftypavif", "AVIF image", 4, reason=_IMAGE),
    Signature(b"ftyphei", "HEIC image", 4, reason=_IMAGE),
    Signature(b"ftyp", "MP4 video", 4),
    Signature(b"\x1a\x45\xdf\xa3", "Matroska video"),
    Signature(b"OggS\0", "Ogg media"),
    Signature(b"fLaC", "FLAC sound", printable=True),
    Signature(b"ID3", "MP3 sound", printable=True),
    Signature(b"\xff\xfb", "MP3 sound"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Office document"),
    Signature(b"PK\x03\x04", "ZIP archive"),
    Signature(b"PK\x05\x06", "empty ZIP archive"),
    Signature(b"PK\x07\x08", "ZIP archive in parts"),
    Signature(b"\x1f\x8b", "gzip archive"),
    Signature(b"\x1f\x9d", "compress archive"),
    Signature(b"BZh", "bzip2 archive", printable=True),
    Signature(b"\xfd7zXZ\0", "xz archive"),
    Signature(b"\x28\xb5\x2f\xfd", "Zstandard archive"),
    Signature(b"\x04\x22\x4d\x18", "LZ4 archive"),
    Signature(b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    Signature(b"Rar!\x1a\x07", "RAR archive", reason="no free program unpacks it; unpack it, or pack it anew as zip"),
    Signature(b"ustar\0", "tar archive", 257),
    Signature(b"ustar ", "tar archive", 257),
    Signature(b"!<arch>\n", "ar archive", printable=True),
    Signature(b"\xed\xab\xee\xdb", "RPM package"),
    Signature(b"MSCF\0", "cabinet archive"),
    Signature(b"PGDMP", "PostgreSQL dump in its own format", printable=True),
    Signature(b"\x37\x7f\x06\x82", "SQLite write-ahead log", reason=_BESIDE),
    Signature(b"\x37\x7f\x06\x83", "SQLite write-ahead log", reason=_BESIDE),
    Signature(b"\x18\xe2\x2d\x00", "SQLite write-ahead index", reason=_BESIDE),
    Signature(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "SQLite rollback journal", reason=_BESIDE),
    Signature(b"\x00\x01\x00\x00Standard ", "Access database"),
    Signature(b"!BDN", "Outlook mailbox", printable=True),
    Signature(b"\x78\x9f\x3e\x22", "Outlook attachments (winmail.dat)", reason=_TNEF),
    Signature(b"\x7fELF", "ELF program"),
    Signature(b"MZ", "Windows program", printable=True),
    Signature(b"\xca\xfe\xba\xbe", "Java class or macOS program"),
    Signature(b"\xcf\xfa\xed\xfe", "macOS program"),
    Signature(b"\xce\xfa\xed\xfe", "macOS program"),
    Signature(b"\0asm", "WebAssembly program"),
    Signature(b"wOFF", "web font", printable=True),
    Signature(b"wOF2", "web font", printable=True),
    Signature(b"\0\x01\0\0\0", "TrueType font"),
    Signature(b"OTTO\0", "OpenType font"),
    Signature(b"KDMV", "VMware disk image", printable=True),
    Signature(b"QFI\xfb", "QEMU disk image"),
)
"""In the order in which they are asked; the longer of two with one beginning stands first."""

_BITMAP_HEADS = (12, 40, 52, 56, 64, 108, 124)
"""Bytes that the second head of a BMP file can have."""


def is_bitmap(head: bytes) -> bool:
    """Tell a BMP image, most of whose bytes may be letters: behind the two that name it stand numbers of four bytes."""
    if len(head) < 18 or head[:2] != b"BM":
        return False
    return head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BITMAP_HEADS


def signature_of(head: bytes, *, text: bool) -> Signature | None:
    """Tell a kind of file by its first bytes; None where no signature fits.

    Args:
        head: at least 300 bytes, or the whole file.
        text: whether the content reads as text, so that printable signatures do not count.
    """
    for one in SIGNATURES:
        if head.startswith(one.magic, one.offset) and not (text and one.printable and not is_bitmap(head)):
            return one
    return None
