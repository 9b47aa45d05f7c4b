"""Files under a password, of each format that knows passwords, as far as they can be made without the programs."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import py7zr
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from tests.connectors.formats import compound, mailbox
from tests.connectors.formats.test_zip import closed, entry, local

FIXTURES = Path(__file__).parents[1] / "connectors" / "formats" / "fixtures"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
)
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def sealed() -> dict[str, bytes]:
    """Give all by name."""
    noise = random.Random(1).randbytes(20_000)
    made = {
        "data.7z": _seven(hidden=False),
        "names.7z": _seven(hidden=True),
        "old.zip": _zip(noise[:500], 8),
        "aes.zip": _zip(noise[:500], 99),
        "openssl.enc": b"Salted__" + noise,
        "rc4.pdf": _pdf(EncryptionMethod.RC4),
        "aes.pdf": _pdf(EncryptionMethod.AES_256),
        "a.doc": compound.doc("sealed@example.org", flags=0x0100),
        "a.ppt": compound.compound(
            {"PowerPoint Document": noise[:5000], "Current User": bytes(12) + struct.pack("<L", 0xF3D1C4DF) + bytes(8)}
        ),
        "a.xls": _workbook(),
        "a.pst": mailbox.mailbox(mailbox.shelves({}), method=0x10),
        "a.parquet": b"PARE" + noise[:500] + b"PARE",
        "pgp.eml": MAIL + b'Content-Type: multipart/encrypted; boundary="q"\r\n\r\n--q\r\n'
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--q\r\nContent-Type: application/octet-stream; "
        b'name="x.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n--q--\r\n',
        "smime.eml": MAIL + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHA6CAMIACAQAxggEwMIIBLAIBADAU\r\n",
    }
    for suffix in ("docx", "xlsx", "xlsb", "pptx"):
        made[f"a.{suffix}"] = compound.compound({"EncryptedPackage": noise[:6000], "EncryptionInfo": noise[:248]})
    for suffix, kind in (("odt", "text"), ("ods", "spreadsheet"), ("odp", "presentation")):
        made[f"a.{suffix}"] = _office(kind, noise[:3000])
    return made


def unreadable() -> dict[str, bytes]:
    """Give files of which nothing but chance shows: nobody can say more than that they cannot be read."""
    noise = random.Random(2).randbytes(20_000)
    return {"cipher.db": noise, "whole.tar.gpg": b"\x85\x01\x0c\x03" + noise}


def _seven(*, hidden: bool) -> bytes:
    made = BytesIO()
    with py7zr.SevenZipFile(made, "w", password="secret", header_encryption=hidden) as archive:
        archive.writestr("sealed@example.org\n", "a.txt")
    return made.getvalue()


def _zip(data: bytes, method: int) -> bytes:
    listed = entry(b"a.txt", 0, len(data), len(data) - 12, method=method, flags=1)
    return closed(local(b"a.txt", data, method=method, flags=1, size=len(data) - 12), [listed])


def _pdf(method: EncryptionMethod) -> bytes:
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()
    made.cell(text="sealed@example.org")
    made.set_encryption("owner", "user", method)
    return bytes(made.output())


def _workbook() -> bytes:
    """Take a workbook, and call the record behind its first what says that all others are encrypted."""
    data = bytearray((FIXTURES / "xls" / "customers.xls").read_bytes())
    second = data.index(b"\x09\x08\x10\0") + 20
    struct.pack_into("<H", data, second, 0x002F)
    struct.pack_into("<H", data, second + 4, 1)
    return bytes(data)


def _office(kind: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return made.getvalue()
