"""The facts of pairs, read set-wise for the rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import product

from django.db.models import Prefetch

from registry.catalogue.models import Claim
from registry.common.periods import civil_date
from registry.compliance.models import Dispensation
from registry.compliance.rules import (
    CheckSpellFact,
    CriterionFact,
    EndpointFact,
    ExcuseFact,
    PairFacts,
    ProofFact,
    RequirementFact,
    VersionFact,
)
from registry.compliance.selectors.statement import profiles_of
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission
from registry.probes.checks import title_of
from registry.probes.models import Endpoint
from registry.standards.enums import Form
from registry.standards.models import Criterion, StandardScope, StandardVersion

Pair = tuple[int, int]
_FORMS = dict(Form.choices)


def facts_of(
    *, product_ids: Collection[int], standard_ids: Collection[int]
) -> dict[Pair, PairFacts]:
    """The facts of each product with each standard, by (product id, standard id).

    Ten queries whatever their number.
    """
    return facts_of_pairs(list(product(product_ids, standard_ids)))


def facts_of_pairs(pairs: Collection[Pair]) -> dict[Pair, PairFacts]:
    """The facts of these pairs of (product id, standard id). Ten queries whatever their number."""
    product_ids = sorted({product_id for product_id, _ in pairs})
    standard_ids = sorted({standard_id for _, standard_id in pairs})
    versions = _versions(standard_ids)
    scopes = _scopes(standard_ids)
    claims = _claims(product_ids)
    proofs = _proofs(product_ids, versions)
    endpoints = _endpoints(product_ids)
    excuses = _excuses(product_ids, standard_ids)
    return {
        (product_id, standard_id): PairFacts(
            versions=tuple(versions[standard_id]),
            requirements=tuple(
                _requirement(scope, claims[product_id]) for scope in scopes[standard_id]
            ),
            proofs=tuple(proofs[product_id, standard_id]),
            endpoints=tuple(endpoints[product_id]),
            excuses=tuple(excuses[product_id, standard_id]),
        )
        for product_id, standard_id in pairs
    }


def _scopes(standard_ids: Collection[int]) -> dict[int, list[StandardScope]]:
    found = defaultdict(list)
    rows = StandardScope.objects.filter(standard__in=standard_ids).select_related("capability")
    for row in rows.order_by("pk"):
        found[row.standard_id].append(row)
    return found


def _versions(standard_ids: Collection[int]) -> dict[int, list[VersionFact]]:
    found = defaultdict(list)
    criteria = Prefetch("criteria", Criterion.objects.order_by("code", "pk"))
    rows = StandardVersion.objects.filter(standard__in=standard_ids).prefetch_related(criteria)
    for row in rows.order_by("pk"):
        facts = tuple(_criterion(criterion) for criterion in row.criteria.all())
        found[row.standard_id].append(VersionFact(row.pk, row.version, row.accepted, facts))
    return found


def _criterion(row: Criterion) -> CriterionFact:
    return CriterionFact(
        id=row.pk,
        code=row.code,
        level=row.level,
        text=row.text,
        forms=tuple(row.proofs),
        form_titles=tuple(_FORMS.get(form, form) for form in row.proofs),
        check_id=row.check_id,
        check_title=title_of(row.check_id) if row.check_id else "",
        profiles=profiles_of(row.check_id) if row.check_id else frozenset(),
    )


def _claims(product_ids: Collection[int]) -> dict[int, dict[int, list]]:
    found = defaultdict(lambda: defaultdict(list))
    for claim in Claim.objects.filter(product__in=product_ids).order_by("pk"):
        found[claim.product_id][claim.capability_id].append(claim.claimed)
    return found


def _requirement(scope: StandardScope, claims: dict[int, list]) -> RequirementFact:
    if scope.capability_id is None:
        return RequirementFact(scope.required)
    claimed = tuple(claims.get(scope.capability_id, ()))
    return RequirementFact(scope.required, scope.capability.name, claimed)


def _proofs(
    product_ids: Collection[int], versions: dict[int, list[VersionFact]]
) -> dict[Pair, list[ProofFact]]:
    """Evidence that was submitted at least, by the standards whose criteria it speaks to."""
    standard_of = {
        criterion.id: standard_id
        for standard_id, editions in versions.items()
        for edition in editions
        for criterion in edition.criteria
    }
    found = defaultdict(list)
    rows = (
        Submission.objects.filter(product__in=product_ids)
        .exclude(state__in=[SubmissionState.DRAFT, SubmissionState.WITHDRAWN])
        .prefetch_related(
            "spoken_to",
            Prefetch(
                "decisions",
                Decision.objects.filter(outcome=Outcome.RETURNED).order_by("decided_at", "pk"),
                to_attr="returns",
            ),
        )
        .order_by("pk")
    )
    for row in rows:
        fact = _proof(row)
        standards = {standard_of[pk] for pk in fact.criteria if pk in standard_of}
        for standard_id in standards:
            found[row.product_id, standard_id].append(fact)
    return found


def _proof(row: Submission) -> ProofFact:
    moment = row.submitted_at
    if row.state == SubmissionState.RETURNED and row.returns:
        moment = row.returns[-1].decided_at
    return ProofFact(
        id=row.pk,
        ref=row.ref,
        state=row.state,
        criteria=frozenset(spoken.criterion_id for spoken in row.spoken_to.all()),
        valid=row.valid,
        revoked_from=row.revoked_from,
        form=row.form,
        dated=civil_date(moment) if moment else None,
    )


def _endpoints(product_ids: Iterable[int]) -> dict[int, list[EndpointFact]]:
    found = defaultdict(list)
    rows = Endpoint.objects.filter(product__in=product_ids).prefetch_related("check_spells")
    for row in rows.order_by("pk"):
        spells = sorted(row.check_spells.all(), key=lambda spell: spell.pk)
        facts = tuple(CheckSpellFact(each.check_id, each.result, each.period) for each in spells)
        found[row.product_id].append(
            EndpointFact(row.pk, row.url, row.profile, row.in_service, facts)
        )
    return found


def _excuses(
    product_ids: Collection[int], standard_ids: Collection[int]
) -> dict[Pair, list[ExcuseFact]]:
    found = defaultdict(list)
    rows = Dispensation.objects.filter(product__in=product_ids, standard__in=standard_ids)
    for row in rows.order_by("pk"):
        found[row.product_id, row.standard_id].append(ExcuseFact(row.pk, row.period, row.reason))
    return found
