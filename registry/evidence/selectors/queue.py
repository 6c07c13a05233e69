"""What awaits an assessor."""

from datetime import date

from django.db.models import (
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least

from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission, SubmissionCriterion

# Stand for "proved on no day" and "proved without end" where SQL compares days.
NEVER, FOR_EVER = date.min, date.max


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
