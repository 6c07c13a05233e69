"""What awaits an assessor."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from registry.common.periods import civil_date
from registry.evidence.enums import Outcome
from registry.evidence.models import Decision, Interest, Message, Submission
from registry.evidence.selectors.beside import left_lately


def assessment_queue(user, *, now: datetime) -> QuerySet[Submission]:
    """What awaits a decision, in no order, each with

    `held`: somebody has it, and the claim still runs;
    `first_accepted`: an assessor accepted it and a second is awaited; `accepted_by_me`: it was
    `user`;
    `conflicted`: `user` acts for the supplier or did lately, prepared the evidence or declared an
    interest, so may not assess it;
    `last_message`: what was last said in its thread, a question or an answer, or `None`.
    """
    own = user.supplier_memberships.filter(supplier=OuterRef("product__supplier"))
    interest = Interest.objects.filter(
        user=user, supplier=OuterRef("product__supplier"), held__contains=civil_date(now)
    )
    left = left_lately(user, now=now).filter(pk=OuterRef("product__supplier"))
    accepted = Decision.objects.filter(submission=OuterRef("pk"), outcome=Outcome.ACCEPTED)
    last = Message.objects.filter(submission=OuterRef("pk")).order_by("-at", "-pk")
    return (
        Submission.objects.visible_to(user)
        .awaiting()
        .annotate(
            held=_whether(Q(leased_until__gt=now)),
            first_accepted=Exists(accepted),
            accepted_by_me=Exists(accepted.filter(decided_by=user)),
            conflicted=_whether(
                Exists(own)
                | Exists(left)
                | Exists(interest)
                | Q(created_by=user)
                | Q(submitted_by=user)
            ),
            last_message=Subquery(last.values("kind")[:1]),
        )
        .order_by()
    )


def _whether(condition) -> Case:
    """True or false, never null: what is not known to hold does not."""
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def with_page(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Rows of the queue with all that a line of it shows."""
    return rows.select_related("product__supplier", "assessor").prefetch_related(
        "criteria__version__standard"
    )


def queue_page(rows: QuerySet[Submission], ids: Sequence[int]) -> list[Submission]:
    """Rows of the queue by primary key, in the order given; those decided meanwhile are gone."""
    found = {each.pk: each for each in with_page(rows.filter(pk__in=ids))}
    return [found[pk] for pk in ids if pk in found]
