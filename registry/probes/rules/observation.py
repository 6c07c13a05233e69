"""What one visit to an endpoint saw. Facts only: what they mean is for the checks."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from registry.probes.rules.canonical import canonical_hash
from registry.probes.rules.documents import Document, read_document
from registry.probes.rules.profiles import CaptureName, Profile


class Trouble(StrEnum):
    """Why a request brought no complete answer. Empty (`NONE`) when it did."""

    NONE = ""
    DNS = "dns"
    FORBIDDEN = "forbidden"
    CONNECT = "connect"
    TLS = "tls"
    UNTRUSTED = "untrusted"
    DEADLINE = "deadline"
    CLOSED = "closed"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    OURS = "ours"


def tls_name(version: str) -> str:
    """ "TLS 1.0" for OpenSSL's "TLSv1"."""
    return version.replace("TLSv", "TLS ") if version != "TLSv1" else "TLS 1.0"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One certificate of the chain that the server sent."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    names: tuple[str, ...]
    sha256: str

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same."""
        return self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """Why the chain did not verify: a code, OpenSSL's words, and which certificate.

    `depth` 0 is the server's own certificate, the next one its issuer's.
    """

    code: str
    depth: int
    message: str
    certificate: CertificateFacts | None = None


# Problems that say nothing against who answered, only against when.
ONLY_DATES = frozenset({"expired", "not_yet_valid"})


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """A completed handshake."""

    version: str
    cipher: str
    chain: tuple[CertificateFacts, ...]
    problems: tuple[ChainProblem, ...] = ()
    name_matches: bool = True

    @property
    def verified(self) -> bool:
        """Whether nothing at all is wrong with the chain, its dates included."""
        return self.name_matches and not self.problems

    @property
    def trusted_identity(self) -> bool:
        """Whether what answered is who the URL names, be its certificate out of date or not."""
        return self.name_matches and all(p.code in ONLY_DATES for p in self.problems)


@dataclass(frozen=True, slots=True)
class LegacyFacts:
    """The second handshake, which offers nothing newer than TLS 1.1.

    `accepted` is the version agreed ("TLSv1", "TLSv1.1"); empty when refused.
    `asked` is false when it could not be tried. `asked_at` is set where this visit did not ask
    itself but relies on a refusal of that moment.
    """

    asked: bool
    accepted: str = ""
    detail: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a server refused older TLS: when, in which words, and with which certificate."""

    asked_at: datetime
    detail: str
    certificate: str

    def still_speaks_for(self, tls: TlsFacts | None) -> bool:
        """Whether what answered now is what refused then: it shows the same certificate."""
        return tls is not None and bool(tls.chain) and tls.chain[0].sha256 == self.certificate


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds; `None` where that step was not reached, or was not needed."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float | None = None


@dataclass(frozen=True)
class Exchange:
    """One capture: the request, the hops it took and what came back.

    `hops` are the redirects followed, as (status, location). `headers` have lower-case names.
    `body` is decompressed; `received` counts the octets of the body on the wire.
    """

    capture: CaptureName
    url: str
    final_url: str
    trouble: Trouble = Trouble.NONE
    detail: str = ""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    received: int = 0
    hops: tuple[tuple[int, str], ...] = ()
    timings: Timings = Timings()
    retry_after: int | None = None

    @property
    def answered(self) -> bool:
        """Whether a whole HTTP answer was read."""
        return self.trouble is Trouble.NONE and self.status is not None

    @property
    def content_type(self) -> str:
        """The media type, lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def document(self) -> Document:
        """The body read as JSON, once for all checks."""
        return read_document(self.body)

    @cached_property
    def sent_sha256(self) -> str:
        """The hash of the body as it was sent (decompressed), hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def known_as(self, sha256: str) -> None:
        """Say what `sha256` is where that is known already, so that the body is not read for it."""
        self.__dict__["sha256"] = sha256

    def let_go(self) -> None:
        """Forget the body as it was read, which is many times its octets; its hash stays."""
        if self.sha256:
            self.__dict__.pop("document", None)

    @cached_property
    def sha256(self) -> str:
        """The hash of the body's canonical form, hexadecimal; empty without a body."""
        if not self.body:
            return ""
        return canonical_hash(self.body, self.document, capture=self.capture.value)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to one request that stayed at its authority, or why there is none."""

    trouble: Trouble = Trouble.NONE
    detail: str = ""
    status: int = 0
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that one visit to one endpoint saw, at the moment `at`."""

    url: str
    profile: Profile
    at: datetime
    exchanges: dict[CaptureName, Exchange]
    tls: TlsFacts | None = None
    tls_trouble: Trouble = Trouble.NONE
    tls_detail: str = ""
    legacy: LegacyFacts = LegacyFacts(asked=False)
    timings: Timings = Timings()

    @property
    def reached(self) -> bool:
        """Whether the server answered anything at all, be it only a failed handshake."""
        return self.tls is not None or bool(self.legacy.accepted)

    @property
    def retry_after(self) -> int | None:
        """The longest pause, in seconds, that any answer asked for."""
        asked = [e.retry_after for e in self.exchanges.values() if e.retry_after]
        return max(asked, default=None)
