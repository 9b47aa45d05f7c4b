"""MySQL and MariaDB: what a URL says, and TLS that is really done where it was asked for."""

from __future__ import annotations

import datetime as dt
import ipaddress
import tempfile
from getpass import getuser
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.errors import SourceError, TargetError
from connectors.interface import SourceSpec
from connectors.mysql_url import parse
from connectors.registry import open_source
from tests.servers import mariadb


def certificate(folder, name, issuer=None, hosts=()):
    """Write a key and a certificate, signed by itself or by an issuer; give both."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[1].subject if issuer else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    builder = builder.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    if hosts:
        names = [
            x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    signed = builder.sign(issuer[0] if issuer else key, hashes.SHA256())
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return key, signed


@pytest.fixture(scope="module")
def folder():
    """Two authorities, the server's certificate for `localhost` by one, a client's by the same."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fill(folder)
        yield folder


def fill(folder):
    authority = certificate(folder, "authority")
    certificate(folder, "stranger")
    certificate(folder, "server", authority, ["localhost"])
    certificate(folder, "client", authority)
    for path in [folder, *folder.iterdir()]:  # the server may run under another account
        path.chmod(0o755)


@pytest.fixture(scope="module")
def server(folder):
    """A server with TLS."""
    options = [f"--ssl-ca={folder}/authority.pem", f"--ssl-cert={folder}/server.pem", f"--ssl-key={folder}/server.key"]
    server = mariadb.start_or_skip(*options)
    server.execute("CREATE USER strict REQUIRE X509", "CREATE USER encrypted REQUIRE SSL")
    yield server
    server.stop()


def cipher(server, query, host="localhost", user="root"):
    """Give the cipher that the server says is in use."""
    url = f"mysql://{user}@{host}:{server.port}/?{query}"
    with open_source(SourceSpec("tls", url)) as source:
        ((_, name),) = source._session.rows("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        assert any(("with TLS" in right.message) == bool(name) for right in source.check())
        return name


@pytest.mark.parametrize("query", ["ssl-mode=REQUIRED", "ssl-mode=required", "ssl-mode=PREFERRED", ""])
def test_tls_is_used_when_asked_for_and_preferred_by_itself(server, query):
    assert cipher(server, query)


def test_tls_is_left_when_switched_off(server):
    assert not cipher(server, "ssl-mode=DISABLED")


@pytest.mark.parametrize("mode", ["", "&ssl-mode=VERIFY_CA", "&ssl-mode=REQUIRED", "&ssl-mode=VERIFY_IDENTITY"])
def test_the_right_authority_is_accepted(server, folder, mode):
    assert cipher(server, f"ssl-ca={folder}/authority.pem{mode}")


@pytest.mark.parametrize("mode", ["", "&ssl-mode=VERIFY_CA", "&ssl-mode=REQUIRED", "&ssl-mode=VERIFY_IDENTITY"])
def test_another_authority_is_refused(server, folder, mode):
    with pytest.raises(SourceError, match="certificate cannot be verified"):
        cipher(server, f"ssl-ca={folder}/stranger.pem{mode}")


def test_the_name_is_verified_when_asked_for(server, folder):
    assert cipher(server, f"ssl-ca={folder}/authority.pem&ssl-mode=VERIFY_CA", host="127.0.0.1")
    with pytest.raises(SourceError, match="certificate cannot be verified"):
        cipher(server, f"ssl-ca={folder}/authority.pem&ssl-mode=VERIFY_IDENTITY", host="127.0.0.1")


def test_the_system_s_authorities_do_not_know_it(server):
    with pytest.raises(SourceError, match="certificate cannot be verified"):
        cipher(server, "ssl-mode=VERIFY_CA")


def test_a_client_s_certificate_is_shown(server, folder):
    query = f"ssl-ca={folder}/authority.pem&ssl-cert={folder}/client.pem&ssl-key={folder}/client.key"
    assert cipher(server, query, user="strict")
    with pytest.raises(SourceError):
        cipher(server, f"ssl-ca={folder}/authority.pem", user="strict")


@pytest.mark.parametrize("query", ["ssl-mode=REQUIRED", "ssl-mode=VERIFY_CA", "ssl-mode=VERIFY_IDENTITY"])
def test_a_server_without_tls_is_refused_before_anything_secret_is_sent(mariadb_server, query):
    with pytest.raises(SourceError, match="TLS was asked for"):
        cipher(mariadb_server, query)


def test_the_unix_socket_is_reached(mariadb_server):
    url = f"mariadb://root@localhost/?unix_socket={mariadb_server.socket}"
    with open_source(SourceSpec("socket", url)) as source:
        assert source._session.rows("SELECT 1") == ((1,),)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sslmode=REQUIRED", "ssl-mode"),
        ("ssl_ca=x", "ssl-ca"),
        ("socket=x", "unix_socket"),
        ("ssl-mode=SURELY", "VERIFY_IDENTITY"),
        ("ssl-ca=/nonexistent", "names no file"),
        ("ssl-mode=", "no value"),
        ("ssl-mode=REQUIRED&ssl-mode=DISABLED", "twice"),
        ("ssl-key=/dev/null", "ssl-cert"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_with_a_hint(query, said):
    with pytest.raises(TargetError, match=said):
        open_source(SourceSpec("x", f"mysql://u@localhost/db?{query}"))


def test_a_file_for_tls_and_no_tls_contradict_each_other(folder):
    with pytest.raises(TargetError, match="Leave one out"):
        open_source(SourceSpec("x", f"mysql://u@localhost/db?ssl-mode=PREFERRED&ssl-ca={folder}/authority.pem"))


def test_a_file_that_holds_no_certificate_is_refused(folder):
    with pytest.raises(TargetError, match="no usable certificate"):
        open_source(SourceSpec("x", f"mysql://u@localhost/db?ssl-ca={folder}/client.key"))


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("mysql://u@h/db", ("h", 3306, "u", "db")),
        ("mysql://u@h", ("h", 3306, "u", None)),
        ("mariadb://o%27x@[::1]:3307/a%2Fb%20c", ("::1", 3307, "o'x", "a/b c")),
        ("mysql:///", ("localhost", 3306, getuser(), None)),
    ],
)
def test_a_url_is_read_part_by_part(url, read):
    address = parse(SourceSpec("x", url))
    assert (address.host, address.port, address.user, address.database) == read


@pytest.mark.parametrize("url", ["mysql://h:99999/", "mysql://h:x/", "mysql://h/a/b", "mysql://h/a#b"])
def test_a_url_that_names_nothing_is_refused(url):
    with pytest.raises(TargetError):
        parse(SourceSpec("x", url))
