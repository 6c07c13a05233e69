"""tls.version: the connection is encrypted by TLS 1.2 or newer."""

from registry.probes.checks.base import Parameter, Seen, check, failed, passed, remarked, untold
from registry.probes.rules.observation import tls_name
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Point

# OpenSSL's names, oldest first.
_ORDER = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
_MINIMA = {"1.2": "TLSv1.2", "1.3": "TLSv1.3"}


@check(
    id="tls.version",
    version=1,
    title="The connection uses a current version of TLS",
    rationale=(
        "TLS 1.0 and 1.1 have known weaknesses and were formally retired in March 2021. "
        "A server that can speak nothing newer exposes what it carries."
    ),
    reference="RFC 8996; NCSC guidance on using TLS to protect data",
    remedy="Offer TLS 1.2 and 1.3, and switch TLS 1.0 and 1.1 off.",
    profiles=frozenset(Profile),
    parameters={
        "minimum": Parameter(
            str, "1.2", "The oldest version that may be negotiated.", choices=("1.2", "1.3")
        ),
        "refuse_legacy": Parameter(
            bool, False, "Whether still accepting TLS 1.0 or 1.1 fails, rather than being remarked."
        ),
    },
)
def judge(seen: Seen) -> list[Point] | Point:
    """The version of the handshake, then whether older ones are still accepted."""
    visit, minimum = seen.visit, _MINIMA[seen.params["minimum"]]
    expected = f"{tls_name(minimum)} or newer"
    if visit.tls is None and not visit.legacy.accepted:
        return untold(
            "No encrypted connection could be made.",
            expected=expected,
            actual=visit.tls_detail,
            where="handshake",
        )
    negotiated = visit.tls.version if visit.tls else visit.legacy.accepted
    more = {"expected": expected, "actual": tls_name(negotiated), "where": "handshake"}
    if _ORDER.index(negotiated) < _ORDER.index(minimum):
        return failed(f"The server speaks nothing newer than {tls_name(negotiated)}.", **more)
    return [passed(f"{tls_name(negotiated)} was negotiated.", **more), _legacy(seen)]


def _legacy(seen: Seen) -> Point:
    legacy = seen.visit.legacy
    more = {"expected": "TLS 1.0 and 1.1 refused", "where": "second handshake"}
    if not legacy.asked:
        # The version negotiated stands: what was not asked changes nothing.
        return passed("Whether older versions are accepted was not asked.", **more)
    if not legacy.accepted:
        return passed("TLS 1.0 and 1.1 are refused.", actual="refused", **more)
    say = failed if seen.params["refuse_legacy"] else remarked
    accepted = tls_name(legacy.accepted)
    return say(f"{accepted} is still accepted besides.", actual=f"{accepted} accepted", **more)
