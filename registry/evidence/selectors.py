"""Questions about evidence: what a product may prove, what awaits assessment, what is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least
from psycopg2.extras import DateRange

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Claim, Product
from registry.common.periods import overlap
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, EvidenceFile, Submission, SubmissionCriterion
from registry.evidence.rules import completeness
from registry.standards.enums import SECOND_ASSESSOR_CLASSES
from registry.standards.models import Criterion, StandardScope

# Stand for "proved on no day" and "proved without end" where SQL compares days.
NEVER, FOR_EVER = date.min, date.max


# One submission


def submission_for(user, ref: str) -> Submission | None:
    """The submission of this reference with all that its page shows; `None` unless visible."""
    return _whole(Submission.objects.visible_to(user)).filter(ref=ref).first()


def published(ref: str) -> Submission | None:
    """The accepted evidence of this reference, whose facts everybody may see."""
    return _whole(Submission.objects.published()).filter(ref=ref).first()


def _whole(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    return submissions.select_related(
        "product__supplier", "assessor", "created_by", "submitted_by", "supersedes"
    ).prefetch_related(
        "criteria__version__standard", "files", "decisions__decided_by", "superseded_by"
    )


def file_for(user, ref: str, file_id: int) -> EvidenceFile | None:
    """A file of a submission that `user` may see."""
    visible = Submission.objects.visible_to(user).filter(ref=ref)
    return EvidenceFile.objects.filter(pk=file_id, submission__in=visible).first()


def standard_codes(submission: Submission) -> list[str]:
    """The codes of the standards that the submission speaks to."""
    codes = submission.criteria.values_list("version__standard__code", flat=True)
    return sorted(set(codes))


def needs_second_assessor(submission: Submission) -> bool:
    """product.md: acceptance on clinical safety or security needs a second assessor."""
    return submission.criteria.filter(
        version__standard__standard_class__in=SECOND_ASSESSOR_CLASSES
    ).exists()


def claimed(submission: Submission) -> completeness.Claimed:
    """What the submission claims, for the rules."""
    valid = submission.valid
    return completeness.Claimed(
        form=submission.form,
        standards=standard_codes(submission),
        issuer=submission.issuer,
        reference=submission.reference,
        issued_on=submission.issued_on,
        start=valid and valid.lower,
        until=valid and valid.upper,
        files=submission.files.count(),
        link=submission.link,
    )


def problems_of(submission: Submission, *, on: date) -> list[completeness.Problem]:
    """What keeps a draft from being submitted on the day `on`."""
    return completeness.problems(claimed(submission), on=on)


# What there is to prove


@dataclass(frozen=True)
class Needed:
    """A criterion that the product must meet now or later, and the first such day from `on`."""

    criterion: Criterion
    required_from: date


def provable_criteria(
    product: Product, *, on: date, form: str | None = None, ids: Iterable[int] = ()
) -> list[Needed]:
    """Criteria of the standards that are, or will be, required of `product`.

    Only versions that are still accepted after `on`, and only criteria that evidence (of
    `form`, when given) can prove. Those in `ids` are listed whether required or not.
    """
    required = _required_from(product, on=on)
    still = Q(version__accepted__upper_inf=True) | Q(version__accepted__endswith__gt=on)
    wanted = Q(pk__in=list(ids)) | (still & Q(version__standard__in=required))
    criteria = Criterion.objects.filter(wanted, proofs__len__gt=0)
    if form:
        criteria = criteria.filter(proofs__contains=[form])
    criteria = criteria.select_related("version__standard").order_by(
        "version__standard__code", "-version__accepted", "level", "code"
    )
    return [
        Needed(criterion, required.get(criterion.version.standard_id, on)) for criterion in criteria
    ]


def criteria_by_id(ids: Iterable[int]) -> list[Criterion]:
    """The criteria of these primary keys that exist, with their version and standard."""
    found = Criterion.objects.filter(pk__in=list(ids)).select_related("version__standard")
    return list(found.order_by("version__standard__code", "code"))


def _required_from(product: Product, *, on: date) -> dict[int, date]:
    """Standard to the first day, `on` or later, that it is required of `product`."""
    claims: dict[int | None, list[DateRange]] = {None: [DateRange(None, None, "[)")]}
    for claim in Claim.objects.filter(product=product):
        claims.setdefault(claim.capability_id, []).append(claim.claimed)
    scopes = StandardScope.objects.filter(
        Q(capability=None) | Q(capability__in=[pk for pk in claims if pk])
    )
    found: dict[int, date] = {}
    for scope in scopes:
        for span in claims[scope.capability_id]:
            days = overlap(scope.required, span)
            if days is not None and (days.upper is None or days.upper > on):
                first = max(days.lower or on, on)
                found[scope.standard_id] = min(first, found.get(scope.standard_id, first))
    return found


def products_of(user) -> QuerySet[Product]:
    """The products that `user` may submit evidence for."""
    return (
        Product.objects.filter(supplier__memberships__user=user)
        .exclude(state=ProductState.WITHDRAWN)
        .select_related("supplier")
        .order_by("supplier__name", "name")
    )


# Lists


def submissions_of(user) -> QuerySet[Submission]:
    """What the suppliers that `user` acts for have drafted and sent, newest first."""
    return (
        Submission.objects.visible_to(user)
        .filter(product__supplier__in=user.supplier_memberships.values("supplier"))
        .select_related("product__supplier")
        .prefetch_related("criteria__version__standard")
        .annotate(file_count=Count("files"))
        .order_by("-created_at", "-pk")
    )


_UNDECIDED = (
    SubmissionState.DRAFT,
    SubmissionState.SUBMITTED,
    SubmissionState.IN_ASSESSMENT,
    SubmissionState.RETURNED,
)


def under_way(supplier_id: int) -> dict[tuple[int, int], Submission]:
    """The newest evidence that is not accepted or was returned, by (product, criterion)."""
    links = (
        SubmissionCriterion.objects.filter(
            submission__product__supplier=supplier_id, submission__state__in=_UNDECIDED
        )
        .select_related("submission")
        .order_by("submission__created_at", "submission__pk")
    )
    return {(link.submission.product_id, link.criterion_id): link.submission for link in links}


def assessment_queue(user) -> QuerySet[Submission]:
    """What awaits a decision, each with

    `proved_until`: the first day on which one of its criteria is not proved by what was
    accepted before (`NEVER` when one never was, `FOR_EVER` when none will lapse);
    `first_accepted`: an assessor accepted it and a second is awaited;
    `conflicted`: `user` acts for the supplier, so may not assess it.
    """
    own = user.supplier_memberships.filter(supplier=OuterRef("product__supplier"))
    return (
        Submission.objects.visible_to(user)
        .awaiting()
        .annotate(
            proved_until=Coalesce(
                Subquery(_proved_until()), Value(NEVER), output_field=DateField()
            ),
            first_accepted=Exists(
                Decision.objects.filter(submission=OuterRef("pk"), outcome=Outcome.ACCEPTED)
            ),
            conflicted=Exists(own),
        )
        .select_related("product__supplier", "assessor")
        .prefetch_related("criteria__version__standard")
    )


def _proved_until() -> QuerySet:
    """For the submission of the outer query: the earliest end among its criteria's proofs."""
    for_ever = Value(FOR_EVER, output_field=DateField())
    proofs = (
        SubmissionCriterion.objects.filter(
            criterion=OuterRef("criterion"),
            submission__product=OuterRef("submission__product"),
            submission__state=SubmissionState.ACCEPTED,
        )
        .annotate(
            end=Least(
                Coalesce(F("submission__valid__endswith"), for_ever),
                Coalesce(F("submission__revoked_from"), for_ever),
            )
        )
        .order_by()
        .values("criterion")
        .annotate(last=Max("end"))
        .values("last")
    )
    never = Value(NEVER, output_field=DateField())
    return (
        SubmissionCriterion.objects.filter(submission=OuterRef("pk"))
        .annotate(covered=Coalesce(Subquery(proofs), never))
        .order_by()
        .values("submission")
        .annotate(first=Min("covered"))
        .values("first")
    )


def decided_before(submission: Submission) -> list[Submission]:
    """Evidence of the same product for any of the same criteria that was accepted or returned,
    newest first.
    """
    return list(
        Submission.objects.filter(
            product=submission.product_id,
            criteria__in=submission.criteria.all(),
            state__in=[SubmissionState.ACCEPTED, SubmissionState.RETURNED],
        )
        .exclude(pk=submission.pk)
        .distinct()
        .prefetch_related("criteria__version__standard", "decisions__decided_by")
        .order_by("-submitted_at", "-pk")
    )
