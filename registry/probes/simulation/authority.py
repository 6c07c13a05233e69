"""A certificate authority of our own, and the certificates of the simulated servers."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)
_AUTHORITY_LIFE = 3650 * _DAY
_SERVER_LIFE = 1095 * _DAY
# An authority with less than this left is made anew.
_RENEW_BEFORE = 400 * _DAY
_HERE = ("localhost", "127.0.0.1", "::1")
_ELSEWHERE = ("elsewhere.example",)


class Authority:
    """PEM files under one folder: `ca.pem`, and one per kind of server certificate."""

    KINDS = ("good", "expired", "not-yet-valid", "wrong-host", "self-signed")

    def __init__(self, folder: Path):
        self.folder = folder
        self.ca_file = folder / "ca.pem"

    def ensure(self) -> "Authority":
        """Make the files that are missing. Safe to run twice at once."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_whole():
                self._make(datetime.now(UTC))
        return self

    def server_file(self, kind: str) -> Path:
        """Certificate and key of one kind, in one PEM file."""
        return self.folder / f"{kind}.pem"

    def _is_whole(self) -> bool:
        files = [self.ca_file, *(self.server_file(kind) for kind in self.KINDS)]
        if not all(file.exists() for file in files):
            return False
        good = x509.load_pem_x509_certificate(self.server_file("good").read_bytes())
        return good.not_valid_after_utc - datetime.now(UTC) > _RENEW_BEFORE

    def _make(self, now: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Simulation authority")
        authority = (
            _builder(name, name, key, (now - 2 * _DAY, now + _AUTHORITY_LIFE))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        life = (now - _DAY, now + _SERVER_LIFE)
        for kind, names, dates in (
            ("good", _HERE, life),
            ("expired", _HERE, (now - 90 * _DAY, now - _DAY)),
            ("not-yet-valid", _HERE, (now + 30 * _DAY, now + _SERVER_LIFE)),
            ("wrong-host", _ELSEWHERE, life),
        ):
            self._write(kind, *_server(names, dates, issuer=name, issuer_key=key))
        self._write("self-signed", *_server(_HERE, life, issuer=None, issuer_key=None))
        _replace(self.ca_file, _pem(authority))

    def _write(self, kind: str, certificate: x509.Certificate, key) -> None:
        _replace(self.server_file(kind), _pem(certificate) + _key_pem(key))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject, issuer, key, dates) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
    )


def _server(names, dates, *, issuer, issuer_key):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(names[0])
    certificate = (
        _builder(subject, issuer or subject, key, dates)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return certificate, key


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _replace(file: Path, content: bytes) -> None:
    """Write whole or not at all, readable by the owner only."""
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    os.replace(part, file)
