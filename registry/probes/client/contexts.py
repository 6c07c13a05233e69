"""OpenSSL contexts, made once per process and set of trusted files."""

import logging
from functools import lru_cache

from cryptography.hazmat.bindings.openssl.binding import Binding
from OpenSSL import SSL, crypto

from registry.probes.client.certificates import facts_of, problem_code, problem_message
from registry.probes.rules.observation import ChainProblem

logger = logging.getLogger(__name__)

# Some old servers lack secure renegotiation (RFC 5746); a GET is not harmed by it, and
# without this option nothing at all could be learnt of them.
_LEGACY_SERVER_CONNECT = 0x4
_MAX_CHAIN = 20
# OpenSSL's own list begins with a post-quantum group and makes a key for it with every
# connection, which costs a quarter of a handshake. A server that wants it may still ask.
_GROUPS = b"X25519:P-256:P-384:P-521:X448:X25519MLKEM768"


@lru_cache(maxsize=8)
def main_context(ca_files: tuple[str, ...]) -> SSL.Context:
    """TLS 1.2 and newer. Verification records what is wrong and lets the handshake go on."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(_LEGACY_SERVER_CONNECT)
    context.set_default_verify_paths()
    for file in ca_files:
        context.load_verify_locations(file)
    context.set_verify(SSL.VERIFY_PEER, _record)
    context.set_verify_depth(_MAX_CHAIN)
    context.set_alpn_protos([b"http/1.1"])
    _prefer_plain_groups(context)
    return context


def _prefer_plain_groups(context: SSL.Context) -> None:
    # pyOpenSSL has no public way to say so; the binding below it has (and is pinned).
    if Binding.lib.SSL_CTX_set1_curves_list(context._context, _GROUPS) != 1:
        Binding.lib.ERR_clear_error()
        logger.warning("OpenSSL does not know the groups %s; its own are used", _GROUPS)


def holds_certificates(file: str) -> bool:
    """Whether OpenSSL can read certificates from a file of trusted ones."""
    try:
        SSL.Context(SSL.TLS_CLIENT_METHOD).load_verify_locations(file)
    except SSL.Error:
        return False
    return True


@lru_cache(maxsize=1)
def legacy_context() -> SSL.Context:
    """TLS 1.0 and 1.1 with every cipher: only to ask whether they are still accepted."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_max_proto_version(SSL.TLS1_1_VERSION)
    context.set_options(_LEGACY_SERVER_CONNECT)
    context.set_verify(SSL.VERIFY_NONE)
    return context


def _record(connection: SSL.Connection, certificate: crypto.X509, number: int, depth: int,
            verified: int) -> bool:  # fmt: skip
    """Called by OpenSSL for each certificate of the chain. Whatever happens, go on."""
    if verified or not number:
        return True
    problems: list[ChainProblem] = connection.get_app_data()
    code = problem_code(number)
    if not any(each.code == code for each in problems):
        problems.append(ChainProblem(code, depth, problem_message(number), _facts(certificate)))
    return True


def _facts(certificate: crypto.X509):
    try:
        return facts_of(certificate)
    except ValueError as error:
        logger.info("a certificate could not be read: %s", error)
        return None
