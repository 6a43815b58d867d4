"""Connections to an office store on a server with a certificate: what is accepted, and what is refused and why."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from patrolmap.errors import InputError
from patrolmap.office.address import OfficeAddress
from patrolmap.office.server import connected
from tests.helpers.postgres import own_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def certificate(*, host: str) -> tuple[bytes, bytes]:
    """Sign a key for a host by itself; key and certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office store of the tests")])
    today = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(kind, form, plain), signed.public_bytes(kind)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a certificate for this computer, and somebody else's."""
    folder = tmp_path_factory.mktemp("certificates")
    made = {"own": certificate(host="127.0.0.1"), "other": certificate(host="127.0.0.1")}
    for name, (_, signed) in made.items():
        (folder / f"{name}.crt").write_bytes(signed)
    (folder / "own.key").write_bytes(made["own"][0])
    return {name: folder / f"{name}.crt" for name in made} | {"key": folder / "own.key"}


@pytest.fixture(scope="module")
def port(files: dict[str, Path]) -> Iterator[int]:
    """Start a server that shows the first of them."""
    with own_server("encrypted", (files["key"].read_bytes(), files["own"].read_bytes())) as number:
        yield number


def place(port: int, host: str, wishes: str) -> OfficeAddress:
    """Write the address as a user does."""
    return OfficeAddress.at(f"postgresql://owner@{host}:{port}/postgres?{wishes}")


def test_the_known_certificate_of_the_named_host_is_accepted_and_the_line_is_encrypted(port, files):
    with connected(place(port, "127.0.0.1", f"sslmode=verify-full&sslrootcert={files['own']}")) as connection:
        row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert row == (True,)


def test_a_strange_certificate_is_refused_and_the_message_says_that_it_is_the_certificate(port, files):
    with (
        pytest.raises(InputError) as refused,
        connected(place(port, "127.0.0.1", f"sslmode=verify-full&sslrootcert={files['other']}")),
    ):
        pass
    assert "certificate" in str(refused.value)
    assert "Check network" not in str(refused.value)


def test_a_certificate_of_another_host_is_refused(port, files):
    with (
        pytest.raises(InputError, match="certificate"),
        connected(place(port, "localhost", f"sslmode=verify-full&sslrootcert={files['own']}")),
    ):
        pass


def test_a_file_of_certificates_that_is_not_there_is_named(port, tmp_path):
    missing = tmp_path / "none.crt"
    with (
        pytest.raises(InputError, match=r"none\.crt"),
        connected(place(port, "127.0.0.1", f"sslmode=verify-full&sslrootcert={missing}")),
    ):
        pass


def test_a_server_without_encryption_is_refused_where_it_is_asked_for():
    with (
        own_server("open") as number,
        pytest.raises(InputError, match="sslmode=disable"),
        connected(place(number, "127.0.0.1", "sslmode=require")),
    ):
        pass
