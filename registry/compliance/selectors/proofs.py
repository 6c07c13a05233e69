"""Reads of what is public about a product's proofs: accepted evidence and live endpoints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from registry.catalogue.models import Product
from registry.common.periods import holds
from registry.evidence.enums import Outcome
from registry.evidence.models import Decision, Submission
from registry.probes.enums import Outcome as VisitOutcome
from registry.probes.models import CheckState, Endpoint, Probe

# How many visits the small picture of an endpoint shows.
VISITS_SHOWN = 30


@dataclass(frozen=True)
class EvidenceFact:
    """What everyone may know of accepted evidence: the fact, issuer, dates and decision."""

    submission: Submission
    # Codes of the criteria that it speaks to, by code of the standard.
    proves: dict[str, list[str]]
    decided_at: datetime | None

    def counts_on(self, day: date) -> bool:
        """Whether it proves something on `day`."""
        revoked = self.submission.revoked_from
        return holds(self.submission.valid, day) and not (revoked and revoked <= day)


@dataclass(frozen=True)
class Evidence:
    """Accepted evidence: what counts on a day, and what lapsed, was revoked or begins later."""

    counting: list[EvidenceFact]
    others: list[EvidenceFact]


def accepted_evidence(product: Product, *, on: date) -> Evidence:
    """Accepted evidence of a product, the latest to begin first."""
    submissions = (
        Submission.objects.accepted()
        .filter(product=product)
        .prefetch_related("criteria__version__standard", "decisions")
        .order_by("-valid", "ref")
    )
    facts = [_fact(submission) for submission in submissions]
    return Evidence(
        counting=[fact for fact in facts if fact.counts_on(on)],
        others=[fact for fact in facts if not fact.counts_on(on)],
    )


def _fact(submission: Submission) -> EvidenceFact:
    proves: dict[str, list[str]] = {}
    for criterion in submission.criteria.all():
        proves.setdefault(criterion.version.standard.code, []).append(criterion.code)
    ordered = {code: sorted(set(proves[code])) for code in sorted(proves)}
    return EvidenceFact(submission, ordered, _accepted_at(submission.decisions.all()))


def _accepted_at(decisions: Iterable[Decision]) -> datetime | None:
    accepted = [each.decided_at for each in decisions if each.outcome == Outcome.ACCEPTED]
    return max(accepted, default=None)


@dataclass(frozen=True)
class EndpointFact:
    """An endpoint with what the prober holds true of it."""

    endpoint: Endpoint
    in_service: bool
    checks: list[CheckState]
    # Oldest first: answered, not reachable, or nothing learnt.
    visits: list[bool | None]
    last_visit: Probe | None


def endpoints_of(product: Product, *, on: date) -> list[EndpointFact]:
    """The endpoints of a product, those in service on `on` first, in three queries."""
    endpoints = list(product.endpoints.prefetch_related("check_states").order_by("url"))
    visits = _last_visits([endpoint.pk for endpoint in endpoints])
    facts = [_endpoint(each, visits.get(each.pk, []), on) for each in endpoints]
    return sorted(facts, key=lambda fact: not fact.in_service)


def _endpoint(endpoint: Endpoint, visits: list[Probe], on: date) -> EndpointFact:
    return EndpointFact(
        endpoint=endpoint,
        in_service=holds(endpoint.in_service, on),
        checks=sorted(endpoint.check_states.all(), key=lambda state: state.check_id),
        visits=[_answered(visit) for visit in visits],
        last_visit=visits[-1] if visits else None,
    )


def _answered(visit: Probe) -> bool | None:
    known = {VisitOutcome.ANSWERED.value: True, VisitOutcome.UNREACHABLE.value: False}
    return known.get(visit.outcome)


def _last_visits(endpoint_ids: list[int]) -> dict[int, list[Probe]]:
    """The last visits to each endpoint, oldest first, without what was captured."""
    place = Window(RowNumber(), partition_by=F("endpoint"), order_by=F("at").desc())
    probes = (
        Probe.objects.filter(endpoint__in=endpoint_ids)
        .annotate(place=place)
        .filter(place__lte=VISITS_SHOWN)
        .defer("captures", "findings", "tls", "timings")
        .order_by("endpoint", "at")
    )
    visits: dict[int, list[Probe]] = {}
    for probe in probes:
        visits.setdefault(probe.endpoint_id, []).append(probe)
    return visits
