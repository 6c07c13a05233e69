"""tls.certificate: the certificate is valid, trusted and speaks for the host."""

from datetime import timedelta
from urllib.parse import urlsplit

from registry.probes.checks.base import Parameter, Seen, check, failed, passed, remarked, untold
from registry.probes.rules.observation import CertificateFacts, ChainProblem
from registry.probes.rules.profiles import Profile
from registry.probes.rules.results import Judgement, Point

_WORDS = {
    "expired": "The certificate has expired.",
    "not_yet_valid": "The certificate is not valid yet.",
    "self_signed": "The certificate is signed by itself.",
    "self_signed_in_chain": "The chain ends in an authority that is not trusted.",
    "no_issuer": "The chain is incomplete, or its authority is not trusted.",
    "revoked": "The certificate was revoked.",
    "weak_key": "A key of the chain is too short.",
    "weak_signature": "A signature of the chain uses a broken algorithm.",
}
_BROKEN_SIGNATURES = ("md2", "md4", "md5", "sha1")


@check(
    id="tls.certificate",
    version=1,
    title="The certificate is valid, trusted and names the host",
    rationale=(
        "Systems connect unattended: a certificate that has lapsed, names another host or is "
        "signed by nobody they trust stops them all at once."
    ),
    reference="RFC 5280; RFC 9525; CA/Browser Forum Baseline Requirements",
    remedy=(
        "Install a certificate for this host from a public authority, with its intermediate "
        "certificates, and renew it automatically before it lapses."
    ),
    profiles=frozenset(Profile),
    parameters={
        "days_left": Parameter(
            int, 0, "How many days the certificate must still be valid.", minimum=0
        ),
        "remark_days": Parameter(
            int, 21, "With fewer days left than this, a pass carries a remark.", minimum=0
        ),
    },
)
def judge(seen: Seen) -> Judgement | Point:
    """Chain, host name, dates and signature. A pass is known to end when the chain does."""
    tls = seen.visit.tls
    if tls is None or not tls.chain:
        return untold(
            "No certificate was shown.",
            expected="a certificate",
            actual=seen.visit.tls_detail,
            where="handshake",
        )
    leaf = tls.chain[0]
    points = [_problem(problem) for problem in tls.problems]
    points += [_name(seen, leaf), *_signatures(tls.chain)]
    end = min(each.not_after for each in tls.chain if not each.self_issued or each is leaf)
    if not any(problem.code == "expired" for problem in tls.problems):
        points.append(_days_left(seen, end))
    return Judgement(tuple(points), known_end=end)


def _problem(problem: ChainProblem) -> Point:
    at_fault, actual = problem.certificate, problem.message
    if at_fault and problem.code == "expired":
        actual = f"valid until {at_fault.not_after:%Y-%m-%d %H:%M} UTC"
    elif at_fault and problem.code == "not_yet_valid":
        actual = f"valid from {at_fault.not_before:%Y-%m-%d %H:%M} UTC"
    elif at_fault:
        actual = f"{problem.message}; issuer {at_fault.issuer}"
    return failed(
        _WORDS.get(problem.code, "The chain does not verify."),
        expected="a chain that verifies",
        actual=actual,
        where=f"certificate {problem.depth}",
    )


def _name(seen: Seen, leaf: CertificateFacts) -> Point:
    host = urlsplit(seen.visit.url).hostname or ""
    more = {"expected": host, "actual": ", ".join(leaf.names[:10]) or "no names", "where": "names"}
    if seen.visit.tls.name_matches:
        return passed("The certificate names the host.", **more)
    return failed("The certificate is for another host.", **more)


def _signatures(chain: tuple[CertificateFacts, ...]) -> list[Point]:
    return [
        failed(
            _WORDS["weak_signature"],
            expected="SHA-256 or stronger",
            actual=each.signature,
            where=f"certificate {depth}",
        )
        for depth, each in enumerate(chain)
        # A root's own signature is not relied on.
        if not (each.self_issued and depth) and any(w in each.signature for w in _BROKEN_SIGNATURES)
    ]


def _days_left(seen: Seen, end) -> Point:
    left = end - seen.at
    more = {"actual": f"{left.days} days left, until {end:%Y-%m-%d %H:%M} UTC", "where": "dates"}
    wanted, remark = seen.params["days_left"], seen.params["remark_days"]
    if left < timedelta(days=wanted):
        return failed("The certificate lapses too soon.", expected=f"{wanted} days left", **more)
    if left < timedelta(days=remark):
        return remarked(
            "The certificate is about to lapse.", expected=f"{remark} days left", **more
        )
    return passed("The certificate is in date.", expected=f"{remark} days left", **more)
