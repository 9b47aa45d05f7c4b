"""Files that are encrypted as a whole are said to be; what only looks like it is not."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess

import pytest

from connectors.formats.sealed import sealed
from connectors.interface import Cause, Unread
from tests.connectors.formats.opening import lines

SECRET = b"zoe@example.org\n" * 40
PASSWORD_KEY = bytes.fromhex("8c0d0409030a") + b"\x99" * 8 + b"\xff"
PERSON_KEY = b"\x85\x01\x0c\x03" + b"\x11" * 8 + b"\x01" + b"\xa5" * 259
NEW_KEY = b"\xc3\x0d" + PASSWORD_KEY[2:]
DATA = b"\xd2\x50\x01" + b"\xa7" * 79
IN_PARTS = b"\xd2\xea\x01" + b"\xa7" * 2000
SIGNED = b"\xa3\x02" + b"\xa7" * 200


def armoured(data: bytes) -> bytes:
    body = base64.encodebytes(data)
    return b"-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\n" + body + b"=aB3d\n-----END PGP MESSAGE-----\n"


@pytest.mark.parametrize(
    ("head", "by"),
    [
        (PASSWORD_KEY + DATA, "OpenPGP"),
        (NEW_KEY + PERSON_KEY + IN_PARTS, "OpenPGP"),
        (DATA, "OpenPGP"),
        (armoured(PERSON_KEY + DATA), "OpenPGP"),
        (armoured(PASSWORD_KEY + DATA).replace(b"\n", b"\r\n").replace(b"Version: GnuPG v2\r\n", b""), "OpenPGP"),
        (b"Salted__" + bytes(range(120, 160)), "OpenSSL"),
        (base64.encodebytes(b"Salted__" + bytes(range(120, 220))), "OpenSSL"),
        (b"age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 15\n" + b"\x9a" * 90, "age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "age"),
    ],
)
def test_what_is_encrypted_says_by_what(head, by):
    assert (sealed(head) or "").endswith(by)


@pytest.mark.parametrize(
    "head",
    [
        armoured(SIGNED),  # only signed, or only packed
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n",
        b"How to: -----BEGIN PGP MESSAGE-----\n",
        b"-----BEGIN PGP MESSAGE-----\n",
        SIGNED,
        PASSWORD_KEY + b"\x00" * 40,  # a key that no data follows
        b"\x8c\x0d\x09" + PASSWORD_KEY[3:] + DATA,  # a version that there is not
        b"\xa4" + b"\xa7" * 90,
        b"Salted__caramel, zoe@example.org\n",
        b"age-encryption.org/v1\nis what the file begins with\n",
        b"U2FsdGVkX1 is how such a file begins\n",
        "\u00e9t\u00e9 \u00e0 la plage\n".encode("cp1252"),
        b"",
    ],
)
def test_what_is_not_encrypted_is_not_said_to_be(head):
    assert sealed(head) is None


def test_the_coverage_says_why_an_encrypted_file_was_not_read(tmp_path):
    (tmp_path / "a.sql.gpg").write_bytes(PASSWORD_KEY + DATA)
    line = lines(tmp_path)["a.sql.gpg"]
    assert isinstance(line, Unread)
    assert (line.cause, line.kind) == (Cause.DENIED, "file encrypted by OpenPGP")
    assert "nothing here has its key" in line.reason


@pytest.mark.parametrize("options", [["-c"], ["-c", "--armor"]])
def test_what_gnupg_writes_is_told(tmp_path, options):
    if shutil.which("gpg") is None:
        pytest.skip("no gpg here")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    command = ["gpg", "--batch", "--homedir", str(home), "--pinentry-mode", "loopback", "--passphrase", "x", *options]
    made = subprocess.run([*command, "-o", "-"], input=SECRET, capture_output=True, env=os.environ, check=False)
    if made.returncode:
        pytest.skip("gpg does not run here")
    assert sealed(made.stdout) == "file encrypted by OpenPGP"


@pytest.mark.parametrize("options", [[], ["-a"]])
def test_what_openssl_writes_is_told(options):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    command = ["openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-pass", "pass:x", *options]
    made = subprocess.run(command, input=SECRET, capture_output=True, check=True).stdout
    assert sealed(made) == "file encrypted by OpenSSL"
