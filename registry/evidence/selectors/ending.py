"""Accepted evidence that is about to end and that nothing follows."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from registry.catalogue.enums import ProductState
from registry.evidence.models import Submission, SubmissionCriterion
from registry.evidence.rules.reminding import HORIZON, LATE
from registry.evidence.selectors.needed import provable_criteria
from registry.standards.enums import Level
from registry.standards.models import Criterion


@dataclass(frozen=True)
class Ending:
    """Evidence, the first day on which it proves nothing, and what is then not proved any more."""

    submission: Submission
    end: date
    criteria: tuple[Criterion, ...]


def ending(*, on: date, after: int = 0, most: int | None = None) -> list[Ending]:
    """Evidence that ends within 90 days of `on`, or ended in the days before, by key.

    Not what was revoked (its supplier was told then), nor what other accepted evidence follows
    for all its criteria on the very day it ends, nor evidence of withdrawn products.
    """
    rows = (
        Submission.objects.accepted()
        .filter(
            pk__gt=after,
            revoked_from=None,
            valid__endswith__gte=on - LATE,
            valid__endswith__lte=on + HORIZON,
        )
        .exclude(product__state=ProductState.WITHDRAWN)
        .filter(Exists(_left_bare().filter(submission=OuterRef("pk"))))
        .select_related("product__supplier")
        .prefetch_related(Prefetch("spoken_to", queryset=_left_bare(), to_attr="bare"))
        .order_by("pk")
    )
    return [_ending(row) for row in (rows[:most] if most else rows)]


def _left_bare() -> QuerySet[SubmissionCriterion]:
    """Criteria that nothing else proves on the day on which the submission's proof has ended."""
    following = (
        SubmissionCriterion.objects.filter(
            criterion=OuterRef("criterion"),
            submission__product=OuterRef("submission__product"),
            submission__state="accepted",
            submission__valid__contains=OuterRef("end"),
        )
        .filter(Q(submission__revoked_from=None) | Q(submission__revoked_from__gt=OuterRef("end")))
        .exclude(submission=OuterRef("submission"))
    )
    return (
        SubmissionCriterion.objects.annotate(end=F("submission__valid__endswith"))
        .filter(~Exists(following))
        .select_related("criterion__version__standard")
        .order_by("criterion__version__standard__code", "criterion__code")
    )


def _ending(row: Submission) -> Ending:
    return Ending(row, row.valid.upper, tuple(link.criterion for link in row.bare))


def required_on(found: Ending, day: date) -> list[Criterion]:
    """Those of its criteria that the product must meet on `day`, of versions accepted then."""
    ids = {criterion.pk for criterion in found.criteria}
    return [
        need.criterion
        for need in provable_criteria(found.submission.product, on=day)
        if need.criterion.pk in ids
        and need.required_from == day
        and need.criterion.level == Level.MUST
    ]


def last_day(found: Ending) -> date:
    """The last day on which it proves anything."""
    return found.end - timedelta(days=1)
