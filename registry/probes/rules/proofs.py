"""What proves that a supplier controls a host, and where it is looked for. Pure.

Two ways, either of which is enough: a text file at a path that only whoever runs the server can
write to (RFC 8615), or a TXT record under a name that only whoever runs the domain can add. The
token is no secret once it is published: that it stands *there* is the proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from registry.probes.rules.observation import Fetched, Trouble

WELL_KNOWN_PATH = "/.well-known/procurement-compliance-registry.txt"
DNS_LABEL = "_procurement-compliance-registry"
DNS_PREFIX = "pcr-token="
MAX_FILE_BYTES = 4096
# What was found is told in so many characters at most.
MAX_WORDS = 300
_PAGES = ("text/html", "application/xhtml+xml")
# RFC 1035: a whole name, with its dots.
_MAX_NAME = 253


@dataclass(frozen=True, slots=True)
class Look:
    """What one of the two ways found. `words` are fit for the supplier's page.

    `ours` says that it was our own mistake, which counts against nobody.
    """

    proves: bool
    words: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What both ways found at one check."""

    file: Look
    dns: Look

    @property
    def proves(self) -> bool:
        """Whether either is a proof."""
        return self.file.proves or self.dns.proves

    def is_spoilt(self, method: str) -> bool:
        """Whether our own mistake is why no proof was found where it stood, by `method`, before.

        The other way does not matter: what we can never ask would keep every proof for ever.
        """
        looks = {"file": self.file, "dns": self.dns}
        return not self.proves and method in looks and looks[method].ours


def host_of(authority: str) -> str:
    """The host of an authority ("fhir.example", "fhir.example:8443", "[2001:db8::1]:8443")."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


def file_url(authority: str) -> str:
    """Where the file must be."""
    return f"https://{authority}{WELL_KNOWN_PATH}"


def record_name(authority: str) -> str:
    """The name that the TXT record must have; empty where the DNS can hold none."""
    host = host_of(authority)
    try:
        ip_address(host)
    except ValueError:
        name = f"{DNS_LABEL}.{host}"
        return name if len(name) <= _MAX_NAME else ""
    return ""


def record_text(token: str) -> str:
    """What the TXT record must hold."""
    return DNS_PREFIX + token


_TROUBLES = {
    Trouble.DNS: "The name of the host could not be resolved: {}.",
    Trouble.FORBIDDEN: "We do not connect there: {}.",
    Trouble.UNTRUSTED: "The certificate does not verify: {}. Mend it, or use the DNS.",
    Trouble.REDIRECT: "The server led us elsewhere: {}. Only what stands at this address proves.",
    Trouble.TOO_LARGE: "What was answered is too long for this file: {}.",
    Trouble.OURS: "We could not look: {}.",
}
_OTHER_TROUBLE = "The file could not be read: {}."


def judge_file(fetched: Fetched, *, token: str) -> Look:
    """Whether the file proves: the token must stand on a line of its own, and not in a page.

    A site that answers every path with a page of its own making is not a file that somebody
    placed there, whatever the page says.
    """
    if fetched.trouble is not Trouble.NONE:
        words = _TROUBLES.get(fetched.trouble, _OTHER_TROUBLE)
        said = words.format(_legible(fetched.detail).rstrip("."))
        return Look(False, said[:MAX_WORDS], ours=fetched.trouble is Trouble.OURS)
    if fetched.status != 200:
        return Look(False, f"The server answered with HTTP status {fetched.status}, not 200.")
    media = fetched.content_type.partition(";")[0].strip().lower()
    body = fetched.body.removeprefix(b"\xef\xbb\xbf")
    if media in _PAGES or body.lstrip()[:1] == b"<":
        return Look(False, "The server answered with a web page, not with a text file.")
    lines = [line.strip(b" \t\r") for line in body.split(b"\n")]
    if token.encode() in lines:
        return Look(True, "The token stands in the file.")
    if token.encode() in body:
        return Look(False, "The file has the token, but not on a line of its own.")
    return Look(False, "There is a file, but the token does not stand in it.")


def _legible(text: str) -> str:
    """What a stranger's server said, without what no page or database can hold."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def judge_records(texts: Iterable[str], *, token: str) -> Look:
    """Whether any of the TXT records of the name is the whole record that is wanted."""
    texts = [text.strip() for text in texts]
    if record_text(token) in texts:
        return Look(True, "The record holds the token.")
    if token in texts:
        return Look(False, f"The record holds the token without “{DNS_PREFIX}” before it.")
    if texts:
        return Look(False, "There is a TXT record of that name, but it does not hold the token.")
    return Look(False, "There is no TXT record of that name.")
