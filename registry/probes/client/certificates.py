"""Facts of certificates, read once per certificate however often it is met."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID
from OpenSSL import crypto

from registry.probes.rules.observation import CertificateFacts

# OpenSSL's X509_V_ERR_* numbers (x509_vfy.h), by what they come to.
_CODES = {
    2: "no_issuer",
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed_in_chain",
    20: "no_issuer",
    21: "no_issuer",
    23: "revoked",
    66: "weak_key",
    67: "weak_key",
    68: "weak_signature",
}
_MESSAGES = {
    2: "unable to get the issuer's certificate",
    7: "a signature does not verify",
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "the chain ends in a self-signed certificate that is not trusted",
    20: "unable to get the local issuer's certificate",
    21: "unable to verify the first certificate",
    22: "the chain is too long",
    23: "revoked",
    24: "an issuer is not a certificate authority",
    25: "the path is longer than an issuer allows",
    26: "not meant for servers",
    66: "the server's key is too short",
    67: "an issuer's key is too short",
    68: "an issuer's signature is too weak",
}
MAX_NAMES = 100


def problem_code(number: int) -> str:
    """Our code for OpenSSL's verification error."""
    return _CODES.get(number, f"error_{number}")


def problem_message(number: int) -> str:
    """OpenSSL's verification error in words."""
    return _MESSAGES.get(number, f"verification error {number}")


def facts_of(certificate: crypto.X509) -> CertificateFacts:
    """The facts of one certificate. What cannot be read is said to be unreadable.

    They are kept by the SHA-256 of its octets, so they are never another certificate's.
    `ValueError` for octets that are no certificate at all.
    """
    octets = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
    return _facts(_Keyed(hashlib.sha256(octets).digest(), octets))


def facts_of_chain(chain: Iterable[crypto.X509]) -> tuple[CertificateFacts, ...]:
    """The facts of a chain, the server's own certificate first."""
    return tuple(facts_of(certificate) for certificate in chain)


class _Keyed:
    """A certificate that is equal to another with the same fingerprint."""

    __slots__ = ("fingerprint", "octets")

    def __init__(self, fingerprint: bytes, octets: bytes):
        self.fingerprint = fingerprint
        self.octets = octets

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.fingerprint == other.fingerprint


@lru_cache(maxsize=4096)
def _facts(keyed: _Keyed) -> CertificateFacts:
    certificate = x509.load_der_x509_certificate(keyed.octets)
    # The facts are kept, the certificate is not: it is many times as large.
    keyed.octets = b""
    return CertificateFacts(
        subject=_name(certificate, "subject"),
        issuer=_name(certificate, "issuer"),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=_key(certificate),
        signature=_signature(certificate),
        names=_names(certificate),
        sha256=keyed.fingerprint.hex(),
    )


def _name(certificate: x509.Certificate, which: str) -> str:
    try:
        return getattr(certificate, which).rfc4514_string()[:500]
    except ValueError:
        return "unreadable"


def _key(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unreadable"
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.curve.name}"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
    return type(key).__name__


def _signature(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    return algorithm.name if algorithm else certificate.signature_algorithm_oid.dotted_string


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        ).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    names = extension.get_values_for_type(x509.DNSName)
    names += [str(address) for address in extension.get_values_for_type(x509.IPAddress)]
    return tuple(names[:MAX_NAMES])
