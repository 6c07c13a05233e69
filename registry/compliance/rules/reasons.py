"""Why a criterion is not proved on a day, in plain words that name what to look at."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.common.formatting import format_date, last_day
from registry.common.periods import holds
from registry.compliance.rules.facts import (
    CriterionFact,
    EndpointFact,
    PairFacts,
    ProofFact,
    VersionFact,
)


class Kind(StrEnum):
    """The kinds of reasons."""

    NEVER_PROVED = "never_proved"
    STARTS_LATER = "starts_later"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RETURNED = "returned"
    AWAITING = "awaiting"
    CHECK_FAILING = "check_failing"
    UNVERIFIED = "unverified"
    NO_ENDPOINT = "no_endpoint"
    VERSION_NOT_YET_ACCEPTED = "version_not_yet_accepted"
    VERSION_RETIRED = "version_retired"
    NO_MUST = "no_must"
    NO_VERSION = "no_version"


@dataclass(frozen=True, slots=True)
class Link:
    """What to look at: a `submission` by its reference, or an `endpoint` by its id."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `since` is the first day from which it holds, where there is one."""

    kind: Kind
    words: str
    since: date | None = None
    link: Link | None = None
    # Unpublished evidence: for its supplier and the national team alone (product.md).
    private: bool = False


def version_reason(version: VersionFact, day: date, seen: date | None = None) -> Reason | None:
    """Why meeting `version` would not count on `day`, whatever is proved.

    Here and below: what ends after the day `seen` is told as a thing to come.
    """
    accepted = version.accepted
    if not version.musts:
        words = f"Version {version.name} has no MUST criterion, so nothing can meet it."
        return Reason(Kind.NO_MUST, words)
    if holds(accepted, day):
        return None
    if accepted.lower is not None and day < accepted.lower:
        words = f"Version {version.name} counts from {format_date(accepted.lower)}."
        return Reason(Kind.VERSION_NOT_YET_ACCEPTED, words, accepted.lower)
    verb = "is" if accepted.upper > (seen or day) else "was"
    words = f"Version {version.name} {verb} retired on {format_date(accepted.upper)}."
    return Reason(Kind.VERSION_RETIRED, words, accepted.upper)


def criterion_reasons(
    facts: PairFacts, criterion: CriterionFact, day: date, seen: date | None = None
) -> list[Reason]:
    """Why `criterion` is unproved on `day`, the most telling reason first; never empty."""
    reasons = []
    if criterion.check_id:
        reasons += _check_reasons(facts, criterion, day)
    proofs = facts.proofs_of(criterion)
    # Where only a check can prove it, and nobody tried otherwise, evidence is beside the point.
    if criterion.forms or proofs or not reasons:
        reasons += _evidence_reasons(proofs, day, seen or day)
    return sorted(reasons, key=lambda reason: _rank(reason, reasons))


# A failure says more than an absence.
_TELLING = [
    Kind.CHECK_FAILING,
    Kind.REVOKED,
    Kind.EXPIRED,
    Kind.STARTS_LATER,
    Kind.RETURNED,
    Kind.UNVERIFIED,
    Kind.NO_ENDPOINT,
    Kind.NEVER_PROVED,
    # Last, because not everybody may be told: the first reason is always fit for all.
    Kind.AWAITING,
]


def _rank(reason: Reason, others: list[Reason]) -> int:
    """A check whose pass ended after the evidence did is what the criterion last rested on."""
    lapses = [each for each in others if each.kind in (Kind.EXPIRED, Kind.REVOKED)]
    ended_last = reason.since is not None and all(each.since < reason.since for each in lapses)
    if reason.kind is Kind.UNVERIFIED and lapses and ended_last:
        return -1
    return _TELLING.index(reason.kind)


def _evidence_reasons(proofs: list[ProofFact], day: date, seen: date) -> list[Reason]:
    accepted = [proof for proof in proofs if proof.state == "accepted"]
    reasons = []
    lapsed = [proof for proof in accepted if proof.end is not None and proof.end <= day]
    if lapsed:
        reasons.append(_lapse(max(lapsed, key=lambda proof: (proof.end, proof.id)), seen))
    coming = [proof for proof in accepted if proof.end is None or proof.end > day]
    if coming:
        reasons.append(_start(min(coming, key=lambda proof: (proof.valid.lower, proof.id))))
    reasons += _returned(proofs)
    if not reasons:
        reasons.append(Reason(Kind.NEVER_PROVED, "No evidence has been accepted."))
    return reasons + _awaiting(proofs)


