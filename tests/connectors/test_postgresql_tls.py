"""PostgreSQL: TLS that is really verified where the URL asks for it."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.errors import SourceError
from connectors.interface import SourceSpec
from connectors.registry import open_source


def certificate(folder, name):
    """Write a key, and a certificate for `localhost` that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = builder.sign(key, hashes.SHA256())
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def server(postgresql_server):
    """The server with TLS switched on for a while."""
    folder = postgresql_server.folder
    owner = (folder / "data").stat()
    for name in ("known", "stranger"):
        certificate(folder, name)
    os.chown(folder / "known.key", owner.st_uid, owner.st_gid)
    (folder / "known.key").chmod(0o600)
    switch(
        postgresql_server, f"ssl_cert_file = '{folder}/known.pem'", f"ssl_key_file = '{folder}/known.key'", "ssl = on"
    )
    yield postgresql_server
    switch(postgresql_server, "ssl = off")


def switch(server, *settings):
    """Change settings of the running server, and wait until it has taken them."""
    for setting in settings:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    until = time.monotonic() + 10
    while server.psql("SHOW ssl").strip() not in settings[-1] and time.monotonic() < until:
        time.sleep(0.05)


def opened(server, host, query):
    url = f"postgresql://postgres@{host}:{server.port}/postgres?{query}"
    return open_source(SourceSpec("x", url, server.password))


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_certificate_that_is_known_opens_an_encrypted_session(server, mode):
    with opened(server, "localhost", f"sslmode={mode}&sslrootcert={server.folder}/known.pem") as source:
        session = source.session("postgres")
        assert session.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [(True,)]


@pytest.mark.parametrize(
    ("host", "query"),
    [
        ("localhost", "sslmode=verify-full&sslrootcert={}/stranger.pem"),
        ("localhost", "sslmode=verify-ca&sslrootcert={}/stranger.pem"),
        ("localhost", "sslmode=verify-full&sslrootcert={}/missing.pem"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert={}/known.pem"),
    ],
)
def test_a_certificate_that_is_not_what_was_asked_for_is_refused(server, host, query):
    with opened(server, host, query.format(server.folder)) as source, pytest.raises(SourceError, match="certificate"):
        list(source.assets())