def _lapse(proof: ProofFact, seen: date) -> Reason:
    to_come = proof.end > seen
    if proof.was_revoked:
        kind, verb = Kind.REVOKED, "is revoked on" if to_come else "was revoked on"
        words = f"Evidence {proof.ref} {verb} {format_date(proof.end)}."
    else:
        # By its last day, as everywhere on the page: "valid until".
        kind, verb = Kind.EXPIRED, "expires after" if to_come else "expired after"
        words = f"Evidence {proof.ref} {verb} {format_date(last_day(proof.end))}."
    return Reason(kind, words, proof.end, _to(proof))


def _start(proof: ProofFact) -> Reason:
    words = f"Evidence {proof.ref} is valid only from {format_date(proof.valid.lower)}."
    if proof.end is not None and proof.end <= proof.valid.lower:
        words = f"Evidence {proof.ref} was revoked from {format_date(proof.end)}."
        return Reason(Kind.REVOKED, words, proof.end, _to(proof))
    return Reason(Kind.STARTS_LATER, words, proof.valid.lower, _to(proof))


def _returned(proofs: list[ProofFact]) -> list[Reason]:
    last = _latest(proofs, "returned")
    if last is None:
        return []
    on = f" on {format_date(last.dated)}" if last.dated else ""
    words = f"Evidence {last.ref} was returned{on}."
    return [Reason(Kind.RETURNED, words, last.dated, _to(last))]


def _awaiting(proofs: list[ProofFact]) -> list[Reason]:
    last = _latest(proofs, "submitted", "in_assessment")
    if last is None:
        return []
    since = f" since {format_date(last.dated)}" if last.dated else ""
    words = f"Evidence {last.ref} has been waiting for a decision{since}."
    return [Reason(Kind.AWAITING, words, last.dated, _to(last), private=True)]


def _latest(proofs: list[ProofFact], *states: str) -> ProofFact | None:
    of_kind = [proof for proof in proofs if proof.state in states]
    return max(of_kind, key=lambda proof: (proof.dated or date.min, proof.id), default=None)


def _check_reasons(facts: PairFacts, criterion: CriterionFact, day: date) -> list[Reason]:
    endpoints = facts.endpoints_of(criterion)
    serving = [each for each in endpoints if holds(each.in_service, day)]
    if not serving:
        return [_none_serving(criterion, endpoints, day)]
    failures = [_endpoint_reason(each, criterion, day) for each in serving]
    return [reason for reason in failures if reason]


def _none_serving(criterion: CriterionFact, endpoints: list[EndpointFact], day: date) -> Reason:
    ends = [each.in_service.upper for each in endpoints if each.in_service.upper is not None]
    left = max((end for end in ends if end <= day), default=None)
    stands = f"has been in service since {format_date(left)}" if left else "is in service"
    words = f"No endpoint for the check {criterion.check_name} {stands}."
    return Reason(Kind.NO_ENDPOINT, words, left)


def _endpoint_reason(endpoint: EndpointFact, criterion: CriterionFact, day: date) -> Reason | None:
    spell = endpoint.spell_on(criterion.check_id, day)
    check = f"The check {criterion.check_name}"
    link = Link("endpoint", str(endpoint.id))
    if spell is None:
        return _unverified(endpoint, criterion, day, link)
    if spell.result == "pass":
        return None
    since = spell.period.lower
    start = f" since {format_date(since)}" if since else ""
    if spell.result == "fail":
        words = f"{check} fails at {endpoint.url}{start}."
        return Reason(Kind.CHECK_FAILING, words, since, link)
    words = f"{check} could not be verified at {endpoint.url}{start}."
    return Reason(Kind.UNVERIFIED, words, since, link)


def _unverified(endpoint: EndpointFact, criterion: CriterionFact, day: date, link: Link) -> Reason:
    """No result holds the day: say until when there was one."""
    ends = [spell.period.upper for spell in endpoint.spells_of(criterion.check_id)]
    check = f"The check {criterion.check_name}"
    last = max((end for end in ends if end is not None and end <= day), default=None)
    if last is None:
        words = f"{check} has never been verified at {endpoint.url}."
        return Reason(Kind.UNVERIFIED, words, None, link)
    seen = format_date(last - timedelta(days=1))
    words = f"{check} is verified at {endpoint.url} only until {seen}."
    return Reason(Kind.UNVERIFIED, words, last, link)


def _to(proof: ProofFact) -> Link:
    return Link("submission", proof.ref)
